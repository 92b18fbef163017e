"""A table or view of another database (前置库), read in the order of a watermark and a key."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, MetaData, Table, and_, create_engine, or_, select
from sqlalchemy.exc import NoSuchTableError, SQLAlchemyError
from sqlalchemy.pool import NullPool

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


def fetch(source: SqlSource, cursor: Cursor, now: datetime) -> Iterator[Page]:  # noqa: ARG001
    """Pages of rows after the cursor (watermark, key). A time watermark is read again from `overlap` before it.

    Raises:
        FeedError: no connection, no such table, or a column is missing.
    """
    engine = create_engine(source.url or secret(source.url_env or ""), poolclass=NullPool)
    try:
        with engine.connect() as connection:
            table = Table(source.table.split(".")[-1], MetaData(), schema=_schema(source), autoload_with=connection)
            _check_columns(source, table)
            yield from _pages(source, table, connection, cursor)
    except NoSuchTableError as error:
        raise FeedError(f"there is no table or view {source.table!r}") from error
    except SQLAlchemyError as error:
        raise FeedError(f"the database cannot be read: {type(error).__name__}") from error
    finally:
        engine.dispose()


def _pages(source: SqlSource, table: Table, connection: Connection, cursor: Cursor) -> Iterator[Page]:
    """Rows without a watermark come first and in every run: nothing says where they belong, but nothing is lost."""
    place = _start(source, cursor)
    nowhere = connection.execute(select(table).where(table.c[source.watermark].is_(None)).limit(source.page_size))
    yield Page([_record(source, dict(row)) for row in nowhere.mappings()], cursor)
    for _ in range(source.max_pages):
        rows = connection.execute(_query(source, table, place)).mappings().all()
        if not rows:
            return
        place = _encode(rows[-1][source.watermark]), _encode(rows[-1][source.key])
        yield Page([_record(source, dict(row)) for row in rows], {"watermark": place[0], "key": place[1]})
        if len(rows) < source.page_size:
            return


def _schema(source: SqlSource) -> str | None:
    return source.table.rpartition(".")[0] or None


def _check_columns(source: SqlSource, table: Table) -> None:
    for name in (source.watermark, source.key):
        if name not in table.c:
            raise FeedError(f"{source.table!r} has no column {name!r}; correct watermark or key")


def _start(source: SqlSource, cursor: Cursor) -> tuple[Any, Any] | None:
    """Where to go on. Before a time watermark the overlap is read again, for rows that were committed late."""
    if not cursor.get("watermark"):
        return None
    earlier = _earlier(_decode(cursor["watermark"]), source.overlap)
    if earlier is not None:
        return _encode(earlier), None
    return cursor["watermark"], cursor["key"]


def _earlier(watermark: Any, overlap: timedelta) -> Any:
    """The watermark less the overlap, None when it is not a time. Some databases keep times as ISO texts."""
    if isinstance(watermark, datetime):
        return watermark - overlap
    if isinstance(watermark, str):
        try:
            instant = datetime.fromisoformat(watermark) - overlap
        except ValueError:
            return None
        return instant.isoformat(sep="T" if "T" in watermark else " ")
    return None


def _query(source: SqlSource, table: Table, place: tuple[Any, Any] | None) -> Any:
    watermark, key = table.c[source.watermark], table.c[source.key]
    query = select(table).where(watermark.is_not(None)).order_by(watermark, key).limit(source.page_size)
    if place is None:
        return query
    at = _decode(place[0])
    if place[1] is None:
        return query.where(watermark >= at)
    return query.where(or_(watermark > at, and_(watermark == at, key > _decode(place[1]))))


def _encode(value: Any) -> dict[str, Any]:
    """A value so that JSON gives it back as it was."""
    if isinstance(value, datetime):
        return {"time": value.isoformat()}
    if isinstance(value, Decimal):
        return {"number": str(value)}
    return {"value": value}


def _decode(encoded: dict[str, Any]) -> Any:
    if "time" in encoded:
        return datetime.fromisoformat(encoded["time"])
    return Decimal(encoded["number"]) if "number" in encoded else encoded["value"]


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
