"""History from a file: cases without clocks, in transactions that can be gone on with after any interruption.

Indexes (of an empty database) and counts are made once, at the end: until then the file's cases stand in no number.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import or_
from sqlalchemy.orm import Session

from dashboard.config.sources import Translation
from dashboard.connectors.files import DEFAULT_MAPPING
from dashboard.connectors.mapping import Translator, translator
from dashboard.connectors.records import Record
from dashboard.connectors.tables import TableFile, open_table, rows
from dashboard.domain.calendars import shanghai_day
from dashboard.domain.reports import Incoming, Reason, Rejected
from dashboard.services.desk import Desk
from dashboard.services.history import known_external_ids, write_lives
from dashboard.services.intake import take_in
from dashboard.services.lives import Lives
from dashboard.services.openings import Arrival, Origin, arrival_of
from dashboard.store.bulk import analyze, drop_indexes, is_empty, restore_indexes, without_collector
from dashboard.store.cases import CASES
from dashboard.store.changes import Announcement, ChangeKind, announce
from dashboard.store.engine import writing
from dashboard.store.marks import NEVER
from dashboard.store.models import Case, CaseEvent, ClockRow, Report, table_of
from dashboard.store.operations import Import
from dashboard.store.recount import recount
from dashboard.store.reports import quarantine
from dashboard.store.types import to_micros

ROWS_AT_ONCE = 20_000
Progress = Callable[[int, int], None]


@dataclass
class Imported:
    """What became of the rows of a file."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    duplicate: int = 0
    quarantined: int = 0
    skipped: int = 0
    is_known: bool = False
    flags: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Job:
    """One file on its way in."""

    desk: Desk
    source: Translation
    translate: Translator
    table: TableFile
    now: datetime
    result: Imported


def import_cases(
    desk: Desk, path: Path, source: Translation, now: datetime, progress: Progress, step: Callable[[str], None]
) -> Imported:
    """Import a file of history. Interrupted, it goes on after the last stored row; finished, it does nothing.

    A row whose id is known changes that report as an edit at the source would. What cannot be a report waits in the
    quarantine.

    Args:
        progress: Told the rows done and about how many there are.
        step: Told what happens when the rows are in.

    Raises:
        FeedError: the file cannot be read; what was stored before stays and is counted at the next try.
    """
    table = open_table(path)
    job = _Job(desk, source, translator(source, DEFAULT_MAPPING, desk.config), table, now, Imported())
    done = _begin(job)
    if job.result.is_known:
        return job.result
    job.result.skipped = done
    remaining = rows(table, skip=done)
    while part := list(islice(remaining, ROWS_AT_ONCE)):
        with without_collector(), writing(desk.sessions, now) as session:
            _store(session, job, part)
        job.result.rows += len(part)
        progress(done + job.result.rows, max(table.rows, done + job.result.rows))
    step("Making indexes and counting")
    _finish(job)
    return job.result


def _begin(job: _Job) -> int:
    """How many rows are stored already. An empty database does without its indexes until the end."""
    with writing(job.desk.sessions, job.now) as session:
        kept = session.get(Import, job.table.digest)
        if kept is not None:
            job.result.is_known = kept.finished_at is not None
            return kept.rows_done
        session.add(
            Import(
                file_hash=job.table.digest,
                name=job.table.path.name,
                source=job.source.id,
                rows_done=0,
                uncounted=[],
                started_at=job.now,
            )
        )
        if is_empty(session, CASES):
            drop_indexes(session, [table_of(model) for model in (Case, Report, CaseEvent, ClockRow)])
    return 0


def _store(session: Session, job: _Job, part: Sequence[Record | Rejected]) -> None:
    """One piece of the file and how far it goes, in one transaction."""
    incoming, rejected = _translated(job, part)
    fresh, later = _apart(session, job.source.id, incoming)
    for start in range(0, len(rejected), 500):
        job.result.quarantined += quarantine(session, job.source.id, rejected[start : start + 500], job.now)
    kept = session.get_one(Import, job.table.digest)
    kept.rows_done += len(part)
    if fresh:
        written = write_lives(session, job.desk, _lives(session, job, fresh), to_micros(job.now))
        kept.uncounted = _with_range(kept.uncounted, written.first_id, written.first_id + len(fresh) - 1)
    job.result.new += len(fresh)
    for start in range(0, len(later), 500):
        origin = Origin(job.source.id, job.source.channel, job.source.crs, job.now, job.now)
        taken = take_in(session, job.desk, origin, later[start : start + 500], [], job.now)
        job.result.changed += taken.changed
        job.result.duplicate += taken.duplicate


