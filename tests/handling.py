"""What tests of handling need: cases that are somewhere on their way, people and parties who act."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from dashboard.domain.access import Actor, Role, Scope
from dashboard.domain.dispatch import Task
from dashboard.domain.events import Event, EventKind
from dashboard.domain.replay import CaseState, replay
from dashboard.domain.sla import Clock, ClockName
from dashboard.services.acting import perform
from dashboard.services.acts import Act
from dashboard.services.desk import Desk
from dashboard.services.intake import Taken, take_in
from dashboard.store.engine import writing
from dashboard.store.logs import clocks_of, logs_of
from dashboard.store.models import Case, Report
from dashboard.store.tasks import tasks_by_case
from tests.factories import DISTRICT, NOON, make_origin, make_report

E = EventKind


def person(name: str = "王", role: Role = Role.OPERATOR, scope: str = DISTRICT) -> Actor:
    """Somebody with an account."""
    return Actor(name, name, role, Scope(scope))


WANG, LI, CHIEF = person("王"), person("李"), person("局长", Role.LEADER)


def receive(desk: Desk, *ids: str, now: datetime = NOON, source: str = "hotline", **more: Any) -> Taken:
    """Reports come in through a source."""
    reports = [make_report(name, **({"source_at": now} | more)) for name in ids]
    with writing(desk.sessions, now) as session:
        return take_in(session, desk, make_origin(source=source, channel=source, fetched_at=now), reports, [], now)


def do(
    desk: Desk,
    kind: EventKind,
    at: datetime,
    *,
    case: int = 1,
    by: Actor = WANG,
    version: int | None = None,
    **data: Any,
) -> CaseState:
    """One act."""
    return perform(desk, [Act(case, kind, by, at, data, version)], at)[case]


def respond_and_dispatch(desk: Desk, at: datetime, *parties: str, case: int = 1) -> None:
    """The first party leads, the others support."""
    do(desk, E.RESPONDED, at, case=case)
    for number, party in enumerate(parties):
        do(desk, E.TASK_ASSIGNED, at, case=case, party=party, lead=number == 0)


def work(desk: Desk, task: int, *steps: EventKind, at: datetime, case: int = 1) -> None:
    """A party takes steps of its task."""
    said: Mapping[EventKind, dict[str, Any]] = {
        E.TASK_ON_SITE: {"who": "抢修一班", "where": "现场"},
        E.TASK_DONE: {"result": "已修复"},
        E.TASK_RETURNED: {"reason": "不属本单位"},
    }
    party = person(f"party{task}", Role.PARTY)
    for step in steps:
        do(desk, step, at, case=case, by=party, task=task, **said.get(step, {}))


def the_case(desk: Desk, case: int = 1) -> Case:
    """The case as it is stored."""
    with desk.sessions.read() as session:
        return session.scalars(select(Case).where(Case.id == case)).one()


def the_log(desk: Desk, case: int = 1) -> list[Event]:
    """Its events."""
    with desk.sessions.read() as session:
        return logs_of(session, [case])[case]


def the_state(desk: Desk, case: int = 1) -> CaseState:
    """What its events say."""
    return replay(the_log(desk, case), desk.rules)


def the_clocks(desk: Desk, case: int = 1, round_number: int = 1) -> dict[ClockName, Clock]:
    """Its kept clocks."""
    with desk.sessions.read() as session:
        return clocks_of(session, [case])[case][round_number]


def the_tasks(desk: Desk, case: int = 1) -> tuple[Task, ...]:
    """Its kept tasks."""
    with desk.sessions.read() as session:
        return tasks_by_case(session, [case]).get(case, ())


def the_reports(desk: Desk, case: int | None = None) -> list[Report]:
    """Reports, of one case or all, oldest first."""
    with desk.sessions.read() as session:
        query = select(Report).order_by(Report.id)
        return list(session.scalars(query if case is None else query.where(Report.case_id == case)))
