"""Reports filed by other systems come in like those of any channel: once, with their place, and never lost."""

import io
import re
import threading
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import select
from structlog.testing import capture_logs

from dashboard.auth.keys import find_key
from dashboard.domain.events import EventKind as E
from dashboard.domain.reports import Flag, Unlocated
from dashboard.domain.sla import ClockName
from dashboard.services.filing import file_report
from dashboard.services.forms import read_form
from dashboard.services.quarantine import RetryError, retry_record
from dashboard.store.engine import writing
from dashboard.store.handling import Attachment, Filing
from dashboard.store.models import Report
from geo.crs import from_wgs84
from tests.factories import DAY, DISTRICT, HOUR, MINUTE, NOON, point_at, point_in
from tests.handling import the_clocks, the_log
from tests.open311 import LATITUDE, LONGITUDE, errors_of, make_service, xml_of
from tests.stations import check_against_events

NO_POINT = {"lat": None, "long": None}


def test_a_filed_report_opens_a_case_whose_clocks_run(service):
    key = service.key()
    assert service.file(key) == "YW-1"
    report, case = service.reports()[0], service.cases()[0]
    assert (report.source, report.channel, report.category) == ("open311_app", "opinion", "road/lamp")
    assert (report.text, report.accepted_at, report.source_at) == ("楼下路灯不亮", NOON, NOON)
    assert (case.area_code, case.stage, case.channel) == (f"{DISTRICT}001001001", "received", "opinion")
    assert the_clocks(service.desk)[ClockName.RESPOND].due_at == NOON + 30 * MINUTE
    check_against_events(service.desk, NOON)


def test_the_answer_holds_what_the_standard_says(light_service):
    key = light_service.key()
    answer = light_service.post(key)
    assert answer.status_code == 201
    assert answer.get_json() == [{"service_request_id": "YW-1", "service_notice": None, "account_id": None}]
    root = xml_of(light_service.post(key, form="xml", description="另一盏灯"))
    (request,) = root
    assert (root.tag, request.tag) == ("service_requests", "request")
    assert [(child.tag, child.text) for child in request] == [
        ("service_request_id", "YW-2"),
        ("service_notice", None),
        ("account_id", None),
    ]


def test_who_reports_is_kept_as_other_channels_keep_it(light_service):
    key = light_service.key()
    who = {
        "account_id": "u-77",
        "phone": "13800138000",
        "email": "zs@example.com",
        "first_name": "三",
        "last_name": "张",
    }
    light_service.file(key, **who)
    light_service.file(key, description="又一盏", **who)
    light_service.file(key, description="第三盏", device_id="d-1", first_name="San", last_name="Zhang")
    first, second, third = light_service.reports()
    assert first.contact == "13800138000 zs@example.com 张三"
    assert third.contact == "San Zhang"
    assert first.reporter == second.reporter, "the same person"
    assert len({first.reporter, third.reporter}) == 2
    assert "77" not in str(first.reporter), "a pseudonym"


def test_the_same_account_of_two_systems_is_two_people(light_service):
    for name in ("one", "two"):
        light_service.file(light_service.key(name), account_id="7")
    first, second = light_service.reports()
    assert first.reporter != second.reporter


class TestTheSameAgain:
    def test_a_client_that_did_not_hear_the_answer_files_once(self, service):
        key = service.key()
        assert service.post(key).status_code == 201
        service.move_to(NOON + 5 * MINUTE)
        again = service.post(key)
        assert (again.status_code, again.json[0]["service_request_id"]) == (200, "YW-1")
        assert len(service.reports()) == len(service.cases()) == 1

    def test_the_order_of_fields_and_empty_ones_make_no_other_report(self, light_service):
        key = light_service.key()
        light_service.file(key, phone="")
        assert light_service.post(key, long=f"{LONGITUDE} ", lat=LATITUDE, email="  ").status_code == 200

    @pytest.mark.parametrize("more", [{"account_id": "2"}, {"description": "第二盏"}, {"service_code": "road/surface"}])
    def test_another_person_or_another_thing_is_another_report(self, light_service, more):
        key = light_service.key()
        light_service.file(key, account_id="1")
        light_service.file(key, **({"account_id": "1"} | more))
        assert len(light_service.reports()) == 2

    def test_another_system_is_another_filer(self, light_service):
        light_service.file(light_service.key("one"))
        light_service.file(light_service.key("two"))
        assert len(light_service.reports()) == 2

    def test_a_key_that_replaces_another_is_the_same_filer(self, light_service):
        light_service.file(light_service.key("old", source="open311_app"))
        assert light_service.post(light_service.key("new", source="open311_app")).status_code == 200

    def test_after_a_while_the_same_words_are_news(self, light_service):
        key = light_service.key()
        light_service.file(key)
        light_service.move_to(NOON + HOUR)
        assert light_service.post(key).status_code == 200, "within the time"
        light_service.move_to(NOON + HOUR + MINUTE)
        assert light_service.file(key) == "YW-2"

    def test_an_idempotency_key_holds_for_ever(self, service):
        key, headers = service.key(), {"Idempotency-Key": "5f1c"}
        service.file(key, headers=headers)
        service.move_to(NOON + 30 * DAY)
        assert service.post(key, headers=headers).get_json()[0]["service_request_id"] == "YW-1"
        assert service.post(key, headers={"Idempotency-Key": "other"}).status_code == 201

    def test_an_idempotency_key_is_for_one_report_only(self, light_service):
        key, headers = light_service.key(), {"Idempotency-Key": "5f1c"}
        light_service.file(key, headers=headers)
        answer = light_service.post(key, headers=headers, description="别的事")
        assert [code for code, _ in errors_of(answer)] == [400]
        assert "Idempotency-Key" in errors_of(answer)[0][1]
        assert len(light_service.reports()) == 1

    def test_of_two_attempts_at_the_same_time_one_is_filed(self, service):
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
        assert {receipt.report_id for receipt in receipts} == {1}


