"""Handing over from one shift to the next."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dashboard.domain.access import Actor, Right
from dashboard.domain.stages import CaseError
from dashboard.services.desk import Desk
from dashboard.store.engine import writing
from dashboard.store.handling import Handover


def hand_over(desk: Desk, content: Mapping[str, Any], note: str, actor: Actor, now: datetime) -> int:
    """Keep a sheet as it was shown, with what the shift has to say. Returns its number."""
    if not actor.may(Right.HANDLE):
        raise CaseError("您没有权限交班")
    with writing(desk.sessions, now) as session:
        made = Handover(
            area_code=actor.scope.area,
            created_by=actor.name,
            created_at=now,
            note=note.strip(),
            content=dict(content),
        )
        session.add(made)
        session.flush()
        return made.id
