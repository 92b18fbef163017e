"""Reports that other systems file through our Open311 service: by the intake of all channels, safe to send again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from dashboard.auth.keys import KeyHolder
from dashboard.config.sources import Mapping as Fields
from dashboard.config.sources import Translation
from dashboard.connectors.mapping import translator
from dashboard.connectors.records import Record, from_raw
from dashboard.domain.calendars import shanghai_day
from dashboard.domain.events import Event, EventKind
from dashboard.domain.reports import Incoming, Reason, Rejected
from dashboard.services.desk import Desk
from dashboard.services.forms import (
    Problem,
    RefusedError,
    Why,
    check_form,
    contact,
    digest_of,
    fingerprint,
    note,
    number_of,
    sender,
)
from dashboard.services.intake import take_in
from dashboard.services.openings import Origin
from dashboard.services.photos import Photo, keep_photo
from dashboard.services.recording import record
from dashboard.store.areas import area_by_code
from dashboard.store.cases import cases_by_id
from dashboard.store.changes import Announcement, ChangeKind, announce
from dashboard.store.engine import writing
from dashboard.store.filings import Known, filed_as, filed_since, keys_of
from dashboard.store.handling import Filing
from dashboard.store.logs import logs_of
from dashboard.store.models import Report
from dashboard.store.reports import quarantine, reports_by_external_id
from dashboard.store.sources import quarantined

FIELDS = Fields(
    id="number",
    text="description",
    category="service_code",
    time="filed_at",
    longitude="long",
    latitude="lat",
    address="address_string",
    reporter="sender",
    contact="contact",
)


@dataclass(frozen=True)
class Receipt:
    """What became of a filing: the number of the report that it is, new or known from an earlier attempt."""

    number: str
    is_new: bool
    flags: Sequence[str]
    has_point: bool


@dataclass(frozen=True)
class _Filing:
    """One filing on its way through one transaction. `filed_at` is when the client sent it."""

    session: Session
    desk: Desk
    key: KeyHolder
    form: Mapping[str, str]
    filed_at: datetime
    now: datetime
    repeat_key: str | None = None


def file_report(
    desk: Desk,
    key: KeyHolder,
    form: Mapping[str, str],
    now: datetime,
    *,
    idempotency_key: str | None = None,
    photos: Sequence[Photo] = (),
) -> Receipt:
    """Take in what a client sent. The same again, within `open311.same_within` or with the same idempotency key, is the
    same report. What is refused waits in the quarantine.

    Raises:
        RefusedError: the form is not as it has to be; its problems say what to correct.
    """
    if problems := check_form(form, desk.severities):
        _keep_refused(desk, key, form, problems, now)
        raise RefusedError(*problems)
    with writing(desk.sessions, now) as session:
        keys_of(session, key.source, lock=True)
        filing = _Filing(session, desk, key, form, now, now, digest_of(idempotency_key) if idempotency_key else None)
        if known := _known(filing):
            return _receipt(*known, is_new=False)
        row, report = _take(filing)
        if isinstance(report, Rejected):
            raise RefusedError(Problem("description", Why.EMPTY))
        for photo in photos:
            case = cases_by_id(session, [report.case_id], lock=True)[report.case_id]
            keep_photo(session, desk, case, "before", photo, key.actor(desk.config.district.code), now)
        _settle_refused(filing)
        return _receipt(row, report, is_new=True)


def file_again(
    session: Session, desk: Desk, key: KeyHolder, form: Mapping[str, str], filed_at: datetime, now: datetime
) -> Report | Rejected:
    """Take in what was refused when it was sent, as far as it can be a report; if not, the caller ends the
    transaction."""
    return _take(_Filing(session, desk, key, form, filed_at, now))[1]


def _known(filing: _Filing) -> Known | None:
    """What this is already, filed by an attempt whose answer did not arrive."""
    session, source = filing.session, filing.key.source
    if filing.repeat_key is None:
        since = filing.now - filing.desk.config.open311.same_within
        return filed_since(session, source, fingerprint(filing.form), since)
    known = filed_as(session, source, filing.repeat_key)
    if known and known[0].fingerprint != fingerprint(filing.form):
        raise RefusedError(Problem("Idempotency-Key", Why.USED))
    return known


def _take(filing: _Filing) -> tuple[Filing, Report | Rejected]:
    """The usual way of a record into the district; why it is no report, when it is none."""
    session, key = filing.session, filing.key
    row = Filing(key_id=key.id, fingerprint=fingerprint(filing.form), repeat_key=filing.repeat_key, filed_at=filing.now)
    session.add(row)
    session.flush()
    incoming = _incoming(filing, number_of(row.id))
    if isinstance(incoming, Rejected):
        return row, incoming
    origin = Origin(key.source, key.channel, key.crs, filing.filed_at, filing.filed_at)
    take_in(session, filing.desk, origin, [incoming], [], filing.now)
    report = reports_by_external_id(session, key.source, [incoming.external_id])[incoming.external_id]
    row.report_id = report.id
    if words := note(filing.form):
        _note(filing, report, words)
    return row, report


def _incoming(filing: _Filing, number: str) -> Incoming | Rejected:
    form, key = filing.form, filing.key
    source = Translation(id=key.source, channel=key.channel, crs=key.crs)
    worked_out = {
        "number": number,
        "filed_at": filing.filed_at.isoformat(),
        "address_string": form.get("address_string") or _address(filing),
        "sender": sender(key.source, form),
        "contact": contact(form),
    }
    return translator(source, FIELDS, filing.desk.config).report(Record({**form, **worked_out}), filing.now)


def _address(filing: _Filing) -> str | None:
    """The address of a building, whose code is its id in the district's register."""
    code = filing.form.get("address_id")
    area = area_by_code(filing.session, code, shanghai_day(filing.now)) if code else None
    return str(area.properties.get("address") or area.name) if area else None