class TestPlaces:
    @pytest.mark.parametrize(
        ("longitude", "latitude", "reason"),
        [
            (0, 0, Unlocated.ZERO),
            (LATITUDE, LONGITUDE, Unlocated.SWAPPED),
            (113.6, 34.7, Unlocated.OUTSIDE),
            (-112.4, 34.66, Unlocated.OUTSIDE),
            (637_000.5, 3_840_000.25, Unlocated.METRES),
        ],
    )
    def test_a_point_that_cannot_be_is_taken_in_without_a_place_and_the_sender_is_told(
        self, light_service, longitude, latitude, reason
    ):
        answer = light_service.post(light_service.key(), long=longitude, lat=latitude)
        assert answer.status_code == 201
        assert "坐标不在本区" in answer.json[0]["service_notice"]
        assert light_service.cases()[0].unlocated == reason
        assert light_service.reports()[0].flags == [Flag.BAD_COORDINATES]
        assert light_service.reports()[0].original_point == f"{float(longitude)},{float(latitude)} wgs84"

    def test_words_help_where_a_point_does_not(self, light_service):
        answer = light_service.post(light_service.key(), lat=0, long=0, address_string="风林路5号院2号楼")
        assert "已按文字定位" in answer.json[0]["service_notice"]
        assert light_service.cases()[0].area_code == f"{DISTRICT}002001001002"

    def test_an_address_is_enough(self, service):
        answer = service.post(service.key(), address_string="春林路1号院1号楼3单元501", **NO_POINT)
        assert answer.json[0]["service_notice"] is None
        assert service.cases()[0].area_code == f"{DISTRICT}001001001001"
        assert service.reports()[0].address == "春林路1号院1号楼3单元501"

    def test_an_unknown_address_is_taken_in_without_a_place_and_the_sender_is_told(self, light_service):
        answer = light_service.post(light_service.key(), address_string="外星路9号", **NO_POINT)
        assert "没有找到这个地点" in answer.json[0]["service_notice"]
        assert light_service.cases()[0].unlocated == Unlocated.NO_PLACE

    def test_an_address_id_is_the_code_of_a_building(self, light_service):
        light_service.file(light_service.key(), address_id=f"{DISTRICT}001001001002", **NO_POINT)
        case = light_service.cases()[0]
        assert (case.area_code, case.place) == (f"{DISTRICT}001001001002", "春林路1号院2号楼")
        assert the_log(light_service.desk)[-1].data["note"] == f"address_id: {DISTRICT}001001001002"

    def test_an_address_id_of_nobody_is_taken_in_without_a_place(self, light_service):
        answer = light_service.post(light_service.key(), address_id="77", **NO_POINT)
        assert "没有找到这个地点" in answer.json[0]["service_notice"]

    def test_the_coordinates_of_a_key_are_in_the_system_that_was_agreed(self, light_service):
        x, y = (float(part) for part in from_wgs84(*point_at(2, 2), "gcj02"))
        light_service.file(light_service.key("amap", crs="gcj02"), long=x, lat=y)
        light_service.file(light_service.key("gps"), long=x, lat=y)
        shifted, plain = light_service.cases()
        assert shifted.area_code == f"{DISTRICT}001002001002"
        assert plain.area_code != shifted.area_code


