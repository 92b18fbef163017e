"""Everything about the made-up town before it is put into tables."""

from dataclasses import dataclass

import numpy as np

from dashboard.demo.city.addresses import compound_names, house_numbers, street_of_each
from dashboard.demo.city.arrays import Floats, Geometry, Integers, Random, Texts, shapes_of, sums
from dashboard.demo.city.communities import Communities, choose_communities
from dashboard.demo.city.compounds import Buildings, gather, lay_out_all
from dashboard.demo.city.curves import smooth_field
from dashboard.demo.city.fabric import weave
from dashboard.demo.city.grids import Grids, choose_grids
from dashboard.demo.city.ground import open_ground
from dashboard.demo.city.hamlets import hamlet_centres, hamlet_outline
from dashboard.demo.city.landmark_names import landmark_names
from dashboard.demo.city.local_ways import Grain, all_ways
from dashboard.demo.city.main_roads import main_roads
from dashboard.demo.city.outline import district_outline
from dashboard.demo.city.people import People, settle
from dashboard.demo.city.plan import Plan
from dashboard.demo.city.quarters import quarters
from dashboard.demo.city.site import Site
from dashboard.demo.city.street_names import name_streets
from dashboard.demo.city.streets import join_streets
from dashboard.demo.city.subdistricts import choose_subdistricts
from dashboard.demo.city.uses import HOMES, choose_uses
from dashboard.demo.city.water import stream


@dataclass(frozen=True)
class Ground:
    """The outline, the stream and the site inside (m)."""

    outline: Geometry
    stream: Geometry
    hamlets: Floats
    site: Site


@dataclass(frozen=True)
class Built:
    """Uses, plans, buildings and people."""

    use: Texts
    named: dict[int, str]
    plans: list[Plan]
    buildings: Buildings
    people: People

    def households_by_cell(self) -> Floats:
        """Households of each cell."""
        return sums(self.buildings.cells, self.people.households, len(self.use))


@dataclass(frozen=True)
class Divided:
    """Subdistrict of each cell, the communities and the grids."""

    subdistrict: Integers
    communities: Communities
    grids: Grids


@dataclass(frozen=True)
class Named:
    """Names of streets, of compounds as addresses, and of compounds that people know by a name."""

    streets: list[str]
    compounds: list[str]
    landmarks: dict[int, str]


def lay_ground(random: Random) -> Ground:
    """From the outline to the open ground of every compound."""
    outline, brook = district_outline(random), stream(random)
    main = main_roads(outline, brook, random)
    hamlets = hamlet_centres(outline, main, random)
    villages = [hamlet_outline(centre, random) for centre in hamlets]
    grain = Grain(smooth_field(random, 900, 2600), hamlets)
    ways = all_ways(main, outline, villages, grain, random)
    fabric = weave(ways, outline)
    streets = join_streets(fabric, ways)
    age, industry = smooth_field(random, 1500, 4500), smooth_field(random, 1500, 4000)
    site = Site(fabric, open_ground(fabric, streets, brook), streets, shapes_of(villages), grain, age, industry)
    return Ground(outline, brook, hamlets, site)


def build_up(site: Site, seed: int, random: Random) -> Built:
    """Uses, buildings and people."""
    use, named = choose_uses(site, random)
    plans = lay_out_all(site, use, seed)
    buildings = gather(plans, site.streets.lines)
    return Built(use, named, plans, buildings, settle(buildings, site.from_core, random))


def divide_up(ground: Ground, built: Built, random: Random) -> Divided:
    """Subdistricts, communities and grids, from the top down."""
    fabric, people = ground.site.fabric, built.households_by_cell()
    quarter = quarters(ground.site)
    subdistrict = choose_subdistricts(fabric, quarter, random)
    communities = choose_communities(ground.site, quarter, subdistrict, people, ground.hamlets)
    return Divided(subdistrict, communities, choose_grids(fabric, communities, people))


def give_names(site: Site, built: Built, divided: Divided, random: Random) -> Named:
    """Names for streets, compounds and landmarks."""
    street = street_of_each(site)
    with_gates = np.unique(street[~np.isin(built.use, ("field", "water"))])
    streets = name_streets(site, with_gates, divided.communities, random)
    compounds = compound_names(streets, street, house_numbers(site, street), np.isin(built.use, HOMES))
    villages = [divided.communities.official[number].short_name for number in divided.communities.of_cell]
    on_lane = np.array([site.streets.kinds[index] == "country" for index in street])
    local = np.where(on_lane | site.in_hills, villages, np.array(streets)[street])
    return Named(streets, compounds, landmark_names(site, built.use, built.named, local.tolist(), random))
