"""Documents that are made by themselves: once for their day, whoever looks and how often; what was missed is made up
for within the day."""

from datetime import date, datetime, time

import structlog

from dashboard.config.snapshots import WEEKDAYS, Schedule
from dashboard.domain.access import system_actor
from dashboard.domain.calendars import SHANGHAI
from dashboard.domain.snapshots import Kind
from dashboard.domain.stages import CaseError
from dashboard.runtime import Runtime, build_runtime
from dashboard.services.desk import Desk
from dashboard.snapshots.asking import ask
from dashboard.snapshots.spans import last_over
from dashboard.snapshots.wishes import Wish, of_view
from dashboard.store.schema import DEMO_MARK, read_mark
from dashboard.store.snapshot_jobs import known_keys
from dashboard.viewmodels.map import default_level
from dashboard.viewmodels.view import PageView

log = structlog.get_logger()


def due_day(schedule: Schedule, now: datetime) -> date | None:
    """The day whose document is due: today, when it is one of the schedule's and its time has come."""
    local = now.astimezone(SHANGHAI)
    if local.time() < time.fromisoformat(schedule.at):
        return None
    is_other = {
        Kind.WEEKLY: WEEKDAYS[local.weekday()] != schedule.weekday,
        Kind.MONTHLY: local.day != schedule.day,
    }
    return None if is_other.get(schedule.kind, False) else local.date()


def run_schedules(desk: Desk, now: datetime) -> int:
    """Ask for what is due and was not asked for yet. Returns how many documents that was."""
    wanted = {
        f"schedule:{schedule.id}:{area}:{day}": (schedule, area, day)
        for schedule in desk.config.snapshots.schedules
        if (day := due_day(schedule, now))
        for area in schedule.areas
    }
    if not wanted:
        return 0
    with desk.sessions.read() as session:
        missing = wanted.keys() - known_keys(session, list(wanted))
        is_demo = read_mark(session, DEMO_MARK) is not None
    if not missing:
        return 0
    runtime = build_runtime(desk.config, desk, is_demo, now=lambda: now)
    return sum(_ask(runtime, key, *wanted[key]) for key in sorted(missing))


def _ask(runtime: Runtime, key: str, schedule: Schedule, area: str, day: date) -> bool:
    """One document; one that cannot be made now is tried again at the next look."""
    actor = system_actor(runtime.config.district.code, f"schedule:{schedule.id}")
    deliver = {"to": list(schedule.to), "routes": list(schedule.routes)}
    try:
        ask(runtime, actor, _wish(schedule, area, day), origin=actor.name, key=key, deliver=deliver)
    except CaseError as error:
        log.error("scheduled snapshot not made", schedule=schedule.id, area=area, reason=str(error))
        return False
    return True


def _wish(schedule: Schedule, area: str, day: date) -> Wish:
    """A bulletin is about the last span that was over by its day."""
    about = last_over(schedule.kind, day) if schedule.kind.is_bulletin else None
    return of_view(
        PageView(area, default_level(area)), schedule.kind, day=about, language=schedule.language,
        paper=schedule.paper, edition=schedule.edition,
    )  # fmt: skip
