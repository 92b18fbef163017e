"""The sheet by which a shift hands over: what was done, what is urgent, what waits, and which source is silent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from dashboard.domain.access import Actor
from dashboard.domain.events import EventKind
from dashboard.live.faces import CaseFace
from dashboard.live.health import SourceCondition
from dashboard.live.situation import Situation
from dashboard.services.answers import KIND as ANSWER
from dashboard.store.handling import Handover
from dashboard.store.handovers import done_between, recent_handovers
from dashboard.store.waiting import open_instructions, to_be_told, unacknowledged
from dashboard.viewmodels.beside import NOTICED_WITHIN
from dashboard.viewmodels.queue import VIEWS, Entry, queue

Json = dict[str, Any]
LONGEST_SHIFT = timedelta(hours=12)
SOON = timedelta(hours=2)
MOST_LISTED = 30
DONE = (
    EventKind.OPENED,
    EventKind.RESPONDED,
    EventKind.TASK_ASSIGNED,
    EventKind.ARRIVED,
    EventKind.FED_BACK,
    EventKind.CLOSED,
    EventKind.SENT_BACK,
    EventKind.TASK_RETURNED,
    EventKind.MERGED,
    EventKind.ESCALATED,
)
"""What a shift tells that it did, in this order."""


@dataclass(frozen=True)
class HandoverPage:
    """The sheet as of now, and those that were handed over before. `content` is plain data, as it is kept."""

    content: Json
    earlier: Sequence[Handover]


def handover_page(session: Session, situation: Situation, actor: Actor, now: datetime) -> HandoverPage:
    """The sheet of an operator's area since the last one, at most twelve hours."""
    area = actor.scope.area
    earlier = recent_handovers(session, area)
    since = max([now - LONGEST_SHIFT, *(sheet.created_at for sheet in earlier[:1])])
    return HandoverPage(_content(session, situation, actor, since, now), earlier)


def _content(session: Session, situation: Situation, actor: Actor, since: datetime, now: datetime) -> Json:
    area = actor.scope.area
    done = done_between(session, area, since, now)
    _, tell = to_be_told(session, area, ANSWER, 1)
    _, notices = unacknowledged(session, area, now - NOTICED_WITHIN, 1)
    open_cases = queue(situation, actor, "all")
    urgent = _urgent(open_cases.rows, now)
    return {
        "since": since.isoformat(),
        "at": now.isoformat(),
        "done": {kind.value: done[kind] for kind in DONE},
        "waiting": {**{name: open_cases.counts[name] for name in VIEWS if name not in ("mine", "level")}, "tell": tell},
        "notices": notices,
        "urgent": [_line(entry) for entry in urgent[:MOST_LISTED]],
        "urgent_unlisted": max(len(urgent) - MOST_LISTED, 0),
        "instructions": [
            {"text": order.text, "by": order.created_by, "due": order.due_at.isoformat()}
            for order, _ in open_instructions(session, area)
        ],
        "silent": [source.id for source in situation.sources if source.condition is not SourceCondition.FRESH],
    }


def _urgent(rows: Sequence[Entry], now: datetime) -> list[Entry]:
    """Late cases, and those whose clock ends within two hours."""
    late = (CaseFace.VERY_LATE, CaseFace.BREACHED)
    return [e for e in rows if e.face.state in late or (e.face.clock and e.face.clock.due_at - now <= SOON)]


def _line(entry: Entry) -> Json:
    case, clock = entry.case, entry.face.clock
    return {
        "number": case.number,
        "category": case.category,
        "place": case.place,
        "stage": case.stage.value,
        "state": entry.face.state.value,
        "clock": clock.name.value if clock else None,
        "due": clock.due_at.isoformat() if clock else None,
        "lead": case.handling.lead,
    }
