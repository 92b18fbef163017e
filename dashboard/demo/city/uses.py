"""What each compound is used for: landmarks first, then services by need, then works, then homes."""

import numpy as np

from dashboard.demo.city.arrays import Floats, Random, Texts
from dashboard.demo.city.landmarks import place_landmarks, place_river
from dashboard.demo.city.services import place_services
from dashboard.demo.city.site import Site

HOMES = ("old", "estate", "tower", "village")
_RAIL_Y = -2600.0
"""About where the railway runs (m)."""

_WORKS_SHARE = 0.15
"""Share of the blocks outside the centre that are works."""

_INDUSTRY_PARK = (1350.0, -450.0, 1150.0, 850.0)
"""Middle and half axes (m) of the works in the hills."""


def choose_uses(site: Site, random: Random) -> tuple[Texts, dict[int, str]]:
    """The use of every cell, and the names of those that are landmarks."""
    use = np.full(len(site.ground), "", dtype="<U12")
    named: dict[int, str] = {}
    place_river(site, use, named)
    place_landmarks(site, use, named)
    place_services(site, use, random)
    _place_hills(site, use, random)
    _place_works(site, use, random)
    _place_homes(site, use, random)
    return use, named


def _place_hills(site: Site, use: Texts, random: Random) -> None:
    """Villages, a works park and fields."""
    x, y, half_width, half_depth = _INDUSTRY_PARK
    centre = site.fabric.centre
    away = np.hypot((centre[:, 0] - x) / half_width, (centre[:, 1] - y) / half_depth)
    works = away + 0.12 * site.industry.at(centre) + random.normal(0, 0.06, len(use)) < 0.8
    free = site.in_hills & (use == "")
    resettled = site.in_village & (site.space > 9e3) & (random.random(len(use)) < 0.3)
    use[free] = np.where(works, "factory", "field")[free]
    use[free & site.in_village] = np.where(resettled, "estate", "village")[free & site.in_village]


def _place_works(site: Site, use: Texts, random: Random) -> None:
    """Works along the railway and north of it, whole blocks or nearly so."""
    block = site.fabric.block
    centre = site.fabric.centres_of(block)
    drawn = site.industry.at(centre) + random.normal(0, 0.5, len(centre))
    drawn += 1.7 * np.exp(-(((centre[:, 1] - _RAIL_Y - 350) / 700) ** 2))
    possible = site.in_town & (use == "") & (site.from_core > 1300)
    strong = drawn > np.quantile(drawn[np.unique(block[possible])], 1 - _WORKS_SHARE)
    use[possible & strong[block] & (site.space > 6e3) & (random.random(len(use)) < 0.85)] = "factory"


def _home_chances(site: Site, points: Floats, from_core: Floats) -> Floats:
    """Chance of each kind of homes at points (m): old where the town is old and fine, towers where it is new."""
    age = site.age.at(points) + 0.9 * np.exp(-((from_core / 1500) ** 2)) - 0.2
    coarse = np.log(site.grain.factor(points))
    weight = np.column_stack(
        [
            0.46 * np.exp(0.8 * age - 0.6 * coarse),
            np.full(len(points), 0.34),
            0.085 * np.exp(-0.8 * age + 0.7 * coarse),
            0.07 * np.exp(0.5 * age) * (from_core > 1700),
        ]
    )
    chances: Floats = weight / weight.sum(axis=1)[:, None]
    return chances


def _draw(chances: Floats, random: Random) -> Texts:
    """One kind of homes for each row of chances."""
    index = (random.random((len(chances), 1)) > np.cumsum(chances, axis=1)).sum(axis=1)
    return np.asarray(np.array(HOMES)[np.minimum(index, len(HOMES) - 1)])


def _place_homes(site: Site, use: Texts, random: Random) -> None:
    """Homes everywhere else; most compounds of a block are alike."""
    centre = site.fabric.centre
    own = _draw(_home_chances(site, centre, site.from_core), random)
    first_of_block = np.unique(site.fabric.block, return_index=True)[1]
    lead = own[first_of_block][site.fabric.block]
    homes = np.where(random.random(len(use)) < 0.7, lead, own)
    homes[(homes == "tower") & ((site.space < 5500) | (site.space > 5.5e4))] = "estate"
    free = use == ""
    use[free] = homes[free]
