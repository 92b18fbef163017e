"""What is filed badly is refused in the standard's form, and kept until somebody has put it right."""

import pytest

from dashboard.domain.reports import Unlocated
from dashboard.services.quarantine import RetryError, retry_record
from tests.factories import HOUR, NOON
from tests.handling import the_log
from tests.open311 import errors_of, xml_of
from tests.stations import check_against_events

NO_POINT = {"lat": None, "long": None}


@pytest.mark.parametrize(
    ("said", "status", "words"),
    [
        ({"service_code": None}, 400, ["service_code"]),
        ({"service_code": "moon/dust"}, 404, ["service_code"]),
        (NO_POINT, 400, ["address_string"]),
        ({"lat": None}, 400, ["缺少 lat"]),
        ({"long": ""}, 400, ["缺少 long"]),
        ({"lat": "north"}, 400, ["lat 须为"]),
        ({"long": "nan"}, 400, ["long 须为"]),
        ({"address_string": "九" * 301}, 400, ["address_string 太长，最多 300"]),
        ({"description": "长" * 20_001}, 400, ["description 太长，最多 20000"]),
        ({"service_code": None, "lat": "x"}, 400, ["缺少 service_code", "lat 须为"]),
    ],
)
def test_a_bad_form_is_refused_by_name_and_kept(light_service, said, status, words):
    answer = light_service.post(light_service.key(), **said)
    assert answer.status_code == status
    for word, (_, description) in zip(words, errors_of(answer), strict=True):
        assert word in description
    assert light_service.reports() == []
    (kept,) = light_service.waiting()
    assert (kept.source, kept.reason) == ("open311_app", "refused")
    assert '"description"' in kept.raw


def test_the_same_refusals_as_xml_and_in_english(light_service):
    root = xml_of(
        light_service.post(light_service.key(), form="xml", service_code=None, headers={"Accept-Language": "en"})
    )
    assert root.tag == "errors"
    assert [(error.tag, *(child.tag for child in error)) for error in root] == [("error", "code", "description")]
    assert [child.text for child in root[0]] == ["400", "service_code is missing"]


def test_a_key_never_stands_in_the_quarantine(light_service):
    key = light_service.key()
    light_service.post(key, service_code=None)
    assert key not in light_service.waiting()[0].raw


def test_what_says_nothing_is_not_kept(light_service):
    answer = light_service.post(light_service.key(), service_code=None, description=None)
    assert answer.status_code == 400
    assert light_service.waiting() == []


def test_the_same_refusal_waits_once(service):
    key = service.key()
    for _ in range(3):
        service.post(key, service_code="moon/dust")
    assert [row.times for row in service.waiting()] == [3]


def test_what_its_sender_corrects_waits_no_more(service):
    key = service.key()
    service.post(key, service_code="moon/dust", account_id="1")
    service.post(key, service_code="moon/dust", account_id="2")
    service.file(key, account_id="1")
    (left,) = service.waiting()
    assert '"account_id": "2"' in left.raw


def test_what_was_refused_can_be_taken_in_by_hand(service):
    key = service.key()
    service.post(
        key, service_code="moon/dust", phone="13800138000", media_url="https://photo.example/1.jpg", **NO_POINT
    )
    retry_record(service.desk, service.waiting()[0].id, NOON + HOUR)
    assert service.waiting() == []
    report, case = service.reports()[0], service.cases()[0]
    assert (report.category, report.contact) == ("other/unclassified", "13800138000")
    assert (report.accepted_at, report.fetched_at) == (NOON + HOUR, NOON)
    assert case.unlocated == Unlocated.NO_PLACE
    assert "photo.example" in the_log(service.desk)[-1].data["note"]
    service.move_to(NOON + HOUR)
    assert service.numbers(api_key=key) == ["YW-1"], "and can be followed"
    check_against_events(service.desk, NOON + HOUR)


def test_what_still_cannot_be_a_report_says_so(light_service):
    light_service.post(
        light_service.key(), service_code=None, description="\x00 ", address_string="\x00", lat=None, long=None
    )
    assert light_service.waiting() == [], "nothing was said"
    with pytest.raises(RetryError):
        retry_record(light_service.desk, 1, NOON)


def test_nobody_files_without_a_key_and_nothing_is_kept(light_service):
    for answer in (light_service.post(), light_service.post("guess")):
        assert answer.status_code == 403
        assert "api_key" in errors_of(answer)[0][1]
    assert light_service.reports() == light_service.waiting() == []


def test_a_key_that_may_only_read_files_nothing(light_service):
    assert light_service.post(light_service.key(may_file=False)).status_code == 403
    assert light_service.reports() == light_service.waiting() == []


def test_a_body_that_is_too_large_is_refused(light_service):
    most = light_service.desk.config.attachments.max_bytes
    body = f"api_key={light_service.key()}&description=".encode() + b"x" * (most + 2_000_000)
    answer = light_service.client.post(
        "/open311/v2/requests.json", data=body, content_type="application/x-www-form-urlencoded"
    )
    assert [code for code, _ in errors_of(answer)] == [413]
