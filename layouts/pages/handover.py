"""The hand-over sheet, on screen and on paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.config import Config
from dashboard.domain.events import EventKind
from dashboard.services.parties import Register
from dashboard.store.handling import Handover
from dashboard.viewmodels.handover import HandoverPage
from layouts.case.panel import panel
from layouts.case_columns import words
from layouts.components.tiles import icon
from layouts.ids import Where
from layouts.labels import CLOCKS, EVENTS, FACES
from layouts.pages.queue import BESIDE, VIEWS
from layouts.shell import listener
from layouts.texts import Texts

Json = Mapping[str, Any]
HEADS = ("案件编号", "类别", "地点", "阶段", "状态", "期限", "牵头单位")


@dataclass(frozen=True)
class Sheet:
    """What one sheet says in words: done, waiting, urgent, instructions, silent sources."""

    content: Json
    config: Config
    register: Register
    t: Texts

    def body(self) -> list[Component]:
        """All of it."""
        t = self.t
        return [
            html.Div([self._done(), self._waiting()], className="pair"),
            panel(t("紧急案件"), [self._urgent(), self._unlisted()], note=t("超期，或两小时内到期")),
            panel(t("panel|批示督办"), [self._orders()]),
            panel(t("数据源"), [html.P(self._sources())]),
        ]

    def span(self) -> str:
        """From when to when."""
        return self.t("{a} 至 {b}", a=self._time(self.content["since"]), b=self._time(self.content["at"]))

    def _time(self, text: str) -> str:
        return self.t.time(datetime.fromisoformat(text))

    def _done(self) -> html.Section:
        names = {kind.value: text for kind, text in EVENTS.items()} | {EventKind.OPENED.value: "受理"}
        return panel(self.t("本班办理"), [self._numbers(self.content["done"], names)])

    def _waiting(self) -> html.Section:
        names = {**dict(VIEWS), **dict(BESIDE), "notices": "未确认提醒"}
        counts = {**self.content["waiting"], "notices": self.content["notices"]}
        return panel(self.t("交接待办"), [self._numbers(counts, names)])

    def _numbers(self, counts: Mapping[str, int], names: Mapping[str, str]) -> html.Dl:
        pairs = [[html.Dt(self.t(names[name])), html.Dd(html.B(self.t.number(n)))] for name, n in counts.items()]
        return html.Dl([html.Div(pair) for pair in pairs], className="numbers")

    def _urgent(self) -> Component:
        rows = self.content["urgent"]
        if not rows:
            return html.P(self.t("没有紧急案件"), className="m")
        head = html.Thead(html.Tr([html.Th(self.t(text), scope="col") for text in HEADS]))
        return html.Div(html.Table([head, html.Tbody([self._row(row) for row in rows])]), className="sheet scroll")

    def _unlisted(self) -> html.P | None:
        """What the table leaves out; sheets of earlier versions do not tell."""
        left = self.content.get("urgent_unlisted", 0)
        return html.P(self.t("另有 {n} 件", n=self.t.number(left)), className="m") if left else None

    def _row(self, row: Json) -> html.Tr:
        faces = {face.value: self.t(text) for face, text in FACES.items()}
        clocks = {clock.value: self.t(text) for clock, text in CLOCKS.items()}
        cells = [
            dcc.Link(row["number"], href=f"/cases/{row['number']}", className="case-link"),
            words("category", row["category"], self.config, self.t),
            row["place"],
            words("stage", row["stage"], self.config, self.t),
            html.Span([icon(row["state"]), faces[row["state"]]], className=row["state"]),
            f"{clocks[row['clock']]} {self._time(row['due'])}" if row["due"] else "—",
            self.register.name(row["lead"], self.t.language) if row["lead"] else "—",
        ]
        return html.Tr([html.Td(cell) for cell in cells])

    def _orders(self) -> Component:
        rows = self.content["instructions"]
        if not rows:
            return html.P(self.t("没有未回复的批示"), className="m")
        return html.Ul([self._order(row) for row in rows])

    def _order(self, row: Json) -> html.Li:
        until = html.Span(self.t("{at} 前", at=self._time(row["due"])), className="m")
        return html.Li([html.B(row["by"]), f" {row['text']} ", until])

    def _sources(self) -> Sequence[Any]:
        silent = [self.t.pick(source.name) for source in self.config.sources if source.id in self.content["silent"]]
        if not silent:
            return [icon("on_track"), self.t("全部正常")]
        return [icon("stale"), self.t("未更新：{names}", names=self.t("，").join(silent))]


def handover_body(
    page: HandoverPage, config: Config, register: Register, t: Texts, *, may_handle: bool
) -> list[Component]:
    """The sheet as of now with the button that hands it over, and the earlier ones."""
    sheet = Sheet(page.content, config, register, t)
    ask = {"data-post": "/console/handover", "data-ask": t("需要交代的事项"), "data-said": t("已交班")}
    button = html.Button(t("交班"), className="button primary", **ask, **{"data-reload": "yes"}) if may_handle else None
    earlier = [_earlier(one, Sheet(one.content, config, register, t)) for one in page.earlier]
    return [
        listener(Where.CONSOLE),
        html.Div([html.H1(t("交班单")), html.Span(sheet.span(), className="m"), button], className="head"),
        *sheet.body(),
        panel(t("以往交班"), earlier or [html.P(t("还没有交过班"), className="m")]),
    ]


def _earlier(one: Handover, sheet: Sheet) -> html.Details:
    title = [html.B(sheet.t.time(one.created_at)), f" {one.created_by} ", html.Span(one.note, className="m")]
    return html.Details([html.Summary(title), *sheet.body()], className="earlier-sheet")
