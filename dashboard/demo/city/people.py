"""Households and residents of every building, adding up exactly."""

from dataclasses import dataclass

import numpy as np
import shapely

from dashboard.demo.city.arrays import Floats, Integers, Random
from dashboard.demo.city.compounds import Buildings

HOUSEHOLDS = 140_000
RESIDENTS = 370_700
_LIVED_IN = {"old": 0.9, "estate": 0.85, "tower": 0.75, "village": 0.7}
"""Share of the floor area that counts as homes; village houses are roomy."""


@dataclass(frozen=True)
class People:
    """Households and residents of each building."""

    households: Integers
    residents: Integers


def share_out(parts: Floats, total: int) -> Integers:
    """Whole numbers proportional to the parts that add up to the total (largest remainder)."""
    exact = parts * total / parts.sum()
    whole = np.floor(exact).astype(np.int64)
    by_remainder = np.argsort(whole - exact, kind="stable")
    whole[by_remainder[: total - whole.sum()]] += 1
    return np.asarray(whole, dtype=np.int64)


def settle(buildings: Buildings, from_core: Floats, random: Random) -> People:
    """Spread all people over the homes by floor area; `from_core` is each cell's distance from the centre (m)."""
    lived_in = np.array([_LIVED_IN.get(kind, 0.0) for kind in buildings.kinds.tolist()])
    floor = shapely.area(buildings.shapes) * buildings.levels * lived_in
    crowding = 0.65 + 0.5 * np.exp(-((from_core[buildings.cells] / 2300) ** 2))
    households = share_out(floor * crowding * random.uniform(0.85, 1.1, len(floor)), HOUSEHOLDS)
    return People(households, share_out(households * random.uniform(2.35, 2.95, len(floor)), RESIDENTS))
