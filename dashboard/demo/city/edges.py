"""The edges between cells: how long they are, which way they belong to, which cells lie beside them."""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import STRtree

from dashboard.demo.city.arrays import Flags, Floats, Geometry, Integers, Shapes, Texts
from dashboard.demo.city.local_ways import LATTICE
from dashboard.demo.city.ways import RANK, Way


@dataclass(frozen=True)
class Edges:
    """One row per edge; ends in metres, `sides` the cells left and right (-1 for none), `way` the number of its way."""

    start: Floats
    stop: Floats
    sides: Integers
    kind: Texts
    way: Integers

    @property
    def length(self) -> Floats:
        """Metres of each edge."""
        length: Floats = np.hypot(*(self.stop - self.start).T)
        return length

    @property
    def shared(self) -> Flags:
        """Whether an edge has a cell on both sides."""
        return (self.sides[:, 0] >= 0) & (self.sides[:, 1] >= 0)

    def regrouped(self, owner: Integers) -> "Edges":
        """The edges that are left when cells join: `owner` gives each cell's new number."""
        sides = np.where(self.sides >= 0, owner[self.sides], -1)
        keep = sides[:, 0] != sides[:, 1]
        return Edges(self.start[keep], self.stop[keep], sides[keep], self.kind[keep], self.way[keep])


def edges_between(cells: Shapes, ways: list[Way], outline: Geometry) -> Edges:
    """The edges of the cells, each with the highest-ranking way that runs along it."""
    start, stop, cell = _directed_segments(cells)
    key = np.round(np.hstack([start, stop]) / LATTICE).astype(np.int64)
    _, first, back = np.unique(key, axis=0, return_index=True, return_inverse=True)
    sides = _sides(back.ravel(), cell, len(first))
    kind, way = _ways_along((start[first] + stop[first]) / 2, ways, outline)
    return Edges(start[first], stop[first], sides, kind, way)


def _directed_segments(cells: Shapes) -> tuple[Floats, Floats, Integers]:
    """Segments of all rings, holes too, turned to run from the lower to the higher end, with their cells."""
    rings, cell_of_ring = shapely.get_rings(cells, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    a, b = points[:-1][same], points[1:][same]
    backwards = (a[:, 0] > b[:, 0]) | ((a[:, 0] == b[:, 0]) & (a[:, 1] > b[:, 1]))
    start, stop = np.where(backwards[:, None], b, a), np.where(backwards[:, None], a, b)
    return start, stop, cell_of_ring[ring[1:][same]]


def _sides(edge: Integers, cell: Integers, count: int) -> Integers:
    """The one or two cells of each edge."""
    sides = np.full((count, 2), -1)
    order = np.argsort(edge, kind="stable")
    second = np.append(False, edge[order][1:] == edge[order][:-1]).astype(int)
    sides[edge[order], second] = cell[order]
    return sides


def _ways_along(middles: Floats, ways: list[Way], outline: Geometry) -> tuple[Texts, Integers]:
    """Kind and way number (-1 for the outline and for none) at the middle of each edge."""
    kinds = np.array([way.kind for way in ways] + ["outline"])
    rank = np.array([RANK.index(kind) for kind in kinds])
    tree = STRtree([way.line for way in ways] + [outline.exterior])
    edge, line = tree.query(shapely.points(middles), predicate="dwithin", distance=0.6)
    order = np.lexsort((line, rank[line], edge))
    edge, first = np.unique(edge[order], return_index=True)
    kind = np.full(len(middles), "wall", dtype="<U12")
    way = np.full(len(middles), -1)
    kind[edge], way[edge] = kinds[line[order][first]], line[order][first]
    way[way == len(ways)] = -1
    return kind, way
