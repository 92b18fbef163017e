"""Build the made-up district from one seed."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from dashboard.demo.city.area_table import AreaTable
from dashboard.demo.city.features import Features
from dashboard.demo.city.place_table import PlaceTable
from dashboard.demo.city.shells import Shells, stack
from dashboard.demo.city.town import Built, Divided, Ground, build_up, divide_up, give_names, lay_ground


@dataclass(frozen=True)
class City:
    """A made-up district in three tables; all coordinates are WGS 84 degrees with seven digits.

    `areas`: code, name, parent, households, residents, properties and polygon of district, subdistricts, communities,
    grids and buildings. `features`: layer, kind, name, area code and geometry of roads, water, green and compounds.
    `places`: name, kind, deepest area around it, longitude and latitude, each name once.
    """

    areas: GeoDataFrame
    features: GeoDataFrame
    places: pd.DataFrame


def _first_of(values: np.ndarray, group: np.ndarray) -> np.ndarray:
    """The value of the first member of each group."""
    return values[np.unique(group, return_index=True)[1]]


def _shells(ground: Ground, built: Built, divided: Divided) -> Shells:
    grids, community = divided.grids, divided.communities.of_cell
    above = _first_of(divided.subdistrict, community)
    return stack(ground.site.fabric, built.buildings, grids.of_cell, grids.community, above)


def build_city(seed: int = 7) -> City:
    """The district of this seed; the same seed always gives the same district.

    Names and codes of subdistricts and communities are official, everything else is invented.
    """
    random = np.random.default_rng(seed)
    ground = lay_ground(random)
    built = build_up(ground.site, seed, random)
    divided = divide_up(ground, built, random)
    named = give_names(ground.site, built, divided, random)
    shells = _shells(ground, built, divided)
    areas = AreaTable(built, divided, named, shells).frame()
    features = Features(ground, built, divided, named, random).frame()
    return City(areas, features, PlaceTable(ground, built, divided, named, shells).frame(areas))
