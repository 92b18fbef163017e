"""What a new report and the case it opens look like when they are stored."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from dashboard.config.checks import UNCLASSIFIED
from dashboard.domain.calendars import shanghai_day
from dashboard.domain.events import Event, EventKind
from dashboard.domain.levels import charge_of
from dashboard.domain.masking import summary
from dashboard.domain.policies import Severity
from dashboard.domain.reports import Incoming, Unlocated
from dashboard.domain.sla import ClockName, advance
from dashboard.services.atlas import Spot
from dashboard.services.classifying import Guess
from dashboard.services.desk import Desk
from dashboard.services.finding import Fresh
from dashboard.services.matching import Match
from dashboard.store.cases import charge_columns
from dashboard.store.models import Case, Report
from dashboard.store.reports import Likeness


@dataclass(frozen=True)
class Origin:
    """Where a batch comes from. Reports from before `start_from`, or closed at first sight, are history."""

    source: str
    channel: str
    crs: str
    start_from: datetime
    fetched_at: datetime


@dataclass
class Arrival:
    """A report seen for the first time, on its way to a case."""

    report: Incoming
    spot: Spot
    category: str
    is_history: bool
    accepted_at: datetime
    area_code: str
    case_id: int = 0
    joined_by: dict[str, Any] | None = None
    suggested: Sequence[Match] = ()
    guess: Guess | None = None


def is_history(report: Incoming, start_from: datetime) -> bool:
    """Whether a report seen for the first time is of the past: closed already, or from before the source counted."""
    return report.is_closed or (report.source_at is not None and report.source_at < start_from)


def arrival_of(report: Incoming, spot: Spot, origin: Origin, now: datetime) -> Arrival:
    """A new report with its acceptance: now, or for history when it was made, as far as that is known."""
    history = is_history(report, origin.start_from)
    accepted_at = (report.source_at or now) if history else now
    return Arrival(report, spot, report.category or UNCLASSIFIED, history, min(accepted_at, now), spot.area_code)


def fresh_of(new: Arrival, origin: Origin) -> Fresh:
    """The report as it is compared with cases."""
    report, spot = new.report, new.spot
    return Fresh(
        text=report.text,
        address=report.address,
        category=new.category,
        place=spot.place,
        area_code=spot.area_code,
        building_id=spot.building_id,
        longitude=spot.longitude,
        latitude=spot.latitude,
        accepted_at=new.accepted_at,
        reporter=report.reporter,
        source=origin.source,
    )


def likeness(new: Arrival) -> Likeness:
    """Where and as what the report is like another."""
    return new.spot.area_code, new.spot.place, new.category


def case_row(desk: Desk, origin: Origin, new: Arrival, number: str, repeat_of: int | None) -> dict[str, Any]:
    """The row of the case the report opens."""
    severity = Severity(desk.severities[new.category])
    policy = None if new.is_history else desk.rules.choose(new.category, severity, new.accepted_at).key
    closed_at = _closed_at(new)
    spot = new.spot
    return {
        "number": number,
        "version": 1,
        "stage": "closed" if closed_at else "received",
        "is_open": not new.is_history,
        "round": 1,
        "category": new.category,
        "severity": severity,
        "channel": new.report.channel or origin.channel,
        "summary": summary(new.report.text, new.report.contact or ""),
        "place": spot.place,
        "area_code": spot.area_code,
        "building_id": spot.building_id,
        "unlocated": spot.unlocated,
        "longitude": spot.longitude,
        "latitude": spot.latitude,
        "cell_east": spot.cell[0] if spot.cell else None,
        "cell_north": spot.cell[1] if spot.cell else None,
        "opened_at": new.accepted_at,
        "closed_at": closed_at,
        "ended_at": new.accepted_at if new.is_history else None,
        "close_level": None,
        "policy": policy,
        "report_count": 1,
        "is_mass": False,
        "is_history": new.is_history,
        "repeat_of": repeat_of,
        "merged_into": None,
    } | charge_columns(charge_of((), spot.area_code))


def _closed_at(new: Arrival) -> datetime | None:
    """When a report of history was closed at its source, as far as that can be true."""
    if not (new.is_history and new.report.is_closed):
        return None
    return max(new.report.closed_at or new.accepted_at, new.accepted_at)


def first_events(desk: Desk, new: Arrival, policy: str | None) -> list[Event]:
    """The beginning of the case's log."""
    severity = desk.severities[new.category]
    data = {"category": new.category, "severity": severity, "policy": policy, "calendar": desk.rules.calendar_version}
    if closed_at := _closed_at(new):
        data["closed_at"] = closed_at.isoformat()
    return [Event(EventKind.OPENED, new.accepted_at, data=data)]


def report_row(desk: Desk, origin: Origin, new: Arrival) -> dict[str, Any]:
    """The row of the report; its case must be known by now."""
    report, spot = new.report, new.spot
    return {
        "source": origin.source,
        "external_id": report.external_id,
        "channel": report.channel or origin.channel,
        "case_id": new.case_id,
        "version": 1,
        "text": report.text,
        "category_raw": report.category_raw,
        "category": new.category,
        "address": report.address,
        "longitude": spot.longitude,
        "latitude": spot.latitude,
        "original_point": None if report.x is None else f"{report.x},{report.y} {origin.crs}",
        "source_at": report.source_at,
        "source_time_raw": report.source_time_raw,
        "fetched_at": origin.fetched_at,
        "accepted_at": new.accepted_at,
        "source_status": report.status,
        "source_closed_at": report.closed_at if report.is_closed else None,
        "parent_external_id": report.parent,
        "reporter": report.reporter,
        "contact": report.contact,
        "flags": [*report.flags, *spot.flags],
        "digest": report.digest,
        "answer_due_at": None if new.is_history else _answer_due(desk, new),
        "answered_at": None,
    }


def _answer_due(desk: Desk, new: Arrival) -> datetime:
    """Each reporter is owed the answer within the feedback target of their own acceptance."""
    severity = Severity(desk.severities[new.category])
    policy = desk.rules.choose(new.category, severity, new.accepted_at)
    target = policy.targets[ClockName.FEEDBACK] or desk.rules.fallback(ClockName.FEEDBACK)
    time = desk.rules.time(target.unit, desk.rules.calendar_version)
    return advance(new.accepted_at, target.duration, (), time)


def opening_of(
    session: Session, desk: Desk, report: Report, old: Case, number: str, now: datetime
) -> tuple[dict[str, Any], list[Event]]:
    """The row and the first events of a case that a report opens after all, since its own acceptance.

    Its place is found anew from the report itself; where that fails it is the place of the case it comes from.
    """
    incoming = Incoming(report.external_id, report.text, category=report.category, address=report.address)
    if report.longitude is not None and report.latitude is not None:
        incoming = replace(incoming, x=report.longitude, y=report.latitude)
    (spot,) = desk.atlases.current(session, shanghai_day(now)).spots([incoming], "wgs84")
    if spot.unlocated:
        spot = spot_of(old)
    arrival = Arrival(incoming, spot, report.category, False, report.accepted_at, spot.area_code)
    origin = Origin(report.source, report.channel, "wgs84", report.accepted_at, report.fetched_at)
    row = case_row(desk, origin, arrival, number, None)
    return row, first_events(desk, arrival, row["policy"])


def spot_of(case: Case) -> Spot:
    """Where a case is."""
    cell = None if case.cell_east is None or case.cell_north is None else (case.cell_east, case.cell_north)
    unlocated = Unlocated(case.unlocated) if case.unlocated else None
    return Spot(case.area_code, case.place, case.building_id, case.longitude, case.latitude, cell, unlocated)
