"""Many finished or running cases at once, as rows: for imports of history and for the demo.

The rows are those that events, replayed, give; only plain lives (opened, responded, arrived, fed back, closed, each at
most once) are laid out with arrays, all others are replayed one by one.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboard.domain.areas import Level
from dashboard.domain.calendars import shanghai_day
from dashboard.domain.dispatch import tasks_of
from dashboard.domain.levels import first_level
from dashboard.domain.masking import summary
from dashboard.domain.replay import CaseState, replay
from dashboard.domain.sla import ClockName
from dashboard.services.desk import Desk
from dashboard.services.lives import DAY, SHANGHAI, STAGES, STEPS, Lives, nullable
from dashboard.services.lives_clocks import feedback_due, plain_clocks, raw, write_clocks
from dashboard.services.lives_counts import Written, written
from dashboard.services.lives_events import write_events
from dashboard.store.bulk import next_id, set_next_id, write_rows
from dashboard.store.cases import CASES, case_number, state_columns, take_numbers
from dashboard.store.marks import NEVER, Ints
from dashboard.store.models import CaseEvent, Report, table_of
from dashboard.store.tasks import replace_tasks
from dashboard.store.types import from_micros

REPORT_COLUMNS = [
    "source", "external_id", "channel", "case_id", "version", "text", "category_raw", "category", "address",
    "longitude", "latitude", "source_at", "fetched_at", "accepted_at", "source_status", "flags", "digest",
    "answer_due_at", "answered_at", "source_closed_at",
]  # fmt: skip


def write_lives(session: Session, desk: Desk, lives: Lives, fetched_at: int | None = None) -> Written:
    """Insert cases, reports, events and clocks. Counts and announcements are left to the caller.

    Args:
        fetched_at: When the reports were fetched (microseconds); none says when each case was opened.
    """
    states = {index: replay(log, desk.rules) for index, log in lives.specials.items()}
    first = next_id(session, CASES)
    ids = np.arange(first, first + len(lives))
    clocks = plain_clocks(desk.rules, lives)
    columns = _case_columns(session, desk, lives, states)
    write_rows(session, CASES, ["id", *columns], zip(ids.tolist(), *columns.values(), strict=True))
    due = feedback_due(lives, clocks, states)
    answered = _answered(lives, states)
    fetched = lives.opened.tolist() if fetched_at is None else [fetched_at] * len(lives)
    write_rows(session, table_of(Report), REPORT_COLUMNS, _reports(lives, ids, fetched, due, answered))
    write_rows(session, table_of(Report), REPORT_COLUMNS, _joined_reports(lives, ids, due, answered))
    write_events(session, desk, lives, ids)
    write_clocks(session, lives, ids, clocks, states)
    tasks = {index: state.tasks for index, state in states.items()}
    tasks |= {index: tasks_of(events) for index, events in lives.further.items()}
    replace_tasks(session, {int(ids[index]): found for index, found in tasks.items() if found})
    for table in (CASES, table_of(Report), table_of(CaseEvent)):
        set_next_id(session, table)
    return written(lives, ids, clocks, states)


def _case_columns(session: Session, desk: Desk, lives: Lives, states: Mapping[int, CaseState]) -> dict[str, list[Any]]:
    count = len(lives)
    frame = lives.frame
    has_policy = np.array([policy is not None for policy in lives.policies])
    is_closed = lives.closed != NEVER
    ended = np.where(is_closed & has_policy, lives.closed, np.where(has_policy, NEVER, lives.opened))
    extra = np.bincount([case for case, *_ in lives.joined], minlength=count) if lives.joined else np.zeros(count, int)
    columns: dict[str, list[Any]] = {
        "number": list(_numbers(session, desk, lives.opened)),
        "version": [1] * count,
        "stage": _stages(lives),
        "is_open": [int(flag) for flag in ~is_closed & has_policy],
        "round": [1] * count,
        "category": list(frame["category"]),
        "severity": list(frame["severity"]),
        "channel": list(frame["channel"]),
        "summary": [summary(text) for text in frame["text"]],
        "place": list(frame["place"]),
        "area_code": list(frame["area_code"]),
        "building_id": list(frame["building_id"]),
        "unlocated": list(frame["unlocated"]),
        "longitude": list(frame["longitude"]),
        "latitude": list(frame["latitude"]),
        "cell_east": list(frame["cell_east"]),
        "cell_north": list(frame["cell_north"]),
        "opened_at": lives.opened.tolist(),
        "closed_at": nullable(lives.closed),
        "ended_at": nullable(ended),
        "close_level": list(lives.close_level),
        "policy": list(lives.policies),
        "report_count": (extra + 1).tolist(),
        "is_mass": [int(flag) for flag in extra + 1 >= desk.config.intake.mass_from],
        "is_history": [int(flag) for flag in ~has_policy],
        "repeat_of": [None] * count,
        "merged_into": [None] * count,
        "handled_level": [first_level(code).value for code in frame["area_code"]],
        "handled_area": [code[: Level.GRID] for code in frame["area_code"]],
    }
    for index, state in states.items():
        for name, value in state_columns(state).items():
            columns[name][index] = raw(value)
    return columns


def _stages(lives: Lives) -> list[str]:
    """How far a plain life has come."""
    instants = np.column_stack([getattr(lives, step) for step in STEPS])
    furthest = (instants != NEVER).cumsum(axis=1).argmax(axis=1)
    found: list[str] = STAGES[furthest].tolist()
    return found


def _numbers(session: Session, desk: Desk, opened: Ints) -> Iterator[str]:
    """Numbers by day, in the order of opening, after those given already."""
    numbers = (opened + SHANGHAI) // DAY
    present, counts = np.unique(numbers, return_counts=True)
    days = {number: shanghai_day(from_micros(number * DAY - SHANGHAI)) for number in present.tolist()}
    following = take_numbers(session, dict(zip(days.values(), counts.tolist(), strict=True)))
    for number in numbers.tolist():
        day = days[number]
        yield case_number(desk.config.district.case_prefix, day, following[day])
        following[day] += 1


def _answered(lives: Lives, states: Mapping[int, CaseState]) -> list[int | None]:
    """When each case's reporters had their first answer."""
    answered = nullable(lives.fed_back)
    for index, state in states.items():
        clock = state.rounds[0].clocks.get(ClockName.FEEDBACK)
        answered[index] = raw(clock.stopped_at) if clock and clock.stopped_at else None
    return answered


