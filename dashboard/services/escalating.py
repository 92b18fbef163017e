"""The ladder at work: steps whose time has come are fired, each once, whoever looks and however late."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from dashboard.config.handling import LadderConfig
from dashboard.domain.access import system_actor
from dashboard.domain.escalation import Action, Due, Ladder, Step, due_steps, ladder_for
from dashboard.domain.events import Event, EventKind
from dashboard.domain.levels import Direction, next_up
from dashboard.domain.policies import Severity
from dashboard.domain.replay import CaseState, replay
from dashboard.domain.sla import Clock, ClockName
from dashboard.services.acts import Context
from dashboard.services.desk import Desk
from dashboard.services.levels import charge_in, is_vacant
from dashboard.services.notices import notify_charge
from dashboard.services.recording import record
from dashboard.store.cases import cases_by_id
from dashboard.store.engine import writing
from dashboard.store.escalations import claim_step, fired_steps
from dashboard.store.logs import clock_of, logs_of
from dashboard.store.situation import current_clock_rows, open_case_rows


def escalate(desk: Desk, now: datetime) -> int:
    """Fire every step whose time has come. Returns how many fired. A mass incident is one case and fires once."""
    ladders = [_ladder(config) for config in desk.config.escalation.ladders]
    if not ladders:
        return 0
    with desk.sessions.read() as session:
        case_ids = _due(session, ladders, now)
    return sum(_fire(desk, ladders, case_id, now) for case_id in case_ids)


def _ladder(config: LadderConfig) -> Ladder:
    steps = tuple(Step(step.clock, step.at, step.do, step.after) for step in config.steps)
    return Ladder(config.id, steps, config.categories, config.severities)


def _due(session: Session, ladders: Sequence[Ladder], now: datetime) -> list[int]:
    """The open cases for which steps seem to be due."""
    rows = open_case_rows(session)
    clocks: dict[int, dict[ClockName, Clock]] = {}
    for row in current_clock_rows(session, [(row.id, row.round) for row in rows]):
        clocks.setdefault(row.case_id, {})[ClockName(row.name)] = clock_of(row)
    fired = fired_steps(session)
    found = []
    for row in rows:
        ladder = ladder_for(ladders, row.category, Severity(row.severity))
        known = fired.get((row.id, row.round), frozenset())
        if ladder and due_steps(ladder, clocks.get(row.id, {}), known, now):
            found.append(row.id)
    return found


def _fire(desk: Desk, ladders: Sequence[Ladder], case_id: int, now: datetime) -> int:
    """Fire the steps of one case in a transaction of its own. The case is looked at anew, as somebody may have acted
    on it since; what somebody else has fired is left alone."""
    with writing(desk.sessions, now) as session:
        cases, logs = cases_by_id(session, [case_id], lock=True), logs_of(session, [case_id])
        case, log = cases[case_id], logs[case_id]
        mine = _claimed(session, ladders, case_id, replay(log, desk.rules), now)
        if not mine:
            return 0
        actor = system_actor(desk.config.district.code, "ladder")
        added: list[Event] = []
        for due in mine:
            added += _events(due, Context(session, desk, case, [*log, *added], actor, now))
        record(session, desk.rules, cases, logs, {case_id: added}, now)
        context = Context(session, desk, case, [*log, *added], actor, now)
        for due in mine:
            notify_charge(context, due.step.moment, clock=due.step.clock, at=due.at.isoformat(), round=case.round)
        return len(mine)


def _claimed(session: Session, ladders: Sequence[Ladder], case_id: int, state: CaseState, now: datetime) -> list[Due]:
    """The steps that are due for a case in this state and that nobody has fired; they are ours from now on."""
    ladder, number = ladder_for(ladders, state.category, state.severity), state.round.number
    if ladder is None or not state.is_open:
        return []
    due = due_steps(ladder, state.round.clocks, frozenset(), now)
    return [one for one in due if claim_step(session, case_id, number, one.step.key, one.at, now)]


def _events(due: Due, context: Context) -> list[Event]:
    """The log of a step, and of the case's way up when it moves: past vacant posts, which are named."""
    step = due.step
    said = {"clock": step.clock, "moment": step.moment, "action": step.action, "due": due.at.isoformat()}
    logged = Event(EventKind.ESCALATED, context.now, context.actor.id, said)
    if step.action is not Action.MOVE_UP:
        return [logged]
    charge = charge_in(context)
    found = next_up(charge, lambda area: is_vacant(context, area))
    if found is None:
        return [logged]  # the district has nobody above it
    to, skipped = found
    data = {"direction": Direction.UP, "from": charge.level, "to": to, "skipped": skipped, "by": "ladder"}
    return [logged, Event(EventKind.PASSED, context.now, context.actor.id, data)]
