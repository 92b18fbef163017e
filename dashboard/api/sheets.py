"""Rows as a file that spreadsheets open: CSV or XLSX."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from flask import Response
from openpyxl import Workbook

from dashboard.domain.calendars import SHANGHAI

FORMS = ("csv", "xlsx")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_file(title: str, form: str, rows: Iterable[list[Any]], now: datetime) -> Response:
    """The answer that a browser saves as a file. A CSV is written while it is sent."""
    name = f"{title}-{now.astimezone(SHANGHAI):%Y%m%d-%H%M%S}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if form == "csv":
        return Response(_csv(rows), headers=headers, mimetype="text/csv; charset=utf-8")
    return Response(_xlsx(title, rows), headers=headers, mimetype=XLSX)


def _csv(rows: Iterable[list[Any]]) -> Iterator[bytes]:
    """UTF-8 with a mark, so that spreadsheets read it; cells that look like formulas are made harmless."""
    yield b"\xef\xbb\xbf"
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow(
            [value if isinstance(value, int | float) else harmless(_plain(value)) for value in row]
        )
        yield line.getvalue().encode()


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return "" if value is None else str(value)


def _xlsx(title: str, rows: Iterable[list[Any]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append([value if isinstance(value, int | float | datetime) else _cell(value) for value in row])
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def _cell(value: Any) -> str:
    """Text without characters that a workbook cannot hold; as text it is never taken for a formula."""
    text = "".join(char for char in _plain(value) if char >= " " or char in "\n\t")
    return harmless(text)
