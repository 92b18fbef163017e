"""Processes: the web server, the poll process, and the supervisor that keeps its children alive."""

import multiprocessing
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from types import FrameType
from typing import Any

import structlog
from gunicorn.app.base import BaseApplication
from sqlalchemy.orm import Session

from dashboard.app import create_app
from dashboard.children import run_child
from dashboard.chores import chores
from dashboard.config import Config
from dashboard.config.sources import BaseSource
from dashboard.domain.calendars import shanghai_day
from dashboard.domain.reports import Incoming, Rejected
from dashboard.polling.poller import Tools
from dashboard.polling.scheduler import run_scheduler
from dashboard.runtime import build_runtime, utc_now
from dashboard.services.desk import Desk, build_desk
from dashboard.services.intake import Taken, take_in
from dashboard.services.openings import Origin, is_history
from dashboard.services.policies import with_kept_policies
from dashboard.snapshots.working import run_renderer
from dashboard.store.reports import reports_by_external_id
from dashboard.store.schema import DEMO_MARK, read_mark

FORK, SPAWN = multiprocessing.get_context("fork"), multiprocessing.get_context("spawn")
SHORTEST_LIFE = 5.0  # seconds; a child that dies sooner is started again more slowly
log = structlog.get_logger()


class Server(BaseApplication):
    """Gunicorn started from Python. `load` runs in the worker, after the fork: threads started there live."""

    def __init__(self, config: Config) -> None:
        self.config = config
        super().__init__()

    def load_config(self) -> None:
        web = self.config.web
        options = {
            "bind": f"{web.host}:{web.port}",
            "workers": web.workers,
            "worker_class": "gthread",
            "threads": web.threads,
            "keepalive": 75,
            "timeout": 60,
            "graceful_timeout": 2,
            "control_socket_disable": True,
            "accesslog": None,
            "loglevel": "warning",
            "proc_name": "yiwang-web",
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        desk = open_desk(self.config)
        with desk.sessions.read() as session:
            is_demo = read_mark(session, DEMO_MARK) is not None
        runtime = build_runtime(self.config, desk, is_demo)
        runtime.tailer.start()
        return create_app(runtime).server


def open_desk(config: Config) -> Desk:
    """A desk that also knows the policy versions which only older cases used."""
    return with_kept_policies(build_desk(config))


def poll_tools(desk: Desk) -> Tools:
    """What pollers work with: the services they store with, bound to a desk."""

    def save(
        session: Session,
        source: BaseSource,
        start_from: datetime,
        incoming: Sequence[Incoming],
        rejected: Sequence[Rejected],
        now: datetime,
    ) -> Taken:
        origin = Origin(source.id, source.channel, source.crs, start_from, now)
        return take_in(session, desk, origin, incoming, rejected, now)

    def would_open(session: Session, source: BaseSource, start_from: datetime, incoming: Sequence[Incoming]) -> int:
        known = reports_by_external_id(session, source.id, [report.external_id for report in incoming])
        fresh = {report.external_id: report for report in incoming if report.external_id not in known}
        return sum(not is_history(report, start_from) for report in fresh.values())

    return Tools(desk.sessions, desk.config, save, would_open, utc_now)


def run_poller(config: Config) -> None:
    """Poll all sources and do the chores until a signal ends the process."""
    desk, stop = open_desk(config), threading.Event()
    _stop_on_signal(stop)
    with desk.sessions.read() as session:  # read once, before the first report waits for it with the database locked
        desk.atlases.current(session, shanghai_day(utc_now()))
    run_scheduler(config.sources, chores(desk), poll_tools(desk), stop)
    desk.sessions.engine.dispose()


def _stop_on_signal(stop: threading.Event) -> None:
    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)


@dataclass
class Child:
    """A process the supervisor keeps alive. One that ends without an error wants to begin anew.

    A spawned one begins as a new interpreter; what it runs must be importable, not a lambda.
    """

    name: str
    run: Callable[[], None]
    spawned: bool = False
    process: Any = None
    started_at: float = 0.0
    deaths: int = 0
    next_start: float = field(default=0.0)


def renderer(config: Config) -> Child:
    """The process that renders snapshots. It is spawned: the typesetter has threads that a fork would break."""
    return Child("render", partial(run_renderer, config), spawned=True)


def supervise(
    children: list[Child], on_ready: Callable[[], None] | None = None, ready: tuple[str, int] | None = None
) -> int:
    """Run children until a signal; one that dies is started again, more and more slowly while it dies at once."""
    stop = threading.Event()
    _stop_on_signal(stop)
    announced = on_ready is None
    while not stop.is_set():
        for child in children:
            _keep_alive(child)
        if not announced and ready and _answers(*ready):
            announced = True
            if on_ready:
                on_ready()
        stop.wait(0.1 if not announced else 0.5)
    _end(children)
    return 0


def _keep_alive(child: Child) -> None:
    if child.process is not None and child.process.is_alive():
        return
    now = time.monotonic()
    if child.process is not None:
        code, child.process = child.process.exitcode, None
        died_at_once = now - child.started_at < SHORTEST_LIFE
        child.deaths = child.deaths + 1 if died_at_once else 1
        child.next_start = now + min(2.0 ** (child.deaths - 1), 60.0) * 0.5
        if code == 0 and not died_at_once:
            child.next_start = now
        else:
            log.error("child died", child=child.name, exit_code=code, again_in_seconds=round(child.next_start - now, 1))
    if now >= child.next_start:
        context: Any = SPAWN if child.spawned else FORK
        child.process = context.Process(target=run_child, args=(child.run,), name=child.name)
        child.process.start()
        child.started_at = now


def _end(children: list[Child]) -> None:
    for child in children:
        if child.process is not None and child.process.is_alive():
            child.process.terminate()
    for child in children:
        if child.process is not None:
            child.process.join(10)
            if child.process.is_alive():
                child.process.kill()
                child.process.join()


def _answers(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex((host, port)) == 0


def is_free(host: str, port: int) -> bool:
    """Whether a port can be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
