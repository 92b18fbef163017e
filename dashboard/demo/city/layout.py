"""Lay out one compound by its use.

The ground is turned so that its longest roughly west-east side lies along x; buildings are planned axis-parallel, kept
only where the ground covers them and no other building is close, and turned back.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import STRtree

from dashboard.demo.city.arrays import Flags, Floats, Geometry, Random, shapes_of
from dashboard.demo.city.footprints import Footprint
from dashboard.demo.city.plan import Plan, Room, chance, largest, room_of, square_room
from dashboard.demo.city.public_buildings import hospital, kindergarten, mall, market, office, school, stadium, station
from dashboard.demo.city.rows import RowStyle, slab_rows, village_rows
from dashboard.demo.city.shops import street_shops
from dashboard.demo.city.towers import towers
from dashboard.demo.city.works import works

GREEN = ("park", "field", "water")
"""Uses without buildings."""

_OLD = RowStyle(depth=12.0, gap=20, units=(32, 45, 45, 60), side=9, levels=(3, 6), lanes=True, missing=0.03)
_ESTATE = RowStyle(depth=13.5, gap=28, units=(30, 44, 58), side=13, levels=(5, 7), lanes=True, missing=0.04)
_VILLAGE = RowStyle(depth=15, gap=9, units=(13, 16, 20), side=3.5, levels=(1, 3), missing=0.1)
_ANY_SHAPE = ("old", "estate", "village", "tower", "factory", "mall")
"""Uses that fill a crooked ground; all others need a rectangle."""

_SETBACK = {"old": 5.0, "estate": 7.0, "village": 4.0, "factory": 7.0, "market": 6.0, "kindergarten": 5.0}
_USUAL_SETBACK = 8.0
_APART = 1.5
"""Least metres between two buildings."""


def _old(room: Room, random: Random) -> Plan:
    return slab_rows(room, _OLD, "old", random)


def _estate(room: Room, random: Random) -> Plan:
    return slab_rows(room, _ESTATE, "estate", random)


def _village(room: Room, random: Random) -> Plan:
    return village_rows(room, _VILLAGE, random)


_PLANNERS: dict[str, Callable[[Room, Random], Plan]] = {
    "old": _old,
    "estate": _estate,
    "village": _village,
    "tower": towers,
    "factory": works,
    "mall": mall,
    "office": office,
    "hospital": hospital,
    "school": school,
    "kindergarten": kindergarten,
    "stadium": stadium,
    "station": station,
    "market": market,
}


@dataclass(frozen=True)
class Frame:
    """The turned frame of one compound: its middle (m) and a rotation matrix."""

    middle: Floats
    spin: Floats

    def turned(self, geometry: Geometry) -> Geometry:
        """Into the frame."""
        return shapely.transform(geometry, lambda points: (points - self.middle) @ self.spin.T)

    def back(self, geometry: Geometry) -> Geometry:
        """Out of the frame, rounded to centimetres."""
        return shapely.transform(geometry, lambda points: (points @ self.spin + self.middle).round(2))


def _frame(ground: Geometry) -> Frame:
    step = np.diff(shapely.get_coordinates(ground.simplify(6).exterior), axis=0)
    angle = (np.arctan2(step[:, 1], step[:, 0]) + np.pi / 2) % np.pi - np.pi / 2
    length = np.hypot(step[:, 0], step[:, 1]) * (np.abs(angle) < 0.7)
    turn = angle[length.argmax()] if length.any() else 0.0
    spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return Frame(np.array(ground.centroid.coords[0]), spin)


def _fitting(room: Room, buildings: list[Footprint]) -> Flags:
    """Which buildings lie inside the room and keep their distance from those before them."""
    shapes = shapes_of([building.shape for building in buildings])
    good: Flags = np.asarray(shapely.is_valid(shapes) & shapely.covers(room.shape.buffer(0.2), shapes))
    for one, other in STRtree(shapes).query(shapes, predicate="dwithin", distance=_APART).T:
        good[other] &= not (one < other and good[one])
    return good


def _turned_back(plan: Plan, room: Room, frame: Frame) -> Plan:
    """The buildings that fit, with lanes and pitches, in local coordinates."""
    good = _fitting(room, plan.buildings).tolist() if plan.buildings else []
    kept = [building for building, fits in zip(plan.buildings, good, strict=True) if fits]
    shapes = frame.back(shapes_of([building.shape for building in kept]))
    buildings = [building._replace(shape=shape) for building, shape in zip(kept, shapes, strict=True)]
    lanes = frame.back(shapely.intersection(shapes_of(plan.lanes), room.shape)) if kept else []
    return Plan(buildings, list(lanes), list(frame.back(shapes_of(plan.pitches))))


def _shops_and_rest(ground: Geometry, use: str, main_roads: Geometry, random: Random) -> tuple[Plan, Geometry]:
    """Shops along the main roads, and the ground that they leave."""
    if use not in ("old", "estate", "tower") or ground.area < 8000 or chance(random, 0.35):
        return Plan(), ground
    shops = street_shops(ground, main_roads, random)
    around = shapely.union_all([shop.shape.buffer(6, join_style="mitre") for shop in shops])
    rest = largest(ground.difference(around)) if shops else ground
    if rest is None:
        return Plan(), ground
    rounded = [shop._replace(shape=shapely.transform(shop.shape, lambda points: points.round(2))) for shop in shops]
    return Plan(rounded), rest


def lay_out(use: str, ground: Geometry, main_roads: Geometry, random: Random) -> Plan:
    """Buildings, lanes and pitches (m) of one compound; `main_roads` is one prepared geometry."""
    if use in GREEN or ground.area < 300:
        return Plan()
    front, rest = _shops_and_rest(ground, use, main_roads, random)
    frame = _frame(rest)
    setback = _SETBACK.get(use, _USUAL_SETBACK)
    shape = largest(frame.turned(rest).buffer(-setback, join_style="mitre"))
    if shape is None:
        return Plan()
    shapely.prepare(shape)
    room = room_of(shape) if use in _ANY_SHAPE else square_room(shape)
    plan = _turned_back(_PLANNERS[use](room, random), room, frame)
    plan.buildings = front.buildings + plan.buildings
    return plan
