"""Group cells into connected regions of wanted weight. Cells change hands whole, so regions nest exactly."""

import numpy as np

from dashboard.demo.city.arrays import Floats, Integers
from dashboard.demo.city.fabric import Neighbours
from dashboard.demo.city.power import power_labels, spread_out
from dashboard.demo.city.regions import Regions, piece_of

SOFT_TO_STIFF = (2e3, 2e4, 2e5)
"""Metres of border that a region's whole weight is worth, in successive rounds of trading."""


def partition(
    points: Floats,
    weights: Floats,
    neighbours: Neighbours,
    targets: Floats,
    centres: Floats | None = None,
    stiffness: tuple[float, ...] = SOFT_TO_STIFF,
) -> Integers:
    """Region number of each cell; the targets are scaled to the sum of the weights."""
    if len(targets) == 1:
        return np.zeros(len(points), dtype=np.int64)
    wanted = targets * weights.sum() / targets.sum()
    around = spread_out(points, weights, len(targets)) if centres is None else centres
    label = _none_empty(power_labels(points, weights, around, wanted), points, around)
    regions = Regions(_connected(label, weights, neighbours), weights, neighbours, wanted)
    for force in stiffness:
        regions.trade(force)
    return np.array(regions.label)


def partition_within(
    mine: Integers,
    points: Floats,
    weights: Floats,
    neighbours: Neighbours,
    targets: Floats,
    centres: Floats | None = None,
) -> Integers:
    """Partition only the cells `mine` (numbers in ascending order); region number of each of them."""
    place = {cell: index for index, cell in enumerate(mine.tolist())}
    inside = [
        {place[other]: cost for other, cost in neighbours[cell].items() if other in place} for cell in mine.tolist()
    ]
    return partition(points[mine], weights[mine], inside, targets, centres)


def _none_empty(label: Integers, points: Floats, centres: Floats) -> Integers:
    """Give each region without a cell the nearest cell of a region that has several."""
    for region in np.flatnonzero(np.bincount(label, minlength=len(centres)) == 0):
        spare = np.bincount(label, minlength=len(centres))[label] > 1
        away = ((points - centres[region]) ** 2).sum(axis=1)
        label[np.where(spare, away, np.inf).argmin()] = region
    return label


def _connected(label: Integers, weights: Floats, neighbours: Neighbours) -> Integers:
    """Keep the heaviest piece of each region; strays join the neighbour with the costliest border."""
    kept = label.tolist()
    for cell in _strays(kept, weights, neighbours):
        kept[cell] = -1
    while -1 in kept:
        if not any([_adopt(cell, kept, neighbours) for cell in range(len(kept)) if kept[cell] < 0]):
            raise ValueError("cells are not connected")
    return np.array(kept)


def _strays(label: list[int], weights: Floats, neighbours: Neighbours) -> list[int]:
    """Cells outside the heaviest piece of their region."""
    pieces: dict[int, list[set[int]]] = {}
    seen: set[int] = set()
    for cell in range(len(label)):
        if cell not in seen:
            piece = piece_of(cell, label, neighbours)
            seen |= piece
            pieces.setdefault(label[cell], []).append(piece)
    heaviest = [max(found, key=lambda piece: weights[sorted(piece)].sum()) for found in pieces.values()]
    return sorted(set(range(len(label))) - set().union(*heaviest))


def _adopt(cell: int, label: list[int], neighbours: Neighbours) -> bool:
    """Let the stray cell join the labelled region with which it shares most border."""
    border: dict[int, float] = {}
    for other, cost in neighbours[cell].items():
        if label[other] >= 0:
            border[label[other]] = border.get(label[other], 0.0) + cost
    if border:
        label[cell] = max(sorted(border), key=border.__getitem__)
    return bool(border)
