"""Durations, targets and sizes as people write them: 30m, 24h, 5wd, 20MB."""

import re
from collections.abc import Sequence
from datetime import time, timedelta
from typing import Annotated

from pydantic import BeforeValidator

from dashboard.domain.calendars import WorkingHours
from dashboard.domain.sla import Target, Unit

_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_BYTES = {"kB": 10**3, "MB": 10**6, "GB": 10**9}


def parse_duration(value: object) -> timedelta:
    """`100ms`, `30s`, `30m`, `2h`, `7d` → a duration."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)", str(value).strip())
    if isinstance(value, timedelta):
        return value
    if not match:
        raise ValueError(f"{value!r} is not a duration: write a number and ms, s, m, h or d, such as 30m")
    return timedelta(seconds=float(match[1]) * _SECONDS[match[2]])


def parse_size(value: object) -> int:
    """`500kB`, `20MB` → bytes."""
    match = re.fullmatch(r"(\d+)\s*(kB|MB|GB)", str(value).strip())
    if isinstance(value, int):
        return value
    if not match:
        raise ValueError(f"{value!r} is not a size: write a whole number and kB, MB or GB, such as 20MB")
    return int(match[1]) * _BYTES[match[2]]


def parse_target(value: object, day: timedelta) -> Target:
    """A clock's target: `30m`, `24h`, `2d` of natural time, `8wh` worked hours, `5wd` working days of length `day`."""
    match = re.fullmatch(r"(\d+)(wh|wd)", str(value).strip())
    if not match:
        return Target(_minutes(parse_duration(value)))
    worked = int(match[1]) * (timedelta(hours=1) if match[2] == "wh" else day)
    return Target(_minutes(worked), Unit.WORKING)


def parse_spans(texts: Sequence[str]) -> WorkingHours:
    """`08:30-12:00`, `14:30-18:00` → the worked spans of a day."""
    return WorkingHours(tuple(_span(text) for text in texts))


def _span(text: str) -> tuple[time, time]:
    try:
        opening, closing = (time.fromisoformat(part.strip()) for part in text.split("-"))
    except ValueError as error:
        raise ValueError(f"{text!r} is not a span of hours: write 08:30-12:00") from error
    return opening, closing


def _minutes(duration: timedelta) -> int:
    minutes = duration / timedelta(minutes=1)
    if minutes < 1 or minutes != int(minutes):
        raise ValueError("a target must be whole minutes, at least one")
    return int(minutes)


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
Size = Annotated[int, BeforeValidator(parse_size)]
