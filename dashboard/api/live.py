"""The live stream: one endless answer per viewer, whose bytes are made once for all, and the polling fallback."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request, session
from flask.typing import ResponseReturnValue

from dashboard.auth.sessions import ACTIVE, KEY
from dashboard.domain.areas import AreaCodeError, Level, is_within, level_of
from dashboard.live.frames import GZIP_HEADER, PARTS, Seen, View, stored
from dashboard.live.measures import Measure
from dashboard.runtime import Runtime
from dashboard.viewmodels.heat import Span

SPARE_THREADS = 64  # for everything that is not a stream
RETRY_AFTER = "5"
LEVELS = {level.name.lower(): level for level in Level if level > Level.DISTRICT}


class Places:
    """How many streams there may be, so that pages and callbacks always find a thread."""

    def __init__(self, count: int) -> None:
        self._free = threading.BoundedSemaphore(count)
        self.taken = 0

    def take(self) -> bool:
        """Take a place; False when all are taken."""
        if self._free.acquire(blocking=False):
            self.taken += 1
            return True
        return False

    def leave(self) -> None:
        """Give a place back."""
        self.taken -= 1
        self._free.release()


def live_blueprint(runtime: Runtime) -> Blueprint:
    """The routes under /live/."""
    blueprint = Blueprint("live", __name__, url_prefix="/live")
    places = Places(max(runtime.config.web.threads - SPARE_THREADS, 1))
    heartbeat = runtime.config.live.heartbeat.total_seconds()

    @blueprint.get("/stream")
    def stream() -> ResponseReturnValue:
        view, seen = _view(runtime), _seen()
        if not places.take():
            return Response("all streams are taken", 503, {"Retry-After": RETRY_AFTER})
        if connection := request.environ.get("gunicorn.socket"):
            _drop_when_stalled(connection, runtime.config.live.stall.total_seconds())
        key, active = session[KEY], session.get(ACTIVE, 0.0)

        def is_welcome() -> bool:
            return runtime.gate.look_up(key, active) is not None

        body = Stream(_events(runtime, view, seen, heartbeat, is_welcome), places)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Content-Encoding": "gzip"}
        return Response(body, headers=headers, mimetype="text/event-stream")

    @blueprint.get("/frame")
    def frame() -> ResponseReturnValue:
        view, seen = _view(runtime), _seen()
        parts = runtime.frames.parts(view, runtime.picture.situation)
        fresh = {
            name: {"id": part.revision, "data": json.loads(part.text)}
            for (name, part), before in zip(parts.items(), seen, strict=True)
            if part.revision != before
        }
        return jsonify({"now": _epoch_milliseconds(runtime), "parts": fresh}), {"Cache-Control": "no-store"}

    @blueprint.get("/cells")
    def cells() -> ResponseReturnValue:
        view = _view(runtime)
        span = next((span for span in Span if span == request.args.get("span")), Span.MONTH)
        found = runtime.heats.of((view.area, span))
        return jsonify(asdict(found)), {"Cache-Control": "no-store"}

    return blueprint


class Stream:
    """A stream's bytes that give its place back however it ends."""

    def __init__(self, events: Iterator[bytes], places: Places) -> None:
        self._events, self._places = events, places
        self._is_open = True

    def __iter__(self) -> Iterator[bytes]:
        return self._events

    def close(self) -> None:
        """Called by the server when the viewer is gone, or the answer is over."""
        if self._is_open:
            self._is_open = False
            self._places.leave()


def _events(runtime: Runtime, view: View, seen: Seen, heartbeat: float, is_welcome: Any) -> Iterator[bytes]:
    """The server's clock at once and at every heartbeat, and the parts that are new to this reader."""
    yield GZIP_HEADER
    serial, next_beat = -1, 0.0
    while True:
        if (now := time.monotonic()) >= next_beat:
            if not is_welcome():
                yield stored("event: goodbye\ndata: {}\n\n")
                return
            yield stored(f"event: beat\ndata: {_epoch_milliseconds(runtime)}\n\n")
            next_beat = now + heartbeat
        situation = runtime.frames.wait(serial, max(next_beat - time.monotonic(), 0.0))
        if situation.serial == serial:
            continue
        serial = situation.serial
        chunks, seen = runtime.frames.news(view, situation, seen)
        if chunks:
            yield chunks


def _epoch_milliseconds(runtime: Runtime) -> int:
    return round(runtime.now().timestamp() * 1000)


def _drop_when_stalled(connection: socket.socket, seconds: float) -> None:
    """Give a viewer up who takes nothing. A full buffer ends the write, but at a wall's pace it takes megabytes and
    minutes to fill, so the system also ends a connection whose bytes lie unread for as long."""
    connection.settimeout(seconds)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(seconds * 1000))


def _view(runtime: Runtime) -> View:
    """What the viewer asks for, within what they may see."""
    found = runtime.gate.current()
    area = request.args.get("area", runtime.config.district.code)
    try:
        level_of(area)
        if found is None or not is_within(area, found.scope):
            abort(403)
        return View(area, LEVELS[request.args.get("level", "grid")], Measure(request.args.get("measure", "open")))
    except (AreaCodeError, KeyError, ValueError):
        abort(400)


def _seen() -> Seen:
    """The revisions a returning reader holds: `seen=kpi:ab12,queue:cd34`."""
    pairs = (pair.partition(":") for pair in request.args.get("seen", "").split(",") if pair)
    held = {name: revision for name, _, revision in pairs}
    return tuple(held.get(name, "") for name in PARTS)
