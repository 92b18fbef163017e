"""The grids: compounds of a community grouped by people and, less, by area."""

from dataclasses import dataclass

import numpy as np

from dashboard.demo.city.arrays import Floats, Integers, sums
from dashboard.demo.city.communities import Communities
from dashboard.demo.city.fabric import Fabric
from dashboard.demo.city.outline import HILLS_FROM
from dashboard.demo.city.partition import Cells, partition
from dashboard.demo.city.people import share_out

COUNT = 600
_FEWEST = 2
_AREA_SHARE = {"hills": 0.25, "town": 0.03}
"""What area counts against people; in the town little, so that few grids are without homes."""

_FILLED = 0.85
"""Grids per cell at most, so that few grids are a single compound."""

_BAND = 250.0
"""Height (m) of the bands in which grids are numbered from west to east."""


@dataclass(frozen=True)
class Grids:
    """Grid number of every cell, the 15-digit code of each grid and the number of its community."""

    of_cell: Integers
    codes: list[str]
    community: Integers


def choose_grids(fabric: Fabric, communities: Communities, people: Floats) -> Grids:
    """Group the cells of every community; `people` is the number of households of each cell."""
    weights = _weights(fabric, people)
    counts = _counts(communities.of_cell, weights)
    cells = Cells(fabric.centre, weights, fabric.border_costs(np.arange(len(fabric.cells))))
    of_cell = np.zeros(len(fabric.cells), dtype=np.int64)
    codes: list[str] = []
    for number, area in enumerate(communities.official):
        mine = np.flatnonzero(communities.of_cell == number)
        label = partition(cells.only(mine), np.ones(counts[number]))
        of_cell[mine] = _from_north_west(label, fabric.centre[mine]) + len(codes)
        codes += [f"{area.code}{grid + 1:03d}" for grid in range(counts[number])]
    return Grids(of_cell, codes, np.repeat(np.arange(len(counts)), counts))


def _weights(fabric: Fabric, people: Floats) -> Floats:
    share = np.where(fabric.centre[:, 1] > HILLS_FROM, _AREA_SHARE["hills"], _AREA_SHARE["town"])
    reach = np.sqrt(fabric.area)
    weights: Floats = people / people.sum() + share * reach / reach.sum()
    return weights


def _counts(community: Integers, weights: Floats) -> Integers:
    """How many grids each community gets: a few each, the rest by weight, never more than it has cells for."""
    share, cells = sums(community, weights), np.bincount(community)
    most = np.maximum(_FEWEST, (_FILLED * cells).astype(np.int64))
    counts = np.full(len(share), _FEWEST)
    for asked in range(COUNT, 2 * COUNT):
        if counts.sum() >= COUNT:
            break
        counts = np.minimum(_FEWEST + share_out(share, asked - _FEWEST * len(share)), most)
    return counts


def _from_north_west(label: Integers, points: Floats) -> Integers:
    """The labels renumbered in bands from the north-west to the south-east."""
    size = np.bincount(label)
    x, y = (np.bincount(label, points[:, axis]) / size for axis in (0, 1))
    rank = np.argsort(np.lexsort((x, -np.round(y / _BAND))))
    return np.asarray(rank[label])
