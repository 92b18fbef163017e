"""Numbers of a period or a category: what the live frames do not carry. Asked for at most every half minute."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from dashboard.domain.areas import Level
from dashboard.domain.calendars import shanghai_day
from dashboard.domain.counting import MEASURES
from dashboard.domain.indicators import quartiles
from dashboard.domain.periods import Period, PeriodName, period
from dashboard.domain.sla import CITIZEN_CLOCKS
from dashboard.live.parts import Json, kpi_part, queue_part
from dashboard.live.reference import Reference
from dashboard.live.situation import Situation
from dashboard.store.areas import child_codes
from dashboard.store.counted import RECEIVED, counted
from dashboard.store.days import received_by_day

BAND_WEEKS, TREND_DAYS = 8, 30
CLOSE_LEVELS = ("grid", "community", "subdistrict", "district")


@dataclass(frozen=True)
class Asked:
    """What numbers are asked for."""

    area: str
    period: PeriodName
    category: str | None


def figures(session: Session, situation: Situation, asked: Asked, now: datetime) -> Json:
    """The parts that replace those of the live frames, in the same shape."""
    span = period(asked.period, now)
    before = span.previous()
    here = _counts(session, asked, span.start, span.cut_off(now))
    there = _counts(session, asked, before.start, span.same_part(before, now))
    found: Json = {
        "trend": trend(session, asked, span, now) if _is_daily(asked) else None,
        "levels": [here[f"closed_at_{level}"] for level in CLOSE_LEVELS],
        "received": [here["received"], there["received"]],
        "closed": [here["closed"], there["closed"]],
        "rates": {
            name.value: [c[f"{name}_{what}"] for c in (here, there) for what in ("met", "due")]
            for name in CITIZEN_CLOCKS
        },
        "words": "上月同期" if span.is_month else "昨日同期" if asked.period is PeriodName.TODAY else "前一期",
        "period": asked.period.value,
    }
    if asked.category:
        found["parts"] = _of_category(session, situation, asked, now)
    return found


def _is_daily(asked: Asked) -> bool:
    """Hours are drawn only of today, and only down to the community."""
    return asked.period is not PeriodName.TODAY or len(asked.area) > Level.COMMUNITY or asked.category is not None


def _counts(
    session: Session, asked: Asked, start: datetime, end: datetime, measures: Sequence[str] = MEASURES
) -> Counter[str]:
    return counted(session, [asked.area], start, end, asked.category, measures)[asked.area]


def _of_category(session: Session, situation: Situation, asked: Asked, now: datetime) -> Json:
    """Strip and queue of one category, made of the same situation."""
    inside = {
        case.id: case
        for case in situation.cases.values()
        if case.category == asked.category or case.category.startswith(f"{asked.category}/")
    }
    chosen = replace(situation, cases=inside)
    today, week, month = (period(name, now) for name in (PeriodName.TODAY, PeriodName.WEEK, PeriodName.THIS_MONTH))
    yesterday, year = today.previous(), month.year_before()
    area = asked.area
    reference = Reference(
        at=now,
        yesterday={area: _counts(session, asked, yesterday.start, today.same_part(yesterday, now))},
        week={area: _counts(session, asked, week.start, now)},
        month={area: _counts(session, asked, month.start, now, RECEIVED)},
        year_before={area: _counts(session, asked, year.start, month.same_part(year, now), RECEIVED)},
        states_yesterday={},
    )
    children = child_codes(session, area, shanghai_day(now))
    kpi = kpi_part(chosen, area, children, _counts(session, asked, today.start, now), reference)
    for name in ("open", "at_risk", "breached"):
        kpi[name][1] = None  # how many there were yesterday is not kept by category
    return {"kpi": kpi, "queue": queue_part(chosen, area)}


def trend(session: Session, asked: Asked, span: Period, now: datetime) -> Json:
    """Cases per day, at least of thirty days, with what is usual on the weekday of each."""
    last = min(span.last, shanghai_day(now))
    first = min(span.first, last - timedelta(days=TREND_DAYS - 1))
    counts = received_by_day(
        session, asked.area, asked.category, first - timedelta(weeks=BAND_WEEKS), last + timedelta(days=1)
    )
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return {
        "days": [[day.isoformat(), counts.get(day, 0)] for day in days],
        "band": [_usual(counts, day) for day in days],
    }


def _usual(counts: dict[date, int], day: date) -> list[float]:
    weeks = [counts.get(day - timedelta(weeks=week), 0) for week in range(1, BAND_WEEKS + 1)]
    band = quartiles(weeks)
    return [round(band.low, 1), round(band.middle, 1), round(band.high, 1)]
