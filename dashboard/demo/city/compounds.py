"""All compounds laid out, and their buildings in one table of arrays."""

from dataclasses import dataclass

import numpy as np
from shapely import STRtree

from dashboard.demo.city.arrays import Flags, Integers, Shapes, Texts, shapes_of
from dashboard.demo.city.layout import GREEN, lay_out
from dashboard.demo.city.plan import Plan
from dashboard.demo.city.site import Site

_FROM_STREET = 7.3
"""Least metres from a building to the middle line of a street."""


@dataclass(frozen=True)
class Buildings:
    """One row per building: polygon (m), storeys, kind and the cell it stands in."""

    shapes: Shapes
    levels: Integers
    kinds: Texts
    cells: Integers


def _plan_for(use: str, ground: object, roads: object, key: tuple[int, int]) -> tuple[Plan, str]:
    """The plan of one compound and its use: slabs, else green, where the ground is too narrow for its use."""
    for tried in (use, "old"):
        plan = lay_out(tried, ground, roads, np.random.default_rng(key))
        if plan.buildings or tried in GREEN:
            return plan, tried
    return Plan(), "park"


def lay_out_all(site: Site, use: Texts, seed: int) -> list[Plan]:
    """The plan of every cell; `use` changes where the ground did not allow what was wanted."""
    plans = []
    for cell, ground in enumerate(site.ground):
        plan, use[cell] = _plan_for(str(use[cell]), ground, site.main_roads, (seed, cell))
        plans.append(plan)
    return plans


def _by_a_street(shapes: Shapes, streets: Shapes) -> Flags:
    """Which buildings are too close to the middle line of a street."""
    near = np.zeros(len(shapes), dtype=bool)
    near[STRtree(shapes).query(streets, predicate="dwithin", distance=_FROM_STREET)[1]] = True
    return near


def gather(plans: list[Plan], streets: Shapes) -> Buildings:
    """The buildings of all plans in the order of their cells, without those too close to a street (lines in m)."""
    found = [building for plan in plans for building in plan.buildings]
    cells = np.repeat(np.arange(len(plans)), [len(plan.buildings) for plan in plans])
    shapes = shapes_of([building.shape for building in found])
    levels = np.array([building.levels for building in found])
    kinds = np.array([building.kind for building in found])
    clear = ~_by_a_street(shapes, streets)
    return Buildings(shapes[clear], levels[clear], kinds[clear], cells[clear])
