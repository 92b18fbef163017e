"""The logs of many cases."""

import json
from collections.abc import Iterator
from functools import lru_cache
from operator import itemgetter
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from dashboard.domain.events import Event, EventKind
from dashboard.services.desk import Desk
from dashboard.services.lives import STEPS, Lives
from dashboard.store.bulk import write_rows
from dashboard.store.marks import NEVER, Ints
from dashboard.store.models import CaseEvent, table_of
from dashboard.store.types import from_micros, to_micros


def write_events(session: Session, desk: Desk, lives: Lives, ids: Ints) -> None:
    names = ["case_id", "kind", "at", "actor", "data", "recorded_at"]
    write_rows(session, table_of(CaseEvent), names, _events(desk, lives, ids))


def _events(desk: Desk, lives: Lives, ids: Ints) -> Iterator[tuple[Any, ...]]:
    """The log of every case, in order."""
    frame = lives.frame
    instants = np.column_stack([getattr(lives, step) for step in STEPS]).tolist()
    joined: dict[int, list[tuple[str, int]]] = {}
    for case, channel, _, at in lives.joined:
        joined.setdefault(case, []).append((channel, at))
    for index, case_id in enumerate(ids.tolist()):
        if index in lives.specials:
            yield from (_row(case_id, event) for event in lives.specials[index])
            continue
        opened, *later = instants[index]
        closed_at = later[3] if lives.policies[index] is None and later[3] != NEVER else None
        data = _opened_data(desk, frame["category"][index], frame["severity"][index], lives.policies[index], closed_at)
        yield case_id, EventKind.OPENED, opened, "system", data, opened
        for channel, at in joined.get(index, ()):
            yield case_id, EventKind.REPORT_JOINED, at, "system", f'{{"channel": "{channel}"}}', at
        if lives.policies[index] is not None:
            steps = _steps(case_id, later, frame["handler"][index], lives.close_level[index])
            further = [_row(case_id, event) for event in lives.further.get(index, ())]
            yield from sorted([*further, *steps], key=itemgetter(2)) if further else steps


def _row(case_id: int, event: Event) -> tuple[Any, ...]:
    at = to_micros(event.at)
    return case_id, event.kind, at, event.actor, json.dumps(dict(event.data), ensure_ascii=False), at


def _steps(case_id: int, instants: list[int], handler: str, level: str | None) -> Iterator[tuple[Any, ...]]:
    kinds = (EventKind.RESPONDED, EventKind.ARRIVED, EventKind.FED_BACK, EventKind.CLOSED)
    for kind, at in zip(kinds, instants, strict=True):
        if at != NEVER:
            actor = "checker" if kind is EventKind.CLOSED else handler
            yield case_id, kind, at, actor, _step_data(kind, handler, level), at


@lru_cache(maxsize=4096)
def _step_data(kind: EventKind, handler: str, level: str | None) -> str:
    data = {
        EventKind.RESPONDED: {"note": "已联系诉求人"},
        EventKind.ARRIVED: {"who": handler, "where": "现场"},
        EventKind.FED_BACK: {"answer": "已处置并告知诉求人"},
        EventKind.CLOSED: {"level": level},
    }[kind]
    return json.dumps(data, ensure_ascii=False)


def _opened_data(desk: Desk, category: str, severity: str, policy: str | None, closed_at: int | None) -> str:
    known = _opened_known(category, severity, policy, desk.rules.calendar_version)
    if closed_at is None:
        return known + "}"
    return f'{known}, "closed_at": "{from_micros(closed_at).isoformat()}"}}'


@lru_cache(maxsize=4096)
def _opened_known(category: str, severity: str, policy: str | None, calendar: str) -> str:
    """The JSON object of what many cases share, without its closing brace."""
    data = {"category": category, "severity": severity, "policy": policy, "calendar": calendar}
    return json.dumps(data)[:-1]
