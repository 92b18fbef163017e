"""Geometry for maps: per area and layer, thinned for its level, compressed once, under an address of its own."""

import gzip
import hashlib
import threading
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import brotli
import numpy as np
import shapely
from geopandas import GeoDataFrame
from sqlalchemy.orm import Session

from dashboard.config import Config
from dashboard.domain.areas import Level
from dashboard.store.areas import area_frame, areas_revision, children_frame, feature_frame
from dashboard.store.engine import Sessions
from geo.cells import cells_within, squares
from geo.geojson import bounds, feature_collection, simplify

Bounds = tuple[float, float, float, float]
THINNED = {Level.DISTRICT: 9.0, Level.SUBDISTRICT: 3.0, Level.COMMUNITY: 1.0, Level.GRID: 0.3}
"""Metres of detail left out, by the level of the area that is shown."""
MARGIN = {Level.DISTRICT: 0.1, Level.SUBDISTRICT: 0.15, Level.COMMUNITY: 0.2, Level.GRID: 0.4}
"""How far context reaches around an area, as a share of its size."""
SCREEN = 2.4  # width by height of the widest map that is filled to its edges
BIG_GREEN = 1.5e-6  # square degrees, about 1.5 ha


class Layer(StrEnum):
    """What can be fetched of an area."""

    SUBDISTRICT = "subdistrict"
    COMMUNITY = "community"
    GRID = "grid"
    BUILDING = "building"
    OUTLINE = "outline"
    WATER = "water"
    GREEN = "green"
    ROADS = "roads"
    STREETS = "streets"
    NEAR = "near"
    CELLS = "cells"


OF_LEVEL = {
    Layer.SUBDISTRICT: Level.SUBDISTRICT,
    Layer.COMMUNITY: Level.COMMUNITY,
    Layer.GRID: Level.GRID,
    Layer.BUILDING: Level.BUILDING,
}


MAIN_ROADS = ("expressway", "primary", "secondary")
CONTEXT = {
    Layer.WATER: ("water", None),
    Layer.GREEN: ("park", None),
    Layer.ROADS: ("road", MAIN_ROADS),
    Layer.STREETS: ("road", ("local", "country")),
}
"""Layers of context: the kind of features, and which of them."""


@dataclass(frozen=True)
class Shape:
    """One answer, in the encodings browsers ask for. `name` holds the hash of the content."""

    name: str
    gzip: bytes
    brotli: bytes


