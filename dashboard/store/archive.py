"""Questions about archived snapshots, and what is kept of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, or_, select, update
from sqlalchemy.orm import Session, defer

from dashboard.domain.access import Scope
from dashboard.domain.areas import subtree
from dashboard.domain.snapshots import Edition, Kind
from dashboard.store.snapshots import Snapshot, SnapshotCopy, SnapshotPage

HEAVY = (defer(Snapshot.pdf), defer(Snapshot.data))


@dataclass(frozen=True)
class Search:
    """Which snapshots are looked for; `text` stands in the title, or is a code, a case number or a fingerprint.

    Sheets with what citizens said are left out unless `with_full_cases` says otherwise.
    """

    text: str = ""
    with_full_cases: bool = False
    kind: str | None = None
    area: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def found_snapshots(
    session: Session, scope: Scope, search: Search, *, start: int = 0, limit: int = 50
) -> Sequence[Snapshot]:
    """Snapshots within a scope, the newest first, without their bytes."""
    query = _query(select(Snapshot).options(*HEAVY), scope, search)
    return session.scalars(query.order_by(Snapshot.made_at.desc(), Snapshot.id.desc()).offset(start).limit(limit)).all()


def count_snapshots(session: Session, scope: Scope, search: Search) -> int:
    """How many snapshots a search finds."""
    return session.scalar(_query(select(func.count()).select_from(Snapshot), scope, search)) or 0


def _query(query: Select[Any], scope: Scope, search: Search) -> Select[Any]:
    low, high = subtree(search.area if search.area and scope.covers(search.area) else scope.area)
    query = query.where(Snapshot.area_code >= low, Snapshot.area_code < high)
    if not search.with_full_cases:
        query = query.where(or_(Snapshot.kind != Kind.CASE, Snapshot.edition != Edition.FULL))
    if search.kind:
        query = query.where(Snapshot.kind == search.kind)
    if search.since:
        query = query.where(Snapshot.at >= search.since)
    if search.until:
        query = query.where(Snapshot.at < search.until)
    if search.text:
        text = search.text.strip()
        exact = (Snapshot.code == text.upper(), Snapshot.case_number == text.upper(), Snapshot.sha256 == text.lower())
        query = query.where(or_(*exact, Snapshot.title.contains(text, autoescape=True)))
    return query


def kept_ids(session: Session, ids: Sequence[int]) -> set[int]:
    """Those of some snapshots whose files are still kept."""
    return set(session.scalars(select(Snapshot.id).where(Snapshot.id.in_(ids), Snapshot.pdf.isnot(None))))


def snapshot_by_code(session: Session, code: str, scope: Scope | None = None) -> Snapshot | None:
    """The snapshot of a code, within a scope where one is given; None when there is none."""
    found = session.scalar(select(Snapshot).where(Snapshot.code == code))
    return found if found is not None and (scope is None or scope.covers(found.area_code)) else None


def snapshot_of_file(session: Session, sha256: str) -> Snapshot | None:
    """The snapshot that a file is, or of which it is a copy that was handed out."""
    found = session.scalar(select(Snapshot).options(*HEAVY).where(Snapshot.sha256 == sha256))
    if found is not None:
        return found
    copies = select(SnapshotCopy.snapshot_id).where(SnapshotCopy.sha256 == sha256)
    return session.scalar(select(Snapshot).options(*HEAVY).where(Snapshot.id.in_(copies)))


def page_image(session: Session, snapshot_id: int, number: int) -> bytes | None:
    """The picture of a page, None when there is none (any more)."""
    found = session.get(SnapshotPage, (snapshot_id, number))
    return found.image if found else None


def copies_of(session: Session, snapshot_id: int) -> Sequence[SnapshotCopy]:
    """The copies of a snapshot that were handed out, the newest first."""
    query = select(SnapshotCopy).where(SnapshotCopy.snapshot_id == snapshot_id)
    return session.scalars(query.order_by(SnapshotCopy.id.desc())).all()


def forget_snapshots(session: Session, kind: str, before: datetime) -> int:
    """Drop files, data and pictures of snapshots of a kind that are older; fingerprints stay. Returns how many."""
    old = select(Snapshot.id).where(Snapshot.kind == kind, Snapshot.made_at < before, Snapshot.pdf.isnot(None))
    ids = list(session.scalars(old))
    for start in range(0, len(ids), 500):
        chunk = ids[start : start + 500]
        session.execute(delete(SnapshotPage).where(SnapshotPage.snapshot_id.in_(chunk)))
        session.execute(update(Snapshot).where(Snapshot.id.in_(chunk)).values(pdf=None, data=None))
    return len(ids)
