"""多口进: records of any source become reports, and reports become cases or join one. Safe to repeat."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from dashboard.config.checks import UNCLASSIFIED
from dashboard.domain.calendars import shanghai_day
from dashboard.domain.events import Event, EventKind
from dashboard.domain.replay import CaseState
from dashboard.domain.reports import Incoming, Rejected
from dashboard.services.answers import owe
from dashboard.services.categories import guess_category, keep_guess
from dashboard.services.desk import Desk
from dashboard.services.finding import find_cases
from dashboard.services.notices import notify_of_major
from dashboard.services.openings import (
    Arrival,
    Origin,
    arrival_of,
    case_row,
    first_events,
    fresh_of,
    likeness,
    report_row,
)
from dashboard.services.recording import record, record_opening
from dashboard.services.suggestions import keep_suggestions, weights
from dashboard.store.cases import case_number, cases_by_id, insert_cases, take_numbers
from dashboard.store.counts import count_report
from dashboard.store.logs import logs_of
from dashboard.store.models import Report
from dashboard.store.reports import (
    add_version,
    insert_reports,
    last_closed_alike,
    quarantine,
    reports_by_external_id,
)

Known = dict[str, Report]
"""Reports of one source by their external id."""


@dataclass
class Taken:
    """What became of a batch of records."""

    new: int = 0
    history: int = 0
    changed: int = 0
    duplicate: int = 0
    quarantined: int = 0
    flagged: int = 0
    lags: list[timedelta] = field(default_factory=list)
    case_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class _Batch:
    """One batch on its way through one transaction."""

    session: Session
    desk: Desk
    origin: Origin
    now: datetime
    taken: Taken


def take_in(
    session: Session,
    desk: Desk,
    origin: Origin,
    incoming: Sequence[Incoming],
    rejected: Sequence[Rejected],
    now: datetime,
) -> Taken:
    """Take in a batch inside the caller's transaction, which also stores the cursor that covers it.

    A report known by (source, external id) is never taken twice: unchanged it is a duplicate, edited it gets a new
    version and its case a mark, and neither its place nor its category nor a clock moves.
    """
    batch = _Batch(session, desk, origin, now, Taken(quarantined=quarantine(session, origin.source, rejected, now)))
    known = reports_by_external_id(session, origin.source, [report.external_id for report in incoming])
    fresh: dict[str, Incoming] = {}
    later: list[Incoming] = []
    for report in incoming:
        if report.external_id in known or report.external_id in fresh:
            later.append(report)
        else:
            fresh[report.external_id] = report
    for reports in _parents_first(fresh):
        known |= _take_new(batch, reports, known)
    _revise(batch, known, later)
    return batch.taken


def _parents_first(fresh: Mapping[str, Incoming]) -> tuple[list[Incoming], list[Incoming]]:
    children = [report for report in fresh.values() if report.parent in fresh]
    return [report for report in fresh.values() if report.parent not in fresh], children


def _take_new(batch: _Batch, reports: list[Incoming], known: Known) -> Known:
    """New reports: each joins the case its source names, or opens one."""
    if not reports:
        return {}
    atlas = batch.desk.atlases.current(batch.session, shanghai_day(batch.now))
    spots = atlas.spots(reports, batch.origin.crs)
    arrivals = [arrival_of(*pair, batch.origin, batch.now) for pair in zip(reports, spots, strict=True)]
    _find_parents(batch, arrivals, known)
    stored = _settle(batch, [arrival for arrival in arrivals if arrival.case_id])
    for part in _parts(batch, [arrival for arrival in arrivals if not arrival.case_id]):
        stored |= _settle(batch, part)
    batch.taken.new += sum(not arrival.is_history for arrival in arrivals)
    batch.taken.history += sum(arrival.is_history for arrival in arrivals)
    batch.taken.lags += [
        arrival.accepted_at - arrival.report.source_at
        for arrival in arrivals
        if arrival.report.source_at and not arrival.is_history
    ]
    batch.taken.flagged += sum(bool(report.flags) for report in stored.values())
    return stored


def _parts(batch: _Batch, arrivals: list[Arrival]) -> Iterator[list[Arrival]]:
    """One by one, so that each is compared with those before it; history is compared with nothing and comes at once."""
    if past := [arrival for arrival in arrivals if arrival.is_history]:
        yield past
    for arrival in arrivals:
        if not arrival.is_history:
            _find_category(batch, arrival)
            _find_case(batch, arrival)
            yield [arrival]


def _find_category(batch: _Batch, arrival: Arrival) -> None:
    """A category for a report whose source gives none that is known. Only suggested, unless the district has set how
    certain is enough."""
    if arrival.category != UNCLASSIFIED:
        return
    arrival.guess = guess_category(batch.session, batch.desk, arrival.report.text, batch.now)
    decide = batch.desk.config.categorising.decide
    if arrival.guess and decide is not None and arrival.guess.certainty >= decide:
        arrival.category = arrival.guess.category


def _find_case(batch: _Batch, arrival: Arrival) -> None:
    """The case that a report joins by itself, or those that are suggested once it has opened its own."""
    found = find_cases(batch.session, batch.desk, fresh_of(arrival, batch.origin), batch.now)
    if found.joins:
        case = cases_by_id(batch.session, [found.joins.case_id])[found.joins.case_id]
        judgement = found.joins.judgement
        arrival.case_id, arrival.area_code = case.id, case.area_code
        arrival.joined_by = {"certainty": round(judgement.certainty, 3), "reasons": weights(judgement)}
    else:
        arrival.suggested = [*found.suggested, *found.repeats]


def _settle(batch: _Batch, arrivals: list[Arrival]) -> Known:
    """Store reports with the cases they open, or in those they join."""
    if not arrivals:
        return {}
    joining = [arrival for arrival in arrivals if arrival.case_id]
    opening = [arrival for arrival in arrivals if not arrival.case_id]
    _open_cases(batch, opening)
    stored = _store_reports(batch, arrivals)
    _join(batch, joining, stored)
    for arrival in opening:
        keep_suggestions(batch.session, arrival.case_id, arrival.suggested, batch.now)
        if arrival.guess:
            keep_guess(batch.session, arrival.case_id, arrival.guess, batch.now)
    return stored


def _find_parents(batch: _Batch, arrivals: list[Arrival], known: Known) -> None:
    """Note the open case a report belongs to when its source names the report that began it."""
    parents = {arrival.report.parent for arrival in arrivals if arrival.report.parent}
    known = known | reports_by_external_id(batch.session, batch.origin.source, list(parents - known.keys()))
    cases = cases_by_id(batch.session, [known[parent].case_id for parent in parents & known.keys()])
    for arrival in arrivals:
        parent = known.get(arrival.report.parent or "")
        if parent and cases[parent.case_id].is_open and not arrival.is_history:
            arrival.case_id = parent.case_id
            arrival.area_code = cases[parent.case_id].area_code


def _open_cases(batch: _Batch, arrivals: list[Arrival]) -> None:
    if not arrivals:
        return
    session, desk = batch.session, batch.desk
    since = batch.now - desk.config.intake.repeat_within
    alike = last_closed_alike(session, {likeness(arrival) for arrival in arrivals if not arrival.is_history}, since)
    rows = [
        case_row(desk, batch.origin, arrival, number, alike.get(likeness(arrival)))
        for arrival, number in zip(arrivals, _numbers(batch, arrivals), strict=True)
    ]
    ids = insert_cases(session, rows)
    for arrival, case_id in zip(arrivals, ids, strict=True):
        arrival.case_id = case_id
    events = {
        arrival.case_id: first_events(desk, arrival, row["policy"]) for arrival, row in zip(arrivals, rows, strict=True)
    }
    opened = cases_by_id(session, ids)
    record_opening(session, desk.rules, opened, events, batch.now)
    notify_of_major(session, desk, opened.values(), batch.now)
    batch.taken.case_ids += ids


def _numbers(batch: _Batch, arrivals: list[Arrival]) -> Iterator[str]:
    days = [shanghai_day(arrival.accepted_at) for arrival in arrivals]
    following = take_numbers(batch.session, Counter(days))
    for day in days:
        yield case_number(batch.desk.config.district.case_prefix, day, following[day])
        following[day] += 1


def _store_reports(batch: _Batch, arrivals: list[Arrival]) -> Known:
    rows = [report_row(batch.desk, batch.origin, arrival) for arrival in arrivals]
    insert_reports(batch.session, rows)
    for arrival, row in zip(arrivals, rows, strict=True):
        count_report(batch.session, arrival.area_code, row["channel"], arrival.accepted_at)
    return reports_by_external_id(batch.session, batch.origin.source, [row["external_id"] for row in rows])


def _join(batch: _Batch, joining: list[Arrival], stored: Known) -> None:
    """Reports that join an open case: it counts one more, and from some number on it is a mass incident."""
    cases = cases_by_id(batch.session, [arrival.case_id for arrival in joining], lock=True)
    added: dict[int, list[Event]] = {}
    for arrival in joining:
        report, case = stored[arrival.report.external_id], cases[arrival.case_id]
        data = {"report": report.id, "channel": report.channel} | (arrival.joined_by or {})
        added.setdefault(case.id, []).append(Event(EventKind.REPORT_JOINED, batch.now, data=data))
        case.report_count += 1
        case.is_mass = case.report_count >= batch.desk.config.intake.mass_from
    for case_id, state in _record(batch, added).items():
        reports = [stored[arrival.report.external_id] for arrival in joining if arrival.case_id == case_id]
        owe(batch.session, batch.desk, cases[case_id], state, reports, batch.now)


def _revise(batch: _Batch, known: Known, later: list[Incoming]) -> None:
    """Reports that are known already: an edit adds a version and a mark, a closing at the source only a mark."""
    added: dict[int, list[Event]] = {}
    for report in later:
        stored = known[report.external_id]
        events = list(_revisions(batch, stored, report))
        added.setdefault(stored.case_id, []).extend(events)
        batch.taken.changed += bool(events)
        batch.taken.duplicate += not events
    _record(batch, {case_id: events for case_id, events in added.items() if events})


def _revisions(batch: _Batch, stored: Report, report: Incoming) -> Iterator[Event]:
    edited = report.digest != stored.digest if stored.digest else report.text != stored.text
    if edited:
        changed = {
            "text": report.text,
            "category_raw": report.category_raw,
            "address": report.address,
            "original_point": None if report.x is None else f"{report.x},{report.y} {batch.origin.crs}",
            "digest": report.digest,
        }
        add_version(batch.session, stored, changed, batch.now)
        yield Event(EventKind.SOURCE_EDITED, batch.now, data={"report": stored.id, "version": stored.version})
    stored.source_status = report.status
    if report.is_closed and stored.source_closed_at is None:
        stored.source_closed_at = report.closed_at or batch.now
        yield Event(EventKind.SOURCE_CLOSED, batch.now, data={"report": stored.id, "status": report.status})


def _record(batch: _Batch, added: Mapping[int, Sequence[Event]]) -> dict[int, CaseState]:
    if not added:
        return {}
    batch.session.flush()
    cases = cases_by_id(batch.session, list(added), lock=True)
    return record(batch.session, batch.desk.rules, cases, logs_of(batch.session, list(added)), added, batch.now)
