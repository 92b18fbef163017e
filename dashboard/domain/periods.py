"""Spans of Shanghai days that numbers are about, and what they are compared with."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from dashboard.domain.calendars import day_start, shanghai_day

EARLIEST = date(2000, 1, 1)
WEEK, DAY = "%G-W%V-%u", "%Y-%m-%d"


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
    """A named period, a month such as `2026-09`, a week such as `2026-W39` or a day such as `2026-09-24`; None for
    anything else, and for what has not begun."""
    if text in set(PeriodName):
        return period(PeriodName(text), now)
    for form, rest, span in ((DAY, "-01", month_of), (WEEK, "-1", week_of), (DAY, "", day_period)):
        if found := _first_day(f"{text}{rest}", form):
            return span(found) if EARLIEST <= found <= shanghai_day(now) else None
    return None


def _first_day(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(f"{text}+0800", f"{form}%z").date()
    except ValueError:
        return None


def written(span: Period) -> str:
    """A month, a week or a day as `read_period` reads it."""
    if span.is_month:
        return f"{span.first:%Y-%m}"
    return f"{span.first:%G-W%V}" if span.days == 7 else span.first.isoformat()


def day_period(day: date) -> Period:
    """One day."""
    return Period(day, day)


def week_of(day: date) -> Period:
    """The week from Monday to Sunday that a day belongs to."""
    first = day - timedelta(days=day.weekday())
    return Period(first, first + timedelta(days=6))


def month_of(day: date) -> Period:
    """The calendar month that a day belongs to."""
    return _month(day.year, day.month)


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
