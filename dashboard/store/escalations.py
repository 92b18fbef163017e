"""Which steps of ladders have fired."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboard.store.handling import EscalationRow
from dashboard.store.models import Case
from dashboard.store.upsert import insert_or


def fired_steps(session: Session) -> Mapping[tuple[int, int], frozenset[str]]:
    """(case, round) → the steps that have fired for it, of all open cases."""
    query = select(EscalationRow.case_id, EscalationRow.round, EscalationRow.step)
    query = query.join(Case, Case.id == EscalationRow.case_id).where(Case.is_open.is_(True))
    found: dict[tuple[int, int], set[str]] = {}
    for case_id, round_number, step in session.execute(query):
        found.setdefault((case_id, round_number), set()).add(step)
    return {key: frozenset(steps) for key, steps in found.items()}


def claim_step(session: Session, case_id: int, round_number: int, step: str, due_at: datetime, now: datetime) -> bool:
    """Take a step for ourselves; False when it has fired already."""
    statement = insert_or(session, EscalationRow).values(
        case_id=case_id, round=round_number, step=step, due_at=due_at, fired_at=now
    )
    taken = session.execute(statement.on_conflict_do_nothing().returning(EscalationRow.step)).first()
    return taken is not None