class TestRefusals:
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
    def test_a_bad_form_is_refused_by_name_and_kept(self, light_service, said, status, words):
        answer = light_service.post(light_service.key(), **said)
        assert answer.status_code == status
        for word, (_, description) in zip(words, errors_of(answer), strict=True):
            assert word in description
        assert light_service.reports() == []
        (kept,) = light_service.waiting()
        assert (kept.source, kept.reason) == ("open311_app", "refused")
        assert '"description"' in kept.raw

    def test_the_same_refusals_as_xml_and_in_english(self, light_service):
        root = xml_of(
            light_service.post(light_service.key(), form="xml", service_code=None, headers={"Accept-Language": "en"})
        )
        assert root.tag == "errors"
        assert [(error.tag, *(child.tag for child in error)) for error in root] == [("error", "code", "description")]
        assert [child.text for child in root[0]] == ["400", "service_code is missing"]

    def test_a_key_never_stands_in_the_quarantine(self, light_service):
        key = light_service.key()
        light_service.post(key, service_code=None)
        assert key not in light_service.waiting()[0].raw

    def test_what_says_nothing_is_not_kept(self, light_service):
        answer = light_service.post(light_service.key(), service_code=None, description=None)
        assert answer.status_code == 400
        assert light_service.waiting() == []

    def test_the_same_refusal_waits_once(self, service):
        key = service.key()
        for _ in range(3):
            service.post(key, service_code="moon/dust")
        assert [row.times for row in service.waiting()] == [3]

    def test_what_its_sender_corrects_waits_no_more(self, service):
        key = service.key()
        service.post(key, service_code="moon/dust", account_id="1")
        service.post(key, service_code="moon/dust", account_id="2")
        service.file(key, account_id="1")
        (left,) = service.waiting()
        assert '"account_id": "2"' in left.raw

    def test_what_was_refused_can_be_taken_in_by_hand(self, service):
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

    def test_what_still_cannot_be_a_report_says_so(self, light_service):
        light_service.post(
            light_service.key(), service_code=None, description="\x00 ", address_string="\x00", lat=None, long=None
        )
        assert light_service.waiting() == [], "nothing was said"
        with pytest.raises(RetryError):
            retry_record(light_service.desk, 1, NOON)

    def test_nobody_files_without_a_key_and_nothing_is_kept(self, light_service):
        for answer in (light_service.post(), light_service.post("guess")):
            assert answer.status_code == 403
            assert "api_key" in errors_of(answer)[0][1]
        assert light_service.reports() == light_service.waiting() == []

    def test_a_key_that_may_only_read_files_nothing(self, light_service):
        assert light_service.post(light_service.key(may_file=False)).status_code == 403
        assert light_service.reports() == light_service.waiting() == []

    def test_a_body_that_is_too_large_is_refused(self, light_service):
        most = light_service.desk.config.attachments.max_bytes
        body = f"api_key={light_service.key()}&description=".encode() + b"x" * (most + 2_000_000)
        answer = light_service.client.post(
            "/open311/v2/requests.json", data=body, content_type="application/x-www-form-urlencoded"
        )
        assert [code for code, _ in errors_of(answer)] == [413]


def test_a_key_may_come_in_a_header(light_service):
    answer = light_service.post(headers={"Authorization": f"Bearer {light_service.key()}"})
    assert answer.status_code == 201


def test_links_and_attributes_are_noted_and_never_followed(light_service, outside):
    link = outside.answers("/photo.jpg")
    key = light_service.key()
    more = {"attribute[pole]": "L-17", "attribute[colour][]": ["red", "green"], "unknown": "x"}
    light_service.file(key, media_url=link, **more)
    event = the_log(light_service.desk)[-1]
    assert (event.kind, event.actor) == (E.NOTED, "app")
    assert set(event.data["note"].splitlines()) == {
        f"media_url: {link}",
        "attribute[pole]: L-17",
        "attribute[colour][]: red, green",
    }
    assert outside.asked == []


def picture(size: tuple[int, int] = (640, 480)) -> tuple[io.BytesIO, str]:
    body = io.BytesIO()
    Image.new("RGB", size, "grey").save(body, "JPEG")
    body.seek(0)
    return body, "lamp.jpg"


def test_a_photo_that_is_sent_along_is_kept_with_the_case(service):
    service.file(service.key(), media=picture())
    with service.desk.sessions.read() as session:
        (kept,) = session.scalars(select(Attachment))
    assert (kept.case_id, kept.kind, kept.width, kept.added_by) == (1, "before", 640, "app")
    assert the_log(service.desk)[-1].kind is E.ATTACHED


