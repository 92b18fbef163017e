"""From a source's record to our report, as the configuration says; what cannot be a report says why."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from dashboard.config.model import Config
from dashboard.config.sources import Mapping, Translation
from dashboard.connectors.records import Record
from dashboard.connectors.times import read_time
from dashboard.domain.reports import Flag, Incoming, Reason, Rejected

MAX_TEXT, LONGEST_ID = 20_000, 200


@dataclass(frozen=True)
class Translator:
    """Translates the records of one source."""

    source: Translation
    readers: dict[str, Callable[[dict[str, Any]], Any]]
    categories: dict[str, str]
    channels: dict[str, str]
    closed_statuses: frozenset[str]

    def report(self, record: Record, now: datetime) -> Incoming | Rejected:
        """The report a record is, or why it is none."""
        external_id = _id(self._text(record, "id") or record.key)
        if not external_id:
            return Rejected(Reason.NO_ID, "the record has no id", record.raw)
        text, address = self._words(record), self._text(record, "address", 300)
        x, y = self._number(record, "longitude"), self._number(record, "latitude")
        if not text and not address and x is None:
            return Rejected(Reason.NO_CONTENT, "the record has neither text nor place", record.raw)
        flags = [] if text else [Flag.NO_TEXT]
        source_at, time_raw = self._time(record, now, flags)
        category_raw = self._text(record, "category", 200)
        category = self._category(category_raw)
        if category is None:
            flags.append(Flag.UNKNOWN_CATEGORY)
        status = self._text(record, "status", 60)
        is_closed = (status or "").casefold() in self.closed_statuses
        closed_at = self._closed_at(record, now) if is_closed else None
        if closed_at and source_at and closed_at < source_at:
            flags.append(Flag.CLOSED_EARLY)
        return Incoming(
            external_id=external_id,
            text=text,
            category_raw=category_raw,
            category=category,
            source_at=source_at,
            source_time_raw=time_raw,
            x=x,
            y=y,
            address=address,
            status=status,
            is_closed=is_closed,
            closed_at=closed_at,
            parent=_id(self._text(record, "parent")),
            channel=self.channels.get((self._text(record, "channel") or "").casefold()),
            reporter=self._text(record, "reporter", 64),
            contact=self._text(record, "contact", 100),
            flags=tuple(flags),
        )

    def _words(self, record: Record) -> str:
        """Title and text as one, without saying the same twice."""
        title, text = self._text(record, "title") or "", self._text(record, "text") or ""
        return (text if title in text else f"{title}\n{text}".strip())[:MAX_TEXT]

    def _time(self, record: Record, now: datetime, flags: list[Flag]) -> tuple[datetime | None, str | None]:
        raw = self._text(record, "time")
        if raw is None:
            flags.append(Flag.NO_TIME)
            return None, None
        instant, flag = read_time(raw, self.source, now)
        if flag:
            flags.append(flag)
        return instant, raw[:100]

    def _closed_at(self, record: Record, now: datetime) -> datetime | None:
        raw = self._text(record, "closed_time")
        return read_time(raw, self.source, now)[0] if raw else None

    def _category(self, raw: str | None) -> str | None:
        return self.categories.get((raw or "").strip().casefold())

    def _text(self, record: Record, name: str, longest: int | None = None) -> str | None:
        read = self.readers.get(name)
        if read is None:
            return None
        try:
            value = read(record.fields)
        except JMESPathError:  # the expression does not fit this record; it may fit the others
            return None
        if value is None or isinstance(value, dict | list):
            return None
        return _storable(str(value)).strip()[:longest] or None

    def _number(self, record: Record, name: str) -> float | None:
        text = self._text(record, name)
        try:
            return float(text) if text else None
        except ValueError:
            return None


def _id(text: str | None) -> str | None:
    """An id that fits; ids that differ only at their far ends, as long addresses do, stay different."""
    if text is None or len(text) <= LONGEST_ID:
        return text
    return f"{text[: LONGEST_ID - 33]}:{hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()}"


def _storable(text: str) -> str:
    """Text without what a database cannot keep: NUL is no character to PostgreSQL, a lone surrogate none at all."""
    if text.isprintable():  # as nearly all texts are; neither of the two is
        return text
    text = text.replace("\x00", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def _reader(expression: str) -> Callable[[dict[str, Any]], Any]:
    """What an expression finds in a record; a plain field is looked up directly, which is many times faster."""
    compiled = jmespath.compile(expression)
    if compiled.parsed["type"] == "field":
        name = compiled.parsed["value"]
        return lambda fields: fields.get(name)
    return lambda fields: compiled.search(fields)


def translator(source: Translation, default: Mapping, config: Config) -> Translator:
    """The translator of a source: its own mapping over the protocol's, its own names over ours."""
    expressions = default.model_dump(exclude_none=True) | source.mapping.model_dump(exclude_none=True)
    readers = {name: _reader(expression) for name, expression in expressions.items()}
    categories: dict[str, str] = {}
    for category in config.categories:
        categories |= {text.casefold(): category.id for text in (category.id, category.name.zh, category.name.en)}
    categories |= {raw.strip().casefold(): category for raw, category in source.categories.items()}
    channels: dict[str, str] = {}
    for channel in config.channels:
        channels |= {text.casefold(): channel.id for text in (channel.id, channel.name.zh, channel.name.en)}
    channels |= {raw.strip().casefold(): channel for raw, channel in source.channels.items()}
    closed = frozenset(status.casefold() for status in source.closed_statuses)
    return Translator(source, readers, categories, channels, closed)
