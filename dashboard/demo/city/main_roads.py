"""Main roads, the railway, the stream and the cut along the river's edge, drawn from the plan."""

from collections.abc import Iterator

import numpy as np
import shapely
from shapely.geometry import LineString

from dashboard.demo.city.arrays import Floats, Geometry, Random
from dashboard.demo.city.road_plan import DIAGONALS, FAR, NORTH_END, SOUTH_NORTH, WEST_EAST, SouthNorth, WestEast
from dashboard.demo.city.sheet import bent_line
from dashboard.demo.city.water import BANK_ROAD, NORTH_BANK, STREAM_NAME
from dashboard.demo.city.ways import Way

_STEP, _OVERSHOOT, _KINK = 130.0, 60.0, 9.0


def _row(values: Floats, other: float, along_u: bool) -> Floats:
    fixed = np.full(len(values), other)
    return np.column_stack([values, fixed] if along_u else [fixed, values])


def _west_east(road: WestEast, random: Random) -> Way:
    start, stop = max(road.start - _OVERSHOOT, -FAR), min(road.stop + _OVERSHOOT, FAR)
    line = bent_line(_row(np.append(np.arange(start, stop - 20, _STEP), stop), road.v, True), random, _KINK)
    return Way(line, road.kind, road.name)


def _south_north(road: SouthNorth, random: Random) -> Iterator[Way]:
    start = road.start
    if start == 0 and not road.bridge:
        # The strip by the river is cut in line with the road, but no bridge is drawn.
        yield Way(bent_line(_row(np.array([-80.0, BANK_ROAD + 70]), road.u, False), random, 0), "reach")
        start = BANK_ROAD
    stop = min(road.stop + _OVERSHOOT, NORTH_END)
    line = bent_line(_row(np.append(np.arange(start - 80, stop - 20, _STEP), stop), road.u, False), random, _KINK)
    yield Way(line, road.kind, road.name)


def _overshot(points: Floats) -> Floats:
    """The points with both ends pushed out, so that the line surely meets its neighbours."""
    ends = points.copy()
    for end, inner in ((0, 1), (-1, -2)):
        step = points[end] - points[inner]
        ends[end] += _OVERSHOOT * step / np.hypot(step[0], step[1])
    return ends


def _diagonals(random: Random) -> Iterator[Way]:
    for road in DIAGONALS:
        line = LineString(_overshot(np.array(road.points, dtype=float))).segmentize(200)
        yield Way(bent_line(shapely.get_coordinates(line), random, 5), road.kind, road.name)


def _all_ways(stream: LineString, random: Random) -> Iterator[Way]:
    for west_east in WEST_EAST:
        yield _west_east(west_east, random)
    for south_north in SOUTH_NORTH:
        yield from _south_north(south_north, random)
    yield from _diagonals(random)
    yield Way(bent_line(_row(np.arange(-FAR, FAR + 1, _STEP), NORTH_BANK, True), random, 0), "reach")
    yield Way(stream, "stream", STREAM_NAME)


def main_roads(outline: Geometry, stream: LineString, random: Random) -> list[Way]:
    """Main roads and their like (m), clipped to the outline."""
    return [
        way._replace(line=part)
        for way in _all_ways(stream, random)
        for part in shapely.get_parts(way.line.intersection(outline))
        if part.geom_type == "LineString" and part.length > 30
    ]
