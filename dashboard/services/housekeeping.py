"""What has to be done from time to time without anybody asking for it."""

from datetime import datetime, timedelta

from dashboard.auth.accounts import note
from dashboard.domain.access import system_actor
from dashboard.domain.calendars import shanghai_day
from dashboard.domain.events import Event, EventKind
from dashboard.domain.snapshots import Kind
from dashboard.services.acting import perform_in
from dashboard.services.acts import Act
from dashboard.services.desk import Desk
from dashboard.services.recording import record
from dashboard.store.archive import forget_snapshots
from dashboard.store.cases import cases_by_id, provisional_cases, suspended_cases
from dashboard.store.changes import forget_changes
from dashboard.store.engine import writing
from dashboard.store.logs import logs_of
from dashboard.store.snapshot_jobs import forget_files, forget_jobs
from dashboard.store.sources import forget_runs

CALENDAR_WARNING = timedelta(days=60)
JOBS_KEPT, COPIES_KEPT = timedelta(days=7), timedelta(hours=1)
"""How long it is known what became of an export, and how long a marked copy waits to be fetched."""


def resume_ended_pauses(desk: Desk, now: datetime) -> int:
    """Cases whose planned pause is over go back to the stage before, as of the planned end."""
    actor = system_actor(desk.config.district.code)
    with writing(desk.sessions, now) as session:
        logs = logs_of(session, suspended_cases(session))
        ends = {case_id: _planned_end(log) for case_id, log in logs.items()}
        acts = [Act(case_id, EventKind.RESUMED, actor, end) for case_id, end in ends.items() if end <= now]
        if acts:
            perform_in(session, desk, acts, now)
    return len(acts)


def _planned_end(log: list[Event]) -> datetime:
    suspended = next(event for event in reversed(log) if event.kind is EventKind.SUSPENDED)
    return datetime.fromisoformat(suspended.data["planned_end"])


def forget_old_records(desk: Desk, now: datetime) -> None:
    """Delete internal records that nobody needs any more."""
    with writing(desk.sessions, now) as session:
        forget_changes(session, now - desk.config.keep.changes)
        forget_runs(session, now - desk.config.keep.runs)
        forget_jobs(session, now - JOBS_KEPT)
        forget_files(session, now - COPIES_KEPT)
        for kind in Kind:
            if old := forget_snapshots(session, kind, now - desk.config.snapshots.kept_for(kind)):
                note(session, "system", "snapshots_forgotten", now, kind=kind, count=old)


def recalculate_provisional_clocks(desk: Desk, now: datetime) -> int:
    """Work out anew the deadlines that were computed beyond the published calendar, once there is a newer one."""
    version = desk.rules.calendar_version
    with writing(desk.sessions, now) as session:
        logs = logs_of(session, provisional_cases(session))
        stale = {case_id: log for case_id, log in logs.items() if _calendar_of(log) != version}
        added = {case_id: [Event(EventKind.RECALCULATED, now, data={"calendar": version})] for case_id in stale}
        record(session, desk.rules, cases_by_id(session, list(stale), lock=True), stale, added, now)
    return len(stale)


def _calendar_of(log: list[Event]) -> str:
    return next(str(event.data["calendar"]) for event in reversed(log) if "calendar" in event.data)


def calendar_ends_soon(desk: Desk, now: datetime) -> datetime | None:
    """The last day the calendar covers when it is near: then next year's notice has to be entered."""
    covered_to = desk.rules.calendars[desk.rules.calendar_version].covered_to
    if covered_to - shanghai_day(now) > CALENDAR_WARNING:
        return None
    return datetime(covered_to.year, covered_to.month, covered_to.day, tzinfo=now.tzinfo)
