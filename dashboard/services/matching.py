"""Which case a report may belong to: candidates from the neighbourhood, judged by `domain.merging`."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import reduce

from dashboard.domain.areas import is_within
from dashboard.domain.merging import Extent, Judgement, Likeness, Thresholds, Where, judge
from dashboard.services.tellings import Named, Telling, text_agreement
from dashboard.services.topics import Spread, agreement

BROAD = ("road", "community", "subdistrict")


@dataclass(frozen=True)
class Kind:
    """What is known about a category for comparing: how far it is noticed, and whether the kind alone says enough."""

    extent: Extent
    is_specific: bool


UNKNOWN_KIND, ALONE = Kind(Extent.SITE, False), Kind(Extent.PERSON, False)
PART = 0.3
"""The share of a topic from which its kind matters."""
FOREIGN, FOREIGN_FURTHER = 0.34, 0.15
"""The share of a report's words about something the case does not tell; less in what it goes on to."""


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
    found = [Match(case_id, judge(likeness(new, case, kinds), thresholds)) for case_id, case in cases.items()]
    return sorted(found, key=lambda match: (-match.judgement.certainty, match.case_id))


def likeness(new: Telling, case: Telling, kinds: Mapping[str, Kind]) -> Likeness:
    """How two tellings agree. The narrowest extent of all that they may be about counts, unless the case is known to
    be of several buildings."""
    kind = _narrower(_kind(new, kinds), _kind(case, kinds))
    is_wide = kind.extent is Extent.BUILDING and len(case.buildings) > 1
    is_narrow = kind.extent in (Extent.BUILDING, Extent.PERSON)
    is_elsewhere = _differ(new.buildings or new.located, case.buildings or case.located)
    return Likeness(
        where=_where(new, case),
        extent=Extent.SITE if is_wide else kind.extent,
        distance=_distance(new, case),
        topic=agreement(new.topic, case.topic),
        is_specific=kind.is_specific,
        text=text_agreement(new.texts, case.texts),
        other_number=is_narrow and not is_wide and _differ(new.buildings, case.buildings),
        apart=abs(new.at - case.at),
        same_reporter=bool(new.reporters & case.reporters),
        other_part=(is_elsewhere and (is_narrow or len(case.buildings) == 1)) or _differ(new.units, case.units),
        tells_more=_tells_more(new, case),
        is_unsure=new.is_unsure or case.is_unsure,
    )


WIDTH = {Extent.PERSON: 0, Extent.BUILDING: 1, Extent.SITE: 2, Extent.STREET: 3}


def _kind(telling: Telling, kinds: Mapping[str, Kind]) -> Kind:
    """What it is about, given or by its words. A trouble that nobody else has is one person's."""
    about = [kinds.get(category, UNKNOWN_KIND) for category, share in telling.topic.items() if share >= PART]
    return ALONE if telling.is_alone else reduce(_narrower, about or [UNKNOWN_KIND])


def _narrower(one: Kind, two: Kind) -> Kind:
    if one is two:
        return one
    return Kind(min(one.extent, two.extent, key=WIDTH.__getitem__), one.is_specific and two.is_specific)


def _differ(one: frozenset[str], two: frozenset[str]) -> bool:
    return bool(one and two and not one & two)


def _tells_more(new: Telling, case: Telling) -> bool:
    """Whether the report's words are also about something of which the case knows nothing."""
    known = {*case.topic, *case.words}
    if new.further is not None and _foreign(new.further, known) >= FOREIGN_FURTHER:
        return True
    return bool(known) and _foreign(new.words, known) >= FOREIGN and bool(new.words)


def _foreign(spread: Spread, known: Collection[str]) -> float:
    """The share of a spread outside of what is known; all of it when the spread is empty."""
    return 1 - sum(share for category, share in spread.items() if category in known)


def _distance(one: Telling, two: Telling) -> float | None:
    if one.east is None or two.east is None or one.north is None or two.north is None:
        return None
    return math.hypot(one.east - two.east, one.north - two.north)


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
