"""The threads behind the picture: one listens for commits and watches the clock, one makes the comparisons."""

import threading
import time
from collections.abc import Callable

import structlog
from sqlalchemy import Engine

from dashboard.live.picture import Picture
from dashboard.store.changes import CHANNEL

LONGEST_SLEEP = 1.0  # seconds; a clock that is set back or forward is noticed after that
COMPARE_EVERY = 60.0
log = structlog.get_logger()


class Tailer:
    """Keeps one picture up to date until it is stopped."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._stop = threading.Event()
        live = picture.config.live
        self._tail_every = live.tail_every.total_seconds()
        self._coalesce = live.coalesce.total_seconds()
        self._threads = [
            threading.Thread(target=self._forever, args=(self._follow,), name="tailer", daemon=True),
            threading.Thread(target=self._forever, args=(self._compare,), name="comparer", daemon=True),
        ]

    def start(self) -> None:
        """Start the threads; call it after the process has forked."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop the threads and wait for them."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=10)

    def _forever(self, step: Callable[[], None]) -> None:
        """Do a step again and again; a database that is away for a while is no reason to stop."""
        failing = False
        while not self._stop.is_set():
            try:
                step()
                if failing:
                    log.info("live picture is back")
                failing = False
            except Exception as error:
                if not failing:
                    log.warning("live picture stands still", error=f"{type(error).__name__}: {error}")
                failing = True
                self._stop.wait(1)

    def _follow(self) -> None:
        """Wait for a commit or for the next instant at which time changes something, then refresh once."""
        wait = self._waiter()
        last = 0.0
        try:
            while not self._stop.is_set():
                picture = self._picture
                wait(min(max((picture.next_instant() - picture.now()).total_seconds(), 0.0), LONGEST_SLEEP))
                self._stop.wait(max(self._coalesce - (time.monotonic() - last), 0.0))
                if changes := picture.read_changes():
                    picture.refresh(changes)
                    last = time.monotonic()
                elif picture.now() >= picture.next_instant():
                    picture.pass_time()
                    last = time.monotonic()
        finally:
            wait.close()

    def _waiter(self) -> "_Polling | _Listening":
        engine = self._picture.sessions.engine
        if engine.dialect.name == "postgresql":
            return _Listening(engine)
        return _Polling(self._picture, self._tail_every, self._stop)

    def _compare(self) -> None:
        self._picture.compare()
        self._stop.wait(COMPARE_EVERY - time.time() % COMPARE_EVERY)


class _Polling:
    """SQLite: ask for the data version, which costs microseconds and changes with every foreign commit."""

    def __init__(self, picture: Picture, every: float, stop: threading.Event) -> None:
        self._connection = picture.sessions.engine.raw_connection()
        self._every, self._stop = every, stop
        self._version = self._data_version()

    def _data_version(self) -> int:
        cursor = self._connection.cursor()
        version: int = cursor.execute("PRAGMA data_version").fetchone()[0]
        cursor.close()
        return version

    def __call__(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not self._stop.is_set():
            version = self._data_version()
            if version != self._version:
                self._version = version
                return
            left = deadline - time.monotonic()
            if left <= 0:
                return
            self._stop.wait(min(self._every, left))

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()


class _Listening:
    """PostgreSQL: NOTIFY wakes us."""

    def __init__(self, engine: Engine) -> None:
        import psycopg  # slow to load, and nothing to those who use SQLite

        url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection = psycopg.connect(url, autocommit=True)
        self._connection.execute(f"LISTEN {CHANNEL}")

    def __call__(self, seconds: float) -> None:
        for _ in self._connection.notifies(timeout=seconds, stop_after=1):
            return

    def close(self) -> None:
        """End the connection."""
        self._connection.close()
