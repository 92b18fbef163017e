"""The tables of places, reports and cases, and what is worked out from them."""

from datetime import date, datetime
from typing import Any, ClassVar, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    func,
    literal_column,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from dashboard.store.types import UtcDateTime

Identity = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER autoincrements in SQLite
Json = JSON().with_variant(JSONB(), "postgresql")


class Base(DeclarativeBase):
    """The registry of all tables."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        dict[str, Any]: Json,
        list[str]: Json,
        list[list[int]]: Json,
        int: BigInteger(),
        bytes: LargeBinary(),
    }


def table_of(model: type[Base]) -> Table:
    """The table of a model, for statements that do not need objects."""
    return cast(Table, model.__table__)


class Meta(Base):
    """Facts about this database, such as the demo mark."""

    __tablename__ = "meta"
    key: Mapped[str] = mapped_column(String(50), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class Area(Base):
    """One area in one period of validity. `area_id` is permanent, `code` belongs to the period."""

    __tablename__ = "areas"
    __table_args__ = (UniqueConstraint("code", "valid_from"), Index("ix_areas_level_code", "level", "code"))
    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    area_id: Mapped[int] = mapped_column(index=True)
    level: Mapped[int]
    code: Mapped[str] = mapped_column(String(18))
    name: Mapped[str] = mapped_column(String(100))
    parent: Mapped[str | None] = mapped_column(String(18))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    households: Mapped[int]
    residents: Mapped[int]
    longitude: Mapped[float]
    latitude: Mapped[float]
    geometry: Mapped[bytes]
    properties: Mapped[dict[str, Any]]


class Post(Base):
    """A post of an area: party secretary, grid member, building lead. Never a person's data."""

    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    area_id: Mapped[int] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(30))
    organisation: Mapped[str] = mapped_column(String(100))
    is_vacant: Mapped[bool]


class Place(Base):
    """A name that a text may mention, and where it is."""

    __tablename__ = "places"
    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(100), index=True)
    area_code: Mapped[str] = mapped_column(String(18), index=True)
    longitude: Mapped[float]
    latitude: Mapped[float]


class Feature(Base):
    """Geometry drawn as context: roads, water, parks, compounds."""

    __tablename__ = "features"
    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    layer: Mapped[str] = mapped_column(String(20), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(100))
    area_code: Mapped[str | None] = mapped_column(String(18))
    geometry: Mapped[bytes]


class Report(Base):
    """One appeal from one channel, in its newest version."""

    __tablename__ = "reports"
    __table_args__ = (UniqueConstraint("source", "external_id"),)
    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    source: Mapped[str] = mapped_column(String(50))
    external_id: Mapped[str] = mapped_column(String(200))
    channel: Mapped[str] = mapped_column(String(30))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    version: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    category_raw: Mapped[str | None] = mapped_column(String(200))
    category: Mapped[str] = mapped_column(String(60))
    address: Mapped[str | None] = mapped_column(String(300))
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]
    original_point: Mapped[str | None] = mapped_column(String(100))
    source_at: Mapped[datetime | None]
    source_time_raw: Mapped[str | None] = mapped_column(String(100))
    fetched_at: Mapped[datetime]
    accepted_at: Mapped[datetime]
    source_status: Mapped[str | None] = mapped_column(String(60))
    source_closed_at: Mapped[datetime | None]
    parent_external_id: Mapped[str | None] = mapped_column(String(200))
    reporter: Mapped[str | None] = mapped_column(String(64))
    contact: Mapped[str | None] = mapped_column(String(100))
    flags: Mapped[list[str]]
    digest: Mapped[str] = mapped_column(String(32))
    answer_due_at: Mapped[datetime | None] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]


class ReportVersion(Base):
    """What a report said before it was edited at its source."""

    __tablename__ = "report_versions"
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    fetched_at: Mapped[datetime]
    content: Mapped[dict[str, Any]]


