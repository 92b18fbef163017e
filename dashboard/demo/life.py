"""The demo's life: outside systems that are reported to, handlers that work, and the time missed while it was off."""

import logging
import socket
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import structlog
from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from dashboard.demo.build import LIVED_UNTIL, demo_sites
from dashboard.demo.crews import crews_of
from dashboard.demo.history import write_past
from dashboard.demo.outside.crowd import Crowd
from dashboard.demo.outside.drops import drop_file
from dashboard.demo.outside.reports import Reports, Told
from dashboard.demo.outside.systems import outside_app
from dashboard.demo.plans import SEED, plan
from dashboard.demo.retelling import tell_again
from dashboard.demo.staff import Staff
from dashboard.demo.tasking import Planned
from dashboard.demo.volumes import HOUR, hourly_rate, spread
from dashboard.domain.access import Actor, Role, Scope
from dashboard.domain.dispatch import TASK_KINDS
from dashboard.domain.events import Event, EventKind
from dashboard.domain.policies import Severity
from dashboard.domain.replay import STAGE_MOVES
from dashboard.domain.sla import ClockName
from dashboard.domain.stages import CaseError
from dashboard.runtime import utc_now
from dashboard.services.acting import perform
from dashboard.services.acts import Act
from dashboard.services.desk import Desk
from dashboard.store.changes import Announcement, ChangeKind, announce
from dashboard.store.counts import hour_of
from dashboard.store.engine import writing
from dashboard.store.logs import logs_of
from dashboard.store.models import Case
from dashboard.store.operations import SignInLink
from dashboard.store.recount import add_counts
from dashboard.store.schema import read_mark, write_mark
from dashboard.store.types import from_micros, to_micros

TICK = 2.0  # seconds
LONGEST_ABSENCE = timedelta(days=30)
DROP_EVERY = timedelta(minutes=4)
STILL_WATCHED = timedelta(days=3)  # after its closing a case may be opened again
Progress = Callable[[int, int], None]
PLANNED = {*STAGE_MOVES, *TASK_KINDS, EventKind.VISITED}
log = structlog.get_logger()


class Handlers:
    """Those who work on the demo's cases. Each case follows the plan that its id gives it, unless it was assigned to
    somebody."""

    def __init__(self, desk: Desk, now: datetime) -> None:
        self._desk = desk
        with desk.sessions.read() as session:
            self._crews = crews_of(session, desk, now)
        self._plans: dict[int, list[Planned]] = {}

    def work(self, now: datetime, progress: Progress | None = None) -> int:
        """Do everything that was planned until now, each act at its planned instant. Returns how many acts."""
        due = self._due(now)
        for number, (case_id, acts) in enumerate(due.items(), start=1):
            self._do(case_id, acts, now)
            if progress:
                progress(number, len(due))
        return sum(len(acts) for acts in due.values())

    def _due(self, now: datetime) -> dict[int, list[Planned]]:
        with self._desk.sessions.read() as session:
            cases = session.execute(
                select(Case.id, Case.opened_at, Case.category, Case.severity, Case.area_code).where(
                    or_(Case.is_open.is_(True), Case.ended_at > now - STILL_WATCHED),
                    Case.is_history.is_(False),
                    Case.assignee.is_(None),
                )
            ).all()
            waiting = {row.id: row for row in cases if self._next_at(row, now)}
            logs = logs_of(session, list(waiting))
        self._plans = {case_id: acts for case_id, acts in self._plans.items() if case_id in {row.id for row in cases}}
        due = {case_id: self._ahead(row, logs[case_id]) for case_id, row in waiting.items()}
        return {case_id: found for case_id, acts in due.items() if (found := [act for act in acts if act.at <= now])}

    def _ahead(self, row: object, log: Sequence[Event]) -> list[Planned]:
        """What is left of a case's plan, or of the same without parties; nothing if people took another way."""
        done = [event.kind for event in log if event.kind in PLANNED]
        for with_crew in (True, False):
            acts = self._plans[row.id] if with_crew else self._plan(row, with_crew)  # type: ignore[attr-defined]
            if [act.kind for act in acts[: len(done)]] == done:
                return acts[len(done) :]
        return []

    def _next_at(self, row: object, now: datetime) -> bool:
        """Whether a case may have something due; plans are kept, so that most cases cost one comparison."""
        case_id: int = row.id  # type: ignore[attr-defined]
        if case_id not in self._plans:
            self._plans[case_id] = self._plan(row)
        return any(act.at <= now for act in self._plans[case_id])

    def _plan(self, row: object, with_crew: bool = True) -> list[Planned]:
        rules, severity = self._desk.rules, Severity(row.severity)  # type: ignore[attr-defined]
        opened_at: datetime = row.opened_at  # type: ignore[attr-defined]
        policy = rules.choose(row.category, severity, opened_at)  # type: ignore[attr-defined]
        needs_arrival = policy.targets[ClockName.ARRIVE] is not None
        crew = self._crews.of(row.category, row.area_code) if with_crew else None  # type: ignore[attr-defined]
        return plan(row.id, opened_at, needs_arrival, severity is not Severity.NORMAL, crew)  # type: ignore[attr-defined]

    def _do(self, case_id: int, acts: list[Planned], now: datetime) -> None:
        scope = Scope(self._desk.config.district.code)
        try:
            perform(
                self._desk,
                [
                    Act(case_id, act.kind, Actor(act.actor, act.actor, Role.ADMIN, scope), act.at, act.data)
                    for act in acts
                    if not act.follows
                ],
                now,
            )
        except CaseError as error:
            log.info("handler was refused", case=case_id, reason=str(error))
            self._plans[case_id] = []


