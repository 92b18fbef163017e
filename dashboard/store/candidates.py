"""Cases that a report may belong to: those around its place, still open or closed lately."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, union
from sqlalchemy.orm import Session

from dashboard.domain.stages import Stage
from dashboard.store.logs import chunks
from dashboard.store.models import Case, Report

MOST = 80
REPORTS_COMPARED = 5
COLUMNS = (
    Case.id, Case.number, Case.category, Case.place, Case.area_code, Case.building_id, Case.longitude, Case.latitude,
    Case.opened_at, Case.is_open, Case.closed_at, Case.summary,
)  # fmt: skip
METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True)
class Around:
    """Where to look: a point (WGS 84) with a radius in metres, an area, names of places."""

    longitude: float | None
    latitude: float | None
    radius: float
    area_code: str
    places: Sequence[str]


def open_around(session: Session, around: Around, since: datetime) -> list[Any]:
    """Open cases around a place, nearest first; those without a point when they lie in the same area or are young."""
    is_open = (Case.is_open.is_(True), Case.stage != Stage.MERGED)
    ids = union(*(select(Case.id).where(*is_open, condition) for condition in _near(around, since)))
    query = select(*COLUMNS).where(Case.id.in_(ids.scalar_subquery()))
    return list(session.execute(query.order_by(*_order(around)).limit(MOST)))


def closed_around(session: Session, around: Around, since: datetime) -> list[Any]:
    """Cases closed since an instant around a place."""
    if around.longitude is None and not around.places:
        return []
    query = select(*COLUMNS).where(Case.ended_at >= since, Case.closed_at >= since, Case.is_history.is_(False))
    return list(session.execute(query.where(or_(*_box(around))).order_by(*_order(around)).limit(MOST // 2)))


def _near(around: Around, since: datetime) -> list[ColumnElement[bool]]:
    """Within the box, or young and without a point; a report without a point is compared with the young of its area.
    One condition for each way, so that each may use its index."""
    if around.longitude is None:
        within = func.substr(Case.area_code, 1, len(around.area_code)) == around.area_code
        return [*_box(around), and_(within, Case.opened_at >= since)]
    return [*_box(around), and_(Case.longitude.is_(None), Case.opened_at >= since)]


def _box(around: Around) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Case.place.in_(list(around.places))] if around.places else []
    if around.longitude is None or around.latitude is None:
        return found
    high = around.radius / METRES_PER_DEGREE
    wide = high * 1.3  # degrees of longitude are shorter; 1.3 holds up to latitude 39
    return [
        *found,
        and_(
            Case.longitude.between(around.longitude - wide, around.longitude + wide),
            Case.latitude.between(around.latitude - high, around.latitude + high),
        ),
    ]


def _order(around: Around) -> list[Any]:
    if around.longitude is None or around.latitude is None:
        return [Case.opened_at.desc()]
    off = func.abs(Case.longitude - around.longitude) + func.abs(Case.latitude - around.latitude)
    return [func.coalesce(off, 1.0), Case.opened_at.desc()]


@dataclass(frozen=True)
class Said:
    """What a report of a case says, for comparing."""

    text: str
    address: str | None
    accepted_at: datetime
    reporter: str | None
    source: str


def said_of(session: Session, case_ids: Sequence[int]) -> Mapping[int, list[Said]]:
    """Case → its first and its newest reports."""
    found: dict[int, list[Said]] = {}
    columns = (Report.case_id, Report.text, Report.address, Report.accepted_at, Report.reporter, Report.source)
    for chunk in chunks(case_ids):
        for row in session.execute(select(*columns).where(Report.case_id.in_(chunk)).order_by(Report.id)):
            found.setdefault(row.case_id, []).append(
                Said(row.text, row.address, row.accepted_at, row.reporter, row.source)
            )
    return {case_id: compared(said) for case_id, said in found.items()}


def compared(said: Sequence[Said]) -> list[Said]:
    """Those of a case's reports that are compared: the first and the newest."""
    return [*said[:1], *said[1:][-REPORTS_COMPARED + 1 :]]
