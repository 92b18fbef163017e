"""A table or view of another database (前置库), read in the order of a watermark and a key."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import URL, Connection, MetaData, Table, and_, create_engine, func, make_url, or_, select
from sqlalchemy.exc import NoSuchTableError, SQLAlchemyError
from sqlalchemy.pool import NullPool
from sqlalchemy.types import NullType

from dashboard.config.sources import Mapping, SqlSource
from dashboard.connectors.http import secret
from dashboard.connectors.records import Cursor, FeedError, Page, Record

DEFAULT_MAPPING = Mapping(
    id="id",
    text="text",
    category="category",
    time="created_at",
    longitude="longitude",
    latitude="latitude",
    address="address",
    status="status",
)


_KEPT: dict[str, tuple[type, Callable[[Any], str], Callable[[str], Any]]] = {
    "time": (datetime, datetime.isoformat, datetime.fromisoformat),
    "date": (date, date.isoformat, date.fromisoformat),
    "number": (Decimal, str, Decimal),
    "uuid": (UUID, str, UUID),
}
"""How values that JSON does not know are kept in the cursor; a datetime is a date, so it comes first."""
_BEFORE_READING = {
    "postgresql": ("SET default_transaction_read_only = on", "SET statement_timeout = {milliseconds}"),
    "sqlite": ("PRAGMA query_only = on",),
    "mysql": ("SET SESSION TRANSACTION READ ONLY", "SET SESSION max_execution_time = {milliseconds}"),
    "mariadb": ("SET SESSION TRANSACTION READ ONLY", "SET SESSION max_statement_time = {seconds}"),
}


@dataclass(frozen=True)
class _Reading:
    """One reading of a table."""

    source: SqlSource
    table: Table
    connection: Connection
    now: datetime

    @property
    def watermark(self) -> Any:
        """The column that says what is new."""
        return self.table.c[self.source.watermark]

    @property
    def key(self) -> Any:
        """The column that tells rows apart."""
        return self.table.c[self.source.key]

    def page(self, condition: Any, *order: Any) -> list[dict[str, Any]]:
        """The next rows."""
        query = select(self.table).where(condition).order_by(*order).limit(self.source.page_size)
        return [dict(row) for row in self.connection.execute(query).mappings()]


def fetch(source: SqlSource, cursor: Cursor, now: datetime) -> Iterator[Page]:
    """Pages of rows after the cursor (watermark, key). A time watermark is read again from `overlap` before it.

    Raises:
        FeedError: no connection, no such table, no answer in time, or a column is missing.
    """
    address = source.url or secret(source.url_env or "")
    try:
        engine = create_engine(address, poolclass=NullPool, connect_args=_patience(make_url(address), source))
    except (SQLAlchemyError, ImportError) as error:
        raise FeedError(f"the database's address cannot be used: {type(error).__name__}: {error}") from error
    try:
        with engine.connect() as connection:
            _prepare(connection, source)
            yield from _pages(_Reading(source, _table(connection, source), connection, now), cursor)
    except NoSuchTableError as error:
        raise FeedError(f"there is no table or view {source.table!r}") from error
    except SQLAlchemyError as error:
        raise FeedError(f"the database cannot be read: {_reason(error)}") from error
    finally:
        engine.dispose()


def _patience(address: URL, source: SqlSource) -> dict[str, Any]:
    """How long to wait for a connection, as far as the driver can be told."""
    seconds = source.timeout.total_seconds()
    if address.get_backend_name() == "sqlite":
        return {"timeout": seconds}
    return {"connect_timeout": max(2, int(seconds))} if address.get_backend_name() in _BEFORE_READING else {}


def _prepare(connection: Connection, source: SqlSource) -> None:
    """Read only, and for no longer than the source's time-out per statement."""
    seconds = source.timeout.total_seconds()
    for statement in _BEFORE_READING.get(connection.dialect.name, ()):
        connection.exec_driver_sql(statement.format(seconds=seconds, milliseconds=int(seconds * 1000)))
    connection.commit()


def _table(connection: Connection, source: SqlSource) -> Table:
    """The table as the database describes it; on SQLite, which checks no types, every value is taken as it stands."""

    def as_it_stands(_inspector: Any, _table: Any, column: Any) -> None:
        column["type"] = NullType()

    schema, _, name = source.table.rpartition(".")
    listeners = [("column_reflect", as_it_stands)] if connection.dialect.name == "sqlite" else []
    table = Table(name, MetaData(), schema=schema or None, autoload_with=connection, listeners=listeners)
    for column in (source.watermark, source.key):
        if column not in table.c:
            raise FeedError(f"{source.table!r} has no column {column!r}; correct watermark or key")
    return table


