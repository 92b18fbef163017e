"""RSS and Atom feeds, asked for conditionally."""

import hashlib
import re
from calendar import timegm
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from typing import Any

import feedparser

from dashboard.config.sources import FeedSource, Mapping
from dashboard.connectors.http import get
from dashboard.connectors.markup import NotXmlError, xml_root, xml_text
from dashboard.connectors.records import Cursor, FeedError, Page, Record
from dashboard.connectors.times import has_time, iso

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
    text = xml_text(answer)
    _check(text)
    feed = feedparser.parse(
        text.encode("utf-8", "replace"),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=True,
        resolve_relative_uris=False,
    )
    if not feed.get("version"):
        raise FeedError("the source answered with something that is neither RSS nor Atom")
    kept = {"etag": answer.headers.get("etag"), "modified": answer.headers.get("last-modified")}
    yield Page([_record(entry) for entry in feed.entries], {k: v for k, v in kept.items() if v})


def _check(text: str) -> None:
    """Refuse what is dangerous and what was cut off: half an entry would be taken for a whole one. Untidy may pass."""
    try:
        xml_root(text, allow_doctype=True)
    except NotXmlError:
        if re.search(r"<(rss|feed|rdf:RDF)\b", text[:2000]) and not re.search(r"</(rss|feed|rdf:RDF)\s*>", text[-500:]):
            raise


def _record(entry: Any) -> Record:
    """An entry; without an id it is known by the hash of its link, or of all it says."""
    longitude, latitude = _point(entry)
    fields = {
        "id": entry.get("id"),
        "title": _plain(entry.get("title")),
        "summary": _plain(entry.get("summary")),
        "link": entry.get("link"),
        "published": _time(entry, "published") or _time(entry, "updated"),
        "category": next((tag.term for tag in entry.get("tags", []) if tag.term), None),
        "longitude": longitude,
        "latitude": latitude,
        "location": entry.get("location"),
        "status": entry.get("status"),
        "parent": entry.get("parent"),
    }
    known_by = entry.get("link") or f"{fields['title']}\n{fields['summary']}"
    return Record(fields, hashlib.sha256(known_by.encode()).hexdigest()[:32])


def _point(entry: Any) -> tuple[Any, Any]:
    """Longitude and latitude by W3C Geo or GeoRSS."""
    if entry.get("geo_long"):
        return entry.geo_long, entry.get("geo_lat")
    where = entry.get("where") or {}
    found = tuple(where.get("coordinates") or ())
    return found if where.get("type") == "Point" and len(found) == 2 else (None, None)


def _time(entry: Any, name: str) -> str | None:
    """The entry's time as it stands, as feedparser takes times without a zone for UTC; its reading of odd forms."""
    text: str | None = entry.get(name)
    parsed = entry.get(f"{name}_parsed")
    if parsed is None or (text and has_time(text)):
        return text
    return iso(datetime.fromtimestamp(timegm(parsed), UTC))


def _plain(html: str | None) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", html or "")).strip()
