"""The ladder at work: steps whose time has come are fired, each once, whoever looks and however late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboard.config.handling import LadderConfig
from dashboard.domain.access import system_actor
from dashboard.domain.escalation import Action, Due, Ladder, Step, due_steps, ladder_for
from dashboard.domain.events import Event, EventKind
from dashboard.domain.levels import Direction, next_up
from dashboard.domain.policies import Severity
from dashboard.domain.sla import Clock, ClockName
from dashboard.services.acts import Context
from dashboard.services.desk import Desk
from dashboard.services.levels import charge_in, is_vacant
from dashboard.services.notices import notify_charge
from dashboard.services.recording import record
from dashboard.store.cases import cases_by_id
from dashboard.store.engine import writing
from dashboard.store.handling import EscalationRow
from dashboard.store.logs import clock_of, logs_of
from dashboard.store.models import Case
from dashboard.store.situation import current_clock_rows, open_case_rows
from dashboard.store.upsert import insert_or


@dataclass(frozen=True)
class _Climb:
    """An open case with the steps that are due for it."""

    case_id: int
    round: int
    steps: Sequence[Due]


def escalate(desk: Desk, now: datetime) -> int:
    """Fire every step whose time has come. Returns how many fired. A mass incident is one case and fires once."""
    ladders = [_ladder(config) for config in desk.config.escalation.ladders]
    if not ladders:
        return 0
    with desk.sessions.read() as session:
        climbs = _due(session, ladders, now)
    return sum(_fire(desk, climb, now) for climb in climbs)


def _ladder(config: LadderConfig) -> Ladder:
    steps = tuple(Step(step.clock, step.at, step.do, step.after) for step in config.steps)
    return Ladder(config.id, steps, config.categories, config.severities)


def _due(session: Session, ladders: Sequence[Ladder], now: datetime) -> list[_Climb]:
    rows = open_case_rows(session)
    clocks: dict[int, dict[ClockName, Clock]] = {}
    for row in current_clock_rows(session, [(row.id, row.round) for row in rows]):
        clocks.setdefault(row.case_id, {})[ClockName(row.name)] = clock_of(row)
    fired = _fired(session, [row.id for row in rows])
    found = []
    for row in rows:
        ladder = ladder_for(ladders, row.category, Severity(row.severity))
        known = fired.get((row.id, row.round), frozenset())
        if ladder and (steps := due_steps(ladder, clocks.get(row.id, {}), known, now)):
            found.append(_Climb(row.id, row.round, steps))
    return found


def _fired(session: Session, case_ids: Sequence[int]) -> Mapping[tuple[int, int], frozenset[str]]:
    found: dict[tuple[int, int], set[str]] = {}
    query = select(EscalationRow.case_id, EscalationRow.round, EscalationRow.step)
    query = query.join(Case, Case.id == EscalationRow.case_id).where(Case.is_open.is_(True))
    for case_id, round_number, step in session.execute(query):
        if case_id in set(case_ids):
            found.setdefault((case_id, round_number), set()).add(step)
    return {key: frozenset(steps) for key, steps in found.items()}


def _fire(desk: Desk, climb: _Climb, now: datetime) -> int:
    """Fire the steps of one case in a transaction of its own. What somebody else has fired is left alone."""
    with writing(desk.sessions, now) as session:
        cases, logs = cases_by_id(session, [climb.case_id], lock=True), logs_of(session, [climb.case_id])
        case, log = cases[climb.case_id], list(logs[climb.case_id])
        mine = [due for due in climb.steps if _claim(session, climb, due, now)]
        if not case.is_open or case.round != climb.round:
            return 0
        actor = system_actor(desk.config.district.code, "ladder")
        added: list[Event] = []
        for due in mine:
            context = Context(session, desk, case, [*log, *added], actor, now)
            added += _events(due, context)
        if added:
            record(session, desk.rules, cases, logs, {case.id: added}, now)
        context = Context(session, desk, case, [*log, *added], actor, now)
        for due in mine:
            notify_charge(context, due.step.moment, clock=due.step.clock, at=due.at.isoformat())
        return len(mine)


def _claim(session: Session, climb: _Climb, due: Due, now: datetime) -> bool:
    """Take a step for ourselves; False when it has fired already."""
    statement = insert_or(session, EscalationRow).values(
        case_id=climb.case_id, round=climb.round, step=due.step.key, due_at=due.at, fired_at=now
    )
    taken = session.execute(statement.on_conflict_do_nothing().returning(EscalationRow.step)).first()
    return taken is not None


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
