"""Clients of the standard over real HTTP, as they are: another district's command centre, and known libraries."""

import io
import xml.etree.ElementTree as PlainXml
from datetime import timedelta
from typing import Any

import httpx
import pytest
from PIL import Image

from dashboard.domain.events import EventKind as E
from dashboard.services.desk import Desk
from dashboard.store.outbox import DeliveryState
from tests.factories import HOUR, MINUTE, NOON, make_desk, point_in
from tests.handling import LI, do, the_reports
from tests.integration.test_open311_following import deliveries
from tests.open311 import LATITUDE, LONGITUDE, Service
from tests.stations import Station, make_source, station

LATER = NOON + 10 * MINUTE


@pytest.fixture
def served(light_service):
    """The address of a service on loopback."""
    with light_service.served() as url:
        yield url


@pytest.fixture
def elsewhere(tmp_path):
    """The desk of another district."""
    made = make_desk(f"sqlite:///{tmp_path}/elsewhere.db")
    yield made
    made.sessions.engine.dispose()


def neighbour(desk: Desk, url: str, form: str, monkeypatch: pytest.MonkeyPatch, key: str = "") -> Station:
    """Another district that polls the service with our own connector, as any Open311 server."""
    monkeypatch.setenv("NEIGHBOUR_KEY", key)
    auth = {"kind": "query", "parameter": "api_key", "secret_env": "NEIGHBOUR_KEY"} if key else None
    return station(desk, make_source("open311", url=url, format=form, page_size=2, auth=auth))


def test_another_district_follows_what_it_filed(service, elsewhere, monkeypatch):
    with service.served() as url:
        follow_from(elsewhere, service, url, "json", monkeypatch)


def test_another_district_follows_in_xml(light_service, elsewhere, monkeypatch):
    with light_service.served() as url:
        follow_from(elsewhere, light_service, url, "xml", monkeypatch)


