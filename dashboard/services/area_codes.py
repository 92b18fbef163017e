"""Codes for areas whose file has none: numbered within the area they lie in, the same again for the same footprint."""

from collections import Counter
from collections.abc import Iterable

import numpy as np
import shapely
from geopandas import GeoDataFrame
from pandas import Series

from dashboard.domain.areas import Level, parent_of
from geo.boundaries import BoundaryError, parents_by_containment

NAMES = {Level.GRID: "第{}网格", Level.BUILDING: "{}号楼"}
MOST = 999  # what three digits can number


def number_areas(areas: GeoDataFrame, level: Level, kept: GeoDataFrame, used: Iterable[str]) -> Series:
    """A code for each area, "" for one that lies in no area of the level above.

    Args:
        areas: Sound shapes, in the order in which they are numbered.
        kept: The areas valid now, all levels.
        used: Every code of this level that was ever given; none is given a second time.

    Raises:
        BoundaryError: an area would hold more than 999.
    """
    parents = parents_by_containment(areas, kept[kept["code"].str.len() == level - 3])
    same = kept[kept["code"].str.len() == level]
    codes = _codes_of_same_footprints(areas, parents, same)
    highest = Counter[str]()
    for code in used:
        highest[parent_of(code) or ""] = max(highest[parent_of(code) or ""], int(code[-3:]))
    for row, parent in parents.items():
        if parent and not codes[row]:
            highest[parent] += 1
            if highest[parent] > MOST:
                raise BoundaryError(f"{parent} would hold more than {MOST} areas; codes have three digits per level")
            codes[row] = f"{parent}{highest[parent]:03d}"
    return codes


def _codes_of_same_footprints(areas: GeoDataFrame, parents: Series, same: GeoDataFrame) -> Series:
    """The code of the area of this level whose outline holds the inner point, each taken once."""
    codes = Series("", index=areas.index, dtype=object)
    if same.empty:
        return codes
    new, old = areas.geometry.to_numpy(), same.geometry.to_numpy()
    at, where = shapely.STRtree(old).query(shapely.point_on_surface(new), predicate="intersects")
    alike_first = np.argsort(~shapely.equals_exact(new[at], old[where], 1e-9), kind="stable")
    taken: set[str] = set()
    for pair in alike_first:
        row, code = areas.index[at[pair]], same["code"].iloc[where[pair]]
        if not codes[row] and code not in taken and parent_of(code) == parents[row]:
            codes[row] = code
            taken.add(code)
    return codes


def fill_names(names: Series, codes: Series, level: Level, district: str) -> Series:
    """Names for areas that have none: the district's own, otherwise after the number where people do so.

    Raises:
        BoundaryError: a subdistrict or community without a name.
    """
    missing = names == ""
    if level is Level.DISTRICT:
        return names.mask(missing, district)
    if missing.any() and level not in NAMES:
        raise BoundaryError(f"{int(missing.sum())} areas have no name; say which field has it with --name")
    return names.where(~missing, [NAMES[level].format(int(code[-3:] or 0)) if level in NAMES else "" for code in codes])
