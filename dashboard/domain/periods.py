"""Spans of Shanghai days that numbers are about, and what they are compared with."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from dashboard.domain.calendars import day_start, shanghai_day

EARLIEST = date(2000, 1, 1)


class PeriodName(StrEnum):
    """The periods a screen offers; rolling ones include today."""

    TODAY = "today"
    WEEK = "7d"
    MONTH = "30d"
    THIS_MONTH = "month"


@dataclass(frozen=True)
class Period:
    """Whole days from `first` to `last`, both included, in Asia/Shanghai. `is_month` steps by calendar months."""

    first: date
    last: date
    is_month: bool = False

    @property
    def start(self) -> datetime:
        """The first instant (UTC)."""
        return day_start(self.first)

    @property
    def end(self) -> datetime:
        """The first instant after it (UTC)."""
        return day_start(self.last + timedelta(days=1))

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def cut_off(self, now: datetime) -> datetime:
        """Up to when facts count: its end if it is over, else now."""
        return min(self.end, now)

    def previous(self) -> "Period":
        """The period just before (环比): the calendar month before, else as many days."""
        if self.is_month:
            last = self.first - timedelta(days=1)
            return Period(last.replace(day=1), last, is_month=True)
        length = timedelta(days=self.days)
        return Period(self.first - length, self.last - length)

    def year_before(self) -> "Period":
        """The same dates a year before (同比); 29 February answers to 28 February."""
        if self.is_month:
            first = self.first.replace(year=self.first.year - 1)
            return _month(first.year, first.month)
        return Period(_year_before(self.first), _year_before(self.last))

    def same_part(self, other: "Period", now: datetime) -> datetime:
        """The cut-off in `other`, so that a running period is compared with as much of the other as has elapsed."""
        if now >= self.end:
            return other.end
        return min(other.end, other.start + (now - self.start))


def period(name: PeriodName, now: datetime) -> Period:
    """The named period at `now`."""
    today = shanghai_day(now)
    if name is PeriodName.THIS_MONTH:
        return _month(today.year, today.month)
    days = {PeriodName.TODAY: 1, PeriodName.WEEK: 7, PeriodName.MONTH: 30}[name]
    return Period(today - timedelta(days=days - 1), today)


def read_period(text: str | None, now: datetime) -> Period | None:
    """A named period, or a calendar month such as `2026-09`; None for anything else, and for what has not begun."""
    if text in set(PeriodName):
        return period(PeriodName(text), now)
    try:
        first = datetime.strptime(f"{text}-01+0800", "%Y-%m-%d%z").date()
    except ValueError:
        return None
    return _month(first.year, first.month) if EARLIEST <= first <= shanghai_day(now) else None


def recent_months(now: datetime, count: int) -> list[Period]:
    """This month and those before it, newest first."""
    found = [period(PeriodName.THIS_MONTH, now)]
    while len(found) < count:
        found.append(found[-1].previous())
    return found


def _month(year: int, month: int) -> Period:
    return Period(date(year, month, 1), date(year, month, monthrange(year, month)[1]), is_month=True)


def _year_before(day: date) -> date:
    if (day.month, day.day) == (2, 29):
        return date(day.year - 1, 2, 28)
    return day.replace(year=day.year - 1)
