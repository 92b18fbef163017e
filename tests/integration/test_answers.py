"""One answer, written once, reaches every reporter through the channel each one used: retried, never twice, visible."""

import json
import os
import signal
from datetime import datetime, timedelta
from urllib.parse import parse_qs

import pytest
from sqlalchemy import select

from dashboard.domain.events import EventKind as E
from dashboard.domain.stages import CaseError
from dashboard.services.delivering import deliver, send_again, settle_abandoned, told_by_phone
from dashboard.services.desk import Desk, build_desk
from dashboard.services.rebuild import rebuild
from dashboard.store.engine import writing
from dashboard.store.handling import Delivery
from dashboard.store.outbox import DeliveryState, claim
from tests.factories import DAY, HOUR, MINUTE, NOON, make_config, make_desk
from tests.handling import CHIEF, LI, WANG, do, person, receive, the_case, the_log, the_reports
from tests.outside import Reply, in_json
from tests.pollers import PROCESSES, wait_until

AT = NOON + 5 * MINUTE
TAKEN = in_json({"ok": True})


def entry(name: str, protocol: str, **more: object) -> dict[str, object]:
    """A source that answers can go to; nobody polls it here."""
    usual = {
        "id": name,
        "protocol": protocol,
        "name": {"zh": name, "en": name},
        "channel": name,
        "url": "http://127.0.0.1:9/",
    }
    return usual | more


def desk_with(url: str, *sources: dict[str, object]) -> Desk:
    return make_desk(url, sources=list(sources))


@pytest.fixture
def rest(database_url, outside):
    """A desk whose hotline takes answers by a call."""
    answer = {
        "kind": "rest",
        "url": outside.answers("/orders/1/reply", TAKEN).replace("/1/", "/{id}/"),
        "idempotent": True,
    }
    made = desk_with(database_url, entry("hotline", "rest", answer=answer))
    yield made
    made.sessions.engine.dispose()


def answer_case(desk: Desk, at=AT, text: str = "已修好，谢谢") -> None:
    do(desk, E.RESPONDED, at)
    do(desk, E.FED_BACK, at, answer=text)


def outbox(desk: Desk) -> list[Delivery]:
    with desk.sessions.read() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.id)))


def states(desk: Desk) -> list[str]:
    return [delivery.state for delivery in outbox(desk)]


def test_an_answer_is_owed_from_the_moment_it_is_released_and_sent_once(rest, outside):
    receive(rest, "1")
    assert outbox(rest) == []
    answer_case(rest)
    assert states(rest) == [DeliveryState.WAITING]
    assert the_reports(rest)[0].answered_at is None, "not before there is a receipt"
    assert deliver(rest, lambda: AT + MINUTE) == 1
    assert deliver(rest, lambda: AT + 2 * MINUTE) == 0
    (asked,) = outside.asked
    assert (asked.method, asked.path) == ("POST", "/orders/1/reply")
    assert json.loads(asked.body) == {"id": "1", "answer": "已修好，谢谢", "status": "closed"}
    assert asked.headers["Idempotency-Key"] == "answer:1:1:1"
    (delivery,) = outbox(rest)
    assert (delivery.state, delivery.receipt["status"]) == (DeliveryState.DELIVERED, 200)
    assert the_reports(rest)[0].answered_at == AT + MINUTE
    assert the_log(rest)[-1].kind is E.ANSWERED
    assert rebuild(rest, NOON + DAY).mended == []


def test_every_reporter_gets_it_and_who_joins_later_at_once(rest, outside):
    receive(rest, "1")
    outside.answers("/orders/2/reply", TAKEN)
    outside.answers("/orders/3/reply", TAKEN)
    receive(rest, "2", parent="1")
    answer_case(rest)
    deliver(rest, lambda: AT + MINUTE)
    receive(rest, "3", now=AT + 2 * HOUR, parent="1")
    assert states(rest) == ["delivered", "delivered", "waiting"]
    deliver(rest, lambda: AT + 3 * HOUR)
    assert [report.answered_at for report in the_reports(rest)] == [AT + MINUTE, AT + MINUTE, AT + 3 * HOUR]
    assert the_reports(rest)[2].answer_due_at == AT + 26 * HOUR


