"""Keeps the situation: reads what changed, works out what time changed, and says when there is a new one."""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from dashboard.config import Config
from dashboard.domain.areas import Level, ancestors
from dashboard.domain.calendars import day_start, shanghai_day
from dashboard.domain.policies import Rules
from dashboard.domain.sla import ClockName
from dashboard.domain.stages import Stage
from dashboard.live.faces import CaseFace, Face, OpenCase, face_of, next_change
from dashboard.live.handling import handlings
from dashboard.live.health import health_of
from dashboard.live.reference import Reference, make_reference
from dashboard.live.situation import DueClock, FeedEntry, OpenOrder, Situation
from dashboard.store.areas import area_names
from dashboard.store.changes import ChangeKind, changes_after, last_change
from dashboard.store.engine import Sessions
from dashboard.store.logs import clock_of
from dashboard.store.operations import Change, Lease, uncounted_rows
from dashboard.store.situation import (
    channel_counts,
    clocks_due_between,
    current_clock_rows,
    hour_counts,
    newest_events,
    open_case_rows,
)
from dashboard.store.sources import source_states, waiting_in_quarantine
from dashboard.store.waiting import open_instructions

FEED_LENGTH = 120
FEED_SINCE = timedelta(hours=36)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
log = structlog.get_logger()


@dataclass
class Refreshes:
    """How often the picture was made anew; the proof that viewers cost nothing."""

    by_change: int = 0
    by_time: int = 0


