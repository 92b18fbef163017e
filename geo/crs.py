"""Coordinate systems: everything inside is WGS 84 degrees, everything else is converted once at the edge.

GCJ-02 (Amap, Tencent) and BD-09 (Baidu) are offsets of WGS 84 that only apply in mainland China. The formulas of the
offset are public knowledge; the inverse iterates until it is exact to less than 0.1 m.
EPSG:4490 (CGCS2000) is treated as WGS 84: the two differ by less than a metre.
"""

from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

Degrees = NDArray[np.float64]

_AXIS = 6378245.0  # Krasovsky 1940, which the offset is defined on
_ECCENTRICITY = 0.00669342162296594323
_BAIDU = np.pi * 3000.0 / 180.0
CHINESE = ("gcj02", "bd09")


class UnknownCrs(ValueError):
    """A coordinate system nobody knows; the message names it."""


def to_wgs84(x: Degrees, y: Degrees, crs: str) -> tuple[Degrees, Degrees]:
    """Longitudes and latitudes (WGS 84, degrees) of points given in `crs`.

    Args:
        x: Longitude or easting; y: latitude or northing (always in this order).
        crs: `wgs84`, `cgcs2000`, `gcj02`, `bd09` or any `EPSG:<number>`.

    Raises:
        UnknownCrs: the system's name is not known.
    """
    x, y = np.asarray(x, float), np.asarray(y, float)
    name = crs.lower()
    if name in ("wgs84", "cgcs2000", "epsg:4326", "epsg:4490"):
        return x, y
    if name == "gcj02":
        return _undo_offset(x, y)
    if name == "bd09":
        return _undo_offset(*_bd09_to_gcj02(x, y))
    return _transformer(crs, "EPSG:4326").transform(x, y)


def from_wgs84(longitude: Degrees, latitude: Degrees, crs: str) -> tuple[Degrees, Degrees]:
    """The inverse of `to_wgs84`, for `wgs84`, `gcj02`, `bd09` and any `EPSG:<number>`."""
    longitude, latitude = np.asarray(longitude, float), np.asarray(latitude, float)
    name = crs.lower()
    if name in ("wgs84", "cgcs2000", "epsg:4326", "epsg:4490"):
        return longitude, latitude
    if name == "gcj02":
        return _offset(longitude, latitude)
    if name == "bd09":
        return _gcj02_to_bd09(*_offset(longitude, latitude))
    return _transformer("EPSG:4326", crs).transform(longitude, latitude)


def shapes_to_wgs84(shapes: Any, crs: str) -> Any:
    """One shape or an array of shapes given in `crs`, in WGS 84 degrees."""
    return shapely.transform(shapes, lambda xy: np.column_stack(to_wgs84(xy[:, 0], xy[:, 1], crs)))


def shapes_from_wgs84(shapes: Any, crs: str) -> Any:
    """One shape or an array of shapes in WGS 84 degrees, given in `crs`."""
    return shapely.transform(shapes, lambda xy: np.column_stack(from_wgs84(xy[:, 0], xy[:, 1], crs)))


def check_crs(crs: str) -> None:
    """Refuse a name that is not a coordinate system.

    Raises:
        UnknownCrs: with the names that are allowed.
    """
    if crs.lower() not in ("wgs84", "cgcs2000", *CHINESE):
        try:
            CRS.from_user_input(crs)
        except CRSError as error:
            raise UnknownCrs(f"{crs!r} is no coordinate system: use wgs84, cgcs2000, gcj02, bd09 or EPSG:…") from error


def is_metric(crs: str) -> bool:
    """Whether a coordinate system measures in metres.

    Raises:
        UnknownCrs: the system's name is not known.
    """
    check_crs(crs)
    if crs.lower() in ("wgs84", "cgcs2000", *CHINESE):
        return False
    found = CRS.from_user_input(crs)
    return bool(found.is_projected) and all(axis.unit_name == "metre" for axis in found.axis_info)


@lru_cache(maxsize=32)
def _transformer(source: str, target: str) -> Transformer:
    check_crs(source)
    check_crs(target)
    return Transformer.from_crs(source, target, always_xy=True)


def _offset(longitude: Degrees, latitude: Degrees) -> tuple[Degrees, Degrees]:
    """WGS 84 → GCJ-02."""
    x, y = longitude - 105.0, latitude - 35.0
    waves = 20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    north += (waves + 20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    east += (waves + 20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    angle = np.radians(latitude)
    curve = 1.0 - _ECCENTRICITY * np.sin(angle) ** 2
    meridian = _AXIS * (1.0 - _ECCENTRICITY) / (curve * np.sqrt(curve))
    parallel = _AXIS / np.sqrt(curve) * np.cos(angle)
    return longitude + np.degrees(east / parallel), latitude + np.degrees(north / meridian)


def _undo_offset(longitude: Degrees, latitude: Degrees) -> tuple[Degrees, Degrees]:
    """GCJ-02 → WGS 84 by fixed-point iteration; five rounds leave less than a millimetre."""
    found = longitude, latitude
    for _ in range(5):
        shifted = _offset(*found)
        found = found[0] + longitude - shifted[0], found[1] + latitude - shifted[1]
    return found


def _gcj02_to_bd09(longitude: Degrees, latitude: Degrees) -> tuple[Degrees, Degrees]:
    radius = np.hypot(longitude, latitude) + 0.00002 * np.sin(latitude * _BAIDU)
    angle = np.arctan2(latitude, longitude) + 0.000003 * np.cos(longitude * _BAIDU)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _bd09_to_gcj02(longitude: Degrees, latitude: Degrees) -> tuple[Degrees, Degrees]:
    """The inverse of `_gcj02_to_bd09`, iterated like the other one."""
    found = longitude - 0.0065, latitude - 0.006
    for _ in range(5):
        shifted = _gcj02_to_bd09(*found)
        found = found[0] + longitude - shifted[0], found[1] + latitude - shifted[1]
    return found


def distance_metres(one: tuple[float, float], two: tuple[float, float]) -> float:
    """The distance of two points (longitude, latitude in WGS 84), good to half a per cent (haversine on a sphere)."""
    (east, north), (other_east, other_north) = (tuple(np.radians(point)) for point in (one, two))
    half = (
        np.sin((north - other_north) / 2) ** 2
        + np.cos(north) * np.cos(other_north) * np.sin((east - other_east) / 2) ** 2
    )
    return float(2 * 6_371_008.8 * np.arcsin(np.sqrt(half)))
