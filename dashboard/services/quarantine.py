"""What becomes of records that could not be reports: another try, or a decision to let them go."""

from datetime import datetime

from sqlalchemy.orm import Session

from dashboard.auth.keys import holder_of
from dashboard.connectors.mapping import translator
from dashboard.connectors.records import Record, from_raw
from dashboard.connectors.registry import CONNECTORS
from dashboard.domain.reports import Rejected
from dashboard.services.desk import Desk
from dashboard.services.filing import file_again
from dashboard.services.intake import take_in
from dashboard.services.openings import Origin
from dashboard.store.changes import Announcement, ChangeKind, announce
from dashboard.store.engine import writing
from dashboard.store.filings import keys_of
from dashboard.store.operations import Quarantined, SourceState


class RetryError(ValueError):
    """A record cannot be taken in or let go; the message says why."""


def retry_record(desk: Desk, number: int, now: datetime) -> None:
    """Take a record in with today's mapping. Its acceptance is now; the intake lag counts from the first fetch.

    Raises:
        RetryError: it still cannot be a report, or is not waiting.
    """
    with writing(desk.sessions, now) as session:
        row = _waiting(session, number)
        source = next((source for source in desk.config.sources if source.id == row.source), None)
        if source is None:
            _file_again(session, desk, row, now)
            return
        record = from_raw(row.raw)
        if isinstance(record, Record):
            report = translator(source, CONNECTORS[source.protocol][1], desk.config).report(record, now)
        else:
            report = record
        if isinstance(report, Rejected):
            raise RetryError(f"still {report.reason}: {report.detail}")
        state = session.get(SourceState, source.id)
        start_from = state.start_from if state else now
        take_in(
            session,
            desk,
            Origin(source.id, source.channel, source.crs, start_from, row.first_fetched_at),
            [report],
            [],
            now,
        )
        _finish(session, row, "retried", "command line", now)


def _file_again(session: Session, desk: Desk, row: Quarantined, now: datetime) -> None:
    """A record that came through our own Open311 service."""
    keys, found = keys_of(session, row.source, lock=True), from_raw(row.raw)
    if not keys:
        raise RetryError(f"its source {row.source!r} is not configured any more")
    if isinstance(found, Rejected):
        raise RetryError(f"still {found.reason}: {found.detail}")
    report = file_again(session, desk, holder_of(keys[0]), found.fields, row.first_fetched_at, now)
    if isinstance(report, Rejected):
        raise RetryError(f"still {report.reason}: {report.detail}")
    _finish(session, row, "retried", "command line", now)


def dismiss_record(desk: Desk, number: int, by: str, now: datetime) -> None:
    """Let a record go, with who decided it.

    Raises:
        RetryError: it is not waiting.
    """
    with writing(desk.sessions, now) as session:
        _finish(session, _waiting(session, number), "dismissed", by, now)


def _waiting(session: Session, number: int) -> Quarantined:
    row = session.get(Quarantined, number, with_for_update=True)
    if row is None or row.status != "waiting":
        raise RetryError("there is no waiting record of this number")
    return row


def _finish(session: Session, row: Quarantined, status: str, by: str, now: datetime) -> None:
    row.status, row.handled_by, row.handled_at = status, by, now
    announce(session, Announcement(ChangeKind.SOURCE, source=row.source))