def test_a_corrected_answer_after_the_check_sent_it_back_is_delivered_as_well(rest, outside):
    receive(rest, "1")
    answer_case(rest)
    deliver(rest, lambda: AT)
    do(rest, E.SENT_BACK, AT + HOUR, by=LI, reason="没修好")
    do(rest, E.FED_BACK, AT + 2 * HOUR, answer="这次修好了")
    deliver(rest, lambda: AT + 3 * HOUR)
    assert [json.loads(asked.body)["answer"] for asked in outside.asked] == ["已修好，谢谢", "这次修好了"]
    assert the_reports(rest)[0].answered_at == AT, "the first receipt counts"


def test_a_source_that_is_down_is_tried_again_less_and_less_often_and_then_a_person_decides(rest, outside):
    outside.answers("/orders/1/reply", Reply(status=503))
    receive(rest, "1")
    answer_case(rest)
    now, waits = AT, []
    while states(rest) == [DeliveryState.WAITING]:
        deliver(rest, lambda now=now: now)
        (found,) = outbox(rest)
        if found.next_at:
            waits.append(found.next_at - now)
            now = found.next_at
    assert waits == sorted(waits)
    assert waits[0] == timedelta(seconds=30)
    (found,) = outbox(rest)
    assert (found.state, found.attempts, "503" in found.error) == (DeliveryState.UNDELIVERABLE, 8, True)
    outside.answers("/orders/1/reply", TAKEN)
    send_again(rest, found.id, WANG, now)
    deliver(rest, lambda: now)
    assert states(rest) == [DeliveryState.DELIVERED]


def test_a_source_that_says_when_to_come_back_is_obeyed(rest, outside):
    outside.answers("/orders/1/reply", Reply(status=429, headers={"Retry-After": "600"}))
    receive(rest, "1")
    answer_case(rest)
    deliver(rest, lambda: AT)
    assert outbox(rest)[0].next_at == AT + 10 * MINUTE


def test_open311_gets_an_update_with_an_id_of_its_own(database_url, outside):
    outside.answers("/v2/servicerequestupdates.json", TAKEN)
    desk = desk_with(
        database_url, entry("grid", "open311", url=f"{outside.url}/v2", jurisdiction="xg", answer={"kind": "open311"})
    )
    receive(desk, "77", source="grid")
    answer_case(desk)
    deliver(desk, lambda: AT)
    form = {name: values[0] for name, values in parse_qs(outside.asked[0].body.decode()).items()}
    assert form == {
        "update_id": "answer:1:1:1",
        "service_request_id": "77",
        "status": "CLOSED",
        "updated_datetime": AT.isoformat(),
        "description": "已修好，谢谢",
        "jurisdiction_id": "xg",
    }
    desk.sessions.engine.dispose()


def test_a_file_is_there_whole_and_only_once(database_url, tmp_path):
    answer = {"kind": "file", "folder": str(tmp_path / "out")}
    said = entry("counter", "files", folder=str(tmp_path), answer=answer)
    del said["url"]
    desk = make_desk(database_url, sources=[said])
    receive(desk, "9", source="counter")
    answer_case(desk)
    deliver(desk, lambda: AT)
    (path,) = (tmp_path / "out").iterdir()
    assert json.loads(path.read_text(encoding="utf-8"))["answer"] == "已修好，谢谢"
    assert path.name == "answer-1-1-1.json"
    desk.sessions.engine.dispose()


def test_who_cannot_be_told_by_a_machine_is_called_by_an_operator(desk):
    receive(desk, "1", source="board")
    answer_case(desk)
    (found,) = outbox(desk)
    assert found.state == DeliveryState.BY_PHONE
    assert deliver(desk, lambda: AT) == 0
    with pytest.raises(CaseError):
        told_by_phone(desk, found.id, CHIEF, AT)
    with pytest.raises(CaseError):
        told_by_phone(desk, found.id, person("张", scope="410303002"), AT)
    told_by_phone(desk, found.id, WANG, AT + HOUR, "本人接听")
    assert the_reports(desk)[0].answered_at == AT + HOUR
    event = the_log(desk)[-1]
    assert (event.kind, event.actor, event.data["via"]) == (E.ANSWERED, "王", "phone")
    with pytest.raises(CaseError, match="不需要处理"):
        told_by_phone(desk, found.id, WANG, AT + HOUR)


