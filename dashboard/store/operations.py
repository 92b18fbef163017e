"""The tables behind the running of the product: sources, changes, leases, accounts."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from dashboard.store.models import Base, Identity


class SourceState(Base):
    """How far a source has been read, and how it is."""

    __tablename__ = "sources"
    id: Mapped[str] = mapped_column(String(50), primary_key=True)
    configured_at: Mapped[datetime]
    start_from: Mapped[datetime]
    cursor: Mapped[dict[str, Any]]
    is_introduced: Mapped[bool]
    backlog_accepted: Mapped[bool]
    awaits_acceptance: Mapped[bool]
    """The first run would open so many cases that somebody has to say yes first."""
    last_attempt_at: Mapped[datetime | None]
    last_success_at: Mapped[datetime | None]
    last_record_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    failures: Mapped[int]
    last_error: Mapped[str | None] = mapped_column(Text)
    next_attempt_at: Mapped[datetime | None]
    warning: Mapped[str | None] = mapped_column(Text)


class Run(Base):
    """One poll of one source: the ledger."""

    __tablename__ = "runs"
    __table_args__ = (Index("ix_runs_source_started", "source", "started_at"),)
    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    source: Mapped[str] = mapped_column(String(50))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(10))
    fetched: Mapped[int] = mapped_column(default=0)
    new: Mapped[int] = mapped_column(default=0)
    history: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    duplicate: Mapped[int] = mapped_column(default=0)
    quarantined: Mapped[int] = mapped_column(default=0)
    flagged: Mapped[int] = mapped_column(default=0)
    lag_seconds: Mapped[float | None]
    error: Mapped[str | None] = mapped_column(Text)


class Quarantined(Base):
    """A record that cannot be a report, as it came."""

    __tablename__ = "quarantine"
    __table_args__ = (UniqueConstraint("source", "digest"),)
    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    source: Mapped[str] = mapped_column(String(50))
    digest: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(30))
    detail: Mapped[str] = mapped_column(Text)
    raw: Mapped[str] = mapped_column(Text)
    first_fetched_at: Mapped[datetime]
    last_fetched_at: Mapped[datetime]
    times: Mapped[int]
    status: Mapped[str] = mapped_column(String(10), index=True)
    handled_at: Mapped[datetime | None]
    handled_by: Mapped[str | None] = mapped_column(String(60))


class Change(Base):
    """That something was committed: the bus between processes. Written last in a transaction, in commit order."""

    __tablename__ = "changes"
    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(12))
    case_id: Mapped[int | None]
    area_code: Mapped[str | None] = mapped_column(String(18))
    source: Mapped[str | None] = mapped_column(String(50))


class Lease(Base):
    """Who may do a job that only one process may do. The epoch grows with every new holder."""

    __tablename__ = "leases"
    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    holder: Mapped[str] = mapped_column(String(100))
    epoch: Mapped[int]
    expires_at: Mapped[datetime]


class Import(Base):
    """How far a file of history has been imported. `uncounted` are ranges of case ids that stand in no count yet."""

    __tablename__ = "imports"
    file_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(300))
    source: Mapped[str] = mapped_column(String(50))
    rows_done: Mapped[int]
    uncounted: Mapped[list[list[int]]]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class User(Base):
    """An account of a person, known here by its sign-in name only."""

    __tablename__ = "users"
    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    role: Mapped[str] = mapped_column(String(20))
    scope: Mapped[str] = mapped_column(String(18))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    is_active: Mapped[bool]
    created_at: Mapped[datetime]


class Device(Base):
    """A wall display with a credential of its own: it only looks, never signs out, and can be revoked."""

    __tablename__ = "devices"
    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    scope: Mapped[str] = mapped_column(String(18))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class SignInLink(Base):
    """A link that signs somebody in once. Only the token's hash is kept."""

    __tablename__ = "sign_in_links"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int | None]
    device_id: Mapped[int | None]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Audit(Base):
    """Who did what about the product itself; append-only."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(60))
    action: Mapped[str] = mapped_column(String(60))
    detail: Mapped[dict[str, Any]]


def uncounted_rows(session: Session) -> int:
    """Rows of files of history whose import was begun and not finished; they stand in no number yet."""
    rows = select(func.coalesce(func.sum(Import.rows_done), 0)).where(Import.finished_at.is_(None))
    return int(session.scalars(rows).one())
