"""Notices reach people by mail and by call: grouped, quiet at night but for what is urgent, repeated until somebody
acknowledges them. Nothing is sent unless a route is configured."""

import email
import json
import socket
from dataclasses import replace
from email.policy import default as modern

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from dashboard.config.handling import Route
from dashboard.domain.access import Role
from dashboard.domain.dispatch import TaskState
from dashboard.domain.events import EventKind as E
from dashboard.domain.stages import CaseError
from dashboard.services.delivering import deliver, send_again
from dashboard.services.desk import Desk
from dashboard.services.escalating import escalate
from dashboard.services.instructing import Order, instruct
from dashboard.services.notifying import acknowledge, send_notices
from dashboard.store.handling import Delivery, Notice
from dashboard.store.outbox import DeliveryState
from tests.factories import DAY, HOUR, MINUTE, NOON, make_desk, point_in
from tests.handling import CHIEF, WANG, do, person, receive, respond_and_dispatch, the_tasks, work
from tests.outside import Reply

# Apprise looks through all its plug-ins, and one of them uses an old module.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

EAST, WEST = "410303002", "410303001"
NIGHT = NOON + 11 * HOUR  # 23:00 in Shanghai


class Mailbox:
    """What an SMTP server was given, and its address as Apprise writes it."""

    def __init__(self, url: str) -> None:
        self.url, self.mails = url, []

    async def handle_DATA(self, _server, _session, envelope) -> str:
        self.mails.append(email.message_from_bytes(envelope.content, policy=modern))
        return "250 taken"


@pytest.fixture
def mailbox():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    box = Mailbox(f"mailto://127.0.0.1:{port}/?from=centre@xg.example&to=duty@xg.example")
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box
    server.stop()


@pytest.fixture
def hook(outside, monkeypatch):
    """An outside system that takes messages at /hook; its address stands in a variable."""
    outside.answers("/hook", Reply())
    monkeypatch.setenv("TEST_HOOK", f"json://127.0.0.1:{outside.server_address[1]}/hook")
    return outside


def routed(url: str, *routes: dict, **more) -> Desk:
    usual = [{"id": "hook", "url_env": "TEST_HOOK"}]
    settings = {"routes": list(routes) or usual, "quiet_hours": "22:00-07:00", **more.pop("notices", {})}
    return make_desk(url, notices=settings, **more)


@pytest.fixture
def desk(database_url):
    """A desk whose notices go to the hook."""
    made = routed(database_url)
    yield made
    made.sessions.engine.dispose()


def send(desk: Desk, now) -> int:
    """What the poll process does every few seconds."""
    made = send_notices(desk, now)
    deliver(desk, lambda: now)
    return made


def bodies(outside) -> list[str]:
    return [json.loads(asked.body)["message"] for asked in outside.asked]


def outbox(desk: Desk) -> list[Delivery]:
    with desk.sessions.read() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.id)))


def notices(desk: Desk) -> list[Notice]:
    with desk.sessions.read() as session:
        return list(session.scalars(select(Notice).order_by(Notice.id)))


def pass_up(desk: Desk, at, case: int = 1) -> None:
    """Something that those in charge have to know and that is not urgent."""
    do(desk, E.PASSED, at, case=case, direction="up", reason="需协调")


def test_a_breach_goes_out_by_mail_and_by_call_with_the_number_and_nobodys_words(
    database_url, hook, mailbox, monkeypatch
):
    monkeypatch.setenv("TEST_MAIL", mailbox.url)
    routes = [{"id": "mail", "url_env": "TEST_MAIL"}, {"id": "hook", "url_env": "TEST_HOOK"}]
    desk = routed(database_url, *routes)
    receive(desk, "1", contact="欧阳 13812345678")
    escalate(desk, NOON + 31 * MINUTE)
    assert send(desk, NOON + 31 * MINUTE) == 2
    line = "【响应已超期】XG260310-0001 路灯不亮"
    assert bodies(hook) == [line]
    (mail,) = mailbox.mails
    assert mail["To"] == "duty@xg.example"
    content = mail.get_body(("plain", "html")).get_content()
    assert "XG260310-0001" in content
    assert "欧阳" not in content
    assert "楼下" not in content
    assert {(one.target, one.state, one.attempts) for one in outbox(desk)} == {
        ("mail", "delivered", 1), ("hook", "delivered", 1),
    }  # fmt: skip
    desk.sessions.engine.dispose()


def test_nothing_is_sent_where_no_route_is_configured(light_desk):
    receive(light_desk, "1")
    escalate(light_desk, NOON + 31 * MINUTE)
    assert send(light_desk, NOON + 32 * MINUTE) == 0
    assert outbox(light_desk) == []
    assert [notice.kind for notice in notices(light_desk)] == ["breached"], "it stands in the console"


