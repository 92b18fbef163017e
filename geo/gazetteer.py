"""From a text to a place: the longest known name in it, and how sure that is."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

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
    """What a text seems to mean. `confidence` is 0 to 1, `ambiguous` says that the name occurs more than once, and
    `written` is how the (normalised) text has it."""

    place: NamedPlace
    confidence: float
    ambiguous: bool = False
    written: str = ""


CONFIDENCE = {"building": 0.98, "compound": 0.95, "landmark": 0.9, "community": 0.75, "subdistrict": 0.7, "road": 0.4}
"""By kind of name: a house is one place, a road is long."""

_DIGITS = str.maketrans("零〇一二三四五六七八九", "00123456789")
_NUMERAL = re.compile(r"[零〇一二三四五六七八九十]+(?=单元|[号院楼栋幢期#])")
_BLOCK = re.compile(r"(\d+)(?:号?[栋幢](?!楼|房)|#楼?)")
_YARD = re.compile(r"(\d+)号?院|(\d+)号(?!楼|院)")
_CROSSING = re.compile("[路街道巷]口|交叉|交汇|十字")
_ROAD = re.compile("([^与和、口]+?(?:[路街巷]|大道))(?=与|和|、|口|交|[^与和、口]+[路街巷]口)")


@lru_cache(maxsize=10_000)
def normalise(text: str) -> str:
    """As names are compared: half-width, no spaces, Chinese numerals of houses as digits, 3栋, 3幢 and 3# as 3号楼."""
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"\s+", "", text)
    return _BLOCK.sub(r"\1号楼", _NUMERAL.sub(_number, text))


def _number(match: re.Match[str]) -> str:
    tens, ten, ones = match[0].partition("十")
    if not ten:
        return tens.translate(_DIGITS)
    return (tens.translate(_DIGITS) or "1") + (ones.translate(_DIGITS) or "0")


def _other_spellings(name: str) -> list[str]:
    """How people write the name of a yard too: 23号院, 23院 and 23号 are one."""
    return [_YARD.sub(rf"\g<1>\g<2>{ending}", name, count=1) for ending in ("号院", "院", "号")]


class Gazetteer:
    """Known names, ready to be found in texts."""

    def __init__(self, places: Iterable[NamedPlace]) -> None:
        self._by_name: dict[str, list[NamedPlace]] = {}
        for place in places:
            if len(name := normalise(place.name)) >= 2:
                self._by_name.setdefault(name, []).append(place)
        self._add_other_spellings()
        self._names = sorted(self._by_name)
        self._finder = AhoCorasick(self._names, matchkind=MatchKind.LeftmostLongest)

    def find(self, text: str) -> Match | None:
        """The best place a text names: the surest kind, then the longest name, then the first mention."""
        return max(self.find_all(text), key=lambda match: (match.confidence, len(match.place.name)), default=None)

    def find_all(self, text: str) -> list[Match]:
        """Every place that a text names, in the order of mention."""
        found = self._finder.find_matches_as_indexes(normalise(text))
        return [self._match(self._names[index]) for index in dict.fromkeys(index for index, _, _ in found)]

    def kind_of(self, name: str) -> str | None:
        """The surest kind of place that bears exactly this name, None when none does."""
        places = self._by_name.get(normalise(name), ())
        return max((place.kind for place in places), key=lambda kind: CONFIDENCE.get(kind, 0.3), default=None)

    def _add_other_spellings(self) -> None:
        """A spelling that is a name of its own stays that."""
        for name, places in list(self._by_name.items()):
            if places[0].kind in ("building", "compound") and _YARD.search(name):
                for other in _other_spellings(name):
                    self._by_name.setdefault(other, places)

    def _match(self, name: str) -> Match:
        places = self._by_name[name]
        place = min(places, key=lambda place: (-CONFIDENCE.get(place.kind, 0.3), place.area_code))
        same_area = len({other.area_code for other in places}) == 1
        confidence = CONFIDENCE.get(place.kind, 0.3) * (1.0 if same_area else 0.5)
        return Match(place, confidence, not same_area, name)


def crossing_in(text: str, roads: Sequence[str] | None = None) -> str | None:
    """The crossing that a text means by two roads and their meeting: one name in whatever order the roads come.

    Without roads the text is a name itself: 解放路与唐宫路口.
    """
    if not _CROSSING.search(text):
        return None
    names = sorted(set(_ROAD.findall(text) if roads is None else roads))
    return "与".join(names) + "口" if len(names) == 2 else None
