"""Which connector speaks which protocol."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from dashboard.config.sources import Mapping
from dashboard.connectors import feed, files, open311, rest, sql
from dashboard.connectors.records import Cursor, Page

Fetch = Callable[[Any, Cursor, datetime], Iterator[Page]]

CONNECTORS: dict[str, tuple[Fetch, Mapping]] = {
    "open311": (open311.fetch, open311.DEFAULT_MAPPING),
    "rest": (rest.fetch, rest.DEFAULT_MAPPING),
    "feed": (feed.fetch, feed.DEFAULT_MAPPING),
    "files": (files.fetch, files.DEFAULT_MAPPING),
    "sql": (sql.fetch, sql.DEFAULT_MAPPING),
}
"""Protocol → how to fetch, and where the protocol's own fields stand."""
