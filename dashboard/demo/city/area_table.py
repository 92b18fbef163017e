"""The table of areas: district, subdistricts, communities, grids and buildings."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from dashboard.demo.city import official
from dashboard.demo.city.arrays import Floats, Integers, Shapes, sums
from dashboard.demo.city.projection import WGS84, to_degrees
from dashboard.demo.city.shells import Shells
from dashboard.demo.city.town import Built, Divided, Named

COLUMNS = ["code", "name", "parent", "households", "residents", "properties", "geometry"]


def _rows(
    codes: Sequence[str], names: Sequence[str], counts: tuple[Integers, Integers], shapes: Shapes
) -> pd.DataFrame:
    parents = [code[:-3] if len(code) > 6 else None for code in codes]
    table = pd.DataFrame({"code": codes, "name": names})
    table["parent"] = pd.Series(parents, dtype=object)
    table["households"], table["residents"] = counts
    table["properties"] = [{} for _ in codes]
    table["geometry"] = to_degrees(shapes)
    return table


class AreaTable:
    """Puts the levels of one town into one table."""

    def __init__(self, built: Built, divided: Divided, named: Named, shells: Shells) -> None:
        self._built, self._divided, self._named, self._shells = built, divided, named, shells
        self._order = np.lexsort((built.buildings.cells, divided.grids.of_cell[built.buildings.cells]))
        self._cell = built.buildings.cells[self._order]
        self._grid = divided.grids.of_cell[self._cell]

    def frame(self) -> GeoDataFrame:
        """All areas in WGS 84 degrees, the district first, buildings last."""
        levels = [self._district(), self._subdistricts(), self._communities(), self._grids(), self._buildings()]
        return GeoDataFrame(pd.concat(levels, ignore_index=True)[COLUMNS], geometry="geometry", crs=WGS84)

    def _counts(self, group: Integers, size: int) -> tuple[Integers, Integers]:
        """Households and residents of each group of buildings."""
        people = self._built.people
        households, residents = people.households[self._order], people.residents[self._order]
        return _sums(group, households, size), _sums(group, residents, size)

    def _district(self) -> pd.DataFrame:
        counts = self._counts(np.zeros_like(self._cell), 1)
        return _rows([official.DISTRICT_CODE], [official.DISTRICT_NAME], counts, self._shells.district)

    def _subdistricts(self) -> pd.DataFrame:
        areas = official.subdistricts()
        counts = self._counts(self._divided.subdistrict[self._cell], len(areas))
        return _rows([a.code for a in areas], [a.name for a in areas], counts, self._shells.subdistricts)

    def _communities(self) -> pd.DataFrame:
        areas = self._divided.communities.official
        counts = self._counts(self._divided.communities.of_cell[self._cell], len(areas))
        rows = _rows([a.code for a in areas], [a.name for a in areas], counts, self._shells.communities)
        return rows.sort_values("code")

    def _grids(self) -> pd.DataFrame:
        grids, areas = self._divided.grids, self._divided.communities.official
        names = [
            f"{areas[community].short_name}第{int(code[12:])}网格"
            for code, community in zip(grids.codes, grids.community.tolist(), strict=True)
        ]
        rows = _rows(grids.codes, names, self._counts(self._grid, len(names)), self._shells.grids)
        return rows.sort_values("code")

    def _buildings(self) -> pd.DataFrame:
        codes = [
            f"{self._divided.grids.codes[grid]}{number:03d}"
            for grid, number in zip(self._grid.tolist(), _running(self._grid).tolist(), strict=True)
        ]
        numbers = _running(self._cell).tolist()
        counts = self._counts(np.arange(len(codes)), len(codes))
        rows = _rows(codes, [f"{n}号楼" for n in numbers], counts, self._built.buildings.shapes[self._order])
        rows["properties"] = self._properties(rows["name"].tolist())
        return rows.sort_values("code")

    def _properties(self, names: list[str]) -> list[dict[str, object]]:
        buildings = self._built.buildings
        kinds, levels = buildings.kinds[self._order].tolist(), buildings.levels[self._order].tolist()
        compounds = [self._named.compounds[cell] for cell in self._cell.tolist()]
        return [
            {"address": compound + name, "compound": compound, "kind": kind, "levels": level}
            for compound, name, kind, level in zip(compounds, names, kinds, levels, strict=True)
        ]


def _sums(group: Integers, values: Integers, size: int) -> Integers:
    return sums(group, values, size).round().astype(np.int64)


def _running(group: Integers | Floats) -> Integers:
    """1, 2, 3 … within each run of equal values."""
    starts = np.flatnonzero(np.append(True, group[1:] != group[:-1]))
    lengths = np.diff(np.append(starts, len(group)))
    return np.asarray(np.arange(len(group)) - np.repeat(starts, lengths) + 1)
