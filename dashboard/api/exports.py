"""The list of cases as a file: CSV or XLSX, with the same filters as the screen, up to this very moment."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue

from callbacks.cases import listing
from callbacks.context import asker
from dashboard.api.sheets import FORMS, as_file
from dashboard.auth.accounts import note
from dashboard.runtime import Runtime
from dashboard.store.case_list import all_case_rows
from dashboard.store.cases import cases_by_id
from dashboard.store.engine import writing
from dashboard.viewmodels.case_list import Listing
from layouts.case_columns import COLUMNS, cell_text
from layouts.texts import Texts

MOST_ROWS = 200_000


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
        if form not in FORMS:
            abort(404)
        who, now, query = asker(runtime), runtime.now(), request.query_string.decode()
        rows = _rows(runtime, listing(runtime, query, who), who.t)
        with writing(runtime.sessions, now) as session:
            note(session, who.principal.name, "cases_exported", now, query=query[:500], form=form)
        return as_file("cases", form, rows, now)

    return blueprint


def _rows(runtime: Runtime, listing: Listing, t: Texts) -> Iterator[list[Any]]:
    """The heading and then every case. It is read while the answer is sent, when there is no request any more."""
    names = runtime.area_names()
    yield [t(title) for _, title in COLUMNS]
    with runtime.sessions.read() as session:
        for row in all_case_rows(session, listing.filter, MOST_ROWS):
            yield [cell_text(name, row, runtime.config, names, t) for name, _ in COLUMNS]
