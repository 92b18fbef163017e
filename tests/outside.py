"""Outside systems on loopback that do as a script says, good and bad, and a desk that polls one of them by hand."""

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import yaml
from pydantic import TypeAdapter
from sqlalchemy import select

from dashboard.config.load import read_yaml
from dashboard.config.sources import BaseSource, Source
from dashboard.polling.poller import poll
from dashboard.services.desk import Desk
from dashboard.services.rebuild import rebuild
from dashboard.serving import poll_tools
from dashboard.store.engine import writing
from dashboard.store.leases import Held
from dashboard.store.models import Case, Report
from dashboard.store.operations import Quarantined, Run, SourceState
from dashboard.store.sources import source_state
from tests.factories import DAY, NOON, ROOT, make_config, point_in
from tests.integration.test_recount import count_rows

BLOCK = b" " * 65536


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    path: str
    query: dict[str, str]
    headers: Mapping[str, str]


@dataclass
class Reply:
    """An answer. `cut_after` resets the connection after so many bytes; `blocks` are streamed after the body.

    One that drips sends a byte now and then until it is told to stop.
    """

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut_after: int | None = None
    blocks: int = 0
    waits_for: threading.Event | None = None
    drips_until: threading.Event | None = None


Answer = Reply | Callable[[Asked], Reply]


class Outside(ThreadingHTTPServer):
    """A real HTTP server. Each path has a list of answers, given in turn; the last one is given for ever."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[Asked] = []
        self.sent = 0
        self._answers: dict[str, list[Answer]] = {}
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def answers(self, path: str, *answers: Answer) -> str:
        """Script a path anew and return its address."""
        self._answers[path] = list(answers)
        return self.url + path

    def reply_to(self, asked: Asked) -> Reply:
        """The next scripted reply."""
        with self._lock:
            self.asked.append(asked)
            script = self._answers.get(asked.path)
            if not script:
                return Reply(status=404)
            answer = script.pop(0) if len(script) > 1 else script[0]
        return answer if isinstance(answer, Reply) else answer(asked)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news: many tests are about that."""


class _Handler(BaseHTTPRequestHandler):
    server: Outside

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        reply = self.server.reply_to(Asked(address.path, dict(parse_qsl(address.query)), dict(self.headers)))
        if reply.waits_for:
            reply.waits_for.wait(30)
        self.send_response(reply.status)
        for name, value in (
            {"Content-Length": str(len(reply.body) + reply.blocks * len(BLOCK))} | reply.headers
        ).items():
            self.send_header(name, value)
        self.end_headers()
        while reply.drips_until and not reply.drips_until.wait(0.02):
            self.wfile.write(b" ")
        self.wfile.write(reply.body[: reply.cut_after])
        if reply.cut_after is not None:
            self._reset()
        for _ in range(reply.blocks):
            self.server.sent += self.wfile.write(BLOCK)

    def _reset(self) -> None:
        """Close with RST, as a dying machine's network does."""
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""


def serve_outside() -> Iterator[Outside]:
    """A server for the length of a test."""
    server = Outside()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def in_json(found: Any, **headers: str) -> Reply:
    """An answer in JSON."""
    return Reply(json.dumps(found, ensure_ascii=False).encode(), headers={"Content-Type": "application/json"} | headers)


def source_entry(protocol: str = "rest", **more: Any) -> dict[str, Any]:
    """A source as config.yaml describes it; REST unless told otherwise."""
    return {
        "id": "board",
        "protocol": protocol,
        "name": {"zh": "百姓呼声", "en": "Citizens' board"},
        "channel": "board",
        "timeout": "5s",
        "start_from": NOON - 30 * DAY,
    } | more


def make_source(protocol: str = "rest", **more: Any) -> BaseSource:
    """A source as it is read from its description."""
    source: BaseSource = TypeAdapter(Source).validate_python(source_entry(protocol, **more))
    return source


