"""The category that was suggested for a case, and how suggestions of it fared before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from dashboard.config.checks import UNCLASSIFIED
from dashboard.services.categories import Decided, decided_by_category
from dashboard.store.classifying import category_suggestion
from dashboard.store.models import Case

LOOK_BACK = timedelta(days=90)


class Fate(StrEnum):
    """What became of a suggestion. `set` is one so certain that the case opened with it, by the district's own rule."""

    WAITING = "waiting"
    SET = "set"
    TAKEN = "taken"
    OTHER = "other"
    AGAINST = "against"


@dataclass(frozen=True)
class CategoryHint:
    """A suggestion as the page of its case shows it. `before` counts what people decided lately on suggestions of
    this category."""

    category: str
    certainty: float
    words: Sequence[str]
    fate: Fate
    before: Decided


def category_hint(session: Session, case: Case, now: datetime) -> CategoryHint | None:
    """What was suggested for a case that somebody may see; None when nothing was."""
    found = category_suggestion(session, case.id)
    if found is None:
        return None
    before = decided_by_category(session, now - LOOK_BACK).get(found.category, Decided())
    fate = _fate(found.category, found.decided, case.category)
    return CategoryHint(found.category, found.certainty, found.words, fate, before)


def _fate(suggested: str, decided: str | None, now: str) -> Fate:
    if decided is None:
        return Fate.SET if now == suggested else Fate.WAITING
    if decided == suggested:
        return Fate.TAKEN
    return Fate.AGAINST if decided == UNCLASSIFIED else Fate.OTHER


def waiting_category(session: Session, case: Case) -> str | None:
    """The suggested category on which nobody has decided yet."""
    found = category_suggestion(session, case.id)
    if found is None or found.decided is not None or found.category == case.category:
        return None
    return found.category
