"""A case gets its place by hand, and everything that counts it moves along; who looks at a case is seen."""

import pytest

from dashboard.auth.accounts import create_user
from dashboard.domain.access import Role
from dashboard.domain.events import EventKind as E
from dashboard.domain.stages import CaseError
from dashboard.services.acts import ConflictError
from dashboard.services.desk import Desk
from dashboard.services.doing import Wish, carry_out
from dashboard.services.locating import Place, locate
from dashboard.services.presence import be_here, leave
from dashboard.services.rebuild import rebuild
from dashboard.store.engine import writing
from tests.factories import DAY, DISTRICT, HOUR, MINUTE, NOON, point_at, point_in
from tests.handling import CHIEF, LI, WANG, do, person, receive, the_case, the_clocks, the_log
from tests.integration.test_recount import count_rows

EAST = f"{DISTRICT}002"


@pytest.fixture
def lost(desk: Desk) -> Desk:
    """A desk with a case of two reports of which nobody knows the place."""
    receive(desk, "1", x=None, y=None)
    receive(desk, "2", x=None, y=None, parent="1")
    return desk


def check_counts(desk: Desk) -> None:
    kept = count_rows(desk)
    assert rebuild(desk, NOON + DAY).mended == []
    assert count_rows(desk) == kept


def test_a_point_gives_a_case_its_area_and_moves_every_count_and_no_clock(lost):
    assert (the_case(lost).unlocated, the_case(lost).handled_level) == ("no_place", "district")
    before = the_clocks(lost)
    longitude, latitude = point_at(5)
    locate(lost, 1, Place(longitude, latitude), WANG, NOON + MINUTE)
    case = the_case(lost)
    assert (case.area_code, case.unlocated, case.handled_level) == (f"{EAST}001002001", None, "grid")
    assert (case.place, case.building_id is not None) == ("花林路6号院1号楼", True)
    assert the_log(lost)[-1].data["from"] == DISTRICT
    assert the_clocks(lost) == before
    check_counts(lost)


def test_words_give_it_a_place_too(lost):
    locate(lost, 1, Place(words="风林路5号院2号楼"), WANG, NOON + MINUTE)
    assert the_case(lost).area_code.startswith(EAST)
    assert the_log(lost)[-1].data["words"] == "风林路5号院2号楼"
    check_counts(lost)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({}, "找不到"),
        ({"words": "月球背面"}, "找不到"),
        ({"longitude": 121.47, "latitude": 31.23}, "找不到"),
        ({"longitude": 112.405}, "找不到"),
        ({"longitude": "nan", "latitude": "nan"}, "找不到|须是数字"),
        ({"longitude": "inf", "latitude": 34.66}, "找不到|须是数字"),
        ({"longitude": "east", "latitude": 34.66}, "须是数字"),
        ({"longitude": [1], "latitude": 34.66}, "须是数字"),
    ],
)
def test_what_is_no_place_of_the_district_is_refused_and_changes_nothing(light_desk, said, why):
    receive(light_desk, "1", x=None, y=None)
    with pytest.raises(CaseError, match=why):
        carry_out(light_desk, Wish("locate", 1, said), WANG, NOON + MINUTE)
    assert the_case(light_desk).version == 1


def test_a_case_that_is_handled_somewhere_goes_on_at_its_level_at_the_new_place(desk):
    receive(desk, "1")
    do(desk, E.PASSED, NOON + MINUTE, direction="up", reason="需协调")
    locate(desk, 1, Place(*point_in(5)), WANG, NOON + 2 * MINUTE)
    assert (the_case(desk).handled_level, the_case(desk).handled_area) == ("community", f"{EAST}001")
    check_counts(desk)


def test_who_cannot_see_the_new_place_has_the_case_no_more(desk):
    with writing(desk.sessions, NOON) as session:
        create_user(session, "西", Role.OPERATOR, f"{DISTRICT}001", None, NOON)
        create_user(session, "区", Role.OPERATOR, DISTRICT, None, NOON)
    receive(desk, "1", "2")
    do(desk, E.ASSIGNED, NOON + MINUTE, to="西")
    do(desk, E.ASSIGNED, NOON + MINUTE, case=2, to="区")
    for case in (1, 2):
        locate(desk, case, Place(*point_in(5)), WANG, NOON + 2 * MINUTE)
    assert [the_case(desk, case).assignee for case in (1, 2)] == [None, "区"]
    check_counts(desk)


def test_only_those_who_handle_the_case_locate_it(light_desk):
    receive(light_desk, "1")
    for somebody in (CHIEF, person("张", scope=EAST)):
        with pytest.raises(CaseError, match="没有编号"):
            locate(light_desk, 1, Place(*point_in(1)), somebody, NOON)


def test_two_operators_on_a_case_see_each_other_until_one_leaves_or_falls_silent(desk):
    assert be_here(desk, 1, WANG, NOON) == []
    assert be_here(desk, 1, LI, NOON + MINUTE / 6) == ["王"]
    assert be_here(desk, 2, LI, NOON + MINUTE / 6) == []
    assert be_here(desk, 1, WANG, NOON + MINUTE / 3) == ["李"]
    leave(desk, 1, LI, NOON + MINUTE / 3)
    assert be_here(desk, 1, WANG, NOON + MINUTE / 2) == []
    assert be_here(desk, 1, LI, NOON + MINUTE / 2 + MINUTE / 2) == [], "half a minute without a word"
    assert be_here(desk, 1, CHIEF, NOON + DAY) == []


def test_the_slower_of_two_is_told_everything_that_the_other_did(desk):
    receive(desk, "1")
    seen = the_case(desk).version
    do(desk, E.RESPONDED, NOON + MINUTE)
    carry_out(desk, Wish("dispatch", 1, {"lead": "power", "support": ["municipal"]}), WANG, NOON + 2 * MINUTE)
    for wish in (
        Wish("note", 1, {"note": "我也在办"}, seen),
        Wish("locate", 1, {"words": "风林路5号院2号楼"}, seen),
        Wish("merge", 1, {"number": "XG260310-0002"}, seen),
    ):
        receive(desk, "2")
        with pytest.raises(ConflictError, match="刚被他人更新") as told:
            carry_out(desk, wish, LI, NOON + 3 * MINUTE)
        assert [event.kind for event in told.value.events] == [E.TASK_ASSIGNED, E.TASK_ASSIGNED, E.RESPONDED]
    carry_out(desk, Wish("note", 1, {"note": "我也在办"}, the_case(desk).version), LI, NOON + 4 * MINUTE)
    assert [event.kind for event in the_log(desk)][-1] is E.NOTED


def test_what_is_said_to_happen_later_is_refused_but_a_clock_may_be_a_little_fast(desk):
    receive(desk, "1")
    late = {"at": (NOON + HOUR).isoformat(), "note": "明天再办"}
    with pytest.raises(CaseError, match="不能晚于现在"):
        carry_out(desk, Wish("note", 1, late), WANG, NOON + MINUTE)
    carry_out(desk, Wish("note", 1, late | {"at": (NOON + MINUTE).isoformat()}), WANG, NOON + MINUTE / 2)
    assert the_log(desk)[-1].at == NOON + MINUTE / 2
