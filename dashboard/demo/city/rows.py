"""Rows from wall to wall: slabs of flats, village houses, halls."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import shapely

from dashboard.demo.city.arrays import Floats, Random, Shapes
from dashboard.demo.city.footprints import rectangle, yard_house
from dashboard.demo.city.plan import Plan, Room, chance


class RowStyle(NamedTuple):
    """How rows are built; lengths in metres."""

    depth: float
    gap: float
    """Between two rows."""
    units: tuple[float, ...]
    """Lengths that a building may have."""
    side: float
    """Between two buildings of a row."""
    levels: tuple[int, int]
    """Fewest and most storeys."""
    lanes: bool = False
    missing: float = 0.0
    """Share of the buildings that are left out."""


class Span(NamedTuple):
    """The free stretch of one row: its southern edge, western and eastern end (m)."""

    y: float
    west: float
    east: float

    @property
    def length(self) -> float:
        """Metres from end to end."""
        return self.east - self.west


def _level_lines(room: Room, heights: Floats) -> Shapes:
    """The parts of the room on each of the heights (m)."""
    cuts = shapely.linestrings([[(room.west - 1, y), (room.east + 1, y)] for y in heights.tolist()])
    inside: Shapes = shapely.intersection(room.shape, cuts)
    return inside


def _wide_band(room: Room) -> tuple[float, float]:
    """South and north end (m) of the part of the room that is wide enough for rows."""
    heights = np.linspace(room.south + 0.3, room.north - 0.3, 12)
    width = shapely.length(_level_lines(room, heights))
    wide = heights[width > 0.6 * width.max()]
    return float(wide[0]), float(wide[-1])


def row_spans(room: Room, depth: float, gap: float) -> list[Span]:
    """Stretches for rows from wall to wall, evenly spread from the south to the north; a row may have several."""
    south, north = _wide_band(room)
    count = int((north - south + gap) / (depth + gap) + 0.25)
    if count < 1:
        return []
    pitch = min((north - south - depth) / max(count - 1, 1), (depth + gap) * 1.3)
    low = (south + north - depth - pitch * (count - 1)) / 2 + pitch * np.arange(count)
    heights = np.column_stack([low, low + depth / 2, low + depth])
    return [
        Span(float(y), west + 0.5, east - 0.5)
        for y, lines in zip(low, _level_lines(room, heights.ravel()).reshape(count, 3), strict=True)
        for west, east in _common(lines)
        if east - west > 2
    ]


def _common(lines: Shapes) -> list[tuple[float, float]]:
    """Stretches of x that all the level lines have in common."""
    shared = [(-np.inf, np.inf)]
    for line in lines:
        ends = shapely.bounds(shapely.get_parts(line))[:, [0, 2]].tolist()
        shared = [(max(w, west), min(e, east)) for w, e in shared for west, east in ends if min(e, east) > max(w, west)]
    return shared


def _lengths(span: Span, style: RowStyle, random: Random) -> list[float]:
    """Lengths of the buildings of one stretch; what is left over lengthens them a little."""
    lengths: list[float] = []
    while True:
        following = float(random.choice(style.units))
        if sum(lengths) + following + style.side * len(lengths) > span.length:
            break
        lengths.append(following)
    if not lengths and span.length > 0.75 * min(style.units):
        return [span.length]
    spare = span.length - sum(lengths) - style.side * (len(lengths) - 1)
    stretch = min(1 + spare / max(sum(lengths), 1.0), 1.22)
    return [length * stretch for length in lengths]


def _row(span: Span, style: RowStyle, random: Random) -> Iterator[tuple[float, float]]:
    """West end and length of each building of one stretch, spread over it."""
    lengths = _lengths(span, style, random)
    free = span.length - sum(lengths)
    side = min(free / max(len(lengths) - 1, 1), 1.8 * style.side)
    west = span.west + (free - side * (len(lengths) - 1)) / 2
    for length in lengths:
        yield west, length
        west += length + side


def _parted(spans: list[Span], least: float) -> tuple[list[Span], float | None]:
    """The stretches with a lane through the middle of those that are long enough, and where that lane is."""
    if not spans:
        return [], None
    middle = float(np.median([(span.west + span.east) / 2 for span in spans]))
    parted: list[Span] = []
    for span in spans:
        halves = [Span(span.y, span.west, middle - 4), Span(span.y, middle + 4, span.east)]
        parted += halves if min(half.length for half in halves) > least else [span]
    return parted, middle if len(parted) > len(spans) else None


def _lanes(room: Room, spans: list[Span], depth: float, middle: float | None) -> list[Floats]:
    lanes = [np.array([(span.west, span.y + depth + 4), (span.east, span.y + depth + 4)]) for span in spans]
    if middle is not None:
        lanes.append(np.array([(middle, room.south), (middle, room.north)]))
    return lanes


def slab_rows(room: Room, style: RowStyle, kind: str, random: Random) -> Plan:
    """Rows of slabs, a lane north of each row and one across in the middle."""
    plan, depth = Plan(), style.depth * random.uniform(0.94, 1.1)
    usual = int(random.integers(style.levels[0], style.levels[1] + 1))
    spans = row_spans(room, depth, style.gap * random.uniform(0.92, 1.2))
    parted, middle = _parted(spans, 0.75 * min(style.units)) if style.lanes else (spans, None)
    for span in parted:
        for west, length in _row(span, style, random):
            if not chance(random, style.missing):
                levels = max(style.levels[0], usual - int(chance(random, 0.2)))
                plan.add(rectangle(west, span.y, length, depth), levels, kind)
    if style.lanes:
        plan.lanes = [shapely.LineString(lane) for lane in _lanes(room, spans, depth, middle)]
    return plan


def village_rows(room: Room, style: RowStyle, random: Random) -> Plan:
    """Rows of houses, each with its own yard, height and setback."""
    plan = Plan()
    for span in row_spans(room, style.depth * random.uniform(0.9, 1.1), style.gap):
        for west, length in _row(span, style, random):
            if not chance(random, style.missing):
                y, depth = span.y + random.uniform(-1.2, 1.2), style.depth * random.uniform(0.82, 1.0)
                levels = int(random.integers(style.levels[0], style.levels[1] + 1))
                plan.add(yard_house(west, y, length, depth, random), levels, "village")
    return plan