class Picture:
    """The one situation of a process."""

    def __init__(self, sessions: Sessions, config: Config, rules: Rules, now: Callable[[], datetime]) -> None:
        self.sessions, self.config, self.rules, self.now = sessions, config, rules, now
        self.refreshes = Refreshes()
        self._making = threading.Lock()  # of a new situation from the last one
        self.changed = threading.Condition()
        self.seen = 0
        self._reference: Reference | None = None
        self._uncounted = 0
        self._next: tuple[int, datetime] | None = None
        self.situation = self._load()

    # -- the whole ------------------------------------------------------------------------------------------------

    def _load(self) -> Situation:
        """Everything from the database, as at the start of the process."""
        now = self.now()
        with self.sessions.read() as session:
            self.seen = last_change(session)
            self._uncounted = uncounted_rows(session)
            start = day_start(shanghai_day(now))
            today = hour_counts(session, start, start + DAY)
            empty = Situation(0, now, {}, {}, today, (), {}, (), (), (0, None), None, self._reference)
            found = replace(
                empty, cases=_open_cases(session, None), orders=self._orders(session), feed=self._feed(session, ())
            )
            return self._complete(session, found, now)

    def _complete(self, session: Session, before: Situation, now: datetime) -> Situation:
        """What every refresh does: faces at this instant, the running hour, channels, sources."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        due = [
            DueClock(code, ClockName(name), due_at, stopped_at)
            for code, name, due_at, stopped_at in clocks_due_between(session, hour, hour + HOUR)
        ]
        today, district = shanghai_day(now), self.config.district.code
        lease = session.get(Lease, "poller")
        waiting = waiting_in_quarantine(session)
        return replace(
            before,
            serial=before.serial + 1,
            at=now,
            faces={case.id: face_of(case, now) for case in before.cases.values()},
            due_this_hour=due,
            channels=channel_counts(session, district, today),
            sources=health_of(self.config.sources, source_states(session), now),
            quarantined=_total(waiting.values()),
            polling_until=lease.expires_at if lease else None,
            reference=self._reference,
            uncounted=self._uncounted,
        )

    # -- what changed ---------------------------------------------------------------------------------------------

    def refresh(self, changes: Sequence[Change]) -> None:
        """Make the situation anew after commits. One call serves every viewer of the process."""
        with self._making:
            if any(change.kind in (ChangeKind.IMPORT, ChangeKind.AREAS) for change in changes):
                self._publish(replace(self._load(), serial=self.situation.serial + 1))
                return
            now = self.now()
            with self.sessions.read() as session:
                found = self._changed(session, changes, now)
                self._publish(self._complete(session, found, now))
            self.refreshes.by_change += 1

    def _changed(self, session: Session, changes: Sequence[Change], now: datetime) -> Situation:
        ids = {change.case_id for change in changes if change.case_id}
        before = self._of_today(session, now)
        if any(change.kind == ChangeKind.INSTRUCTION for change in changes):
            before = replace(before, orders=self._orders(session))
        if not ids:
            return before
        codes = {code for change in changes if change.area_code for code in ancestors(change.area_code)}
        codes = {code for code in codes if len(code) <= Level.COMMUNITY}
        start = day_start(shanghai_day(now))
        cases = {case_id: case for case_id, case in before.cases.items() if case_id not in ids}
        return replace(
            before,
            cases=cases | _open_cases(session, sorted(ids)),
            today={**before.today, **hour_counts(session, start, start + DAY, sorted(codes))},
            feed=self._feed(session, before.feed),
        )

    def _of_today(self, session: Session, now: datetime) -> Situation:
        """The situation, with the counts of the new day when midnight has passed in Shanghai."""
        before = self.situation
        if shanghai_day(before.at) == shanghai_day(now):
            return before
        start = day_start(shanghai_day(now))
        return replace(before, today=hour_counts(session, start, start + DAY))

    def _orders(self, session: Session) -> Sequence[OpenOrder]:
        """The unanswered instructions, the first due first."""
        return [
            OpenOrder(
                found.id,
                found.kind,
                found.area_code,
                case.category if case else found.category,
                case.number if case else None,
                found.text,
                found.created_by,
                found.created_at,
                found.due_at,
            )
            for found, case in open_instructions(session, self.config.district.code)
        ]

    def _feed(self, session: Session, before: Sequence[FeedEntry]) -> Sequence[FeedEntry]:
        last = max((int(entry.id) for entry in before), default=0)
        rows = newest_events(session, self.now() - FEED_SINCE, FEED_LENGTH, last)
        fresh = [
            FeedEntry(str(row.id), row.at, row.kind, row.area_code, row.category, row.number, _detail(row))
            for row in rows
        ]
        return [*fresh, *before][:FEED_LENGTH]

    # -- what time changes ----------------------------------------------------------------------------------------

    def pass_time(self) -> None:
        """Make the situation anew because a clock, a source or the day has reached its next instant."""
        with self._making:
            now = self.now()
            with self.sessions.read() as session:
                self._publish(self._complete(session, self._of_today(session, now), now))
            self.refreshes.by_time += 1

    def next_instant(self) -> datetime:
        """When the picture changes although nobody commits anything."""
        found = self.situation
        if self._next is None or self._next[0] != found.serial:
            self._next = found.serial, _next_instant(found)
        return self._next[1]

    def compare(self) -> None:
        """Make the reference of this minute; it takes effect with a new situation."""
        now = self.now()
        with self.sessions.read() as session:
            names = area_names(session, shanghai_day(now), Level.COMMUNITY)
            levels = [[code for code in names if len(code) == level] for level in Level if level <= Level.COMMUNITY]
            self._reference = make_reference(session, self.rules, levels, now)
            self._uncounted = uncounted_rows(session)
        self.pass_time()

    # -- publishing -----------------------------------------------------------------------------------------------

    def _publish(self, situation: Situation) -> None:
        with self.changed:
            self.situation = situation
            self.changed.notify_all()

    def read_changes(self) -> list[Change]:
        """What was committed since the last look."""
        with self.sessions.read() as session:
            changes = list(changes_after(session, self.seen))
        if changes:
            self.seen = changes[-1].id
        return changes


def _next_instant(found: Situation) -> datetime:
    instants = [change for case in found.cases.values() if (change := next_change(case, found.at))]
    instants += [source.stale_at for source in found.sources if source.stale_at and source.stale_at > found.at]
    instants += [clock.due_at for clock in found.due_this_hour if clock.due_at > found.at]
    if found.polling_until and found.is_polling:
        instants.append(found.polling_until)
    hour = found.at.replace(minute=0, second=0, microsecond=0) + HOUR  # also midnight in Shanghai
    return min([*instants, hour])


def _detail(row: object) -> int | None:
    """How long it took until somebody came, in seconds."""
    if row.kind == "arrived":  # type: ignore[attr-defined]
        return int((row.at - row.opened_at).total_seconds())  # type: ignore[attr-defined]
    return None


def _total(waiting: Iterable[tuple[int, datetime]]) -> tuple[int, datetime | None]:
    found = list(waiting)
    return sum(count for count, _ in found), min((oldest for _, oldest in found), default=None)


def _open_cases(session: Session, ids: Sequence[int] | None) -> dict[int, OpenCase]:
    rows = open_case_rows(session, ids)
    clocks: dict[int, dict[ClockName, object]] = {}
    for row in current_clock_rows(session, [(row.id, row.round) for row in rows]):
        clocks.setdefault(row.case_id, {})[ClockName(row.name)] = clock_of(row)
    handled = handlings(session, rows)
    return {
        row.id: OpenCase(
            id=row.id,
            number=row.number,
            category=row.category,
            severity=row.severity,
            channel=row.channel,
            stage=Stage(row.stage),
            area_code=row.area_code,
            place=row.place,
            longitude=row.longitude,
            latitude=row.latitude,
            unlocated=row.unlocated,
            opened_at=row.opened_at,
            report_count=row.report_count,
            is_mass=row.is_mass,
            clocks=clocks.get(row.id, {}),  # type: ignore[arg-type]
            handling=handled[row.id],
        )
        for row in rows
    }


def breaches(situation: Situation, since: datetime) -> list[FeedEntry]:
    """Deadlines that passed unheeded lately: nobody wrote them down, time did."""
    found = []
    for case in situation.cases.values():
        for clock in case.citizen_clocks:
            if since < clock.due_at < situation.at:
                name = f"{case.id}:{clock.name}"
                entry = FeedEntry(
                    name, clock.due_at, f"breach_{clock.name}", case.area_code, case.category, case.number
                )
                found.append(entry)
    return found


def is_overdue(face: Face) -> bool:
    """Whether a case shows a missed deadline."""
    return face.state in (CaseFace.BREACHED, CaseFace.VERY_LATE)
