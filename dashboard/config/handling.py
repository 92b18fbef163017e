"""What config.yaml may say about handling: merging, parties, ladders, answers, notices and the Open311 server."""

import re
from datetime import timedelta
from typing import Literal

from pydantic import Field, field_validator

from dashboard.config.durations import Duration, Size, parse_spans
from dashboard.config.parts import Strict, Text
from dashboard.domain.calendars import WorkingHours
from dashboard.domain.escalation import Action, Moment
from dashboard.domain.policies import Severity
from dashboard.domain.sla import ClockName


class Merging(Strict):
    """How a new report is compared with cases."""

    automatic: bool = True
    join: float = Field(0.9, ge=0.5, le=1)
    suggest: float = Field(0.1, ge=0.01, le=1)
    join_within: Duration = timedelta(hours=24)
    look_back: Duration = timedelta(days=7)
    radius: int = Field(600, ge=50, le=5000)


class Categorising(Strict):
    """How categories are suggested for reports whose source gives none that is known, and learned from closed cases."""

    suggest: float = Field(0.2, ge=0.01, le=1)
    decide: float | None = Field(None, ge=0.5, le=1)
    learn_from: int = Field(40_000, ge=100, le=1_000_000)
    least: int = Field(300, ge=20)
    least_of_a_category: int = Field(10, ge=2)


class Party(Strict):
    """Who can be given tasks. With `each` there is one of it for every area of a level: `community:410303001001`."""

    id: str = Field(pattern=r"^[a-z][a-z_]*$")
    name: Text
    kind: Literal["utility", "department", "property", "community", "police", "volunteers", "company"]
    areas: tuple[str, ...] = ()
    each: Literal["subdistrict", "community"] | None = None
    categories: frozenset[str] = frozenset()
    supports: frozenset[str] = frozenset()
    duty: tuple[str, ...] = ()
    contact: str | None = None
    route: str | None = None

    @field_validator("duty")
    @classmethod
    def _are_spans(cls, spans: tuple[str, ...]) -> tuple[str, ...]:
        if spans:
            parse_spans(spans)
        return spans

    @property
    def hours(self) -> WorkingHours | None:
        """When somebody is there; none means always."""
        return parse_spans(self.duty) if self.duty else None


class Dispatch(Strict):
    """The clocks of tasks, and how long a party's link works."""

    accept_within: Duration = timedelta(minutes=30)
    finish_within: Duration = timedelta(hours=24)
    link_valid_for: Duration = timedelta(days=7)


class LadderStep(Strict):
    """One step: so long after a moment of a clock, tell somebody or move the case up."""

    clock: ClockName
    at: Moment
    after: Duration = timedelta()
    do: Action


class LadderConfig(Strict):
    """The steps for cases of some categories and severities."""

    id: str = Field(pattern=r"^[a-z_]+$")
    categories: frozenset[str] = frozenset()
    severities: frozenset[Severity] = frozenset()
    steps: tuple[LadderStep, ...]


class Escalation(Strict):
    """How cases climb, and after how many returns the district decides."""

    returns_cap: int = Field(3, ge=1, le=20)
    ladders: tuple[LadderConfig, ...] = ()


class Plan(Strict):
    """What to do about a category, step by step (处置预案)."""

    categories: frozenset[str]
    steps: tuple[Text, ...]


class Reply(Strict):
    """A template of an answer. `{place}`, `{category}`, `{number}` and `{result}` are filled in."""

    id: str = Field(pattern=r"^[a-z_]+$")
    name: Text
    text: str = Field(min_length=1)
    categories: frozenset[str] = frozenset()


class Attachments(Strict):
    """Photos of a case."""

    max_bytes: Size = 10_000_000
    longest_side: int = Field(1920, ge=640, le=6000)
    far_from: int = Field(200, ge=20, le=5000)


class Route(Strict):
    """Where notices go, as an Apprise address that stands in an environment variable."""

    id: str = Field(pattern=r"^[a-z_]+$", max_length=60)
    url_env: str
    areas: tuple[str, ...] = ()
    only_urgent: bool = False


class Notices(Strict):
    """How notices are sent. Without routes they are only shown in the console."""

    routes: tuple[Route, ...] = ()
    group_within: Duration = timedelta(minutes=2)
    quiet_hours: str | None = None
    repeat_after: Duration = timedelta(minutes=15)
    repeat_at_most: int = Field(3, ge=0, le=20)

    @field_validator("quiet_hours")
    @classmethod
    def _is_span(cls, span: str | None) -> str | None:
        if span is not None:
            opening, dash, closing = span.partition("-")
            parse_spans((f"{min(opening, closing)}-{max(opening, closing)}",))
            if not dash:
                raise ValueError("write 22:00-07:00")
        return span


class Open311Server(Strict):
    """Our own Open311 service, by which other systems file and follow reports."""

    enabled: bool = False
    channel: str = "opinion"
    jurisdiction: str | None = None
    contact: Text | None = None
    page_size: int = Field(1000, ge=1, le=1000)
    same_within: Duration = timedelta(hours=1)
    filings_per_minute: int = Field(60, ge=1)
    requests_per_minute: int = Field(300, ge=1)
    origins: tuple[str, ...] = ()

    @field_validator("origins")
    @classmethod
    def _are_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            if origin != "*" and not re.fullmatch(r"https?://[^/\s]+", origin):
                raise ValueError(f"{origin!r} is no origin: write one such as https://map.example.cn, or *")
        return origins
