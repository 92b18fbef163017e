"""The page of measures: an address in, a table out. Counted once for everybody who asks the same."""

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output

from callbacks.context import Asker, asker, desk
from dashboard.domain.periods import recent_months
from dashboard.runtime import Runtime
from dashboard.viewmodels.breadcrumb import way
from dashboard.viewmodels.measure_page import MeasurePage, read_measure_page
from dashboard.viewmodels.measures import MeasureTable, measure_table
from layouts.ids import Measures, Sink, Where
from layouts.pages.measures import body, head, measures_page

MONTHS = 13


def page(runtime: Runtime) -> Any:
    """The page's skeleton."""
    who = asker(runtime)
    return desk(measures_page(who.t), "/measures", runtime, who)


def register(app: Dash, runtime: Runtime) -> None:
    """Wire the page."""

    @app.callback(
        Output(Measures.HEAD, "children"),
        Output(Measures.TREE, "data"),
        Input(Where.MEASURES, "search"),
        Input(Measures.TICK, "n_intervals"),
    )
    def show_measures(search: str | None, _tick: int | None) -> Any:
        who = asker(runtime)
        shown = measure_view(runtime, search, who)
        table = table_of(runtime, shown, who)
        with runtime.sessions.read() as session:
            scope, situation = who.principal.scope, runtime.picture.situation
            found = way(session, situation, shown.asked.area, scope, runtime.today)
        district = runtime.config.district
        found = found.named(district.code, who.t.pick(district.name))
        return head(found, shown, recent_months(runtime.now(), MONTHS), who.t), body(table, shown, who.t)

    app.clientside_callback(
        ClientsideFunction("live", "build"), Output(Sink.MEASURES, "data"), Input(Measures.TREE, "data")
    )


def measure_view(runtime: Runtime, search: str | None, who: Asker) -> MeasurePage:
    """What the address means for somebody."""
    groups = {group.id for group in runtime.config.groups}
    return read_measure_page(search, who.principal.scope, groups, runtime.now())


def table_of(runtime: Runtime, shown: MeasurePage, who: Asker) -> MeasureTable:
    """The table of a page."""
    found = runtime.measured.of((who.principal.actor.scope, shown.asked))
    with runtime.sessions.read() as session:
        return measure_table(session, runtime.desk, shown.asked, found, shown.group)
