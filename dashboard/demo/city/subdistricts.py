"""The nine subdistricts: blocks grouped so that areas are right and borders follow main roads."""

from typing import NamedTuple

import numpy as np

from dashboard.demo.city.arrays import Floats, Integers, Random
from dashboard.demo.city.fabric import Fabric
from dashboard.demo.city.partition import partition
from dashboard.demo.city.sheet import bend

_TRIES = 20
_STIFFNESS = (2e4, 1e5)
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


def _badness(fabric: Fabric, label: Integers, targets: Floats) -> float:
    """Cost of the borders in metres, and much more where areas are wrong."""
    held = np.bincount(label, fabric.area, len(targets))
    error = np.abs(held / (targets * fabric.area.sum() / targets.sum()) - 1)
    sides = label[fabric.edges.sides[fabric.edges.shared]]
    border = fabric.edges.length[fabric.edges.shared][sides[:, 0] != sides[:, 1]].sum()
    return float(border + 1e6 * np.maximum(error - _TOLERATED, 0).max())


def choose_subdistricts(fabric: Fabric, random: Random) -> Integers:
    """Subdistrict number of every cell: the best of several tries from slightly shifted places."""
    targets = np.array([wanted.square_kilometres for wanted in WANTED.values()])
    places = np.array([(wanted.u, wanted.v) for wanted in WANTED.values()], dtype=float)
    centre, beside = fabric.centres_of(fabric.block), fabric.border_costs(fabric.block)
    area = np.bincount(fabric.block, fabric.area)
    found = []
    for turn in range(_TRIES):
        shifted = bend(places + random.normal(0, 130 * (turn > 0), places.shape))
        label = partition(centre, area, beside, targets, shifted, _STIFFNESS)[fabric.block]
        found.append((_badness(fabric, label, targets), turn, label))
    return min(found, key=lambda tried: tried[:2])[2]