class Case(Base):
    """The thing to be handled. Stage, round and clocks are worked out from its events and kept here to be asked for."""

    __tablename__ = "cases"
    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    version: Mapped[int]
    stage: Mapped[str] = mapped_column(String(12))
    is_open: Mapped[bool]
    round: Mapped[int]
    category: Mapped[str] = mapped_column(String(60))
    severity: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str] = mapped_column(String(30))
    summary: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(150))
    area_code: Mapped[str] = mapped_column(String(18))
    building_id: Mapped[int | None]
    unlocated: Mapped[str | None] = mapped_column(String(30))
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]
    cell_east: Mapped[int | None]
    cell_north: Mapped[int | None]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    close_level: Mapped[str | None] = mapped_column(String(12))
    policy: Mapped[str | None] = mapped_column(String(60))
    report_count: Mapped[int]
    is_mass: Mapped[bool]
    is_history: Mapped[bool]
    repeat_of: Mapped[int | None]
    merged_into: Mapped[int | None]
    handled_level: Mapped[str] = mapped_column(String(12), server_default="district")
    handled_area: Mapped[str | None] = mapped_column(String(18))
    returns: Mapped[int] = mapped_column(server_default="0")
    assignee: Mapped[str | None] = mapped_column(String(60))
    instructions: Mapped[int] = mapped_column(server_default="0")


Index("ix_cases_opened", Case.opened_at)
Index("ix_cases_ended", Case.ended_at)
Index("ix_cases_area_opened", Case.area_code, Case.opened_at)
Index("ix_cases_place", Case.place)
Index(
    "ix_cases_unlocated",
    Case.opened_at,
    sqlite_where=Case.unlocated.isnot(None),
    postgresql_where=Case.unlocated.isnot(None),
)
ONLY_DISTRICT = and_(func.length(Case.area_code) == literal_column("6"), Case.unlocated.is_(None))
"""Cases that are located, but only to the district. A bound 6 would hide from SQLite that the index is meant."""
Index("ix_cases_only_district", Case.opened_at, sqlite_where=ONLY_DISTRICT, postgresql_where=ONLY_DISTRICT)
Index("ix_cases_building", Case.building_id, sqlite_where=Case.building_id.isnot(None))
# An ANALYZEd SQLite without STAT4 takes a plain index on a flag for useless and scans the table.
IS_OPEN = Case.is_open.is_(True)
Index("ix_cases_open", Case.opened_at, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN)
Index("ix_cases_open_point", Case.longitude, Case.latitude, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN)


class CaseEvent(Base):
    """The append-only log of a case."""

    __tablename__ = "events"
    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(60))
    data: Mapped[dict[str, Any]]
    recorded_at: Mapped[datetime] = mapped_column(index=True)


MEASURED_EVENTS = CaseEvent.kind.in_([literal_column(f"'{kind}'") for kind in ("closed", "sent_back", "visited")])
"""Events that measures ask for by their time. Bound kinds would hide from SQLite that the index is meant."""
Index(
    "ix_events_measured",
    CaseEvent.kind,
    CaseEvent.at,
    CaseEvent.case_id,
    sqlite_where=MEASURED_EVENTS,
    postgresql_where=MEASURED_EVENTS,
)


class ClockRow(Base):
    """One clock of one round of a case."""

    __tablename__ = "clocks"
    __table_args__ = ({"sqlite_with_rowid": False},)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(10), primary_key=True)
    started_at: Mapped[datetime]
    target_minutes: Mapped[int]
    unit: Mapped[str] = mapped_column(String(10))
    due_at: Mapped[datetime] = mapped_column(index=True)
    raw_due_at: Mapped[datetime]
    at_risk_at: Mapped[datetime]
    very_late_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    required: Mapped[bool]
    provisional: Mapped[bool]
    pauses: Mapped[list[str]]


class CaseNumber(Base):
    """The last running number given on a day."""

    __tablename__ = "case_numbers"
    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int]


class PolicyVersion(Base):
    """A policy version as it was when a case could first use it; it never changes."""

    __tablename__ = "policy_versions"
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    content: Mapped[dict[str, Any]]
