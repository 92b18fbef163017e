"""The page of measures as a file, with the same numbers as the screen."""

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from callbacks.context import asker
from callbacks.measures import measure_view, table_of
from dashboard.api.sheets import FORMS, as_file
from dashboard.auth.accounts import note
from dashboard.runtime import Runtime
from dashboard.store.engine import writing
from layouts.measure_columns import measure_rows


def measure_export_blueprint(runtime: Runtime) -> Blueprint:
    """The routes /measures/export.csv and /measures/export.xlsx."""
    blueprint = Blueprint("measure_exports", __name__, url_prefix="/measures")

    @blueprint.get("/export.<form>")
    def export(form: str) -> ResponseReturnValue:
        if form not in FORMS:
            abort(404)
        who, now, query = asker(runtime), runtime.now(), request.query_string.decode()
        table = table_of(runtime, measure_view(runtime, query, who), who)
        with writing(runtime.sessions, now) as session:
            note(session, who.principal.name, "measures_exported", now, query=query[:500], form=form)
        return as_file("measures", form, measure_rows(table, who.t), now)

    return blueprint
