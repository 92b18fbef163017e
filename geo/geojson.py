"""Geometry as compact GeoJSON for the browser."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

DIGITS = 5  # of a degree: about a metre


def feature_collection(
    shapes: NDArray[np.object_], properties: Sequence[Mapping[str, Any]], *, digits: int = DIGITS
) -> bytes:
    """GeoJSON text of WGS 84 shapes; a property `id` becomes the feature's id."""
    drawn = shapely.transform(shapes, lambda xy: xy.round(digits))
    rows = (_feature(shape, row) for shape, row in zip(shapely.to_geojson(drawn), properties, strict=True))
    return f'{{"type":"FeatureCollection","features":[{",".join(rows)}]}}'.encode()


def _feature(geometry: str, properties: Mapping[str, Any]) -> str:
    rest = {key: value for key, value in properties.items() if key != "id"}
    head = f'"id":{json.dumps(properties["id"])},' if "id" in properties else ""
    compact = json.dumps(rest, ensure_ascii=False, separators=(",", ":"))
    return f'{{"type":"Feature",{head}"properties":{compact},"geometry":{geometry.replace(" ", "")}}}'


def simplify(shapes: NDArray[np.object_], metres: float, latitude: float) -> NDArray[np.object_]:
    """Thinner outlines of neighbouring WGS 84 polygons; shared edges stay shared, so no gaps appear."""
    scale = np.array([np.cos(np.radians(latitude)), 1.0])
    flat = shapely.transform(shapes, lambda xy: xy * scale)
    thin = shapely.coverage_simplify(flat, metres / 111_320.0)
    return shapely.transform(thin, lambda xy: xy / scale)  # type: ignore[no-any-return]


def bounds(shapes: Iterable[shapely.Geometry]) -> tuple[float, float, float, float]:
    """West, south, east, north (degrees) of all shapes."""
    west, south, east, north = shapely.total_bounds(list(shapes))
    return float(west), float(south), float(east), float(north)
