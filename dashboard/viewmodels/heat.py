"""Heat: how many cases each 100 m cell had, in four classes that change at midnight only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np
from sqlalchemy.orm import Session

from dashboard.domain.periods import PeriodName, period
from dashboard.store.cells import cases_since, cells_between, cells_since
from dashboard.store.counted import counted
from geo.cells import Cell, smooth

SHOWN_FROM = 1


class Span(StrEnum):
    """The time that heat is about."""

    DAY = "24h"
    WEEK = "7d"
    MONTH = "30d"


@dataclass(frozen=True)
class Heat:
    """Cells with their classes 0 to 3, the lower bounds of the classes, and how many cases have a point at all."""

    cells: list[str]
    classes: list[int]
    breaks: list[int]
    total: int
    pointed: int


def heat(
    session: Session, area: str, span: Span, now: datetime, within: set[Cell] | None, bandwidth: float | None = None
) -> Heat:
    """The heat of an area.

    Args:
        within: The area's cells; none for the whole district. Classes are those of the district everywhere.
        bandwidth: Metres over which counts are spread; none shows plain counts.
    """
    start = now - timedelta(days=1) if span is Span.DAY else period(_PERIODS[span], now).start
    found = cells_since(session, start, now) if span is Span.DAY else cells_between(session, start, now)
    shown = {cell: count for cell, count in found.items() if within is None or cell in within}
    values = smooth(shown, bandwidth) if bandwidth else dict[Cell, float](shown)
    breaks = breaks_of(list(found.values()))
    cells = [cell for cell, value in values.items() if value >= breaks[0]]
    return Heat(
        cells=[f"{east}_{north}" for east, north in cells],
        classes=[int(np.searchsorted(breaks, values[cell], side="right")) - 1 for cell in cells],
        breaks=breaks,
        total=_received(session, area, span, start, now),
        pointed=sum(shown.values()),
    )


def _received(session: Session, area: str, span: Span, start: datetime, now: datetime) -> int:
    if span is Span.DAY:
        return cases_since(session, area, start, now)
    return counted(session, [area], start, now)[area]["received"]


_PERIODS = {Span.WEEK: PeriodName.WEEK, Span.MONTH: PeriodName.MONTH}


def breaks_of(counts: list[int]) -> list[int]:
    """From what is more than usual upwards: the 45th, 75th, 92nd and 98.5th percentile, all different."""
    found: list[int] = []
    for share in (45, 75, 92, 98.5):
        at = int(np.percentile(counts, share)) if counts else 1
        found.append(max(at, found[-1] + 1 if found else SHOWN_FROM))
    return found
