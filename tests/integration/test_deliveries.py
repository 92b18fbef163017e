"""Whose answer goes to whom when cases were merged, answers corrected and processes killed: each is sent once, the
right one, and what a machine cannot settle waits for somebody."""

import json

import pytest
from sqlalchemy import select

from dashboard.domain.events import EventKind as E
from dashboard.domain.stages import CaseError
from dashboard.services.delivering import deliver, send_again, settle_abandoned, told_by_phone
from dashboard.services.desk import Desk
from dashboard.services.escalating import escalate
from dashboard.services.merging import merge, split, unmerge
from dashboard.services.notifying import send_notices
from dashboard.store.engine import writing
from dashboard.store.handling import Delivery
from dashboard.store.outbox import DeliveryState, claim, enqueue, finish
from dashboard.store.waiting import to_be_told
from dashboard.viewmodels.source_page import source_page
from tests.factories import DAY, DISTRICT, HOUR, MINUTE, NOON, make_desk, point_in
from tests.handling import LI, WANG, do, person, receive, the_log, the_reports
from tests.outside import Reply, in_json

AT = NOON + 5 * MINUTE
TAKEN = in_json({"ok": True})


@pytest.fixture
def desk(database_url, outside):
    """A desk whose hotline takes answers by a call that may arrive twice."""
    answer = {"kind": "rest", "url": outside.answers("/reply", TAKEN), "body": {"id": "{id}", "said": "{answer}"}}
    name = {"zh": "热线", "en": "Hotline"}
    source = {"id": "hotline", "protocol": "rest", "name": name, "channel": "hotline", "url": outside.url}
    made = make_desk(database_url, sources=[source | {"answer": answer}])
    yield made
    made.sessions.engine.dispose()


def answer_case(desk: Desk, text: str, at=AT, case: int = 1) -> None:
    do(desk, E.RESPONDED, at, case=case)
    do(desk, E.FED_BACK, at, case=case, answer=text)


def outbox(desk: Desk) -> list[Delivery]:
    with desk.sessions.read() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.id)))


def states(desk: Desk) -> list[str]:
    return [delivery.state for delivery in outbox(desk)]


def said(outside) -> list[tuple[str, str]]:
    return [tuple(json.loads(asked.body).values()) for asked in outside.asked]


def test_who_was_told_another_cases_answer_still_gets_that_of_their_own(desk, outside):
    receive(desk, "1", "2")
    merge(desk, 1, 2, WANG, AT)
    answer_case(desk, "水管已修好")
    deliver(desk, lambda: AT)
    unmerge(desk, 2, LI, AT + HOUR)
    answer_case(desk, "路灯已修好", AT + 2 * HOUR, case=2)
    deliver(desk, lambda: AT + 2 * HOUR)
    assert said(outside) == [("1", "水管已修好"), ("2", "水管已修好"), ("2", "路灯已修好")]


def test_a_report_that_was_taken_out_gets_the_answer_of_its_new_case(desk, outside):
    receive(desk, "1")
    receive(desk, "2", parent="1")
    answer_case(desk, "水管已修好")
    deliver(desk, lambda: AT)
    new = split(desk, 2, LI, AT + HOUR)
    answer_case(desk, "路灯已修好", AT + 2 * HOUR, case=new)
    deliver(desk, lambda: AT + 2 * HOUR)
    assert said(outside)[2:] == [("2", "路灯已修好")]


def test_a_corrected_answer_replaces_one_that_was_not_sent_yet(desk, outside):
    outside.answers("/reply", Reply(status=503), TAKEN)
    receive(desk, "1")
    answer_case(desk, "修好了")
    deliver(desk, lambda: AT)
    do(desk, E.SENT_BACK, AT + MINUTE, by=LI, reason="还漏")
    do(desk, E.FED_BACK, AT + HOUR, answer="这次修好了")
    deliver(desk, lambda: AT + HOUR)
    assert states(desk) == [DeliveryState.DROPPED, DeliveryState.DELIVERED]
    assert said(outside)[1:] == [("1", "这次修好了")]


