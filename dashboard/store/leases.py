"""Who may do what only one process may do. The epoch is checked inside the transaction of every act."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboard.store.engine import Sessions, writing
from dashboard.store.operations import Lease

LENGTH = timedelta(seconds=30)


class LeaseLostError(Exception):
    """Somebody else holds the lease by now; what this process wanted to write must not be written."""


@dataclass(frozen=True)
class Held:
    """A lease this process holds, until it is not renewed in time."""

    name: str
    holder: str
    epoch: int


def acquire(sessions: Sessions, name: str, holder: str, now: datetime) -> Held | None:
    """Take a lease that nobody holds; None when somebody does."""
    with writing(sessions, now) as session:
        lease = _locked(session, name)
        if lease is None:
            session.add(Lease(name=name, holder=holder, epoch=1, expires_at=now + LENGTH))
            return Held(name, holder, 1)
        if lease.expires_at > now:
            return None
        lease.holder, lease.epoch, lease.expires_at = holder, lease.epoch + 1, now + LENGTH
        return Held(name, holder, lease.epoch)


def renew(sessions: Sessions, held: Held, now: datetime) -> None:
    """Hold the lease for longer.

    Raises:
        LeaseLostError: it is not ours any more.
    """
    with writing(sessions, now) as session:
        check(session, held)
        session.get_one(Lease, held.name).expires_at = now + LENGTH


def release(sessions: Sessions, held: Held, now: datetime) -> None:
    """Let others have the lease at once, if it is still ours."""
    with writing(sessions, now) as session:
        lease = _locked(session, held.name)
        if lease and lease.epoch == held.epoch:
            lease.expires_at = now


def check(session: Session, held: Held) -> None:
    """Refuse to go on in this transaction when the lease has passed to another.

    A process that was stopped and resumed has an old epoch, however its clock stands.

    Raises:
        LeaseLostError: the lease has another epoch.
    """
    lease = _locked(session, held.name)
    if lease is None or lease.epoch != held.epoch or lease.holder != held.holder:
        raise LeaseLostError(f"the lease {held.name!r} has passed to another process")


def _locked(session: Session, name: str) -> Lease | None:
    return session.scalar(select(Lease).where(Lease.name == name).with_for_update())
