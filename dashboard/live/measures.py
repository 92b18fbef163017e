"""What the map's areas can be coloured by, and into which classes the values fall."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from dashboard.domain.areas import Level
from dashboard.domain.calendars import shanghai_day
from dashboard.domain.indicators import per_ten_thousand
from dashboard.domain.periods import PeriodName, period
from dashboard.live.picture import Picture, is_overdue
from dashboard.live.situation import Situation
from dashboard.store.counted import RECEIVED, counted
from dashboard.store.days import received_by_building
from dashboard.store.people import residents_of

CLASSES = 5
MOST_SEEKS = 700  # areas of one map


class Measure(StrEnum):
    """By what an area is coloured: open cases, overdue cases, cases of 30 days per 10,000 residents (万人诉求比)."""

    OPEN = "open"
    OVERDUE = "overdue"
    PER_TEN_THOUSAND = "per10k"


@dataclass(frozen=True)
class Drawn:
    """The areas of one map: the children of `area` at a level, sorted by code, with their residents."""

    codes: Sequence[str]
    residents: Mapping[str, int]


class Areas:
    """The areas of maps and the slow measures over them, kept until the day ends or areas change."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._lock = threading.Lock()
        self._day: date | None = None
        self._drawn: dict[tuple[str, Level], Drawn] = {}
        self._month: dict[tuple[str, Level], tuple[int, dict[str, int]]] = {}
        self._breaks: dict[tuple[Level, Measure], list[int]] = {}

    def drawn(self, area: str, level: Level) -> Drawn:
        """The areas of a level within an area."""
        with self._lock:
            self._turn_day()
            if (area, level) not in self._drawn:
                with self._picture.sessions.read() as session:
                    residents = residents_of(session, area, level, shanghai_day(self._picture.now()))
                self._drawn[area, level] = Drawn(sorted(residents), residents)
            return self._drawn[area, level]

    def _turn_day(self) -> None:
        today = shanghai_day(self._picture.now())
        if self._day != today:
            self._day = today
            for kept in (self._drawn, self._month, self._breaks):
                kept.clear()

    def forget(self) -> None:
        """Areas were imported: read them again."""
        with self._lock:
            self._day = None

    def values(self, situation: Situation, area: str, level: Level, measure: Measure) -> list[int | None]:
        """One value per drawn area; None where a rate by population makes no sense."""
        drawn = self.drawn(area, level)
        if measure is Measure.PER_TEN_THOUSAND:
            received = self._received_in_month(area, level)
            rates = [per_ten_thousand(received.get(code, 0), drawn.residents[code]) for code in drawn.codes]
            return [None if rate is None else round(rate) for rate in rates]
        counts = dict.fromkeys(drawn.codes, 0)
        for case in situation.cases.values():
            code = case.area_code[:level]
            if code in counts and (measure is Measure.OPEN or is_overdue(situation.faces[case.id])):
                counts[code] += 1
        return list(counts.values())

    def _received_in_month(self, area: str, level: Level) -> dict[str, int]:
        """Cases of the last 30 days by area, at most a minute old."""
        now = self._picture.now()
        minute = int(now.timestamp() // 60)
        kept = self._month.get((area, level))
        if kept is None or kept[0] != minute:
            drawn = self.drawn(area, level)
            with self._picture.sessions.read() as session:
                kept = minute, _received(session, drawn.codes, self._picture)
            self._month[area, level] = kept
        return kept[1]

    def breaks(self, level: Level, measure: Measure) -> list[int]:
        """Lower bounds of the second to the fifth class; they change at midnight only."""
        key = level, measure
        if key not in self._breaks:
            self._breaks[key] = _breaks(self._usual(level, measure), measure)
        return self._breaks[key]

    def _usual(self, level: Level, measure: Measure) -> list[float]:
        """Values to cut into classes: those of the whole district's areas of this level, so that colours mean the
        same wherever one looks. Open cases are estimated from a month's intake, which moves slowly."""
        district = self._picture.config.district.code
        if measure is Measure.PER_TEN_THOUSAND:
            values = self.values(self._picture.situation, district, level, measure)
            return [value for value in values if value]
        received = self._received_in_month(district, level).values()
        share = 0.5 if measure is Measure.OPEN else 0.03
        return [count / 30 * share for count in received if count]


def _received(session: Session, codes: Sequence[str], picture: Picture) -> dict[str, int]:
    now = picture.now()
    start = period(PeriodName.MONTH, now).start
    if codes and len(codes[0]) == Level.BUILDING:
        buildings = received_by_building(session, start, now)
        return {code: buildings.get(code, 0) for code in codes}
    found: dict[str, int] = {}
    for first in range(0, len(codes), MOST_SEEKS):
        part = codes[first : first + MOST_SEEKS]
        found |= {
            code: counts["received"] for code, counts in counted(session, part, start, now, measures=RECEIVED).items()
        }
    return found


def _breaks(values: Sequence[float], measure: Measure) -> list[int]:
    """Fifths of the values, rounded to numbers people like, all different and above nothing."""
    ordered = sorted(values)
    step = 5 if measure is Measure.PER_TEN_THOUSAND else 1
    found: list[int] = []
    for number in range(1, CLASSES):
        at = ordered[len(ordered) * number // CLASSES] if ordered else number
        rounded = max(round(at / step) * step, step)
        found.append(max(rounded, found[-1] + step) if found else rounded)
    return found
