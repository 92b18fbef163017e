"""Policy versions are kept when they are first configured, so that a case can always be replayed with its own."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from dashboard.domain.policies import Policy, Severity, StagedLimit
from dashboard.domain.sla import ClockName, Target, Unit
from dashboard.services.desk import Desk
from dashboard.store.engine import writing
from dashboard.store.models import PolicyVersion


class PolicyChangedError(ValueError):
    """A policy says something else than cases have used under the same version."""


def keep_policies(desk: Desk, now: datetime) -> None:
    """Keep the configured versions.

    Raises:
        PolicyChangedError: a version was changed after it was kept; it needs a new number.
    """
    with writing(desk.sessions, now) as session:
        kept = {row.key: row.content for row in session.scalars(select(PolicyVersion))}
        for policy in desk.rules.policies:
            content = _content(policy)
            if policy.key not in kept:
                session.add(PolicyVersion(key=policy.key, content=content))
            elif kept[policy.key] != content:
                raise PolicyChangedError(
                    f"policies.{policy.id}: version {policy.version} was changed after cases may have used it; "
                    f"restore it and give the new content version {policy.version + 1}"
                )


def with_kept_policies(desk: Desk) -> Desk:
    """The desk with the versions that are no longer configured in front, where only replaying finds them."""
    with desk.sessions.read() as session:
        kept = [_policy(row.key, row.content) for row in session.scalars(select(PolicyVersion))]
    known = {policy.key for policy in desk.rules.policies}
    retired = tuple(policy for policy in kept if policy.key not in known)
    return replace(desk, rules=replace(desk.rules, retired=retired))


def _content(policy: Policy) -> dict[str, Any]:
    return {
        "effective_from": policy.effective_from.isoformat(),
        "targets": {
            name.value: [target.minutes, target.unit.value] if target else None
            for name, target in policy.targets.items()
        },
        "categories": sorted(policy.categories),
        "severities": sorted(policy.severities),
        "warn_before": {name.value: warn.total_seconds() for name, warn in policy.warn_before.items()},
        "pause_cap": policy.pause_cap.total_seconds(),
        "limits": [
            [limit.condition, limit.standard, limit.within.minutes, limit.within.unit] for limit in policy.limits
        ],
    }


def _policy(key: str, content: dict[str, Any]) -> Policy:
    name, _, version = key.partition("@")
    return Policy(
        id=name,
        version=int(version),
        effective_from=date.fromisoformat(content["effective_from"]),
        targets={
            ClockName(clock): Target(target[0], Unit(target[1])) if target else None
            for clock, target in content["targets"].items()
        },
        categories=frozenset(content["categories"]),
        severities=frozenset(Severity(severity) for severity in content["severities"]),
        warn_before={ClockName(clock): timedelta(seconds=warn) for clock, warn in content["warn_before"].items()},
        pause_cap=timedelta(seconds=content["pause_cap"]),
        limits=tuple(StagedLimit(c, s, Target(m, Unit(u))) for c, s, m, u in content["limits"]),
    )
