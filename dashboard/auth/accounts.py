"""Accounts, wall devices and one-time links in the database. Secrets are kept as hashes only."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboard.domain.access import Actor, Role, Scope
from dashboard.store.operations import Audit, Device, SignInLink, User

LEAST_PASSWORD = 10
WITHOUT_ACCOUNT = {
    Role.WALL: "make a device with `yiwang wall`",
    Role.PARTY: "it works on each task by a link that an operator hands out",
}
_hasher = PasswordHasher()


class AccountError(ValueError):
    """An account cannot be made as asked; the message says why."""


@dataclass(frozen=True)
class Principal:
    """Somebody signed in: a person, or a wall device, which never signs out and only looks."""

    key: str
    name: str
    role: Role
    scope: str

    @property
    def is_device(self) -> bool:
        """Whether this is a wall and not a person."""
        return self.key.startswith("device:")

    @property
    def actor(self) -> Actor:
        """The one who asks or acts, for services and view models."""
        return Actor(self.key, self.name, self.role, Scope(self.scope))


def create_user(session: Session, name: str, role: Role, scope: str, password: str | None, now: datetime) -> User:
    """Make an account. Without a password it can only be entered by a one-time link.

    Raises:
        AccountError: the name is taken, the password is too short, or the role is none of people with accounts.
    """
    if role in WITHOUT_ACCOUNT:
        raise AccountError(f"a {role} has no account: {WITHOUT_ACCOUNT[role]}")
    if session.scalar(select(User).where(User.name == name)):
        raise AccountError(f"there is already an account named {name!r}")
    if password is not None and len(password) < LEAST_PASSWORD:
        raise AccountError(f"the password must have at least {LEAST_PASSWORD} characters")
    hashed = _hasher.hash(password) if password else None
    user = User(name=name, role=role, scope=scope, password_hash=hashed, is_active=True, created_at=now)
    session.add(user)
    session.flush()
    return user


def create_device(session: Session, name: str, scope: str, now: datetime) -> Device:
    """Make a credential for a wall display."""
    device = Device(name=name, scope=scope, created_at=now)
    session.add(device)
    session.flush()
    return device


def revoke_device(session: Session, device_id: int, now: datetime) -> None:
    """Let a wall display see nothing any more."""
    session.get_one(Device, device_id).revoked_at = now


def user_by_name(session: Session, name: str) -> User | None:
    """The account of this name."""
    return session.scalar(select(User).where(User.name == name))


@cache
def _nobodys_hash() -> str:
    """What nobody's password has; made when it is first needed, as that takes its time."""
    return _hasher.hash(secrets.token_urlsafe(16))


def check_password(session: Session, name: str, password: str) -> Principal | None:
    """The account when name and password fit. A wrong name takes as long as a wrong password."""
    user, nobodys = user_by_name(session, name), _nobodys_hash()
    try:
        _hasher.verify((user.password_hash if user else None) or nobodys, password)
    except (VerificationError, InvalidHashError):
        return None
    return person(user) if user and user.is_active else None


def make_link(session: Session, now: datetime, *, user: User | None = None, device: Device | None = None) -> str:
    """A token that signs a person or a device in once within a day."""
    token = secrets.token_urlsafe(24)
    session.add(
        SignInLink(
            token_hash=_hash(token),
            user_id=user.id if user else None,
            device_id=device.id if device else None,
            expires_at=now + timedelta(days=1),
        )
    )
    return token


def use_link(session: Session, token: str, now: datetime) -> Principal | None:
    """Whom a token signs in; None when it is unknown, used already or too old."""
    link = session.get(SignInLink, _hash(token), with_for_update=True)
    if link is None or link.used_at is not None or link.expires_at < now:
        return None
    link.used_at = now
    return principal(session, f"user:{link.user_id}" if link.user_id else f"device:{link.device_id}")


def principal(session: Session, key: str) -> Principal | None:
    """Who a session belongs to; None when the account is closed or the device revoked."""
    kind, _, number = key.partition(":")
    if not number.isdigit():
        return None
    if kind == "user":
        user = session.get(User, int(number))
        return person(user) if user and user.is_active else None
    device = session.get(Device, int(number))
    return wall(device) if device and device.revoked_at is None else None


def person(user: User) -> Principal:
    """The principal of an account."""
    return Principal(f"user:{user.id}", user.name, Role(user.role), user.scope)


def wall(device: Device) -> Principal:
    """The principal of a wall display."""
    return Principal(f"device:{device.id}", device.name, Role.WALL, device.scope)


def note(session: Session, actor: str, action: str, now: datetime, **detail: Any) -> None:
    """Write a line into the audit trail."""
    session.add(Audit(at=now, actor=actor, action=action, detail=detail))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
