"""What cases of a time were about, and where they came from again and again."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from dashboard.domain.areas import Level, subtree
from dashboard.domain.stages import Stage
from dashboard.store.count_tables import CHANNELS
from dashboard.store.models import Case


def received_by_category(session: Session, area: str, start: datetime, end: datetime) -> dict[str, int]:
    """Category → cases received in [start, end), most first."""
    count = func.count()
    query = select(Case.category, count).where(*_received(area, start, end)).group_by(Case.category)
    return dict(session.execute(query.order_by(count.desc(), Case.category)).all())


def received_by_channel(session: Session, area: str, start: datetime, end: datetime) -> dict[str, int]:
    """Channel → cases whose first report came through it in [start, end)."""
    query = select(Case.channel, func.count()).where(*_received(area, start, end)).group_by(Case.channel)
    return dict(session.execute(query).all())


def reports_by_channel(session: Session, area: str, first: date, last: date) -> dict[str, int]:
    """Channel → reports of whole days that came through it, down to the community."""
    table = CHANNELS.c
    query = select(table.channel, func.sum(table.reports)).where(table.area_code == area)
    query = query.where(table.day >= first, table.day <= last).group_by(table.channel)
    return {channel: int(count) for channel, count in session.execute(query) if count}


def received_by_place(
    session: Session, area: str, start: datetime, end: datetime, most: int, *, at_least: int
) -> list[list[Any]]:
    """[place, area code, cases, kinds of trouble] of places with at least so many cases, most first.

    Cases without an address of their own are none of a place.
    """
    count, kinds, code = func.count(), func.count(Case.category.distinct()), func.min(Case.area_code)
    query = select(Case.place, code, count, kinds).where(*_received(area, start, end), Case.place != "")
    query = query.where(func.length(Case.area_code) >= Level.COMMUNITY).group_by(Case.place)
    query = query.having(count >= at_least).order_by(count.desc(), Case.place).limit(most)
    return [list(row) for row in session.execute(query)]


def _received(area: str, start: datetime, end: datetime) -> list[ColumnElement[bool]]:
    """Large areas by the time alone, small ones by their codes; a prefix would not use the index on codes."""
    found = [Case.opened_at >= start, Case.opened_at < end, Case.stage != Stage.MERGED]
    if len(area) <= Level.COMMUNITY:
        return [*found, func.substr(Case.area_code, 1, len(area)) == area]
    low, high = subtree(area)
    return [*found, Case.area_code >= low, Case.area_code < high]
