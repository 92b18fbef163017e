"""March 2026 in the tiny district, small enough to count by hand, played through the real services.

Every case has a letter, and a function that tells its story; `tests/integration/test_march.py` says which of them each
measure counts. All times are those of Shanghai. 2 March is a Monday; nothing is a holiday. Targets: respond 30 min,
arrive 2 h, feedback 24 h, close 5 working days (water 3, consultation 3); tasks: sign within 30 min, done within 24 h.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from dashboard.domain.events import EventKind as E
from dashboard.live.picture import Picture
from dashboard.services.delivering import told_by_phone
from dashboard.services.desk import Desk
from dashboard.services.merging import merge
from dashboard.store.handling import Delivery
from dashboard.store.outbox import DeliveryState
from tests.factories import point_at, point_in
from tests.handling import LI, WANG, do, receive, work

NOW = datetime.fromisoformat("2026-04-10T12:00+08:00")
COMMITTEE = "community:410303001001"
FIXED = {"answer": "已修好"}
Place = tuple[float | None, float | None]


def at(text: str) -> datetime:
    """`03-02 09:00` in Shanghai."""
    return datetime.fromisoformat(f"2026-{text.replace(' ', 'T')}+08:00")


class March:
    """The month as it happens; `ids` are the cases by their letters."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.ids: dict[str, int] = {}
        for story in STORIES:
            story(self)
        self.situation = Picture(desk.sessions, desk.config, desk.rules, lambda: NOW).situation

    def comes(self, letter: str, when: str, place: Place, channel: str, **more: Any) -> None:
        """A report comes in and opens a case."""
        x, y = place
        said = {"now": at(when), "source": channel, "category": "road/lamp", "x": x, "y": y} | more
        (self.ids[letter],) = receive(self.desk, letter, **said).case_ids

    def act(self, letter: str, *steps: tuple[str, E, dict[str, Any]]) -> None:
        """Wang does one thing after another; Li checks and visits."""
        for when, kind, data in steps:
            by = LI if kind in (E.CLOSED, E.SENT_BACK, E.VISITED) else WANG
            do(self.desk, kind, at(when), case=self.ids[letter], by=by, **data)

    def dispatch(self, letter: str, when: str, party: str, *, lead: bool = True) -> None:
        """A party gets a task."""
        self.act(letter, (when, E.TASK_ASSIGNED, {"party": party, "lead": lead}))

    def task(self, letter: str, number: int, *steps: tuple[str, E]) -> None:
        """A party takes steps of its task."""
        for when, kind in steps:
            work(self.desk, number, kind, at=at(when), case=self.ids[letter])

    def answer(self, letter: str, when: str, told: str | None = None) -> None:
        """The answer is released, and every reporter is told it by phone."""
        self.act(letter, (when, E.FED_BACK, FIXED))
        with self.desk.sessions.read() as session:
            waiting = session.scalars(select(Delivery.id).where(Delivery.state == DeliveryState.BY_PHONE)).all()
        for delivery in waiting:
            told_by_phone(self.desk, delivery, WANG, at(told or when))


def first_day(march: March) -> None:
    """A: everything exactly at its deadline. Led by the power company."""
    march.comes("A", "03-02 09:00", point_in(0), "hotline")
    march.act("A", ("03-02 09:30", E.RESPONDED, {}))
    march.dispatch("A", "03-02 09:30", "power")
    march.task("A", 1, ("03-02 10:00", E.TASK_ACCEPTED), ("03-02 11:00", E.TASK_ON_SITE), ("03-03 08:30", E.TASK_DONE))
    march.answer("A", "03-03 09:00")
    march.act("A", ("03-09 09:00", E.CLOSED, {"level": "grid"}))
    march.act("A", ("03-10 09:00", E.VISITED, {"reached": True, "solved": True, "satisfaction": "satisfied"}))


