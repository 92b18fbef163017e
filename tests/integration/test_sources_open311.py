"""Open311 GeoReport v2 in JSON and XML, from the configuration to the cases."""

import json
from xml.sax.saxutils import escape

import pytest

from tests.factories import DAY, HOUR, MINUTE, NOON, point_in
from tests.outside import Reply, in_json
from tests.stations import make_source, station

LONGITUDE, LATITUDE = point_in(3)


def request(number, **more):
    said = {
        "service_request_id": f"R{number}",
        "status": "open",
        "service_code": "lamp",
        "description": "楼下路灯不亮",
        "requested_datetime": "2026-03-10T11:50:00+08:00",
        "updated_datetime": "2026-03-10T11:55:00+08:00",
        "long": LONGITUDE,
        "lat": LATITUDE,
    }
    return said | more


SERVICES = [
    {"service_code": "lamp", "service_name": "路灯不亮"},
    {"service_code": "pipe", "service_name": "Burst pipe"},
]


def xml(root, rows, encoding="utf-8"):
    cells = ("".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in row.items()) for row in rows)
    text = "".join(f"<item>{row}</item>" for row in cells)
    return Reply(f"<?xml version='1.0' encoding='{encoding}'?>\n<{root}>{text}</{root}>".encode(encoding))


def server(outside, requests, form="json", encoding="utf-8"):
    """A GeoReport server with paging by number and a filter by the time of the update, newest first."""

    def answer(asked):
        since, size, page = asked.query["updated_after"], int(asked.query["page_size"]), int(asked.query["page"])
        found = [one for one in requests if one["updated_datetime"].replace("+08:00", "Z") >= since[:10]]
        part = found[(page - 1) * size : page * size]
        return in_json(part) if form == "json" else xml("service_requests", part, encoding)

    outside.answers(f"/requests.{form}", answer)
    outside.answers(f"/services.{form}", in_json(SERVICES) if form == "json" else xml("services", SERVICES, encoding))
    return outside.url


@pytest.mark.parametrize(
    ("form", "encoding"),
    [("json", "utf-8"), ("xml", "utf-8"), ("xml", "gb18030"), ("xml", "gb2312"), ("xml", "utf-16")],
)
def test_requests_become_cases_with_the_name_of_their_service(desk, outside, form, encoding):
    url = server(outside, [request(1), request(2, service_code="pipe")], form, encoding)
    grid = station(desk, make_source("open311", url=url, format=form, jurisdiction="xigong.example"))
    assert grid.poll().new == 2
    first, second = grid.cases()
    assert (first.category, first.area_code, first.summary) == ("road/lamp", "410303001002002", "楼下路灯不亮")
    assert second.category == "water/burst"
    assert grid.reports()[0].source_at == NOON - 10 * MINUTE
    assert {asked.query["jurisdiction_id"] for asked in outside.asked} == {"xigong.example"}


def test_all_pages_are_read_and_nothing_twice(desk, outside):
    grid = station(desk, make_source("open311", url=server(outside, [request(n) for n in range(7)]), page_size=3))
    run = grid.poll()
    assert (run.fetched, run.new) == (7, 7)
    assert [asked.query["page"] for asked in outside.asked if asked.path == "/requests.json"] == ["1", "2", "3"]


def test_a_page_as_full_as_it_may_be_is_not_the_last(light_desk, outside):
    grid = station(light_desk, make_source("open311", url=server(outside, [request(n) for n in range(6)]), page_size=3))
    assert grid.poll().new == 6
    assert outside.asked[-1].query["page"] == "3"


def test_only_what_was_updated_since_is_asked_for_with_the_overlap(light_desk, outside):
    grid = station(light_desk, make_source("open311", url=server(outside, [request(1)]), overlap="10m"))
    grid.poll()
    grid.poll(later=HOUR)
    asked = [asked.query["updated_after"] for asked in outside.asked if asked.path == "/requests.json"]
    assert asked == ["2026-02-08T04:00:00Z", "2026-03-10T03:45:00Z"]