class Geometries:
    """The shapes of the district, kept until areas are imported or the day is over: areas begin and end at midnight."""

    def __init__(self, sessions: Sessions, config: Config) -> None:
        self._sessions, self._config = sessions, config
        self._lock = threading.Lock()
        self._revision: str | None = None
        self._day: date | None = None
        self._kept: dict[tuple[str, Layer], Shape] = {}
        self._bounds: dict[str, Bounds] = {}
        self._frames: dict[tuple[str, date | None], GeoDataFrame] = {}

    def address(self, code: str, layer: Layer, day: date) -> str:
        """Where the browser finds a layer of an area; it changes with the content."""
        return f"/geometry/{code}/{self.shape(code, layer, day).name}.geojson"

    def shape(self, code: str, layer: Layer, day: date) -> Shape:
        """A layer of an area, made at its first use."""
        with self._lock, self._sessions.read() as session:
            self._notice_changes(session, day)
            if (code, layer) not in self._kept:
                self._kept[code, layer] = _encode(layer, self._body(session, code, layer, day))
            return self._kept[code, layer]

    def bounds(self, code: str, day: date) -> Bounds | None:
        """West, south, east and north of an area (degrees as drawn), None when there is no such area."""
        with self._lock, self._sessions.read() as session:
            self._notice_changes(session, day)
            if code not in self._bounds:
                frame = self._itself(session, code, day)
                if frame.empty:
                    return None
                self._bounds[code] = bounds(frame.geometry)
            return self._bounds[code]

    def cells(self, code: str, day: date) -> set[tuple[int, int]]:
        """The 100 m cells whose centre lies in an area."""
        with self._sessions.read() as session:
            frame = children_frame(session, code, Level(len(code)), day)
        outline = shapely.union_all(frame.geometry.to_numpy())
        return {(east, north) for east, north in cells_within(outline, self._config.district.cell_crs).tolist()}

    def features(self, kind: str) -> GeoDataFrame:
        """All features of a kind, such as roads."""
        with self._lock, self._sessions.read() as session:
            self._notice_changes(session, self._day)
            return self._features(session, kind)

    def _notice_changes(self, session: Session, day: date | None) -> None:
        revision = areas_revision(session)
        if (revision, day) != (self._revision, self._day):
            self._revision, self._day = revision, day
            self._kept.clear()
            self._bounds.clear()
            self._frames.clear()

    def _body(self, session: Session, code: str, layer: Layer, day: date) -> bytes:
        if layer is Layer.CELLS:
            return self._cells(session, code, day)
        if layer in CONTEXT or layer is Layer.NEAR:
            return self._context(session, code, layer, day)
        if layer is Layer.OUTLINE:
            return _outline(self._itself(session, code, day))
        frame = children_frame(session, code, OF_LEVEL[layer], day)
        shapes = frame.geometry.to_numpy() if layer is Layer.BUILDING else _thinned(frame, code)
        rows = [{"id": row.code, "n": row.name} for row in frame.itertuples()]
        return feature_collection(shapes, rows, digits=6 if layer is Layer.BUILDING else 5)

    def _context(self, session: Session, code: str, layer: Layer, day: date) -> bytes:
        """Water, green, roads and the buildings around, as far as they can be seen beside the area."""
        level = Level(len(code))
        window = _window(self._itself(session, code, day), MARGIN.get(level, 1.5))
        if layer is Layer.NEAR:
            found = seen_in(self._buildings(session, day), window)
            found = found[~found["code"].str.startswith(code)]
            return feature_collection(found.geometry.to_numpy(), [{}] * len(found), digits=6)
        kind, which = CONTEXT[layer]
        features = self._features(session, kind)
        chosen = features[features["kind"].isin(which)] if which else features
        if level is Level.DISTRICT:
            big = shapely.area(chosen.geometry.to_numpy()) > BIG_GREEN
            chosen = chosen[big] if layer is Layer.GREEN else chosen
        else:
            chosen = seen_in(chosen, window)
            chosen = chosen.set_geometry(shapely.intersection(chosen.geometry.to_numpy(), window))
        thin = shapely.simplify(chosen.geometry.to_numpy(), 4e-5 if level is Level.DISTRICT else 1e-5)
        return feature_collection(thin, [{}] * len(chosen))

    def _features(self, session: Session, kind: str) -> GeoDataFrame:
        """All features of a kind, kept: to read them again for every area costs a click a third of a second."""
        if (kind, None) not in self._frames:
            self._frames[kind, None] = feature_frame(session, [kind])
        return self._frames[kind, None]

    def _buildings(self, session: Session, day: date) -> GeoDataFrame:
        """All buildings of a day, likewise."""
        if (Layer.BUILDING, day) not in self._frames:
            self._frames[Layer.BUILDING, day] = area_frame(session, day, [Level.BUILDING])
        return self._frames[Layer.BUILDING, day]

    def _itself(self, session: Session, code: str, day: date) -> GeoDataFrame:
        """An area alone, likewise: every layer of it needs its extent."""
        if (code, day) not in self._frames:
            self._frames[code, day] = children_frame(session, code, Level(len(code)), day)
        return self._frames[code, day]

    def _cells(self, session: Session, code: str, day: date) -> bytes:
        outline = shapely.union_all(self._itself(session, code, day).geometry.to_numpy())
        cells = cells_within(outline, self._config.district.cell_crs)
        rows = [{"id": f"{east}_{north}"} for east, north in cells.tolist()]
        return feature_collection(squares(cells, self._config.district.cell_crs), rows)


def seen_in(frame: GeoDataFrame, window: shapely.Polygon) -> GeoDataFrame:
    """The rows whose shape touches a window, in their order."""
    return frame.iloc[np.sort(frame.sindex.query(window, predicate="intersects"))]


def _thinned(frame: GeoDataFrame, code: str) -> np.ndarray:
    shapes: np.ndarray = frame.geometry.to_numpy()
    metres = THINNED.get(Level(len(code)))
    if metres is None or not len(shapes):
        return shapes
    return simplify(shapes, metres, float(shapely.centroid(shapes[0]).y))


def _window(frame: GeoDataFrame, margin: float) -> shapely.Polygon:
    """What may be seen beside an area: a margin around it, on screens up to three times as wide as high."""
    west, south, east, north = bounds(frame.geometry)
    stretch = float(np.cos(np.radians(south)))
    high = (north - south) * (1 + 2 * margin)
    wide = max((east - west) * (1 + 2 * margin), SCREEN * high / stretch)
    x, y = (west + east) / 2, (south + north) / 2
    return shapely.box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)


def _outline(frame: GeoDataFrame) -> bytes:
    """The mask that dims everything but an area; its inner edge is the area's."""
    area = shapely.union_all(frame.geometry.to_numpy())
    west, south, east, north = area.bounds
    mask = shapely.box(west - 1, south - 1, east + 1, north + 1).difference(area)
    return feature_collection(np.array([mask], object), [{"id": "mask"}])


def _encode(layer: Layer, body: bytes) -> Shape:
    name = f"{layer}-{hashlib.sha256(body).hexdigest()[:12]}"
    return Shape(name, gzip.compress(body, 9, mtime=0), brotli.compress(body, quality=6))
