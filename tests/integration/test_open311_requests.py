"""Filed requests by id, kind, time and page."""

from datetime import timedelta
from itertools import pairwise

import pytest

from tests.factories import DAY, HOUR, NOON
from tests.open311 import FIELDS, errors_of, make_service, xml_of

SECOND = timedelta(seconds=1)


def w3c(instant):
    return instant.isoformat().replace("+00:00", "Z")


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    """A service for questions that change nothing."""
    made = make_service(f"sqlite:///{tmp_path_factory.mktemp('quiet')}/x.db", requests_per_minute=100_000)
    yield made
    made.desk.sessions.engine.dispose()


@pytest.fixture
def busy(service):
    """One report an hour, and one of long ago."""
    key = service.key()
    for instant in (NOON - 100 * DAY, NOON, NOON + HOUR, NOON + 2 * HOUR):
        service.move_to(instant)
        service.file(key, description=f"{instant}")
    return service


def test_a_request_has_every_field_of_the_standard(service):
    service.file(service.key())
    assert tuple(service.requests()[0]) == FIELDS
    root = xml_of(service.get("requests.xml"))
    assert (root.tag, root[0].tag, tuple(child.tag for child in root[0])) == ("service_requests", "request", FIELDS)


def test_times_have_their_zone(light_service):
    light_service.file(light_service.key())
    found = light_service.request("YW-1")
    assert found["requested_datetime"] == "2026-03-10T12:00:00+08:00"
    assert found["expected_datetime"] == "2026-03-11T12:00:00+08:00", "when the reporter is promised an answer"


def test_without_a_question_the_last_90_days_come_newest_first(busy):
    assert busy.numbers() == ["YW-4", "YW-3", "YW-2"]


def test_a_time_can_be_asked_for(busy):
    for query, expected in (
        ({"start_date": w3c(NOON + HOUR)}, [4, 3]),
        ({"end_date": w3c(NOON + HOUR)}, [3, 2]),
        ({"start_date": w3c(NOON), "end_date": w3c(NOON)}, [2]),
        ({"start_date": w3c(NOON + SECOND), "end_date": w3c(NOON + HOUR - SECOND)}, []),
        ({"start_date": "2026-03-10T13:00:00+08:00"}, [4, 3]),
        ({"start_date": "2026-03-10T13:00:00 08:00"}, [4, 3]),
        ({"start_date": "2026-03-10", "end_date": "2026-03-10"}, [4, 3, 2]),
        ({"start_date": "2025-11-30"}, [1]),
        ({"end_date": w3c(NOON - 99 * DAY)}, [1]),
    ):
        assert busy.numbers(**query) == [f"YW-{number}" for number in expected], query


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"start_date": "2025-01-01", "end_date": "2025-04-02"}, "90"),
        ({"start_date": "2026-03-10", "end_date": "2026-03-09"}, "end_date"),
        ({"start_date": "yesterday"}, "start_date"),
        ({"end_date": "2026-03-10T12:00:00"}, "时区"),
        ({"updated_after": "0001-01-01T00:00:00Z"}, "updated_after"),
        ({"start_date": "9999-12-31"}, "start_date"),
        ({"status": "waiting"}, "status"),
        ({"page": "0"}, "page"),
        ({"page": "one"}, "page"),
        ({"page_size": "1001"}, "1000"),
        ({"page_size": "٣"}, "page_size"),
        ({"service_request_id": ",".join(f"YW-{n}" for n in range(1001))}, "service_request_id"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(quiet, query, words):
    for form in ("json", "xml"):
        answer = quiet.get(f"requests.{form}", **query)
        assert answer.status_code == 400
    assert words in xml_of(answer).findtext("error/description")


def test_ninety_days_are_not_too_many(quiet):
    assert quiet.numbers(start_date=w3c(NOON), end_date=w3c(NOON + 90 * DAY)) == []


def test_a_kind_can_be_asked_for(light_service):
    key = light_service.key()
    for code in ("road/lamp", "road/manhole", "water/outage"):
        light_service.file(key, service_code=code)
    assert light_service.numbers(service_code="road/manhole") == ["YW-2"]
    assert light_service.numbers(service_code="road/manhole, water/outage") == ["YW-3", "YW-2"]
    assert [code for code, _ in errors_of(light_service.get("requests.json", service_code="moon/dust"))] == [404]


def test_ids_override_everything_else(busy):
    assert busy.numbers(service_request_id="YW-1,YW-3", status="closed", page="2", start_date="never") == [
        "YW-3",
        "YW-1",
    ]
    assert busy.numbers(service_request_id=["yw-1", "YW-99", "nonsense", "YW-0", "YW-" + "9" * 30]) == ["YW-1"]


def test_pages_hold_everything_once(service):
    key = service.key()
    for number in range(7):
        service.file(key, description=str(number))
    pages = [service.numbers(page=page, page_size=3) for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    numbers = [int(number[3:]) for page in pages for number in page]
    assert all(one > two for one, two in pairwise(numbers)), "those of one instant keep one order"
    assert sorted(numbers) == list(range(1, 8))


def test_one_request_is_a_list_of_one(busy):
    assert busy.request("YW-1")["service_request_id"] == "YW-1"
    for number in ("YW-99", "1", "YW-x", "YW-1-"):
        assert [code for code, _ in errors_of(busy.get(f"requests/{number}.json"))] == [404]


def test_an_id_stands_for_a_token(busy):
    assert busy.get("tokens/YW-2.json").get_json() == [{"service_request_id": "YW-2", "token": "YW-2"}]
    assert [child.tag for child in xml_of(busy.get("tokens/YW-2.xml"))[0]] == ["service_request_id", "token"]
    assert busy.get("tokens/12345.json").status_code == 404


def test_what_other_channels_brought_is_not_told(service):
    service.web.receive("1", "2")
    assert service.requests() == []
    assert service.requests(api_key=service.key("hotline", source="hotline")) == []
    assert service.get("requests/YW-1.json").status_code == 404
