"""Several parties at one case: one leads, others support, the first on site is the case's arrival."""

import pytest

from dashboard.auth.accounts import create_user
from dashboard.domain.access import Role
from dashboard.domain.dispatch import TaskState
from dashboard.domain.events import EventKind as E
from dashboard.domain.sla import ClockName
from dashboard.domain.stages import CaseError
from dashboard.services.parties import proposals, register_of
from dashboard.services.rebuild import rebuild
from dashboard.store.engine import writing
from tests.factories import DAY, HOUR, MINUTE, NOON
from tests.handling import (
    CHIEF,
    LI,
    WANG,
    do,
    person,
    receive,
    respond_and_dispatch,
    the_case,
    the_clocks,
    the_log,
    the_state,
    the_tasks,
    work,
)

AT = NOON + 5 * MINUTE
COMMUNITY = "community:410303001001"
PROPERTY = "property:410303001"


@pytest.fixture
def case(desk):
    """A desk with one fresh case of a burst pipe."""
    receive(desk, "1", category="water/burst")
    return desk


def names(desk, category: str, at=NOON) -> list[tuple[str, bool]]:
    with desk.sessions.read() as session:
        register = register_of(session, desk, at)
    return [(found.party.id, found.is_lead) for found in proposals(register, category, "410303001001001", at)]


def test_who_is_called_for_depends_on_category_area_and_hour(desk):
    assert names(desk, "water/burst") == [
        ("water", True), (COMMUNITY, False), (PROPERTY, False), ("municipal", False), ("volunteers", False),
    ]  # fmt: skip
    assert names(desk, "city/garbage")[:2] == [("sanitation", True), ("city_management", False)]
    night = NOON + 12 * HOUR
    assert names(desk, "city/garbage", night)[0] == ("sanitation", True), (
        "the exact category comes before who is on duty"
    )
    assert ("community:410303002001", False) not in names(desk, "water/burst")


def test_one_leads_and_any_number_supports_and_each_has_a_clock(case):
    respond_and_dispatch(case, AT, "water", COMMUNITY, PROPERTY)
    tasks = the_tasks(case)
    assert [(task.number, task.party, task.is_lead) for task in tasks] == [
        (1, "water", True), (2, COMMUNITY, False), (3, PROPERTY, False),
    ]  # fmt: skip
    assert {task.accept_due_at for task in tasks} == {AT + 30 * MINUTE}
    assert {task.due_at for task in tasks} == {AT + 24 * HOUR}


def test_the_first_party_on_site_is_the_cases_arrival_with_who_when_and_where(case):
    respond_and_dispatch(case, AT, "water", COMMUNITY)
    work(case, 2, E.TASK_ACCEPTED, E.TASK_ON_SITE, at=AT + 20 * MINUTE)
    work(case, 1, E.TASK_ACCEPTED, E.TASK_ON_SITE, at=AT + 30 * MINUTE)
    assert the_case(case).stage == "on_site"
    assert the_clocks(case)[ClockName.ARRIVE].stopped_at == AT + 20 * MINUTE
    arrivals = [event for event in the_log(case) if event.kind is E.ARRIVED]
    assert [event.data for event in arrivals] == [{"who": "抢修一班", "where": "现场", "task": 2}]


def test_the_answer_needs_the_leads_result_and_a_person(case):
    respond_and_dispatch(case, AT, "water", COMMUNITY)
    work(case, 1, E.TASK_ACCEPTED, E.TASK_ON_SITE, at=AT + 20 * MINUTE)
    with pytest.raises(CaseError, match="牵头单位尚未办结"):
        do(case, E.FED_BACK, AT + 30 * MINUTE, answer="好了")
    work(case, 2, E.TASK_ACCEPTED, E.TASK_DONE, at=AT + 40 * MINUTE)
    with pytest.raises(CaseError, match="牵头单位尚未办结"):
        do(case, E.FED_BACK, AT + 41 * MINUTE, answer="好了")
    work(case, 1, E.TASK_DONE, at=AT + 50 * MINUTE)
    assert the_clocks(case)[ClockName.FEEDBACK].stopped_at is None, "the result alone answers nobody"
    with pytest.raises(CaseError, match="没有权限"):
        do(case, E.FED_BACK, AT + HOUR, by=person("party1", Role.PARTY), answer="好了")
    do(case, E.FED_BACK, AT + HOUR, answer="已抢修")
    assert the_clocks(case)[ClockName.FEEDBACK].stopped_at == AT + HOUR


def test_a_task_sent_by_mistake_and_called_back_does_not_keep_the_answer_waiting(case):
    respond_and_dispatch(case, AT, "power")
    do(case, E.TASK_CANCELLED, AT + 5 * MINUTE, task=1, reason="误派")
    do(case, E.FED_BACK, AT + 30 * MINUTE, answer="电话已解释清楚")
    assert the_case(case).stage == "fed_back"


