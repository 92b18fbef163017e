"""Cases by day."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dashboard.domain.areas import Level
from dashboard.domain.calendars import day_start, shanghai_day
from dashboard.domain.stages import Stage
from dashboard.store.count_tables import CATEGORIES, DAYS
from dashboard.store.counted import days_between, exact_codes, in_category
from dashboard.store.models import Case


def received_by_day(session: Session, area: str, category: str | None, first: date, end: date) -> dict[date, int]:
    """Day → cases received in an area, from `first` up to but not including `end`."""
    if len(area) > (Level.COMMUNITY if category else Level.GRID):
        return _from_cases(session, area, category, first, end)
    table = CATEGORIES if category else DAYS
    query = select(table.c.day, func.sum(table.c.received)).where(table.c.area_code == area)
    if category:
        query = query.where(table.c.day.in_(days_between(first, end)), in_category(table.c.category, category))
    else:
        query = query.where(table.c.day >= first, table.c.day < end)
    return {day: int(count) for day, count in session.execute(query.group_by(table.c.day))}


def _from_cases(session: Session, area: str, category: str | None, first: date, end: date) -> dict[date, int]:
    """Small areas are counted from their cases."""
    query = select(Case.opened_at, Case.category).where(
        Case.area_code.in_(exact_codes(session, [area])),
        Case.opened_at >= day_start(first),
        Case.opened_at < day_start(end),
        Case.stage != Stage.MERGED,
    )
    found: dict[date, int] = {}
    for opened_at, of_case in session.execute(query):
        if category is None or of_case == category or of_case.startswith(f"{category}/"):
            day = shanghai_day(opened_at)
            found[day] = found.get(day, 0) + 1
    return found


def received_by_building(session: Session, start: datetime, end: datetime) -> dict[str, int]:
    """Building → cases received in a span of at most some weeks. Buildings have no counts of their own."""
    query = select(Case.area_code, func.count()).where(
        Case.opened_at >= start,
        Case.opened_at < end,
        Case.stage != Stage.MERGED,
        func.length(Case.area_code) == int(Level.BUILDING),
    )
    return dict(session.execute(query.group_by(Case.area_code)).all())
