"""The tables of snapshots: the archive, the pages' pictures, copies that were handed out, and what waits to be made."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, literal_column
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.store.models import Base, Identity


class Snapshot(Base):
    """One archived document. After its retention file and data are gone; the fingerprint stays, so that it can still
    be verified."""

    __tablename__ = "snapshots"
    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    code: Mapped[str] = mapped_column(String(24), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(200))
    scope: Mapped[str] = mapped_column(String(300))
    area_code: Mapped[str] = mapped_column(String(18))
    language: Mapped[str] = mapped_column(String(2))
    paper: Mapped[str] = mapped_column(String(2))
    edition: Mapped[str] = mapped_column(String(10))
    case_number: Mapped[str | None] = mapped_column(String(20), index=True)
    at: Mapped[datetime]
    made_at: Mapped[datetime] = mapped_column(index=True)
    made_for: Mapped[str] = mapped_column(String(60))
    origin: Mapped[str] = mapped_column(String(60))
    wish: Mapped[dict[str, Any]]
    notices: Mapped[list[str]]
    replaced: Mapped[list[str]]
    renderer: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    pages: Mapped[int]
    pdf: Mapped[bytes | None]
    data: Mapped[bytes | None]
    data_sha256: Mapped[str] = mapped_column(String(64))


class SnapshotPage(Base):
    """The picture of one page."""

    __tablename__ = "snapshot_pages"
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshots.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    image: Mapped[bytes]


class SnapshotCopy(Base):
    """A copy with somebody's name on it, as it was handed out. Its bytes can be made again from the data."""

    __tablename__ = "snapshot_copies"
    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshots.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    issued_to: Mapped[str] = mapped_column(String(60))
    issued_at: Mapped[datetime]
    watermark: Mapped[str] = mapped_column(Text)
    renderer: Mapped[str] = mapped_column(String(20))


class SnapshotJob(Base):
    """Something to be rendered: a new snapshot from its data, or a marked copy of one that is archived.

    A job is claimed for a short time that is prolonged while it is worked on; `attempts` tells claims apart, so that a
    process that was stopped and resumed cannot finish what another has taken over. The key lets it exist once.
    """

    __tablename__ = "snapshot_jobs"
    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    code: Mapped[str] = mapped_column(String(24), index=True)
    state: Mapped[str] = mapped_column(String(10))
    origin: Mapped[str] = mapped_column(String(60))
    asked_by: Mapped[str] = mapped_column(String(60), index=True)
    asked_at: Mapped[datetime]
    data: Mapped[bytes | None]
    snapshot_id: Mapped[int | None] = mapped_column(ForeignKey("snapshots.id"), index=True)
    watermark: Mapped[str | None] = mapped_column(Text)
    deliver: Mapped[dict[str, Any]]
    claimed_by: Mapped[str | None] = mapped_column(String(100))
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int]
    reason: Mapped[str | None] = mapped_column(Text)
    finished_at: Mapped[datetime | None]
    file: Mapped[bytes | None]


Index("ix_snapshots_area_at", Snapshot.area_code, Snapshot.at)
# Bound values would hide from SQLite that this index is meant.
UNFINISHED = SnapshotJob.state.in_([literal_column("'waiting'"), literal_column("'running'")])
Index("ix_snapshot_jobs_open", SnapshotJob.id, sqlite_where=UNFINISHED, postgresql_where=UNFINISHED)