def test_what_is_not_urgent_waits_for_others_and_goes_with_them(desk, hook):
    receive(desk, "1", "2", "3")
    pass_up(desk, NOON)
    assert send(desk, NOON + MINUTE) == 0
    pass_up(desk, NOON + MINUTE, case=2)
    assert send(desk, NOON + 2 * MINUTE) == 1
    assert bodies(hook) == ["【流转到本级】XG260310-0001 路灯不亮"]
    pass_up(desk, NOON + 2 * MINUTE, case=3)
    send(desk, NOON + 4 * MINUTE)
    assert bodies(hook)[1].count("\n") == 1
    assert json.loads(hook.asked[1].body)["title"] == "西工区指挥中心：2 条提醒"


def test_the_night_is_quiet_but_for_what_is_urgent(desk, hook):
    receive(desk, "1", "2", now=NIGHT)
    pass_up(desk, NIGHT)
    order = Order("supervision", "连夜处置", NIGHT + HOUR, case_id=2)
    instruct(desk, order, CHIEF, NIGHT)
    send(desk, NIGHT + 5 * MINUTE)
    assert bodies(hook) == ["【批示督办】XG260310-0002 路灯不亮"]
    acknowledge(desk, [2], WANG, NIGHT + 6 * MINUTE)
    assert send(desk, NIGHT + 8 * HOUR - MINUTE) == 0, "06:59"
    assert send(desk, NIGHT + 8 * HOUR) == 1
    assert bodies(hook)[1:] == ["【流转到本级】XG260310-0001 路灯不亮"]


def test_a_notice_is_repeated_until_somebody_acknowledges_it(desk, hook):
    receive(desk, "1")
    escalate(desk, NOON + 31 * MINUTE)
    for minute in (31, 32, 45, 46, 47, 61):
        send(desk, NOON + minute * MINUTE)
    assert len(hook.asked) == 3, "at 31, 46 and 61 minutes"
    assert acknowledge(desk, [1], WANG, NOON + 62 * MINUTE) == 1
    assert acknowledge(desk, [1], WANG, NOON + 63 * MINUTE) == 0
    send(desk, NOON + 2 * HOUR)
    assert len(hook.asked) == 3
    (notice,) = notices(desk)
    assert (notice.acknowledged_by, notice.acknowledged_at) == ("王", NOON + 62 * MINUTE)


def test_repetition_ends_after_so_many_times(desk, hook):
    receive(desk, "1")
    escalate(desk, NOON + 31 * MINUTE)
    for quarter in range(10):
        send(desk, NOON + 31 * MINUTE + quarter * 15 * MINUTE)
    assert len(hook.asked) == 4
    assert notices(desk)[0].acknowledged_at is None, "it still stands in the console"


def test_nobody_is_told_again_of_a_clock_that_has_stopped(desk, hook):
    receive(desk, "1")
    escalate(desk, NOON + 31 * MINUTE)
    send(desk, NOON + 31 * MINUTE)
    do(desk, E.RESPONDED, NOON + 40 * MINUTE)
    send(desk, NOON + HOUR)
    assert len(hook.asked) == 1
    assert notices(desk)[0].next_at is None


def test_only_those_who_handle_the_area_acknowledge(desk):
    receive(desk, "1")
    escalate(desk, NOON + 31 * MINUTE)
    assert acknowledge(desk, [1], person("张", scope=EAST), NOON + HOUR) == 0
    with pytest.raises(CaseError, match="没有权限"):
        acknowledge(desk, [1], CHIEF, NOON + HOUR)
    assert notices(desk)[0].acknowledged_at is None


def test_a_route_hears_of_its_area_and_of_nothing_in_another(database_url, hook):
    desk = routed(database_url, {"id": "east", "url_env": "TEST_HOOK", "areas": [EAST]})
    x, y = point_in(5)
    receive(desk, "1", "2", category="water/burst")
    receive(desk, "3", x=x, y=y, category="water/burst")
    for _ in range(3):
        pass_up(desk, NOON + MINUTE)  # to the district, which lies above the east but is not its business
    escalate(desk, NOON + 31 * MINUTE)
    send(desk, NOON + 31 * MINUTE)
    assert {line.split()[0][-4:] for line in bodies(hook)[0].split("\n")} == {"0003"}
    instruct(desk, Order("remark", "全区排查井盖", NOON + DAY, area="410303"), CHIEF, NOON + HOUR)
    acknowledge(desk, [notice.id for notice in notices(desk)[:-1]], WANG, NOON + HOUR)
    send(desk, NOON + HOUR)
    assert bodies(hook)[1:] == ["【批示督办】全区排查井盖"], "what is said to the whole district is said to the east"
    desk.sessions.engine.dispose()


def test_a_major_case_is_told_at_once_also_at_night(database_url, hook):
    desk = routed(database_url, {"id": "hook", "url_env": "TEST_HOOK"})
    receive(desk, "1", category="energy/gas", now=NOON + 11 * HOUR)
    receive(desk, "2", category="road/lamp", now=NOON + 11 * HOUR)
    send(desk, NOON + 11 * HOUR)
    assert bodies(hook) == ["【重大事件】XG260310-0001 燃气异味"]
    desk.sessions.engine.dispose()


