"""Whether areas fit together: children inside their parent, neighbours without overlaps and gaps."""

from dataclasses import dataclass

import numpy as np
import shapely
from geopandas import GeoDataFrame
from shapely import STRtree


@dataclass(frozen=True)
class Misfit:
    """A place where two areas, or an area and its parent, do not fit; the size is in square metres."""

    kind: str
    codes: tuple[str, ...]
    square_metres: float


def overlaps(areas: GeoDataFrame, tolerance: float) -> list[Misfit]:
    """Pairs of areas (metric CRS, column `code`) that share more than `tolerance` m²."""
    shapes, codes = areas.geometry.to_numpy(), areas["code"].to_numpy()
    left, right = STRtree(shapes).query(shapes, predicate="intersects")
    pair = left < right
    left, right = left[pair], right[pair]
    shared = shapely.area(shapely.intersection(shapes[left], shapes[right]))
    return [
        Misfit("overlap", (codes[left[k]], codes[right[k]]), float(shared[k]))
        for k in np.flatnonzero(shared > tolerance)
    ]


def outside_parents(areas: GeoDataFrame, parents: GeoDataFrame, tolerance: float) -> list[Misfit]:
    """Areas (columns `code`, `parent`) with more than `tolerance` m² outside their parent."""
    parent_shapes = dict(zip(parents["code"], parents.geometry, strict=True))
    found = []
    for code, parent, shape in zip(areas["code"], areas["parent"], areas.geometry, strict=True):
        if parent in parent_shapes:
            rest = shape.difference(parent_shapes[parent]).area
            if rest > tolerance:
                found.append(Misfit("outside", (code, parent), float(rest)))
    return found


def gaps(areas: GeoDataFrame, parents: GeoDataFrame, tolerance: float) -> list[Misfit]:
    """Parents of which their children leave more than `tolerance` m² uncovered; those without children are left out."""
    found = []
    for code, shape in zip(parents["code"], parents.geometry, strict=True):
        children = areas.geometry[areas["parent"] == code]
        if len(children):
            rest = shape.difference(shapely.union_all(children.to_numpy())).area
            if rest > tolerance:
                found.append(Misfit("gap", (code,), float(rest)))
    return found
