"""The frame of every page: the address, what the page shows, and the bar of the pages for people."""

from collections.abc import Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from layouts.components.export import export_menu, export_state
from layouts.ids import Leader, Shell, Sink, Tile, Where
from layouts.texts import Texts

PAGES = (("/", "总览"), ("/cases", "案件"), ("/measures", "考核指标"), ("/snapshots", "快照"), ("/sources", "数据源"))


def shell() -> html.Div:
    """What Dash draws first; the page itself follows from the address."""
    return html.Div(
        [
            dcc.Location(id=Shell.URL, refresh="callback-nav"),
            dcc.Store(id=Shell.VIEW),
            dcc.Store(id=Leader.FIGURES),
            html.Div(id=Shell.PAGE),
            html.Div(id=Shell.TOAST, className="toast", role="alert"),
            *export_state(),
            *(dcc.Store(id=sink) for sink in Sink),
        ]
    )


def listener(where: Where) -> dcc.Location:
    """The address as one page hears it."""
    return dcc.Location(id=where, refresh="callback-nav")


def desk_page(
    body: Sequence[Any], t: Texts, *, path: str, title: str, is_demo: bool, theme: str, live: bool
) -> html.Div:
    """A page for people: the bar on top, then the body."""
    return html.Div(
        [
            html.A(t("跳到内容"), href="#content", className="skip"),
            html.Header(
                [
                    dcc.Link([html.B(t("一网")), " · ", title], href="/", className="brand"),
                    html.Nav(
                        [dcc.Link(t(name), href=href, className="on" if href == path else "") for href, name in PAGES],
                        **{"aria-label": t("页面")},
                    ),
                    html.Span(t("演示数据"), className="tag") if is_demo else None,
                    html.Div(id="wall-lights", className="lights") if live else None,
                    html.Span(id=Tile.STATUS, className="status", role="status") if live else None,
                    export_menu(t),
                    *_choices(t, theme),
                ],
                className="bar-top",
            ),
            html.Main(list(body), id="content", tabIndex=-1),
        ],
        className="desk",
    )


def _choices(t: Texts, theme: str) -> list[Component]:
    """Links that change theme and language, and the way out."""
    other_theme, theme_name = ("light", "浅色") if theme == "dark" else ("dark", "深色")
    other_language, language_name = ("en", "English") if t.language == "zh" else ("zh", "中文")
    return [
        html.A(t(theme_name), href=f"/settings/theme/{other_theme}", className="choice"),
        html.A(language_name, href=f"/settings/language/{other_language}", lang=other_language, className="choice"),
        html.Button(t("退出"), className="choice", **{"data-sign-out": "yes"}),
    ]


def not_found(t: Texts) -> list[Component]:
    """What an unknown address shows."""
    return [
        html.Section(
            [
                html.H1(t("没有这个页面")),
                html.P(t("地址可能有误，或您无权查看。")),
                dcc.Link(t("回到总览"), href="/", className="button"),
            ],
            className="message",
        )
    ]
