"""Villages in the hills: where they lie, and the ragged line around each."""

import numpy as np
import shapely
from shapely.geometry import Polygon

from dashboard.demo.city.arrays import Floats, Geometry, Random
from dashboard.demo.city.curves import rounded
from dashboard.demo.city.outline import HILLS_FROM
from dashboard.demo.city.power import spread_out
from dashboard.demo.city.ways import Way

COUNT = 19
_APART = 620.0
"""Metres between two villages at least."""


def hamlet_centres(outline: Geometry, main: list[Way], random: Random) -> Floats:
    """Well-spread centres (m) of the villages, drawn toward the roads."""
    west, _, east, north = outline.bounds
    spots = np.column_stack([random.uniform(west, east, 4000), random.uniform(HILLS_FROM + 250, north, 4000)])
    spots = spots[shapely.contains_xy(outline.buffer(-380), spots)]
    centres = spread_out(spots, np.ones(len(spots)), COUNT) + random.normal(0, 70, (COUNT, 2))
    return _toward_roads(centres, main)


def _toward_roads(centres: Floats, main: list[Way]) -> Floats:
    """Centres moved close to the nearest road when it is not far away."""
    roads = shapely.union_all([way.line for way in main if way.kind in ("primary", "secondary")])
    links = shapely.shortest_line(shapely.points(centres), roads)
    feet = shapely.get_coordinates(links).reshape(-1, 2, 2)[:, 1]
    gap = np.hypot(*(feet - centres).T)[:, None]
    pull = np.where(gap < 420, np.maximum(gap - 60, 0) / np.maximum(gap, 1), 0)
    return _kept_apart(centres, centres + (feet - centres) * pull)


def _kept_apart(centres: Floats, wished: Floats) -> Floats:
    """Each centre where it wishes to be, unless that is too near to another."""
    found = centres.copy()
    for index, wish in enumerate(wished):
        others = np.delete(found, index, axis=0)
        if np.hypot(*(others - wish).T).min() > _APART:
            found[index] = wish
    return found


def hamlet_outline(centre: Floats, random: Random) -> Geometry:
    """A ragged round polygon (m), some 280 to 480 m across."""
    count = 11
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False) + random.uniform(-0.2, 0.2, count)
    radius = random.uniform(140, 235) * random.uniform(0.72, 1.22, count)
    ring = centre + np.column_stack([1.2 * np.cos(angle), 0.95 * np.sin(angle)]) * radius[:, None]
    return Polygon(rounded(ring, 1)).buffer(0)
