"""Working time: which days are worked in China, and how to count only worked hours.

All instants are aware UTC; days and working hours are those of Asia/Shanghai, which has had no summer time since 1991.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_FIRST, _LAST = date(2000, 1, 1), date(2060, 12, 31)
_DAY = timedelta(days=1)


def shanghai_day(instant: datetime) -> date:
    """The day in Shanghai at `instant`."""
    return instant.astimezone(SHANGHAI).date()


def day_start(day: date) -> datetime:
    """The first instant (UTC) of a day in Shanghai."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


@dataclass(frozen=True)
class WorkCalendar:
    """Public holidays and make-up workdays as published, with the version of that table.

    Beyond `covered_to` nothing is published yet: only Saturdays and Sundays count as free, and what is computed
    there is provisional.
    """

    version: str
    covered_to: date
    holidays: frozenset[date] = frozenset()
    makeup_days: frozenset[date] = frozenset()

    def is_workday(self, day: date) -> bool:
        """Whether the day is worked: make-up days are, holidays and weekends are not."""
        if day in self.makeup_days:
            return True
        return day not in self.holidays and day.weekday() < 5


@dataclass(frozen=True)
class WorkingHours:
    """Worked spans of a working day in Shanghai, in order and apart, such as 08:30–12:00 and 14:30–18:00."""

    spans: tuple[tuple[time, time], ...]

    def __post_init__(self) -> None:
        edges = [edge for span in self.spans for edge in span]
        if not edges or edges != sorted(set(edges)):
            raise ValueError("working hours must be non-empty spans in order, without overlap")

    @property
    def per_day(self) -> timedelta:
        """The length of one working day."""
        return sum((_length(span) for span in self.spans), timedelta())


def _length(span: tuple[time, time]) -> timedelta:
    day = date(2000, 1, 3)
    return datetime.combine(day, span[1]) - datetime.combine(day, span[0])


class NaturalTime:
    """Time that always runs, 7 × 24."""

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The instant `duration` after `start`."""
        return start + duration

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The time that runs from `start` to `end`."""
        return end - start

    def is_provisional(self, instant: datetime) -> bool:  # noqa: ARG002
        """Never: natural time needs no calendar."""
        return False


class WorkingTime:
    """Time that runs only in the working hours of working days."""

    def __init__(self, calendar: WorkCalendar, hours: WorkingHours) -> None:
        self.calendar, self.hours = calendar, hours
        self._starts, self._ends, self._worked = _spans(calendar, hours)

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The earliest instant by which `duration` has been worked since `start`."""
        goal = self._worked_until(start) + duration.total_seconds()
        if duration <= timedelta():
            return start
        index = bisect_left(self._worked, goal) - 1
        return datetime.fromtimestamp(self._starts[index] + goal - self._worked[index], UTC)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from `start` to `end`."""
        return timedelta(seconds=self._worked_until(end) - self._worked_until(start))

    def is_provisional(self, instant: datetime) -> bool:
        """Whether the instant lies beyond the published calendar."""
        return shanghai_day(instant) > self.calendar.covered_to

    def _worked_until(self, instant: datetime) -> float:
        """Seconds worked from the table's beginning to `instant`."""
        second = instant.timestamp()
        index = bisect_right(self._starts, second) - 1
        if index < 0:
            return 0.0
        return self._worked[index] + min(second, self._ends[index]) - self._starts[index]


@lru_cache(maxsize=16)
def _spans(calendar: WorkCalendar, hours: WorkingHours) -> tuple[list[float], list[float], list[float]]:
    """Starts and ends (epoch seconds) of all worked spans, and the seconds worked before each."""
    starts, ends, worked = [], [], [0.0]
    for day in _days():
        if calendar.is_workday(day):
            for opening, closing in hours.spans:
                starts.append(datetime.combine(day, opening, SHANGHAI).timestamp())
                ends.append(datetime.combine(day, closing, SHANGHAI).timestamp())
                worked.append(worked[-1] + ends[-1] - starts[-1])
    return starts, ends, worked


def _days() -> Iterator[date]:
    day = _FIRST
    while day <= _LAST:
        yield day
        day += _DAY


Time = NaturalTime | WorkingTime
