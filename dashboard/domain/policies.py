"""Which targets a case has: versioned policies chosen by category, severity and date."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from dashboard.domain.calendars import NaturalTime, Time, WorkCalendar, WorkingHours, WorkingTime, shanghai_day
from dashboard.domain.sla import ClockName, Target, Unit


class Severity(StrEnum):
    """How bad it is; what is handled first is another question."""

    NORMAL = "normal"
    URGENT = "urgent"
    MAJOR = "major"


class PolicyError(ValueError):
    """No policy fits, or a version is unknown; the message says which."""


@dataclass(frozen=True)
class StagedLimit:
    """One step of a category's closing: under what condition, by which standard, within how long."""

    condition: str
    standard: str
    within: Target


@dataclass(frozen=True)
class Policy:
    """One version of one rule. `targets[clock]` is None where the clock is not required.

    `categories` and `severities` say which cases it fits; empty means all.
    """

    id: str
    version: int
    effective_from: date
    targets: Mapping[ClockName, Target | None]
    categories: frozenset[str] = frozenset()
    severities: frozenset[Severity] = frozenset()
    warn_before: Mapping[ClockName, timedelta] = field(default_factory=dict)
    pause_cap: timedelta = timedelta(days=30)
    limits: tuple[StagedLimit, ...] = ()

    @property
    def key(self) -> str:
        """The name a case records, such as `standard@2`."""
        return f"{self.id}@{self.version}"

    def fits(self, category: str, severity: Severity) -> bool:
        """Whether a case of this category (or a group above it, `water` for `water/outage`) and severity is meant."""
        chain = {category, category.split("/")[0]}
        return (not self.categories or bool(self.categories & chain)) and (
            not self.severities or severity in self.severities
        )


@dataclass(frozen=True)
class Rules:
    """All policies in their order, all calendar versions, and how to count time: what replaying a case needs.

    The first policy that fits rules, in its newest version in effect; the last one fits everything. `retired`
    versions are not configured any more and serve only to replay older cases.
    """

    policies: tuple[Policy, ...]
    calendars: Mapping[str, WorkCalendar]
    hours: WorkingHours
    calendar_version: str
    retired: tuple[Policy, ...] = ()

    def choose(self, category: str, severity: Severity, opened_at: datetime) -> Policy:
        """The policy of a case opened at `opened_at`.

        Raises:
            PolicyError: nothing fits, so the configuration lacks a default.
        """
        day = shanghai_day(opened_at)
        for policy in self._in_effect(day):
            if policy.fits(category, severity):
                return policy
        raise PolicyError(f"no policy fits category {category!r}, severity {severity}, on {day}: add a default policy")

    def _in_effect(self, day: date) -> list[Policy]:
        """Per policy id, in the configured order, the newest version that applies on `day`."""
        newest: dict[str, Policy | None] = {}
        for policy in self.policies:
            best = newest.setdefault(policy.id, None)
            if policy.effective_from <= day and (best is None or policy.version > best.version):
                newest[policy.id] = policy
        return [policy for policy in newest.values() if policy]

    def policy(self, key: str) -> Policy:
        """The policy version a case recorded.

        Raises:
            PolicyError: the version is not known any more.
        """
        for policy in (*self.policies, *self.retired):
            if policy.key == key:
                return policy
        raise PolicyError(f"policy {key!r} is unknown: keep every version that a case has used")

    def fallback(self, name: ClockName) -> Target:
        """Where a clock that is not required would have stood: the last policy's target for it.

        Raises:
            PolicyError: no policy names a target for this clock.
        """
        for policy in reversed(self.policies):
            if target := policy.targets.get(name):
                return target
        raise PolicyError(f"no policy has a target for the clock {name!r}: give the default policy one")

    def time(self, unit: Unit, calendar_version: str) -> Time:
        """How time runs for a target of this unit."""
        if unit is Unit.NATURAL:
            return NaturalTime()
        if calendar_version not in self.calendars:
            raise PolicyError(f"calendar version {calendar_version!r} is unknown")
        return WorkingTime(self.calendars[calendar_version], self.hours)
