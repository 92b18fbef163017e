"""The head of a case's page: what it is, where it stands, and what can be done."""

from collections.abc import Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.config import Config
from dashboard.domain.levels import HandlingLevel
from dashboard.domain.policies import Severity
from dashboard.domain.stages import Stage
from dashboard.viewmodels.acts import Possible
from dashboard.viewmodels.case_detail import CaseDetail
from layouts.case_columns import words
from layouts.components.tiles import icon
from layouts.forms import KINDS
from layouts.labels import HANDLING_LEVELS, SEVERITIES, STAGES
from layouts.refusals import refusal
from layouts.texts import Texts

STEPS = (Stage.RECEIVED, Stage.RESPONDED, Stage.ON_SITE, Stage.FED_BACK, Stage.CLOSED)


def head(detail: CaseDetail, acts: Sequence[Possible], config: Config, t: Texts) -> list[Component]:
    """Title, facts, stages and the bar of acts."""
    category = words("category", detail.case.category, config, t)
    title = html.Div(
        [
            html.P([html.Span(detail.case.number, className="m"), *_tags(detail, t)]),
            html.H1(f"{detail.case.place} · {category}"),
            html.P([*_facts(detail, t), *_links(detail, t)], className="facts m"),
        ]
    )
    return [html.Header([title, _stages(detail.case.stage, t)], className="case-head"), _bar(acts, t)]


def _tags(detail: CaseDetail, t: Texts) -> list[Component]:
    case = detail.case
    tags = [t(SEVERITIES[Severity(case.severity)])] if case.severity != Severity.NORMAL else []
    tags += [t("群发事件")] if case.is_mass else []
    tags += [t("督办")] if case.instructions else []
    tags += [t("历史记录")] if case.is_history else []
    return [html.Span(tag, className="tag") for tag in tags]


def _facts(detail: CaseDetail, t: Texts) -> list[Component]:
    case = detail.case
    area = detail.names.get(case.handled_area or "", "")
    level = t(HANDLING_LEVELS[HandlingLevel(case.handled_level)])
    facts = [
        t.n("{n} 条诉求", case.report_count),
        t.n("{n} 个渠道", len(detail.channels)),
        t("第 {n} 轮", n=case.round),
        t("{level}级负责：{area}", level=level, area=area) if case.is_open else "",
        t("经办人 {name}", name=case.assignee) if case.assignee else "",
        t.n("退回 {n} 次", case.returns) if case.returns else "",
    ]
    return [html.Span(fact) for fact in facts if fact]


def _links(detail: CaseDetail, t: Texts) -> list[Component]:
    known = (("重复诉求，前案 ", detail.repeat_of), ("已并入 ", detail.merged_into))
    return [html.Span([t(text), dcc.Link(number, href=f"/cases/{number}")]) for text, number in known if number]


def _stages(stage: str, t: Texts) -> html.Ol:
    """How far the case has come; a stage beside the way stands at the end."""
    current = Stage(stage)
    steps = [*STEPS, *([current] if current not in STEPS else [])]
    at = steps.index(current)
    return html.Ol(
        [
            html.Li(
                [icon("met") if number < at and current in STEPS else None, t(STAGES[step])],
                className="now" if step is current else "done" if number < at and current in STEPS else "",
                **({"aria-current": "step"} if step is current else {}),
            )
            for number, step in enumerate(steps)
        ],
        className="stages",
    )


def _bar(acts: Sequence[Possible], t: Texts) -> Component:
    """What can be done now stands in the bar, the rest in a menu that says why not."""
    own = [one for one in acts if one.task is None]
    main = [one for one in own if KINDS[one.name].group == "main" and not one.blocked]
    rest = [one for one in own if one not in main]
    menu = html.Details(
        [html.Summary(t("更多")), html.Div([act_button(one, t, reason=True) for one in rest], className="items")],
        className="menu",
    )
    others = html.Span(id="case-others", className="others m", role="status")
    if not own:
        return html.Div(others, className="acts")
    return html.Div([*(act_button(one, t) for one in main), menu, others], className="acts")


def act_button(one: Possible, t: Texts, *, reason: bool = False, more: str = "") -> html.Button:
    """A button that opens the dialog of an act; a refused one is off and says why."""
    kind = KINDS[one.name]
    key = html.Kbd(kind.key.upper()) if kind.key else None
    why = refusal(one.blocked, t) if one.blocked else None
    said: dict[str, Any] = {"data-act": one.name} | ({"data-task": one.task} if one.task else {})
    text = [t(kind.title), key, html.Small(why) if why and reason else None]
    return html.Button(text, className=f"button {more}".strip(), disabled=bool(why), title=why, **said)
