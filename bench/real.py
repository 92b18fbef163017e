"""What the matcher does on real records: requests to San Francisco's 311 from a file that is no part of the project.

They are a sample of many years, so that the request which a duplicate repeats is mostly not among them, and nobody has
labelled those that belong together. It is counted what can be counted, without a gate.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from geopandas import GeoDataFrame
from shapely import box

from bench.appeals import Case
from bench.rows import Row
from bench.setting import Setting
from dashboard.config import Config
from dashboard.domain.merging import Extent, Outcome, Thresholds
from dashboard.services.atlas import Atlas
from dashboard.services.finding import SHOWN, Fresh, Reader
from dashboard.services.matching import Kind, Match, best_matches
from dashboard.services.topics import lexicon
from geo.crs import from_wgs84

FILE = "sf_311_10k.csv"
CRS, DISTRICT = "EPSG:26910", "000001"
DUPLICATE = "duplicate"


@dataclass(frozen=True)
class Request:
    """One row of the file. `note` is what was written at the end and is not shown to the matcher."""

    key: str
    fresh: Fresh
    point: tuple[float, float] | None
    closed_at: datetime | None
    note: str

    @property
    def is_duplicate(self) -> bool:
        """Whether those who closed it say that it repeats another one."""
        return DUPLICATE in self.note.lower()


def san_francisco(setting: Setting, config: Config) -> Iterator[Row]:
    """Joins and suggestions over all rows, and for those that say they are duplicates."""
    path = next(setting.real.rglob(FILE), None) if setting.real else None
    if path is None:
        yield Row("merging", "San Francisco 311", 0, note=f"skipped: no {FILE} in the folder given by --real")
        return
    requests = _read(path)
    joined, duplicates, others = 0, [0, 0, 0], [0, 0]
    for number, (request, matches) in enumerate(_matched(requests, config)):
        setting.step(f"San Francisco, {number:,} of {len(requests):,}")
        shown = [match for match in matches if match.judgement.outcome is not Outcome.OPENS][:SHOWN]
        joins = bool(shown) and shown[0].judgement.outcome is Outcome.JOINS
        joined += joins
        if request.is_duplicate:
            duplicates = [duplicates[0] + 1, duplicates[1] + bool(matches), duplicates[2] + bool(shown)]
        else:
            others = [others[0] + 1, others[1] + bool(shown)]
    note = f"of {len(requests):,} rows"
    yield Row("merging", "San Francisco 311: rows that join an open one by themselves", joined, note=note)
    said, comparable, found = duplicates
    note = (
        f"of {said} that say they are duplicates; {comparable} have any open request near enough to compare. "
        f"Of the other {others[0]:,} rows {others[1] / others[0]:.1%} have suggestions"
    )
    yield Row("merging", "San Francisco 311: said duplicates with suggestions", found, note=note)


def _matched(requests: list[Request], config: Config) -> Iterator[tuple[Request, list[Match]]]:
    """Each request beside those that were open then and there."""
    atlas = Atlas(_area(), [], DISTRICT, CRS)
    reader = Reader(atlas, lexicon(frozenset(category.id for category in config.categories)), CRS)
    kinds = {request.fresh.category: Kind(Extent.SITE, True) for request in requests}
    limits = Thresholds(config.merging.join, config.merging.suggest, config.merging.join_within)
    for number, request in enumerate(requests):
        before = [other for other in range(number) if _is_open(requests[other], request, config.merging.radius)]
        cases = {other: reader.case(Case.of(other, requests[other].fresh), ()) for other in before}
        yield request, best_matches(reader.fresh(request.fresh), cases, kinds, limits)


def _is_open(other: Request, new: Request, radius: float) -> bool:
    at = new.fresh.accepted_at
    if other.closed_at is not None and other.closed_at <= at:
        return False
    if new.point is None or other.point is None:
        return new.point is other.point and at - other.fresh.accepted_at <= timedelta(hours=24)
    return abs(new.point[0] - other.point[0]) <= radius and abs(new.point[1] - other.point[1]) <= radius


def _read(path: Path) -> list[Request]:
    with path.open(encoding="utf-8", newline="") as file:
        found = [_request(row) for row in csv.DictReader(file)]
    return sorted(found, key=lambda request: request.fresh.accepted_at)


def _request(row: dict[str, str]) -> Request:
    longitude, latitude = float(row["longitude"] or 0), float(row["latitude"] or 0)
    point = None
    if longitude and latitude:
        east, north = from_wgs84(np.array([longitude]), np.array([latitude]), CRS)
        point = float(east[0]), float(north[0])
    fresh = Fresh(
        text=f"{row['category']}: {row['complaint_type']}, {row['descriptor']}",
        address=None,
        category=row["category"],
        place=row["incident_address"],
        area_code=DISTRICT,
        building_id=None,
        longitude=longitude if point else None,
        latitude=latitude if point else None,
        accepted_at=datetime.fromisoformat(row["created_date"]),
        reporter=None,
        source="san-francisco",
    )
    closed_at = datetime.fromisoformat(row["closed_date"]) if row["closed_date"] else None
    return Request(row["unique_key"], fresh, point, closed_at, row["status_notes"])


def _area() -> GeoDataFrame:
    city = {"code": DISTRICT, "level": 6, "name": "San Francisco", "properties": {}, "area_id": 1}
    return GeoDataFrame([city | {"geometry": box(-123, 37, -122, 38)}], crs="EPSG:4326")
