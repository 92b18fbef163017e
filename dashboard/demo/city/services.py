"""Public services and work places, spread by need: none next to another of its kind."""

from typing import NamedTuple

import numpy as np
import shapely

from dashboard.demo.city.arrays import Flags, Floats, Integers, Random, Texts
from dashboard.demo.city.site import Site

TOWN, HILLS, ROADSIDE = "town", "hills", "roadside"


class Service(NamedTuple):
    """How many of a use are wanted, how far apart (m), on how much open ground (m²), and where."""

    use: str
    wanted: int
    apart: float
    smallest: float
    largest: float
    where: str = TOWN
    pull: float = 0.0
    """How much the old centre draws it, 0 for not at all."""


SERVICES = (
    Service("hospital", 11, 1000, 9e3, 3.5e4),
    Service("mall", 15, 430, 7e3, 3.2e4, ROADSIDE, 2.5),
    Service("school", 66, 400, 8e3, 3.4e4),
    Service("school", 7, 1400, 6e3, 6e4, HILLS),
    Service("park", 26, 560, 6e3, 5e4),
    Service("market", 12, 800, 4e3, 2e4),
    Service("office", 50, 150, 3.5e3, 1.3e4, ROADSIDE, 1.3),
    Service("kindergarten", 40, 420, 2.4e3, 7e3),
)
_CROWD_PULLERS = ("hospital", "mall", "school", "stadium", "station", "market")
"""Uses that are never side by side."""

_SQUARE_ENOUGH = 0.58
"""Roundness of the ground at least: no crooked or very narrow ones."""

_CLEAR = 45.0
"""Metres from the ground of one of them to that of the next at least."""


def _open_to(site: Site, service: Service) -> Flags:
    """Cells where the service could be."""
    fits = (site.space > service.smallest) & (site.space < service.largest) & (site.roundness > _SQUARE_ENOUGH)
    if service.where == HILLS:
        return fits & site.in_village
    return fits & site.in_town & (site.on_main_road | (service.where != ROADSIDE))


def _ranked(site: Site, cells: Integers, service: Service, random: Random) -> Integers:
    """The cells in random order, those near the centre earlier when it draws the service."""
    closeness = np.exp(-((site.from_core[cells] / 1500) ** 2))
    return cells[np.argsort(random.random(len(cells)) - service.pull * closeness, kind="stable")]


def _spaced(points: Floats, order: Integers, apart: float, wanted: int) -> list[int]:
    """The first cells in the given order that keep `apart` metres from each other."""
    chosen: list[int] = []
    for cell in order.tolist():
        if (np.hypot(*(points[chosen] - points[cell]).T) >= apart).all():
            chosen.append(cell)
        if len(chosen) == wanted:
            break
    return chosen


def _beside_crowds(site: Site, use: Texts) -> Flags:
    """Cells next to one that draws crowds."""
    crowded = site.ground[np.isin(use, _CROWD_PULLERS)]
    return np.asarray(shapely.dwithin(site.ground, shapely.union_all(crowded), _CLEAR))


def place_services(site: Site, use: Texts, random: Random) -> None:
    """Set the use of the cells that serve the public; only cells without a use are taken."""
    for service in SERVICES:
        free = _open_to(site, service) & (use == "")
        if service.use in _CROWD_PULLERS:
            free &= ~_beside_crowds(site, use)
        order = _ranked(site, np.flatnonzero(free), service, random)
        use[_spaced(site.fabric.centre, order, service.apart, service.wanted)] = service.use
