"""The river on the southern side, its islands, and the stream that joins it from the north-west."""

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon

from dashboard.demo.city.arrays import Floats, Geometry, Random, Shapes, shapes_of
from dashboard.demo.city.curves import roughen, rounded, rounded_line

RIVER_NAME = "洛河"
STREAM_NAME = "涧河"
LAKE_NAME = "王城湖"
NORTH_BANK = 165.0
"""Metres from the middle of the river to its northern water's edge."""

BANK_ROAD = 330.0
"""Metres from the middle of the river to the road along it; between the two lies the park on the bank."""

STREAM_HALF_WIDTH = 15.0
_ISLANDS = ((-950, 420), (900, 620))
_STREAM = (
    (-3950, -2150),
    (-3250, -2050),
    (-2700, -2600),
    (-2840, -3350),
    (-2430, -3950),
    (-2600, -4650),
    (-2260, -5200),
    (-2380, -6300),
)


def river_y(x: Floats | float) -> Floats:
    """North coordinate (m) of the middle of the river at the east coordinates x (m)."""
    east = np.asarray(x, dtype=float)
    middle: Floats = -5720 + 0.19 * east + 150 * np.sin(east / 1500 + 0.4) + 40 * np.sin(east / 610)
    return middle


def north_of_river(points: Floats) -> Floats:
    """How far north of the middle of the river each point lies (m)."""
    return points[:, 1] - river_y(points[:, 0])


def _island(middle: float, length: float) -> Geometry:
    along = np.linspace(-1, 1, 12)
    east = middle + along * length / 2
    spine = np.column_stack([east, river_y(east) + 78])
    width = 26 * np.sqrt(1 - along**2) * (1 + 0.3 * np.sin(5 * along))
    side = np.column_stack([np.zeros(12), width])
    return Polygon(np.vstack([spine + side, (spine - side)[::-1]])).buffer(0)


def islands() -> Shapes:
    """The islands in the river (m)."""
    return shapes_of([_island(middle, length) for middle, length in _ISLANDS])


def river(outline: Geometry) -> Geometry:
    """The water of the river inside the outline (m), without its islands."""
    east = np.linspace(-4400, 4400, 100)
    north = river_y(east) + NORTH_BANK - 15 + 22 * np.sin(east / 640) + 9 * np.sin(east / 170)
    south = river_y(east) - 160
    rim = np.vstack([np.column_stack([east, north]), np.column_stack([east, south])[::-1]])
    return Polygon(rim).intersection(outline).difference(shapely.union_all(islands()))


def stream(random: Random) -> LineString:
    """Middle line of the stream (m)."""
    rough = roughen(np.array(_STREAM, dtype=float), random, levels=2, share=0.12)
    return LineString(rounded_line(rough)).simplify(2)


def lake_in(park: Geometry, random: Random) -> Geometry:
    """A lake (m) with a winding shore in the middle of the park."""
    circle = shapely.maximum_inscribed_circle(park, tolerance=1.0)
    middle, rim = shapely.get_coordinates(circle)
    angle = np.linspace(0, 2 * np.pi, 14, endpoint=False)
    reach = np.hypot(*(rim - middle)) * random.uniform(0.6, 1.1, len(angle))
    shore = middle + np.column_stack([np.cos(angle), np.sin(angle)]) * reach[:, None]
    return Polygon(rounded(shore)).buffer(0).intersection(park.buffer(-12))
