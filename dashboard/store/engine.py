"""Engines and sessions for SQLite and PostgreSQL, and the one way to write."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session, sessionmaker

from dashboard.store import changes, counts


@dataclass(frozen=True)
class Sessions:
    """How to open a session: `read` for questions; acts use `writing`."""

    engine: Engine
    read: sessionmaker[Session]
    write: sessionmaker[Session]

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a file of this machine."""
        return self.engine.dialect.name == "sqlite"


def open_database(url: str, busy_timeout: timedelta = timedelta(seconds=10), pool_size: int = 20) -> Sessions:
    """Engine and sessions for a database address; an SQLite file's folder is made when missing."""
    address = make_url(url)
    # Errors must not quote what citizens said.
    options: dict[str, Any] = {"pool_size": pool_size, "max_overflow": 10, "hide_parameters": True}
    if address.get_backend_name() == "sqlite":
        if address.database:
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        options["connect_args"] = {"timeout": busy_timeout.total_seconds(), "check_same_thread": False}
    else:
        options["pool_pre_ping"] = True
    engine = create_engine(address, **options)
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    writer = engine.execution_options(begins_immediate=True)
    return Sessions(engine, sessionmaker(engine), sessionmaker(writer, expire_on_commit=False))


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin by itself: see _begin
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "cache_size=-65536"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # Two default transactions that both read and then write would both act on what they read.
        immediate = connection.get_execution_options().get("begins_immediate")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@contextmanager
def writing(sessions: Sessions, now: datetime) -> Iterator[Session]:
    """One transaction of one act. Counts and the announcement of what changed are written last, then it commits."""
    with sessions.write.begin() as session:
        yield session
        session.flush()
        counts.flush(session)
        changes.flush(session, now)
