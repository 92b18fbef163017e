"""The queue of what is to be rendered: filled by web processes, commands and the schedule, emptied by workers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from dashboard.store.snapshots import UNFINISHED, SnapshotJob
from dashboard.store.upsert import insert_or

CLAIM = timedelta(seconds=15)
MOST_ATTEMPTS = 3
DIED = "the renderer died over it"


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"


class ClaimLostError(Exception):
    """Another process has taken the job over; nothing of it may be written any more."""


@dataclass(frozen=True)
class Claim:
    """A job that this process works on."""

    id: int
    holder: str
    attempt: int


def add_job(
    session: Session,
    *,
    key: str,
    code: str,
    origin: str,
    asked_by: str,
    now: datetime,
    data: bytes | None = None,
    snapshot_id: int | None = None,
    watermark: str | None = None,
    deliver: Mapping[str, Any] | None = None,
) -> SnapshotJob:
    """Put a job into the queue, once for its key however often it is put in."""
    statement = insert_or(session, SnapshotJob).values(
        key=key,
        code=code,
        state=JobState.WAITING,
        origin=origin,
        asked_by=asked_by,
        asked_at=now,
        data=data,
        snapshot_id=snapshot_id,
        watermark=watermark,
        deliver=dict(deliver or {}),
        attempts=0,
    )
    session.execute(statement.on_conflict_do_nothing(index_elements=["key"]))
    return session.scalars(select(SnapshotJob).where(SnapshotJob.key == key)).one()


def claim_job(session: Session, holder: str, now: datetime) -> SnapshotJob | None:
    """The oldest job that nobody works on, claimed; one whose process is gone counts as such.

    What has brought down its process too often is refused, so that it cannot keep others waiting for ever.
    """
    left = and_(SnapshotJob.state == JobState.RUNNING, SnapshotJob.claimed_until < now)
    free = or_(SnapshotJob.state == JobState.WAITING, left)
    query = select(SnapshotJob).where(UNFINISHED, free).order_by(SnapshotJob.id).with_for_update(skip_locked=True)
    for job in session.scalars(query.limit(1 + MOST_ATTEMPTS)):
        if job.attempts >= MOST_ATTEMPTS:
            job.state, job.reason, job.finished_at, job.data = JobState.REFUSED, DIED, now, None
            continue
        job.state, job.attempts = JobState.RUNNING, job.attempts + 1
        job.claimed_by, job.claimed_until = holder, now + CLAIM
        return job
    return None


def prolong(session: Session, claim: Claim, now: datetime) -> None:
    """Go on working on a job.

    Raises:
        ClaimLostError: it is not ours any more.
    """
    held(session, claim).claimed_until = now + CLAIM


def held(session: Session, claim: Claim) -> SnapshotJob:
    """The job of a claim, locked.

    Raises:
        ClaimLostError: it is not ours any more.
    """
    job = session.get(SnapshotJob, claim.id, with_for_update=True, populate_existing=True)
    is_ours = job is not None and job.state == JobState.RUNNING and job.claimed_by == claim.holder
    if job is None or not is_ours or job.attempts != claim.attempt:
        raise ClaimLostError(f"the job {claim.id} has passed to another process")
    return job


def finish(session: Session, claim: Claim, state: JobState, now: datetime, **said: Any) -> SnapshotJob:
    """Note how a job ended. Its data are dropped: the archive has them, or nobody needs them."""
    job = held(session, claim)
    job.state, job.finished_at, job.data, job.claimed_by, job.claimed_until = state, now, None, None, None
    for name, value in said.items():
        setattr(job, name, value)
    return job


def place_in_queue(session: Session, job: SnapshotJob) -> int:
    """How many jobs come before this one; 0 when it is being worked on or over."""
    if job.state != JobState.WAITING:
        return 0
    query = select(func.count()).select_from(SnapshotJob).where(UNFINISHED, SnapshotJob.id < job.id)
    return session.scalar(query) or 0


def unfinished_of(session: Session, asked_by: str) -> int:
    """How many jobs somebody is waiting for."""
    query = select(func.count()).select_from(SnapshotJob).where(UNFINISHED, SnapshotJob.asked_by == asked_by)
    return session.scalar(query) or 0


def known_keys(session: Session, keys: Sequence[str]) -> set[str]:
    """Those of some keys that are of jobs."""
    return set(session.scalars(select(SnapshotJob.key).where(SnapshotJob.key.in_(keys))))


def job_by_id(session: Session, job_id: int) -> SnapshotJob | None:
    """A job with all it holds."""
    return session.get(SnapshotJob, job_id)


def forget_files(session: Session, before: datetime) -> None:
    """Drop the bytes of copies that nobody fetched, and old jobs altogether."""
    session.execute(
        update(SnapshotJob).where(SnapshotJob.finished_at < before, SnapshotJob.file.isnot(None)).values(file=None)
    )


def forget_jobs(session: Session, before: datetime) -> None:
    """Delete jobs that were over before an instant."""
    session.execute(delete(SnapshotJob).where(SnapshotJob.finished_at < before))