def burst(march: March) -> None:
    """B: everything late but the arrival; the check sends it back once. Road maintenance helps and never answers."""
    march.comes("B", "03-02 09:00", point_in(4), "board", category="water/outage")
    march.act("B", ("03-02 09:40", E.RESPONDED, {}))
    march.dispatch("B", "03-02 09:40", "water")
    march.dispatch("B", "03-02 09:40", "municipal", lead=False)
    march.task("B", 1, ("03-02 10:20", E.TASK_ACCEPTED), ("03-02 10:50", E.TASK_ON_SITE), ("03-03 10:00", E.TASK_DONE))
    march.answer("B", "03-03 11:00", told="03-03 11:30")
    march.act("B", ("03-03 15:00", E.SENT_BACK, {"reason": "仍漏水"}))
    march.answer("B", "03-04 09:00")
    march.act("B", ("03-05 10:00", E.CLOSED, {"level": "subdistrict"}))
    march.act("B", ("03-06 09:00", E.VISITED, {"reached": False}))
    march.act("B", ("03-07 09:00", E.VISITED, {"reached": True, "solved": True, "satisfaction": "basically"}))


def again(march: March) -> None:
    """C: road maintenance returns the task, the power company takes it. A visit finds the reporter unsatisfied: a
    second round, in which volunteers are asked to help twenty minutes before all is over."""
    march.comes("C", "03-03 10:00", point_in(1), "hotline")
    march.act("C", ("03-03 10:10", E.RESPONDED, {}))
    march.dispatch("C", "03-03 10:10", "municipal")
    march.task("C", 1, ("03-03 10:20", E.TASK_RETURNED))
    march.dispatch("C", "03-03 10:30", "power")
    march.task("C", 2, ("03-03 10:40", E.TASK_ACCEPTED), ("03-03 11:30", E.TASK_ON_SITE), ("03-03 16:00", E.TASK_DONE))
    march.answer("C", "03-03 17:00", told="03-03 17:10")
    march.act("C", ("03-04 10:00", E.CLOSED, {"level": "community"}))
    march.act("C", ("03-05 10:00", E.VISITED, {"reached": True, "solved": True, "satisfaction": "unsatisfied"}))
    march.act("C", ("03-05 10:20", E.RESPONDED, {}))
    march.dispatch("C", "03-05 10:20", "power")
    march.task("C", 3, ("03-05 10:30", E.TASK_ACCEPTED), ("03-05 11:50", E.TASK_ON_SITE), ("03-05 12:30", E.TASK_DONE))
    march.dispatch("C", "03-05 14:50", "volunteers", lead=False)
    march.answer("C", "03-05 15:00")
    march.act("C", ("03-05 15:10", E.CLOSED, {"level": "grid"}))
    march.act("C", ("03-09 10:00", E.VISITED, {"reached": True, "solved": True, "satisfaction": "satisfied"}))


def question(march: March) -> None:
    """D: somebody asks about insurance, nobody has to go anywhere, and nobody knows where it is."""
    march.comes("D", "03-04 09:00", (None, None), "board", category="welfare/insurance")
    march.act("D", ("03-04 09:05", E.RESPONDED, {}))
    march.answer("D", "03-04 10:00")
    march.act("D", ("03-04 11:00", E.CLOSED, {"level": "district"}))


def rejected(march: March) -> None:
    """E: not of this district; the reporter is told so."""
    march.comes("E", "03-05 09:00", point_in(2), "hotline")
    march.act("E", ("03-05 09:10", E.RESPONDED, {}), ("03-05 09:20", E.REJECTED, {"reason": "不属本区"}))
    march.answer("E", "03-05 09:50", told="03-05 10:00")


def withdrawn(march: March) -> None:
    """F: withdrawn before anything was due. G: withdrawn after nobody had responded or come in time."""
    march.comes("F", "03-05 10:00", point_in(3), "hotline")
    march.act("F", ("03-05 10:20", E.WITHDRAWN, {"reason": "已自行解决"}))
    march.comes("G", "03-06 09:00", point_in(6), "board")
    march.act("G", ("03-06 12:00", E.WITHDRAWN, {"reason": "已自行解决"}))


def merged(march: March) -> None:
    """H goes into I, with its report from a grid member. The committee's help is cancelled before it is signed for."""
    march.comes("I", "03-06 09:50", point_at(0), "hotline")
    march.comes("H", "03-06 10:00", point_at(0), "grid")
    merge(march.desk, march.ids["I"], march.ids["H"], WANG, at("03-06 10:05"))
    march.act("I", ("03-06 10:10", E.RESPONDED, {}))
    march.dispatch("I", "03-06 10:15", "power")
    march.dispatch("I", "03-06 10:15", COMMITTEE, lead=False)
    march.task("I", 1, ("03-06 10:30", E.TASK_ACCEPTED))
    march.act("I", ("03-06 10:40", E.TASK_CANCELLED, {"task": 2, "reason": "不需要协办"}))
    march.task("I", 1, ("03-06 11:40", E.TASK_ON_SITE), ("03-06 14:00", E.TASK_DONE))
    march.answer("I", "03-06 16:00", told="03-06 16:05")
    march.act("I", ("03-09 16:00", E.CLOSED, {"level": "community"}))


