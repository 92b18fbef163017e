"""Woods on the ridges and in the gullies of the hills, and the parcels of the fields."""

import numpy as np
import shapely

from dashboard.demo.city.arrays import Floats, Geometry, Random, Shapes, shapes_of
from dashboard.demo.city.curves import rounded, smooth_field
from dashboard.demo.city.cutting import CutStyle, Cutter

_LATTICE = 55.0
"""Metres between the trees, so to speak: each point of the lattice may carry a grove."""

_LEAST_WOOD = 5000.0
_PARCEL_STYLE = CutStyle(spread=0.16, wave=0.012)
_PARCEL = 5e4


def _groves(points: Floats, random: Random) -> tuple[Floats, Floats]:
    """Points (m) with woods and the radius (m) of the grove on each: winding ribbons along the slopes."""
    slope, height = smooth_field(random, 1300, 3000), smooth_field(random, 1500, 3500)
    detail = smooth_field(random, 260, 700)
    thickness = 0.42 - np.abs(slope.at(points)) + 0.3 * height.at(points) + 0.22 * detail.at(points)
    wooded = thickness > 0
    return points[wooded], np.clip(30 + 90 * thickness[wooded], 30, 62)


def _softened(wood: Geometry) -> Geometry:
    """The wood without corners and without small clearings."""
    thinned = wood.buffer(26, quad_segs=2).simplify(22)
    rings = [rounded(shapely.get_coordinates(ring)[:-1]) for ring in (thinned.exterior, *thinned.interiors)]
    clearings = [ring for ring in rings[1:] if shapely.Polygon(ring).area > _LEAST_WOOD]
    return shapely.Polygon(rings[0], clearings).buffer(0)


def woods(fields: Geometry, built_up: Geometry, random: Random) -> Shapes:
    """Woods (m) on the fields, away from what is built."""
    west, south, east, north = fields.bounds
    x, y = np.meshgrid(np.arange(west, east, _LATTICE), np.arange(south, north, _LATTICE))
    points = np.column_stack([x.ravel(), y.ravel()])
    points = points + random.uniform(-22, 22, points.shape)
    points = points[shapely.contains_xy(fields, points)]
    spots, radius = _groves(points, random)
    whole = shapely.union_all(shapely.buffer(shapely.points(spots), radius, quad_segs=2))
    soft = shapely.union_all([_softened(part) for part in shapely.get_parts(whole.buffer(-22, quad_segs=2))])
    found = shapely.get_parts(soft.intersection(fields).difference(built_up.buffer(15, quad_segs=2)))
    return shapes_of([part for part in found if part.geom_type == "Polygon" and part.area > _LEAST_WOOD])


def parcels(grounds: Shapes, random: Random) -> tuple[Shapes, Shapes]:
    """Fields and orchards (m): the open ground of the fields cut into parcels."""
    cutter = Cutter(random)
    fields: list[Geometry] = []
    orchards: list[Geometry] = []
    for ground in grounds:
        orchard_share = random.choice([0.12, 0.75], p=[0.7, 0.3])
        lines = cutter.divide(ground, _parcel_goal, _PARCEL_STYLE)
        furrows = shapely.union_all(lines).buffer(1.5, cap_style="square") if lines else shapely.Polygon()
        for part in shapely.get_parts(ground.difference(furrows)):
            (orchards if random.random() < orchard_share else fields).append(part)
    return shapes_of(fields), shapes_of(orchards)


def _parcel_goal(_piece: Geometry) -> float:
    return _PARCEL
