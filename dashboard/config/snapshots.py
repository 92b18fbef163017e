"""What config.yaml may say about snapshots: how long they are kept, when they are made, to whom they go."""

import re
from datetime import timedelta
from typing import Literal

from pydantic import Field, field_validator

from dashboard.config.durations import Duration, Size
from dashboard.config.parts import Strict
from dashboard.domain.snapshots import Edition, Kind, Paper

KEPT = {
    Kind.SITUATION: timedelta(days=400),
    Kind.AREA: timedelta(days=400),
    Kind.DAILY: timedelta(days=1100),
    Kind.WEEKLY: timedelta(days=1100),
    Kind.MONTHLY: timedelta(days=3650),
    Kind.CASE: timedelta(days=3650),
}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Schedule(Strict):
    """Documents that are made by themselves: of which areas, when, for whom."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    kind: Kind
    at: str
    weekday: Literal[WEEKDAYS] = "monday"  # type: ignore[valid-type]
    day: int = Field(1, ge=1, le=28)
    areas: tuple[str, ...]
    language: Literal["zh", "en"] = "zh"
    paper: Paper = Paper.A4
    edition: Edition = Edition.FULL
    to: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()

    @field_validator("at")
    @classmethod
    def _is_time(cls, text: str) -> str:
        if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
            raise ValueError(f"{text!r} is not a time of day: write 07:30")
        return text


class Subscriber(Strict):
    """Where somebody with an account gets documents; what they may see is looked up when something is sent."""

    user: str
    mail: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")


class Mail(Strict):
    """The mail server by which documents are sent."""

    host: str
    port: int = Field(587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")
    user_env: str | None = None
    password_env: str | None = None


class Snapshots(Strict):
    """Snapshots as documents: the archive, the schedule, delivery."""

    keep: dict[Kind, Duration] = Field(default_factory=dict)
    max_upload: Size = 40_000_000
    schedules: tuple[Schedule, ...] = ()
    subscribers: tuple[Subscriber, ...] = ()
    mail: Mail | None = None

    def kept_for(self, kind: Kind) -> timedelta:
        """How long files of a kind are kept."""
        return self.keep.get(kind, KEPT[kind])
