"""A web server to measure, and sessions with it."""

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
from sqlalchemy.engine import make_url

from bench.databases import ROOT, settings
from dashboard.auth.accounts import create_device, create_user, make_link, user_by_name
from dashboard.config import Config
from dashboard.domain.access import Role
from dashboard.runtime import utc_now
from dashboard.services.desk import build_desk
from dashboard.store.engine import writing

START_WITHIN = 90.0


@dataclass(frozen=True)
class Refresh:
    """One refresh of the server's picture by commits, and about which cases it was (monotonic seconds)."""

    began: float
    ready: float
    cases: frozenset[int]


@dataclass(frozen=True)
class Web:
    """A running server."""

    database: Path
    port: int
    process: psutil.Process
    log: Path

    @property
    def address(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.port}"

    def processes(self) -> list[psutil.Process]:
        """The master and its workers."""
        return [self.process, *self.process.children(recursive=True)]

    def cpu_seconds(self) -> float:
        """How long its processes have computed so far."""
        return sum(sum(process.cpu_times()[:2]) for process in self.processes())

    def resident_megabytes(self) -> float:
        """Memory of its processes; what they share is counted once."""
        return sum(process.memory_full_info().pss for process in self.processes()) / 1e6

    def open_connections(self) -> set[int]:
        """Client ports of the connections it holds."""
        found = [one for process in self.processes() for one in process.net_connections("tcp")]
        return {one.raddr.port for one in found if one.raddr and one.laddr.port == self.port}

    def refreshes(self) -> list[Refresh]:
        """All refreshes by commits so far."""
        lines = (line.split(" ") for line in self.log.read_text().splitlines())
        return [
            Refresh(float(began), float(ready), frozenset(int(case) for case in cases.split(",") if case))
            for began, ready, cases in lines
        ]


@contextmanager
def web_server(config: Config, threads: int = 256) -> Iterator[Web]:
    """A server on a database, on a free port of loopback; it ends with the block."""
    database, port = Path(str(make_url(config.database.url).database)), _free_port()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "refreshes"
        log.touch()
        command = [sys.executable, "-m", "bench.serve", str(database), str(port), str(threads), str(log)]
        with (Path(folder) / "said").open("w") as said:
            child = subprocess.Popen(command, cwd=ROOT, stderr=said)
        try:
            web = Web(database, port, psutil.Process(child.pid), log)
            _wait(web, child)
            yield web
        finally:
            child.terminate()
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(web: Web, child: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline and child.poll() is None:
        try:
            if httpx.get(f"{web.address}/healthz", timeout=5).status_code < 500:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    said = (web.log.parent / "said").read_text().splitlines()
    raise RuntimeError(f"the web server did not start: {said[-1] if said else 'it said nothing'}")


def sign_in_link(web: Web, role: Role) -> str:
    """A fresh one-time link of a wall or a leader."""
    desk, now = build_desk(settings(web.database)), utc_now()
    district = desk.config.district.code
    with writing(desk.sessions, now) as session:
        if role is Role.WALL:
            token = make_link(session, now, device=create_device(session, "bench", district, now))
        else:
            user = user_by_name(session, "bench") or create_user(session, "bench", role, district, None, now)
            token = make_link(session, now, user=user)
    desk.sessions.engine.dispose()
    return f"{web.address}/sign-in/{token}"


def signed_in(web: Web, role: Role = Role.WALL) -> httpx.Client:
    """A client with a session."""
    client = httpx.Client(base_url=web.address, timeout=60, follow_redirects=False)
    client.get(sign_in_link(web, role))
    return client


def cookie(client: httpx.Client) -> str:
    """Its cookies as a header's value."""
    return "; ".join(f"{name}={value}" for name, value in client.cookies.items())
