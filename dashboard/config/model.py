"""What config.yaml may say. Every model is strict: an unknown key is refused."""

from datetime import date, timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator

from dashboard.config.durations import Duration, parse_spans
from dashboard.config.handling import (
    Attachments,
    Categorising,
    Dispatch,
    Escalation,
    Merging,
    Notices,
    Open311Server,
    Party,
    Plan,
    Reply,
)
from dashboard.config.measures import MeasuresConfig
from dashboard.config.parts import Strict, Text
from dashboard.config.snapshots import Snapshots
from dashboard.config.sources import Source
from dashboard.domain.areas import Level, level_of
from dashboard.domain.calendars import WorkingHours
from dashboard.domain.merging import Extent
from dashboard.domain.policies import Severity
from dashboard.domain.sla import ClockName


class District(Strict):
    """Which district this is."""

    code: str
    name: Text
    title: Text
    case_prefix: str = Field(pattern=r"^[A-Z]{1,4}$")
    cell_crs: str = "EPSG:4546"
    urban_part: tuple[str, ...] = ()

    @field_validator("code")
    @classmethod
    def _is_district(cls, code: str) -> str:
        if level_of(code) is not Level.DISTRICT:
            raise ValueError(f"{code!r} is not a district code: it must have 6 digits")
        return code


class Database(Strict):
    """Where the facts are."""

    url: str = "sqlite:///var/yiwang.db"
    busy_timeout: Duration = timedelta(seconds=10)


class Web(Strict):
    """The web server. Behind a proxy it listens on loopback."""

    host: str = "127.0.0.1"
    port: int = Field(8050, ge=1, le=65535)
    threads: int = Field(256, ge=80, le=2000)
    workers: int = Field(1, ge=1, le=32)
    public_url: str | None = None
    behind_proxy: bool = False
    idle_logout: Duration = timedelta(minutes=30)


class Live(Strict):
    """How the picture is kept up to date."""

    coalesce: Duration = timedelta(milliseconds=100)
    tail_every: Duration = timedelta(milliseconds=50)
    heartbeat: Duration = timedelta(seconds=15)
    stall: Duration = timedelta(seconds=30)
    figures_at_most_every: Duration = timedelta(seconds=30)
    wall_scale: float = Field(1.0, ge=1.0, le=1.5)


class Calendar(Strict):
    """How working time counts."""

    version: str
    working_hours: tuple[str, ...]

    @property
    def hours(self) -> WorkingHours:
        """The worked spans of a day."""
        return parse_spans(self.working_hours)

    @field_validator("working_hours")
    @classmethod
    def _are_spans(cls, spans: tuple[str, ...]) -> tuple[str, ...]:
        parse_spans(spans)
        return spans


class Channel(Strict):
    """A way by which appeals arrive."""

    id: str = Field(pattern=r"^[a-z_]+$")
    name: Text


class Category(Strict):
    """What an appeal is about: `group/kind`."""

    id: str = Field(pattern=r"^[a-z_]+/[a-z_]+$")
    name: Text
    severity: Severity = Severity.NORMAL
    extent: Extent = Extent.SITE
    specific: bool = True


class Group(Strict):
    """A group of categories."""

    id: str = Field(pattern=r"^[a-z_]+$")
    name: Text


class Limit(Strict):
    """A staged limit of a category."""

    condition: str
    standard: str
    within: str


def _target_text(value: object) -> object:
    return None if value in ("none", "not_required") else value


class PolicyConfig(Strict):
    """One version of one policy. A target of `not_required` declares that the clock does not apply."""

    id: str = Field(pattern=r"^[a-z_]+$")
    version: int = Field(ge=1)
    effective_from: date
    categories: frozenset[str] = frozenset()
    severities: frozenset[Severity] = frozenset()
    targets: dict[ClockName, Annotated[str | None, BeforeValidator(_target_text)]]
    warn_before: dict[ClockName, Duration] = Field(default_factory=dict)
    pause_cap: Duration = timedelta(days=30)
    limits: tuple[Limit, ...] = ()

    @field_validator("targets")
    @classmethod
    def _are_complete(cls, targets: dict[ClockName, str | None]) -> dict[ClockName, str | None]:
        if missing := set(ClockName) - set(targets):
            raise ValueError(f"targets lack {', '.join(sorted(missing))}: give each clock a target or not_required")
        if targets[ClockName.RESPOND] is None:
            raise ValueError("respond cannot be not_required: every reporter is contacted")
        return targets


class Intake(Strict):
    """What becomes of reports."""

    mass_from: int = Field(10, ge=2)
    repeat_within: Duration = timedelta(days=30)


class Keep(Strict):
    """How long internal records are kept."""

    changes: Duration = timedelta(days=2)
    runs: Duration = timedelta(days=90)


class Config(Strict):
    """The whole file."""

    district: District
    database: Database = Database()
    web: Web = Web()
    live: Live = Live()
    calendar: Calendar
    channels: tuple[Channel, ...]
    groups: tuple[Group, ...]
    categories: tuple[Category, ...]
    policies: tuple[PolicyConfig, ...]
    intake: Intake = Intake()
    keep: Keep = Keep()
    sources: tuple[Source, ...] = ()
    merging: Merging = Merging()
    categorising: Categorising = Categorising()
    parties: tuple[Party, ...] = ()
    dispatch: Dispatch = Dispatch()
    escalation: Escalation = Escalation()
    plans: tuple[Plan, ...] = ()
    replies: tuple[Reply, ...] = ()
    attachments: Attachments = Attachments()
    notices: Notices = Notices()
    open311: Open311Server = Open311Server()
    measures: MeasuresConfig = MeasuresConfig()
    snapshots: Snapshots = Snapshots()