def test_a_party_hears_of_its_tasks_until_it_signs_and_of_nothing_else(database_url, hook, monkeypatch):
    hook.answers("/water", Reply())
    monkeypatch.setenv("TEST_WATER", f"json://127.0.0.1:{hook.server_address[1]}/water")
    water = {"id": "water", "name": {"zh": "水务集团", "en": "Water"}, "kind": "utility", "route": "water"}
    power = {"id": "power", "name": {"zh": "供电公司", "en": "Power"}, "kind": "utility"}
    routes = [{"id": "hook", "url_env": "TEST_HOOK"}, {"id": "water", "url_env": "TEST_WATER"}]
    desk = routed(database_url, *routes, parties=[water, power])
    receive(desk, "1", category="water/outage")
    respond_and_dispatch(desk, NOON + MINUTE, "water", "power")
    send(desk, NOON + 3 * MINUTE)
    send(desk, NOON + 20 * MINUTE)
    assert [(asked.path, json.loads(asked.body)["message"]) for asked in hook.asked] == [
        ("/water", "【新任务】XG260310-0001 停水")
    ] * 2
    work(desk, 1, E.TASK_ACCEPTED, at=NOON + 21 * MINUTE)
    escalate(desk, NOON + 3 * HOUR)
    send(desk, NOON + 3 * HOUR)
    assert [asked.path for asked in hook.asked][2:] == ["/hook"]
    desk.sessions.engine.dispose()


def test_a_party_is_not_told_again_of_a_task_that_ended_with_its_case(database_url, hook, monkeypatch):
    monkeypatch.setenv("TEST_HOOK", f"json://127.0.0.1:{hook.server_address[1]}/hook")
    water = {"id": "water", "name": {"zh": "水务集团", "en": "Water"}, "kind": "utility", "route": "hook"}
    desk = routed(database_url, parties=[water], notices={"routes": [{"id": "hook", "url_env": "TEST_HOOK"}]})
    receive(desk, "1")
    respond_and_dispatch(desk, NOON + MINUTE, "water")
    send(desk, NOON + 3 * MINUTE)
    told = len(hook.asked)
    do(desk, E.WITHDRAWN, NOON + 5 * MINUTE, reason="诉求人撤回")
    send(desk, NOON + 3 * HOUR)
    assert (told, len(hook.asked)) == (1, 1)
    assert [task.state for task in the_tasks(desk)] == [TaskState.ENDED]
    desk.sessions.engine.dispose()


def test_a_receiver_that_is_down_is_tried_again_and_gets_each_message_once(desk, hook):
    hook.answers("/hook", Reply(status=503), Reply(status=503), Reply())
    receive(desk, "1")
    escalate(desk, NOON + 31 * MINUTE)
    now = NOON + 31 * MINUTE
    send_notices(desk, now)
    for _ in range(3):
        deliver(desk, lambda now=now: now)
        now = outbox(desk)[0].next_at or now
    (sent,) = outbox(desk)
    assert (sent.state, sent.attempts, len(hook.asked)) == (DeliveryState.DELIVERED, 3, 3)
    assert deliver(desk, lambda: now + HOUR) == 0


def test_what_never_gets_through_waits_for_somebody_of_the_district(desk, hook, monkeypatch):
    monkeypatch.setenv("TEST_HOOK", "nonsense")
    receive(desk, "1")
    escalate(desk, NOON + 31 * MINUTE)
    now = NOON + 31 * MINUTE
    send_notices(desk, now)
    while outbox(desk)[0].next_at:
        deliver(desk, lambda now=now: now)
        now = outbox(desk)[0].next_at or now
    (found,) = outbox(desk)
    assert (found.state, "TEST_HOOK" in found.error) == (DeliveryState.UNDELIVERABLE, True)
    with pytest.raises(CaseError, match="不需要处理"):
        send_again(desk, found.id, person("张", Role.OPERATOR, WEST), now)
    monkeypatch.setenv("TEST_HOOK", f"json://127.0.0.1:{hook.server_address[1]}/hook")
    send_again(desk, found.id, WANG, now)
    deliver(desk, lambda: now)
    assert bodies(hook) == ["【响应已超期】XG260310-0001 路灯不亮"]


def test_many_notices_at_once_are_one_message_that_the_outbox_can_name(light_desk, hook):
    settings = light_desk.config.notices.model_copy(update={"routes": (Route(id="hook", url_env="TEST_HOOK"),)})
    desk = replace(light_desk, config=light_desk.config.model_copy(update={"notices": settings}))
    receive(desk, *[str(number) for number in range(1, 31)])
    escalate(desk, NOON + 31 * MINUTE)
    send(desk, NOON + 31 * MINUTE)
    assert bodies(hook)[0].count("\n") == 29
    assert len(outbox(desk)[0].key) < 100
