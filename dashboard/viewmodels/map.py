"""What a map shows: which areas, coloured by what, with what around them. Addresses instead of shapes."""

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from dashboard.domain.areas import Level
from dashboard.live.frames import Frames
from dashboard.live.measures import Measure
from dashboard.live.situation import Situation
from dashboard.store.areas import child_names, child_points, children_frame
from dashboard.viewmodels.geometry import Bounds, Geometries, Layer, seen_in

LAYER_OF = {
    Level.SUBDISTRICT: Layer.SUBDISTRICT,
    Level.COMMUNITY: Layer.COMMUNITY,
    Level.GRID: Layer.GRID,
    Level.BUILDING: Layer.BUILDING,
}
NAMED_ROADS = ("primary", "secondary", "local")


@dataclass(frozen=True)
class Label:
    """A name on the map, with its place (degrees) and how far it is turned."""

    text: str
    kind: str
    longitude: float
    latitude: float
    angle: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """For the browser."""
        found = {"t": self.text, "k": self.kind, "x": round(self.longitude, 6), "y": round(self.latitude, 6)}
        return found | ({"a": round(self.angle)} if self.angle else {})


@dataclass(frozen=True)
class MapView:
    """A map of the children of an area. `borders` are outlines drawn over them, `context` lies below."""

    area: str
    level: Level
    measure: Measure
    bounds: Bounds
    areas: str
    codes: list[str]
    names: list[str]
    values: list[int | None]
    breaks: list[int]
    context: dict[Layer, str]
    outline: str | None
    borders: str | None
    buildings: str | None
    building_codes: list[str]
    cells: str | None
    selected: str | None = None


def default_level(area: str) -> Level:
    """Grids down to the community, buildings below: the level at which an area's map begins."""
    return Level.BUILDING if len(area) >= Level.GRID else Level.GRID


def map_view(
    geometries: Geometries,
    frames: Frames,
    session: Session,
    situation: Situation,
    area: str,
    level: Level,
    measure: Measure,
    today: date,
    *,
    frame_to: tuple[str, ...] = (),
    with_cells: bool = False,
) -> MapView:
    """The map of an area; a building is shown inside its grid. `frame_to` names the areas to be framed instead."""
    shown = area[: Level.GRID]
    names = child_names(session, shown, level, today)
    codes = list(frames.areas.drawn(shown, level).codes)

    def address(layer: Layer) -> str:
        return geometries.address(shown, layer, today)

    small = len(shown) >= Level.COMMUNITY
    layers = [Layer.WATER, Layer.GREEN, Layer.ROADS] + ([Layer.STREETS] if len(shown) > Level.DISTRICT else [])
    buildings = list(child_names(session, shown, Level.BUILDING, today)) if small else []
    return MapView(
        area=shown,
        level=level,
        measure=measure,
        bounds=_bounds(geometries, frame_to or (shown,), today),
        areas=address(LAYER_OF[level]),
        codes=codes,
        names=[names.get(code, code) for code in codes],
        values=frames.areas.values(situation, shown, level, measure),
        breaks=frames.areas.breaks(level, measure),
        context={layer: address(layer) for layer in [*layers, *([Layer.NEAR] if small else [])]},
        outline=address(Layer.OUTLINE) if len(shown) > Level.DISTRICT else None,
        borders=address(Layer.SUBDISTRICT) if len(shown) == Level.DISTRICT else None,
        buildings=address(Layer.BUILDING) if small and level is not Level.BUILDING else None,
        building_codes=buildings if level is not Level.BUILDING else [],
        cells=address(Layer.CELLS) if with_cells else None,
        selected=area if len(area) == Level.BUILDING else None,
    )


def _bounds(geometries: Geometries, codes: tuple[str, ...], today: date) -> Bounds:
    found = [bounds for code in codes if (bounds := geometries.bounds(code, today))]
    if not found and (whole := geometries.bounds(codes[0][: Level.DISTRICT], today)):
        found = [whole]  # a shared address may name an area that is no more
    west, south, east, north = zip(*found, strict=True)
    return min(west), min(south), max(east), max(north)


def labels(geometries: Geometries, session: Session, area: str, today: date) -> list[Label]:
    """Names to write on the map: of the areas one level down, and from the community down of the streets."""
    shown = area[: Level.GRID]
    if len(shown) >= Level.COMMUNITY:
        return _street_labels(geometries, session, shown, today)
    points = child_points(session, shown, Level(len(shown) + 3), today)
    return [Label(short(name), "area", longitude, latitude) for name, longitude, latitude in points]


def short(name: str) -> str:
    """An area's name without what goes without saying."""
    return name.removesuffix("街道").removesuffix("社区")


def _street_labels(geometries: Geometries, session: Session, area: str, today: date) -> list[Label]:
    """Street names at the middle of their stretch beside the area, turned along it."""
    outline = children_frame(session, area, Level(len(area)), today).geometry.union_all()
    roads = geometries.features("road")
    window = outline.buffer(0.0012)
    near = seen_in(roads, window)
    near = near[near["kind"].isin(NAMED_ROADS) & (near["name"] != "")]
    found: dict[str, tuple[float, Any]] = {}
    for row in near.itertuples():
        part = row.geometry.intersection(window)
        longest = max(getattr(part, "geoms", [part]), key=lambda line: line.length)
        if longest.length > 0.0008 and longest.length > found.get(row.name, (0.0, None))[0]:
            found[row.name] = longest.length, longest
    return [_along(name, line) for name, (_, line) in sorted(found.items(), key=lambda one: -one[1][0])]


def _along(name: str, line: Any) -> Label:
    middle = line.interpolate(0.5, normalized=True)
    before, after = line.interpolate(0.45, normalized=True), line.interpolate(0.55, normalized=True)
    east = (after.x - before.x) * math.cos(math.radians(middle.y))
    angle = -math.degrees(math.atan2(after.y - before.y, east))
    if angle > 90 or angle <= -90:
        angle += 180 if angle <= -90 else -180
    return Label(name, "street", middle.x, middle.y, angle)
