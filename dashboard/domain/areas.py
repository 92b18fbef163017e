"""Areas and their path codes: 6 digits district, then 3 more per level down to the building."""

from collections.abc import Iterable
from enum import IntEnum


class AreaCodeError(ValueError):
    """A text that is not a path code; the message names it."""


class Level(IntEnum):
    """The five levels of the grid; the value is the length of the code."""

    DISTRICT = 6
    SUBDISTRICT = 9
    COMMUNITY = 12
    GRID = 15
    BUILDING = 18

    @property
    def below(self) -> "Level | None":
        """The next level down, None below a building."""
        return Level(self + 3) if self < Level.BUILDING else None


_BY_LENGTH = {int(level): level for level in Level}  # asked thousands of times for every frame


def level_of(code: str) -> Level:
    """The level a code belongs to.

    Raises:
        AreaCodeError: the text is not 6, 9, 12, 15 or 18 digits.
    """
    level = _BY_LENGTH.get(len(code))
    if level is None or not (code.isascii() and code.isdigit()):
        raise AreaCodeError(f"{code!r} is not an area code: it must have 6, 9, 12, 15 or 18 digits")
    return level


def cut(code: str, level: Level) -> str:
    """The code's ancestor at `level`, or the code itself when it is not that deep."""
    return code[:level]


def parent_of(code: str) -> str | None:
    """The code one level up, None for a district."""
    return code[:-3] if level_of(code) > Level.DISTRICT else None


def ancestors(code: str) -> tuple[str, ...]:
    """The chain from the district down to the code itself."""
    return tuple(code[:length] for length in range(Level.DISTRICT, level_of(code) + 1, 3))


def common_area(codes: Iterable[str]) -> str:
    """The smallest area in which all of these lie; they must be of one district."""
    first, *others = codes
    shared = [code for code in ancestors(first) if all(is_within(other, code) for other in others)]
    return shared[-1]


def is_within(code: str, area: str) -> bool:
    """Whether `code` is `area` or lies below it. Safe because every code has one of five lengths."""
    return code.startswith(area) and level_of(area) <= level_of(code)


def subtree(area: str) -> tuple[str, str]:
    """The half-open range [low, high) of codes in the subtree of `area`, for an index scan."""
    return area, area + ":"  # ":" is the character after "9"