def test_a_file_that_is_no_photo_does_not_stop_the_report(light_service):
    answer = light_service.post(light_service.key(), media=(io.BytesIO(b"MZ"), "virus.exe"))
    assert answer.status_code == 201
    assert "JPEG" in answer.json[0]["service_notice"]
    assert len(light_service.reports()) == 1


def test_a_report_about_the_same_event_joins_its_case(tmp_path):
    made = make_service(f"sqlite:///{tmp_path}/x.db", merging={})
    key = made.key()
    made.file(key, account_id="1", description="春林路1号院整个小区停水，一滴水都没有", service_code="water/outage")
    made.move_to(NOON + 5 * MINUTE)
    made.file(key, account_id="2", description="春林路1号院停水了，家里没有水", service_code="water/outage")
    assert len(made.cases()) == 1
    assert made.cases()[0].report_count == 2
    assert made.numbers() == ["YW-2", "YW-1"]
    made.desk.sessions.engine.dispose()


def test_either_all_of_a_filing_is_stored_or_nothing(light_service, monkeypatch):
    key = light_service.key()

    def break_down(*_arguments: object, **_more: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("dashboard.services.filing.keep_photo", break_down)
    with capture_logs() as logs:
        answer = light_service.post(key, media=picture())
    assert [entry["event"] for entry in logs] == ["open311 request broke"]
    assert answer.status_code == 500
    assert errors_of(answer) == [(500, "服务暂时不可用，请稍后再试")]
    assert light_service.reports() == light_service.cases() == []
    monkeypatch.undo()
    assert light_service.post(key, media=picture()).status_code == 201


HOSTILE = st.text(alphabet=st.characters(exclude_categories=[]), max_size=60) | st.sampled_from(
    [
        "]]>",
        "<!DOCTYPE x [<!ENTITY a 'b'>]>&a;",
        "\x00\x08\x1f\x7f\ufffe\uffff",
        "\ud800x",
        "\r\n\t",
        "&#0;",
        "😀\u202e",
        "' OR 1=1 --",
    ]
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(description=HOSTILE, address=HOSTILE, name=HOSTILE, attribute=HOSTILE)
def test_whatever_is_filed_the_answers_stay_well_formed(hostile, description, address, name, attribute):
    service, key = hostile
    text = [part.encode("utf-8", "surrogatepass") for part in (description, address, name, attribute)]
    answer = service.post(
        key,
        form="xml",
        description=text[0],
        address_string=text[1][:200],
        last_name=text[2],
        **{"attribute[x]": text[3]},
    )
    assert answer.status_code in (200, 201)
    number = xml_of(answer)[0][0].text
    (own,) = xml_of(service.get(f"requests/{number}.xml", api_key=key))
    (told,) = service.get(f"requests/{number}.json", api_key=key).get_json()
    assert [child.tag for child in own] == list(told)
    assert own.findtext("service_request_id") == told["service_request_id"]
    assert (own.findtext("description") or None) == as_xml(told["description"])


def as_xml(text: str | None) -> str | None:
    """How a text reads after a way through XML: ends of lines are one character, what is no character is replaced."""
    if text is None:
        return None
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub("[^\t\n\x20-\ufffd\U00010000-\U0010ffff]", "\ufffd", lines)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """One service for all examples."""
    made = make_service(
        f"sqlite:///{tmp_path_factory.mktemp('hostile')}/x.db", filings_per_minute=100_000, requests_per_minute=100_000
    )
    yield made, made.key()
    made.desk.sessions.engine.dispose()


def test_hostile_text_is_no_harm_to_either_database(service):
    key = service.key()
    service.file(key, description="\x00]]>\x1b<script>\ufffe", **{"attribute[\x00x]": "\x00y"}, phone="\x00")
    assert service.reports()[0].text.startswith("]]>")
    assert xml_of(service.get("requests.xml", api_key=key))[0].findtext("description") == "]]>\ufffd<script>\ufffd"
    with writing(service.desk.sessions, NOON) as session:
        assert session.scalars(select(Filing.report_id)).all() == session.scalars(select(Report.id)).all()


def test_time_goes_on_between_filings(light_service):
    key = light_service.key()
    for minutes in range(3):
        light_service.move_to(NOON + timedelta(minutes=minutes))
        light_service.file(key, description=f"第{minutes}件")
    assert [report.accepted_at for report in light_service.reports()] == [NOON + MINUTE * n for n in range(3)]


def test_points_are_those_of_the_grid_they_lie_in(light_service):
    key = light_service.key()
    for grid in (0, 3, 7):
        x, y = point_in(grid)
        light_service.file(key, long=x, lat=y, description=f"第{grid}格")
    assert [case.area_code[-6:] for case in light_service.cases()] == ["001001", "002002", "002002"]
