"""Numbers along the streets: odd on the left, even on the right, 行署路23号院."""

import numpy as np
import shapely

from dashboard.demo.city.arrays import Flags, Floats, Geometry, Integers
from dashboard.demo.city.site import Site
from dashboard.demo.city.street_names import lengths_in

_PULL = {"primary": 1.3, "secondary": 1.5, "local": 1.2, "country": 1.0}
"""How much a compound likes its gate on a street of each kind; there are no gates on others."""

_AHEAD = 5.0
"""Metres along a street from which its heading is taken."""


def street_of_each(site: Site) -> Integers:
    """The street on which each compound has its number."""
    pull = np.array([_PULL.get(kind, 0.0) for kind in site.streets.kinds])
    liking = lengths_in(site.fabric, site.streets, np.arange(len(site.ground))) * pull[:, None]
    chosen = liking.argmax(axis=0)
    lost = np.flatnonzero(liking.max(axis=0) == 0)
    addressable = np.flatnonzero(pull > 0)
    tree = shapely.STRtree(site.streets.lines[addressable])
    chosen[lost] = addressable[tree.nearest(site.fabric.cells[lost])]
    return np.asarray(chosen)


def _along_and_left(line: Geometry, points: Floats) -> tuple[Floats, Flags]:
    """How far along the line each point (m) lies, and whether on its left."""
    along = shapely.line_locate_point(line, shapely.points(points))
    start = np.minimum(along, line.length - _AHEAD - 1)
    near = shapely.get_coordinates(shapely.line_interpolate_point(line, start))
    ahead = shapely.get_coordinates(shapely.line_interpolate_point(line, start + _AHEAD))
    step, off = ahead - near, points - near
    return along, step[:, 0] * off[:, 1] - step[:, 1] * off[:, 0] > 0


def house_numbers(site: Site, street: Integers) -> Integers:
    """The number of each compound on its street."""
    number = np.zeros(len(street), dtype=np.int64)
    for index in np.unique(street):
        mine = np.flatnonzero(street == index)
        line = max(shapely.get_parts(site.streets.lines[index]), key=lambda part: part.length)
        along, left = _along_and_left(line, site.fabric.centre[mine])
        for side, first in ((left, 1), (~left, 2)):
            ordered = mine[side][np.argsort(along[side], kind="stable")]
            number[ordered] = first + 2 * np.arange(len(ordered))
    return number


def compound_names(street_names: list[str], street: Integers, number: Integers, homes: Flags) -> list[str]:
    """The address of each compound: 行署路23号院 with homes, 行署路8号 without."""
    rows = zip(street.tolist(), number.tolist(), homes.tolist(), strict=True)
    return [f"{street_names[way]}{value}号{'院' if lived_in else ''}" for way, value, lived_in in rows]
