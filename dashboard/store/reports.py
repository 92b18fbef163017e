"""Questions about reports, and storing them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from dashboard.domain.reports import Rejected
from dashboard.store.logs import chunks
from dashboard.store.models import Case, Report, ReportVersion
from dashboard.store.operations import Quarantined
from dashboard.store.upsert import insert_or


def reports_by_external_id(session: Session, source: str, external_ids: Sequence[str]) -> dict[str, Report]:
    """The known reports of a source among these ids."""
    found: dict[str, Report] = {}
    for chunk in chunks_of_text(external_ids):
        query = select(Report).where(Report.source == source, Report.external_id.in_(chunk))
        found |= {report.external_id: report for report in session.scalars(query)}
    return found


def chunks_of_text(texts: Sequence[str], size: int = 500) -> list[list[str]]:
    """Texts in pieces that fit into one statement."""
    ordered = sorted(set(texts))
    return [ordered[start : start + size] for start in range(0, len(ordered), size)]


def reports_of(session: Session, case_ids: Sequence[int]) -> list[Report]:
    """The reports of cases, oldest first."""
    found: list[Report] = []
    for chunk in chunks(case_ids):
        found += session.scalars(select(Report).where(Report.case_id.in_(chunk)).order_by(Report.id))
    return found


def versions_of(session: Session, report_ids: Sequence[int]) -> Sequence[ReportVersion]:
    """What reports said before they were edited."""
    query = select(ReportVersion).where(ReportVersion.report_id.in_(report_ids))
    return session.scalars(query.order_by(ReportVersion.report_id, ReportVersion.version)).all()


def insert_reports(session: Session, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Store new reports; their ids in the same order."""
    result = session.execute(insert(Report).returning(Report.id, sort_by_parameter_order=True), list(rows))
    return list(result.scalars())


def add_version(session: Session, report: Report, changed: Mapping[str, Any], now: datetime) -> None:
    """Keep what the report said and let it say something new."""
    content = {name: getattr(report, name) for name in ("text", "category_raw", "address", "original_point")}
    session.add(
        ReportVersion(report_id=report.id, version=report.version, fetched_at=report.fetched_at, content=content)
    )
    for name, value in changed.items():
        setattr(report, name, value)
    report.version += 1
    report.fetched_at = now


Likeness = tuple[str, str, str]
"""Area code, place and category: where and as what a report is like another."""


def last_closed_alike(session: Session, likenesses: set[Likeness], since: datetime) -> dict[Likeness, int]:
    """Per likeness the newest case closed since `since`, among those opened in the year before."""
    found: dict[Likeness, int] = {}
    for chunk in chunks_of_text([area_code for area_code, _, _ in likenesses]):
        query = select(Case.area_code, Case.place, Case.category, Case.id).where(
            Case.area_code.in_(chunk), Case.opened_at >= since - timedelta(days=365), Case.closed_at >= since
        )
        for area_code, place, category, case_id in session.execute(query.order_by(Case.id)):
            found[area_code, place, category] = case_id
    return {key: found[key] for key in likenesses & found.keys()}


def quarantine(session: Session, source: str, rejected: Sequence[Rejected], now: datetime) -> int:
    """Keep records that cannot be reports; one that waits already is only counted. Returns how many are new."""
    known = set(
        session.scalars(
            select(Quarantined.digest).where(
                Quarantined.source == source, Quarantined.digest.in_([found.digest for found in rejected])
            )
        )
    )
    for found in rejected:
        statement = insert_or(session, Quarantined).values(
            source=source,
            digest=found.digest,
            reason=found.reason,
            detail=found.detail,
            raw=found.raw,
            first_fetched_at=now,
            last_fetched_at=now,
            times=1,
            status="waiting",
        )
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["source", "digest"], set_={"times": Quarantined.times + 1, "last_fetched_at": now}
            )
        )
    return len({found.digest for found in rejected} - known)