def test_services_are_asked_for_once_a_day(light_desk, outside):
    grid = station(light_desk, make_source("open311", url=server(outside, [request(1)])))
    for _ in range(3):
        grid.poll(later=HOUR)
    grid.poll(later=DAY)
    assert [asked.path for asked in outside.asked].count("/services.json") == 2


def test_one_request_updated_in_the_future_does_not_hide_what_comes_until_then(light_desk, outside):
    grid = station(
        light_desk,
        make_source("open311", url=server(outside, [request(1), request(2, updated_datetime="2099-01-01T00:00:00Z")])),
    )
    grid.poll()
    grid.poll(later=HOUR)
    assert outside.asked[-1].query["updated_after"] == "2026-03-10T03:45:00Z"


@pytest.mark.parametrize("updated", [12345, None, "gestern", {"at": 1}, "0001-01-01T00:00:00+08:00"])
def test_one_request_with_an_odd_time_of_update_does_not_stop_the_others(light_desk, outside, updated):
    outside.answers("/services.json", in_json(SERVICES))
    outside.answers("/requests.json", in_json([request(1, updated_datetime=updated), request(2)]))
    grid = station(light_desk, make_source("open311", url=outside.url))
    assert (grid.poll().outcome, grid.ids()) == ("ok", ["R1", "R2"])
    assert grid.state().cursor["since"] == "2026-03-10T03:55:00Z"


def test_a_server_without_the_update_filter_is_asked_by_the_time_of_the_request(light_desk, outside):
    outside.answers("/services.json", in_json(SERVICES))
    outside.answers("/requests.json", in_json([request(1)]))
    grid = station(light_desk, make_source("open311", url=outside.url, updated_parameter=False))
    grid.poll()
    assert outside.asked[-1].query["start_date"] == "2026-02-08T04:00:00Z"
    assert outside.asked[-1].query["end_date"] == "2026-03-10T04:00:00Z"
    assert grid.state().cursor["since"] == "2026-03-10T03:50:00Z"


def test_a_request_that_names_its_parent_joins_its_case(desk, outside):
    child = request(2, extended_attributes={"parent_service_request_id": "R1"})
    grid = station(desk, make_source("open311", url=server(outside, [child, request(1)])))
    grid.poll()
    assert grid.case().report_count == 2


def test_reading_goes_on_at_the_page_where_it_broke_off(light_desk, outside):
    outside.answers("/services.json", in_json(SERVICES))
    pages = [in_json([request(n), request(n + 1)]) for n in (1, 3)]
    outside.answers("/requests.json", in_json([]), *pages, Reply(status=500), in_json([request(5)]))
    grid = station(light_desk, make_source("open311", url=outside.url, page_size=2))
    grid.poll()
    assert grid.poll(later=MINUTE).outcome == "failed"
    assert grid.ids() == ["R1", "R2", "R3", "R4"]
    assert grid.poll(later=MINUTE).new == 1
    assert outside.asked[-1].query["page"] == "3"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (json.dumps({"errors": []}), "expected a list of requests"),
        ("<html/>", "web page or XML instead of JSON"),
    ],
)
def test_an_answer_that_is_no_list_fails_the_run(light_desk, outside, body, reason):
    outside.answers("/services.json", in_json(SERVICES))
    outside.answers("/requests.json", Reply(body.encode()))
    run = station(light_desk, make_source("open311", url=outside.url)).poll()
    assert run.outcome == "failed"
    assert reason in run.error


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<html><body/></html>", "answered with <html> instead of Open311 XML"),
        ("<service_requests><request><service_request_id>1", "not complete XML"),
        ("<errors/>", "answered with <errors>"),
    ],
)
def test_xml_that_is_no_list_fails_the_run(light_desk, outside, body, reason):
    outside.answers("/services.xml", xml("services", SERVICES))
    outside.answers("/requests.xml", Reply(body.encode()))
    run = station(light_desk, make_source("open311", url=outside.url, format="xml")).poll()
    assert run.outcome == "failed"
    assert reason in run.error
