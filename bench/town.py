"""The places of a file of labelled appeals as an atlas, so that its reports are located as any other."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from geopandas import GeoDataFrame
from shapely import Point, box

from dashboard.services.atlas import Atlas
from geo.crs import from_wgs84, to_wgs84
from geo.gazetteer import NamedPlace

DISTRICT, CRS = "410303", "EPSG:4546"
MIDDLE = (112.43, 34.67)
COMMUNITY = 1000.0
"""Metres; communities are squares of this size side by side."""
HALF_A_HOUSE = 6.0

Place = Sequence[Any]
"""Kind, metres east and north of the origin; a road also where it ends."""


def atlas_of(places: Mapping[str, Place]) -> Atlas:
    """An atlas that knows the named places and the communities, one grid each, in which they lie."""
    squares = sorted({_square(*place[1:3]) for place in places.values()})
    codes = {square: f"{DISTRICT}001{number:03d}" for number, square in enumerate(squares, 1)}
    named, rows = [], [_row(code + "001", "网格", _box(square)) for square, code in codes.items()]
    rows += [_row(code, "社区", _box(square)) for square, code in codes.items()]
    for number, (name, (kind, east, north, *_)) in enumerate(places.items(), 1):
        code = codes[_square(east, north)]
        if kind == "building":
            code = f"{code}001{number:03d}"
            rows.append(_row(code, name, Point(east, north).buffer(HALF_A_HOUSE, cap_style="square")))
        named.append(NamedPlace(name, kind, code, *(round(value, 7) for value in degrees(east, north))))
    rows.append(_row(DISTRICT, "区", shapely.union_all([row["geometry"] for row in rows]).envelope.buffer(2000)))
    return Atlas(_frame(rows), named, DISTRICT, CRS)


def degrees(east: float, north: float) -> tuple[float, float]:
    """Longitude and latitude (WGS 84) of a point given in metres from the origin."""
    x, y = from_wgs84(*(np.array([value]) for value in MIDDLE), CRS)
    longitude, latitude = to_wgs84(x + east, y + north, CRS)
    return float(longitude[0]), float(latitude[0])


def _square(east: float, north: float) -> tuple[int, int]:
    return int(east // COMMUNITY), int(north // COMMUNITY)


def _box(square: tuple[int, int]) -> shapely.Polygon:
    west, south = square[0] * COMMUNITY, square[1] * COMMUNITY
    return box(west, south, west + COMMUNITY, south + COMMUNITY)


def _row(code: str, name: str, shape: shapely.Geometry) -> dict[str, Any]:
    return {"code": code, "level": len(code), "name": name, "properties": {"address": name}, "geometry": shape}


def _frame(rows: list[dict[str, Any]]) -> GeoDataFrame:
    frame = GeoDataFrame(rows)
    frame["area_id"] = range(1, len(frame) + 1)
    frame["geometry"] = shapely.transform(
        frame["geometry"].to_numpy(), lambda xy: np.array([degrees(east, north) for east, north in xy])
    )
    return frame.set_crs("EPSG:4326")
