"""What happened to a case: an append-only log from which everything else is worked out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class EventKind(StrEnum):
    """What an event says. The first group moves a case, the second tells about it and touches no clock."""

    OPENED = "opened"
    RESPONDED = "responded"
    ARRIVED = "arrived"
    FED_BACK = "fed_back"
    CLOSED = "closed"
    SENT_BACK = "sent_back"
    REOPENED = "reopened"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    UNMERGED = "unmerged"
    RECLASSIFIED = "reclassified"
    RECALCULATED = "recalculated"

    REPORT_JOINED = "report_joined"
    SOURCE_EDITED = "source_edited"
    SOURCE_CLOSED = "source_closed"
    LOCATED = "located"
    NOTED = "noted"


@dataclass(frozen=True)
class Event:
    """One fact. `at` is when it was true (aware UTC), `recorded_at` when it was written down."""

    kind: EventKind
    at: datetime
    actor: str = "system"
    data: Mapping[str, Any] = field(default_factory=dict)
    recorded_at: datetime | None = None
