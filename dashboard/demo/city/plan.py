"""What stands in one compound while it is being laid out."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import shapely

from dashboard.demo.city.arrays import Floats, Geometry, Random
from dashboard.demo.city.footprints import Footprint

_ROUNDS = 7
"""Times that the sides of a rectangle are pushed out, each time by a third of what is left."""


class Room(NamedTuple):
    """The building ground of a compound (m), turned so that its main side lies along x."""

    shape: Geometry
    west: float
    south: float
    east: float
    north: float

    @property
    def width(self) -> float:
        """Metres from west to east."""
        return self.east - self.west

    @property
    def depth(self) -> float:
        """Metres from south to north."""
        return self.north - self.south

    def scaled(self, x: float, y: float, width: float, depth: float) -> tuple[float, float, float, float]:
        """A rectangle given in shares of the room, as corner, width and depth in metres."""
        return self.west + x * self.width, self.south + y * self.depth, width * self.width, depth * self.depth


@dataclass
class Plan:
    """Buildings, inner lanes and sports pitches of a compound (m)."""

    buildings: list[Footprint] = field(default_factory=list)
    lanes: list[Geometry] = field(default_factory=list)
    pitches: list[Geometry] = field(default_factory=list)

    def add(self, ring: Floats, levels: int | np.integer[Any], kind: str) -> None:
        """Plan a building with the given ring."""
        self.buildings.append(Footprint(shapely.Polygon(ring), int(levels), kind))


def room_of(shape: Geometry) -> Room:
    """The room of a turned polygon."""
    west, south, east, north = shape.bounds
    return Room(shape, west, south, east, north)


def square_room(shape: Geometry) -> Room:
    """A large rectangle inside the polygon, as a room."""
    middle = shape.point_on_surface() if not shape.contains(shape.centroid) else shape.centroid
    sides = [middle.x, middle.y, middle.x, middle.y]
    reach = shape.bounds
    for _ in range(_ROUNDS):
        for side in (1, 0, 3, 2):
            sides = _pushed(shape, sides, side, (reach[side] - sides[side]) / 3)
    return room_of(shapely.box(*sides))


def _pushed(shape: Geometry, sides: list[float], side: int, step: float) -> list[float]:
    """The sides with one of them pushed out by a step, if the rectangle stays inside."""
    pushed = [value + step * (index == side) for index, value in enumerate(sides)]
    return pushed if shape.covers(shapely.box(*pushed)) else sides


def largest(geometry: Geometry, least: float = 150.0) -> Geometry | None:
    """The largest polygon of a geometry, None when nothing above `least` square metres is left."""
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon" and part.area > least]
    return max(parts, key=lambda part: part.area) if parts else None


def chance(random: Random, probability: float) -> bool:
    """True with the given probability."""
    return bool(random.random() < probability)
