"""The one way in which somebody does something to a case: checked, written as an event, and followed by its effects."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from dashboard.domain.access import Actor
from dashboard.domain.events import Event, EventKind
from dashboard.domain.replay import STAGE_MOVES, CaseState
from dashboard.domain.stages import CaseError, Move, allow
from dashboard.services import handling, levels, reporters, tasks
from dashboard.services.acts import Act, Context, Kind, check_version
from dashboard.services.desk import Desk
from dashboard.services.recording import record
from dashboard.store.cases import cases_by_id
from dashboard.store.engine import writing
from dashboard.store.logs import logs_of

KINDS: Mapping[EventKind, Kind] = {**handling.KINDS, **tasks.KINDS, **levels.KINDS, **reporters.KINDS}
"""Every kind of act that people may bring about."""


def perform(desk: Desk, acts: Sequence[Act], now: datetime) -> dict[int, CaseState]:
    """Do acts in one transaction: all or none.

    Raises:
        CaseError: an act is refused; the message says why.
    """
    with writing(desk.sessions, now) as session:
        return perform_in(session, desk, acts, now)


def perform_in(session: Session, desk: Desk, acts: Sequence[Act], now: datetime) -> dict[int, CaseState]:
    """The same inside the caller's transaction; several acts on one case happen in their order."""
    ids = sorted({act.case_id for act in acts})
    cases, logs = cases_by_id(session, ids, lock=True), logs_of(session, ids)
    added: dict[int, list[Event]] = {case_id: [] for case_id in ids}

    def context(act: Act) -> Context:
        log = [*logs[act.case_id], *added[act.case_id]]
        return Context(session, desk, cases[act.case_id], log, act.actor, now)

    for act in acts:
        case = cases.get(act.case_id)
        if case is None or not act.actor.scope.covers(case.area_code):
            raise CaseError("没有编号为 {case} 的案件", case=act.case_id)
        if not added[act.case_id]:
            check_version(case, logs[act.case_id], act.expected_version)
        waiting = [act]
        while waiting:
            one = waiting.pop(0)
            before = context(one)
            event = checked_event(one, before)
            added[one.case_id].append(event)
            waiting += _further(one, event, before)
    states = record(session, desk.rules, cases, logs, added, now)
    session.flush()
    for act in acts:
        for event in added[act.case_id]:
            if effect := KINDS[event.kind].effect:
                effect(event, context(act))
        added[act.case_id], logs[act.case_id] = [], [*logs[act.case_id], *added[act.case_id]]
    return states


def context_of(session: Session, desk: Desk, case_id: int, actor: Actor, now: datetime) -> Context:
    """A case as a check of an act would see it, without doing anything."""
    case, log = cases_by_id(session, [case_id])[case_id], logs_of(session, [case_id])[case_id]
    return Context(session, desk, case, log, actor, now)


def _further(act: Act, event: Event, before: Context) -> list[Act]:
    """What follows from an act at once."""
    then = KINDS[act.kind].then
    return [Act(act.case_id, kind, act.actor, act.at, data) for kind, data in then(event, before)] if then else []


def checked_event(act: Act, context: Context) -> Event:
    """The event that an act is, as it would be written.

    Raises:
        CaseError: the act is refused; the message says why.
    """
    kind = KINDS.get(act.kind)
    if kind is None or not act.actor.may(kind.right):
        raise CaseError("您没有权限{act}", act=act.kind)
    state = context.state
    if act.at > context.now:
        raise CaseError("时间不能晚于现在")
    if act.at < state.round.started_at:
        raise CaseError("时间不能早于本轮受理时间")
    if act.kind in STAGE_MOVES:
        _check_move(state, STAGE_MOVES[act.kind])
    event = Event(act.kind, act.at, act.actor.id, dict(act.data))
    if kind.check:
        return replace(event, data={**event.data, **(kind.check(event, context) or {})})
    return event


def _check_move(state: CaseState, move: Move) -> None:
    if state.round.policy is None and move is not Move.REOPEN:
        raise CaseError("历史案件不能办理")
    allow(state.stage, move)
