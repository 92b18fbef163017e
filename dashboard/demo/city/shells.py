"""The exact shapes of all levels (m): shared edges are thinned once, at the grids; the rest is only united."""

from dataclasses import dataclass

import numpy as np
import shapely

from dashboard.demo.city.arrays import Integers, Shapes
from dashboard.demo.city.compounds import Buildings
from dashboard.demo.city.fabric import Fabric, united

_THINNING = (1.5, 0.7, 0.0)
"""Tolerances (m) tried in turn until every building stays inside its grid."""


@dataclass(frozen=True)
class Shells:
    """Polygons (m) of the district, its subdistricts, communities and grids, by number."""

    district: Shapes
    subdistricts: Shapes
    communities: Shapes
    grids: Shapes


def _thinned(cells: Shapes, grid: Integers, buildings: Buildings) -> Shapes:
    exact = united(cells, grid)
    for tolerance in _THINNING:
        thinned: Shapes = shapely.coverage_simplify(exact, tolerance) if tolerance else exact
        if shapely.covers(thinned[grid[buildings.cells]], buildings.shapes).all():
            return thinned
    raise ValueError("a building lies outside its grid")


def stack(fabric: Fabric, buildings: Buildings, grid: Integers, community: Integers, subdistrict: Integers) -> Shells:
    """Shapes of all levels from the grid of every cell, the community of every grid, the subdistrict of every one."""
    grids = _thinned(fabric.cells, grid, buildings)
    communities = united(grids, community)
    subdistricts = united(communities, subdistrict)
    return Shells(united(subdistricts, np.zeros(len(subdistricts), dtype=np.int64)), subdistricts, communities, grids)
