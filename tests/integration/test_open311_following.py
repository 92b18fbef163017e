"""What somebody outside can follow: the status, the answer, and nothing of how cases are merged."""

from datetime import timedelta

from sqlalchemy import select

from dashboard.domain.events import EventKind as E
from dashboard.services.merging import merge, split, unmerge
from dashboard.store.handling import Delivery
from dashboard.store.outbox import DeliveryState
from tests.factories import DAY, HOUR, MINUTE, NOON
from tests.handling import LI, WANG, do, the_log, the_reports
from tests.open311 import FIELDS, ROOT
from tests.stations import check_against_events

SECOND = timedelta(seconds=1)
LATER = NOON + 10 * MINUTE


def w3c(instant):
    return instant.isoformat().replace("+00:00", "Z")


def follow(service, key):
    told = service.request("YW-1", api_key=key)
    return told["status"], told["status_notes"], told["updated_datetime"]


def test_a_request_is_open_until_its_case_is_closed(service):
    key, desk = service.key(), service.desk
    service.file(key)
    assert follow(service, key) == ("open", "已受理，等待响应", "2026-03-10T12:00:00+08:00")
    do(desk, E.RESPONDED, LATER)
    assert follow(service, key) == ("open", "已响应，正在办理", "2026-03-10T12:10:00+08:00")
    do(desk, E.FED_BACK, LATER + MINUTE, answer="已更换灯泡")
    assert follow(service, key) == ("open", "已更换灯泡", "2026-03-10T12:11:00+08:00")
    do(desk, E.CLOSED, LATER + 2 * MINUTE, by=LI, level="community")
    assert follow(service, key) == ("closed", "已更换灯泡", "2026-03-10T12:12:00+08:00")
    assert service.numbers(status="closed") == service.numbers(status="open,closed") == ["YW-1"]
    assert service.numbers(status="open") == []


def test_a_new_round_is_open_again_and_has_no_answer_yet(light_service):
    key, desk = light_service.key(), light_service.desk
    light_service.file(key)
    do(desk, E.RESPONDED, LATER)
    do(desk, E.FED_BACK, LATER, answer="已更换灯泡")
    do(desk, E.CLOSED, LATER, by=LI, level="community")
    do(desk, E.REOPENED, LATER + DAY, asked_by="reporter")
    assert follow(light_service, key)[:2] == ("open", "已受理，等待响应")


def test_what_is_not_taken_up_is_closed_once_it_is_answered(light_service):
    key, desk = light_service.key(), light_service.desk
    light_service.file(key)
    do(desk, E.REJECTED, LATER, reason="不属本区")
    assert follow(light_service, key)[:2] == ("open", "不予受理")
    do(desk, E.FED_BACK, LATER, answer="请向邻区反映")
    assert follow(light_service, key)[:2] == ("closed", "请向邻区反映")


def test_what_was_withdrawn_is_closed(light_service):
    key = light_service.key()
    light_service.file(key)
    do(light_service.desk, E.WITHDRAWN, LATER, reason="诉求人撤回")
    assert follow(light_service, key)[:2] == ("closed", "已撤回")


def test_only_what_has_changed_can_be_asked_for(service):
    key = service.key()
    for name in ("甲", "乙", "丙"):
        service.file(key, description=name)
    do(service.desk, E.RESPONDED, LATER, case=2)
    do(service.desk, E.NOTED, LATER, case=3, note="内部备注")
    assert service.numbers(updated_after=w3c(LATER)) == ["YW-2"]
    assert service.numbers(updated_after=w3c(NOON)) == ["YW-3", "YW-2", "YW-1"]
    assert service.numbers(updated_before=w3c(LATER - SECOND)) == ["YW-3", "YW-1"]
    assert service.numbers(updated_after=w3c(NOON), updated_before=w3c(LATER)) == ["YW-3", "YW-2", "YW-1"]


def test_an_update_of_an_old_request_is_found(service):
    key = service.key()
    service.file(key)
    do(service.desk, E.RESPONDED, NOON + 200 * DAY)
    service.move_to(NOON + 200 * DAY)
    assert service.numbers() == []
    assert service.numbers(updated_after=w3c(NOON + 199 * DAY)) == ["YW-1"]


def answered(service, key):
    service.file(key)
    do(service.desk, E.RESPONDED, LATER)
    do(service.desk, E.FED_BACK, LATER, answer="已更换灯泡")


