"""Where the demo's complaints come from: homes by their households, street sides, and a few vague places."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from geopandas import GeoDataFrame
from numpy.random import Generator

from dashboard.domain.areas import Level
from geo.cells import cells_of

NO_PLACE, ONLY_COMMUNITY, ONLY_SUBDISTRICT = 0.028, 0.02, 0.006
"""Shares of reports that tell no place, or no more than a community or a subdistrict."""


@dataclass(frozen=True)
class Sites:
    """All places of the district a complaint can come from, as arrays."""

    district: str
    codes: np.ndarray
    ids: np.ndarray
    names: np.ndarray
    compounds: np.ndarray
    longitude: np.ndarray
    latitude: np.ndarray
    cells: np.ndarray
    home_share: np.ndarray
    street_share: np.ndarray
    area_names: dict[str, str]


def make_sites(areas: GeoDataFrame, district: str, cell_crs: str, seed: int) -> Sites:
    """Sites of the valid areas. Some places are troubled more than others, and stay so."""
    rng = np.random.default_rng(seed)
    buildings = areas[areas["level"] == Level.BUILDING]
    properties = buildings["properties"]
    households = buildings["households"].to_numpy(float)
    compounds = np.array([found.get("compound", "") for found in properties], object)
    _, at = np.unique(compounds.astype(str), return_inverse=True)
    trouble = rng.gamma(1.6, 1.0, at.max() + 1)[at] * rng.gamma(2.5, 1.0, len(buildings))
    is_home = households > 0
    longitude, latitude = buildings["longitude"].to_numpy(float), buildings["latitude"].to_numpy(float)
    return Sites(
        district=district,
        codes=buildings["code"].to_numpy(object),
        ids=buildings["area_id"].to_numpy(np.int64),
        names=np.array(
            [found.get("address") or name for found, name in zip(properties, buildings["name"], strict=True)], object
        ),
        compounds=compounds,
        longitude=longitude,
        latitude=latitude,
        cells=cells_of(longitude, latitude, cell_crs),
        home_share=_share(households * trouble),
        street_share=_share(np.where(is_home, 1.0, 3.0) * trouble),
        area_names=dict(zip(areas["code"], areas["name"], strict=True)),
    )


def _share(weights: np.ndarray) -> np.ndarray:
    shares: np.ndarray = weights / weights.sum()
    return shares


def draw_sites(sites: Sites, rng: Generator, at_home: np.ndarray) -> np.ndarray:
    """The building each complaint comes from or stands before."""
    chosen = np.empty(len(at_home), np.int64)
    for flag, share in ((True, sites.home_share), (False, sites.street_share)):
        mine = at_home == flag
        chosen[mine] = rng.choice(len(share), int(mine.sum()), p=share)
    return chosen


def place_columns(sites: Sites, rng: Generator, chosen: np.ndarray, at_home: np.ndarray) -> dict[str, list[Any]]:
    """Columns of a case's place: its code, name, building and point. The vague ones know less."""
    count = len(chosen)
    draw = rng.random(count)
    levels = np.select(
        [draw < NO_PLACE, draw < NO_PLACE + ONLY_SUBDISTRICT, draw < NO_PLACE + ONLY_SUBDISTRICT + ONLY_COMMUNITY],
        [Level.DISTRICT, Level.SUBDISTRICT, Level.COMMUNITY],
        np.where(at_home, Level.BUILDING, Level.GRID),
    )
    exact = levels >= Level.GRID
    codes = [str(code)[:level] for code, level in zip(sites.codes[chosen], levels, strict=True)]
    jitter = rng.normal(0, 0.00012, (count, 2)) * (~at_home)[:, None]
    longitude, latitude = sites.longitude[chosen] + jitter[:, 0], sites.latitude[chosen] + jitter[:, 1]
    return {
        "area_code": codes,
        "place": [_name(sites, int(n), code, bool(home)) for n, code, home in zip(chosen, codes, at_home, strict=True)],
        "building_id": [int(i) if level == 18 else None for i, level in zip(sites.ids[chosen], levels, strict=True)],
        "longitude": [round(float(x), 6) if ok else None for x, ok in zip(longitude, exact, strict=True)],
        "latitude": [round(float(y), 6) if ok else None for y, ok in zip(latitude, exact, strict=True)],
        "cell_east": [int(e) if ok else None for e, ok in zip(sites.cells[chosen, 0], exact, strict=True)],
        "cell_north": [int(n) if ok else None for n, ok in zip(sites.cells[chosen, 1], exact, strict=True)],
        "unlocated": ["no_place" if level == Level.DISTRICT else None for level in levels],
    }


def _name(sites: Sites, number: int, code: str, at_home: bool) -> str:
    if len(code) < Level.GRID:
        return sites.area_names.get(code, code)
    return str(sites.names[number] if at_home else sites.compounds[number] or sites.names[number])
