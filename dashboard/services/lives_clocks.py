"""The clocks of many plain cases, and the rows of those and of replayed ones."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from dashboard.domain.policies import Policy, Rules
from dashboard.domain.replay import CaseState
from dashboard.domain.sla import Clock, ClockName, Target, Unit, start_clock
from dashboard.services.lives import STOPPED_BY, Lives, nullable
from dashboard.store.bulk import write_rows
from dashboard.store.logs import clock_rows
from dashboard.store.marks import Ints
from dashboard.store.models import ClockRow, table_of
from dashboard.store.types import from_micros, to_micros


@dataclass(frozen=True)
class Clocks:
    """One clock of many plain cases: the cases, and the instants of each."""

    name: ClockName
    cases: Ints
    target: Target
    due: Ints
    raw_due: Ints
    at_risk: Ints
    very_late: Ints
    required: bool
    provisional: NDArray[np.bool_]


def plain_clocks(rules: Rules, lives: Lives) -> list[Clocks]:
    """The clocks of all plain cases, by policy. In natural time a clock is the same from any start."""
    keys = np.array([None if n in lives.specials else key for n, key in enumerate(lives.policies)], object)
    found = []
    for key in sorted({key for key in keys if key}):
        policy, cases = rules.policy(key), np.flatnonzero(keys == key)
        for name in ClockName:
            reference = clock_from(rules, policy, name)
            shift = _shifted if reference.target.unit is Unit.NATURAL else _one_by_one
            found.append(shift(rules, policy, name, reference, cases, lives.opened[cases]))
    return found


def clock_from(rules: Rules, policy: Policy, name: ClockName, start: int = 0) -> Clock:
    """The clock of a policy from an instant on."""
    target, fallback = policy.targets.get(name), rules.fallback(name)
    clock_time = rules.time((target or fallback).unit, rules.calendar_version)
    warn = policy.warn_before.get(name)
    return start_clock(name, target, from_micros(start), clock_time, fallback=fallback, warn_before=warn)


def _shifted(_rules: Rules, _policy: Policy, name: ClockName, reference: Clock, cases: Ints, opened: Ints) -> Clocks:
    def moved(instant: Any) -> Ints:
        return opened + to_micros(instant)

    return Clocks(
        name,
        cases,
        reference.target,
        moved(reference.due_at),
        moved(reference.raw_due_at),
        moved(reference.at_risk_at),
        moved(reference.very_late_at),
        reference.required,
        np.zeros(len(cases), bool),
    )


def _one_by_one(rules: Rules, policy: Policy, name: ClockName, reference: Clock, cases: Ints, opened: Ints) -> Clocks:
    clocks = [clock_from(rules, policy, name, start) for start in opened.tolist()]

    def instants(attribute: str) -> Ints:
        return np.array([to_micros(getattr(clock, attribute)) for clock in clocks], np.int64)

    return Clocks(
        name,
        cases,
        reference.target,
        instants("due_at"),
        instants("raw_due_at"),
        instants("at_risk_at"),
        instants("very_late_at"),
        reference.required,
        np.array([clock.provisional for clock in clocks], bool),
    )


CLOCK_COLUMNS = [
    "case_id", "round", "name", "started_at", "target_minutes", "unit", "due_at", "raw_due_at", "at_risk_at",
    "very_late_at", "stopped_at", "ended_at", "required", "provisional", "pauses",
]  # fmt: skip


def write_clocks(
    session: Session, lives: Lives, ids: Ints, clocks: list[Clocks], states: Mapping[int, CaseState]
) -> None:
    rows = [row for group in clocks for row in _clock_tuples(lives, ids, group)]
    for index, state in states.items():
        for found in clock_rows(int(ids[index]), state):
            rows.append(tuple(_raw_clock(name, found[name]) for name in CLOCK_COLUMNS))
    rows.sort(key=lambda row: row[:3])  # the table is kept in this order, so that writing only appends
    write_rows(session, table_of(ClockRow), CLOCK_COLUMNS, rows)


def _raw_clock(name: str, value: Any) -> Any:
    return json.dumps(value) if name == "pauses" else raw(value)


def _clock_tuples(lives: Lives, ids: Ints, group: Clocks) -> Iterator[tuple[Any, ...]]:
    count = len(group.cases)
    stopped = getattr(lives, STOPPED_BY[group.name])[group.cases]
    target, unit, required = group.target.minutes, group.target.unit.value, int(group.required)
    return zip(
        ids[group.cases].tolist(), [1] * count, [group.name.value] * count, lives.opened[group.cases].tolist(),
        [target] * count, [unit] * count, group.due.tolist(), group.raw_due.tolist(), group.at_risk.tolist(),
        group.very_late.tolist(), nullable(stopped), [None] * count, [required] * count,
        group.provisional.astype(int).tolist(), ["[]"] * count, strict=True,
    )  # fmt: skip


def raw(value: Any) -> Any:
    """A value as SQLite keeps it."""
    if isinstance(value, datetime):
        return to_micros(value)
    return int(value) if isinstance(value, bool) else value


def feedback_due(lives: Lives, clocks: list[Clocks], states: Mapping[int, CaseState]) -> list[int | None]:
    """Until when the reporter of each case is owed an answer; none for cases of history."""
    due: list[int | None] = [None] * len(lives)
    for group in clocks:
        if group.name is ClockName.FEEDBACK:
            for case, at in zip(group.cases.tolist(), group.due.tolist(), strict=True):
                due[case] = at
    for index, state in states.items():
        if clock := state.rounds[0].clocks.get(ClockName.FEEDBACK):
            due[index] = to_micros(clock.raw_due_at)
    return due
