"""Between the local frame of the district (metres) and WGS 84 (degrees)."""

from functools import cache

import numpy as np
import pyproj
import shapely

from dashboard.demo.city.arrays import Floats, Geometry, Shapes

LOCAL_CRS = "+proj=tmerc +lat_0=34.7 +lon_0=112.42 +k=1 +ellps=WGS84 +units=m +type=crs"
"""Transverse Mercator at the centre of the district: x metres east, y metres north."""

WGS84 = "EPSG:4326"
DIGITS = 7
"""Digits kept of a degree, about one centimetre."""


@cache
def _transformer() -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(LOCAL_CRS, WGS84, always_xy=True)


def _degrees(metres: Floats) -> Floats:
    longitude, latitude = _transformer().transform(metres[:, 0], metres[:, 1])
    return np.column_stack([longitude, latitude]).round(DIGITS)


def to_degrees(geometry: Geometry) -> Geometry:
    """Geometries in metres as geometries in WGS 84 degrees; vertices that were equal stay equal."""
    return shapely.transform(geometry, _degrees)


def to_valid_degrees(shapes: Shapes) -> Shapes:
    """Geometries in metres as WGS 84 degrees, mended where rounding has made a ring cross itself."""
    degrees: Shapes = to_degrees(shapes)
    for index in np.flatnonzero(~shapely.is_valid(degrees)).tolist():
        mended = shapely.set_precision(degrees[index].buffer(0), 10**-DIGITS)
        degrees[index] = max(shapely.get_parts(mended), key=shapely.area)
    return degrees