def test_an_operator_calls_a_reporter_with_the_newest_answer_only(light_desk):
    receive(light_desk, "1", source="board")
    answer_case(light_desk, "修好了")
    do(light_desk, E.SENT_BACK, AT + MINUTE, by=LI, reason="还漏")
    do(light_desk, E.FED_BACK, AT + HOUR, answer="这次修好了")
    with light_desk.sessions.read() as session:
        rows, total = to_be_told(session, DISTRICT, "answer", 10)
    assert (total, rows[0][0].payload["answer"]) == (1, "这次修好了")


def test_an_answer_that_failed_on_its_way_is_not_tried_again_after_the_report_has_left(desk, outside):
    receive(desk, "1", "2")
    merge(desk, 1, 2, WANG, AT)
    answer_case(desk, "水管已修好")

    def leaves_meanwhile(asked) -> Reply:
        if b'"2"' in asked.body:
            unmerge(desk, 2, LI, AT + MINUTE)
        return Reply(status=503)

    outside.answers("/reply", leaves_meanwhile)
    deliver(desk, lambda: AT + MINUTE)
    assert states(desk) == [DeliveryState.WAITING, DeliveryState.DROPPED]


def test_a_process_that_dies_leaves_in_doubt_only_what_was_on_its_way(desk):
    receive(desk, "1")
    receive(desk, "2", "3", parent="1")
    answer_case(desk, "修好了")

    with writing(desk.sessions, AT) as session:
        claim(session, AT, 1)  # and then it died
    assert deliver(desk, lambda: AT + MINUTE) == 2, "the others are sent by the next process"
    settle_abandoned(desk, AT + HOUR)
    assert states(desk) == [DeliveryState.UNCLEAR, DeliveryState.DELIVERED, DeliveryState.DELIVERED]
    told_by_phone(desk, 1, WANG, AT + HOUR, "本人确认已收到")
    assert all(report.answered_at for report in the_reports(desk))
    assert [event.data["via"] for event in the_log(desk) if event.kind is E.ANSWERED] == ["hotline", "hotline", "phone"]


def test_what_waits_for_somebody_is_seen_and_settled_within_the_area_only(desk):
    x, y = point_in(5)
    receive(desk, "1", source="board")
    receive(desk, "2", source="board", x=x, y=y)
    for case in (1, 2):
        answer_case(desk, "修好了", case=case)
    east = person("张", scope=f"{DISTRICT}002")
    with desk.sessions.read() as session:
        rows, total = to_be_told(session, east.scope.area, "answer", 10)
    assert [(row[0].id, total) for row in rows] == [(2, 1)]
    for act in (told_by_phone, send_again):
        with pytest.raises(CaseError, match="不需要处理"):
            act(desk, 1, east, AT)
    told_by_phone(desk, 2, east, AT)
    assert states(desk) == [DeliveryState.BY_PHONE, DeliveryState.DELIVERED]


def test_a_message_is_no_answer_that_somebody_could_have_given(tmp_path):
    routes = [{"id": "hook", "url_env": "TEST_NOWHERE"}]
    desk = make_desk(f"sqlite:///{tmp_path}/own.db", notices={"routes": routes})
    receive(desk, "1")
    escalate(desk, NOON + 31 * MINUTE)
    send_notices(desk, NOON + 31 * MINUTE)
    with writing(desk.sessions, NOON) as session:
        session.get_one(Delivery, 1).state = DeliveryState.UNDELIVERABLE
    with pytest.raises(CaseError, match="不需要处理"):
        told_by_phone(desk, 1, WANG, NOON + DAY)
    desk.sessions.engine.dispose()


def test_a_message_that_did_not_arrive_stands_on_the_page_of_sources_until_it_is_sent_again(web):
    desk = web.desk
    with writing(desk.sessions, NOON) as session:
        lost = enqueue(session, key="notice:x", kind="notice", target="duty", payload={}, now=NOON)
        finish(session, lost.id, DeliveryState.UNDELIVERABLE, NOON, error="the server answered HTTP 500")
        number = lost.id
    with desk.sessions.read() as session:
        assert [one.error for one in source_page(session, (), NOON).unsent] == ["the server answered HTTP 500"]
    assert web.post(web.operator(), f"/console/deliveries/{number}/again").status_code == 200
    with desk.sessions.read() as session:
        assert list(source_page(session, (), NOON).unsent) == []
