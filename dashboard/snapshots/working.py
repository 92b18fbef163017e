"""The worker: one warm process that renders what waits in the queue, a document at a time, and is replaced often.

Web processes never render. Any number of workers may serve one database. A worker that hangs ends itself; what a dead
one has left is taken over by the next when its claim runs out, and a claim that was lost cannot finish anything.
"""

import os
import resource
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import FrameType

import structlog
from sqlalchemy.exc import SQLAlchemyError

from dashboard.config import Config
from dashboard.runtime import utc_now
from dashboard.snapshots.archiving import archive, page_pictures, record_copy
from dashboard.snapshots.delivery import announce_made, announce_refused
from dashboard.snapshots.frozen import unpacked
from dashboard.snapshots.render import Renderer, SnapshotError
from dashboard.store.engine import Sessions, open_database, writing
from dashboard.store.snapshot_jobs import CLAIM, Claim, ClaimLostError, JobState, claim_job, finish, prolong
from dashboard.store.snapshots import Snapshot

PAUSE = 0.1  # seconds between looks into an empty queue
LONGEST = 60.0  # seconds; a document that takes longer has hung
MOST_DOCUMENTS, MOST_MEMORY = 200, 700_000  # kB; then a new process begins
PREVIEW_PPI = 96
HUNG = 3  # exit code
STATUS = Path("/proc/self/status")
log = structlog.get_logger()


@dataclass
class Worker:
    """What a worker works with."""

    sessions: Sessions
    renderer: Renderer
    now: Callable[[], datetime] = utc_now
    holder: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")
    stop: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True)
class _Task:
    """A job as it was claimed."""

    claim: Claim
    code: str
    data: bytes
    watermark: str | None


def run_renderer(config: Config) -> None:
    """Render what waits until a signal ends the process, or until it is time for a fresh one."""
    worker = Worker(open_database(config.database.url, config.database.busy_timeout, pool_size=2), Renderer())
    _stop_on_signal(worker.stop)
    worker.renderer.warm_up()
    done = 0
    while not worker.stop.is_set() and done < MOST_DOCUMENTS and _memory() < MOST_MEMORY:
        try:
            found = work_once(worker)
        except SQLAlchemyError as error:
            log.warning("rendering waits for the database", error=type(error).__name__)
            worker.stop.wait(2)
            continue
        done += found
        if not found:
            worker.stop.wait(PAUSE)
    worker.sessions.engine.dispose()


def _stop_on_signal(stop: threading.Event) -> None:
    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)


def _memory() -> int:
    """The most this process has used, in kB. On Linux `ru_maxrss` also counts what the parent had before the start."""
    if STATUS.exists():
        return int(STATUS.read_text("ascii").partition("VmHWM:")[2].split()[0])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def work_once(worker: Worker) -> bool:
    """Take the oldest job and see it through. Returns whether there was one."""
    with writing(worker.sessions, worker.now()) as session:
        job = claim_job(session, worker.holder, worker.now())
        if job is None:
            return False
        claim = Claim(job.id, worker.holder, job.attempts)
        original = session.get(Snapshot, job.snapshot_id) if job.snapshot_id else None
        body = job.data or (original.data if original else None)
        task = _Task(claim, job.code, body or b"", job.watermark)
    with _Guard(worker, claim):
        _see_through(worker, task)
    return True


def _see_through(worker: Worker, task: _Task) -> None:
    try:
        if not task.data:
            raise SnapshotError("there are no data to render any more")
        if task.watermark:
            _copy(worker, task)
        else:
            _make(worker, task)
    except ClaimLostError:
        log.info("job given up", code=task.code, reason="it has passed to another worker")
    except SnapshotError as error:
        _refuse(worker, task, str(error))
    except SQLAlchemyError:
        raise
    except Exception as error:  # whatever is wrong with one document must not end the worker
        log.exception("document broke", code=task.code)
        _refuse(worker, task, f"{type(error).__name__}: {error}")


def _make(worker: Worker, task: _Task) -> None:
    data = unpacked(task.data)
    done = worker.renderer.render(data)
    pictures = page_pictures(worker.renderer.images(PREVIEW_PPI))
    now = worker.now()
    with writing(worker.sessions, now) as session:
        job = finish(session, task.claim, JobState.DONE, now)
        found = archive(session, job, data, done, pictures, now)
        job.snapshot_id = found.id
        announce_made(session, job, found, now)


def _copy(worker: Worker, task: _Task) -> None:
    done = worker.renderer.render(unpacked(task.data), task.watermark)
    now = worker.now()
    with writing(worker.sessions, now) as session:
        record_copy(session, finish(session, task.claim, JobState.DONE, now, file=done.pdf), done, now)


def _refuse(worker: Worker, task: _Task, reason: str) -> None:
    """Nothing half right leaves the worker: the job ends with what is wrong."""
    log.error("snapshot refused", code=task.code, reason=reason)
    now = worker.now()
    with writing(worker.sessions, now) as session:
        announce_refused(session, finish(session, task.claim, JobState.REFUSED, now, reason=reason[:1000]), reason, now)


class _Guard:
    """Prolongs a claim while its job is worked on, and ends the process when that takes too long."""

    def __init__(self, worker: Worker, claim: Claim) -> None:
        self._worker, self._claim = worker, claim
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True, name="claim")

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        step = CLAIM.total_seconds() / 3
        for _ in range(int(LONGEST / step)):
            if self._over.wait(step):
                return
            try:
                with writing(self._worker.sessions, self._worker.now()) as session:
                    prolong(session, self._claim, self._worker.now())
            except (ClaimLostError, SQLAlchemyError) as error:
                log.warning("claim not prolonged", reason=str(error)[:200])
        log.error("document hung", job=self._claim.id, seconds=LONGEST)
        os._exit(HUNG)
