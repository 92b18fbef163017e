"""Shops along the sides of a compound that face a main road."""

import numpy as np
import shapely

from dashboard.demo.city.arrays import Floats, Geometry, Random
from dashboard.demo.city.footprints import Footprint
from dashboard.demo.city.plan import chance

_DEPTH, _SETBACK, _CORNER = 11.0, 2.2, 14.0


def _fronts(ground: Geometry, main_roads: Geometry) -> list[tuple[Floats, Floats, float]]:
    """Start, unit heading and length of each long side by a main road; the inside is on the left."""
    ring = shapely.get_coordinates(shapely.orient_polygons(ground.simplify(2)).exterior)
    step = np.diff(ring, axis=0)
    length = np.hypot(step[:, 0], step[:, 1])
    middles = shapely.points(ring[:-1] + step / 2)
    faces = (length > 70) & shapely.dwithin(middles, main_roads, 25)
    return [(ring[k], step[k] / length[k], float(length[k])) for k in np.flatnonzero(faces)]


def _shop(corner: Floats, heading: Floats, length: float) -> Geometry:
    inward = np.array([-heading[1], heading[0]])
    near, far = inward * _SETBACK, inward * (_SETBACK + _DEPTH)
    other = corner + heading * length
    return shapely.Polygon([corner + near, other + near, other + far, corner + far])


def street_shops(ground: Geometry, main_roads: Geometry, random: Random) -> list[Footprint]:
    """Shops (m) of one to three storeys; `main_roads` is one prepared geometry."""
    found: list[Footprint] = []
    for start, heading, length in _fronts(ground, main_roads):
        at = _CORNER
        while at + 36 < length:
            size = min(random.uniform(24, 58), length - _CORNER - at)
            shop = _shop(start + heading * at, heading, size)
            free = ground.covers(shop) and all(shop.distance(other.shape) > 6 for other in found)
            if free and chance(random, 0.75):
                found.append(Footprint(shop, int(random.integers(1, 4)), "shop"))
            at += size + random.uniform(7, 16)
    return found