def _translated(job: _Job, part: Sequence[Record | Rejected]) -> tuple[list[Incoming], list[Rejected]]:
    incoming, rejected = [], []
    for record in part:
        found = record if isinstance(record, Rejected) else job.translate.report(record, job.now)
        if isinstance(found, Incoming) and found.source_at is None:
            raw = record.raw if isinstance(record, Record) else ""
            found = Rejected(Reason.NO_TIME, f"history needs a time; got {found.source_time_raw!r}", raw)
        if isinstance(found, Rejected):
            rejected.append(found)
        else:
            incoming.append(found)
            for flag in found.flags:
                job.result.flags[flag] = job.result.flags.get(flag, 0) + 1
    return incoming, rejected


def _apart(session: Session, source: str, incoming: Sequence[Incoming]) -> tuple[list[Incoming], list[Incoming]]:
    """Reports that are new, and those whose id is known or was seen before in the same piece."""
    seen = known_external_ids(session, source, [report.external_id for report in incoming])
    fresh: list[Incoming] = []
    later: list[Incoming] = []
    for report in incoming:
        (later if report.external_id in seen else fresh).append(report)
        seen.add(report.external_id)
    return fresh, later


def _lives(session: Session, job: _Job, reports: Sequence[Incoming]) -> Lives:
    """Cases of history, oldest first."""
    ordered = sorted(reports, key=lambda report: report.source_at or job.now)
    atlas = job.desk.atlases.current(session, shanghai_day(job.now))
    origin = Origin(job.source.id, job.source.channel, job.source.crs, job.now, job.now)
    spots = atlas.spots(ordered, job.source.crs)
    arrivals = [arrival_of(*pair, origin, job.now) for pair in zip(ordered, spots, strict=True)]
    opened = np.array([to_micros(arrival.accepted_at) for arrival in arrivals], np.int64)
    closed = np.array([_closed(arrival) for arrival in arrivals], np.int64)
    never = np.full(len(arrivals), NEVER, np.int64)
    return Lives(
        opened=opened,
        responded=never,
        arrived=never,
        fed_back=never,
        closed=np.where(closed == NEVER, NEVER, np.maximum(closed, opened)),
        close_level=[None] * len(arrivals),
        policies=[None] * len(arrivals),
        frame=_frame(job, arrivals),
    )


def _closed(arrival: Arrival) -> int:
    """When its source closed it; at its acceptance when the source does not say."""
    if not arrival.report.is_closed:
        return NEVER
    return to_micros(arrival.report.closed_at or arrival.accepted_at)


def _frame(job: _Job, arrivals: Sequence[Arrival]) -> dict[str, list[Any]]:
    reports, spots = [arrival.report for arrival in arrivals], [arrival.spot for arrival in arrivals]
    categories = [arrival.category for arrival in arrivals]
    count = len(arrivals)
    return {
        "source": [job.source.id] * count,
        "external_id": [report.external_id for report in reports],
        "channel": [report.channel or job.source.channel for report in reports],
        "category": categories,
        "severity": [job.desk.severities[category] for category in categories],
        "text": [report.text for report in reports],
        "area_code": [spot.area_code for spot in spots],
        "place": [spot.place[:150] for spot in spots],
        "building_id": [spot.building_id for spot in spots],
        "longitude": [spot.longitude for spot in spots],
        "latitude": [spot.latitude for spot in spots],
        "cell_east": [spot.cell[0] if spot.cell else None for spot in spots],
        "cell_north": [spot.cell[1] if spot.cell else None for spot in spots],
        "unlocated": [spot.unlocated for spot in spots],
        "flags": [_flags(arrival) for arrival in arrivals],
        "category_raw": [report.category_raw for report in reports],
        "source_status": [report.status for report in reports],
        "source_at": [to_micros(arrival.accepted_at) for arrival in arrivals],
        "handler": [""] * count,
    }


def _flags(arrival: Arrival) -> str:
    flags = [*arrival.report.flags, *arrival.spot.flags]
    return "[]" if not flags else "[" + ", ".join(f'"{flag}"' for flag in flags) + "]"


def _with_range(ranges: list[list[int]], first: int, last: int) -> list[list[int]]:
    """Ranges of case ids with one more; one that follows on the last makes it longer."""
    if ranges and ranges[-1][1] == first - 1:
        return [*ranges[:-1], [ranges[-1][0], last]]
    return [*ranges, [first, last]]


def _finish(job: _Job) -> None:
    """Indexes, counts and the word that everything is there, in one transaction."""
    with without_collector(), writing(job.desk.sessions, job.now) as session:
        restore_indexes(session)
        analyze(session)
        kept = session.get_one(Import, job.table.digest)
        if kept.uncounted:
            recount(session, job.desk.rules, or_(*(Case.id.between(first, last) for first, last in kept.uncounted)))
        kept.uncounted, kept.finished_at = [], job.now
        announce(session, Announcement(ChangeKind.IMPORT))
