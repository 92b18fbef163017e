"""What is usual at an hour of a weekday: the quartiles of the last eight weeks. Made once a day per area."""

import threading
from collections import Counter
from datetime import date, datetime, timedelta

from dashboard.domain.areas import Level
from dashboard.domain.calendars import day_start, shanghai_day
from dashboard.domain.indicators import Band, quartiles
from dashboard.live.picture import Picture
from dashboard.store.situation import hour_counts

WEEKS = 8
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Bands:
    """The usual intake of areas by the hour; areas below the community are too small to have one."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[date, list[Band]]] = {}

    def of(self, area: str, now: datetime) -> list[Band]:
        """24 bands from midnight on in Shanghai, none for small areas."""
        if len(area) > Level.COMMUNITY:
            return []
        today = shanghai_day(now)
        with self._lock:
            kept = self._kept.get(area)
            if kept is None or kept[0] != today:
                kept = today, self._make(area, today)
                self._kept[area] = kept
            return kept[1]

    def _make(self, area: str, today: date) -> list[Band]:
        days = [day_start(today - week * 7 * DAY) for week in range(1, WEEKS + 1)]
        found: dict[tuple[str, datetime], Counter[str]] = {}
        with self._picture.sessions.read() as session:
            for start in days:
                found |= hour_counts(session, start, start + DAY, [area])
        nothing: Counter[str] = Counter()
        return [
            quartiles([found.get((area, start + hour * HOUR), nothing)["received"] for start in days])
            for hour in range(24)
        ]
