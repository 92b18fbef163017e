"""Files of rows, read one by one without holding them whole: CSV in UTF-8 or GB18030, XLSX and Parquet."""

import codecs
import csv
import hashlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl

from dashboard.connectors.records import MORE, FeedError, Record
from dashboard.domain.reports import Reason, Rejected

BLOCK = 1 << 20


@dataclass(frozen=True)
class TableFile:
    """A file that has been looked at: its SHA-256, how many rows it has at most, and for CSV how it is written."""

    path: Path
    digest: str
    rows: int
    encoding: str = ""


def open_table(path: Path) -> TableFile:
    """Look at a file once, from beginning to end.

    Raises:
        FeedError: it is missing or of no known kind; the message goes on after the name of the file.
    """
    if not path.is_file():
        raise FeedError("there is no such file")
    kind = path.suffix.lower()
    if kind == ".csv":
        return _look_at_csv(path)
    if kind == ".xlsx":
        with closing(_workbook(path)) as workbook:
            return TableFile(path, _digest(path), workbook.worksheets[0].max_row or 0)
    if kind == ".parquet":
        return TableFile(path, _digest(path), _parquet(path).metadata.num_rows)
    raise FeedError("is neither .csv, .xlsx nor .parquet")


def rows(table: TableFile, skip: int = 0) -> Iterator[Record | Rejected]:
    """Its rows in order after the first `skip`, each with an id made of the file's hash and its number from 1.

    Raises:
        FeedError: a row cannot be read.
    """
    readers = {".csv": _csv_rows, ".xlsx": _xlsx_rows, ".parquet": _parquet_rows}
    numbered = enumerate(readers[table.path.suffix.lower()](table), start=1)
    for number, row in islice(numbered, skip, None):
        record = Record(
            {name: value for name, value in row.items() if name is not None}, f"{table.digest[:24]}:{number}"
        )
        if MORE in row:
            yield Rejected(Reason.UNPARSEABLE, f"row {number} has more cells than the header", record.raw)
        else:
            yield record


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _look_at_csv(path: Path) -> TableFile:
    """Hash, lines and encoding in one pass: UTF-8 unless a byte says otherwise, then GB18030."""
    digest, lines, decoder, is_utf8 = hashlib.sha256(), 0, codecs.getincrementaldecoder("utf-8")(), True
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            lines += block.count(b"\n")
            is_utf8 = is_utf8 and _decodes(decoder, block)
    return TableFile(path, digest.hexdigest(), max(lines - 1, 0), "utf-8-sig" if is_utf8 else "gb18030")


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes) -> bool:
    try:
        decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return True


def _csv_rows(table: TableFile) -> Iterator[dict[str, Any]]:
    with table.path.open(encoding=table.encoding, newline="") as file:
        reader = csv.DictReader(file, restkey=MORE, strict=True)
        try:
            _check_names(reader.fieldnames or ())
            yield from reader
        except (csv.Error, UnicodeDecodeError) as error:
            raise FeedError(f"is not readable CSV at line {reader.line_num + 1}: {error}") from error


def _workbook(path: Path) -> Any:
    try:
        return openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:
        raise FeedError(f"is not a readable XLSX file: {type(error).__name__}") from error


def _xlsx_rows(table: TableFile) -> Iterator[dict[str, Any]]:
    with closing(_workbook(table.path)) as workbook:
        rows = workbook.worksheets[0].iter_rows(values_only=True)
        columns = [(at, str(name)) for at, name in enumerate(next(rows, ())) if name is not None]
        _check_names([name for _, name in columns])
        for row in rows:
            if any(value is not None for value in row):
                yield {name: _plain(row[at]) for at, name in columns if at < len(row)}


def _parquet(path: Path) -> Any:
    try:
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        raise FeedError("reading Parquet needs pyarrow: install yiwang[parquet]") from error
    try:
        return ParquetFile(path)
    except Exception as error:
        raise FeedError(f"is not a readable Parquet file: {error}") from error


def _parquet_rows(table: TableFile) -> Iterator[dict[str, Any]]:
    for batch in _parquet(table.path).iter_batches():
        for row in batch.to_pylist():
            yield {name: _plain(value) for name, value in row.items()}


def _check_names(names: Any) -> None:
    if not names or len(set(names)) < len(names):
        raise FeedError("has no header row with distinct column names")


def _plain(value: Any) -> Any:
    return value.isoformat(sep=" ") if isinstance(value, datetime) else value