def paused(march: March) -> None:
    """J: two weeks without spare parts move its deadlines; then it is closed an hour late.
    K: nobody answers; after its deadline a pause is approved that lasts beyond the month, so it is deferred."""
    march.comes("J", "03-09 09:00", point_in(7), "hotline")
    march.act("J", ("03-09 09:10", E.RESPONDED, {}))
    march.dispatch("J", "03-09 09:20", "power")
    march.task("J", 1, ("03-09 09:30", E.TASK_ACCEPTED), ("03-09 10:00", E.TASK_ON_SITE))
    march.act("J", ("03-09 11:00", E.SUSPENDED, _pause("03-23 11:00")), ("03-23 11:00", E.RESUMED, {}))
    march.task("J", 1, ("03-24 08:00", E.TASK_DONE))
    march.answer("J", "03-24 08:30")
    march.act("J", ("03-30 10:00", E.CLOSED, {"level": "community"}))

    march.comes("K", "03-16 09:00", point_at(1), "board")
    march.act("K", ("03-16 09:10", E.RESPONDED, {}))
    march.dispatch("K", "03-16 09:15", "power")
    march.task("K", 1, ("03-16 09:20", E.TASK_ACCEPTED), ("03-16 10:00", E.TASK_ON_SITE))
    march.act("K", ("03-24 09:00", E.SUSPENDED, _pause("04-08 09:00")), ("04-08 09:00", E.RESUMED, {}))
    march.task("K", 1, ("04-08 10:00", E.TASK_DONE))
    march.answer("K", "04-08 11:00")
    march.act("K", ("04-08 12:00", E.CLOSED, {"level": "district"}))


def _pause(until: str) -> dict[str, Any]:
    return {"reason": "awaiting_parts", "approver": "局长", "planned_end": at(until).isoformat()}


def borders(march: March) -> None:
    """L comes in the last minute of March, M in the first instant of April. N came in February and is closed in the
    last second of March; O is closed in the first instant of April."""
    march.comes("N", "02-27 09:00", point_in(2), "board", category="road/surface")
    march.act("N", ("02-27 09:10", E.RESPONDED, {}))
    march.dispatch("N", "02-27 09:20", "municipal")
    march.task("N", 1, ("02-27 09:30", E.TASK_ACCEPTED), ("02-27 10:00", E.TASK_ON_SITE), ("02-27 15:00", E.TASK_DONE))
    march.answer("N", "02-27 16:00")
    march.act("N", ("03-31 23:59:59", E.CLOSED, {"level": "subdistrict"}))

    march.comes("O", "03-20 09:00", point_at(4), "board")
    march.act("O", ("03-31 12:00", E.RESPONDED, {}))
    march.answer("O", "03-31 13:00")
    march.act("O", ("04-01 00:00", E.CLOSED, {"level": "grid"}))

    march.comes("L", "03-31 23:59", point_at(5), "hotline")
    march.comes("M", "04-01 00:00", point_at(7), "hotline")


def once_more(march: March) -> None:
    """P was over at its source before we knew of it. Q is like A, which was closed two days before."""
    march.comes("P", "03-10 12:00", point_at(6), "hotline", is_closed=True)
    march.comes("Q", "03-11 09:00", point_in(0), "grid")
    march.act("Q", ("03-11 09:10", E.RESPONDED, {}))
    march.dispatch("Q", "03-11 09:10", COMMITTEE)
    march.task("Q", 1, ("03-11 09:40", E.TASK_ACCEPTED), ("03-11 10:30", E.TASK_ON_SITE), ("03-11 11:00", E.TASK_DONE))
    march.answer("Q", "03-11 12:00")
    march.act("Q", ("03-12 09:00", E.CLOSED, {"level": "grid"}))


STORIES: tuple[Callable[[March], None], ...] = (
    first_day, burst, again, question, rejected, withdrawn, merged, paused, borders, once_more,
)  # fmt: skip
