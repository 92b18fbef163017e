"""Processes that poll, to be stopped and killed by tests."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from dashboard.polling import scheduler
from dashboard.polling.poller import Tools, poll
from dashboard.serving import open_desk, poll_tools
from dashboard.store import leases
from tests.factories import make_config

Entry = dict[str, Any]
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.pollers"])  # or every process would import the world anew
SHORT_LEASE = timedelta(seconds=2)


def read_for_ever(database_url: str, entry: Entry) -> None:
    """Poll one source again and again."""
    source, tools = _prepared(database_url, entry)
    while True:
        poll(source, tools, force=False)


def read_to_the_end(database_url: str, entry: Entry) -> None:
    """Poll one source until it has nothing new."""
    source, tools = _prepared(database_url, entry)
    while (run := poll(source, tools, force=False)) is None or run.outcome != "ok" or run.new:
        pass
    tools.sessions.engine.dispose()


def schedule(database_url: str, entry: Entry) -> None:
    """Poll as the poll process does, under a lease that is shorter so that nobody has to wait."""
    leases.LENGTH = scheduler.LENGTH = SHORT_LEASE
    source, tools = _prepared(database_url, entry)
    scheduler.run_scheduler([source], (), tools, threading.Event())


def _prepared(database_url: str, entry: Entry) -> tuple[Any, Tools]:
    config = make_config(database_url, sources=[entry])
    return config.sources[0], poll_tools(open_desk(config))


@contextmanager
def process(work: Callable[[str, Entry], None], database_url: str, entry: Entry) -> Iterator[Any]:
    """A process at work, killed at the end if it is still alive."""
    started = PROCESSES.Process(target=work, args=(database_url, entry), daemon=True)
    started.start()
    try:
        yield started
    finally:
        if started.is_alive():
            os.kill(started.pid or 0, signal.SIGKILL)
        started.join()
        started.close()


def wait_until(happened: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for something that other processes do."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)
