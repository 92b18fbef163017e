"""Questions about suggestions that cases are the same event."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, aliased

from dashboard.store.handling import Suggestion
from dashboard.store.logs import chunks
from dashboard.store.models import Case

WAITING = "waiting"


def waiting_by_case(session: Session, case_ids: Sequence[int]) -> Counter[int]:
    """Case → how many open cases it may be merged with, and nobody has decided."""
    found: set[tuple[int, int]] = set()
    one, other = aliased(Case), aliased(Case)
    query = select(Suggestion.case_id, Suggestion.other_id).where(Suggestion.status == WAITING)
    query = query.join(one, (one.id == Suggestion.case_id) & one.is_open.is_(True))
    query = query.join(other, (other.id == Suggestion.other_id) & other.is_open.is_(True))
    for chunk in chunks(case_ids):
        either = or_(Suggestion.case_id.in_(chunk), Suggestion.other_id.in_(chunk))
        found |= {(first, second) for first, second in session.execute(query.where(either))}
    wanted = set(case_ids)
    return Counter(case for pair in found for case in pair if case in wanted)


def suggestions_of(session: Session, case_id: int) -> Sequence[Suggestion]:
    """The undecided suggestions that a case is part of, the most certain first."""
    either = or_(Suggestion.case_id == case_id, Suggestion.other_id == case_id)
    query = select(Suggestion).where(either, Suggestion.status == WAITING)
    return session.scalars(query.order_by(Suggestion.certainty.desc(), Suggestion.id)).all()


def settle_suggestions(session: Session, survivor: int, merged: int, actor: str, now: datetime) -> None:
    """Two cases have become one: that question is decided, and no others are asked about a case that is none any
    more."""
    either = Suggestion.case_id.in_((survivor, merged)) & Suggestion.other_id.in_((survivor, merged))
    moot = (Suggestion.case_id == merged) | (Suggestion.other_id == merged)
    for concerned, status in ((either, "merged"), (moot, "moot")):
        statement = update(Suggestion).where(concerned, Suggestion.status == WAITING)
        session.execute(statement.values(status=status, decided_at=now, decided_by=actor))
