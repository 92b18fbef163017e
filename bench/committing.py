"""Real commits by a process of its own, as a poller and handlers make them: cases are opened and go their way."""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import func, select

from bench.databases import open_cases, settings
from dashboard.domain.access import Actor, Role, Scope
from dashboard.domain.events import EventKind
from dashboard.domain.reports import Incoming
from dashboard.runtime import utc_now
from dashboard.services.acting import perform
from dashboard.services.acts import Act
from dashboard.services.desk import Desk
from dashboard.services.intake import take_in
from dashboard.services.openings import Origin
from dashboard.serving import open_desk
from dashboard.store.engine import writing
from dashboard.store.models import Case, CaseEvent

OPEN_CASES = 300
SOURCE = "bench"
HOURS_BACK = 20.0
LIFE = (
    (EventKind.RESPONDED, "handler", {"note": "已联系诉求人"}),
    (EventKind.ARRIVED, "handler", {"who": "handler", "where": "现场"}),
    (EventKind.FED_BACK, "handler", {"answer": "已处置并告知诉求人"}),
    (EventKind.CLOSED, "checker", {"level": "grid"}),
)


@dataclass(frozen=True)
class Commit:
    """One commit: the event by which a viewer recognises it, and when it was made (monotonic, and epoch, seconds)."""

    event: int
    case: int
    kind: str
    at: float
    wall: float


class Committer:
    """Makes commits on a desk, each about one case."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._ids = count(time.time_ns())
        with desk.sessions.read() as session:
            points = select(Case.longitude, Case.latitude).where(Case.longitude.is_not(None)).limit(1000)
            self._points = [(row.longitude, row.latitude) for row in session.execute(points)]

    def open(self, at: datetime) -> int:
        """A report opens a case."""
        number = next(self._ids)
        x, y = self._points[number % len(self._points)]
        report = Incoming(
            f"B{number}", "楼下路灯不亮", category="road/lamp", source_at=at - timedelta(minutes=1), x=x, y=y
        )
        origin = Origin(SOURCE, "hotline", "wgs84", at - timedelta(days=1), at)
        with writing(self._desk.sessions, at) as session:
            return take_in(session, self._desk, origin, [report], [], at).case_ids[0]

    def act(self, case: int, kind: EventKind, who: str, data: dict[str, str]) -> None:
        """Somebody handles a case."""
        now = utc_now()
        actor = Actor(who, who, Role.ADMIN, Scope(self._desk.config.district.code))
        perform(self._desk, [Act(case, kind, actor, now, data)], now)

    def commits(self) -> Iterator[Commit]:
        """For ever: one case opened, handled and closed after the other, so that as many stay open as were."""
        while True:
            case = self.open(utc_now())
            yield self._committed(case, EventKind.OPENED)
            for kind, who, data in LIFE:
                self.act(case, kind, who, data)
                yield self._committed(case, kind)

    def _committed(self, case: int, kind: EventKind) -> Commit:
        at, wall = time.monotonic(), time.time()
        with self._desk.sessions.read() as session:
            event = session.scalar(select(func.max(CaseEvent.id)).where(CaseEvent.case_id == case))
        return Commit(event or 0, case, kind.value, at, wall)


def _desk(database: Path) -> Desk:
    """A desk at which every report opens a case, however like another one it is."""
    return open_desk(settings(database, merging={"automatic": False}))


def top_up(database: Path) -> int:
    """Open cases, as many as are wanting to three hundred, through the last hours. Returns how many are open."""
    desk = _desk(database)
    committer, missing = Committer(desk), OPEN_CASES - open_cases(database)
    for number in range(max(missing, 0)):
        committer.open(utc_now() - timedelta(hours=HOURS_BACK * (1 - number / missing)))
    desk.sessions.engine.dispose()
    return open_cases(database)


def main() -> None:
    """`python -m bench.committing DATABASE PER_SECOND SECONDS`: each commit as a line of JSON."""
    database, per_second, seconds = Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
    commits = Committer(_desk(database)).commits()
    next(commits)  # the first one reads the map
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.monotonic()
    for number in range(int(per_second * seconds)):
        time.sleep(max(began + number / per_second - time.monotonic(), 0))
        print(json.dumps(vars(next(commits))), flush=True)


if __name__ == "__main__":
    main()
