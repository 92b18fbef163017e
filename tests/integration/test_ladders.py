"""Cases climb by themselves: told, moved up past vacant posts, each step once, and no citizen's clock moves."""

import threading
from collections.abc import Iterable

import pytest
from sqlalchemy import select

from dashboard.domain.events import EventKind as E
from dashboard.services.desk import Desk, build_desk
from dashboard.services.escalating import escalate
from dashboard.services.merging import merge, unmerge
from dashboard.services.rebuild import rebuild
from dashboard.store.engine import writing
from dashboard.store.handling import EscalationRow, Notice
from dashboard.store.models import Area, Post
from tests.factories import DAY, HOUR, MINUTE, NOON, make_config, make_desk
from tests.handling import LI, WANG, do, receive, the_case, the_clocks, the_log

SECOND = MINUTE / 60
GRID, COMMUNITY, SUBDISTRICT = "410303001001001", "410303001001", "410303001"


@pytest.fixture
def burst(desk: Desk) -> Desk:
    """A desk with a burst pipe in the first grid, which climbs by the ladder of grave cases."""
    receive(desk, "1", category="water/burst")
    return desk


def put_posts(desk: Desk, kind: str, *codes: str, vacant: bool) -> None:
    with writing(desk.sessions, NOON) as session:
        for area_id in session.scalars(select(Area.area_id).where(Area.code.in_(codes))):
            session.add(Post(area_id=area_id, kind=kind, organisation="党组织", is_vacant=vacant))


def notices(desk: Desk) -> list[Notice]:
    with desk.sessions.read() as session:
        return list(session.scalars(select(Notice).where(Notice.kind != "opened_major").order_by(Notice.id)))


def steps(desk: Desk) -> list[str]:
    with desk.sessions.read() as session:
        return list(session.scalars(select(EscalationRow.step).order_by(EscalationRow.due_at)))


def told(found: Iterable[Notice]) -> list[tuple[str, str, bool]]:
    return [(notice.kind, notice.area_code, notice.is_urgent) for notice in found]


def test_a_case_at_risk_is_told_of_and_a_late_one_moves_up_with_a_log(burst):
    assert escalate(burst, NOON + 24 * MINUTE - SECOND) == 0
    assert escalate(burst, NOON + 24 * MINUTE) == 1
    assert told(notices(burst)) == [("at_risk", GRID, True)], "a major case is urgent"
    assert escalate(burst, NOON + 30 * MINUTE) == 0, "exactly at the deadline is on time"
    assert escalate(burst, NOON + 30 * MINUTE + SECOND) == 1
    case, (escalated, passed) = the_case(burst), the_log(burst)[-2:]
    assert (case.handled_level, case.handled_area) == ("community", COMMUNITY)
    assert (escalated.kind, escalated.actor, escalated.data["moment"]) == (E.ESCALATED, "ladder", "breached")
    assert escalated.data["due"] == (NOON + 30 * MINUTE).isoformat(), "since the deadline, not since somebody looked"
    assert (passed.kind, passed.data["to"], passed.data["skipped"]) == (E.PASSED, "community", [])
    assert told(notices(burst))[1:] == [("breached", COMMUNITY, True)]


def test_no_step_moves_a_clock_and_all_of_it_follows_from_the_log(burst):
    before = the_clocks(burst)
    assert escalate(burst, NOON + 10 * DAY) == 7
    assert the_clocks(burst) == before
    assert the_case(burst).handled_level == "district"
    assert rebuild(burst, NOON + 10 * DAY).mended == []


def test_vacant_posts_are_skipped_and_named(burst):
    put_posts(burst, "secretary", COMMUNITY, vacant=True)
    put_posts(burst, "grid_member", COMMUNITY, vacant=False)
    escalate(burst, NOON + 31 * MINUTE)
    assert the_log(burst)[-1].data | {"by": ""} == {
        "direction": "up", "from": "grid", "to": "subdistrict", "skipped": ["community"], "by": "",
    }  # fmt: skip
    assert told(notices(burst))[-1] == ("breached", SUBDISTRICT, True)


def test_a_return_by_hand_goes_past_vacant_posts_as_well(burst):
    put_posts(burst, "secretary", COMMUNITY, vacant=True)
    do(burst, E.PASSED, NOON + MINUTE, direction="back", reason="不属网格职责")
    assert (the_case(burst).handled_level, the_case(burst).returns) == ("subdistrict", 1)
    assert the_log(burst)[-1].data["skipped"] == ["community"]


