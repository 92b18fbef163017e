"""The sheet by which a shift hands over: its counts are what happened since the last one, and what waits."""

import pytest
from sqlalchemy import func, select

from dashboard.domain.events import EventKind as E
from dashboard.services.desk import Desk
from dashboard.services.escalating import escalate
from dashboard.services.instructing import Order, instruct
from dashboard.store.handling import Handover, Notice
from dashboard.store.models import Case, CaseEvent
from tests.factories import DAY, DISTRICT, HOUR, MINUTE, NOON, point_in
from tests.handling import CHIEF, LI, do, respond_and_dispatch, work
from tests.web import Web

EAST, WEST = f"{DISTRICT}002", f"{DISTRICT}001"


@pytest.fixture
def shift(desk: Desk) -> Web:
    """A shift in the west: five reports, one case on its way, one closed, one sent back; one case in the east."""
    web = Web(desk)
    x, y = point_in(5)
    web.receive("1", "2", "3", "4")
    web.receive("5", x=x, y=y)
    web.receive("6", is_closed=True)
    web.clock += 10 * MINUTE
    respond_and_dispatch(desk, web.clock, "power", "municipal")
    work(desk, 1, E.TASK_ACCEPTED, E.TASK_ON_SITE, E.TASK_DONE, at=web.clock)
    work(desk, 2, E.TASK_RETURNED, at=web.clock)
    for case in (2, 3):
        do(desk, E.RESPONDED, web.clock, case=case)
        do(desk, E.FED_BACK, web.clock, case=case, answer="好了")
    do(desk, E.CLOSED, web.clock, case=2, by=LI, level="grid")
    do(desk, E.SENT_BACK, web.clock, case=3, by=LI, reason="没好")
    instruct(desk, Order("remark", "请办", NOON + DAY, case_id=4), CHIEF, web.clock)
    web.clock = NOON + 31 * MINUTE
    escalate(desk, web.clock)
    web.catch_up()
    return web


def hand_over(web: Web, scope: str, note: str = "") -> Handover:
    """An operator hands over by the console."""
    web.catch_up()
    web.runtime.picture.refresh(())
    answer = web.post(web.operator(scope), "/console/handover", note=note)
    assert answer.status_code == 200
    with web.desk.sessions.read() as session:
        return session.get_one(Handover, answer.json["sheet"])


def test_a_sheet_counts_what_was_done_in_the_area_and_what_waits_there(shift):
    sheet = hand_over(shift, WEST, " 4 号案件请继续 ")
    done = {name: n for name, n in sheet.content["done"].items() if n}
    assert done == {
        "opened": 4, "responded": 3, "task_assigned": 2, "arrived": 1, "fed_back": 2, "closed": 1, "sent_back": 1,
        "task_returned": 1, "escalated": 1,
    }  # fmt: skip
    waiting = {name: n for name, n in sheet.content["waiting"].items() if n}
    assert waiting == {"all": 3, "urgent": 1, "new": 1, "answer": 1, "doubles": 3, "supervised": 1, "tell": 2}
    assert [row["number"][-4:] for row in sheet.content["urgent"]] == ["0004", "0003"], "late, and soon due"
    assert [order["text"] for order in sheet.content["instructions"]] == ["请办"]
    assert (sheet.note, sheet.area_code) == ("4 号案件请继续", WEST)


def test_its_counts_equal_the_log(shift):
    sheet = hand_over(shift, DISTRICT)
    with shift.desk.sessions.read() as session:
        query = select(CaseEvent.kind, func.count()).join(Case, Case.id == CaseEvent.case_id)
        facts = dict(session.execute(query.where(Case.is_history.is_(False)).group_by(CaseEvent.kind)).all())
        unknown = session.scalar(select(func.count()).where(Notice.acknowledged_at.is_(None)))
    assert sheet.content["done"] == {name: facts.get(name, 0) for name in sheet.content["done"]}
    assert sheet.content["notices"] == unknown


def test_the_next_sheet_begins_where_the_last_one_ended_and_counts_nothing_twice(shift):
    do(shift.desk, E.NOTED, shift.clock, case=4, note="x")
    do(shift.desk, E.RESPONDED, shift.clock, case=4)
    first = hand_over(shift, WEST)
    shift.clock += HOUR
    do(shift.desk, E.FED_BACK, shift.clock, case=4, answer="好了")
    second = hand_over(shift, WEST)
    assert second.content["since"] == first.content["at"]
    assert {name: n for name, n in second.content["done"].items() if n} == {"fed_back": 1}
    assert hand_over(shift, EAST).content["done"]["opened"] == 1, "another area has sheets of its own"


def test_a_sheet_tells_of_twelve_hours_at_most(shift):
    shift.clock = NOON + 13 * HOUR
    assert hand_over(shift, WEST).content["done"]["opened"] == 0
