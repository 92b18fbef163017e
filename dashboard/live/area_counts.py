"""Today's counts and the comparisons of any area: from the picture down to the community, below that asked for."""

import threading
from collections import Counter
from collections.abc import Sequence

from dashboard.domain.areas import Level
from dashboard.domain.periods import PeriodName, period
from dashboard.live.picture import Picture
from dashboard.live.reference import Reference, make_reference
from dashboard.live.situation import Situation
from dashboard.store.counted import Counts, counted


class AreaCounts:
    """Counts for areas; those of grids and buildings are kept for one situation, or one minute."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._lock = threading.Lock()
        self._today: dict[str, tuple[int, Counter[str]]] = {}
        self._references: dict[str, Reference] = {}
        self._weeks: dict[str, tuple[int, Counts]] = {}

    def today(self, situation: Situation, area: str) -> Counter[str]:
        """Counts of today up to the situation's instant."""
        if len(area) <= Level.COMMUNITY:
            return situation.today_of(area)
        with self._lock:
            kept = self._today.get(area)
            if kept is None or kept[0] != situation.serial:
                start = period(PeriodName.TODAY, situation.at).start
                with self._picture.sessions.read() as session:
                    kept = situation.serial, counted(session, [area], start, situation.at)[area]
                self._today[area] = kept
            return kept[1]

    def week(self, situation: Situation, parent: str, codes: Sequence[str]) -> Counts:
        """Counts of the last seven days of the children of an area, at most a minute old."""
        if not codes or len(codes[0]) <= Level.COMMUNITY:
            return situation.reference.week if situation.reference else {}
        minute = int(situation.at.timestamp() // 60)
        with self._lock:
            kept = self._weeks.get(parent)
            if kept is None or kept[0] != minute:
                start = period(PeriodName.WEEK, situation.at).start
                with self._picture.sessions.read() as session:
                    kept = minute, counted(session, codes, start, situation.at)
                self._weeks[parent] = kept
            return kept[1]

    def reference(self, situation: Situation, area: str) -> Reference | None:
        """What to compare with; None while the first is being made."""
        if len(area) <= Level.COMMUNITY:
            return situation.reference
        with self._lock:
            kept = self._references.get(area)
            if kept is None or kept.at != situation.at.replace(second=0, microsecond=0):
                states = situation.reference.states_yesterday if situation.reference else None
                with self._picture.sessions.read() as session:
                    kept = make_reference(session, self._picture.rules, [[area]], situation.at, states)
                self._references[area] = kept
            return kept
