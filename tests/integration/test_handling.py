"""What may be done to a case, by whom, and what is refused with which words."""

from typing import Any

import pytest
from sqlalchemy import select

from dashboard.domain.access import Scope
from dashboard.domain.events import EventKind
from dashboard.domain.stages import CaseError
from dashboard.services.acting import perform
from dashboard.services.acts import Act
from dashboard.services.desk import Desk
from dashboard.store.logs import clocks_of
from dashboard.store.models import Case, CaseEvent
from tests.factories import DAY, DISTRICT, HOUR, MINUTE, NOON, make_actor, make_report
from tests.integration.test_intake import all_cases, take

ARRIVED = (EventKind.ARRIVED, {"who": "张", "where": "门口"})
ANSWERED = (EventKind.FED_BACK, {"answer": "已修好"})
CLOSED = (EventKind.CLOSED, {"level": "grid"})
RESPONDED = (EventKind.RESPONDED, {})
SUSPENDED = (
    EventKind.SUSPENDED,
    {"reason": "awaiting_parts", "approver": "李", "planned_end": (NOON + 2 * DAY).isoformat()},
)


@pytest.fixture
def desk_with_case(desk: Desk) -> Desk:
    """A desk with one fresh case."""
    take(desk, make_report())
    return desk


def do(desk: Desk, kind: EventKind, data: dict[str, Any], at: Any = NOON + MINUTE, **more: Any) -> None:
    actor = more.pop("actor", make_actor())
    perform(desk, [Act(1, kind, actor, at, data, **more)], max(at, NOON + DAY))


def through(desk: Desk, *steps: tuple[EventKind, dict[str, Any]]) -> None:
    """Steps a minute apart; whoever checks is not whoever handled."""
    for number, (kind, data) in enumerate(steps, 1):
        actor = make_actor("checker" if kind is EventKind.CLOSED else "handler")
        do(desk, kind, data, NOON + number * MINUTE, actor=actor)


def stage(desk: Desk) -> str:
    (case,) = all_cases(desk)
    return case.stage


def clock_states(desk: Desk, at: Any) -> dict[str, str]:
    with desk.sessions.read() as session:
        case = session.get_one(Case, 1)
        return {name: clock.state(at).value for name, clock in clocks_of(session, [1])[1][case.round].items()}


def test_a_case_goes_its_way_and_each_step_stops_its_clock(desk_with_case):
    through(desk_with_case, RESPONDED, ARRIVED, ANSWERED, CLOSED)
    assert stage(desk_with_case) == "closed"
    states = clock_states(desk_with_case, NOON + DAY)
    assert set(states.values()) == {"met"}
    with desk_with_case.sessions.read() as session:
        kinds = session.scalars(select(CaseEvent.kind).order_by(CaseEvent.id)).all()
    assert kinds == ["opened", "responded", "arrived", "fed_back", "closed"]


def test_a_late_step_is_met_late_and_a_missing_one_breached(desk_with_case):
    do(desk_with_case, *RESPONDED, at=NOON + 31 * MINUTE)
    states = clock_states(desk_with_case, NOON + 3 * HOUR)
    assert (states["respond"], states["arrive"]) == ("met_late", "breached")


@pytest.mark.parametrize(
    ("steps", "act", "said"),
    [
        ([], CLOSED, "不能"),
        ([], ANSWERED, "不能"),
        ([RESPONDED], RESPONDED, "不能"),
        ([RESPONDED], (EventKind.ARRIVED, {"who": "张"}), "到场记录须写明何人、何处"),
        ([RESPONDED, ARRIVED], (EventKind.FED_BACK, {"answer": " "}), "答复内容不能为空"),
        ([RESPONDED, ARRIVED, ANSWERED], (EventKind.CLOSED, {}), "办结须注明在哪一级办结"),
        ([], (EventKind.REJECTED, {}), "请写明理由"),
        ([], (EventKind.WITHDRAWN, {"reason": ""}), "请写明理由"),
        ([RESPONDED, ARRIVED], (EventKind.SUSPENDED, {"reason": "no wish"}), "挂起须有列明的理由和批准人"),
        (
            [RESPONDED, ARRIVED],
            (EventKind.SUSPENDED, SUSPENDED[1] | {"planned_end": (NOON - DAY).isoformat()}),
            "计划恢复时间须晚于挂起时间",
        ),
        (
            [RESPONDED, ARRIVED],
            (EventKind.SUSPENDED, SUSPENDED[1] | {"planned_end": (NOON + 90 * DAY).isoformat()}),
            "挂起总时长不能超过",
        ),
        ([RESPONDED, ARRIVED, ANSWERED, CLOSED], (EventKind.REOPENED, {"asked_by": "boss"}), "只有原诉求人或回访"),
    ],
)
def test_what_is_refused_says_why_and_changes_nothing(desk_with_case, steps, act, said):
    through(desk_with_case, *steps)
    before = stage(desk_with_case)
    with pytest.raises(CaseError, match=said):
        do(desk_with_case, *act, at=NOON + HOUR, actor=make_actor("somebody"))
    assert stage(desk_with_case) == before


