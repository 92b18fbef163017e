"""The list of cases behind a number."""

from typing import Any

import dash_ag_grid as dag
from dash import dcc, html
from dash.development.base_component import Component

from layouts.ids import Cases, Where
from layouts.shell import listener
from layouts.texts import Texts

PAGE = 100
THEME = {
    "function": "themeQuartz.withParams({accentColor: 'var(--accent)', backgroundColor: 'var(--surface)',"
    " foregroundColor: 'var(--text)', borderColor: 'var(--line)', chromeBackgroundColor: 'var(--raised)',"
    " headerTextColor: 'var(--muted)', fontFamily: 'inherit', fontSize: 14, rowHoverColor: 'var(--raised)',"
    " wrapperBorder: false, headerHeight: 40, rowHeight: 38})"
}
WIDTHS = {
    "number": 160,
    "opened_at": 170,
    "category": 180,
    "severity": 90,
    "stage": 120,
    "state": 120,
    "due_at": 170,
    "area": 190,
    "place": 210,
    "channel": 140,
    "report_count": 90,
    "closed_at": 170,
    "summary": 360,
}
TITLES = {
    "number": "案件编号",
    "opened_at": "受理时间",
    "category": "类别",
    "severity": "严重程度",
    "stage": "阶段",
    "state": "时钟状态",
    "due_at": "最近期限",
    "area": "区域",
    "place": "地点",
    "channel": "首报渠道",
    "report_count": "诉求数",
    "closed_at": "办结时间",
    "summary": "内容",
}
SORTABLE = ("number", "opened_at", "closed_at", "category", "severity", "stage", "area", "channel", "report_count")


def cases_page(t: Texts) -> list[Component]:
    """The page: what is listed, a search, the grid, the exports."""
    return [
        html.Div(id=Cases.HEAD, className="head"),
        html.Div(
            [
                html.Label([html.Span(t("编号或地点"), className="visually-hidden"), _search(t)], className="search"),
                html.Span(id=Cases.COUNT, className="m", role="status"),
                html.Span(id=Cases.EXPORTS, className="end"),
            ],
            className="toolbar",
        ),
        html.Div(_grid(t), className="tile list"),
        listener(Where.CASES),
    ]


def _search(t: Texts) -> dcc.Input:
    return dcc.Input(id=Cases.SEARCH, type="search", placeholder=t("案件编号或地点，回车查找"), debounce=True)


def _grid(t: Texts) -> dag.AgGrid:
    columns: list[dict[str, Any]] = [
        {
            "field": name,
            "headerName": t(title),
            "width": WIDTHS[name],
            "sortable": name in SORTABLE,
            "tooltipField": name if name in ("summary", "place") else None,
        }
        for name, title in TITLES.items()
    ]
    columns[0] |= {"cellRenderer": "CaseLink", "pinned": "left"}
    columns[5] |= {"cellRenderer": "CaseState"}
    return dag.AgGrid(
        id=Cases.GRID,
        columnDefs=columns,
        rowModelType="infinite",
        getRowId="params.data.id",
        columnSize=None,
        dashGridOptions={
            "theme": THEME,
            "cacheBlockSize": PAGE,
            "maxBlocksInCache": 20,
            "rowSelection": {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True},
            "localeText": {"noRowsToShow": t("没有符合条件的案件"), "loadingOoo": t("正在查询")},
            "enableCellTextSelection": True,
            "suppressMovableColumns": True,
            "tooltipShowDelay": 300,
        },
        className="cases-grid",
        style={"height": "100%"},
    )


def heading(given: list[tuple[str, str, str]], behind: list[Component], t: Texts) -> list[Component]:
    """What is listed: each filter with a link that takes it away, and the measure behind which the cases stand."""
    chips = [
        html.Span(
            [
                html.Span(name, className="m"),
                f" {value} ",
                dcc.Link("✕", href=without, title=t("去掉这个条件"), refresh=False),
            ],
            className="chip",
        )
        for name, value, without in given
    ]
    everything = [html.Span(t("全部案件，最新在前"), className="m")]
    return [html.H1(t("案件")), *(chips + behind or everything)]


def exports(query: str, t: Texts) -> list[Component]:
    """Links to the same list as a file."""
    return [
        html.A(
            t("导出 {form}", form=form.upper()), href=f"/cases/export.{form}{query}", className="button", download=""
        )
        for form in ("csv", "xlsx")
    ]