def _reason(error: SQLAlchemyError) -> str:
    """The database's own first line, without the statement and its values."""
    said = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {said}"


def _pages(reading: _Reading, cursor: Cursor) -> Iterator[Page]:
    """First the rows without a watermark, in every run: nothing says where they belong, but nothing is lost.

    Then one pass over what is new. A pass longer than `max_pages` goes on in the next run; the one after it begins
    before the watermark that was the highest when this one began, so that nothing committed meanwhile is missed.
    """
    yield from _without_watermark(reading, cursor)
    goes_on = not cursor.get("ended", True)
    top = cursor["top"] if goes_on else _encode(_top(reading))
    place = (cursor["watermark"], cursor["key"]) if goes_on else _start(reading, cursor)
    last: Cursor = {name: cursor[name] for name in ("watermark", "key") if name in cursor}
    for _ in range(reading.source.max_pages):
        rows = reading.page(_after(reading, place), reading.watermark, reading.key)
        if rows:
            place = _encode(rows[-1][reading.source.watermark]), _encode(rows[-1][reading.source.key])
            last = {"watermark": place[0], "key": place[1]}
        ended = len(rows) < reading.source.page_size
        yield Page([_record(reading.source, row) for row in rows], {**last, "top": top, "ended": ended})
        if ended:
            return


def _without_watermark(reading: _Reading, cursor: Cursor) -> Iterator[Page]:
    condition = reading.watermark.is_(None)
    for _ in range(reading.source.max_pages):
        rows = reading.page(condition, reading.key)
        if rows:
            yield Page([_record(reading.source, row) for row in rows], cursor)
        if len(rows) < reading.source.page_size:
            return
        condition = and_(reading.watermark.is_(None), reading.key > rows[-1][reading.source.key])


def _top(reading: _Reading) -> Any:
    """The highest watermark, from before which the next pass begins.

    One of the future counts as now, and words among the times of a text column do not count: everything that comes
    before them would be missed.
    """
    highest = select(func.max(reading.watermark))
    top = reading.connection.scalar(highest)
    if isinstance(top, str) and _instant(top) is None:
        day_after_tomorrow = (reading.now + timedelta(days=2)).date().isoformat()
        lower = reading.connection.scalar(highest.where(reading.watermark <= day_after_tomorrow))
        top = lower if isinstance(lower, str) and _instant(lower) else top
    local = reading.now.astimezone(ZoneInfo(reading.source.time_zone or "UTC"))
    return _moved(top, lambda instant: min(instant, local if instant.tzinfo else local.replace(tzinfo=None)))


def _start(reading: _Reading, cursor: Cursor) -> tuple[Any, Any] | None:
    """Where a pass begins. Before a time watermark the overlap is read again, for rows that were committed late."""
    if not cursor.get("watermark"):
        return None
    top = _decode(cursor.get("top") or cursor["watermark"])
    earlier = _moved(top, lambda instant: instant - reading.source.overlap)
    return (cursor["watermark"], cursor["key"]) if earlier == top else (_encode(earlier), None)


def _moved(watermark: Any, move: Callable[[datetime], datetime]) -> Any:
    """Another time written as the watermark is; what is no time stays."""
    if isinstance(watermark, datetime):
        return move(watermark)
    if isinstance(watermark, date):
        return move(datetime.combine(watermark, time())).date()
    if isinstance(watermark, str) and (instant := _instant(watermark)):
        moved = move(instant)
        return watermark if moved == instant else moved.isoformat(sep="T" if "T" in watermark else " ")
    return watermark


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _after(reading: _Reading, place: tuple[Any, Any] | None) -> Any:
    watermark, key = reading.watermark, reading.key
    if place is None:
        return watermark.is_not(None)
    at = _decode(place[0])
    if place[1] is None:
        return watermark >= at
    return or_(watermark > at, and_(watermark == at, key > _decode(place[1])))


def _encode(value: Any) -> dict[str, Any]:
    """A value so that JSON gives it back as it was.

    Raises:
        FeedError: it is of a kind that cannot be a watermark or a key.
    """
    if isinstance(value, str | int | float | None):
        return {"value": value}
    for name, (kind, write, _) in _KEPT.items():
        if isinstance(value, kind):
            return {name: write(value)}
    raise FeedError(f"a watermark or key of type {type(value).__name__} is not supported; choose another column")


def _decode(encoded: dict[str, Any]) -> Any:
    ((name, value),) = encoded.items()
    return value if name == "value" else _KEPT[name][2](value)


def _record(source: SqlSource, row: dict[str, Any]) -> Record:
    fields = {name: _plain(value) for name, value in row.items()}
    return Record(fields, str(row[source.key]))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat() if value.tzinfo else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return value.hex() if isinstance(value, bytes) else value
