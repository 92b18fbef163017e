"""What connectors hand on: pages of records with the cursor that covers them."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from dashboard.domain.reports import Reason, Rejected

Cursor = dict[str, Any]
MORE = "_more"
"""Where a row keeps the cells its header has no names for."""
_KEY = "_key"


class FeedError(Exception):
    """A source could not be read; the message is one sentence for the ledger.

    `retry_after` is how long the source asks to be left alone.
    """

    def __init__(self, message: str, retry_after: timedelta | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(message)


@dataclass(frozen=True)
class Record:
    """One record as the source gave it. `key` is an id of ours for sources whose records have none."""

    fields: dict[str, Any]
    key: str | None = None

    @property
    def raw(self) -> str:
        """The record as text, for the quarantine; `from_raw` makes it a record again."""
        return _text({**self.fields, _KEY: self.key} if self.key else self.fields)


@dataclass(frozen=True)
class Page:
    """Records, and the cursor to store with them: after a crash reading goes on from the last one stored.

    `after_commit` is done once the page is stored, such as moving a file away.
    """

    records: Sequence[Record]
    cursor: Cursor
    bad: Sequence[Rejected] = ()
    after_commit: Callable[[], None] | None = field(default=None, compare=False)


def as_record(found: Any, key: str | None = None) -> Record | Rejected:
    """A record, or why it is none: only a mapping of names to values can be one."""
    if isinstance(found, dict):
        return Record(found, key)
    return Rejected(Reason.UNPARSEABLE, f"expected an object, got {type(found).__name__}", _text(found))


def from_raw(raw: str) -> Record | Rejected:
    """A quarantined record, to be tried again."""
    found = json.loads(raw)
    if isinstance(found, dict) and MORE in found:
        return Rejected(Reason.UNPARSEABLE, "the row has more cells than the header", raw)
    return as_record(found, found.pop(_KEY, None) if isinstance(found, dict) else None)


def _text(found: Any) -> str:
    """As JSON that any database can keep: a lone surrogate is no character at all."""
    text = json.dumps(found, ensure_ascii=False, default=str, sort_keys=True)
    return text.encode("utf-8", "replace").decode()


def page_of(found: Sequence[Record | Rejected], cursor: Cursor) -> Page:
    """A page of what was found, the good and the bad apart."""
    return Page(
        records=[one for one in found if isinstance(one, Record)],
        bad=[one for one in found if isinstance(one, Rejected)],
        cursor=cursor,
    )
