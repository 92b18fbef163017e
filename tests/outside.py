"""Outside systems on loopback that do as a script says, good and bad."""

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

BLOCK = b" " * 65536


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    method: str = "GET"
    body: bytes = b""


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

    def do_POST(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        query = dict(parse_qsl(address.query))
        reply = self.server.reply_to(Asked(address.path, query, dict(self.headers), self.command, body))
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
