"""The list of cases as a file: CSV or XLSX, with the same filters as the screen, up to this very moment."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, redirect, request
from flask.typing import ResponseReturnValue
from openpyxl import Workbook

from dashboard.auth.accounts import note
from dashboard.config.measures import exclusions_of
from dashboard.domain.calendars import SHANGHAI
from dashboard.runtime import Runtime
from dashboard.store.case_list import all_case_rows
from dashboard.store.cases import cases_by_id
from dashboard.store.engine import writing
from dashboard.viewmodels.case_list import Listing, read_listing
from layouts.case_columns import COLUMNS, cell_text
from layouts.texts import Texts, texts

MOST_ROWS = 200_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export_blueprint(runtime: Runtime) -> Blueprint:
    """The routes /cases/export.csv, /cases/export.xlsx and /cases/by-id/<id>."""
    blueprint = Blueprint("exports", __name__, url_prefix="/cases")

    @blueprint.get("/by-id/<int:case_id>")
    def by_id(case_id: int) -> ResponseReturnValue:
        found = runtime.gate.current()
        with runtime.sessions.read() as session:
            case = cases_by_id(session, [case_id]).get(case_id)
        if found is None or case is None or not found.actor.scope.covers(case.area_code):
            abort(404)
        return redirect(f"/cases/{case.number}")

    @blueprint.get("/export.<form>")
    def export(form: str) -> ResponseReturnValue:
        found = runtime.gate.current()
        if found is None or form not in ("csv", "xlsx"):
            abort(404)
        t = texts(request.cookies.get("language"))
        now = runtime.now()
        categories = {category.id for category in runtime.config.categories}
        exclusions = exclusions_of(runtime.config)
        query, situation = request.query_string.decode(), runtime.picture.situation
        rows = _rows(runtime, read_listing(query, found.actor.scope, situation, categories, now, exclusions), t)
        with writing(runtime.sessions, now) as session:
            note(session, found.name, "cases_exported", now, query=query[:500], form=form)
        name = f"cases-{now.astimezone(SHANGHAI):%Y%m%d-%H%M%S}.{form}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        if form == "csv":
            return Response(_csv(rows), headers=headers, mimetype="text/csv; charset=utf-8")
        return Response(_xlsx(rows), headers=headers, mimetype=XLSX)

    return blueprint


def _rows(runtime: Runtime, listing: Listing, t: Texts) -> Iterator[list[Any]]:
    """The heading and then every case. It is read while the answer is sent, when there is no request any more."""
    names = runtime.area_names()
    yield [t(title) for _, title in COLUMNS]
    with runtime.sessions.read() as session:
        for row in all_case_rows(session, listing.filter, MOST_ROWS):
            yield [cell_text(name, row, runtime.config, names, t) for name, _ in COLUMNS]


def _csv(rows: Iterable[list[Any]]) -> Iterator[bytes]:
    """UTF-8 with a mark, so that spreadsheets read it; cells that look like formulas are made harmless."""
    yield b"\xef\xbb\xbf"
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow([harmless(_plain(value)) for value in row])
        yield line.getvalue().encode()


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return "" if value is None else str(value)


def _xlsx(rows: Iterable[list[Any]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("cases")
    for row in rows:
        sheet.append([value if isinstance(value, int | float | datetime) else _cell(value) for value in row])
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def _cell(value: Any) -> str:
    """Text without characters that a workbook cannot hold; as text it is never taken for a formula."""
    text = "".join(char for char in _plain(value) if char >= " " or char in "\n\t")
    return harmless(text)
