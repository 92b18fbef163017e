"""Who is in charge of a case: 网格 → 社区 → 街道 → 区, up by ladder or by hand, down and back by hand."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from dashboard.domain.areas import Level
from dashboard.domain.events import Event, EventKind
from dashboard.domain.stages import CaseError


class HandlingLevel(StrEnum):
    """The four levels of handling."""

    GRID = "grid"
    COMMUNITY = "community"
    SUBDISTRICT = "subdistrict"
    DISTRICT = "district"

    @property
    def depth(self) -> Level:
        """The level of the areas that handle at this level."""
        return {self.GRID: Level.GRID, self.COMMUNITY: Level.COMMUNITY, self.SUBDISTRICT: Level.SUBDISTRICT}.get(
            self, Level.DISTRICT
        )


ORDER = tuple(HandlingLevel)


class Direction(StrEnum):
    """Which way a case was passed on. Back (退回) is a refusal: a level says that it cannot solve it."""

    UP = "up"
    DOWN = "down"
    BACK = "back"


@dataclass(frozen=True)
class Charge:
    """Who is in charge. `area` is the code of the area whose post handles the case.

    After so many returns the district decides (兜底): then it stays there.
    """

    level: HandlingLevel
    area: str
    returns: int = 0
    assignee: str | None = None

    def is_decided(self, cap: int) -> bool:
        """Whether the case was returned so often that only the district decides."""
        return self.returns >= cap


def first_level(area_code: str) -> HandlingLevel:
    """Where a new case begins: in its grid, or as deep as it could be located."""
    return next((level for level in ORDER if len(area_code) >= level.depth), HandlingLevel.DISTRICT)


def charge_of(events: Iterable[Event], area_code: str) -> Charge:
    """Who is in charge after a case's events."""
    level, returns, assignee = first_level(area_code), 0, None
    for event in events:
        if event.kind is EventKind.PASSED:
            level = HandlingLevel(event.data["to"])
            returns += event.data["direction"] == Direction.BACK
            assignee = None
        elif event.kind is EventKind.ASSIGNED:
            assignee = event.data.get("to") or None
    if len(area_code) < level.depth:  # it was found since to be known less exactly than the level it was passed to
        level = first_level(area_code)
    return Charge(level, area_code[: level.depth], returns, assignee)


def next_up(charge: Charge, is_vacant: Callable[[str], bool]) -> tuple[HandlingLevel, list[HandlingLevel]] | None:
    """The next higher level with somebody in its post, and the levels skipped; None from the district.

    Args:
        is_vacant: Whether the post of an area (by code) has nobody in it; the district's always has.
    """
    skipped: list[HandlingLevel] = []
    for level in ORDER[ORDER.index(charge.level) + 1 :]:
        if level is HandlingLevel.DISTRICT or not is_vacant(charge.area[: level.depth]):
            return level, skipped
        skipped.append(level)
    return None


def next_down(charge: Charge, area_code: str, cap: int) -> HandlingLevel:
    """The next lower level that the case's place allows.

    Raises:
        CaseError: there is none, or the district has to decide.
    """
    if charge.is_decided(cap):
        raise CaseError("已退回 {n} 次，由区级兜底，不能再下派", n=charge.returns)
    at = ORDER.index(charge.level)
    if at == 0 or len(area_code) < ORDER[at - 1].depth:
        raise CaseError("没有更低的一级可以下派")
    return ORDER[at - 1]


def next_back(charge: Charge, cap: int, is_vacant: Callable[[str], bool]) -> tuple[HandlingLevel, list[HandlingLevel]]:
    """Where a returned case goes, and the levels skipped: up to the next one with somebody in its post, and to the
    district when it was returned too often.

    Raises:
        CaseError: the district has nobody to return it to.
    """
    found = next_up(charge, is_vacant)
    if found is None:
        raise CaseError("区级不能退回")
    return (HandlingLevel.DISTRICT, []) if charge.returns + 1 >= cap else found