def follow_from(elsewhere: Desk, service: Service, url: str, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """File as another district, and poll until the answer is there."""
    key = service.key("neighbour")
    codes = ("road/lamp", "water/outage", "welfare/allowance")
    for number, code in enumerate(codes):
        x, y = point_in(number)
        service.file(key, service_code=code, description=f"第{number}件，电话13800138000", lat=y, long=x)
    place = neighbour(elsewhere, url, form, monkeypatch, key)
    run = place.poll()
    assert (run.outcome, run.new, run.quarantined, run.flagged) == ("ok", 3, 0, 0)
    assert {(case.category, case.area_code[-6:]) for case in place.cases()} == {
        ("road/lamp", "001001"),
        ("water/outage", "001002"),
        ("welfare/allowance", "002001"),
    }
    assert {report.text for report in place.reports()} == {f"第{number}件，电话•••" for number in range(3)}

    do(service.desk, E.RESPONDED, LATER)
    do(service.desk, E.FED_BACK, LATER, answer="已更换灯泡")
    do(service.desk, E.CLOSED, LATER, by=LI, level="community")
    service.move_to(LATER + MINUTE)
    run = place.poll(later=12 * MINUTE)
    assert (run.outcome, run.new, run.changed) == ("ok", 0, 1)
    closed = next(report for report in place.reports() if report.external_id == "YW-1")
    assert (closed.source_status, closed.source_closed_at) == ("closed", LATER)
    assert deliveries(service) == [DeliveryState.DELIVERED], "reading it is having it"
    run = place.poll(later=HOUR)
    assert (run.new, run.changed, run.duplicate) == (0, 0, 3), "what the overlap reads again"


def test_a_district_without_a_key_learns_what_where_and_how_far(light_service, elsewhere, monkeypatch):
    key = light_service.key()
    light_service.file(key, phone="13800138000")
    light_service.file(key, service_code="welfare/allowance")
    with light_service.served() as url:
        place = neighbour(elsewhere, url, "json", monkeypatch)
        assert (place.poll().new, place.report().text) == (1, "")
    assert (place.case().category, place.case().area_code[-6:]) == ("road/lamp", "001001")


class Three:
    """Sends and reads what the Python client `three` does: JSON, a name in two words, a photo as `media`."""

    def __init__(self, endpoint: str, api_key: str) -> None:
        self.http, self.endpoint, self.api_key = httpx.Client(), endpoint + "/", api_key

    def get(self, *parts: str, **query: Any) -> Any:
        return self.http.get(self.endpoint + "/".join(parts) + ".json", params=query).json()

    def post(self, service_code: str, **said: Any) -> Any:
        said["address_string"] = said.pop("address")
        said["first_name"], said["last_name"] = said.pop("name").split(" ")
        photo = said.pop("media", None)
        said |= {"service_code": service_code, "api_key": self.api_key}
        files = {"media": photo} if photo else None
        return self.http.post(self.endpoint + "requests.json", data=said, files=files).json()


def test_the_python_client(light_service, served):
    three = Three(served, light_service.key())
    assert three.get("discovery")["endpoints"][0]["url"] == served
    assert "road/lamp" in [one["service_code"] for one in three.get("services")]
    assert three.get("services", "road/lamp")["service_code"] == "road/lamp"
    body = io.BytesIO()
    Image.new("RGB", (40, 30)).save(body, "PNG")
    (made,) = three.post(
        "road/lamp",
        address="春林路1号院1号楼",
        name="Zach Williams",
        phone="555-5555",
        description="My issue description.",
        media=("photo.png", body.getvalue(), "image/png"),
    )
    assert made["service_request_id"] == "YW-1"
    assert the_reports(light_service.desk)[0].contact == "Zach Williams 555-5555"
    (told,) = three.get("requests", made["service_request_id"])
    assert (told["status"], told["service_code"]) == ("open", "road/lamp")
    start, end = ((NOON + timedelta(days=days)).strftime("%Y-%m-%dT00:00:00Z") for days in (-10, 1))
    assert len(three.get("requests", start_date=start, end_date=end, page_size=5)) == 1
    assert three.get("tokens", "YW-1")[0]["service_request_id"] == "YW-1"
    refused = Three(served, "wrong").post("road/lamp", address="x", name="A B")
    assert refused[0]["code"] == 403


class FixMyStreet:
    """Sends and reads what FixMyStreet does: XML, an empty jurisdiction, a text of several lines, attributes."""

    def __init__(self, endpoint: str, api_key: str) -> None:
        self.http, self.endpoint, self.api_key = httpx.Client(), endpoint + "/", api_key

    def get(self, path: str, **query: Any) -> PlainXml.Element:
        answer = self.http.get(self.endpoint + path, params={"jurisdiction_id": ""} | query)
        return PlainXml.fromstring(answer.raise_for_status().content)

    def post(self, **said: Any) -> tuple[int, PlainXml.Element]:
        form = {"jurisdiction_id": "", "api_key": self.api_key} | said
        answer = self.http.post(self.endpoint + "requests.xml", data=form)
        return answer.status_code, PlainXml.fromstring(answer.content)


def test_fixmystreet(light_service, served):
    street = FixMyStreet(served, light_service.key())
    names = {one.findtext("service_code"): one.findtext("service_name") for one in street.get("services.xml")}
    assert names["road/lamp"] == "路灯不亮"
    assert street.get("services/road/lamp.xml").findtext("service_code") == "road/lamp"
    said = {
        "lat": str(LATITUDE),
        "long": str(LONGITUDE),
        "email": "user@example.org",
        "description": "title:  灯\n\ndetail: 不亮\n\nurl: http://fms.example/report/1\n\nSubmitted via FixMyStreet\n",
        "service_code": "road/lamp",
        "first_name": "John",
        "last_name": "Smith",
        "media_url": "http://fms.example/photo/1.jpeg",
        "attribute[easting]": "529025",
        "attribute[fixmystreet_id]": "1",
    }
    status, made = street.post(**said)
    assert (status // 100, made.findtext("request/service_request_id")) == (2, "YW-1")
    (told,) = street.get("requests.xml", service_request_id="YW-1")
    assert told.findtext("status") == "open"
    hour_ago = (NOON - HOUR).isoformat()
    (fetched,) = street.get("requests.xml", start_date=hour_ago, end_date=NOON.isoformat())
    assert fetched.findtext("lat")
    assert fetched.findtext("long")
    assert fetched.findtext("updated_datetime")
    status, refused = street.post(**(said | {"service_code": "999"}))
    assert status == 404
    assert refused.findtext("error/code") == "404"


def test_a_client_that_hears_nothing_and_sends_again(light_service, served):
    point = {"lat": LATITUDE, "long": LONGITUDE}
    form = {"api_key": light_service.key(), "service_code": "road/lamp", "device_id": "d1"} | point
    with httpx.Client() as http:
        for _ in range(3):
            http.post(f"{served}/requests.json", data=form).raise_for_status()
    assert len(the_reports(light_service.desk)) == 1
