"""The nine subdistricts: quarters grouped so that areas are right and borders follow main roads."""

from typing import NamedTuple

import numpy as np

from dashboard.demo.city.arrays import Integers, Random, sums
from dashboard.demo.city.fabric import Fabric
from dashboard.demo.city.partition import Cells, partition
from dashboard.demo.city.sheet import bend

_TRIES = 24
_STIFFNESS = (2e4, 2e5, 2e6)
_TOLERATED = 0.02
"""Share by which an area may miss its target before the try counts as bad."""


class Wanted(NamedTuple):
    """Area (km²) of a subdistrict and a place inside it on the sheet (u, v in metres, see sheet.py)."""

    square_kilometres: float
    u: float
    v: float


WANTED = {
    "410303001": Wanted(3.80, -1150, 900),
    "410303002": Wanted(2.20, 20, 2450),
    "410303003": Wanted(2.30, 350, 850),
    "410303004": Wanted(3.56, 1500, 3750),
    "410303006": Wanted(2.30, 1650, 2100),
    "410303007": Wanted(1.50, -1300, 2250),
    "410303008": Wanted(1.20, 1800, 700),
    "410303009": Wanted(9.75, -2400, 2900),
    "410303010": Wanted(28.34, -400, 8200),
}
"""By official code, in its order."""


class _Search:
    """Tries to find good subdistricts; each try learns from the errors of the one before."""

    def __init__(self, fabric: Fabric, quarter: Integers, random: Random) -> None:
        self._fabric, self._quarter, self._random = fabric, quarter, random
        self._area = sums(quarter, fabric.area)
        self._cells = Cells(fabric.centres_of(quarter), self._area, fabric.border_costs(quarter))
        areas = np.array([wanted.square_kilometres for wanted in WANTED.values()])
        self._targets = areas * self._area.sum() / areas.sum()
        self._places = np.array([(wanted.u, wanted.v) for wanted in WANTED.values()], dtype=float)
        self._aims = self._targets

    def attempt(self) -> tuple[float, Integers]:
        """Badness and subdistrict of each quarter of one try from slightly shifted places."""
        places = bend(self._places + self._random.normal(0, 110, self._places.shape))
        label = partition(self._cells, self._aims, places, stiffness=_STIFFNESS)
        error = sums(label, self._area, len(self._targets)) / self._targets - 1
        self._aims = self._targets * (1 - 0.7 * error)
        return self._border(label) + 1e6 * max(float(np.abs(error).max()) - _TOLERATED, 0.0), label

    def _border(self, label: Integers) -> float:
        """Metres of border between subdistricts."""
        edges = self._fabric.edges
        sides = label[self._quarter[edges.sides[edges.shared]]]
        return float(edges.length[edges.shared][sides[:, 0] != sides[:, 1]].sum())


def choose_subdistricts(fabric: Fabric, quarter: Integers, random: Random) -> Integers:
    """Subdistrict number of every cell, by quarters: the best of several tries."""
    search = _Search(fabric, quarter, random)
    found = [search.attempt() for _ in range(_TRIES)]
    return min(found, key=lambda tried: tried[0])[1][quarter]
