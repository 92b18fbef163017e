"""Instants as sources write them, and how far back to ask."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from zoneinfo import ZoneInfo

from dashboard.config.sources import BaseSource, Translation
from dashboard.connectors.records import Cursor
from dashboard.domain.reports import Flag

FUTURE_TOLERANCE = timedelta(minutes=5)
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # year 1, 1900 and 1970 are how systems say that there is no time
_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%m/%d/%Y %I:%M:%S %p")


def iso(instant: datetime) -> str:
    """An instant in UTC with a Z, to the second."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def since(source: BaseSource, cursor: Cursor, now: datetime) -> datetime:
    """From when to ask: the cursor less the overlap that catches what was committed late; at first the beginning."""
    if cursor.get("since"):
        return datetime.fromisoformat(cursor["since"]) - source.overlap
    return source.start_from or now - source.overlap


def newest(latest: str | None, times: Iterable[Any], source: Translation, now: datetime) -> str | None:
    """The latest of a source's times. Unreadable ones are passed over, and so are those of the future: a cursor
    that stood there would miss everything until then."""
    read = (read_time(str(text), source, now)[0] for text in times if text)
    return max([iso(instant) for instant in read if instant] + ([latest] if latest else []), default=None)


def read_time(text: str, source: Translation, now: datetime) -> tuple[datetime | None, Flag | None]:
    """What a source's time means: an instant, or none and the flag that says why."""
    instant = _parse(text, source.time_format)
    if instant is None:
        return None, Flag.UNREADABLE_TIME
    if instant.replace(tzinfo=UTC) < EARLIEST:
        return None, Flag.UNREADABLE_TIME
    if instant.tzinfo is None:
        if source.time_zone is None:
            return None, Flag.NO_ZONE
        instant = instant.replace(tzinfo=ZoneInfo(source.time_zone))
    if instant > now + FUTURE_TOLERANCE:
        return None, Flag.FUTURE_TIME
    return instant.astimezone(UTC), None


def has_time(text: str) -> bool:
    """Whether a text can be read as a time."""
    return _parse(text, None) is not None


def _parse(text: str, time_format: str | None) -> datetime | None:
    try:
        if time_format == "epoch":
            return datetime.fromtimestamp(float(text), UTC)
        if time_format == "epoch_ms":
            return datetime.fromtimestamp(float(text) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    if time_format and (found := _strptime(text, time_format)):
        return found
    return _iso(text) or next((found for form in _FORMATS if (found := _strptime(text, form))), None) or _mail(text)


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _mail(text: str) -> datetime | None:
    """The form of e-mails and RSS: Tue, 01 Sep 2026 08:00:00 +0800."""
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None


def _strptime(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007 the caller adds the declared zone
    except ValueError:
        return None
