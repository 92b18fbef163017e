"""批示 and 督办: on a case, an area or a topic, with a deadline, shown to those concerned until answered."""

import pytest
from sqlalchemy import select

from dashboard.domain.access import Role
from dashboard.domain.events import EventKind as E
from dashboard.domain.stages import CaseError
from dashboard.services.desk import Desk
from dashboard.services.instructing import Order, answer, instruct
from dashboard.services.rebuild import rebuild
from dashboard.store.handling import Instruction, Notice
from dashboard.store.waiting import open_instructions
from tests.factories import DAY, DISTRICT, HOUR, NOON, point_in
from tests.handling import CHIEF, WANG, person, receive, the_case, the_clocks, the_log

EAST, WEST = f"{DISTRICT}002", f"{DISTRICT}001"
DUE = NOON + DAY


def shown(desk: Desk, area: str) -> list[int]:
    with desk.sessions.read() as session:
        return [order.id for order, _ in open_instructions(session, area)]


def stored(desk: Desk) -> list[Instruction]:
    with desk.sessions.read() as session:
        return list(session.scalars(select(Instruction).order_by(Instruction.id)))


def test_an_instruction_on_a_case_is_a_task_with_a_deadline_until_it_is_answered(desk):
    receive(desk, "1")
    before = the_clocks(desk)
    made = instruct(desk, Order("supervision", " 两小时内到场 ", DUE, case_id=1), CHIEF, NOON)
    assert (the_case(desk).instructions, shown(desk, DISTRICT)) == (1, [made])
    event = the_log(desk)[-1]
    assert (event.kind, event.actor, event.data["text"]) == (E.INSTRUCTED, "局长", "两小时内到场")
    with desk.sessions.read() as session:
        (notice,) = session.scalars(select(Notice))
    assert (notice.kind, notice.area_code, notice.is_urgent) == ("instructed", f"{WEST}001001", True)
    answer(desk, made, " 已到场 ", WANG, NOON + HOUR)
    (found,) = stored(desk)
    assert (found.answer, found.answered_by, found.answered_at) == ("已到场", "王", NOON + HOUR)
    assert (the_case(desk).instructions, shown(desk, DISTRICT)) == (0, [])
    assert the_log(desk)[-1].data == {"instruction": made, "answer": "已到场"}
    assert the_clocks(desk) == before
    assert rebuild(desk, NOON + DAY).mended == []


def test_it_is_answered_once_with_words_by_those_who_handle_there(desk):
    receive(desk, "1")
    made = instruct(desk, Order("remark", "请关注", DUE, case_id=1), CHIEF, NOON)
    for somebody in (CHIEF, person("张", scope=EAST), person("p", Role.PARTY)):
        with pytest.raises(CaseError, match="没有这条批示"):
            answer(desk, made, "知道了", somebody, NOON)
    with pytest.raises(CaseError, match="不能为空"):
        answer(desk, made, " ", WANG, NOON)
    answer(desk, made, "知道了", person("赵", scope=WEST), NOON)
    with pytest.raises(CaseError, match="已经答复"):
        answer(desk, made, "再答", WANG, NOON)
    assert stored(desk)[0].answer == "知道了"


def test_one_on_an_area_or_a_topic_is_shown_to_everybody_there_and_answered_for_all_of_it(desk):
    everywhere = instruct(desk, Order("remark", "全区排查", DUE, area=DISTRICT), CHIEF, NOON)
    topic = instruct(desk, Order("supervision", "路灯专项", DUE + DAY, area=EAST, category="road/lamp"), CHIEF, NOON)
    assert shown(desk, DISTRICT) == [everywhere, topic]
    assert shown(desk, EAST) == [everywhere, topic]
    assert shown(desk, f"{EAST}001") == [everywhere, topic]
    assert shown(desk, WEST) == [everywhere]
    assert stored(desk)[1].category == "road/lamp"
    with pytest.raises(CaseError, match="没有这条批示"):
        answer(desk, everywhere, "我街道已排查", person("张", scope=EAST), NOON)
    answer(desk, topic, "已完成", person("张", scope=EAST), NOON)
    assert shown(desk, EAST) == [everywhere]


def test_one_on_a_case_that_nobody_could_locate_is_not_everybodys_business(desk):
    receive(desk, "1", x=None, y=None)
    made = instruct(desk, Order("supervision", "尽快定位", DUE, case_id=1), CHIEF, NOON)
    assert shown(desk, DISTRICT) == [made]
    assert shown(desk, EAST) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"text": " "}, "请写明内容"),
        ({"kind": "wish"}, "请写明内容"),
        ({"due_at": NOON}, "须在将来"),
        ({"area": None}, "请指明案件或区域"),
        ({"area": "410303999"}, "请指明案件或区域"),
        ({"area": "somewhere"}, "请指明案件或区域"),
        ({"area": EAST}, "请指明案件或区域"),
        ({"category": "road/dragon"}, "没有这个类别"),
        ({"case_id": 2}, "没有编号"),
        ({"case_id": 9}, "没有编号"),
    ],
)
def test_what_lacks_something_or_reaches_too_far_is_refused(light_desk, change, said):
    x, y = point_in(5)
    receive(light_desk, "1")
    receive(light_desk, "2", x=x, y=y)
    usual = {"kind": "remark", "text": "请办", "due_at": DUE, "area": WEST}
    with pytest.raises(CaseError, match=said):
        instruct(light_desk, Order(**(usual | change)), person("西书记", Role.LEADER, WEST), NOON)
    assert stored(light_desk) == []


def test_only_leaders_instruct(light_desk):
    receive(light_desk, "1")
    for somebody in (WANG, person("墙", Role.WALL), person("p", Role.PARTY)):
        with pytest.raises(CaseError, match="没有权限"):
            instruct(light_desk, Order("remark", "请办", DUE, case_id=1), somebody, NOON)
