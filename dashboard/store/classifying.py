"""What was learned about categories, what it can be learned from, and what became of suggested categories."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from dashboard.store.handling import CategorySuggestion, Classifier
from dashboard.store.models import Case, Report

KEPT = 3
"""So many of what was learned are kept, the newest."""


def newest_id(session: Session) -> int | None:
    """The number of what was learned last."""
    return session.scalar(select(func.max(Classifier.id)))


def content_of(session: Session, number: int) -> bytes:
    """What was learned."""
    return session.scalars(select(Classifier.content).where(Classifier.id == number)).one()


def newest_report(session: Session) -> tuple[datetime, dict[str, Any]] | None:
    """When it was learned last, and how well it went."""
    query = select(Classifier.trained_at, Classifier.report).order_by(Classifier.id.desc()).limit(1)
    row = session.execute(query).first()
    return (row.trained_at, row.report) if row else None


def keep_learned(session: Session, content: bytes, report: dict[str, Any], now: datetime) -> None:
    """Keep what was learned, and forget the oldest."""
    session.add(Classifier(trained_at=now, content=content, report=report))
    session.flush()
    kept = session.scalars(select(Classifier.id).order_by(Classifier.id.desc()).limit(KEPT)).all()
    session.execute(delete(Classifier).where(Classifier.id.not_in(kept)))


def closed_texts(session: Session, without: str, most: int) -> Sequence[tuple[str, str]]:
    """Category and text of reports of closed cases, the newest cases first."""
    query = (
        select(Case.category, Report.text)
        .join(Report, Report.case_id == Case.id)
        .where(Case.closed_at.is_not(None), Case.category != without)
        .order_by(Case.id.desc(), Report.id)
        .limit(most)
    )
    return [(category, text) for category, text in session.execute(query)]


def category_suggestion(session: Session, case_id: int) -> CategorySuggestion | None:
    """What was suggested for a case."""
    return session.get(CategorySuggestion, case_id)


def waiting_suggestions(session: Session, until: datetime, most: int) -> Sequence[CategorySuggestion]:
    """Suggestions for open cases that nobody has decided and that were made by an instant, the oldest first."""
    query = select(CategorySuggestion).join(Case, Case.id == CategorySuggestion.case_id)
    query = query.where(Case.is_open.is_(True), CategorySuggestion.decided.is_(None))
    query = query.where(CategorySuggestion.created_at <= until).order_by(CategorySuggestion.created_at)
    return session.scalars(query.limit(most)).all()


def decisions(session: Session, since: datetime | None) -> Mapping[str, Counter[str | None]]:
    """Suggested category → what people decided, with how often. Since an instant, or ever; then None is for what nobody
    has decided."""
    asked, decided = CategorySuggestion.category, CategorySuggestion.decided
    query = select(asked, decided, func.count()).group_by(asked, decided)
    if since is not None:
        query = query.where(CategorySuggestion.decided_at >= since)
    found: dict[str, Counter[str | None]] = {}
    for category, decision, count in session.execute(query):
        found.setdefault(category, Counter())[decision] = count
    return found