def make_item(number: int | str = 1, **more: Any) -> dict[str, Any]:
    """A report as a REST service with our own names would give it."""
    longitude, latitude = point_in(0)
    said = {
        "id": f"B{number}",
        "text": "楼下路灯不亮",
        "category": "路灯不亮",
        "created_at": "2026-03-10T11:50:00+08:00",
        "longitude": longitude,
        "latitude": latitude,
        "address": "春林路",
        "status": "open",
    }
    return said | more


@dataclass
class Station:
    """A desk with one configured source, polled by hand while the clock stands where it is put."""

    desk: Desk
    source: BaseSource
    now: datetime = NOON

    def poll(self, *, force: bool = True, later: timedelta = timedelta(), lease: Held | None = None) -> Run | None:
        """One poll, perhaps some time later."""
        self.now += later
        return poll(self.source, replace(poll_tools(self.desk), now=lambda: self.now, lease=lease), force=force)

    def die_in_poll(self, after_pages: int) -> None:
        """A poll whose process dies while it stores a page."""
        tools, stored = poll_tools(self.desk), []

        def save(*arguments: Any) -> Any:
            taken = tools.save(*arguments)
            stored.append(taken)
            if len(stored) > after_pages:
                raise KeyboardInterrupt
            return taken

        with suppress(KeyboardInterrupt):
            poll(self.source, replace(tools, now=lambda: self.now, save=save), force=True)

    def accept_backlog(self) -> None:
        """What `yiwang poll --accept-backlog` notes."""
        with writing(self.desk.sessions, self.now) as session:
            source_state(session, self.source.id, self.source.start_from, self.now).backlog_accepted = True

    def reports(self) -> list[Report]:
        """All reports, oldest first."""
        return self._all(select(Report).order_by(Report.id))

    def report(self) -> Report:
        """The only report."""
        (found,) = self.reports()
        return found

    def ids(self) -> list[str]:
        """The external ids of all reports, in order."""
        return sorted(report.external_id for report in self.reports())

    def cases(self) -> list[Case]:
        """All cases, oldest first."""
        return self._all(select(Case).order_by(Case.id))

    def case(self) -> Case:
        """The only case."""
        (found,) = self.cases()
        return found

    def runs(self) -> list[Run]:
        """The ledger, oldest first."""
        return self._all(select(Run).order_by(Run.id))

    def waiting(self) -> list[Quarantined]:
        """The quarantine."""
        return self._all(select(Quarantined).where(Quarantined.status == "waiting").order_by(Quarantined.id))

    def state(self) -> SourceState:
        """The source's cursor and health."""
        (found,) = self._all(select(SourceState).where(SourceState.id == self.source.id))
        return found

    def _all(self, query: Any) -> list[Any]:
        with self.desk.sessions.read() as session:
            return list(session.scalars(query))


def station(desk: Desk, source: BaseSource) -> Station:
    """A station whose desk knows the source as a configured one."""
    config = make_config(desk.config.database.url, sources=[source.model_dump()])
    return Station(replace(desk, config=config), source)


def rest_station(desk: Desk, outside: Outside, *answers: Answer, **more: Any) -> Station:
    """A station that polls a scripted REST service."""
    return station(desk, make_source(url=outside.answers("/reports", *answers), **more))


def one_page(*items: Any) -> Reply:
    """A REST answer with these items."""
    return in_json({"items": list(items)})


def numbered(count: int, first: int = 1, **more: Any) -> Sequence[dict[str, Any]]:
    """So many items with ids of their own."""
    return [make_item(number, **more) for number in range(first, first + count)]


def check_against_events(desk: Desk, now: datetime) -> None:
    """What is stored and counted is what the events say."""
    kept = count_rows(desk)
    assert rebuild(desk, now).mended == []
    assert count_rows(desk) == kept


def write_config(desk: Desk, folder: Path, *entries: dict[str, Any]) -> str:
    """A configuration file for commands, with this desk's database and these sources."""
    content = read_yaml(ROOT / "config.yaml") | {
        "database": {"url": desk.config.database.url},
        "sources": list(entries),
    }
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return str(path)
