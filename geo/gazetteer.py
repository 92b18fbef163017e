"""From a text to a place: the longest known name in it, and how sure that is."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, MatchKind


@dataclass(frozen=True)
class NamedPlace:
    """A name and where it is (WGS 84 degrees); `area_code` is the deepest area that holds it."""

    name: str
    kind: str
    area_code: str
    longitude: float
    latitude: float


@dataclass(frozen=True)
class Match:
    """What a text seems to mean. `confidence` is 0 to 1, `ambiguous` says that the name occurs more than once."""

    place: NamedPlace
    confidence: float
    ambiguous: bool = False


CONFIDENCE = {"building": 0.98, "compound": 0.95, "landmark": 0.9, "community": 0.75, "subdistrict": 0.7, "road": 0.4}
"""By kind of name: a house is one place, a road is long."""

_DIGITS = str.maketrans("零〇一二三四五六七八九", "00123456789")


def normalise(text: str) -> str:
    """Full-width to half-width, no spaces, Chinese numerals before 号 and its like as digits."""
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"\s+", "", text)
    return re.sub(r"[零〇一二三四五六七八九十]+(?=[号院楼栋幢])", _number, text)


def _number(match: re.Match[str]) -> str:
    tens, ten, ones = match[0].partition("十")
    if not ten:
        return tens.translate(_DIGITS)
    return (tens.translate(_DIGITS) or "1") + (ones.translate(_DIGITS) or "0")


class Gazetteer:
    """Known names, ready to be found in texts."""

    def __init__(self, places: Iterable[NamedPlace]) -> None:
        self._by_name: dict[str, list[NamedPlace]] = {}
        for place in places:
            if len(name := normalise(place.name)) >= 2:
                self._by_name.setdefault(name, []).append(place)
        self._names = sorted(self._by_name)
        self._finder = AhoCorasick(self._names, matchkind=MatchKind.LeftmostLongest)

    def find(self, text: str) -> Match | None:
        """The best place a text names: the surest kind, then the longest name, then the first mention."""
        found = [
            self._match(self._names[index]) for index, _, _ in self._finder.find_matches_as_indexes(normalise(text))
        ]
        return max(found, key=lambda match: (match.confidence, len(match.place.name)), default=None)

    def kind_of(self, name: str) -> str | None:
        """The surest kind of place that bears exactly this name, None when none does."""
        places = self._by_name.get(normalise(name), ())
        return max((place.kind for place in places), key=lambda kind: CONFIDENCE.get(kind, 0.3), default=None)

    def _match(self, name: str) -> Match:
        places = self._by_name[name]
        place = min(places, key=lambda place: (-CONFIDENCE.get(place.kind, 0.3), place.area_code))
        same_area = len({other.area_code for other in places}) == 1
        confidence = CONFIDENCE.get(place.kind, 0.3) * (1.0 if same_area else 0.5)
        return Match(place, confidence, not same_area)
