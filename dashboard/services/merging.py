"""多口进: cases that are one event become one, reports that do not belong are taken out again, exactly as before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from dashboard.domain.access import Actor, Right
from dashboard.domain.calendars import shanghai_day
from dashboard.domain.events import Event, EventKind
from dashboard.domain.replay import CaseState, replay
from dashboard.domain.stages import CaseError, Move, allow
from dashboard.services.acts import check_version
from dashboard.services.answers import owe, take_back
from dashboard.services.desk import Desk
from dashboard.services.openings import opening_of
from dashboard.services.recording import record, record_opening
from dashboard.store.cases import case_number, cases_by_id, insert_cases, take_numbers
from dashboard.store.changes import Announcement, ChangeKind, announce
from dashboard.store.counts import count_report
from dashboard.store.engine import writing
from dashboard.store.handling import Suggestion
from dashboard.store.logs import logs_of
from dashboard.store.models import Case, Report
from dashboard.store.reports import reports_of
from dashboard.store.suggestions import WAITING, settle_suggestions


@dataclass(frozen=True)
class Merged:
    """The case that lives on, the one that went into it, and how many reports moved."""

    survivor: int
    merged: int
    reports: int


@dataclass(frozen=True)
class _Pair:
    """Two cases in one transaction, with their logs."""

    session: Session
    desk: Desk
    cases: Mapping[int, Case]
    logs: Mapping[int, Sequence[Event]]
    actor: Actor
    now: datetime

    def state(self, case_id: int) -> CaseState:
        return replay(self.logs[case_id], self.desk.rules)

    def event(self, kind: EventKind, **data: object) -> Event:
        return Event(kind, self.now, self.actor.id, data)


def merge(
    desk: Desk, one: int, two: int, actor: Actor, now: datetime, versions: Mapping[int, int] | None = None
) -> Merged:
    """Make one case of two. The one that began first lives on, so that its start rules the clocks; every reporter is
    still owed the answer, and gets it at once where it is there already.

    Raises:
        CaseError: they cannot be merged; the message says why.
    """
    with writing(desk.sessions, now) as session:
        pair = _pair(session, desk, (one, two), actor, now, versions or {})
        survivor, other = sorted((one, two), key=lambda case_id: (pair.state(case_id).round.started_at, case_id))
        for case_id in (survivor, other):
            check_mergeable(pair.cases[case_id], pair.state(case_id))
        reports = reports_of(session, [other])
        absorbed = pair.event(EventKind.ABSORBED, case=pair.cases[other].number, reports=[r.id for r in reports])
        merged = pair.event(EventKind.MERGED, into=pair.cases[survivor].number)
        _move(pair, reports, survivor)
        pair.cases[other].merged_into = survivor
        states = _record(pair, {survivor: [absorbed], other: [merged]})
        owe(session, desk, pair.cases[survivor], states[survivor], reports, now)
        settle_suggestions(session, survivor, other, actor.id, now)
        return Merged(survivor, other, len(reports))


def unmerge(desk: Desk, case_id: int, actor: Actor, now: datetime) -> CaseState:
    """Take a merged case out again: stage, clocks, tasks and reporters are what they would be without the merging.

    Raises:
        CaseError: it is not merged.
    """
    with writing(desk.sessions, now) as session:
        found = cases_by_id(session, [case_id]).get(case_id)
        if found is None or found.merged_into is None:
            raise CaseError("案件没有并入别的案件")
        survivor = found.merged_into
        pair = _pair(session, desk, (case_id, survivor), actor, now, {})
        reports = _leaving(pair, found, survivor)
        take_back(session, [report.id for report in reports], survivor, now)
        _move(pair, reports, case_id)
        pair.cases[case_id].merged_into = None
        released = pair.event(EventKind.RELEASED, case=found.number, reports=[report.id for report in reports])
        unmerged = pair.event(EventKind.UNMERGED, into=pair.cases[survivor].number)
        states = _record(pair, {survivor: [released], case_id: [unmerged]})
        owe(session, desk, pair.cases[case_id], states[case_id], reports, now)
        return states[case_id]


def split(desk: Desk, report_id: int, actor: Actor, now: datetime) -> int:
    """Take one report out of a case: it opens a case of its own whose clocks run since its own acceptance, as if it had
    never joined. Returns the new case.

    Raises:
        CaseError: it is the case's only report.
    """
    with writing(desk.sessions, now) as session:
        report = session.get(Report, report_id)
        if report is None:
            raise CaseError("没有这条诉求")
        old = report.case_id
        pair = _pair(session, desk, (old,), actor, now, {})
        if len(reports_of(session, [old])) < 2 or not pair.cases[old].is_open:
            raise CaseError("案件只有这一条诉求，或已结束，不能拆出")
        new = _open_for(pair, report)
        take_back(session, [report.id], old, now)
        _move(pair, [report], new.id)
        left = pair.event(EventKind.REPORT_LEFT, report=report.id, case=new.number)
        _record(pair, {old: [left]})
        return new.id


def _pair(
    session: Session, desk: Desk, ids: Sequence[int], actor: Actor, now: datetime, versions: Mapping[int, int]
) -> _Pair:
    if not actor.may(Right.HANDLE):
        raise CaseError("您没有权限{act}", act=EventKind.MERGED)
    cases, logs = cases_by_id(session, ids, lock=True), logs_of(session, ids)
    for case_id in ids:
        case = cases.get(case_id)
        if case is None or not actor.scope.covers(case.area_code):
            raise CaseError("没有编号为 {case} 的案件", case=case_id)
        check_version(case, logs[case_id], versions.get(case_id))
    return _Pair(session, desk, cases, logs, actor, now)


def check_mergeable(case: Case, state: CaseState) -> None:
    """Refuse cases that have ended, or are past.

    Raises:
        CaseError: the case cannot be merged.
    """
    if case.is_history or not state.is_open:
        raise CaseError("案件 {number} 已结束，不能并案", number=case.number)
    allow(state.stage, Move.MERGE)


def _record(pair: _Pair, added: Mapping[int, Sequence[Event]]) -> dict[int, CaseState]:
    pair.session.flush()
    return record(pair.session, pair.desk.rules, pair.cases, pair.logs, added, pair.now)


def _move(pair: _Pair, reports: Sequence[Report], to: int) -> None:
    """Reports count where their case is."""
    cases = pair.cases if to in pair.cases else {**pair.cases, **cases_by_id(pair.session, [to])}
    for report in reports:
        for code, weight in ((pair.cases[report.case_id].area_code, -1), (cases[to].area_code, 1)):
            count_report(pair.session, code, report.channel, report.accepted_at, weight)
        pair.cases[report.case_id].report_count -= 1
        cases[to].report_count += 1
        report.case_id = to
    for case in cases.values():
        case.is_mass = case.report_count >= pair.desk.config.intake.mass_from


def _leaving(pair: _Pair, case: Case, survivor: int) -> list[Report]:
    """The reports that go back with a case. Neither case may be left without any."""
    if pair.cases[survivor].merged_into is not None:
        raise CaseError("案件 {number} 自己也已并入别的案件，请先把它拆开", number=pair.cases[survivor].number)
    ids, reports = _absorbed(pair.logs[survivor], case.number), reports_of(pair.session, [survivor])
    leaving = [report for report in reports if report.id in ids]
    if not leaving or len(leaving) == len(reports):
        raise CaseError("拆开后会有案件没有诉求，不能拆开")
    return leaving


def _absorbed(log: Sequence[Event], number: str) -> set[int]:
    """The reports that a case got from another one, the last time that it was merged."""
    found = next(event for event in reversed(log) if event.kind is EventKind.ABSORBED and event.data["case"] == number)
    return set(found.data["reports"])


def dismiss(desk: Desk, suggestion_id: int, actor: Actor, now: datetime) -> None:
    """Decide that two cases are not the same event."""
    with writing(desk.sessions, now) as session:
        found = session.get(Suggestion, suggestion_id, with_for_update=True)
        if found is None or found.status != WAITING or not actor.may(Right.HANDLE):
            raise CaseError("没有这条提示")
        cases = cases_by_id(session, [found.case_id, found.other_id]).values()
        if not all(actor.scope.covers(case.area_code) for case in cases):
            raise CaseError("没有这条提示")
        for case in cases:
            announce(session, Announcement(ChangeKind.CASE, case.id, case.area_code))
        found.status, found.decided_at, found.decided_by = "dismissed", now, actor.id


def _open_for(pair: _Pair, report: Report) -> Case:
    session, desk = pair.session, pair.desk
    day = shanghai_day(report.accepted_at)
    running = take_numbers(session, {day: 1})[day]
    number = case_number(desk.config.district.case_prefix, day, running)
    row, events = opening_of(session, desk, report, pair.cases[report.case_id], number, pair.now)
    (case_id,) = insert_cases(session, [row])
    cases = cases_by_id(session, [case_id])
    cases[case_id].report_count = 0  # it comes with the report
    record_opening(session, desk.rules, cases, {case_id: events}, pair.now)
    return cases[case_id]
