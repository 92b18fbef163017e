"""Questions about 100 m cells."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dashboard.domain.areas import subtree
from dashboard.domain.calendars import shanghai_day
from dashboard.domain.stages import Stage
from dashboard.store.count_tables import CELLS
from dashboard.store.models import Case

Cells = dict[tuple[int, int], int]


def cells_between(session: Session, start: datetime, now: datetime) -> Cells:
    """Cases per cell of whole Shanghai days, from the day of `start` to that of `now`."""
    query = select(CELLS.c.east, CELLS.c.north, func.sum(CELLS.c.received)).where(
        CELLS.c.day >= shanghai_day(start), CELLS.c.day <= shanghai_day(now)
    )
    rows = session.execute(query.group_by(CELLS.c.east, CELLS.c.north))
    return {(east, north): int(count) for east, north, count in rows if count}


def cells_since(session: Session, start: datetime, now: datetime) -> Cells:
    """Cases per cell in a time of less than a few days."""
    query = select(Case.cell_east, Case.cell_north, func.count()).where(
        Case.opened_at >= start, Case.opened_at < now, Case.stage != Stage.MERGED
    )
    found = session.execute(query.group_by(Case.cell_east, Case.cell_north))
    return {(east, north): count for east, north, count in found if east is not None and north is not None}


def cases_since(session: Session, area: str, start: datetime, now: datetime) -> int:
    """How many cases an area had in a time of less than a few days."""
    low, high = subtree(area)
    query = select(func.count()).where(Case.opened_at >= start, Case.opened_at < now, Case.stage != Stage.MERGED)
    return session.scalar(query.where(Case.area_code >= low, Case.area_code < high)) or 0
