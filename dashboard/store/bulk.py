"""Writing many rows at once: executemany on SQLite, COPY on PostgreSQL, indexes made once at the end."""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from sqlalchemy import Boolean, Connection, Table, inspect
from sqlalchemy.orm import Session

from dashboard.store.models import Base
from dashboard.store.types import UtcDateTime, from_micros

ROWS_AT_ONCE = 20_000


def write_rows(session: Session, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows given as SQLite keeps them: instants in microseconds, JSON as text, booleans as 0 and 1."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        _executemany(connection, table, columns, rows)
    else:
        _copy(connection, table, columns, rows)


def _executemany(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    cursor = connection.connection.cursor()
    marks = ", ".join("?" * len(columns))
    iterator = iter(rows)
    while part := list(islice(iterator, ROWS_AT_ONCE)):
        cursor.executemany(f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})", part)
    cursor.close()


def _copy(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    adapt = [_adapter(table.c[name].type) for name in columns]
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([value if value is None or not a else a(value) for a, value in zip(adapt, row, strict=True)])


def _adapter(type_: Any) -> Any:
    if isinstance(type_, UtcDateTime):
        return from_micros
    return bool if isinstance(type_, Boolean) else None


@contextmanager
def without_collector() -> Iterator[None]:
    """Millions of rows are no cycles, but the collector would look for some in them for a third of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def is_empty(session: Session, table: Table) -> bool:
    """Whether a table has no row."""
    return session.execute(table.select().limit(1)).first() is None


def drop_indexes(session: Session, tables: Iterable[Table]) -> None:
    """Drop the plain indexes of tables that are about to be filled; `restore_indexes` makes them again."""
    for table in tables:
        for index in table.indexes:
            index.drop(session.connection(), checkfirst=True)


def restore_indexes(session: Session) -> None:
    """Make every index that is missing, for example because filling was interrupted."""
    connection = session.connection()
    present = inspect(connection)
    for table in Base.metadata.sorted_tables:
        existing = {index["name"] for index in present.get_indexes(table.name)}
        for index in table.indexes - {index for index in table.indexes if index.name in existing}:
            index.create(connection)


def analyze(session: Session) -> None:
    """Let the planner look at the filled tables."""
    session.connection().exec_driver_sql("ANALYZE")


def next_id(session: Session, table: Table) -> int:
    """The first free id of a table; on PostgreSQL other writers are kept out until the transaction ends."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE")
    highest = connection.exec_driver_sql(f"SELECT coalesce(max(id), 0) FROM {table.name}").scalar_one()
    return int(highest) + 1


def set_next_id(session: Session, table: Table) -> None:
    """After ids were given by us, let PostgreSQL's sequence go on behind them."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        highest = f"(SELECT coalesce(max(id), 1) FROM {table.name})"
        connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {highest})")
