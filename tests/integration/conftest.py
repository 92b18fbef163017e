"""Fixtures for tests of intake from outside."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.services.desk import Desk
from tests.factories import make_desk
from tests.outside import Outside, serve_outside


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
