"""A REST service that answers with JSON: paging by cursor, page or offset, the list found by JMESPath."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import jmespath

from dashboard.config.sources import CursorPaging, Mapping, OffsetPaging, PagePaging, RestSource
from dashboard.connectors.http import get, json_of
from dashboard.connectors.records import Cursor, FeedError, Page, as_record, page_of
from dashboard.connectors.times import iso, since

DEFAULT_MAPPING = Mapping(
    id="id",
    text="text || content || description",
    category="category",
    time="created_at",
    longitude="longitude",
    latitude="latitude",
    address="address",
    status="status",
)


def fetch(source: RestSource, cursor: Cursor, now: datetime) -> Iterator[Page]:
    """Pages of records.

    Raises:
        FeedError: the service cannot be read.
    """
    if isinstance(source.paging, CursorPaging):
        yield from _by_cursor(source, source.paging, cursor, now)
    elif source.paging:
        yield from _by_number(source, source.paging, cursor, now)
    else:
        found = _items(source, _ask(source, _since(source, cursor, now)))
        yield page_of([as_record(one) for one in found], {"since": iso(now)})


def _by_cursor(source: RestSource, paging: CursorPaging, cursor: Cursor, now: datetime) -> Iterator[Page]:
    """The service names the next cursor; it is stored page by page."""
    current = cursor.get("cursor")
    for _ in range(source.max_pages):
        parameters = _since(source, cursor, now) | ({paging.parameter: current} if current else {})
        body = _ask(source, parameters)
        following = jmespath.search(paging.next, body)
        found = [as_record(one) for one in _items(source, body)]
        goes_on = following not in (None, "") and str(following) != current
        current = str(following) if goes_on else current
        yield page_of(found, {"cursor": current, "since": cursor.get("since")})
        if not found or not goes_on:
            return


def _by_number(source: RestSource, paging: PagePaging | OffsetPaging, cursor: Cursor, now: datetime) -> Iterator[Page]:
    """Numbered pages. With `since_parameter` each pass reads all that is new; without, it goes on where it stopped.

    A pass that was broken off goes on at its page; the next is asked for what is new since the pass began, as pages
    may have shifted meanwhile. A list without a time filter must grow at its end; its last page is read again, as it
    may have filled up.
    """
    filters = source.since_parameter is not None
    began = cursor.get("began") or iso(now)
    position = int(cursor.get("position", 0))
    for _ in range(source.max_pages):
        parameters = _since(source, cursor, now) | {
            paging.parameter: _number(paging, position),
            paging.size_parameter: paging.size,
        }
        found = [as_record(one) for one in _items(source, _ask(source, parameters))]
        is_last = len(found) < paging.size
        if is_last:
            yield page_of(found, {"since": began} if filters else {"position": position})
            return
        position += 1
        following: Cursor = {"since": cursor.get("since"), "began": began} if filters else {}
        yield page_of(found, following | {"position": position})


def _number(paging: PagePaging | OffsetPaging, position: int) -> int:
    return paging.first + position if isinstance(paging, PagePaging) else position * paging.size


def _since(source: RestSource, cursor: Cursor, now: datetime) -> dict[str, str | int]:
    parameters: dict[str, str | int] = dict(source.parameters)
    if source.since_parameter:
        parameters[source.since_parameter] = iso(since(source, cursor, now))
    return parameters


def _ask(source: RestSource, parameters: dict[str, str | int]) -> Any:
    return json_of(get(source, source.url, parameters, source.auth))


def _items(source: RestSource, body: Any) -> list[Any]:
    found = jmespath.search(source.items, body)
    if not isinstance(found, list):
        raise FeedError(f"there is no list at {source.items!r} in the answer; correct items")
    return found
