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


def open_ground(fabric: Fabric, streets: Streets, stream: Geometry) -> Shapes:
    """The open ground of each cell (m); an empty polygon where streets take everything.

    The whole stream (line in m) is kept free, also where it no longer parts two cells.
    """
    widths = [HALF_WIDTH[kind] for kind in streets.kinds]
    strips = shapely.buffer(streets.lines, widths, cap_style="flat", join_style="mitre")
    strips = np.append(strips, stream.buffer(HALF_WIDTH["stream"]))
    inside = shapely.buffer(fabric.cells, -_WALL_STRIP, join_style="mitre")
    cell, strip = STRtree(strips).query(fabric.cells, predicate="intersects")
    near: list[list[int]] = [[] for _ in fabric.cells]
    for one, other in zip(cell.tolist(), strip.tolist(), strict=True):
        near[one].append(other)
    return shapes_of(
        [
            _largest_part(ground.difference(shapely.union_all(strips[np.sort(beside)]) if beside else shapely.Point()))
            for ground, beside in zip(inside, near, strict=True)
        ]
    )
