"""A client that sends the same again, as it did not hear the answer, files it once."""

import threading

import pytest

from dashboard.auth.keys import find_key
from dashboard.services.filing import file_report
from dashboard.services.forms import read_form
from tests.factories import DAY, HOUR, MINUTE, NOON
from tests.open311 import LATITUDE, LONGITUDE, errors_of


def test_a_client_that_did_not_hear_the_answer_files_once(service):
    key = service.key()
    assert service.post(key).status_code == 201
    service.move_to(NOON + 5 * MINUTE)
    again = service.post(key)
    assert (again.status_code, again.json[0]["service_request_id"]) == (200, "YW-1")
    assert len(service.reports()) == len(service.cases()) == 1


def test_the_order_of_fields_and_empty_ones_make_no_other_report(light_service):
    key = light_service.key()
    light_service.file(key, phone="")
    assert light_service.post(key, long=f"{LONGITUDE} ", lat=LATITUDE, email="  ").status_code == 200


@pytest.mark.parametrize("more", [{"account_id": "2"}, {"description": "第二盏"}, {"service_code": "road/surface"}])
def test_another_person_or_another_thing_is_another_report(light_service, more):
    key = light_service.key()
    light_service.file(key, account_id="1")
    light_service.file(key, **({"account_id": "1"} | more))
    assert len(light_service.reports()) == 2


def test_another_system_is_another_filer(light_service):
    light_service.file(light_service.key("one"))
    light_service.file(light_service.key("two"))
    assert len(light_service.reports()) == 2


def test_a_key_that_replaces_another_is_the_same_filer(light_service):
    light_service.file(light_service.key("old", source="open311_app"))
    assert light_service.post(light_service.key("new", source="open311_app")).status_code == 200


def test_after_a_while_the_same_words_are_news(light_service):
    key = light_service.key()
    light_service.file(key)
    light_service.move_to(NOON + HOUR)
    assert light_service.post(key).status_code == 200, "within the time"
    light_service.move_to(NOON + HOUR + MINUTE)
    assert light_service.file(key) == "YW-2"


def test_an_idempotency_key_holds_for_ever(service):
    key, headers = service.key(), {"Idempotency-Key": "5f1c"}
    service.file(key, headers=headers)
    service.move_to(NOON + 30 * DAY)
    assert service.post(key, headers=headers).get_json()[0]["service_request_id"] == "YW-1"
    assert service.post(key, headers={"Idempotency-Key": "other"}).status_code == 201


def test_an_idempotency_key_is_for_one_report_only(light_service):
    key, headers = light_service.key(), {"Idempotency-Key": "5f1c"}
    light_service.file(key, headers=headers)
    answer = light_service.post(key, headers=headers, description="别的事")
    assert [code for code, _ in errors_of(answer)] == [400]
    assert "Idempotency-Key" in errors_of(answer)[0][1]
    assert len(light_service.reports()) == 1


def test_of_two_attempts_at_the_same_time_one_is_filed(service):
    key = service.key()
    with service.desk.sessions.read() as session:
        holder = find_key(session, key)
        service.desk.atlases.current(session, NOON.date())
    form = read_form({"service_code": "road/lamp", "description": "灯", "address_string": "春林路1号院"})
    start, receipts = threading.Barrier(4), []

    def attempt() -> None:
        start.wait()
        receipts.append(file_report(service.desk, holder, form, NOON))

    threads = [threading.Thread(target=attempt) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(service.reports()) == 1
    assert sorted(receipt.is_new for receipt in receipts) == [False, False, False, True]
    assert {receipt.number for receipt in receipts} == {"YW-1"}
