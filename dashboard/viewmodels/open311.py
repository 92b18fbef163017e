"""What leaves by our Open311 service about a filed report: all that its own filer may read, little to anybody else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from dashboard.domain.areas import Level
from dashboard.domain.masking import citizens_words, offices_words
from dashboard.domain.reports import Incoming
from dashboard.domain.stages import Stage
from dashboard.services.atlas import Atlas
from dashboard.services.forms import number_of
from dashboard.store.filings import Filed
from dashboard.store.models import Report
from geo.cells import centres

LONGEST = 4000
"""Characters of a description, by the standard."""


@dataclass(frozen=True)
class PublicRequest:
    """A filed report as one reader may see it. Which case it is in, and with whom, nobody outside can see."""

    number: str
    stage: Stage
    is_open: bool
    category: str
    requested_at: datetime
    updated_at: datetime
    expected_at: datetime | None
    answer: str | None = None
    description: str | None = None
    address: str | None = None
    longitude: float | None = None
    latitude: float | None = None


def public_requests(
    found: Sequence[Filed], reader: str | None, atlas: Atlas, names: Mapping[str, str], cell_crs: str
) -> list[PublicRequest]:
    """Filed reports as a reader may see them; `reader` is the source whose reports are its own."""
    reports = [filed.report for filed in found]
    points, communities = _centres(reports, cell_crs), _communities(reports, atlas, names)
    return [_own(filed) if filed.report.source == reader else _others(filed, points, communities) for filed in found]


def _own(filed: Filed) -> PublicRequest:
    """For the system that filed it: its own words, without what could be found out about people by whoever reads them
    on its way, and the answer."""
    report, known = filed.report, filed.report.contact or ""
    return _request(
        filed,
        answer=offices_words(filed.answer) if filed.answer else None,
        description=citizens_words(report.text, known)[:LONGEST] or None,
        address=citizens_words(report.address, known) if report.address else None,
        longitude=report.longitude,
        latitude=report.latitude,
    )


def _others(
    filed: Filed, points: Mapping[int, tuple[float, float]], communities: Mapping[int, str | None]
) -> PublicRequest:
    """For everybody: the community, and the middle of the 100 m cell. Nothing that anybody wrote."""
    longitude, latitude = points.get(filed.report.id, (None, None))
    return _request(filed, address=communities.get(filed.report.id), longitude=longitude, latitude=latitude)


def _request(
    filed: Filed,
    *,
    answer: str | None = None,
    description: str | None = None,
    address: str | None = None,
    longitude: float | None = None,
    latitude: float | None = None,
) -> PublicRequest:
    """The category is the report's own: one of a case that it has joined would tell that it has."""
    return PublicRequest(
        number=number_of(filed.id),
        stage=Stage(filed.case.stage),
        is_open=filed.case.is_open,
        category=filed.report.category,
        requested_at=filed.report.accepted_at,
        updated_at=filed.updated_at,
        expected_at=filed.report.answer_due_at,
        answer=answer,
        description=description,
        address=address,
        longitude=longitude,
        latitude=latitude,
    )


def _centres(reports: Sequence[Report], cell_crs: str) -> dict[int, tuple[float, float]]:
    """Per report with a point the middle of its cell."""
    pointed = [report for report in reports if report.longitude is not None]
    if not pointed:
        return {}
    points = np.array([(report.longitude, report.latitude) for report in pointed], float)
    middles = np.round(centres(points[:, 0], points[:, 1], cell_crs), 6).tolist()
    return {report.id: (middle[0], middle[1]) for report, middle in zip(pointed, middles, strict=True)}


def _communities(reports: Sequence[Report], atlas: Atlas, names: Mapping[str, str]) -> dict[int, str | None]:
    """Per report with a point the community around it: the report's own place, not that of its case."""
    pointed = [report for report in reports if report.longitude is not None]
    if not pointed:
        return {}
    spots = atlas.spots([Incoming("", x=report.longitude, y=report.latitude) for report in pointed], "wgs84")
    return {
        report.id: names.get(spot.area_code[: Level.COMMUNITY]) for report, spot in zip(pointed, spots, strict=True)
    }
