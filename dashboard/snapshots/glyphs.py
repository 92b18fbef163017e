"""What the shipped font can show: a character that it lacks would make a document that does not conform."""

import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

FONTS = Path(__file__).parent / "fonts"
FAMILY = "Noto Sans SC"
REPLACEMENT = "〓"
SPACES = frozenset("\t\n\r\x0b\x0c\x85\u2028\u2029")
DROPPED = ("Cc", "Cf", "Cs", "Co", "Mn", "Me")
"""Categories without a shape of their own: controls, joiners and directions, halves of pairs, combining marks."""


@dataclass(frozen=True)
class Face:
    """One weight of the font: which characters it has, and how wide they are (em)."""

    widths: dict[int, float]

    def width(self, text: str) -> float:
        """The width of a text in em."""
        return sum(self.widths.get(ord(char), 1.0) for char in text)

    def cut(self, text: str, room: float) -> str:
        """The text, or as much of its beginning as fits into `room` em, with … at its end."""
        if self.width(text) <= room:
            return text
        left, shown = room - self.width("…"), 0
        while shown < len(text) and (left := left - self.width(text[shown])) >= 0:
            shown += 1
        return text[:shown].rstrip() + "…"


@cache
def face(weight: int = 400) -> Face:
    """The face of a weight, read once."""
    with TTFont(FONTS / f"NotoSansSC-{weight}.ttf", lazy=True) as font:
        advances, scale = font["hmtx"], font["head"].unitsPerEm
        return Face({char: advances[name][0] / scale for char, name in font.getBestCmap().items()})


@dataclass
class Gate:
    """Lets through what can be shown, and remembers what could not."""

    replaced: Counter[str] = field(default_factory=Counter)

    def text(self, text: str) -> str:
        """The text with what the font lacks replaced, and without what has no shape."""
        known = face().widths
        if text.isascii() and text.isprintable():
            return text
        return "".join(self._char(char, known) for char in unicodedata.normalize("NFC", text))

    def _char(self, char: str, known: dict[int, float]) -> str:
        if char in SPACES:
            return "\n" if char in "\n\u2028\u2029" else " "
        if unicodedata.category(char) in DROPPED:
            return ""
        if ord(char) in known:
            return char
        if unicodedata.category(char) == "Zs":
            return " "
        self.replaced[char] += 1
        return REPLACEMENT

    def all(self, value: Any) -> Any:
        """The same for every text in lists and dictionaries."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key: self.all(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [self.all(one) for one in value]
        return value

    def listed(self) -> list[list[str | int]]:
        """What was replaced, by code point, and how often."""
        return [[f"U+{ord(char):04X}", count] for char, count in sorted(self.replaced.items())]
