"""The map of a snapshot as numbers: shapes in decimetres from a corner, so that paper needs no projection."""

import gzip
import json
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import shapely
from sqlalchemy.orm import Session

from dashboard.domain.areas import Level
from dashboard.live.faces import OpenCase
from dashboard.live.situation import Situation
from dashboard.runtime import Runtime
from dashboard.store.areas import area_by_code
from dashboard.viewmodels.geometry import Bounds, Layer
from dashboard.viewmodels.heat import Heat
from dashboard.viewmodels.map import LAYER_OF, Label, MapView, labels, map_view, short
from dashboard.viewmodels.view import PageView
from geo.cells import SIDE
from geo.crs import from_wgs84, shapes_from_wgs84

Json = dict[str, Any]
Rings = list[list[int]]
UNIT = 10  # whole numbers per metre
POINT_CELL = 100.0  # metres to which a redacted map rounds the places of cases


class Ground:
    """The plane of a map: the district's metric system, counted from a corner near what is shown."""

    def __init__(self, crs: str, bounds: Bounds) -> None:
        self.crs = crs
        west, south, east, north = bounds
        x, y = from_wgs84(np.array([west, west, east, east]), np.array([south, north, south, north]), crs)
        self.west, self.north = float(np.floor(x.min() / SIDE) * SIDE), float(np.ceil(y.max() / SIDE) * SIDE)

    def place(self, longitude: float, latitude: float) -> tuple[int, int]:
        """Where a point lies."""
        x, y = from_wgs84(np.array([longitude]), np.array([latitude]), self.crs)
        return self.metric(float(x[0]), float(y[0]))

    def metric(self, x: float, y: float) -> tuple[int, int]:
        """Where a point given in metres lies."""
        return round((x - self.west) * UNIT), round((self.north - y) * UNIT)

    def window(self, bounds: Bounds) -> list[int]:
        """Left, top, right and bottom of bounds in degrees."""
        west, south, east, north = bounds
        corners = [self.place(x, y) for x in (west, east) for y in (south, north)]
        across, down = zip(*corners, strict=True)
        return [min(across), min(down), max(across), max(down)]

    def shapes(self, body: bytes) -> list[tuple[Json, Rings]]:
        """Properties and rings (or lines) of each feature of a GeoJSON text in WGS 84."""
        features = json.loads(body)["features"]
        found = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features])
        metric = shapes_from_wgs84(found, self.crs)
        return [
            (feature["properties"] | ({"id": feature["id"]} if "id" in feature else {}), self._rings(shape))
            for feature, shape in zip(features, metric, strict=True)
        ]

    def _rings(self, shape: Any) -> Rings:
        return [self._flat(ring) for part in shapely.get_parts(shape) for ring in _outlines(part)]

    def _flat(self, line: Any) -> list[int]:
        xy = shapely.get_coordinates(line)
        whole = np.rint((xy - (self.west, self.north)) * (UNIT, -UNIT)).astype(int)
        found: list[int] = whole.ravel().tolist()
        return found


def _outlines(part: Any) -> Sequence[Any]:
    return [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]


def ground_of(runtime: Runtime, area: str) -> Ground:
    """The plane of an area's map."""
    bounds = runtime.geometries.bounds(area, runtime.today) or (0.0, 0.0, 0.0, 0.0)
    return Ground(runtime.config.district.cell_crs, bounds)


