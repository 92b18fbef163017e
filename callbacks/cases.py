"""The list of cases: an address says which, the grid asks for stretches of it."""

from typing import Any
from urllib.parse import parse_qs, urlencode

from dash import ClientsideFunction, Dash, Input, Output, State, no_update
from dash.development.base_component import Component

from callbacks.context import Asker, asker, desk
from dashboard.config.measures import exclusions_of
from dashboard.domain.periods import PeriodName, read_period
from dashboard.runtime import Runtime
from dashboard.viewmodels.case_list import BEHIND, Listing, case_page, read_listing
from dashboard.viewmodels.measures import group_words
from layouts.case_columns import words
from layouts.components.behind import behind_heading
from layouts.ids import Cases, Sink, Where
from layouts.labels import CLOCKS, FACES, PERIODS
from layouts.pages.cases import cases_page, exports, heading
from layouts.texts import Texts

FILTERS = {
    "area": "区域",
    "opened": "受理",
    "closed": "办结",
    "category": "类别",
    "channel": "渠道",
    "stage": "阶段",
    "state": "状态",
    "located": "位置",
    "clock": "时钟",
    "due": "到期",
    "result": "结果",
    "q": "查找",
}
VALUES = {
    "open": "在办",
    "breached": "超期",
    "due": "全部",
    "met": "按期",
    "late": "未按期",
    "none": "未定位",
    "here": "只定位到本级",
    "point": "有坐标",
    "no_point": "无坐标",
}


def page(runtime: Runtime) -> Any:
    """The page's skeleton."""
    who = asker(runtime)
    return desk(cases_page(who.t), "/cases", runtime, who)


def register(app: Dash, runtime: Runtime) -> None:
    """Wire the page."""

    @app.callback(
        Output(Cases.HEAD, "children"),
        Output(Cases.EXPORTS, "children"),
        Output(Cases.SEARCH, "value"),
        Input(Where.CASES, "search"),
    )
    def show_filters(search: str | None) -> Any:
        who = asker(runtime)
        found = listing(runtime, search, who)
        head = heading(_given(runtime, found, who), _behind(runtime, found, who), who.t)
        return head, exports(search or "", who.t), found.given.get("q", "")

    @app.callback(
        Output(Where.CASES, "search"),
        Input(Cases.SEARCH, "value"),
        State(Where.CASES, "search"),
        prevent_initial_call=True,
    )
    def search_for(text: str | None, search: str | None) -> Any:
        asked = {key: values[0] for key, values in parse_qs((search or "").lstrip("?")).items()}
        if (text or "").strip() == asked.get("q", ""):
            return no_update
        wanted = asked | {"q": (text or "").strip()}
        return "?" + urlencode({key: value for key, value in wanted.items() if value})

    @app.callback(
        Output(Cases.GRID, "getRowsResponse"),
        Output(Cases.COUNT, "children"),
        Input(Cases.GRID, "getRowsRequest"),
        State(Where.CASES, "search"),
        prevent_initial_call=True,
    )
    def send_rows(request: dict[str, Any] | None, search: str | None) -> Any:
        if request is None:
            return no_update
        who = asker(runtime)
        sort = [(_column(one["colId"]), one["sort"] == "desc") for one in request.get("sortModel", [])]
        with runtime.sessions.read() as session:
            found = case_page(
                session,
                listing(runtime, search, who),
                runtime.picture.situation,
                runtime.area_names(),
                start=request["startRow"],
                end=request["endRow"],
                sort=sort,
            )
        rows = [_words(row, runtime, who.t) for row in found.rows]
        words = "{n} 件以上" if found.total.is_longer else "{n} 件"
        return {"rowData": rows, "rowCount": found.total.cases}, who.t.n(words, found.total.cases)

    app.clientside_callback(
        ClientsideFunction("live", "relist"),
        Output(Sink.LIST, "data"),
        Input(Where.CASES, "search"),
        prevent_initial_call=True,
    )


def listing(runtime: Runtime, search: str | None, who: Asker) -> Listing:
    """The filters of an address for somebody."""
    config = runtime.config
    known = {category.id for category in config.categories} | {group.id for group in config.groups}
    return read_listing(
        search, who.principal.actor.scope, runtime.picture.situation, known, runtime.now(), exclusions_of(config)
    )


def _column(name: str) -> str:
    return "area_code" if name == "area" else name


def _given(runtime: Runtime, found: Listing, who: Asker) -> list[tuple[str, str, str]]:
    """Every filter as name, value, and the address without it."""
    rows = []
    for name, value in found.given.items():
        if name in BEHIND:
            continue
        rest = {key: other for key, other in found.given.items() if key != name}
        rows.append((who.t(FILTERS[name]), _value(runtime, name, value, who.t), "/cases?" + urlencode(rest)))
    return rows


def _behind(runtime: Runtime, found: Listing, who: Asker) -> list[Component]:
    """The measure whose cases are listed, if any."""
    behind, span = found.filter.behind, read_period(found.given.get("period"), runtime.now())
    if behind is None or span is None:
        return []
    with runtime.sessions.read() as session:
        group = group_words(session, runtime.desk, behind, runtime.now())
    return behind_heading(found.given, span, group, who.t)


def _value(runtime: Runtime, name: str, value: str, t: Texts) -> str:
    if name == "area":
        return runtime.area_names().get(value, value)
    if name in ("opened", "closed", "due"):
        return t(PERIODS[PeriodName(value)]) if value in set(PeriodName) else value
    if name == "clock":
        return t({clock.value: text for clock, text in CLOCKS.items()}[value])
    if name in ("category", "channel", "stage"):
        groups = {group.id: t.pick(group.name) for group in runtime.config.groups}
        return groups.get(value) or words(name, value, runtime.config, t)
    faces = {face.value: text for face, text in FACES.items()}
    return t(VALUES.get(value) or faces.get(value, value))


def _words(row: dict[str, Any], runtime: Runtime, t: Texts) -> dict[str, Any]:
    """A row in words, with instants as people in Shanghai read them."""
    named = {name: words(name, row[name], runtime.config, t) for name in ("category", "severity", "stage", "channel")}
    faces = {face.value: t(text) for face, text in FACES.items()}
    times = {name: t.time(row[name]) if row[name] else "" for name in ("opened_at", "closed_at", "due_at")}
    return row | named | times | {"state": faces.get(row["state"], ""), "face": row["state"]}
