"""The bus between processes: what was committed, in commit order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session

from dashboard.store.operations import Change

CHANNEL = "yiwang_changes"
_LOCK = 0x7969  # "yi"


class ChangeKind(StrEnum):
    """What a change is about."""

    CASE = "case"
    SOURCE = "source"
    AREAS = "areas"
    IMPORT = "import"
    OUTBOX = "outbox"
    NOTICE = "notice"
    INSTRUCTION = "instruction"


@dataclass(frozen=True)
class Announcement:
    """One thing that changed."""

    kind: ChangeKind
    case_id: int | None = None
    area_code: str | None = None
    source: str | None = None


def announce(session: Session, announcement: Announcement) -> None:
    """Say what this transaction changes; it is written when the transaction ends, once however often it is said."""
    session.info.setdefault("changes", {})[announcement] = None


def flush(session: Session, now: datetime) -> None:
    """Write what was announced. On PostgreSQL a lock makes the ids follow the order of the commits."""
    announcements = session.info.pop("changes", {})
    if not announcements:
        return
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        session.execute(text(f"NOTIFY {CHANNEL}"))
    session.execute(
        insert(Change),
        [
            {"at": now, "kind": a.kind, "case_id": a.case_id, "area_code": a.area_code, "source": a.source}
            for a in announcements
        ],
    )


def last_change(session: Session) -> int:
    """The newest change's id, 0 when there is none."""
    return session.scalar(select(func.max(Change.id))) or 0


def changes_after(session: Session, last: int) -> Sequence[Change]:
    """What was committed after the change `last`, oldest first."""
    return session.scalars(select(Change).where(Change.id > last).order_by(Change.id)).all()


def forget_changes(session: Session, before: datetime) -> None:
    """Delete changes older than `before`; every process has long seen them."""
    session.execute(delete(Change).where(Change.at < before))
