"""Questions about keys of other systems, and about what they filed through our Open311 service."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from dashboard.domain.events import EventKind
from dashboard.domain.replay import STAGE_MOVES
from dashboard.store.handling import ApiKey, Filing
from dashboard.store.logs import chunks
from dashboard.store.models import Case, CaseEvent, Report

TELLING = [*STAGE_MOVES, EventKind.OPENED, EventKind.ABSORBED, EventKind.RELEASED]
"""Events after which somebody outside may read something new about a report of the case."""
SECOND = timedelta(seconds=1)


def key_by_hash(session: Session, key_hash: str) -> ApiKey | None:
    """The key with this hash, revoked or not."""
    return session.scalar(select(ApiKey).where(ApiKey.key_hash == key_hash))


def key_named(session: Session, name: str) -> ApiKey | None:
    """The key of this name."""
    return session.scalar(select(ApiKey).where(ApiKey.name == name))


def all_keys(session: Session) -> Sequence[ApiKey]:
    """Every key that was ever made, oldest first."""
    return session.scalars(select(ApiKey).order_by(ApiKey.id)).all()


def keys_of(session: Session, source: str, *, lock: bool = False) -> Sequence[ApiKey]:
    """The keys of a source, newest first. With `lock` nobody else files for it until the transaction ends."""
    query = select(ApiKey).where(ApiKey.source == source).order_by(ApiKey.id.desc())
    return session.scalars(query.with_for_update() if lock else query).all()


Known = tuple[Filing, Report]


def filed_since(session: Session, source: str, fingerprint: str, since: datetime) -> Known | None:
    """The filing by which the same sender said the same since an instant."""
    return _newest(session, source, and_(Filing.fingerprint == fingerprint, Filing.filed_at >= since))


def filed_as(session: Session, source: str, repeat_key: str) -> Known | None:
    """The filing that a source has given this key to be known by."""
    return _newest(session, source, Filing.repeat_key == repeat_key)


def _newest(session: Session, source: str, condition: ColumnElement[bool]) -> Known | None:
    query = select(Filing, Report).join(Report, Filing.report_id == Report.id).where(Report.source == source, condition)
    row = session.execute(query.order_by(Filing.id.desc()).limit(1)).first()
    return (row[0], row[1]) if row else None


@dataclass(frozen=True)
class Asked:
    """Which filed reports somebody asks for. `reader` is the source whose own reports are among them in any case;
    those of the `private` categories are seen by nobody else."""

    reader: str | None
    private: Collection[str]
    ids: Sequence[int] | None = None
    categories: Collection[str] = ()
    is_open: bool | None = None
    start: datetime | None = None
    end: datetime | None = None
    updated_after: datetime | None = None
    updated_before: datetime | None = None
    page: int = 1
    size: int = 1000


@dataclass(frozen=True)
class Filed:
    """A filed report with its case, when something about it last changed, and the answer of the current round.

    `id` is that of the filing.
    """

    id: int
    report: Report
    case: Case
    updated_at: datetime
    answer: str | None


def filed_reports(session: Session, asked: Asked) -> list[Filed]:
    """A page of filed reports, newest first."""
    query = select(Filing.id, Report, Case).join(Report, Report.id == Filing.report_id)
    query = query.join(Case, Case.id == Report.case_id).where(*_conditions(asked))
    query = query.order_by(Filing.filed_at.desc(), Filing.id.desc())
    rows = session.execute(query.limit(asked.size).offset((asked.page - 1) * asked.size)).all()
    case_ids = sorted({case.id for _, _, case in rows})
    updates, answers = _updates(session, case_ids), _answers(session, case_ids)
    return [
        Filed(number, report, case, max(updates[case.id], report.accepted_at), answers.get(case.id))
        for number, report, case in rows
    ]


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    """Instants are told to the second, so that the second of an end belongs to it."""
    public = and_(Report.category.not_in(asked.private), Case.category.not_in(asked.private))
    found: list[ColumnElement[bool]] = [or_(Report.source == asked.reader, public) if asked.reader else public]
    if asked.ids is not None:
        return [*found, Filing.id.in_(asked.ids)]
    if asked.categories:
        found.append(Report.category.in_(asked.categories))
    if asked.is_open is not None:
        found.append(Case.is_open.is_(asked.is_open))
    if asked.start:
        found.append(Filing.filed_at >= asked.start)
    if asked.end:
        found.append(Filing.filed_at < asked.end + SECOND)
    if asked.updated_after:
        changed = Report.case_id.in_(_changed(CaseEvent.recorded_at >= asked.updated_after))
        found.append(or_(Filing.filed_at >= asked.updated_after, changed))
    if asked.updated_before:
        before = asked.updated_before + SECOND
        found.append(and_(Filing.filed_at < before, Report.case_id.not_in(_changed(CaseEvent.recorded_at >= before))))
    return found


def _changed(when: ColumnElement[bool]) -> Select[Any]:
    return select(CaseEvent.case_id).where(when, CaseEvent.kind.in_(TELLING))


def _updates(session: Session, case_ids: Sequence[int]) -> dict[int, datetime]:
    found: dict[int, datetime] = {}
    for chunk in chunks(case_ids):
        query = select(CaseEvent.case_id, func.max(CaseEvent.recorded_at)).where(
            CaseEvent.case_id.in_(chunk), CaseEvent.kind.in_(TELLING)
        )
        found |= dict(session.execute(query.group_by(CaseEvent.case_id)).all())
    return found


def _answers(session: Session, case_ids: Sequence[int]) -> dict[int, str | None]:
    """The newest answer of each case's current round."""
    found: dict[int, str | None] = {}
    for chunk in chunks(case_ids):
        query = select(CaseEvent.case_id, CaseEvent.data).where(
            CaseEvent.case_id.in_(chunk), CaseEvent.kind.in_([EventKind.FED_BACK, EventKind.REOPENED])
        )
        for case_id, data in session.execute(query.order_by(CaseEvent.id)):
            found[case_id] = data.get("answer")
    return found
