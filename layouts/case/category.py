"""The category that a case's text seems to be of, why, and what people made of such suggestions."""

from dash import html
from dash.development.base_component import Component

from dashboard.config import Config
from dashboard.services.categories import Decided
from dashboard.store.models import Case
from dashboard.viewmodels.categories import CategoryHint, Fate
from layouts.case.panel import nothing, panel
from layouts.case_columns import words
from layouts.labels import FATES
from layouts.texts import Texts


def category(case: Case, hint: CategoryHint | None, config: Config, t: Texts, *, may_handle: bool) -> Component:
    """The suggestion with its words and its certainty; the decision is a person's."""
    if hint is None:
        return nothing()
    waits = hint.fate is Fate.WAITING
    name = words("category", hint.category, config, t)
    certainty = html.Span(t("把握 {p}", p=t.percent(hint.certainty, 0)), className="m")
    fate = None if waits else html.Span(t(FATES[hint.fate]), className="tag")
    return panel(
        t("类别建议"),
        [
            html.P([html.B(name), certainty, fate]),
            _because(hint, t),
            _decide(case, t) if waits and may_handle and case.is_open else None,
            html.P(_before(hint.before, t), className="m") if hint.before.settled else None,
        ],
        note=t("由本区已结案件学得"),
        className="hint",
    )


def _because(hint: CategoryHint, t: Texts) -> html.P | None:
    if not hint.words:
        return None
    return html.P([html.Span(t("依据"), className="m"), *(html.Mark(word) for word in hint.words)])


def _decide(case: Case, t: Texts) -> html.P:
    path = f"/console/cases/{case.number}/category/reject"
    return html.P(
        [
            html.Button(t("采纳并改类"), className="button small", **{"data-act": "reclassify"}),
            html.Button(t("不采纳"), className="button small", **{"data-post": path, "data-said": t("已记录")}),
        ],
        className="buttons",
    )


def _before(before: Decided, t: Texts) -> str:
    return t(
        "近 90 天此类建议处理 {n} 条：采纳 {taken}，改为他类 {other}，不采纳 {against}",
        n=t.number(before.settled),
        taken=t.number(before.taken),
        other=t.number(before.other),
        against=t.number(before.against),
    )