def _note(filing: _Filing, report: Report, words: str) -> None:
    """What a report has no place for stands in the log of its case. Links are not followed."""
    event = Event(EventKind.NOTED, filing.now, filing.key.name, {"note": words, "report": report.id})
    cases = cases_by_id(filing.session, [report.case_id], lock=True)
    logs = logs_of(filing.session, list(cases))
    record(filing.session, filing.desk.rules, cases, logs, {report.case_id: [event]}, filing.now)


def _receipt(row: Filing, report: Report, *, is_new: bool) -> Receipt:
    return Receipt(number_of(row.id), is_new, list(report.flags), report.longitude is not None)


def _keep_refused(
    desk: Desk, key: KeyHolder, form: Mapping[str, str], problems: Sequence[Problem], now: datetime
) -> None:
    """What a citizen said is not lost because a client sent it badly."""
    if not form.keys() & {"description", "address_string"}:
        return
    rejected = Rejected(Reason.REFUSED, "; ".join(map(str, problems)), Record(dict(form)).raw)
    with writing(desk.sessions, now) as session:
        quarantine(session, key.source, [rejected], now)
        announce(session, Announcement(ChangeKind.SOURCE, source=key.source))


def _settle_refused(filing: _Filing) -> None:
    """What was refused waits no more when its sender has sent it rightly."""
    for row in quarantined(filing.session, filing.key.source):
        earlier = from_raw(row.raw)
        if row.reason == Reason.REFUSED and isinstance(earlier, Record) and _is_same(earlier.fields, filing):
            row.status, row.handled_by, row.handled_at = "dismissed", filing.key.name, filing.now
            announce(filing.session, Announcement(ChangeKind.SOURCE, source=row.source))


def _is_same(earlier: Mapping[str, str], filing: _Filing) -> bool:
    words, source = filing.form.get("description"), filing.key.source
    return (
        bool(words) and earlier.get("description") == words and sender(source, earlier) == sender(source, filing.form)
    )
