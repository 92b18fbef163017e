"""What connectors hand on: pages of records with the cursor that covers them."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from dashboard.domain.reports import Reason, Rejected

Cursor = dict[str, Any]


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
        """The record as text, for the quarantine."""
        return json.dumps(self.fields, ensure_ascii=False, default=str, sort_keys=True)


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
    raw = json.dumps(found, ensure_ascii=False, default=str)
    return Rejected(Reason.UNPARSEABLE, f"expected an object, got {type(found).__name__}", raw)


def page_of(found: Sequence[Record | Rejected], cursor: Cursor) -> Page:
    """A page of what was found, the good and the bad apart."""
    return Page(
        records=[one for one in found if isinstance(one, Record)],
        bad=[one for one in found if isinstance(one, Rejected)],
        cursor=cursor,
    )