def test_a_returned_lead_is_replaced_and_the_citizens_clocks_do_not_move(case):
    before = the_clocks(case)
    respond_and_dispatch(case, AT, "power")
    with pytest.raises(CaseError, match="已有牵头单位"):
        do(case, E.TASK_ASSIGNED, AT, party="water", lead=True)
    work(case, 1, E.TASK_RETURNED, at=AT + 10 * MINUTE)
    do(case, E.TASK_ASSIGNED, AT + 12 * MINUTE, party="water", lead=True)
    assert [task.state for task in the_tasks(case)] == [TaskState.RETURNED, TaskState.ASSIGNED]
    after = the_clocks(case)
    assert [after[name].due_at for name in ClockName] == [before[name].due_at for name in ClockName]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"party": "nobody", "lead": True}, "没有登记"),
        ({"party": "water", "lead": False}, "已有未完成的任务"),
    ],
)
def test_what_cannot_be_dispatched_says_why(case, data, said):
    respond_and_dispatch(case, AT, "water")
    with pytest.raises(CaseError, match=said):
        do(case, E.TASK_ASSIGNED, AT, **data)


def test_nobody_is_sent_before_the_reporter_was_contacted_or_after_the_end(case):
    with pytest.raises(CaseError, match="须先响应"):
        do(case, E.TASK_ASSIGNED, AT, party="water", lead=True)
    do(case, E.RESPONDED, AT)
    do(case, E.WITHDRAWN, AT, reason="误报")
    with pytest.raises(CaseError, match="不能派遣"):
        do(case, E.TASK_ASSIGNED, AT, party="water", lead=True)


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        (E.TASK_ON_SITE, {"who": "", "where": "楼下"}, "何人、何处"),
        (E.TASK_DONE, {"result": " "}, "办理结果"),
        (E.TASK_RETURNED, {"reason": ""}, "理由"),
        (E.TASK_ACCEPTED, {}, "不能"),
    ],
)
def test_a_step_of_a_task_that_lacks_something_is_refused_with_words(case, kind, data, said):
    respond_and_dispatch(case, AT, "water")
    work(case, 1, E.TASK_ACCEPTED, at=AT)
    with pytest.raises(CaseError, match=said):
        do(case, kind, AT + MINUTE, task=1, **data)
    with pytest.raises(CaseError, match="没有这个任务"):
        do(case, kind, AT + MINUTE, task=7, **data)


def test_nobody_arrives_while_the_case_is_suspended(case):
    respond_and_dispatch(case, AT, "water")
    work(case, 1, E.TASK_ACCEPTED, at=AT)
    do(case, E.SUSPENDED, AT, reason="weather", approver="李", planned_end=(NOON + DAY).isoformat())
    with pytest.raises(CaseError, match="挂起中"):
        work(case, 1, E.TASK_ON_SITE, at=AT + MINUTE)
    do(case, E.RESUMED, AT + 2 * MINUTE)
    work(case, 1, E.TASK_ON_SITE, at=AT + 3 * MINUTE)
    assert the_case(case).stage == "on_site"


def test_who_worked_on_the_case_cannot_check_it(case):
    respond_and_dispatch(case, AT, "water")
    work(case, 1, E.TASK_ACCEPTED, E.TASK_ON_SITE, E.TASK_DONE, at=AT)
    do(case, E.FED_BACK, AT, answer="好了")
    for kind, data in ((E.CLOSED, {"level": "grid"}), (E.SENT_BACK, {"reason": "没好"})):
        with pytest.raises(CaseError, match="核查人不能是处置人"):
            do(case, kind, AT + MINUTE, **data)
    do(case, E.CLOSED, AT + MINUTE, by=LI, level="community")
    assert the_case(case).stage == "closed"


def test_a_leader_looks_and_a_party_works_but_neither_handles(case):
    for actor in (CHIEF, person("p", Role.PARTY), person("w", Role.WALL)):
        with pytest.raises(CaseError, match="没有权限"):
            do(case, E.RESPONDED, AT, by=actor)


def test_what_is_kept_of_tasks_is_what_the_events_say(case):
    respond_and_dispatch(case, AT, "water", COMMUNITY)
    work(case, 1, E.TASK_ACCEPTED, E.TASK_ON_SITE, at=AT + MINUTE)
    do(case, E.TASK_CANCELLED, AT + 2 * MINUTE, task=2, reason="不需要")
    assert the_state(case).tasks == the_tasks(case)
    assert rebuild(case, NOON + DAY).mended == []


def test_passing_up_down_and_back_moves_no_clock_and_has_an_end(case):
    before = the_clocks(case)
    for direction, level in (("up", "community"), ("down", "grid"), ("back", "community"), ("down", "grid"),
                             ("back", "community"), ("down", "grid"), ("back", "district")):  # fmt: skip
        do(case, E.PASSED, AT, direction=direction, reason="需协调")
        assert the_case(case).handled_level == level
    assert the_case(case).returns == 3
    with pytest.raises(CaseError, match="兜底"):
        do(case, E.PASSED, AT, direction="down", reason="需协调")
    with pytest.raises(CaseError, match="没有上一级"):
        do(case, E.PASSED, AT, direction="up", reason="需协调")
    assert the_clocks(case) == before


def test_a_case_is_given_to_somebody_who_works_there_and_loses_them_when_it_moves(case):
    with writing(case.sessions, NOON) as session:
        create_user(session, "赵", Role.OPERATOR, "410303001", None, NOON)
        create_user(session, "钱", Role.OPERATOR, "410303002", None, NOON)
    do(case, E.ASSIGNED, AT, to="赵")
    assert the_case(case).assignee == "赵"
    with pytest.raises(CaseError, match="没有能办理此案"):
        do(case, E.ASSIGNED, AT, to="钱")
    do(case, E.PASSED, AT, direction="up", reason="需协调")
    assert the_case(case).assignee is None
    do(case, E.ASSIGNED, AT, by=WANG, to="")
