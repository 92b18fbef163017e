"""Frame parts, encoded and compressed once per area for all viewers; a reader gets the parts it has not seen.

A stream is one endless gzip body: a header, then chunks that were each compressed on their own and end on a byte, so
that the same bytes serve every reader at any place in its stream.
"""

import hashlib
import json
import threading
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.domain.areas import Level
from dashboard.domain.calendars import shanghai_day
from dashboard.live.area_counts import AreaCounts
from dashboard.live.bands import Bands
from dashboard.live.measures import Areas, Measure
from dashboard.live.parts import (
    events_part,
    kpi_part,
    orders_part,
    points_part,
    queue_part,
    ranking_part,
    sources_part,
    trend_part,
    values_part,
)
from dashboard.live.picture import Picture
from dashboard.live.situation import Situation
from dashboard.store.situation import channel_counts_until

Seen = tuple[str, ...]
"""The revisions that a reader holds, in the order of `PARTS`; an empty text for a part it has never had."""
GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
PARTS = ("kpi", "queue", "points", "values", "events", "orders", "sources", "trend", "ranking")


@dataclass(frozen=True)
class View:
    """What a viewer looks at: an area, and its map's level and measure."""

    area: str
    level: Level
    measure: Measure

    @property
    def drawn(self) -> "View":
        """The view whose areas are coloured: a building is shown inside its grid."""
        return View(self.area[: Level.GRID], self.level, self.measure)


@dataclass(frozen=True)
class Encoded:
    """A part as text, as the revision of its content, and as a chunk of a compressed event stream."""

    revision: str
    text: str
    chunk: bytes


def compressed(text: str) -> bytes:
    """A chunk of deflate that depends on nothing before it and ends on a byte."""
    compressor = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return compressor.compress(text.encode()) + compressor.flush(zlib.Z_SYNC_FLUSH)


def stored(text: str) -> bytes:
    """The same for short texts, without compressing."""
    body = text.encode()
    length = len(body)
    return b"\x00" + length.to_bytes(2, "little") + (length ^ 0xFFFF).to_bytes(2, "little") + body


class Frames:
    """The parts of the newest situation for every view somebody looks at."""

    def __init__(self, picture: Picture, corner: Callable[[], tuple[float, float]]) -> None:
        self.picture = picture
        self.areas = Areas(picture)
        self._counts = AreaCounts(picture)
        self._bands = Bands(picture)
        self._corner = corner
        self._categories = {category.id: number for number, category in enumerate(picture.config.categories)}
        self._lock = threading.Lock()
        self._encoded: dict[tuple[str, Any], tuple[int, Encoded]] = {}
        self._news: tuple[int, dict[tuple[View, Seen], tuple[bytes, Seen]]] = (-1, {})
        self._channels_before: tuple[int, dict[str, int]] = (-1, {})
        self.encodings = 0

    def wait(self, serial: int, timeout: float) -> Situation:
        """The newest situation; waits for another than `serial`, at most `timeout` seconds."""
        picture = self.picture
        with picture.changed:
            picture.changed.wait_for(lambda: picture.situation.serial != serial, timeout)
            return picture.situation

    def parts(self, view: View, situation: Situation) -> dict[str, Encoded]:
        """All parts of a view, each encoded at most once per situation."""
        keys: dict[str, Any] = dict.fromkeys(PARTS, view.area) | {"values": view.drawn, "sources": None}
        return {name: self._part(name, key, situation, view) for name, key in keys.items()}

    def news(self, view: View, situation: Situation, seen: Seen) -> tuple[bytes, Seen]:
        """The chunks of parts that a reader has not seen, and what it has seen then. Nearly all readers of a view have
        seen the same, so one makes them and the others take them."""
        serial, known = self._news
        if serial != situation.serial:
            known = {}
            self._news = situation.serial, known
        if (view, seen) not in known:
            parts = self.parts(view, situation)
            chunks = [part.chunk for part, before in zip(parts.values(), seen, strict=True) if part.revision != before]
            known[view, seen] = b"".join(chunks), tuple(part.revision for part in parts.values())
        return known[view, seen]

    def _part(self, name: str, key: Any, situation: Situation, view: View) -> Encoded:
        kept = self._encoded.get((name, key))
        if kept and kept[0] == situation.serial:
            return kept[1]
        with self._lock:
            kept = self._encoded.get((name, key))
            if kept and kept[0] >= situation.serial:
                return kept[1]
            encoded = self._encode(name, self._content(name, situation, view), kept[1] if kept else None)
            self._encoded[name, key] = situation.serial, encoded
            return encoded

    def _encode(self, name: str, content: Any, before: Encoded | None) -> Encoded:
        """A part that says the same as before stays the same, and no reader gets it again."""
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        revision = hashlib.blake2s(text.encode(), digest_size=6).hexdigest()
        if before and before.revision == revision:
            return before
        self.encodings += 1
        return Encoded(revision, text, compressed(f"event: {name}\nid: {revision}\ndata: {text}\n\n"))

    def _content(self, name: str, situation: Situation, view: View) -> Any:
        if name == "kpi":
            today = self._counts.today(situation, view.area)
            reference = self._counts.reference(situation, view.area)
            return kpi_part(situation, view.area, self._children(view.area), today, reference)
        if name == "points":
            return points_part(situation, view.area, self._corner(), self._categories)
        if name == "queue":
            return queue_part(situation, view.area)
        if name == "events":
            return events_part(situation, view.area)
        if name == "orders":
            return orders_part(situation, view.area)
        if name == "trend":
            return trend_part(situation, view.area, self._bands.of(view.area, situation.at))
        if name == "ranking":
            return self._ranking(situation, view.area)
        if name == "sources":
            return sources_part(situation, self._before(situation))
        drawn = view.drawn
        values = self.areas.values(situation, drawn.area, drawn.level, drawn.measure)
        return {"area": drawn.area, "level": drawn.level.name.lower(), "measure": drawn.measure, **values_part(values)}

    def _ranking(self, situation: Situation, area: str) -> Any:
        """The children of an area with the last seven days' answers in time."""
        below, codes = Level(len(area)).below, self._children(area)
        if below is None or below is Level.BUILDING:
            return {"rows": []}
        return ranking_part(situation, below, codes, self._counts.week(situation, area, codes))

    def _children(self, area: str) -> Sequence[str]:
        """The areas one level down that are valid now."""
        below = Level(len(area)).below
        return self.areas.drawn(area, below).codes if below else ()

    def _before(self, situation: Situation) -> dict[str, int]:
        """Cases per channel yesterday up to this time, at most a minute old."""
        minute = int(situation.at.timestamp() // 60)
        if self._channels_before[0] != minute:
            picture = self.picture
            with picture.sessions.read() as session:
                found = channel_counts_until(session, shanghai_day(situation.at), situation.at)
            self._channels_before = minute, found
        return self._channels_before[1]
