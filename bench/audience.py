"""A run with an audience: a server, viewers in other processes, commits by another, and what each viewer saw when."""

import base64
import json
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bench.committing import Commit
from bench.databases import ROOT
from bench.web import Refresh, Web, cookie, signed_in

VIEWERS_AT_ONCE = 250  # in one process
SETTLE = 2.0
AHEAD = 0.02  # seconds by which a refresh may be done before the committing process notes that it has committed
PATH = "/live/stream?area={area}&level=grid&measure=open"


@dataclass
class Watched:
    """What came of a run."""

    commits: list[Commit]
    refreshes: list[Refresh]
    viewers: list[list[tuple[float, int]]]
    chunks: dict[int, bytes]
    seconds: float
    cpu_seconds: float
    resident_megabytes: float
    ended: int
    deaf: list[int] = field(default_factory=list)
    deaf_left: int = 0
    texts: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.texts = {checksum: _text(chunk) for checksum, chunk in self.chunks.items()}

    def sizes(self) -> list[float]:
        """Bytes of each commit's frame as the first viewer got it."""
        wanted = self._telling()
        return [len(self.chunks[checksum]) for checksum in wanted.values()]

    def _telling(self) -> dict[int, int]:
        """Event → the chunk in which it was first told."""
        found: dict[int, int] = {}
        for _, checksum in self.viewers[0]:
            for event in _events(self.texts[checksum]):
                found.setdefault(event, checksum)
        return {commit.event: found[commit.event] for commit in self.commits if commit.event in found}

    def last_bytes(self) -> dict[int, float]:
        """Event → when the last viewer had it; infinite when one never had."""
        last: dict[int, float] = {commit.event: 0.0 for commit in self.commits}
        told = {checksum: _events(text) & last.keys() for checksum, text in self.texts.items()}
        for chunks in self.viewers:
            first: dict[int, float] = {}
            for at, checksum in chunks:
                for event in told[checksum]:
                    first.setdefault(event, at)
            for event in last:
                last[event] = max(last[event], first.get(event, float("inf")))
        return last

    def after_commit(self) -> list[float]:
        """Milliseconds from each commit to the last viewer's last byte."""
        last = self.last_bytes()
        return [(last[commit.event] - commit.at) * 1000 for commit in self.commits]

    def after_refresh(self) -> list[float]:
        """Milliseconds from the picture being ready (its frames are made then) to the last viewer's last byte."""
        last, found = self.last_bytes(), []
        for commit in self.commits:
            ready = [one.ready for one in self.refreshes if commit.case in one.cases and one.ready > commit.at - AHEAD]
            if ready:
                found.append((last[commit.event] - min(ready)) * 1000)
        return found

    def refresh_milliseconds(self) -> list[float]:
        """How long each refresh took."""
        return [(one.ready - one.began) * 1000 for one in self.refreshes]

    def lagging(self) -> int:
        """How many viewers do not hold the newest revision of every part at the end."""
        newest = [self._newest(chunks) for chunks in self.viewers]
        right = max(newest, key=newest.count)
        return sum(one != right for one in newest)

    def _newest(self, chunks: Sequence[tuple[float, int]]) -> dict[str, str]:
        held: dict[str, str] = {}
        for _, checksum in chunks:
            held |= _revisions(self.texts[checksum])
        return held


def _text(chunk: bytes) -> str:
    """What a chunk of the compressed stream says; stored blocks are the clock, the first ten bytes a header."""
    if chunk[:2] == b"\x1f\x8b" or not chunk:
        return ""
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(chunk).decode()


def _messages(text: str) -> Iterator[dict[str, str]]:
    for message in text.split("\n\n"):
        yield dict(line.split(": ", 1) for line in message.split("\n") if ": " in line)


def _events(text: str) -> set[int]:
    """Ids of the events that a chunk tells."""
    rows = [row for found in _messages(text) if found.get("event") == "events" for row in _rows(found)]
    return {int(row[0]) for row in rows if str(row[0]).isdigit()}


def _rows(message: dict[str, str]) -> list[list[Any]]:
    rows: list[list[Any]] = json.loads(message["data"])["rows"]
    return rows


def _revisions(text: str) -> dict[str, str]:
    return {found["event"]: found["id"] for found in _messages(text) if "id" in found}


def watch(web: Web, area: str, viewers: int, per_second: float, seconds: float, deaf: int = 0) -> Watched:
    """Let viewers look on while commits are made, and gather what they saw."""
    client = signed_in(web)
    key = cookie(client)
    client.close()
    with _viewers(web, key, area, viewers, deaf) as crowd, committing(web, per_second, seconds) as process:
        before, began = web.cpu_seconds(), time.monotonic()
        say(process)
        lines, _ = process.communicate(timeout=seconds + 120)
        cpu, took = web.cpu_seconds() - before, time.monotonic() - began
        time.sleep(SETTLE)
        resident, silent = web.resident_megabytes(), [port for _, ports in crowd for port in ports]
        left = len(set(silent) & web.open_connections()) if silent else 0
        told = [json.loads(process.communicate(timeout=120)[0]) for process, _ in crowd]
    return Watched(
        commits=[Commit(**json.loads(line)) for line in lines.splitlines()],
        refreshes=[one for one in web.refreshes() if one.began > began - 1],
        viewers=[[(at, checksum) for at, checksum in chunks] for one in told for chunks in one["viewers"]],
        chunks={int(checksum): base64.b85decode(text) for one in told for checksum, text in one["chunks"].items()},
        seconds=took,
        cpu_seconds=cpu,
        resident_megabytes=resident,
        ended=sum(one["ended"] for one in told),
        deaf=silent,
        deaf_left=left,
    )


def say(process: subprocess.Popen[str]) -> None:
    """Tell a process that waits to begin."""
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()


@contextmanager
def _viewers(
    web: Web, key: str, area: str, count: int, deaf: int
) -> Iterator[list[tuple[subprocess.Popen[str], list[int]]]]:
    """Processes with viewers, all of whom have got a frame, and the ports of those who do not listen."""
    crowd: list[tuple[subprocess.Popen[str], list[int]]] = []
    try:
        for start in range(0, count, VIEWERS_AT_ONCE):
            number = min(count - start, VIEWERS_AT_ONCE)
            silent = deaf if start == 0 else 0
            process = _python("bench.viewers", web.port, key, PATH.format(area=area), number, silent)
            crowd.append((process, []))
            crowd[-1] = process, json.loads(_line(process))["deaf"]
        yield crowd
    finally:
        for process, _ in crowd:
            process.kill()
            process.wait()


@contextmanager
def committing(web: Web, per_second: float, seconds: float) -> Iterator[subprocess.Popen[str]]:
    """A process that is ready to commit, and waits for the word."""
    process = _python("bench.committing", web.database, per_second, seconds)
    try:
        _line(process)
        yield process
    finally:
        process.kill()
        process.wait()


def _python(module: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", module, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"a helper process ended with {process.wait()}")
    return line