def deliveries(service):
    with service.desk.sessions.read() as session:
        return [delivery.state for delivery in session.scalars(select(Delivery).order_by(Delivery.id))]


def test_an_answer_is_delivered_when_its_filer_reads_it(service):
    key = service.key()
    answered(service, key)
    service.move_to(LATER + MINUTE)
    assert deliveries(service) == [DeliveryState.BY_PHONE], "until then somebody would have to call"
    assert service.request("YW-1", api_key=key)["status_notes"] == "已更换灯泡"
    assert deliveries(service) == [DeliveryState.DELIVERED]
    assert the_reports(service.desk)[0].answered_at == LATER + MINUTE
    event = the_log(service.desk)[-1]
    assert (event.kind, event.data["via"]) == (E.ANSWERED, "open311")
    service.request("YW-1", api_key=key)
    assert [event.kind for event in the_log(service.desk)].count(E.ANSWERED) == 1
    check_against_events(service.desk, LATER + MINUTE)


def test_nobody_else_reads_it_or_delivers_it(light_service):
    key = light_service.key()
    answered(light_service, key)
    for query in (
        {},
        {"api_key": light_service.key("other")},
        {"api_key": light_service.key("deaf", may_read=False)},
    ):
        assert light_service.request("YW-1", **query)["status_notes"] == "已答复，等待核查"
    light_service.client.head(f"{ROOT}/requests/YW-1.json?api_key={key}")
    assert deliveries(light_service) == [DeliveryState.BY_PHONE]


def test_a_key_that_may_not_read_does_not_see_its_own_words(light_service):
    light_service.file(light_service.key("deaf", may_read=False))
    key = light_service.key("late", source="open311_deaf", may_read=False)
    assert light_service.request("YW-1", api_key=key)["description"] is None


def test_from_outside_merging_cannot_be_seen(service):
    key = service.key()
    first = service.file(key, description="灯不亮", account_id="1")
    second = service.file(key, description="又黑又暗", account_id="2", service_code="road/surface")
    before = {number: service.request(number) for number in (first, second)}
    merge(service.desk, 1, 2, WANG, LATER)
    for number in (first, second):
        after = service.request(number)
        assert {name: after[name] for name in FIELDS if name != "updated_datetime"} == {
            name: before[number][name] for name in FIELDS if name != "updated_datetime"
        }
    assert service.numbers(service_code="road/surface") == [second]


def test_every_filer_reads_the_one_answer(service):
    one, two = service.key("one"), service.key("two")
    service.file(one)
    service.file(two)
    merge(service.desk, 1, 2, WANG, LATER)
    do(service.desk, E.RESPONDED, LATER)
    do(service.desk, E.FED_BACK, LATER, answer="已更换灯泡")
    do(service.desk, E.CLOSED, LATER, by=LI, level="community")
    for number, key in (("YW-1", one), ("YW-2", two)):
        told = service.request(number, api_key=key)
        assert (told["status"], told["status_notes"]) == ("closed", "已更换灯泡")


def test_what_moves_to_another_case_has_changed(service):
    key = service.key()
    service.file(key, description="甲", account_id="1")
    service.file(key, description="乙", account_id="2")
    do(service.desk, E.RESPONDED, LATER, case=2)
    merge(service.desk, 1, 2, WANG, LATER + HOUR)
    assert "YW-2" in service.numbers(updated_after=w3c(LATER + HOUR))
    unmerge(service.desk, 2, WANG, LATER + 2 * HOUR)
    assert "YW-2" in service.numbers(updated_after=w3c(LATER + 2 * HOUR))
    assert service.request("YW-2")["status_notes"] == "已响应，正在办理"


def test_what_is_split_off_goes_its_own_way(service):
    key = service.key()
    service.file(key, description="甲", account_id="1")
    service.file(key, description="乙", account_id="2")
    merge(service.desk, 1, 2, WANG, LATER)
    split(service.desk, 2, WANG, LATER + HOUR)
    assert "YW-2" in service.numbers(updated_after=w3c(LATER + HOUR))
    do(service.desk, E.RESPONDED, LATER + 2 * HOUR, case=3)
    assert service.request("YW-2")["status_notes"] == "已响应，正在办理"
    assert service.request("YW-1")["status_notes"] == "已受理，等待响应"
