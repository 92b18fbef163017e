"""The picture follows commits and time, is made once for all viewers, and every part agrees with the whole."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from dashboard.domain.areas import Level
from dashboard.domain.events import EventKind
from dashboard.live.frames import PARTS, View
from dashboard.live.measures import Measure
from dashboard.services.acting import perform
from dashboard.services.acts import Act
from dashboard.store.cases import cases_by_id
from tests.factories import DISTRICT, MINUTE, NOON, make_actor, point_in
from tests.web import Web

WEST, EAST = f"{DISTRICT}001", f"{DISTRICT}002"


def test_a_commit_of_somebody_else_is_in_the_next_frame(web):
    leader = web.wall()
    assert web.frame(leader)["kpi"]["received"][0] == 0
    web.receive("1", "2")
    web.catch_up()
    parts = web.frame(leader)
    assert parts["kpi"]["received"][0] == parts["kpi"]["open"][0] == 2
    assert len(parts["queue"]["rows"]) == len(parts["points"]["id"]) == 2
    assert parts["events"]["rows"][0][2] == "opened"


def test_one_change_is_one_refresh_and_one_encoding_whatever_the_number_of_viewers(web):
    viewers = [web.leader() for _ in range(5)]
    web.receive("1")
    refreshes, encodings = web.runtime.picture.refreshes.by_change, web.runtime.frames.encodings
    web.catch_up()
    for _ in range(4):
        for viewer in viewers:
            web.frame(viewer)
    assert web.runtime.picture.refreshes.by_change == refreshes + 1
    assert web.runtime.frames.encodings - encodings <= len(PARTS)  # one for each part


def test_a_returning_reader_gets_only_what_it_has_not_seen(web):
    leader = web.wall()
    web.receive("1")
    web.catch_up()
    answer = leader.get("/live/frame", query_string={"area": DISTRICT}).json
    seen = ",".join(f"{name}:{part['id']}" for name, part in answer["parts"].items())
    again = leader.get("/live/frame", query_string={"area": DISTRICT, "seen": seen}).json
    assert again["parts"] == {}
    web.receive("2", category="energy/gas")
    web.catch_up()
    fresh = leader.get("/live/frame", query_string={"area": DISTRICT, "seen": seen}).json["parts"]
    assert {"kpi", "queue", "points", "values", "events"} <= set(fresh)


def test_a_deadline_changes_number_point_and_area_without_any_commit(web):
    leader = web.wall()
    web.receive("1")
    web.catch_up()

    def seen() -> tuple[int, int, str, int]:
        parts = web.frame(leader, measure="overdue")
        late = sum(parts["values"].get("some", parts["values"].get("all", [0]))[1::2] or [0])
        return parts["kpi"]["at_risk"][0], parts["kpi"]["breached"][0], parts["points"]["s"], late

    at_first = seen()
    assert at_first[:2] == (0, 0)
    steps = []
    while len(steps) < 2:
        web.clock = web.runtime.picture.next_instant()
        web.runtime.picture.pass_time()
        if not steps or seen() != steps[-1][1]:
            steps.append((web.clock, seen()))
        steps = [step for step in steps if step[1] != at_first]
    (risk_at, at_risk), (breach_at, breached) = steps
    assert (risk_at, at_risk[:2]) == (NOON + 24 * MINUTE, (1, 0))
    assert NOON + 30 * MINUTE <= breach_at <= NOON + 30 * MINUTE + timedelta(seconds=1)
    assert breached[:2] == (0, 1)
    assert at_first[2] != at_risk[2] != breached[2]
    assert breached[3] == 1
    assert web.runtime.picture.refreshes.by_change == 1


def test_at_midnight_in_shanghai_today_starts_anew_and_what_is_open_stays(web):
    leader = web.wall()
    web.clock = datetime(2026, 3, 10, 15, 30, tzinfo=UTC)
    web.receive("1")
    web.catch_up()
    leader = web.wall()
    assert web.frame(leader)["kpi"]["received"][0] == 1
    web.clock = datetime(2026, 3, 10, 16, 0, 0, tzinfo=UTC)
    web.runtime.picture.pass_time()
    kpi = web.frame(leader)["kpi"]
    assert (kpi["received"][0], kpi["open"][0]) == (0, 1)


def live_through(web: Web, steps: int, seed: int) -> None:
    """A random history: reports come, are edited, answered, closed; time passes."""
    chance = random.Random(seed)
    for step in range(steps):
        web.clock += timedelta(minutes=chance.randint(1, 40))
        x, y = point_in(chance.randrange(8))
        place = chance.choice([{"x": x, "y": y}, {"x": None, "y": None}, {"x": 0.0, "y": 0.0}])
        web.receive(str(chance.randint(1, steps)), text=f"第{step}件", category=chance.choice(CATEGORIES), **place)
        handle(web, chance)
        if chance.random() < 0.7:
            web.catch_up()


CATEGORIES = ("road/lamp", "water/outage", "energy/gas", None)


NEXT: dict[str, tuple[EventKind, dict[str, str]]] = {
    "received": (EventKind.RESPONDED, {}),
    "responded": (EventKind.ARRIVED, {"who": "张", "where": "门口"}),
    "on_site": (EventKind.FED_BACK, {"answer": "已修好"}),
    "fed_back": (EventKind.CLOSED, {"level": "grid"}),
}


def handle(web: Web, chance: random.Random) -> None:
    """Somebody does the next thing to an open case."""
    with web.desk.sessions.read() as session:
        found = list(web.runtime.picture.situation.cases)
        case = cases_by_id(session, [chance.choice(found)]).popitem()[1] if found else None
    if case is None or not case.is_open:
        return
    kind, data = NEXT.get(case.stage, (None, {}))
    if kind:
        perform(web.desk, [Act(case.id, kind, make_actor(f"h{chance.random()}"), web.clock, data)], web.clock)


@pytest.mark.parametrize("seed", range(4))
def test_after_any_history_the_followed_picture_is_that_of_a_fresh_start(web, seed):
    live_through(web, 25, seed)
    web.catch_up()
    web.runtime.picture.compare()
    fresh = Web(web.desk, web.clock)
    fresh.runtime.picture.compare()
    for area, level in ((DISTRICT, Level.GRID), (WEST, Level.COMMUNITY), (f"{EAST}001", Level.GRID)):
        view = View(area, level, Measure.OPEN)
        ours = web.runtime.frames.parts(view, web.runtime.picture.situation)
        theirs = fresh.runtime.frames.parts(view, fresh.runtime.picture.situation)
        for name in ours:
            assert ours[name].text == theirs[name].text, name


@pytest.mark.parametrize("seed", range(4))
def test_children_and_what_is_located_no_deeper_add_up_at_every_level(web, seed):
    live_through(web, 25, seed)
    web.catch_up()
    leader = web.wall()

    def check(area: str) -> None:
        kpi = web.frame(leader, area=area)["kpi"]
        below = Level(len(area)).below
        assert below
        children = list(web.runtime.frames.areas.drawn(area, below).codes)
        parts = [web.frame(leader, area=code)["kpi"] for code in children]
        unlocated = kpi["unlocated"] if area == DISTRICT else 0
        for name in ("open", "at_risk", "breached"):
            total = sum(part[name][0] for part in parts)
            if name == "open":
                total += kpi["only_here"] + unlocated + kpi["adjusted"]
                assert kpi[name][0] == total
            else:
                assert kpi[name][0] >= total
        for code in children:
            if below < Level.GRID:
                check(code)

    check(DISTRICT)


def test_the_queue_has_the_most_urgent_first(web):
    web.receive("1")
    web.clock += 25 * MINUTE
    web.receive("2", text="别的事", category="energy/gas")
    web.clock += 10 * MINUTE
    web.catch_up()
    web.runtime.picture.pass_time()
    states = [row[5] for row in web.frame(web.leader())["queue"]["rows"]]
    assert states == ["breached", "on_track"]


def test_a_frame_of_a_wrong_area_or_measure_is_refused_not_guessed(web):
    leader = web.wall()
    for query in ({"area": "41"}, {"area": DISTRICT, "measure": "x"}, {"area": DISTRICT, "level": "x"}):
        assert leader.get("/live/frame", query_string=query).status_code == 400
