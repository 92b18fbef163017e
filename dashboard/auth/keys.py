"""Keys of other systems, by which they file and follow reports. A key is shown once; its hash is kept."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from dashboard.auth.accounts import AccountError
from dashboard.domain.access import Actor, Role, Scope
from dashboard.store.filings import key_by_hash, key_named
from dashboard.store.handling import ApiKey


@dataclass(frozen=True)
class KeyHolder:
    """The system that a key belongs to, and what it may do. Its reports count for `source` and `channel`."""

    id: int
    name: str
    source: str
    channel: str
    crs: str
    may_file: bool
    may_read: bool

    def actor(self, district: str) -> Actor:
        """The one who acts when a report is filed."""
        return Actor(self.name, self.name, Role.PARTY, Scope(district))


def create_key(
    session: Session,
    name: str,
    source: str,
    channel: str,
    now: datetime,
    *,
    crs: str = "wgs84",
    may_file: bool = True,
    may_read: bool = True,
) -> str:
    """Make a key for a system, and return it: nobody can read it again.

    Raises:
        AccountError: the name is taken.
    """
    if key_named(session, name):
        raise AccountError(f"there is already a key named {name!r}; a revoked key keeps its name")
    secret = secrets.token_urlsafe(24)
    key = ApiKey(name=name, source=source, channel=channel, crs=crs, may_file=may_file, may_read=may_read)
    key.key_hash, key.created_at = hash_of(secret), now
    session.add(key)
    return secret


def renew_key(key: ApiKey) -> str:
    """Give a key another secret; the old one works no more."""
    secret = secrets.token_urlsafe(24)
    key.key_hash, key.revoked_at = hash_of(secret), None
    return secret


def find_key(session: Session, secret: str) -> KeyHolder | None:
    """Whose key this is; None when nobody's, or revoked."""
    key = key_by_hash(session, hash_of(secret))
    return holder_of(key) if key and key.revoked_at is None else None


def holder_of(key: ApiKey) -> KeyHolder:
    """The system that a stored key belongs to."""
    return KeyHolder(key.id, key.name, key.source, key.channel, key.crs, key.may_file, key.may_read)


def hash_of(secret: str) -> str:
    """What is kept of a key: enough, as it is random and long."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
