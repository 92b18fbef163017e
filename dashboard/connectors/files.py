"""Files dropped into a folder: CSV in UTF-8 or GB18030, and XLSX. Each is taken once and moved to done/ or failed/."""

import csv
import hashlib
import io
import os
import time
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl

from dashboard.config.sources import FilesSource, Mapping
from dashboard.connectors.http import text_of
from dashboard.connectors.records import Cursor, FeedError, Page, Record
from dashboard.domain.reports import Reason, Rejected

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
    found = [path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file()]
    resting = [path for path in found if time.time() - path.stat().st_mtime >= seconds]
    return sorted(resting, key=lambda path: (path.stat().st_mtime, path.name))


def _pages(source: FilesSource, path: Path, cursor: Cursor) -> Iterator[Page]:
    if path.stat().st_size > source.max_bytes:
        raise FeedError(f"is larger than {source.max_bytes:,} bytes (max_bytes)")
    body = path.read_bytes()
    digest = hashlib.sha256(body).hexdigest()
    rows = enumerate(_rows(path.suffix.lower(), body), start=1)
    done = int(cursor["row"]) if cursor.get("file") == digest else 0
    for _ in islice(rows, done):
        pass
    while part := list(islice(rows, ROWS_PER_PAGE)):
        found = [_record(digest, number, row) for number, row in part]
        yield Page(
            records=[one for one in found if isinstance(one, Record)],
            bad=[one for one in found if isinstance(one, Rejected)],
            cursor={"file": digest, "row": part[-1][0]},
        )
    yield Page([], {}, after_commit=lambda: _move(path, "done"))


def _rows(suffix: str, body: bytes) -> Iterator[dict[str, Any]]:
    return _csv_rows(body) if suffix == ".csv" else _xlsx_rows(body)


def _csv_rows(body: bytes) -> Iterator[dict[str, Any]]:
    reader = csv.DictReader(io.StringIO(text_of(body), newline=""), restkey="_more", strict=True)
    try:
        if not reader.fieldnames or len(set(reader.fieldnames)) < len(reader.fieldnames):
            raise FeedError("has no header row with distinct column names")
        yield from reader
    except csv.Error as error:
        raise FeedError(f"is not readable CSV at line {reader.line_num}: {error}") from error


def _xlsx_rows(body: bytes) -> Iterator[dict[str, Any]]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=True)
    except Exception as error:
        raise FeedError(f"is not a readable XLSX file: {type(error).__name__}") from error
    rows = book.worksheets[0].iter_rows(values_only=True)
    names = [str(name) for name in next(rows, ()) if name is not None]
    if not names or len(set(names)) < len(names):
        raise FeedError("has no header row with distinct column names")
    for row in rows:
        if any(value is not None for value in row):
            yield {name: _cell(value) for name, value in zip(names, row, strict=False)}
    book.close()


def _cell(value: Any) -> Any:
    return value.isoformat(sep=" ") if isinstance(value, datetime) else value


def _record(digest: str, number: int, row: dict[str, Any]) -> Record | Rejected:
    """A row, known by the file's hash and its number unless the mapping finds an id in it."""
    record = Record({key: value for key, value in row.items() if key is not None}, f"{digest[:24]}:{number}")
    if "_more" in row:
        return Rejected(Reason.UNPARSEABLE, f"row {number} has more cells than the header", record.raw)
    return record


def _move(path: Path, folder: str) -> None:
    """Move a file away; a name that is taken gets a number."""
    target = path.parent / folder
    target.mkdir(exist_ok=True)
    goal, number = target / path.name, 1
    while goal.exists():
        goal, number = target / f"{path.stem}-{number}{path.suffix}", number + 1
    os.replace(path, goal)
