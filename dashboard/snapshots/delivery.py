"""Documents on their way to people: put into the outbox with the archive, rights checked when they are sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from dashboard.auth.accounts import note, person, user_by_name
from dashboard.connectors.mail import Letter, send_mail
from dashboard.connectors.records import FeedError
from dashboard.connectors.replies import Receipt
from dashboard.services.delivering import WithheldError
from dashboard.services.desk import Desk
from dashboard.services.notifying import KIND as NOTICE
from dashboard.snapshots.heads import address
from dashboard.store.archive import snapshot_by_code
from dashboard.store.engine import writing
from dashboard.store.outbox import enqueue
from dashboard.store.snapshots import Snapshot, SnapshotJob
from dashboard.viewmodels.archive import may_read
from layouts.texts import Texts, texts

KIND = "snapshot"


def announce_made(session: Session, job: SnapshotJob, found: Snapshot, now: datetime) -> None:
    """Put a finished document into the outbox: by mail to its subscribers, as a line without it to its routes."""
    for user in job.deliver.get("to", ()):
        key = f"snapshot:{found.code}:{user}"[:100]
        enqueue(session, key=key, kind=KIND, target=user, payload={"code": found.code}, now=now)
    title = f"{found.title}已存档"
    _tell_routes(session, job, title, f"{title}\n{found.scope}\n/snapshots?code={found.code}", now)


def announce_refused(session: Session, job: SnapshotJob, reason: str, now: datetime) -> None:
    """A document that its routes wait for was not made: that is said, and nothing is sent instead of it."""
    _tell_routes(session, job, "快照没有通过检查，未发送", f"{job.origin} {job.code}\n{reason[:300]}", now)


def _tell_routes(session: Session, job: SnapshotJob, title: str, body: str, now: datetime) -> None:
    for route in job.deliver.get("routes", ()):
        key = f"snapshot:{job.code}:route:{route}"[:100]
        enqueue(session, key=key, kind=NOTICE, target=route, payload={"title": title, "body": body}, now=now)


def send_snapshot(desk: Desk, user: str, payload: Mapping[str, Any], now: datetime) -> Receipt:
    """Send a document to somebody who may read it now, whatever was so when it was asked for.

    Raises:
        WithheldError: the account may not have it, or there is nothing (any more) to send.
        FeedError: the mail server did not take it.
    """
    code = str(payload["code"])
    with writing(desk.sessions, now) as session:
        letter = _letter(session, desk, user, code)
        if isinstance(letter, str):
            note(session, user, "snapshot_withheld", now, code=code, reason=letter)
    if isinstance(letter, str):
        raise WithheldError(letter)
    if desk.config.snapshots.mail is None:
        raise FeedError("snapshots.mail is not configured any more")
    receipt = send_mail(desk.config.snapshots.mail, letter)
    with writing(desk.sessions, now) as session:
        note(session, user, "snapshot_sent", now, code=code, to=letter.to)
    return receipt


def _letter(session: Session, desk: Desk, user: str, code: str) -> Letter | str:
    """The mail, or why there is none."""
    account = user_by_name(session, user)
    to = next((one.mail for one in desk.config.snapshots.subscribers if one.user == user), None)
    if account is None or not account.is_active:
        return "there is no such account any more"
    if to is None:
        return "the account has no mail address under snapshots.subscribers any more"
    actor = person(account).actor
    found = snapshot_by_code(session, code, actor.scope)
    if found is None or not may_read(actor, found):
        return "the account may not read it"
    if found.pdf is None:
        return "its file is not kept any more"
    t = texts(found.language)
    return Letter(f"{code}.{account.id}", to, found.title, _body(found, desk, t), f"{found.code}.pdf", found.pdf)


def _body(found: Snapshot, desk: Desk, t: Texts) -> str:
    where = address(desk.config, found.code)
    lines = [found.title, found.scope, t.time(found.at), *found.notices, t("验证码 {code}", code=found.code)]
    return "\n".join([*lines, *([where] if where else [])]) + "\n"
