"""Which case a report may belong to: candidates from the neighbourhood, judged by `domain.merging`."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.domain.areas import is_within
from dashboard.domain.merging import Extent, Judgement, Likeness, Thresholds, Where, judge
from dashboard.services.tellings import Named, Telling, text_agreement
from dashboard.services.topics import agreement

BROAD = ("road", "community", "subdistrict")


@dataclass(frozen=True)
class Kind:
    """What is known about a category for comparing: how far it is noticed, and whether the kind alone says enough."""

    extent: Extent
    is_specific: bool


UNKNOWN_KIND = Kind(Extent.SITE, False)


@dataclass(frozen=True)
class Match:
    """A case that a report may belong to."""

    case_id: int
    judgement: Judgement


def best_matches(
    new: Telling,
    cases: Mapping[int, Telling],
    kinds: Mapping[str, Kind],
    thresholds: Thresholds,
) -> list[Match]:
    """The cases that the report may belong to, the most certain first."""
    found = [Match(case_id, compare(new, case, kinds, thresholds)) for case_id, case in cases.items()]
    return sorted(found, key=lambda match: (-match.judgement.certainty, match.case_id))


def compare(new: Telling, case: Telling, kinds: Mapping[str, Kind], thresholds: Thresholds) -> Judgement:
    """Judge one pair."""
    return judge(likeness(new, case, kinds), thresholds)


def likeness(new: Telling, case: Telling, kinds: Mapping[str, Kind]) -> Likeness:
    """How two tellings agree. The narrower extent of the two kinds counts."""
    kind = _narrower(kinds.get(new.category, UNKNOWN_KIND), kinds.get(case.category, UNKNOWN_KIND))
    return Likeness(
        where=_where(new, case),
        extent=kind.extent,
        distance=_distance(new, case),
        topic=agreement(new.topic, case.topic),
        is_specific=kind.is_specific,
        text=text_agreement(new.texts, case.texts),
        other_number=kind.extent in (Extent.BUILDING, Extent.PERSON) and _other_number(new, case),
        apart=abs(new.at - case.at),
        same_reporter=bool(new.reporters & case.reporters),
    )


NARROW = (Extent.PERSON, Extent.BUILDING, Extent.SITE, Extent.STREET)


def _narrower(one: Kind, two: Kind) -> Kind:
    return Kind(min(one.extent, two.extent, key=NARROW.index), one.is_specific and two.is_specific)


def _distance(one: Telling, two: Telling) -> float | None:
    if one.east is None or two.east is None or one.north is None or two.north is None:
        return None
    return math.hypot(one.east - two.east, one.north - two.north)


def _other_number(one: Telling, two: Telling) -> bool:
    return bool(one.buildings and two.buildings and not one.buildings & two.buildings)


def _where(one: Telling, two: Telling) -> Where:
    """The closest relation between anything that the two name."""
    if one.building_id is not None and one.building_id == two.building_id:
        return Where.SAME_BUILDING
    relations = {_relation(a, b) for a in one.places for b in two.places}
    order = (Where.SAME_BUILDING, Where.SAME_SITE, Where.ALONG, Where.APART)
    return next((where for where in order if where in relations), Where.UNKNOWN)


def _relation(one: Named, two: Named) -> Where:
    if one.name == two.name and one.kind == "building":
        return Where.SAME_BUILDING
    if one.site and two.site:
        return Where.SAME_SITE if one.site == two.site else Where.APART
    broad, other = (one, two) if one.kind in BROAD else (two, one)
    if broad.kind not in BROAD:
        return Where.UNKNOWN
    return Where.ALONG if _lies_along(broad, other) else Where.UNKNOWN


def _lies_along(broad: Named, other: Named) -> bool:
    """On the same road by its name (行署路, 行署路23号院), or within the community that is named."""
    if broad.kind == "road":
        return other.name.startswith(broad.name)
    return bool(other.area_code) and is_within(other.area_code, broad.area_code)
