"""Names on a map never collide: each is put where it covers nothing that was put before and as few marks as possible.

What finds no room is left out and named in a note. Small areas choose first, as they have the least choice.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from dashboard.snapshots.glyphs import face

GAP = 0.25  # em around a name
STEP = 0.55  # em between the places that are tried
SMALLER = (1.0, 0.88)


@dataclass(frozen=True)
class Name:
    """A name that wants a place: within a shape, or at a fixed spot, turned by an angle."""

    text: str
    size: float
    shape: shapely.Geometry | None = None
    at: tuple[float, float] = (0.0, 0.0)
    angle: float = 0.0
    weight: int = 400
    must_fit: bool = False  # whether it stays out rather than cross its shape's border or lie under a mark


@dataclass(frozen=True)
class Placed:
    """A name with its place: the middle of its box."""

    name: Name
    x: float
    y: float
    size: float

    @property
    def box(self) -> shapely.Polygon:
        """What it covers."""
        return _box(self.name, self.x, self.y, self.size)


@dataclass(frozen=True)
class Placement:
    """The names that have a place, and those that have none."""

    placed: list[Placed]
    left_out: list[str]


def place_names(
    names: Sequence[Name], frame: shapely.Polygon, taken: Sequence[shapely.Polygon], marks: NDArray[np.float64]
) -> Placement:
    """Find a place for each name inside the frame.

    Args:
        taken: Boxes that nothing may cover.
        marks: Places of marks, shape (n, 2), of which few should be covered.
    """
    boxes, placed, left_out = list(taken), [], []
    for name in sorted(names, key=_room):
        found = _place(name, frame, boxes, marks)
        if found is None:
            left_out.append(name.text)
            continue
        placed.append(found)
        boxes.append(found.box)
    return Placement(placed, left_out)


def _room(name: Name) -> float:
    return float(name.shape.area) if name.shape is not None else math.inf


def _place(
    name: Name, frame: shapely.Polygon, boxes: Sequence[shapely.Polygon], marks: NDArray[np.float64]
) -> Placed | None:
    for share in SMALLER:
        size = name.size * share
        spots = _spots(name, size)
        if not len(spots):
            continue
        found = np.array([_box(name, x, y, size) for x, y in spots])
        free = shapely.covers(frame, found)
        for box in boxes:
            free &= ~shapely.intersects(found, box)
        covered = _covered(found, marks)
        if name.must_fit and name.shape is not None:
            free &= shapely.covers(name.shape, found) & (covered == 0)
        if free.any():
            costs = np.where(free, covered * 2 + _misfit(name, spots, found), np.inf)
            x, y = spots[int(np.argmin(costs))]
            return Placed(name, float(x), float(y), size)
    return None


def _spots(name: Name, size: float) -> NDArray[np.float64]:
    """The places to be tried: everywhere in the shape, or the fixed one."""
    if name.shape is None:
        return np.array([name.at])
    west, north, east, south = name.shape.bounds
    step = max(size * STEP, (east - west) / 60, (south - north) / 60)
    xs, ys = np.meshgrid(np.arange(west, east, step), np.arange(north, south, step))
    inside = shapely.contains_xy(name.shape, xs.ravel(), ys.ravel())
    centre = name.shape.representative_point()
    return np.vstack([np.column_stack([xs.ravel(), ys.ravel()])[inside], [[centre.x, centre.y]]])


def _covered(found: NDArray[np.object_], marks: NDArray[np.float64]) -> NDArray[np.float64]:
    """How many marks lie on each box."""
    covered = np.zeros(len(found))
    for x, y in marks:
        covered += shapely.intersects_xy(found, x, y)
    return covered


def _misfit(name: Name, spots: NDArray[np.float64], found: NDArray[np.object_]) -> NDArray[np.float64]:
    """What lies over the border weighs most, then how far it is from the middle."""
    if name.shape is None:
        return np.zeros(len(spots))
    outside = 1 - shapely.area(shapely.intersection(found, name.shape)) / shapely.area(found)
    centre = name.shape.centroid
    span = math.sqrt(name.shape.area)
    distance = np.hypot(spots[:, 0] - centre.x, spots[:, 1] - centre.y) / max(span, 1.0)
    misfit: NDArray[np.float64] = 12 * outside + 2 * distance
    return misfit


def _box(name: Name, x: float, y: float, size: float) -> shapely.Polygon:
    wide = (face(name.weight).width(name.text) + 2 * GAP) * size / 2
    high = (1 + GAP) * size / 2
    corners = np.array([(-wide, -high), (wide, -high), (wide, high), (-wide, high)])
    turn = math.radians(name.angle)
    spin = np.array([(math.cos(turn), math.sin(turn)), (-math.sin(turn), math.cos(turn))])
    return shapely.Polygon(corners @ spin + (x, y))
