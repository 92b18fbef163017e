"""Suggested categories: made at intake for what its source does not classify, and settled by people."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from dashboard.config.checks import UNCLASSIFIED
from dashboard.domain.access import Actor, Right
from dashboard.domain.calendars import shanghai_day
from dashboard.domain.events import Event
from dashboard.domain.stages import CaseError
from dashboard.services.acts import Context
from dashboard.services.classifying import Guess
from dashboard.services.desk import Desk
from dashboard.services.tellings import bare
from dashboard.services.topics import lexicon
from dashboard.store.cases import cases_by_id
from dashboard.store.changes import Announcement, ChangeKind, announce
from dashboard.store.classifying import category_suggestion, decisions
from dashboard.store.engine import writing
from dashboard.store.handling import CategorySuggestion


@dataclass(frozen=True)
class Decided:
    """What became of the suggestions of one category, or of all: taken, another one chosen, left unclassified."""

    waiting: int = 0
    taken: int = 0
    other: int = 0
    against: int = 0

    @property
    def settled(self) -> int:
        """How many somebody has decided."""
        return self.taken + self.other + self.against

    def __add__(self, more: "Decided") -> "Decided":
        """Both together."""
        return Decided(
            self.waiting + more.waiting, self.taken + more.taken, self.other + more.other, self.against + more.against
        )


def guess_category(session: Session, desk: Desk, text: str, now: datetime) -> Guess | None:
    """The category that a text seems to be of; None when nothing was learned, or too little speaks for any."""
    learned = desk.learned.current(session)
    if learned is None:
        return None
    atlas = desk.atlases.current(session, shanghai_day(now))
    said = bare(text, atlas.named(text))
    found = learned.guesses(said, 1, lexicon(frozenset(desk.severities)).spans(said))
    if not found or found[0].category not in desk.severities:
        return None
    return found[0] if found[0].certainty >= desk.config.categorising.suggest else None


def keep_guess(session: Session, case_id: int, guess: Guess, now: datetime) -> None:
    """Keep the suggestion for a new case until somebody decides."""
    session.add(
        CategorySuggestion(
            case_id=case_id,
            category=guess.category,
            certainty=guess.certainty,
            words=list(guess.words),
            created_at=now,
        )
    )


def note_category(event: Event, context: Context) -> None:
    """Somebody has given the case another category: with the suggestion, or against it. The last word counts."""
    found = category_suggestion(context.session, context.case.id)
    if found is not None and event.data["category"] != event.data["from"]:
        _settle(found, str(event.data["category"]), event.actor, event.at)


def reject_category(desk: Desk, case_id: int, actor: Actor, now: datetime) -> None:
    """Decide that the suggested category is not right; the case stays what it is."""
    with writing(desk.sessions, now) as session:
        case = cases_by_id(session, [case_id]).get(case_id)
        found = session.get(CategorySuggestion, case_id, with_for_update=True)
        if case is None or found is None or not actor.may(Right.HANDLE) or not actor.scope.covers(case.area_code):
            raise CaseError("没有这条提示")
        if found.category == case.category:
            raise CaseError("案件已是这个类别，请改类")
        _settle(found, case.category, actor.id, now)
        announce(session, Announcement(ChangeKind.CASE, case_id, case.area_code))


def _settle(found: CategorySuggestion, category: str, actor: str, at: datetime) -> None:
    found.decided, found.decided_at, found.decided_by = category, at, actor


def decided_by_category(session: Session, since: datetime | None = None) -> Mapping[str, Decided]:
    """Suggested category → what became of its suggestions; of those decided since an instant, if one is given."""
    return {category: _decided(category, counts) for category, counts in decisions(session, since).items()}


def _decided(category: str, counts: Counter[str | None]) -> Decided:
    taken, against, waiting = counts[category], counts[UNCLASSIFIED], counts[None]
    return Decided(waiting, taken, counts.total() - taken - against - waiting, against)
