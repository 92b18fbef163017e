"""Fixtures for tests of intake from outside."""

from collections.abc import Iterator

import pytest

from tests.outside import Outside, serve_outside


@pytest.fixture
def outside() -> Iterator[Outside]:
    """A scripted outside system on loopback."""
    yield from serve_outside()
