"""How many cases the demo district has, month by month: 27 % fewer in the last four months than a year before."""

from datetime import date, datetime, timedelta

import numpy as np
from numpy.random import Generator

from dashboard.demo.people import HOURS, WEEKDAYS
from dashboard.domain.calendars import day_start, shanghai_day
from dashboard.store.types import to_micros

MONTHS, TOTAL = 16, 165_000
RECENT, FALL = 9_000, 0.27
"""Cases a month now, and how much less that is than a year before."""
FRESH = 8
"""As many of the newest cases are at most as many minutes old."""
MINUTE, HOUR = 60_000_000, 3_600_000_000


def first_day(now: datetime) -> date:
    """The first day of the history: the month `MONTHS` − 1 before this one."""
    today = shanghai_day(now)
    months = today.year * 12 + today.month - 1 - (MONTHS - 1)
    return date(months // 12, months % 12 + 1, 1)


def opening_instants(rng: Generator, now: datetime, total: int = TOTAL) -> np.ndarray:
    """When cases were opened, in order: microseconds since 1970, the last one just before `now`."""
    hours, weights = hour_weights(first_day(now), now)
    days = (hours + 8 * HOUR) // (24 * HOUR)
    month = days.astype("datetime64[D]").astype("datetime64[M]").astype(int)
    targets = _month_targets(month, weights, total)
    counts = np.zeros(len(hours), np.int64)
    for index, number in enumerate(np.unique(month)):
        mine = month == number
        counts[mine] = rng.multinomial(targets[index], weights[mine] / weights[mine].sum())
    return _with_fresh(spread(rng, hours, np.minimum(HOUR, to_micros(now) - hours), counts), now)


def _with_fresh(instants: np.ndarray, now: datetime) -> np.ndarray:
    """Whatever the hour, the newest cases are so young that some still wait for a response."""
    fresh = (to_micros(now) - np.arange(FRESH, 0, -1) * MINUTE)[-len(instants) :] // 1_000_000 * 1_000_000
    kept = len(instants) - len(fresh)
    found: np.ndarray = np.append(instants[:kept], np.maximum(instants[kept:], fresh))
    return found


def hour_weights(start: date, now: datetime) -> tuple[np.ndarray, np.ndarray]:
    """The hours from a day's beginning to now (microseconds) and how busy each is; the running one counts in part."""
    first, last = to_micros(day_start(start)), to_micros(now)
    hours = np.arange(first, last, HOUR)
    local = (hours + 8 * HOUR) // HOUR
    weekday = (local // 24 + 3) % 7  # 1 January 1970 was a Thursday
    weights = HOURS[local % 24] * WEEKDAYS[weekday]
    weights[-1] *= (last - hours[-1]) / HOUR
    return hours, weights


def _month_targets(month: np.ndarray, weights: np.ndarray, total: int) -> np.ndarray:
    """Cases per month. The last four are what is usual now, those a year before more, the others share the rest."""
    number = len(np.unique(month))
    recent = RECENT * total / TOTAL
    targets = np.zeros(number)
    targets[:4], targets[-4:] = recent / (1 - FALL), recent
    usual_month = weights.sum() / len(weights) * 24 * 30.4
    targets[-1] *= weights[month == month[-1]].sum() / usual_month
    targets[4:-4] = (total - targets.sum()) / (number - 8)
    whole = np.floor(targets).astype(int)
    whole[4] += total - whole.sum()
    return whole


def spread(rng: Generator, begins: np.ndarray, lengths: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Instants inside spans of time (microseconds), to the second, in order."""
    begun, length = np.repeat(begins, counts), np.repeat(lengths, counts)
    instants = begun + (rng.random(len(begun)) * length).astype(np.int64)
    ordered: np.ndarray = np.sort(instants // 1_000_000 * 1_000_000)
    return ordered


def hourly_rate(now: datetime) -> float:
    """How many reports an hour the demo's people make at this time of day and week."""
    local = now + timedelta(hours=8)
    average = RECENT / 30 / 24
    return float(average * HOURS[local.hour] / HOURS.mean() * WEEKDAYS[local.weekday()])