def test_two_schedulers_at_once_fire_each_step_once(burst, database_url):
    other, ready, fired = build_desk(make_config(database_url)), threading.Barrier(2), []

    def run(desk: Desk) -> None:
        ready.wait()
        fired.append(escalate(desk, NOON + 3 * HOUR))

    threads = [threading.Thread(target=run, args=(desk,)) for desk in (burst, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.sessions.engine.dispose()
    assert sum(fired) == 4
    assert len(steps(burst)) == len(notices(burst)) == 4
    assert [event.kind for event in the_log(burst)].count(E.ESCALATED) == 4
    assert the_case(burst).handled_level == "subdistrict", "two deadlines passed: two levels up"


def test_after_an_hour_without_a_scheduler_all_steps_fire_in_their_order_and_once(burst):
    escalate(burst, NOON + 25 * MINUTE)
    assert escalate(burst, NOON + 25 * MINUTE + 2 * HOUR) == 3
    assert steps(burst) == [
        "respond:at_risk:notify", "respond:breached:move_up", "arrive:at_risk:notify", "arrive:breached:move_up",
    ]  # fmt: skip
    assert escalate(burst, NOON + 25 * MINUTE + 2 * HOUR) == 0


def test_what_was_done_in_time_sets_nothing_off_and_the_rest_goes_on(burst):
    do(burst, E.RESPONDED, NOON + 20 * MINUTE)
    assert escalate(burst, NOON + HOUR) == 0
    assert escalate(burst, NOON + 2 * HOUR + SECOND) == 2
    do(burst, E.ARRIVED, NOON + 3 * HOUR, who="张", where="现场")
    assert [step.split(":")[0] for step in steps(burst)] == ["arrive", "arrive"]


def test_a_merged_case_does_not_climb_and_climbs_on_when_it_is_taken_out_again(burst):
    receive(burst, "2", category="water/burst", now=NOON + MINUTE)
    merge(burst, 1, 2, WANG, NOON + 2 * MINUTE)
    assert escalate(burst, NOON + 32 * MINUTE) == 2, "one event, one alert"
    assert {notice.case_id for notice in notices(burst)} == {1}
    unmerge(burst, 2, LI, NOON + 33 * MINUTE)
    assert escalate(burst, NOON + 33 * MINUTE) == 2
    assert {notice.case_id for notice in notices(burst)} == {1, 2}


def test_further_reports_of_a_mass_incident_raise_no_new_alert(burst):
    receive(burst, *[str(number) for number in range(2, 13)], now=NOON + MINUTE, parent="1")
    assert the_case(burst).is_mass
    escalate(burst, NOON + 31 * MINUTE)
    receive(burst, "20", now=NOON + 32 * MINUTE, parent="1")
    assert escalate(burst, NOON + 33 * MINUTE) == 0
    assert len(notices(burst)) == 2


def test_a_new_round_climbs_anew(burst):
    escalate(burst, NOON + 31 * MINUTE)
    do(burst, E.RESPONDED, NOON + 40 * MINUTE)
    do(burst, E.FED_BACK, NOON + 41 * MINUTE, answer="好了")
    do(burst, E.CLOSED, NOON + 42 * MINUTE, by=LI, level="community")
    do(burst, E.REOPENED, NOON + HOUR, asked_by="reporter")
    assert escalate(burst, NOON + HOUR + 29 * MINUTE) == 1
    assert escalate(burst, NOON + HOUR + 31 * MINUTE) == 1


def test_who_follows_which_ladder_and_how_long_after_is_configured(tmp_path):
    ladder = {
        "id": "lamps",
        "categories": ["road"],
        "steps": [{"clock": "respond", "at": "breached", "after": "10m", "do": "notify"}],
    }
    desk = make_desk(f"sqlite:///{tmp_path}/own.db", escalation={"ladders": [ladder]})
    receive(desk, "1")
    receive(desk, "2", category="water/burst")
    assert escalate(desk, NOON + 40 * MINUTE) == 0
    assert escalate(desk, NOON + 40 * MINUTE + SECOND) == 1
    assert [notice.case_id for notice in notices(desk)] == [1]
    desk.sessions.engine.dispose()
