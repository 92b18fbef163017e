"""What the simulated systems know: reports by channel, in a small database of their own that survives a restart."""

import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS reports (
  seq INTEGER PRIMARY KEY, channel TEXT, id TEXT UNIQUE, text TEXT, category TEXT, address TEXT,
  longitude REAL, latitude REAL, created_at TEXT, status TEXT, parent TEXT);
CREATE INDEX IF NOT EXISTS by_channel ON reports(channel, seq);
CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, channel TEXT, id TEXT, text TEXT);
CREATE VIEW IF NOT EXISTS sensor_alarms AS
  SELECT seq AS alarm_no, id AS alarm_id, text AS content, category AS kind, address AS site, longitude AS lon,
         latitude AS lat, created_at AS alarm_time
  FROM reports WHERE channel = 'sensors';
"""
COLUMNS = "channel, id, text, category, address, longitude, latitude, created_at, status, parent"


@dataclass(frozen=True)
class Told:
    """One report as its channel keeps it; coordinates are WGS 84, the time is ISO 8601 in UTC."""

    channel: str
    id: str
    text: str
    category: str | None
    address: str | None
    longitude: float | None
    latitude: float | None
    created_at: str
    status: str = "open"
    parent: str | None = None

    @property
    def shanghai(self) -> str:
        """The time as Chinese systems write it, without a zone."""
        return (datetime.fromisoformat(self.created_at) + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M:%S")


class Reports:
    """The reports of all channels; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.executescript(SCHEMA)

    def add(self, told: Sequence[Told]) -> None:
        """Keep new reports."""
        with self._lock, self._connection:
            marks = ", ".join("?" * 10)
            self._connection.executemany(
                f"INSERT OR IGNORE INTO reports ({COLUMNS}) VALUES ({marks})", [astuple(one) for one in told]
            )

    def answer(self, key: str, channel: str, report_id: str, text: str) -> bool:
        """Keep the answer to a report, once for its key. Returns whether it is new."""
        with self._lock, self._connection:
            row = key, channel, report_id, text
            return self._connection.execute("INSERT OR IGNORE INTO answers VALUES (?, ?, ?, ?)", row).rowcount == 1

    def after(self, channel: str, seq: int, limit: int) -> list[tuple[int, Told]]:
        """Reports of a channel behind a sequence number."""
        return self._select("channel = ? AND seq > ? ORDER BY seq LIMIT ?", (channel, seq, limit))

    def since(self, channel: str, instant: str, limit: int, offset: int = 0) -> list[tuple[int, Told]]:
        """Reports of a channel made at or after an instant."""
        return self._select(
            "channel = ? AND created_at >= ? ORDER BY created_at, seq LIMIT ? OFFSET ?",
            (channel, instant, limit, offset),
        )

    def page(self, channel: str, limit: int, offset: int) -> list[tuple[int, Told]]:
        """A page of all reports of a channel, oldest first."""
        return self._select("channel = ? ORDER BY seq LIMIT ? OFFSET ?", (channel, limit, offset))

    def newest(self, channel: str, limit: int) -> list[tuple[int, Told]]:
        """The newest reports of a channel, newest first."""
        return self._select("channel = ? ORDER BY seq DESC LIMIT ?", (channel, limit))

    def _select(self, condition: str, parameters: tuple[object, ...]) -> list[tuple[int, Told]]:
        with self._lock:
            rows = self._connection.execute(
                f"SELECT seq, {COLUMNS} FROM reports WHERE {condition}", parameters
            ).fetchall()
        return [(row[0], Told(*row[1:])) for row in rows]