def live_missed_time(desk: Desk, now: datetime, progress: Progress | None = None) -> int:
    """Live through the time since the demo last ran: open cases go on, new ones come and go. Returns the new cases."""
    with desk.sessions.read() as session:
        until = from_micros(int(read_mark(session, LIVED_UNTIL) or to_micros(now)))
    start = max(until, now - LONGEST_ABSENCE)
    Handlers(desk, now).work(now, progress)
    instants = _missed_instants(start, now)
    with writing(desk.sessions, now) as session:
        if len(instants):
            written = write_past(session, desk, demo_sites(session, desk, now), instants, now)
            add_counts(session, written.cases, written.marks, written.reports, is_fresh=False)
            announce(session, Announcement(ChangeKind.IMPORT))
        write_mark(session, LIVED_UNTIL, str(to_micros(now)))
    tell_again(desk, now)
    Staff(desk).work(now)
    return len(instants)


def _missed_instants(start: datetime, now: datetime) -> np.ndarray:
    """When cases were opened meanwhile, as many as usual at each hour or part of one."""
    rng = np.random.default_rng((SEED, to_micros(start) // 1_000_000))
    hours = np.arange(to_micros(hour_of(start)), to_micros(now), HOUR)
    begins, ends = np.maximum(hours, to_micros(start)), np.minimum(hours + HOUR, to_micros(now))
    rates = np.array([hourly_rate(from_micros(int(hour))) for hour in hours])
    return spread(rng, begins, ends - begins, rng.poisson(rates * (ends - begins) / HOUR))


def listen() -> socket.socket:
    """A socket on loopback with a port that the system chooses."""
    found = socket.socket()
    found.bind(("127.0.0.1", 0))
    found.listen(64)
    return found


def run_life(desk: Desk, folder: Path, at: socket.socket, pace: float) -> None:
    """Run the outside systems, the people and the handlers until the process ends."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    reports = Reports(folder / "outside.db")
    categories = {category.id: category.name.zh for category in desk.config.categories}
    server = make_server("127.0.0.1", 0, outside_app(reports, categories), threaded=True, fd=at.fileno())
    threading.Thread(target=server.serve_forever, name="outside", daemon=True).start()
    with desk.sessions.read() as session:
        sites = demo_sites(session, desk, utc_now())
    crowd = Crowd(sites, np.random.default_rng(int(time.time())), pace)
    handlers, staff = Handlers(desk, utc_now()), Staff(desk)
    counter, last = _Counter(folder / "drop", categories), utc_now()
    while True:
        time.sleep(TICK)
        now = utc_now()
        told = crowd.speak(now, (now - last).total_seconds())
        reports.add([one for one in told if one.channel != "counter"])
        counter.visit([one for one in told if one.channel == "counter"], now)
        handlers.work(now)
        if last.minute != now.minute:
            staff.work(now)
        _note_life(desk, last, now)
        last = now


class _Counter:
    """The service counters' clerk, who saves a file every few minutes."""

    def __init__(self, folder: Path, categories: dict[str, str]) -> None:
        self._folder, self._categories = folder, categories
        self._waiting: list[Told] = []
        self._dropped_at = datetime.min.replace(tzinfo=utc_now().tzinfo)

    def visit(self, told: list[Told], now: datetime) -> None:
        self._waiting += told
        if self._waiting and now - self._dropped_at > DROP_EVERY:
            drop_file(self._folder, self._waiting, f"窗口登记-{now:%Y%m%d%H%M%S}.csv", self._categories)
            self._waiting, self._dropped_at = [], now


def _note_life(desk: Desk, last: datetime, now: datetime) -> None:
    """Once a minute: until here the demo has lived."""
    if last.minute != now.minute:
        with writing(desk.sessions, now) as session:
            write_mark(session, LIVED_UNTIL, str(to_micros(now)))


def forget_old_links(session: Session) -> None:
    """One-time links of earlier starts are of no use to anybody."""
    session.execute(delete(SignInLink))
