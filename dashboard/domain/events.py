"""What happened to a case: an append-only log from which everything else is worked out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class EventKind(StrEnum):
    """What an event says. The first group moves a case; none of the others touches a citizen's clock: the second tells
    of the tasks of parties, the third of levels and people, the fourth of reports, the last of anything else."""

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

    TASK_ASSIGNED = "task_assigned"
    TASK_ACCEPTED = "task_accepted"
    TASK_ON_SITE = "task_on_site"
    TASK_DONE = "task_done"
    TASK_RETURNED = "task_returned"
    TASK_CANCELLED = "task_cancelled"

    ASSIGNED = "assigned"
    PASSED = "passed"
    ESCALATED = "escalated"
    INSTRUCTED = "instructed"
    INSTRUCTION_ANSWERED = "instruction_answered"

    REPORT_JOINED = "report_joined"
    REPORT_LEFT = "report_left"
    ABSORBED = "absorbed"
    RELEASED = "released"
    ANSWERED = "answered"
    VISITED = "visited"
    SOURCE_EDITED = "source_edited"
    SOURCE_CLOSED = "source_closed"

    LOCATED = "located"
    ATTACHED = "attached"
    NOTED = "noted"


@dataclass(frozen=True)
class Event:
    """One fact. `at` is when it was true (aware UTC), `recorded_at` when it was written down."""

    kind: EventKind
    at: datetime
    actor: str = "system"
    data: Mapping[str, Any] = field(default_factory=dict)
    recorded_at: datetime | None = None
