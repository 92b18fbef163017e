"""Cut polygons into ever smaller pieces, as a town grows: streets first, then compound walls.

A cut across one piece likes to begin where a cut of the piece next door has ended, so that streets go on across main
roads and walls meet at corners.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import shapely
from shapely.geometry import LineString
from shapely.ops import split

from dashboard.demo.city.arrays import Floats, Geometry, Random

Goal = Callable[[Geometry], float]
"""Wanted area (m²) of a piece."""


class CutStyle(NamedTuple):
    """How cuts are drawn; all numbers but `least` and `follow` are shares of the length of a cut or a side."""

    spread: float
    """How far off the middle a cut may be."""
    follow: float = 0.0
    """Probability of going on from the end of an earlier cut."""
    wave: float = 0.0
    """Random swing of the line to its sides."""
    jog: float = 0.0
    """Probability of a step to the side half-way, which makes angled pieces."""
    least: float = 0.3
    """Least share of the area on either side."""


_PLAIN = CutStyle(spread=0.12)
"""The last resort where finer cuts have failed."""


def long_box(polygon: Geometry) -> Floats:
    """Corners (m) of the tightest rectangle; the first two span a long side."""
    corners = shapely.get_coordinates(shapely.oriented_envelope(polygon))[:4]
    if np.hypot(*(corners[1] - corners[0])) < np.hypot(*(corners[2] - corners[1])):
        corners = np.roll(corners, -1, axis=0)
    return np.asarray(corners, dtype=float)


def _swung(start: Floats, stop: Floats, wave: float, random: Random) -> Floats:
    share = np.linspace(-0.05, 1.05, 9)
    swing = np.cumsum(random.normal(0, wave, len(share)))
    swing -= np.linspace(swing[0], swing[-1], len(share))
    along = stop - start
    return start + np.outer(share, along) + np.outer(swing, [-along[1], along[0]])


def _stepped(start: Floats, stop: Floats, long_side: Floats, random: Random) -> Floats:
    """A line that steps aside by a tenth or two of the long side on its way."""
    aside = long_side * random.uniform(0.1, 0.22) * random.choice([-1, 1])
    knee = start + (stop - start) * random.uniform(0.35, 0.65)
    along = (stop - start) * 0.05
    return np.array([start - along, knee, knee + aside, stop + aside + along])


class Cutter:
    """Cuts polygons and remembers where its cuts have ended."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._ends: list[Floats] = []

    def divide(self, polygon: Geometry, goal: Goal, style: CutStyle) -> list[LineString]:
        """Cut until every piece is near its goal; the cut lines (m)."""
        if polygon.area < 1.45 * goal(polygon) * self._random.uniform(0.75, 1.35):
            return []
        for tried in (style, style, style, _PLAIN, _PLAIN):
            lines, pieces = self._cut(polygon, tried)
            if len(pieces) == 2 and min(piece.area for piece in pieces) > tried.least * polygon.area:
                self._remember(lines)
                return lines + [line for piece in pieces for line in self.divide(piece, goal, style)]
        return []

    def _remember(self, lines: list[LineString]) -> None:
        for line in lines:
            self._ends += [np.array(line.coords[0]), np.array(line.coords[-1])]

    def _cut(self, polygon: Geometry, style: CutStyle) -> tuple[list[LineString], list[Geometry]]:
        box = long_box(polygon)
        start, stop = self._course(polygon, box, style)
        line = LineString(self._drawn(start, stop, box[1] - box[0], style))
        inside = [part for part in shapely.get_parts(line.intersection(polygon)) if part.length > 5]
        return inside, list(split(polygon, line).geoms)

    def _drawn(self, start: Floats, stop: Floats, long_side: Floats, style: CutStyle) -> Floats:
        if style.jog and self._random.random() < style.jog:
            return _stepped(start, stop, long_side, self._random)
        if style.wave:
            return _swung(start, stop, style.wave, self._random)
        over = (stop - start) * 0.05
        return np.array([start - over, stop + over])

    def _course(self, polygon: Geometry, box: Floats, style: CutStyle) -> tuple[Floats, Floats]:
        """Both ends of a cut from one long side of the box to the other."""
        share = 0.5 + self._random.uniform(-style.spread, style.spread)
        if self._random.random() < style.follow:
            known = self._known_ends(polygon, box)
            if known:
                return self._followed(known, box, share)
        return box[0] + (box[1] - box[0]) * share, box[3] + (box[2] - box[3]) * share

    def _known_ends(self, polygon: Geometry, box: Floats) -> list[tuple[float, bool, Floats]]:
        """Ends of earlier cuts near the middle of the long sides: share of the side, whether far side, point."""
        if not self._ends:
            return []
        ends = np.array(self._ends)
        along, across = box[1] - box[0], box[3] - box[0]
        share = (ends - box[0]) @ along / (along @ along)
        side = (ends - box[0]) @ across / (across @ across)
        near = np.flatnonzero((np.abs(share - 0.5) < 0.24) & (side > -0.2) & (side < 1.2))
        touching = shapely.dwithin(polygon.exterior, shapely.points(ends[near]), 0.3)
        return [(float(share[k]), bool(side[k] > 0.5), ends[k]) for k in near[touching]]

    def _followed(self, known: list[tuple[float, bool, Floats]], box: Floats, share: float) -> tuple[Floats, Floats]:
        """A cut from the known end nearest to the wanted share, straight on or to a known end on the other side."""
        at, far, point = min(known, key=lambda end: abs(end[0] - share))
        opposite = [end for end in known if end[1] != far and abs(end[0] - at) < 0.08]
        base, edge = (box[0], box[1]) if far else (box[3], box[2])
        goal = min(opposite, key=lambda end: abs(end[0] - at))[2] if opposite else base + (edge - base) * at
        return (goal, point) if far else (point, goal)
