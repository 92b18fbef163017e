"""Open ground: the part of each cell that is left between streets, rails and the stream."""

import numpy as np
import shapely
from shapely import STRtree

from dashboard.demo.city.arrays import Geometry, Shapes, shapes_of
from dashboard.demo.city.fabric import Fabric
from dashboard.demo.city.streets import Streets
from dashboard.demo.city.ways import HALF_WIDTH

_WALL_STRIP = 1.5
"""Metres that each compound keeps from its neighbours."""


def _largest_part(geometry: Geometry) -> Geometry:
    parts = shapely.get_parts(geometry)
    return parts[np.argmax(shapely.area(parts))] if len(parts) else shapely.Polygon()


def _strips(streets: Streets, stream: Geometry) -> Shapes:
    """What streets and the stream keep free, the stream also where it no longer parts two cells."""
    widths = [HALF_WIDTH[kind] for kind in streets.kinds]
    strips = shapely.buffer(streets.lines, widths, cap_style="flat", join_style="mitre")
    return np.append(strips, stream.buffer(HALF_WIDTH["stream"]))


def _without(ground: Geometry, strips: Shapes) -> Geometry:
    """The largest part of the ground outside the strips, which are clipped first because they are long."""
    bounds = ground.bounds
    near = [shapely.clip_by_rect(strip, *bounds) for strip in strips]
    return _largest_part(ground.difference(shapely.union_all(near)))


def open_ground(fabric: Fabric, streets: Streets, stream: Geometry) -> Shapes:
    """The open ground of each cell (m); an empty polygon where streets take everything."""
    strips = _strips(streets, stream)
    inside = shapely.buffer(fabric.cells, -_WALL_STRIP, join_style="mitre")
    cell, strip = STRtree(strips).query(inside, predicate="intersects")
    order = np.lexsort((strip, cell))
    touched, first = np.unique(cell[order], return_index=True)
    for one, beside in zip(touched.tolist(), np.split(strip[order], first[1:]), strict=True):
        inside[one] = _without(inside[one], strips[beside])
    return shapes_of([_largest_part(ground) for ground in inside])
