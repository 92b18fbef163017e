"""The manners of polling, the same for every source: ledger, cursor with the data, back-off, one line per outage."""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any, Protocol

import structlog
from sqlalchemy.orm import Session

from dashboard.config.model import Config
from dashboard.config.sources import BaseSource
from dashboard.connectors.mapping import Translator, translator
from dashboard.connectors.records import FeedError, Page, Record
from dashboard.connectors.registry import CONNECTORS
from dashboard.domain.reports import Incoming, Reason, Rejected
from dashboard.store.changes import Announcement, ChangeKind, announce
from dashboard.store.engine import Sessions, writing
from dashboard.store.leases import Held, LeaseLostError, check
from dashboard.store.operations import Run, SourceState
from dashboard.store.sources import end_abandoned_runs, source_state

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(minutes=15)
log = structlog.get_logger()


class Taken(Protocol):
    """What became of a page: counts for the ledger."""

    new: int
    history: int
    changed: int
    duplicate: int
    quarantined: int
    flagged: int
    lags: list[timedelta]


class Save(Protocol):
    """Stores the reports of a page inside the poller's transaction."""

    def __call__(
        self,
        session: Session,
        source: BaseSource,
        start_from: datetime,
        incoming: Sequence[Incoming],
        rejected: Sequence[Rejected],
        now: datetime,
    ) -> Taken: ...


class WouldOpen(Protocol):
    """Counts the cases that reports would open."""

    def __call__(
        self, session: Session, source: BaseSource, start_from: datetime, incoming: Sequence[Incoming]
    ) -> int: ...


@dataclass(frozen=True)
class Tools:
    """What a poller works with. Without a lease it may always write, as a person on the command line does."""

    sessions: Sessions
    config: Config
    save: Save
    would_open: WouldOpen
    now: Callable[[], datetime]
    lease: Held | None = None


@dataclass(frozen=True)
class _Translated:
    """A page in our words."""

    page: Page
    incoming: list[Incoming]
    rejected: list[Rejected]


@dataclass(frozen=True)
class _Begun:
    """A run at its beginning: what is read already, and from when the source counts."""

    run_id: int
    cursor: dict[str, Any]
    start_from: datetime
    is_introduced: bool


class BacklogError(Exception):
    """A first run would open more cases than `first_run_limit`; somebody must say that this is meant."""


def poll(source: BaseSource, tools: Tools, *, force: bool = False) -> Run | None:
    """Read one source once and write it into the ledger. None when it is not its time yet.

    Never raises for what the source does; the ledger and the source's health say what happened.

    Raises:
        LeaseLostError: another process is polling by now; nothing of this run was written since.
    """
    begun = _begin(source, tools, force)
    if begun is None:
        return None
    try:
        pages = _translated(source, tools, begun)
        if not begun.is_introduced:
            pages = iter(_introduce(source, tools, list(pages)))
        read = 0
        for translated in pages:
            _store(source, tools, begun.run_id, translated)
            read += 1
    except LeaseLostError:
        raise
    except (FeedError, BacklogError) as error:
        return _fail(source, tools, begun.run_id, error)
    except Exception as error:
        log.exception("poll broke", source=source.id)
        said = str(error).partition("\n")[0]  # what follows may quote what citizens said
        return _fail(source, tools, begun.run_id, FeedError(f"internal error: {type(error).__name__}: {said}"))
    # A first contact cut off by max_pages goes on in the next run, and so does the watch over it.
    return _succeed(source, tools, begun.run_id, is_introduced=begun.is_introduced or read < source.max_pages)


def _begin(source: BaseSource, tools: Tools, force: bool) -> _Begun | None:
    now = tools.now()
    with _transaction(tools) as session:
        state = source_state(session, source.id, source.start_from, now)
        if not force and state.next_attempt_at and state.next_attempt_at > now:
            return None
        state.start_from = source.start_from or state.start_from
        if not force:  # one by hand may run beside the scheduler's
            end_abandoned_runs(session, source.id, now)
        state.last_attempt_at = now
        run = Run(source=source.id, started_at=now, outcome="running")
        session.add(run)
        session.flush()
        return _Begun(run.id, dict(state.cursor), state.start_from, state.is_introduced)


@contextmanager
def _transaction(tools: Tools) -> Iterator[Session]:
    """A writing transaction that first makes sure that the lease is still ours."""
    with writing(tools.sessions, tools.now()) as session:
        if tools.lease:
            check(session, tools.lease)
        yield session


def _translated(source: BaseSource, tools: Tools, begun: _Begun) -> Iterator[_Translated]:
    source = source.model_copy(update={"start_from": begun.start_from})  # set or not, it must not move
    fetch, default = CONNECTORS[source.protocol]  # type: ignore[attr-defined]
    translate = translator(source, default, tools.config)
    for page in fetch(source, begun.cursor, tools.now()):
        yield _translate(page, translate, tools.now())


