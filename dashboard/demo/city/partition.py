"""Group cells into connected regions of wanted weight. Cells change hands whole, so regions nest exactly."""

from dataclasses import dataclass

import numpy as np

from dashboard.demo.city.arrays import Floats, Integers
from dashboard.demo.city.fabric import Neighbours
from dashboard.demo.city.power import power_labels, spread_out
from dashboard.demo.city.regions import Regions, piece_of

SOFT_TO_STIFF = (2e3, 2e4, 2e5)
"""Metres of border that a region's whole weight is worth, in successive rounds of trading."""


@dataclass(frozen=True)
class Cells:
    """What is grouped: middles (m), weights, and for each cell its neighbours with the cost of the border."""

    points: Floats
    weights: Floats
    neighbours: Neighbours

    def only(self, mine: Integers) -> "Cells":
        """The cells `mine` alone (numbers in ascending order), numbered anew."""
        place = {cell: index for index, cell in enumerate(mine.tolist())}
        inside = [
            {place[other]: cost for other, cost in self.neighbours[cell].items() if other in place}
            for cell in mine.tolist()
        ]
        return Cells(self.points[mine], self.weights[mine], inside)


def partition(
    cells: Cells,
    targets: Floats,
    centres: Floats | None = None,
    *,
    pinned: bool = False,
    stiffness: tuple[float, ...] = SOFT_TO_STIFF,
) -> Integers:
    """Region number of each cell; the targets are scaled to the sum of the weights.

    When `pinned`, each region keeps the cell nearest to its centre (m) come what may.
    """
    if len(targets) == 1:
        return np.zeros(len(cells.points), dtype=np.int64)
    wanted = targets * cells.weights.sum() / targets.sum()
    around = spread_out(cells.points, cells.weights, len(targets)) if centres is None else centres
    label = _none_empty(power_labels(cells.points, cells.weights, around, wanted), cells.points, around)
    pins = _nearest(cells.points, around) if pinned else np.array([], dtype=np.int64)
    label[pins] = np.arange(len(pins))
    whole = _connected(label, _heavier(cells.weights, pins), cells.neighbours)
    regions = Regions(whole, cells.weights, cells.neighbours, wanted, pins.tolist())
    for force in stiffness:
        regions.trade(force)
    return np.array(regions.label)


def _nearest(points: Floats, centres: Floats) -> Integers:
    """The number of the point nearest to each centre."""
    return np.array([((points - centre) ** 2).sum(axis=1).argmin() for centre in centres])


def _heavier(weights: Floats, pins: Integers) -> Floats:
    """The weights, those of pinned cells above all others."""
    heavier = weights.copy()
    heavier[pins] += weights.sum()
    return heavier


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
        adopted = [_adopt(cell, kept, neighbours) for cell in range(len(kept)) if kept[cell] < 0]
        if not any(adopted):
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
