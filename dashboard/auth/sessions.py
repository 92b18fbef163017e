"""Sessions of the web: who asks, until when, checked often and cheaply."""

import os
import secrets
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask, g, session
from sqlalchemy.engine import make_url

from dashboard.auth.accounts import Principal, principal
from dashboard.store.engine import Sessions

SECRET_ENV = "YIWANG_SECRET_KEY"
REMEMBERED = 5.0  # seconds for which a checked principal is believed
KEY, ACTIVE = "who", "active"


class Gate:
    """Knows who a session belongs to. A revoked device or a closed account is noticed within seconds."""

    def __init__(self, sessions: Sessions, idle_logout: timedelta, now: Callable[[], datetime]) -> None:
        self._sessions, self._idle, self._now = sessions, idle_logout, now
        self._active: dict[str, float] = {}
        self._known: dict[str, tuple[float, Principal | None]] = {}
        self._lock = threading.Lock()

    def enter(self, found: Principal) -> None:
        """Begin a session."""
        session.clear()
        session.permanent = True
        session[KEY], session[ACTIVE] = found.key, self._now().timestamp()

    def leave(self) -> None:
        """End the session."""
        session.clear()

    def touch(self) -> None:
        """A person did something: the idle time begins anew. Nothing automatic may call this."""
        if KEY in session:
            session[ACTIVE] = self._active[session[KEY]] = self._now().timestamp()

    def current(self) -> Principal | None:
        """Who asks; None without a session, after too long an idle time, or when access was taken away."""
        if "principal" not in g:
            g.principal = self._current()
        found: Principal | None = g.principal
        return found

    def _current(self) -> Principal | None:
        key = session.get(KEY)
        return self.look_up(key, session.get(ACTIVE, 0.0)) if key else None

    def look_up(self, key: str, active: float) -> Principal | None:
        """Whether a session of this key, last active then, still holds."""
        found = self._remembered(key)
        active = max(active, self._active.get(key, 0.0))  # a stream began long ago; its person may be active since
        if found and not found.is_device and self._now().timestamp() - active > self._idle.total_seconds():
            return None
        return found

    def _remembered(self, key: str) -> Principal | None:
        with self._lock:
            at, found = self._known.get(key, (0.0, None))
            if time.monotonic() - at > REMEMBERED:
                with self._sessions.read() as database:
                    found = principal(database, key)
                self._known[key] = time.monotonic(), found
            return found

    def forget(self) -> None:
        """Look everybody up again."""
        with self._lock:
            self._known.clear()


def configure_cookies(server: Flask, database_url: str, secure: bool) -> None:
    """Signed, HttpOnly, same-site session cookies with a key from the environment or of this installation."""
    server.secret_key = os.environ.get(SECRET_ENV) or _installation_key(database_url)
    server.config.update(
        SESSION_COOKIE_NAME="yiwang",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        PERMANENT_SESSION_LIFETIME=timedelta(days=400),
        SESSION_REFRESH_EACH_REQUEST=False,
    )


def _installation_key(database_url: str) -> str:
    """A key made at the first start, kept beside an SQLite database readable by its owner only."""
    url = make_url(database_url)
    folder = Path(url.database).parent if url.get_backend_name() == "sqlite" and url.database else Path("var")
    path = folder / "secret-key"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    key = secrets.token_hex(32)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key)
    return key
