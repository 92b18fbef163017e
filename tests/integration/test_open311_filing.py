"""Reports filed by other systems come in like those of any channel."""

import io
from datetime import timedelta

from PIL import Image
from sqlalchemy import select
from structlog.testing import capture_logs

from dashboard.domain.events import EventKind as E
from dashboard.domain.sla import ClockName
from dashboard.store.handling import Attachment
from tests.factories import DISTRICT, MINUTE, NOON
from tests.handling import the_clocks, the_log
from tests.open311 import errors_of, make_service, xml_of
from tests.stations import check_against_events


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
    assert first.contact == "张三 zs@example.com 13800138000"
    assert third.contact == "San Zhang"
    assert first.reporter == second.reporter, "the same person"
    assert len({first.reporter, third.reporter}) == 2
    assert "77" not in str(first.reporter), "a pseudonym"


def test_the_same_account_of_two_systems_is_two_people(light_service):
    for name in ("one", "two"):
        light_service.file(light_service.key(name), account_id="7")
    first, second = light_service.reports()
    assert first.reporter != second.reporter


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


def test_time_goes_on_between_filings(light_service):
    key = light_service.key()
    for minutes in range(3):
        light_service.move_to(NOON + timedelta(minutes=minutes))
        light_service.file(key, description=f"第{minutes}件")
    assert [report.accepted_at for report in light_service.reports()] == [NOON + MINUTE * n for n in range(3)]
