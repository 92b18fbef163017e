"""What the services know about places: loaded once per set of areas, shared by all threads of a process."""

import threading
from dataclasses import dataclass
from datetime import date

import numpy as np
from geopandas import GeoDataFrame
from sqlalchemy.orm import Session

from dashboard.domain.areas import Level
from dashboard.domain.reports import Flag, Incoming, Unlocated
from dashboard.store.areas import all_places, area_frame, areas_revision
from geo.cells import cells_of
from geo.crs import to_wgs84
from geo.gazetteer import Gazetteer, Match, NamedPlace
from geo.locate import Locator

POINT_KINDS = ("building", "compound", "landmark")
"""Kinds of names that are one spot; a road or a community only tells the area."""


@dataclass(frozen=True)
class Spot:
    """Where a case is: the deepest known area, never empty, and a point when there is one."""

    area_code: str
    place: str
    building_id: int | None = None
    longitude: float | None = None
    latitude: float | None = None
    cell: tuple[int, int] | None = None
    unlocated: Unlocated | None = None
    flags: tuple[Flag, ...] = ()


class Atlas:
    """Finds the place of a report: its coordinates, else its words, else nowhere."""

    def __init__(self, areas: GeoDataFrame, places: list[NamedPlace], district: str, cell_crs: str) -> None:
        self.district, self._cell_crs = district, cell_crs
        self._locator = Locator(areas, cell_crs)
        self._gazetteer = Gazetteer(places)
        self._names = _place_names(areas)
        buildings = areas[areas["level"] == Level.BUILDING]
        self._building_ids = dict(zip(buildings["code"], buildings["area_id"], strict=True))

    def name(self, code: str) -> str:
        """How people call an area; a building by its address."""
        return self._names.get(code, code)

    def spots(self, reports: list[Incoming], crs: str) -> list[Spot]:
        """The place of each report, whose coordinates are in `crs`."""
        x = np.array([np.nan if report.x is None else report.x for report in reports], float)
        y = np.array([np.nan if report.y is None else report.y for report in reports], float)
        longitude, latitude = _converted(x, y, crs)
        found = self._locator.locate(longitude, latitude)
        codes, buildings, problems = (found[name].tolist() for name in ("code", "building_id", "problem"))
        cells = self._cells(longitude, latitude, found["code"].to_numpy() != "")
        return [
            self._spot_at(code, building, point, cell) if code else self._spot_without_point(report, problem)
            for report, code, building, problem, point, cell in zip(
                reports, codes, buildings, problems, zip(longitude.tolist(), latitude.tolist(), strict=True), cells,
                strict=True,
            )
        ]  # fmt: skip

    def named(self, text: str) -> list[Match]:
        """The places that a text names, without those whose name occurs more than once."""
        return [match for match in self._gazetteer.find_all(text) if not match.ambiguous]

    def kind_of(self, name: str, area_code: str) -> str:
        """What kind of place a name is: building, compound, landmark, road or area."""
        return self._gazetteer.kind_of(name) or ("building" if len(area_code) == Level.BUILDING else "area")

    def named_point(self, text: str) -> tuple[float, float] | None:
        """The spot (WGS 84) that a text names for certain, None when it names none."""
        match = self._gazetteer.find(text)
        if match is None or match.ambiguous or match.place.kind not in POINT_KINDS:
            return None
        return match.place.longitude, match.place.latitude

    def _cells(self, longitude: np.ndarray, latitude: np.ndarray, chosen: np.ndarray) -> list[tuple[int, int]]:
        """The cell of each chosen point; of the others nothing of use."""
        cells = np.zeros((len(chosen), 2), np.int64)
        if chosen.any():
            cells[chosen] = cells_of(longitude[chosen], latitude[chosen], self._cell_crs)
        return [(east, north) for east, north in cells.tolist()]

    def _spot_at(self, code: str, building: int, point: tuple[float, float], cell: tuple[int, int]) -> Spot:
        return Spot(code, self.name(code), None if building < 0 else building, *point, cell)

    def _spot_without_point(self, report: Incoming, problem: str) -> Spot:
        has_point = report.x is not None and report.y is not None
        flags = (Flag.BAD_COORDINATES,) if has_point else ()
        reason = Unlocated(problem) if has_point else Unlocated.NO_PLACE
        return self._spot_from_words(report, flags) or Spot(
            self.district, self.name(self.district), unlocated=reason, flags=flags
        )

    def _spot_from_words(self, report: Incoming, flags: tuple[Flag, ...]) -> Spot | None:
        match = self._gazetteer.find(report.address or "") or self._gazetteer.find(report.text)
        if match is None or len(match.place.area_code) <= Level.DISTRICT:
            return None
        place = match.place
        if match.ambiguous:
            return Spot(self.district, place.name, unlocated=Unlocated.NO_PLACE, flags=(*flags, Flag.AMBIGUOUS_PLACE))
        flags = (*flags, Flag.PLACE_FROM_TEXT)
        if place.kind not in POINT_KINDS:
            return Spot(place.area_code, place.name, flags=flags)
        return Spot(
            place.area_code,
            place.name,
            self._building_ids.get(place.area_code),
            place.longitude,
            place.latitude,
            self._cells(np.array([place.longitude]), np.array([place.latitude]), np.array([True]))[0],
            flags=flags,
        )


def _converted(x: np.ndarray, y: np.ndarray, crs: str) -> tuple[np.ndarray, np.ndarray]:
    """To WGS 84, leaving alone what no system could make sense of, so that its problem can be named."""
    longitude, latitude = x.copy(), y.copy()
    degrees = crs.lower() in ("gcj02", "bd09")
    sound = np.isfinite(x) & np.isfinite(y) & ~((np.abs(x) < 1e-3) & (np.abs(y) < 1e-3))
    if degrees:
        sound &= (np.abs(x) <= 180) & (np.abs(y) <= 90)
    if sound.any():
        longitude[sound], latitude[sound] = to_wgs84(x[sound], y[sound], crs)
    return longitude, latitude


def _place_names(areas: GeoDataFrame) -> dict[str, str]:
    addresses = (properties.get("address") for properties in areas["properties"])
    return {code: address or name for code, name, address in zip(areas["code"], areas["name"], addresses, strict=True)}


class Atlases:
    """The newest atlas of the district, made again only when areas were imported."""

    def __init__(self, district: str, cell_crs: str) -> None:
        self._district, self._cell_crs = district, cell_crs
        self._lock = threading.Lock()
        self._key: tuple[str, date] | None = None
        self._atlas: Atlas | None = None

    def current(self, session: Session, day: date) -> Atlas:
        """The atlas of the areas valid on a day."""
        key = areas_revision(session), day
        with self._lock:
            if self._atlas is None or self._key != key:
                places = [
                    NamedPlace(place.name, place.kind, place.area_code, place.longitude, place.latitude)
                    for place in all_places(session)
                ]
                self._atlas = Atlas(area_frame(session, day), places, self._district, self._cell_crs)
                self._key = key
            return self._atlas
