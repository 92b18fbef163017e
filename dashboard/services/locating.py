"""Giving a case its place after all, by a point or by a name."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from dashboard.domain.access import Actor, Right
from dashboard.domain.calendars import shanghai_day
from dashboard.domain.events import Event, EventKind
from dashboard.domain.replay import CaseState
from dashboard.domain.reports import Incoming
from dashboard.domain.stages import CaseError
from dashboard.services.acts import check_version
from dashboard.services.atlas import Spot
from dashboard.services.desk import Desk
from dashboard.services.recording import record
from dashboard.store.cases import cases_by_id, where_of
from dashboard.store.counts import count_report
from dashboard.store.engine import writing
from dashboard.store.logs import logs_of
from dashboard.store.models import Case
from dashboard.store.reports import reports_of
from dashboard.store.users import handlers_of


@dataclass(frozen=True)
class Place:
    """Where a case is said to be: a point (WGS 84), or words that name a place."""

    longitude: float | None = None
    latitude: float | None = None
    words: str = ""


def locate(
    desk: Desk, case_id: int, place: Place, actor: Actor, now: datetime, version: int | None = None
) -> CaseState:
    """Move a case to a place. Everything that counts it moves with it; no clock does.

    Raises:
        CaseError: nothing in the district is there or called so.
    """
    with writing(desk.sessions, now) as session:
        case = cases_by_id(session, [case_id], lock=True).get(case_id)
        if case is None or not actor.scope.covers(case.area_code) or not actor.may(Right.HANDLE):
            raise CaseError("没有编号为 {case} 的案件", case=case_id)
        log = logs_of(session, [case_id])
        check_version(case, log[case_id], version)
        spot = _spot(desk, session, place, now)
        before = where_of(case)
        for report in reports_of(session, [case_id]):
            count_report(session, case.area_code, report.channel, report.accepted_at, -1)
            count_report(session, spot.area_code, report.channel, report.accepted_at)
        data = {"from": case.area_code, "to": spot.area_code, "place": spot.place, "words": place.words}
        _put(case, spot)
        events = [Event(EventKind.LOCATED, now, actor.id, data)]
        if case.assignee and case.assignee not in handlers_of(session, case.area_code):
            events.append(Event(EventKind.ASSIGNED, now, actor.id, {"to": ""}))  # they cannot see it any more
        session.flush()
        return record(session, desk.rules, {case_id: case}, log, {case_id: events}, now, {case_id: before})[case_id]


def _spot(desk: Desk, session: Session, place: Place, now: datetime) -> Spot:
    atlas = desk.atlases.current(session, shanghai_day(now))
    incoming = Incoming("", place.words, x=place.longitude, y=place.latitude, address=place.words or None)
    (spot,) = atlas.spots([incoming], "wgs84")
    if spot.unlocated:
        raise CaseError("在本区找不到这个位置")
    return spot


def _put(case: Case, spot: Spot) -> None:
    case.area_code, case.place, case.building_id, case.unlocated = spot.area_code, spot.place, spot.building_id, None
    case.longitude, case.latitude = spot.longitude, spot.latitude
    case.cell_east, case.cell_north = spot.cell if spot.cell else (None, None)
