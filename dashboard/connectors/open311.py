"""Open311 GeoReport v2: service requests as JSON or XML, page by page, those updated since the last time."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from dashboard.config.sources import Mapping, Open311Source
from dashboard.connectors.http import Answer, get, json_of
from dashboard.connectors.markup import xml_root, xml_text
from dashboard.connectors.records import Cursor, FeedError, Page, Record, as_record, page_of
from dashboard.connectors.times import iso, newest, since

DEFAULT_MAPPING = Mapping(
    id="service_request_id",
    text="description",
    category="service_name || service_code",
    time="requested_datetime",
    updated="updated_datetime",
    longitude="long",
    latitude="lat",
    address="address || address_string",
    status="status",
    closed_time="closed_datetime || updated_datetime",
    parent="extended_attributes.parent_service_request_id || parent_service_request_id",
)


def fetch(source: Open311Source, cursor: Cursor, now: datetime) -> Iterator[Page]:
    """Pages of requests. The time cursor moves only with the last page, as servers order as they like.

    Raises:
        FeedError: the server cannot be read.
    """
    services = _services(source, cursor, now)
    kept = {key: value for key, value in cursor.items() if key in ("since", "newest")} | services
    number, latest = int(cursor.get("page", 1)), cursor.get("newest")
    start = since(source, cursor, now)
    for _ in range(source.max_pages):
        found = [_named(one, services["services"]) for one in _requests(source, number, start, now)]
        latest = newest(latest, (_moved_at(source, one) for one in found), source, now)
        number += 1
        if len(found) < source.page_size:
            yield page_of(found, services | {"since": latest or cursor.get("since") or iso(start)})
            return
        yield page_of(found, {**kept, "page": number, "newest": latest})


def _requests(source: Open311Source, number: int, start: datetime, now: datetime) -> list[Any]:
    name = "updated_after" if source.updated_parameter else "start_date"
    parameters: dict[str, str | int] = {name: iso(start), "page": number, "page_size": source.page_size}
    if not source.updated_parameter:
        parameters["end_date"] = iso(now)
    return _ask(source, "requests", parameters)


def _services(source: Open311Source, cursor: Cursor, now: datetime) -> Cursor:
    """Names of service codes, asked for once a day."""
    if cursor.get("services_day") == now.date().isoformat():
        return {"services": cursor["services"], "services_day": cursor["services_day"]}
    found = [service for service in _ask(source, "services", {}) if isinstance(service, dict)]
    names = {str(service.get("service_code")): str(service.get("service_name") or "") for service in found}
    return {"services": names, "services_day": now.date().isoformat()}


def _ask(source: Open311Source, what: str, parameters: dict[str, str | int]) -> list[Any]:
    if source.jurisdiction:
        parameters = {**parameters, "jurisdiction_id": source.jurisdiction}
    answer = get(source, f"{source.url.rstrip('/')}/{what}.{source.format}", parameters, source.auth)
    found = json_of(answer) if source.format == "json" else _xml(answer)
    if not isinstance(found, list):
        raise FeedError(f"expected a list of {what}, got {type(found).__name__}")
    return found


def _xml(answer: Answer) -> list[dict[str, Any]]:
    """The children of the root as dictionaries."""
    root = xml_root(xml_text(answer))
    if root.tag not in ("service_requests", "services"):
        raise FeedError(f"the source answered with <{root.tag}> instead of Open311 XML")
    return [{child.tag: _value(child) for child in item} for item in root]


def _value(element: Any) -> Any:
    if len(element):
        return {child.tag: _value(child) for child in element}
    return (element.text or "").strip() or None


def _named(found: Any, services: dict[str, str]) -> Any:
    record = as_record(found)
    if isinstance(record, Record) and not record.fields.get("service_name"):
        name = services.get(str(record.fields.get("service_code")))
        return Record({**record.fields, "service_name": name}) if name else record
    return record


def _moved_at(source: Open311Source, found: Any) -> Any:
    """The time by which the source filters."""
    fields = found.fields if isinstance(found, Record) else {}
    requested = fields.get("requested_datetime")
    return (fields.get("updated_datetime") or requested) if source.updated_parameter else requested
