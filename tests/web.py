"""A web application on the tiny district whose clock stands where it is put, and browsers that are signed in."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from dashboard.app import create_app
from dashboard.auth.accounts import create_device, create_user, make_link
from dashboard.domain.access import Role
from dashboard.runtime import Runtime, build_runtime
from dashboard.services.desk import Desk
from dashboard.services.intake import take_in
from dashboard.store.engine import writing
from dashboard.store.operations import User
from tests.factories import DISTRICT, NOON, make_origin, make_report


@dataclass
class Web:
    """One web process without threads of its own: what the tailer would do is done by hand."""

    desk: Desk
    clock: datetime = NOON
    runtime: Runtime = field(init=False)
    server: Flask = field(init=False)

    def __post_init__(self) -> None:
        self.runtime = build_runtime(self.desk.config, self.desk, is_demo=False, now=lambda: self.clock)
        self.server = create_app(self.runtime).server

    def client(self) -> FlaskClient:
        """A browser nobody has signed in with."""
        return self.server.test_client()

    def leader(self, scope: str = DISTRICT) -> FlaskClient:
        """A browser of a leader who may see an area."""
        return self.person(Role.LEADER, scope)

    def operator(self, scope: str = DISTRICT, name: str | None = None) -> FlaskClient:
        """A browser of somebody who handles the cases of an area."""
        return self.person(Role.OPERATOR, scope, name)

    def person(self, role: Role, scope: str = DISTRICT, name: str | None = None) -> FlaskClient:
        """A browser of somebody with an account."""
        with writing(self.desk.sessions, self.clock) as session:
            number = len(session.scalars(select(User.id)).all())
            user = create_user(session, name or f"{role}{number}", role, scope, None, self.clock)
            token = make_link(session, self.clock, user=user)
        return self._entered(token)

    def post(self, client: FlaskClient, path: str, **said: Any) -> TestResponse:
        """What a script of our own pages sends."""
        if client.get_cookie("_csrf_token") is None:
            client.get("/", headers={"Accept": "text/html"})
        token = client.get_cookie("_csrf_token")
        assert token
        return client.post(path, json=said, headers={"X-CSRFToken": token.value})

    def wall(self) -> FlaskClient:
        """A wall display."""
        with writing(self.desk.sessions, self.clock) as session:
            token = make_link(session, self.clock, device=create_device(session, "hall", DISTRICT, self.clock))
        return self._entered(token)

    def _entered(self, token: str) -> FlaskClient:
        client = self.client()
        assert client.get(f"/sign-in/{token}").status_code == 302
        return client

    def receive(self, *ids: str, **more: Any) -> None:
        """Reports come in at this instant, committed by somebody else."""
        with writing(self.desk.sessions, self.clock) as session:
            reports = [make_report(name, source_at=self.clock, **more) for name in ids]
            take_in(session, self.desk, make_origin(fetched_at=self.clock), reports, [], self.clock)

    def catch_up(self) -> None:
        """What the tailer does when it sees changes."""
        if changes := self.runtime.picture.read_changes():
            self.runtime.picture.refresh(changes)

    def frame(self, client: FlaskClient, **query: str) -> dict[str, Any]:
        """All parts a viewer gets, by name."""
        answer = client.get("/live/frame", query_string={"area": DISTRICT} | query)
        assert answer.status_code == 200, answer.status
        assert answer.json
        return {name: part["data"] for name, part in answer.json["parts"].items()}
