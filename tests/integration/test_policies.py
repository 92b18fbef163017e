"""A case is ruled by the version of a policy that was in effect when it was accepted, and says so."""

from dataclasses import replace
from datetime import date

import pytest

from dashboard.domain.sla import ClockName, Target
from dashboard.services.desk import Desk
from dashboard.services.policies import PolicyChangedError, keep_policies, with_kept_policies
from dashboard.services.rebuild import rebuild
from dashboard.store.logs import clocks_of
from tests.factories import DAY, HOUR, MINUTE, NOON, make_report
from tests.integration.test_intake import all_cases, take

TOMORROW = date(2026, 3, 11)


def quicker(desk: Desk, *, version: int = 2, keeps_old: bool = True) -> Desk:
    """The same rules with a new version of the standard policy from tomorrow on: an answer within 12 hours."""
    *others, standard = desk.rules.policies
    targets = {**standard.targets, ClockName.FEEDBACK: Target(12 * 60)}
    new = replace(standard, version=version, effective_from=TOMORROW, targets=targets)
    policies = (*others, standard, new) if keeps_old else (*others, new)
    return replace(desk, rules=replace(desk.rules, policies=policies))


def feedback_hours(desk: Desk, case_id: int) -> float:
    with desk.sessions.read() as session:
        clock = clocks_of(session, [case_id])[case_id][1][ClockName.FEEDBACK]
    return (clock.due_at - clock.started_at) / HOUR


def test_a_new_version_rules_from_its_day_on_and_older_cases_keep_theirs(desk):
    keep_policies(desk, NOON)
    changed = quicker(desk)
    take(changed, make_report("1"))
    take(changed, make_report("2", source_at=NOON + DAY), now=NOON + DAY)
    first, second = sorted(all_cases(desk), key=lambda case: case.id)
    assert (first.policy, second.policy) == ("standard@1", "standard@2")
    assert (feedback_hours(desk, first.id), feedback_hours(desk, second.id)) == (24, 12)


def test_a_version_that_is_no_longer_configured_still_replays_its_cases(desk):
    keep_policies(desk, NOON)
    take(desk, make_report("1"))
    without = with_kept_policies(quicker(desk, keeps_old=False))
    assert rebuild(without, NOON + DAY).mended == []
    assert feedback_hours(desk, 1) == 24


def test_a_kept_version_cannot_be_altered_and_the_cure_is_named(desk):
    keep_policies(desk, NOON)
    keep_policies(desk, NOON + MINUTE)
    altered = quicker(desk, version=1, keeps_old=False)
    with pytest.raises(PolicyChangedError, match=r"policies.standard: version 1 was changed .* version 2"):
        keep_policies(altered, NOON + MINUTE)
