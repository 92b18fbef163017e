"""Files dropped into a folder: CSV in UTF-8 or GB18030, and XLSX. Each is taken once and moved to done/ or failed/."""

import os
import time
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from dashboard.config.sources import FilesSource, Mapping
from dashboard.connectors.records import Cursor, FeedError, Page, Record, page_of
from dashboard.connectors.tables import open_table, rows
from dashboard.domain.reports import Rejected

DEFAULT_MAPPING = Mapping(
    id="id",
    text="text",
    category="category",
    time="time",
    longitude="longitude",
    latitude="latitude",
    address="address",
    status="status",
)
SUFFIXES = (".csv", ".xlsx")
ROWS_PER_PAGE = 500


def fetch(source: FilesSource, cursor: Cursor, now: datetime) -> Iterator[Page]:  # noqa: ARG001
    """Pages of rows of every file at rest, oldest first.

    A file that cannot be read goes to failed/ and the others are still taken; then the run counts as failed.

    Raises:
        FeedError: the folder is missing, or a file failed.
    """
    folder = Path(source.folder)
    if not folder.is_dir():
        raise FeedError(f"the folder {folder} does not exist; make it or correct folder")
    failed = []
    for path in _at_rest(folder, source.rest_for.total_seconds()):
        try:
            yield from _pages(source, path, cursor)
        except FeedError as error:
            _move(path, "failed")
            failed.append(f"{path.name}: {error}")
    if failed:
        raise FeedError("; ".join(failed))


def _at_rest(folder: Path, seconds: float) -> list[Path]:
    """Files nobody has written to for a while, so that half a file is never taken."""
    found = [path for path in folder.iterdir() if _is_meant(path)]
    resting = [path for path in found if time.time() - path.stat().st_mtime >= seconds]
    return sorted(resting, key=lambda path: (path.stat().st_mtime, path.name))


def _is_meant(path: Path) -> bool:
    """Not the hidden files of transfers, nor the locks that office programs leave beside an open file."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith((".", "~$")) and path.is_file()


def _pages(source: FilesSource, path: Path, cursor: Cursor) -> Iterator[Page]:
    if path.stat().st_size > source.max_bytes:
        raise FeedError(f"is larger than {source.max_bytes:,} bytes (max_bytes)")
    table = open_table(path)
    done = int(cursor["row"]) if cursor.get("file") == table.digest else 0
    found = rows(table, skip=done)
    problem: FeedError | None = None
    while problem is None:
        part, problem = _take(found, ROWS_PER_PAGE)
        done += len(part)
        if part:
            yield page_of(part, {"file": table.digest, "row": done})
        if len(part) < ROWS_PER_PAGE:
            break
    if problem:
        raise problem
    yield Page([], {}, after_commit=lambda: _move(path, "done"))


def _take(found: Iterator[Record | Rejected], count: int) -> tuple[list[Record | Rejected], FeedError | None]:
    """The next rows, and what is wrong after them: the good ones before a broken one are still taken."""
    part: list[Record | Rejected] = []
    try:
        part.extend(islice(found, count))
    except FeedError as error:
        return part, error
    return part, None


def _move(path: Path, folder: str) -> None:
    """Move a file away; a name that is taken gets a number."""
    target = path.parent / folder
    target.mkdir(exist_ok=True)
    goal, number = target / path.name, 1
    while goal.exists():
        goal, number = target / f"{path.stem}-{number}{path.suffix}", number + 1
    os.replace(path, goal)
