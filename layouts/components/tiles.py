"""Tiles: a frame with a title and a place that the browser fills from the live frames.

A tile knows five states: loading (a skeleton, once), live, stale (greyed while the page is cut off), empty, error.
"""

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.ids import Tile
from layouts.texts import Texts

Children = Sequence[Any]


def icon(state: str) -> html.Span:
    """The shape of a state; colour alone never says it."""
    return html.Span(className=f"icon {state}", **{"aria-hidden": "true"})


def tile(
    title: str, children: Children, *, note: Any = None, empty: str = "", className: str = "", state: str = "loading"
) -> html.Section:
    """A tile with a heading; `empty` is said while there is nothing to show."""
    head = html.Header([html.H2(title), html.Span(note, className="end m") if note is not None else None])
    return html.Section(
        [head, *children, html.P(empty, className="nothing")],
        className=f"tile {className}".strip(),
        **{"data-tile": state},
    )


def kpi(name: str, title: str, formula: str, *, state: str | None = None, linked: bool = False) -> html.Section:
    """One number of the strip; its texts are written by the browser."""
    number = [html.B(className="v"), html.Small(className="unit")]
    value: Component = (html.A if linked else html.Div)(number, className=f"value {state or ''}".strip())
    heading = [icon(state)] if state else []
    note = (
        html.Span([icon("stale"), html.Span()], className="note risk end", hidden=True) if name == "received" else None
    )
    return html.Section(
        [
            html.Div([*heading, html.Span(title), note], className="name", title=formula),
            value,
            html.Div([html.Span(className="before"), html.Span(className="change")], className="prev"),
        ],
        className="kpi",
        **{"data-kpi": name, "data-tile": "loading"},
    )


FORMULAS = {
    "received": "今日 0 时以来受理的案件，不含已并案；与昨日同一时刻比较",
    "open": "尚未办结、撤回或答复的案件；与昨日此时比较",
    "at_risk": "在办案件中，最急的时钟已用去目标的 80% 以上而未到期",
    "breached": "在办案件中，至少一个时钟已过期限而未停",
    "closed": "今日 0 时以来核查办结的案件；与昨日同一时刻比较",
    "respond": "响应及时率 = 按期响应 ÷ 今日到期的响应时钟，不含不适用与暂停；目标 30 分钟",
    "arrive": "到场及时率 = 按期到场 ÷ 今日到期的到场时钟，不含不适用与暂停；目标 2 小时",
    "feedback": "反馈及时率 = 按期反馈 ÷ 今日到期的反馈时钟，不含不适用与暂停；目标 24 小时",
    "year": "本月 1 日至今受理，与去年同月同一时段比较",
}
KPI_NAMES = (
    ("received", "今日受理", None),
    ("open", "在办", None),
    ("at_risk", "临期", "at_risk"),
    ("breached", "超期", "breached"),
    ("closed", "今日办结", None),
    ("respond", "响应及时率", None),
    ("arrive", "到场及时率", None),
    ("feedback", "反馈及时率", None),
    ("year", "本月受理同比", None),
)


def kpi_strip(t: Texts, *, linked: bool = False) -> html.Div:
    """The nine numbers; `linked` ones lead to the cases behind them, whose addresses come with the page's view."""
    return html.Div(
        [kpi(name, t(title), t(FORMULAS[name]), state=state, linked=linked) for name, title, state in KPI_NAMES],
        className="kpis",
        id=Tile.KPIS,
    )


FACES = (
    ("breached", "超期"),
    ("at_risk", "临期"),
    ("on_track", "未到期"),
    ("paused", "暂停"),
    ("checked", "待核查"),
)


def face_counts(t: Texts) -> list[Component]:
    """How many cases show each state, as a bar and as numbers."""
    bar = html.Div(
        [html.Span(className=name, **{"data-share": name}) for name, _ in FACES],
        className="states",
        **{"aria-hidden": "true"},
    )
    counts = [
        html.Span([icon(name), html.Span(t(text), className="m"), html.B()], **{"data-face": name})
        for name, text in FACES
    ]
    return [bar, html.Div(counts, className="counts")]