def _reports(
    lives: Lives, ids: Ints, fetched: list[int], due: list[int | None], answered: list[int | None]
) -> Iterator[tuple[Any, ...]]:
    """The report that opened each case. Its digest is unknown: the source was not asked for it."""
    frame, count = lives.frame, len(lives)
    return zip(
        frame["source"], frame["external_id"], frame["channel"], ids.tolist(), [1] * count, frame["text"],
        frame["category_raw"], frame["category"], frame["place"], frame["longitude"], frame["latitude"],
        frame["source_at"], fetched, lives.opened.tolist(), frame["source_status"],
        frame["flags"], [""] * count, due, answered, _closed_at_source(lives), strict=True,
    )  # fmt: skip


def _closed_at_source(lives: Lives) -> list[int | None]:
    """History was closed by its source; all others were closed here."""
    closed = nullable(lives.closed)
    return [at if policy is None else None for at, policy in zip(closed, lives.policies, strict=True)]


def _joined_reports(
    lives: Lives, ids: Ints, due: list[int | None], answered: list[int | None]
) -> Iterator[tuple[Any, ...]]:
    """Further reports of mass incidents; each is owed its answer as long after its acceptance as the first was."""
    frame = lives.frame
    for number, (case, channel, text, at) in enumerate(lives.joined):
        first_due = due[case]
        own_due = None if first_due is None else first_due + at - int(lives.opened[case])
        yield (
            frame["source"][case], f"{frame['external_id'][case]}+{number}", channel, int(ids[case]), 1, text,
            frame["category_raw"][case], frame["category"][case], frame["place"][case], frame["longitude"][case],
            frame["latitude"][case], at, at, at, frame["source_status"][case], "[]", "", own_due, answered[case], None,
        )  # fmt: skip


def known_external_ids(session: Session, source: str, external_ids: Sequence[str]) -> set[str]:
    """Which of these ids the source's reports have already."""
    found: set[str] = set()
    for start in range(0, len(external_ids), 5_000):
        part = list(external_ids[start : start + 5_000])
        query = select(Report.external_id).where(Report.source == source, Report.external_id.in_(part))
        found |= set(session.scalars(query))
    return found
