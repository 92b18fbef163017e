"""A district whose Open311 service is on, and clients that speak the standard with it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import defusedxml.ElementTree as SafeXml
from sqlalchemy import select
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from dashboard.auth.keys import create_key
from dashboard.services.desk import Desk
from dashboard.store.engine import writing
from dashboard.store.models import Case, Report
from dashboard.store.operations import Quarantined
from tests.factories import NOON, make_desk, point_in
from tests.web import Web

ROOT = "/open311/v2"
LONGITUDE, LATITUDE = point_in(0)
FIELDS = (
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description", "agency_responsible",
    "service_notice", "requested_datetime", "updated_datetime", "expected_datetime", "address", "address_id", "zipcode",
    "lat", "long", "media_url",
)  # fmt: skip
"""What the standard says about a request, in its order."""


@dataclass
class Service:
    """A web process with the service on, and the keys that were given out."""

    desk: Desk
    web: Web = field(init=False)

    def __post_init__(self) -> None:
        self.web = Web(self.desk)
        self.client = self.web.client()

    def key(self, name: str = "app", **more: Any) -> str:
        """A key of its own source, unless told otherwise."""
        said = {"source": f"open311_{name}", "channel": "opinion"} | more
        with writing(self.desk.sessions, NOON) as session:
            return create_key(session, name, now=NOON, **said)

    def post(
        self, key: str = "", *, form: str = "json", headers: dict[str, str] | None = None, **said: Any
    ) -> TestResponse:
        """Send a form: a broken street lamp in the first grid, unless told otherwise; None leaves a field out."""
        usual = {"service_code": "road/lamp", "description": "楼下路灯不亮", "lat": LATITUDE, "long": LONGITUDE}
        fields = {name: value for name, value in ({"api_key": key} | usual | said).items() if value is not None}
        return self.client.post(f"{ROOT}/requests.{form}", data=fields, headers=headers)

    def file(self, key: str, **said: Any) -> str:
        """File a report and return its id."""
        answer = self.post(key, **said)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        assert answer.json
        number: str = answer.json[0]["service_request_id"]
        return number

    def get(self, what: str, **query: Any) -> TestResponse:
        """Ask for something."""
        return self.client.get(f"{ROOT}/{what}", query_string=query)

    def requests(self, **query: Any) -> list[dict[str, Any]]:
        """The requests that are told for a question."""
        answer = self.get("requests.json", **query)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        found: list[dict[str, Any]] = answer.get_json()
        return found

    def numbers(self, **query: Any) -> list[str]:
        """Their ids."""
        return [one["service_request_id"] for one in self.requests(**query)]

    def request(self, number: str, **query: Any) -> dict[str, Any]:
        """One request."""
        (found,) = self.get(f"requests/{number}.json", **query).get_json()
        return dict(found)

    def move_to(self, instant: datetime) -> None:
        """Put the clock."""
        self.web.clock = instant

    def reports(self) -> list[Report]:
        """What was filed, as it is stored."""
        return self._all(select(Report).order_by(Report.id))

    def cases(self) -> list[Case]:
        """The cases that it opened."""
        return self._all(select(Case).order_by(Case.id))

    def waiting(self) -> list[Quarantined]:
        """What waits in the quarantine."""
        return self._all(select(Quarantined).where(Quarantined.status == "waiting").order_by(Quarantined.id))

    def _all(self, query: Any) -> list[Any]:
        with self.desk.sessions.read() as session:
            return list(session.scalars(query))

    @contextmanager
    def served(self) -> Iterator[str]:
        """Over real HTTP on loopback; the address of the endpoint."""
        server = make_server("127.0.0.1", 0, self.web.server, threaded=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.port}{ROOT}"
        server.shutdown()
        server.server_close()
        thread.join()


def make_service(database: str, **more: Any) -> Service:
    """A service on the tiny district; keywords are settings of the section `open311`, or other sections."""
    overlay = {name: more.pop(name) for name in ("merging", "web") if name in more}
    return Service(make_desk(database, open311={"enabled": True} | more, **overlay))


def xml_of(answer: TestResponse) -> Any:
    """The root element of an answer."""
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.get_data().startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    return SafeXml.fromstring(answer.get_data())


def errors_of(answer: TestResponse) -> list[tuple[int, str]]:
    """The errors of an answer in JSON; their code is that of HTTP."""
    found = [(error["code"], error["description"]) for error in answer.get_json()]
    assert {code for code, _ in found} == {answer.status_code}
    return found