def test_history_is_answered_by_nobody(desk):
    receive(desk, "1", is_closed=True)
    assert outbox(desk) == []


def test_after_a_crash_in_the_middle_what_can_be_repeated_is_and_of_the_rest_nobody_knows(rest):
    receive(rest, "1")
    answer_case(rest)
    with writing(rest.sessions, AT) as session:
        assert len(claim(session, AT, 10)) == 1
    assert deliver(rest, lambda: AT + HOUR) == 0, "nobody sends what may be on its way"
    assert settle_abandoned(rest, AT + HOUR) == 1
    assert states(rest) == [DeliveryState.WAITING]


def test_what_may_arrive_twice_is_not_sent_again_by_a_machine(database_url, outside):
    answer = {"kind": "rest", "url": outside.answers("/reply", TAKEN)}
    desk = desk_with(database_url, entry("hotline", "rest", answer=answer))
    receive(desk, "1")
    answer_case(desk)
    with writing(desk.sessions, AT) as session:
        claim(session, AT, 10)
    settle_abandoned(desk, AT + HOUR)
    (found,) = outbox(desk)
    assert (found.state, found.next_at) == (DeliveryState.UNCLEAR, None)
    assert deliver(desk, lambda: AT + DAY) == 0
    desk.sessions.engine.dispose()


def work_through(url: str, source: dict[str, object], now: datetime) -> None:
    """A process that delivers until it is killed."""
    desk = build_desk(make_config(url, sources=[source]))
    settle_abandoned(desk, now)
    while True:
        deliver(desk, lambda: now)


@pytest.mark.slow
def test_a_process_killed_again_and_again_loses_no_answer_and_a_repeatable_one_arrives_once(database_url, outside):
    seen: dict[str, int] = {}

    def take(asked) -> Reply:
        key = asked.headers["Idempotency-Key"]
        seen[key] = seen.get(key, 0) + 1
        return TAKEN

    outside.answers("/reply", take)
    source = entry("hotline", "rest", answer={"kind": "rest", "url": f"{outside.url}/reply", "idempotent": True})
    desk = desk_with(database_url, source)
    receive(desk, "1")
    receive(desk, *[str(number) for number in range(2, 121)], parent="1")
    answer_case(desk)
    for hour in range(4):
        done = sum(state == "delivered" for state in states(desk))
        at = NOON + (hour + 1) * HOUR
        process = PROCESSES.Process(target=work_through, args=(database_url, source, at), daemon=True)
        process.start()
        wait_until(lambda done=done: sum(state == "delivered" for state in states(desk)) > min(done + 15, 118))
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join()
    settle_abandoned(desk, NOON + DAY)
    while deliver(desk, lambda: NOON + DAY):
        pass
    assert states(desk) == ["delivered"] * 120
    assert len(seen) == 120
    assert all(report.answered_at for report in the_reports(desk))
    receipts = [event.data["report"] for event in the_log(desk) if event.kind is E.ANSWERED]
    assert sorted(receipts) == sorted(report.id for report in the_reports(desk)), "each receipt once"
    desk.sessions.engine.dispose()


def test_a_return_visit_that_finds_it_unsolved_begins_a_new_round(desk):
    receive(desk, "1")
    answer_case(desk)
    with pytest.raises(CaseError, match="结案后"):
        do(desk, E.VISITED, AT, reached=True, solved=True, satisfaction="satisfied")
    do(desk, E.CLOSED, AT, by=LI, level="grid")
    do(desk, E.VISITED, AT + HOUR, reached=False)
    assert the_case(desk).stage == "closed", "not reached says nothing"
    with pytest.raises(CaseError, match="须记录"):
        do(desk, E.VISITED, AT + HOUR, reached=True)
    do(desk, E.VISITED, AT + 2 * HOUR, reached=True, solved=True, satisfaction="basically")
    assert the_case(desk).round == 1
    do(desk, E.VISITED, AT + 3 * HOUR, reached=True, solved=False, satisfaction="unsatisfied")
    case = the_case(desk)
    assert (case.stage, case.round, case.is_open) == ("received", 2, True)
    assert [event.kind for event in the_log(desk)][-2:] == [E.VISITED, E.REOPENED]
