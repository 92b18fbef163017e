"""Regions that trade border cells until weights and borders are good; every region stays connected."""

from collections.abc import Iterable

import numpy as np

from dashboard.demo.city.arrays import Floats, Integers
from dashboard.demo.city.fabric import Neighbours


def piece_of(start: int, label: list[int], neighbours: Neighbours, without: int = -1) -> set[int]:
    """Cells of the same label that hang together with `start`, as if the cell `without` were not there."""
    own, seen, stack = label[start], {start}, [start]
    while stack:
        for other in neighbours[stack.pop()]:
            if label[other] == own and other != without and other not in seen:
                seen.add(other)
                stack.append(other)
    return seen


class Regions:
    """A labelling of cells under way; `label`, the weight and the number of cells of each region change together."""

    def __init__(
        self, label: Integers, weights: Floats, neighbours: Neighbours, targets: Floats, pinned: Iterable[int] = ()
    ) -> None:
        """Start from a labelling; the pinned cells never change hands."""
        self._pinned = frozenset(pinned)
        self.label: list[int] = label.tolist()
        self._weights: list[float] = weights.tolist()
        self._neighbours = neighbours
        self._targets: list[float] = targets.tolist()
        self._held: list[float] = np.bincount(label, weights, len(targets)).tolist()
        self._size: list[int] = np.bincount(label, minlength=len(targets)).tolist()

    def trade(self, stiffness: float, passes: int = 60) -> None:
        """Hand border cells over while the sum of weight errors (times `stiffness`) and border costs falls."""
        for _ in range(passes):
            moves = [self._try(cell, stiffness) for cell in range(len(self.label))]
            if not any(moves):
                return

    def _try(self, cell: int, stiffness: float) -> bool:
        """Hand the cell to the neighbouring region that gains most, if any does and its own region stays whole."""
        border = self._border(cell)
        own = self.label[cell]
        if cell in self._pinned or self._size[own] < 2 or not border.keys() - {own}:
            return False
        gain, best = max(
            (stiffness * self._relief(cell, other) + border[other] - border.get(own, 0.0), -other)
            for other in border
            if other != own
        )
        if gain <= 1e-9 or self._is_bridge(cell):
            return False
        self._hand_over(cell, -best)
        return True

    def _border(self, cell: int) -> dict[int, float]:
        """Cost of the cell's border with each region around it."""
        border: dict[int, float] = {}
        for other, cost in self._neighbours[cell].items():
            region = self.label[other]
            border[region] = border.get(region, 0.0) + cost
        return border

    def _relief(self, cell: int, other: int) -> float:
        """How much the sum of squared relative errors falls when the cell goes to the other region."""
        own, weight = self.label[cell], self._weights[cell]
        leave = self._square_error(own, 0.0) - self._square_error(own, -weight)
        enter = self._square_error(other, 0.0) - self._square_error(other, weight)
        return leave + enter

    def _square_error(self, region: int, change: float) -> float:
        target = self._targets[region]
        return ((self._held[region] + change - target) / target) ** 2

    def _is_bridge(self, cell: int) -> bool:
        """Whether the cell's region would fall apart without it."""
        own = self.label[cell]
        mates = [other for other in self._neighbours[cell] if self.label[other] == own]
        if not mates:
            return False
        return len(piece_of(mates[0], self.label, self._neighbours, cell)) < self._size[own] - 1

    def _hand_over(self, cell: int, region: int) -> None:
        own, weight = self.label[cell], self._weights[cell]
        self._held[own] -= weight
        self._held[region] += weight
        self._size[own] -= 1
        self._size[region] += 1
        self.label[cell] = region