def _translate(page: Page, translate: Translator, now: datetime) -> _Translated:
    found = [_report(record, translate, now) for record in page.records]
    incoming = [one for one in found if isinstance(one, Incoming)]
    return _Translated(page, incoming, [*page.bad, *(one for one in found if isinstance(one, Rejected))])


def _report(record: Record, translate: Translator, now: datetime) -> Incoming | Rejected:
    """A record that nobody thought of must not stop the others."""
    try:
        return translate.report(record, now)
    except Exception as error:
        log.exception("record broke the translation", source=translate.source.id)
        return Rejected(Reason.UNPARSEABLE, f"internal error: {type(error).__name__}: {error}", record.raw)


def _introduce(source: BaseSource, tools: Tools, pages: list[_Translated]) -> list[_Translated]:
    """A first run is counted before anything is opened, so that a full mailbox does not flood the district."""
    with tools.sessions.read() as session:
        state = session.get_one(SourceState, source.id)
        incoming = [report for translated in pages for report in translated.incoming]
        opens = tools.would_open(session, source, state.start_from, incoming)
        if opens > source.first_run_limit and not state.backlog_accepted:
            raise BacklogError(
                f"the first run would open {opens} cases, more than first_run_limit ({source.first_run_limit}); "
                f"accept them with `yiwang poll --source {source.id} --accept-backlog`, or set start_from"
            )
    return pages


def _store(source: BaseSource, tools: Tools, run_id: int, translated: _Translated) -> None:
    """One page, its cursor and its line in the ledger in one transaction; then what the page wants done afterwards."""
    now = tools.now()
    with _transaction(tools) as session:
        # Somebody may poll by hand at the same time: whoever comes second must see what the first has stored.
        state = session.get_one(SourceState, source.id, with_for_update=True)
        run = session.get_one(Run, run_id)
        taken = tools.save(session, source, state.start_from, translated.incoming, translated.rejected, now)
        state.cursor = translated.page.cursor
        run.fetched += len(translated.incoming) + len(translated.rejected)
        for name in ("new", "history", "changed", "duplicate", "quarantined", "flagged"):
            setattr(run, name, getattr(run, name) + getattr(taken, name))
        _note_times(state, run, translated.incoming, taken)
    if translated.page.after_commit:
        translated.page.after_commit()


def _note_times(state: SourceState, run: Run, incoming: list[Incoming], taken: Taken) -> None:
    times = [report.source_at for report in incoming if report.source_at]
    known = [state.last_record_at] if state.last_record_at else []
    state.last_record_at = max(times + known, default=None)
    if taken.lags:
        run.lag_seconds = median(lag.total_seconds() for lag in taken.lags)


def _succeed(source: BaseSource, tools: Tools, run_id: int, *, is_introduced: bool) -> Run:
    now = tools.now()
    with _transaction(tools) as session:
        state, run = session.get_one(SourceState, source.id), session.get_one(Run, run_id)
        if state.failing_since:
            log.info("source is back", source=source.id, was_failing_since=state.failing_since.isoformat())
        state.last_success_at, state.is_introduced, state.awaits_acceptance = now, is_introduced, False
        state.failing_since, state.failures, state.last_error, state.next_attempt_at = None, 0, None, None
        run.outcome, run.finished_at = "ok", now
        announce(session, Announcement(ChangeKind.SOURCE, source=source.id))
    return run


def _fail(source: BaseSource, tools: Tools, run_id: int, error: FeedError | BacklogError) -> Run:
    now = tools.now()
    with _transaction(tools) as session:
        state, run = session.get_one(SourceState, source.id), session.get_one(Run, run_id)
        if state.failing_since is None:
            state.failing_since = now
            log.warning("source fails", source=source.id, error=str(error))
        state.failures += 1
        state.last_error = str(error)
        state.awaits_acceptance = isinstance(error, BacklogError)
        state.next_attempt_at = now + back_off(state.failures, getattr(error, "retry_after", None))
        run.outcome = "stopped" if state.awaits_acceptance else "failed"
        run.error, run.finished_at = str(error), now
        announce(session, Announcement(ChangeKind.SOURCE, source=source.id))
    return run


def back_off(failures: int, retry_after: timedelta | None = None) -> timedelta:
    """How long to wait after so many failures in a row: doubling, with jitter, at least what the source asks for."""
    pause = min(FIRST_PAUSE * 2 ** min(failures - 1, 10), LONGEST_PAUSE)
    jittered: timedelta = pause * random.uniform(0.5, 1.0)
    return max(jittered, retry_after or timedelta())
