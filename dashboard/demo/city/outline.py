"""The outline of the district: rough on land, along the middle of the river in the south."""

import numpy as np
import shapely
from shapely.geometry import Polygon

from dashboard.demo.city.arrays import Floats, Geometry, Random
from dashboard.demo.city.curves import roughen
from dashboard.demo.city.water import river_y

AREA = 54.95e6
"""Square metres of the district."""

HILLS_FROM = -1250.0
"""The hills lie north of this north coordinate (m)."""

_WEST, _EAST = -3200.0, 2820.0
# From the river's western end, north about, to its eastern end (m).
_LAND = (
    (-2980, -5000),
    (-3300, -4150),
    (-3520, -3300),
    (-3300, -2500),
    (-3500, -1900),
    (-3680, -1300),
    (-3560, -300),
    (-3300, 700),
    (-3560, 1700),
    (-3200, 2700),
    (-3400, 3500),
    (-2850, 4200),
    (-2250, 4450),
    (-1900, 5300),
    (-1100, 5500),
    (-700, 6250),
    (150, 6500),
    (750, 6050),
    (900, 5150),
    (1700, 4600),
    (2050, 3800),
    (1750, 2900),
    (2250, 2000),
    (2000, 1000),
    (2450, 200),
    (2150, -600),
    (2380, -1250),
    (2720, -1500),
    (2920, -2400),
    (2670, -3200),
    (2880, -3900),
)


def _stretched(land: Floats, factor: float) -> Floats:
    """The land border with its hills pulled away from, or toward, the town."""
    hills = land[:, 1] > HILLS_FROM
    pulled = land.copy()
    pulled[hills, 1] = HILLS_FROM + (land[hills, 1] - HILLS_FROM) * factor
    return pulled


def _fitted(south: Floats, land: Floats) -> Polygon:
    """The polygon whose hills are stretched until the area is right."""
    low, high = 0.5, 1.6
    for _ in range(40):
        factor = (low + high) / 2
        polygon = Polygon(np.vstack([south, _stretched(land, factor)]))
        low, high = (factor, high) if polygon.area < AREA else (low, factor)
    return polygon


def district_outline(random: Random) -> Geometry:
    """The outline of the district (m)."""
    east = np.linspace(_EAST, _WEST, 40)
    south = np.column_stack([east, river_y(east)])
    land = roughen(np.vstack([south[-1], _LAND, south[0]]), random, levels=3, share=0.085)
    return shapely.set_precision(_fitted(south, land[1:-1]), 0.1)
