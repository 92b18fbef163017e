"""From configuration to the rules of the domain."""

from datetime import timedelta

from dashboard.config.calendar import calendars
from dashboard.config.durations import parse_target
from dashboard.config.model import Config, PolicyConfig
from dashboard.domain.policies import Policy, Rules, StagedLimit


def build_rules(config: Config) -> Rules:
    """The rules as configured."""
    day = config.calendar.hours.per_day
    return Rules(
        policies=tuple(_policy(policy, day) for policy in config.policies),
        calendars=calendars(),
        hours=config.calendar.hours,
        calendar_version=config.calendar.version,
    )


def _policy(policy: PolicyConfig, day: timedelta) -> Policy:
    return Policy(
        id=policy.id,
        version=policy.version,
        effective_from=policy.effective_from,
        targets={name: parse_target(text, day) if text else None for name, text in policy.targets.items()},
        categories=policy.categories,
        severities=policy.severities,
        warn_before=policy.warn_before,
        pause_cap=policy.pause_cap,
        limits=tuple(
            StagedLimit(limit.condition, limit.standard, parse_target(limit.within, day)) for limit in policy.limits
        ),
    )
