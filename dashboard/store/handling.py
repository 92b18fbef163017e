"""The tables of handling: tasks, suggestions, ladders, instructions, notices, deliveries, photos."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.domain.dispatch import OPEN
from dashboard.store.models import Base, Identity


class TaskRow(Base):
    """What a party must do for a case, worked out from the case's events and kept to be asked for."""

    __tablename__ = "tasks"
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    round: Mapped[int]
    party: Mapped[str] = mapped_column(String(60))
    is_lead: Mapped[bool]
    state: Mapped[str] = mapped_column(String(10))
    assigned_at: Mapped[datetime] = mapped_column(index=True)
    accept_due_at: Mapped[datetime] = mapped_column(index=True)
    due_at: Mapped[datetime] = mapped_column(index=True)
    accepted_at: Mapped[datetime | None]
    on_site_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text)
    result: Mapped[str] = mapped_column(Text)


IS_OPEN = TaskRow.state.in_([state.value for state in sorted(OPEN)])
Index("ix_tasks_party", TaskRow.party, TaskRow.assigned_at)
Index("ix_tasks_open", TaskRow.party, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN)


class Suggestion(Base):
    """That a case may be the same event as another one; somebody has to decide."""

    __tablename__ = "suggestions"
    __table_args__ = (UniqueConstraint("case_id", "other_id"),)
    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    certainty: Mapped[float]
    reasons: Mapped[dict[str, Any]]
    doubts: Mapped[list[str]]
    status: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(60))


class EscalationRow(Base):
    """That a step of a ladder fired for a case: once, whoever looked and when."""

    __tablename__ = "escalations"
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(String(60), primary_key=True)
    due_at: Mapped[datetime]
    fired_at: Mapped[datetime]


class Instruction(Base):
    """A leader's instruction (批示) or supervision (督办) on a case, an area or a topic, until it is answered."""

    __tablename__ = "instructions"
    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    area_code: Mapped[str] = mapped_column(String(18), index=True)
    category: Mapped[str | None] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text)
    created_by: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[str | None] = mapped_column(String(60))
    answered_at: Mapped[datetime | None]


Index(
    "ix_instructions_open",
    Instruction.due_at,
    sqlite_where=Instruction.answered_at.is_(None),
    postgresql_where=Instruction.answered_at.is_(None),
)


class Notice(Base):
    """Something that those in charge of an area have to know. It is repeated until somebody says so (acknowledges)."""

    __tablename__ = "notices"
    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    area_code: Mapped[str] = mapped_column(String(18), index=True)
    is_urgent: Mapped[bool]
    data: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(index=True)
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None] = mapped_column(String(60))
    sent: Mapped[int]
    next_at: Mapped[datetime | None]


Index(
    "ix_notices_waiting",
    Notice.next_at,
    sqlite_where=Notice.next_at.isnot(None),
    postgresql_where=Notice.next_at.isnot(None),
)


class Delivery(Base):
    """One thing to be sent to somebody outside: an answer to a reporter, or a message. The key lets it exist once."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    key: Mapped[str] = mapped_column(String(100), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    target: Mapped[str] = mapped_column(String(60))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id"), index=True)
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(15))
    attempts: Mapped[int]
    created_at: Mapped[datetime]
    next_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    receipt: Mapped[dict[str, Any]]
    error: Mapped[str | None] = mapped_column(Text)


Index(
    "ix_outbox_waiting",
    Delivery.next_at,
    sqlite_where=Delivery.next_at.isnot(None),
    postgresql_where=Delivery.next_at.isnot(None),
)
Index("ix_outbox_state", Delivery.state, Delivery.kind)


class Attachment(Base):
    """A photo of a case, made anew from what was sent, without its metadata."""

    __tablename__ = "attachments"
    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    width: Mapped[int]
    height: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes]
    preview: Mapped[bytes]
    distance: Mapped[int | None]
    taken_at: Mapped[datetime | None]
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(String(60))


class Presence(Base):
    """Who has a case open just now."""

    __tablename__ = "presence"
    case_id: Mapped[int] = mapped_column(primary_key=True)
    actor: Mapped[str] = mapped_column(String(60), primary_key=True)
    seen_at: Mapped[datetime]


class PartyLink(Base):
    """A link by which a party without an account works on one task. Only the token's hash is kept."""

    __tablename__ = "party_links"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    task: Mapped[int]
    party: Mapped[str] = mapped_column(String(60))
    created_by: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class ApiKey(Base):
    """The right of another system to use our Open311 service. Only the key's hash is kept.

    What is filed with it counts for its `source`: keys of one source are one filer, so that a key can be replaced.
    """

    __tablename__ = "api_keys"
    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    source: Mapped[str] = mapped_column(String(50), index=True)
    channel: Mapped[str] = mapped_column(String(30))
    crs: Mapped[str] = mapped_column(String(30))
    may_file: Mapped[bool]
    may_read: Mapped[bool]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Filing(Base):
    """That a report was filed through our Open311 service. Its id is the number by which others know the report; the
    fingerprint is of what was said, and by whom; the repeat key is what the client gave to be known by."""

    __tablename__ = "filings"
    __table_args__ = (Index("ix_filings_fingerprint", "fingerprint", "filed_at"),)
    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id"), unique=True)
    key_id: Mapped[int] = mapped_column(ForeignKey("api_keys.id"), index=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    repeat_key: Mapped[str | None] = mapped_column(String(64), index=True)
    filed_at: Mapped[datetime] = mapped_column(index=True)


class Classifier(Base):
    """What was learned from closed cases about the categories of texts."""

    __tablename__ = "classifiers"
    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    trained_at: Mapped[datetime]
    content: Mapped[bytes]
    report: Mapped[dict[str, Any]]


class CategorySuggestion(Base):
    """The category that a text seems to be of, and what people decided."""

    __tablename__ = "category_suggestions"
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    category: Mapped[str] = mapped_column(String(60))
    certainty: Mapped[float]
    words: Mapped[list[str]]
    created_at: Mapped[datetime]
    decided: Mapped[str | None] = mapped_column(String(60))
    decided_at: Mapped[datetime | None] = mapped_column(index=True)
    decided_by: Mapped[str | None] = mapped_column(String(60))


class Handover(Base):
    """The sheet by which one shift hands over to the next."""

    __tablename__ = "handovers"
    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    area_code: Mapped[str] = mapped_column(String(18))
    created_by: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(index=True)
    note: Mapped[str] = mapped_column(Text)
    content: Mapped[dict[str, Any]]
