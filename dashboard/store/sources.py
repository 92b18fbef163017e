"""What is known about sources: how far they are read, the ledger of runs, health, the quarantine."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import case, delete, func, select
from sqlalchemy.orm import Session

from dashboard.domain.reports import Flag
from dashboard.store.models import Report
from dashboard.store.operations import Quarantined, Run, SourceState
from dashboard.store.upsert import insert_or


def source_state(session: Session, source: str, start_from: datetime | None, now: datetime) -> SourceState:
    """The state of a source, made when it is met for the first time."""
    state = session.get(SourceState, source, with_for_update=True)
    if state is None:  # two processes may meet it at the same time
        statement = insert_or(session, SourceState).values(
            id=source,
            configured_at=now,
            start_from=start_from or now,
            cursor={},
            is_introduced=False,
            backlog_accepted=False,
            awaits_acceptance=False,
            failures=0,
        )
        session.execute(statement.on_conflict_do_nothing())
        state = session.get_one(SourceState, source, with_for_update=True)
    return state


def source_states(session: Session) -> dict[str, SourceState]:
    """All known sources."""
    return {state.id: state for state in session.scalars(select(SourceState))}


def recent_runs(session: Session, source: str | None = None, limit: int = 50) -> Sequence[Run]:
    """The newest runs."""
    query = select(Run).order_by(Run.id.desc()).limit(limit)
    return session.scalars(query if source is None else query.where(Run.source == source)).all()


def end_abandoned_runs(session: Session, source: str, now: datetime) -> None:
    """Runs of a process that died stay in the ledger as what they are."""
    for run in session.scalars(select(Run).where(Run.source == source, Run.outcome == "running")):
        run.outcome, run.error, run.finished_at = "failed", "the process ended during the run", now


@dataclass(frozen=True)
class Quality:
    """How good a source is over a time: runs that succeeded, reports that say when, where and what, and delay."""

    runs: int = 0
    runs_failed: int = 0
    reports: int = 0
    complete: int = 0
    lag: timedelta | None = None
    """The median of acceptance less the source's own time."""


def qualities(session: Session, since: datetime) -> dict[str, Quality]:
    """The quality of each source since an instant: completeness, timeliness, interface stability."""
    failed = func.sum(case((Run.outcome == "failed", 1), else_=0))
    runs = session.execute(select(Run.source, func.count(), failed).where(Run.started_at >= since).group_by(Run.source))
    counted = {source: (count, bad or 0) for source, count, bad in runs}
    lags: dict[str, list[float]] = {}
    complete: dict[str, int] = {}
    reports: dict[str, int] = {}
    query = select(Report.source, Report.flags, Report.source_at, Report.accepted_at, Report.longitude).where(
        Report.id > _first_report_since(session, since), Report.answer_due_at.is_not(None), Report.accepted_at >= since
    )
    for source, flags, source_at, accepted_at, longitude in session.execute(query):
        reports[source] = reports.get(source, 0) + 1
        poor = longitude is None or Flag.UNKNOWN_CATEGORY in flags or source_at is None
        complete[source] = complete.get(source, 0) + (not poor)
        if source_at:
            lags.setdefault(source, []).append((accepted_at - source_at).total_seconds())
    return {
        source: Quality(
            *counted.get(source, (0, 0)),
            reports=reports.get(source, 0),
            complete=complete.get(source, 0),
            lag=timedelta(seconds=median(lags[source])) if source in lags else None,
        )
        for source in counted.keys() | reports.keys()
    }


def _first_report_since(session: Session, since: datetime) -> int:
    """The last report id before an instant. Ids and fetching go the same way, so no index on the time is needed."""
    low, high = 0, session.scalar(select(func.max(Report.id))) or 0
    while low < high:
        middle = (low + high + 1) // 2
        row = session.execute(
            select(Report.id, Report.fetched_at).where(Report.id <= middle).order_by(Report.id.desc()).limit(1)
        ).first()
        if row is None or row.fetched_at < since:
            low = middle
        else:
            high = row.id - 1
    return low


def waiting_in_quarantine(session: Session) -> dict[str, tuple[int, datetime]]:
    """Per source how many records wait, and since when the oldest does."""
    query = select(Quarantined.source, func.count(), func.min(Quarantined.first_fetched_at))
    found = session.execute(query.where(Quarantined.status == "waiting").group_by(Quarantined.source))
    return {source: (count, oldest) for source, count, oldest in found}


def quarantined(
    session: Session, source: str | None = None, status: str = "waiting", limit: int = 200
) -> Sequence[Quarantined]:
    """Quarantined records, oldest first."""
    query = select(Quarantined).where(Quarantined.status == status).order_by(Quarantined.id).limit(limit)
    return session.scalars(query if source is None else query.where(Quarantined.source == source)).all()


def run_outcomes(session: Session, start: datetime, end: datetime) -> dict[str, list[int]]:
    """Source → polls that succeeded, and all polls begun in [start, end)."""
    ok = func.count().filter(Run.outcome == "ok")
    query = select(Run.source, ok, func.count()).where(Run.started_at >= start, Run.started_at < end)
    query = query.where(Run.finished_at.is_not(None)).group_by(Run.source)
    return {source: [good, every] for source, good, every in session.execute(query)}


def forget_runs(session: Session, before: datetime) -> None:
    """Delete old runs of the ledger, but never a source's newest."""
    newest = select(func.max(Run.id)).group_by(Run.source)
    session.execute(delete(Run).where(Run.started_at < before, Run.id.not_in(newest), Run.outcome != "running"))
