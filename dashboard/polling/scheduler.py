"""The poll process: one scheduler by lease, one job per source, and the regular chores."""

import os
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError

from dashboard.config.sources import BaseSource
from dashboard.polling.poller import Tools, poll
from dashboard.store.leases import LENGTH, Held, LeaseLostError, acquire, release, renew

LEASE = "poller"
JOB_DEFAULTS = {"coalesce": True, "max_instances": 1, "misfire_grace_time": 30}
JITTER = 0.1  # of the interval, so that sources are not all asked in the same second
log = structlog.get_logger()


@dataclass(frozen=True)
class Chore:
    """Something to be done regularly."""

    name: str
    every: timedelta
    run: Callable[[datetime], object]


def run_scheduler(sources: Sequence[BaseSource], chores: Sequence[Chore], tools: Tools, stop: threading.Event) -> None:
    """Poll and do the chores until told to stop. While another process holds the lease, or the database is away, this
    one waits."""
    holder = f"{socket.gethostname()}:{os.getpid()}"
    is_away = False
    while not stop.is_set():
        try:
            held = acquire(tools.sessions, LEASE, holder, tools.now())
        except SQLAlchemyError as error:
            if not is_away:
                log.warning("polling waits for the database", error=type(error).__name__)
            held, is_away = None, True
        if held is None:
            stop.wait(LENGTH.total_seconds() / 6)
            continue
        is_away = False
        log.info("polling begins", holder=holder, epoch=held.epoch, sources=len(sources))
        _hold(held, sources, chores, replace(tools, lease=held), stop)


def _hold(
    held: Held, sources: Sequence[BaseSource], chores: Sequence[Chore], tools: Tools, stop: threading.Event
) -> None:
    """Run the jobs as long as the lease is ours."""
    scheduler = _scheduler(sources, chores, tools)
    scheduler.start()
    try:
        while not stop.wait(LENGTH.total_seconds() / 3):
            renew(tools.sessions, held, tools.now())
    except (LeaseLostError, SQLAlchemyError) as error:
        log.warning("polling stops", reason=f"{type(error).__name__}: {error}")
    finally:
        scheduler.shutdown(wait=True)
    if stop.is_set():
        release(tools.sessions, held, tools.now())


def _scheduler(sources: Sequence[BaseSource], chores: Sequence[Chore], tools: Tools) -> BackgroundScheduler:
    workers = max(len(sources), 1) + 4
    scheduler = BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(workers)}, job_defaults=JOB_DEFAULTS, timezone="Asia/Shanghai"
    )
    for number, source in enumerate(sources):
        job = partial(_guarded, partial(poll, source, tools), source.id)
        _add(scheduler, job, f"poll {source.id}", source.every, tools.now() + timedelta(milliseconds=200 * number))
    for chore in chores:
        job = partial(_guarded, partial(_do, chore, tools), chore.name)
        _add(scheduler, job, chore.name, chore.every, tools.now() + timedelta(seconds=5))
    return scheduler


def _add(scheduler: BackgroundScheduler, job: Any, name: str, every: timedelta, first: datetime) -> None:
    seconds = every.total_seconds()
    scheduler.add_job(job, "interval", seconds=seconds, jitter=seconds * JITTER, name=name, next_run_time=first)


def _do(chore: Chore, tools: Tools) -> None:
    chore.run(tools.now())


def _guarded(job: Callable[[], object], name: str) -> None:
    """A job that breaks is logged and tried again at its next time; losing the lease is noticed by the holder."""
    try:
        job()
    except LeaseLostError:
        log.info("job given up", job=name, reason="the lease has passed on")
    except Exception:
        log.exception("job broke", job=name)
