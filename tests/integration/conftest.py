"""Fixtures for tests of intake from outside."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from typer.testing import CliRunner

from dashboard.commands.main import app
from dashboard.services.desk import Desk
from dashboard.snapshots.render import Renderer
from tests.factories import make_desk
from tests.open311 import Service, make_service
from tests.outside import Outside, serve_outside
from tests.web import Web


@pytest.fixture
def outside() -> Iterator[Outside]:
    """A scripted outside system on loopback."""
    yield from serve_outside()


@pytest.fixture
def light_desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk on SQLite only, for what goes wrong before any database is asked."""
    made = make_desk(f"sqlite:///{tmp_path}/light.db")
    yield made
    made.sessions.engine.dispose()


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """Run `yiwang` with arguments. Its process would end with its connections; here they are closed afterwards."""
    monkeypatch.setattr("dashboard.commands.main.configure_logging", lambda: None)
    engines: set[Engine] = set()

    def note(connection: object) -> None:
        engines.add(connection.engine)  # type: ignore[attr-defined]

    event.listen(Engine, "engine_connect", note)
    yield lambda *arguments: CliRunner(env={"COLUMNS": "200"}).invoke(app, arguments)
    event.remove(Engine, "engine_connect", note)
    for engine in engines:
        engine.dispose()


@pytest.fixture
def web(light_desk: Desk) -> Web:
    """A web application at noon."""
    return Web(light_desk)


@pytest.fixture
def service(database_url: str) -> Iterator[Service]:
    """A district whose Open311 service is on, on each kind of database."""
    made = make_service(database_url)
    yield made
    made.desk.sessions.engine.dispose()


@pytest.fixture
def light_service(tmp_path: Path) -> Iterator[Service]:
    """The same on SQLite only, for what no database decides."""
    made = make_service(f"sqlite:///{tmp_path}/light.db")
    yield made
    made.desk.sessions.engine.dispose()


@pytest.fixture(scope="session")
def renderer() -> Renderer:
    """A warm typesetter."""
    made = Renderer()
    made.warm_up()
    return made


@pytest.fixture
def office(desk: Desk) -> Web:
    """A web application at noon, on each kind of database."""
    return Web(desk)
