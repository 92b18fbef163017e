"""RSS and Atom feeds, asked for conditionally."""

import hashlib
import re
from calendar import timegm
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from typing import Any

import defusedxml.ElementTree as SafeXml
import feedparser
from defusedxml import DefusedXmlException

from dashboard.config.sources import FeedSource, Mapping
from dashboard.connectors.http import get
from dashboard.connectors.records import Cursor, FeedError, Page, Record
from dashboard.connectors.times import iso

DEFAULT_MAPPING = Mapping(
    id="id",
    title="title",
    text="summary",
    category="category",
    time="published",
    longitude="longitude",
    latitude="latitude",
    address="location",
    status="status",
)


def fetch(source: FeedSource, cursor: Cursor, now: datetime) -> Iterator[Page]:  # noqa: ARG001
    """The feed's entries in one page; an unchanged feed gives none.

    Raises:
        FeedError: the feed cannot be read.
    """
    wanted = {"If-None-Match": cursor.get("etag"), "If-Modified-Since": cursor.get("modified")}
    answer = get(source, source.url, auth=source.auth, headers={k: v for k, v in wanted.items() if v})
    if answer.status == 304:
        yield Page([], cursor)
        return
    _refuse_entities(answer.body)
    feed = feedparser.parse(answer.body, sanitize_html=True, resolve_relative_uris=False)
    if not feed.version:
        raise FeedError("the source answered with something that is neither RSS nor Atom")
    kept = {"etag": answer.headers.get("etag"), "modified": answer.headers.get("last-modified")}
    yield Page([_record(entry) for entry in feed.entries], {k: v for k, v in kept.items() if v})


def _refuse_entities(body: bytes) -> None:
    """Entity definitions can blow a small file up to gigabytes. Feeds that are merely untidy may pass."""
    try:
        SafeXml.fromstring(body, forbid_dtd=False)
    except DefusedXmlException as error:
        raise FeedError("the XML holds entity definitions, which are refused as dangerous") from error
    except SafeXml.ParseError:
        return


def _record(entry: Any) -> Record:
    """An entry; without an id it is known by the hash of its link, or of all it says."""
    point = entry.get("where", {}).get("coordinates") or (None, None)
    fields = {
        "id": entry.get("id"),
        "title": _plain(entry.get("title")),
        "summary": _plain(entry.get("summary")),
        "link": entry.get("link"),
        "published": _time(entry, "published") or _time(entry, "updated"),
        "category": next((tag.term for tag in entry.get("tags", []) if tag.term), None),
        "longitude": entry.get("geo_long") or point[0],
        "latitude": entry.get("geo_lat") or point[1],
        "location": entry.get("location"),
        "status": entry.get("status"),
        "parent": entry.get("parent"),
    }
    known_by = entry.get("link") or f"{fields['title']}\n{fields['summary']}"
    return Record(fields, hashlib.sha256(known_by.encode()).hexdigest()[:32])


def _time(entry: Any, name: str) -> str | None:
    """The entry's time with its zone; feedparser's own reading is in UTC."""
    parsed = entry.get(f"{name}_parsed")
    return iso(datetime.fromtimestamp(timegm(parsed), UTC)) if parsed else entry.get(name)


def _plain(html: str | None) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", html or "")).strip()