def place_on(ground: Ground, longitude: float, latitude: float, *, redacted: bool) -> list[int]:
    """Where something lies; where households must not be told, the middle of its 100 m cell."""
    x, y = ground.place(longitude, latitude)
    if redacted:
        x, y = (int((value // (POINT_CELL * UNIT) + 0.5) * POINT_CELL * UNIT) for value in (x, y))
    return [x, y]


def map_data(
    runtime: Runtime, session: Session, situation: Situation, view: PageView, *, redacted: bool = False
) -> Json:
    """The map that a page of this view shows, with its marks, names and heat."""
    district = runtime.config.district
    framed = district.urban_part if view.area == district.code else ()
    today = runtime.today
    shown = map_view(
        runtime.geometries,
        runtime.frames,
        session,
        situation,
        view.area,
        view.level,
        view.measure,
        today,
        frame_to=tuple(framed),
    )
    whole = runtime.geometries.bounds(shown.area, today) or shown.bounds
    ground = ground_of(runtime, shown.area)
    itself = area_by_code(session, shown.area, today)
    parent = itself.name if itself else ""

    def layer(name: Layer) -> list[tuple[Json, Rings]]:
        return ground.shapes(gzip.decompress(runtime.geometries.shape(shown.area, name, today).gzip))

    def rings(name: Layer) -> list[Rings]:
        return [found for _, found in layer(name)]

    cases = [case for case in situation.within(view.area) if _is_of(case, view.category)]
    return {
        "area": shown.area,
        "level": shown.level.name.lower(),
        "measure": shown.measure.value,
        "unit": UNIT,
        "frame": ground.window(shown.bounds),
        "whole": ground.window(whole),
        "breaks": shown.breaks,
        "areas": _areas(shown, layer(LAYER_OF[shown.level])),
        "borders": _named(layer(LAYER_OF[below]), parent) if (below := _bordered(shown)) else [],
        "mask": rings(Layer.OUTLINE)[0] if shown.outline else None,
        "context": {name.value: rings(name) for name in shown.context},
        "buildings": rings(Layer.BUILDING) if shown.buildings else [],
        "selected": shown.selected,
        "heat": heat_data(runtime.heats.of((view.area, view.heat)), ground) if view.heat else None,
        "streets": _streets(labels(runtime.geometries, session, view.area, today), ground),
        "marks": _marks(situation, cases, ground, redacted),
    }


def _bordered(shown: MapView) -> Level | None:
    """The level whose outlines are drawn and named: that one down, unless it is houses."""
    below = Level(len(shown.area)).below
    return below if below and below < Level.BUILDING else None


def _is_of(case: OpenCase, category: str | None) -> bool:
    return category is None or case.category == category or case.category.startswith(f"{category}/")


def _areas(shown: MapView, found: list[tuple[Json, Rings]]) -> list[Json]:
    values = dict(zip(shown.codes, shown.values, strict=True))
    names = dict(zip(shown.codes, shown.names, strict=True))
    return [
        {"code": row["id"], "name": names.get(row["id"], ""), "value": values[row["id"]], "shape": shape}
        for row, shape in found
        if row["id"] in values
    ]


def _named(found: list[tuple[Json, Rings]], parent: str) -> list[Json]:
    """Areas with names as short as they can be told apart beside one another."""
    return [
        {"code": row["id"], "name": short(row.get("n", "")).removeprefix(short(parent)), "shape": shape}
        for row, shape in found
    ]


def heat_data(found: Heat, ground: Ground) -> Json:
    """Cells by their north-western corner."""
    cells = [
        [*ground.metric(int(east) * SIDE, (int(north) + 1) * SIDE), level]
        for (east, north), level in zip((cell.split("_") for cell in found.cells), found.classes, strict=True)
    ]
    return {"breaks": found.breaks, "total": found.total, "pointed": found.pointed, "cells": cells}


def _streets(found: Iterable[Label], ground: Ground) -> list[Json]:
    """Names of streets with the middle of their stretch; areas are named where they have room."""
    return [
        {"text": one.text, "at": ground.place(one.longitude, one.latitude), "angle": round(one.angle)}
        for one in found
        if one.kind == "street"
    ]


def _marks(situation: Situation, cases: Iterable[OpenCase], ground: Ground, redacted: bool) -> list[Json]:
    """The open cases with a point."""
    return [
        {
            "at": place_on(ground, case.longitude, case.latitude, redacted=redacted),
            "state": situation.faces[case.id].state.value,
            "severity": case.severity,
        }
        for case in sorted(cases, key=lambda case: case.id)
        if case.longitude is not None and case.latitude is not None
    ]
