"""The fabric: one planar partition of the district into cells.

All ways are noded once on a lattice, so neighbouring cells share their vertices exactly and every higher level is an
exact union of cells. A cell is a compound with its share of the streets around it; cells parted by walls only make up
a block.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from dashboard.demo.city.arrays import Floats, Geometry, Integers, Shapes, shapes_of
from dashboard.demo.city.edges import Edges, edges_between
from dashboard.demo.city.local_ways import noded_faces
from dashboard.demo.city.ways import BORDER_COST, Way

Neighbours = list[dict[int, float]]
"""For each cell or group its neighbours and what the border with each costs."""

_LEAST = 2500.0
"""Square metres; smaller cells join a neighbour."""


@dataclass(frozen=True)
class Fabric:
    """Cells with the edges between them, and the number of the block of each cell."""

    cells: Shapes
    edges: Edges
    block: Integers
    area: Floats
    centre: Floats

    def border_costs(self, group: Integers) -> Neighbours:
        """Neighbours of each group of cells, with the cost of the border between the two."""
        price = np.array([BORDER_COST[kind] for kind in self.edges.kind.tolist()])
        return neighbours(self.edges, self.edges.length * price, group)

    def centres_of(self, group: Integers) -> Floats:
        """Centre of each group of cells (m)."""
        total = np.bincount(group, self.area)
        return np.column_stack([np.bincount(group, self.area * self.centre[:, axis]) / total for axis in (0, 1)])


def neighbours(edges: Edges, value: Floats, group: Integers) -> Neighbours:
    """Neighbours of each group of cells, with the sum of the values of the edges between the two."""
    pairs = group[edges.sides[edges.shared]]
    count = int(group.max()) + 1
    apart = pairs[:, 0] != pairs[:, 1]
    low, high = pairs[apart].min(axis=1), pairs[apart].max(axis=1)
    key, back = np.unique(low * count + high, return_inverse=True)
    sums = np.bincount(back, value[edges.shared][apart], len(key))
    found: Neighbours = [{} for _ in range(count)]
    for low_one, high_one, total in zip((key // count).tolist(), (key % count).tolist(), sums.tolist(), strict=True):
        found[low_one][high_one] = found[high_one][low_one] = total
    return found


def united(shapes: Shapes, group: Integers) -> Shapes:
    """The exact union of the shapes of each group."""
    order = np.argsort(group, kind="stable")
    parts = np.split(shapes[order], np.flatnonzero(np.diff(group[order])) + 1)
    return shapes_of([part[0] if len(part) == 1 else shapely.coverage_union_all(part) for part in parts])


def weave(ways: list[Way], outline: Geometry) -> Fabric:
    """The fabric of all ways inside the outline."""
    cells = noded_faces(ways, outline)
    edges = edges_between(cells, ways, outline)
    owner = _without_slivers(cells, edges)
    cells, edges = united(cells, owner), edges.regrouped(owner)
    centre = shapely.get_coordinates(shapely.centroid(cells))
    return Fabric(cells, edges, _blocks(edges, len(cells)), shapely.area(cells), centre)


def _without_slivers(cells: Shapes, edges: Edges) -> Integers:
    """New number of each cell once those that are too small have joined the neighbour with the longest border."""
    owner, area = np.arange(len(cells)), shapely.area(cells)
    beside = neighbours(edges, edges.length, owner)
    for cell in np.argsort(area, kind="stable"):
        others = [other for other in sorted(beside[cell]) if owner[other] != owner[cell]]
        if area[cell] < _LEAST and others:
            target = owner[max(others, key=beside[cell].__getitem__)]
            area[target] += area[cell]
            owner[owner == owner[cell]] = target
    return np.asarray(np.unique(owner, return_inverse=True)[1])


def _blocks(edges: Edges, count: int) -> Integers:
    """Block number of each cell."""
    block = np.arange(count)
    inner = (edges.kind == "wall") & edges.shared
    for sides in edges.sides[inner]:
        low, high = np.sort(block[sides])
        block[block == high] = low
    return np.asarray(np.unique(block, return_inverse=True)[1])