def test_whoever_handled_a_case_cannot_check_it(desk_with_case):
    through(desk_with_case, RESPONDED, ARRIVED, ANSWERED)
    with pytest.raises(CaseError, match="核查人不能是处置人"):
        do(desk_with_case, *CLOSED, at=NOON + HOUR, actor=make_actor("handler"))


def test_nothing_is_done_in_the_future_or_before_the_round(desk_with_case):
    with pytest.raises(CaseError, match="时间不能晚于现在"):
        perform(desk_with_case, [Act(1, *RESPONDED[:1], make_actor(), NOON + HOUR)], NOON)
    with pytest.raises(CaseError, match="时间不能早于本轮受理时间"):
        do(desk_with_case, *RESPONDED, at=NOON - MINUTE)


def test_the_second_of_two_operators_is_told_and_the_firsts_change_stays(desk_with_case):
    do(desk_with_case, *RESPONDED, expected_version=1)
    with pytest.raises(CaseError, match="刚被他人更新"):
        do(desk_with_case, *ARRIVED, at=NOON + HOUR, expected_version=1)
    assert stage(desk_with_case) == "responded"


def test_somebody_of_another_area_does_not_even_learn_that_the_case_exists(desk_with_case):
    with pytest.raises(CaseError, match="没有编号为"):
        do(desk_with_case, *RESPONDED, actor=make_actor(scope=Scope(f"{DISTRICT}002")))


def test_a_pause_stands_the_citizens_clocks_still_only_where_the_rules_say_and_resuming_goes_on(desk_with_case):
    through(desk_with_case, RESPONDED, ARRIVED)
    do(desk_with_case, *SUSPENDED, at=NOON + HOUR)
    assert stage(desk_with_case) == "suspended"
    assert clock_states(desk_with_case, NOON + 2 * HOUR)["close"] == "paused"
    do(desk_with_case, EventKind.RESUMED, {}, at=NOON + 3 * HOUR)
    assert stage(desk_with_case) == "on_site"
    assert clock_states(desk_with_case, NOON + 4 * HOUR)["close"] == "on_track"


def test_reopening_begins_a_round_with_clocks_of_its_own(desk_with_case):
    through(desk_with_case, RESPONDED, ARRIVED, ANSWERED, CLOSED)
    do(desk_with_case, EventKind.REOPENED, {"asked_by": "reporter", "reason": "又坏了"}, at=NOON + 5 * HOUR)
    (case,) = all_cases(desk_with_case)
    assert (case.stage, case.round, case.is_open) == ("received", 2, True)
    with desk_with_case.sessions.read() as session:
        rounds = clocks_of(session, [1])[1]
    assert rounds[2]["respond"].due_at == NOON + 5 * HOUR + 30 * MINUTE
    assert rounds[1]["respond"].due_at == NOON + 30 * MINUTE


def test_several_acts_happen_together_or_not_at_all(desk_with_case):
    acts = [Act(1, *RESPONDED[:1], make_actor(), NOON + MINUTE), Act(1, EventKind.CLOSED, make_actor(), NOON + MINUTE)]
    with pytest.raises(CaseError):
        perform(desk_with_case, acts, NOON + HOUR)
    assert stage(desk_with_case) == "received"
