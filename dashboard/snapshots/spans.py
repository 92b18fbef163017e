"""Which days a bulletin is about."""

from datetime import date, timedelta

from dashboard.domain.periods import Period, day_period, month_of, week_of
from dashboard.domain.snapshots import Kind


def span_of(kind: Kind, day: date) -> Period:
    """The day, the week from Monday, or the calendar month that a day belongs to."""
    return {Kind.DAILY: day_period, Kind.WEEKLY: week_of, Kind.MONTHLY: month_of}[kind](day)


def last_over(kind: Kind, today: date) -> date:
    """The first day of the last such span that is over."""
    return span_of(kind, span_of(kind, today).first - timedelta(days=1)).first
