"""The reviewed table of Chinese holidays that ships with the product."""

from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from dashboard.domain.calendars import WorkCalendar


@cache
def calendars() -> dict[str, WorkCalendar]:
    """All versions of the table, by version."""
    text = files("dashboard").joinpath("data/calendar-cn.yaml").read_text(encoding="utf-8")
    return {entry["version"]: _calendar(entry) for entry in yaml.safe_load(text)}


def _calendar(entry: dict[str, Any]) -> WorkCalendar:
    return WorkCalendar(
        version=entry["version"],
        covered_to=entry["covered_to"],
        holidays=frozenset(day for first, last in entry["holidays"] for day in _days(first, last)),
        makeup_days=frozenset(entry["makeup_days"]),
    )


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
