"""A real Yiwang in processes of its own, fed by a real outside system, with links to sign in."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from dashboard.auth.accounts import create_device, create_user, make_link
from dashboard.domain.access import Role
from dashboard.services.desk import Desk
from dashboard.store.engine import writing
from tests.factories import DISTRICT, MINUTE, ROOT, make_desk, point_at
from tests.outside import Asked, Outside, Reply, in_json, serve_outside

PATIENCE = 60.0  # seconds until a start counts as failed


@dataclass
class Site:
    """A served district with sources that are read every second; `answered` is what they were told."""

    folder: Path
    outside: Outside
    desk: Desk
    port: int
    items: list[dict[str, Any]] = field(default_factory=list)
    answered: list[dict[str, Any]] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start web server and poller and wait until they answer."""
        command = [sys.executable, "-m", "dashboard", "serve", "--config", str(self.folder / "config.yaml")]
        log = (self.folder / "serve.log").open("ab")
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
        log.close()
        until = time.monotonic() + PATIENCE
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError((self.folder / "serve.log").read_text(encoding="utf-8")[-3000:])
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def kill(self) -> None:
        """End all its processes at once, without a goodbye."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def report(self, text: str, *, grid: int = 0, category: str = "路灯不亮", source: str = "board") -> None:
        """Something new at an outside system."""
        longitude, latitude = point_at(grid)
        self.items.append(
            {
                "id": f"B{len(self.items) + 1}",
                "source": source,
                "text": text,
                "category": category,
                "created_at": datetime.now(UTC).isoformat(),
                "longitude": longitude,
                "latitude": latitude,
            }
        )

    def leader_link(self) -> str:
        """A one-time link that signs a leader in."""
        return self.link(Role.LEADER, f"leader{time.time_ns()}")

    def link(self, role: Role, name: str) -> str:
        """A one-time link that signs somebody in."""
        now = datetime.now(UTC)
        with writing(self.desk.sessions, now) as session:
            user = create_user(session, name, role, DISTRICT, None, now)
            return f"{self.url}/sign-in/{make_link(session, now, user=user)}"

    def wall_link(self) -> str:
        """A one-time link that signs a wall display in."""
        now = datetime.now(UTC)
        with writing(self.desk.sessions, now) as session:
            device = create_device(session, f"wall{time.time_ns()}", DISTRICT, now)
            return f"{self.url}/sign-in/{make_link(session, now, device=device)}"


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running_site(*, merges: bool) -> Iterator[Site]:
    """A site that runs."""
    with tempfile.TemporaryDirectory() as folder:
        outside = serve_outside()
        made = make_site(Path(folder), next(outside), merges=merges)
        made.start()
        yield made
        made.kill()
        made.desk.sessions.engine.dispose()
        next(outside, None)


def make_site(folder: Path, outside: Outside, *, merges: bool = False) -> Site:
    """A site with the tiny district; nothing runs yet. It merges what is alike, or opens a case for every report."""
    database, port = f"sqlite:///{folder}/site.db", free_port()
    site = Site(folder, outside, make_desk(database), port)

    def reports(source: str) -> str:
        def tell(_asked: Asked) -> Reply:
            return in_json({"items": [item for item in site.items if item["source"] == source]})

        return outside.answers(f"/{source}", tell)

    def take(asked: Asked) -> Reply:
        site.answered.append(json.loads(asked.body))
        return in_json({"accepted": True})

    said = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    said["database"]["url"] = database
    said["web"]["port"] = port
    said["district"]["urban_part"] = []
    said["merging"]["automatic"] = merges
    answer = {"kind": "rest", "url": outside.answers("/answers", take), "idempotent": True}
    start_from = (datetime.now(UTC) - 60 * MINUTE).isoformat()
    said["sources"] = [
        {
            "id": source,
            "protocol": "rest",
            "name": {"zh": name, "en": source},
            "channel": source,
            "url": reports(source),
            "every": "1s",
            "start_from": start_from,
            "answer": {"kind": "phone"} if source == "grid" else answer,
        }
        for source, name in (("hotline", "市民热线"), ("board", "百姓呼声"), ("grid", "网格上报"))
    ]
    (folder / "config.yaml").write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    return site
