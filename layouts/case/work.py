"""Who works on a case, what may be the same event, what is to be done and what was done here before."""

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.config import Config
from dashboard.domain.dispatch import Task
from dashboard.store.models import Case
from dashboard.viewmodels.acts import Possible
from dashboard.viewmodels.case_detail import CaseDetail
from dashboard.viewmodels.case_handling import Before, CaseHandling, Double
from layouts.case.clocks import duration
from layouts.case.head import act_button
from layouts.case.panel import countdown, nothing, panel
from layouts.case_columns import words
from layouts.labels import HANDLING_LEVELS, LIKENESS, TASK_STATES
from layouts.texts import Texts


def tasks(detail: CaseDetail, handling: CaseHandling, acts: Sequence[Possible], t: Texts) -> html.Section:
    """What each party has to do: the lead first, earlier rounds last."""
    ordered = sorted(handling.tasks, key=lambda task: (-task.round, not task.is_lead, task.number))
    rows = [_task(task, detail, handling, [one for one in acts if one.task == task.number], t) for task in ordered]
    empty = html.P(t("还没有派遣；响应后可派遣责任单位"), className="m")
    return panel(t("任务"), [html.Ul(rows, className="tasks") if rows else empty], note=t("牵头一个，协办不限"))


def _task(task: Task, detail: CaseDetail, handling: CaseHandling, acts: Sequence[Possible], t: Texts) -> html.Li:
    facts = [
        html.B(handling.register.name(task.party, t.language)),
        html.Span(t("牵头") if task.is_lead else t("协办"), className="m"),
        html.Span(t(TASK_STATES[task.state]), className="tag"),
        html.Span(t("第 {n} 轮", n=task.round), className="m") if task.round != detail.case.round else None,
        _time(task, t),
    ]
    said = task.result or task.reason
    buttons = [act_button(one, t, more="small") for one in acts if not one.blocked]
    buttons += [_link(task, t)] if buttons else []
    return html.Li(
        [
            html.P(facts),
            html.P(said, className="m") if said else None,
            html.P(buttons, className="buttons") if buttons else None,
        ]
    )


def _time(task: Task, t: Texts) -> Component:
    """The time left to the task's next deadline, its own clock and not the citizen's; or when it ended."""
    due = task.next_due_at
    if due is None:
        return html.Span(t.time(task.done_at or task.returned_at or task.cancelled_at), className="m")
    return countdown(t("办理期限") if task.accepted_at else t("签收期限"), task.accepted_at or task.assigned_at, due)


def _link(task: Task, t: Texts) -> html.Button:
    title = t("给没有账号的单位：限期、只能办理这一个任务")
    return html.Button(t("办理链接"), className="button small", title=title, **{"data-link": task.number})


def doubles(detail: CaseDetail, handling: CaseHandling, config: Config, t: Texts, *, may_handle: bool) -> Component:
    """Cases that may be the same event, each beside this one with the reasons."""
    if not handling.doubles:
        return nothing()
    rows = [_double(one, detail.case, config, t, may_handle) for one in handling.doubles]
    return panel(t("疑似重复"), rows, note=t("并案由人决定"), className="doubles")


def _double(one: Double, case: Case, config: Config, t: Texts, may_handle: bool) -> html.Article:
    distance = t("距离不明") if one.metres is None else t("相距 {n} 米", n=t.number(one.metres))
    span = duration(abs(one.minutes), t)
    later = t("晚 {span}", span=span) if one.minutes >= 0 else t("早 {span}", span=span)
    why = [html.Li(_reason(name, weight, t)) for name, weight in one.suggestion.reasons.items() if name in LIKENESS]
    certainty = t("相似度 {p}", p=t.percent(one.suggestion.certainty, 0))
    return html.Article(
        [
            html.Div([_side(case, config, t, t("本案")), _side(one.other, config, t, later)], className="sides"),
            html.P([html.B(certainty), html.Span(distance, className="m")]),
            html.Ul(why, className="why"),
            html.P(_decide(one, t), className="buttons") if may_handle else None,
        ]
    )


def _decide(one: Double, t: Texts) -> list[Component]:
    """Merging into an open case; one that has ended is shown for what was done then."""
    path = f"/console/suggestions/{one.suggestion.id}/dismiss"
    said = {"data-act": "merge", "data-number": one.other.number}
    merge = html.Button(t("act|并案"), className="button small", **said)
    ended = html.Span(t("已结束，不能并案；可参照办理"), className="m")
    return [
        merge if one.other.is_open else ended,
        html.Button(t("不是同一件"), className="button small", **{"data-post": path, "data-said": t("已记录")}),
    ]


def _reason(name: str, weight: float, t: Texts) -> list[Component | str]:
    """What speaks for the same event, or against it."""
    agree, differ = LIKENESS[name]
    sign = html.B("＋" if weight > 0 else "－", className="on_track" if weight > 0 else "breached")
    return [sign, t(agree if weight > 0 else differ)]


def _side(case: Case, config: Config, t: Texts, note: str) -> html.Div:
    category = words("category", case.category, config, t)
    return html.Div(
        [
            html.P([dcc.Link(case.number, href=f"/cases/{case.number}"), html.Span(note, className="m")]),
            html.P(html.B(f"{case.place} · {category}")),
            html.P(case.summary),
            html.P(words("stage", case.stage, config, t), className="m"),
        ]
    )


def plan(handling: CaseHandling, t: Texts) -> Component:
    """What to do, step by step."""
    if handling.plan is None:
        return nothing()
    steps = [html.Li(t.pick(step)) for step in handling.plan.steps]
    return panel(t("处置预案"), [html.Ol(steps, className="plan")])


def similar(handling: CaseHandling, config: Config, t: Texts) -> html.Section:
    """Cases that were closed at this place, and what was answered then."""
    rows = [_before(one, config, t) for one in handling.similar]
    empty = html.P(t("一年内没有同类案件"), className="m")
    return panel(t("此处以往同类案件"), [html.Ul(rows, className="before") if rows else empty])


def _before(one: Before, config: Config, t: Texts) -> html.Li:
    levels = {level.value: text for level, text in HANDLING_LEVELS.items()}
    level = t("{level}级办结", level=t(levels[one.case.close_level])) if one.case.close_level else ""
    facts = filter(None, (words("category", one.case.category, config, t), t.time(one.case.closed_at), level))
    head = [dcc.Link(one.case.number, href=f"/cases/{one.case.number}"), html.Span(" · ".join(facts), className="m")]
    answer = html.P(one.answer, className="m") if one.answer else None
    return html.Li([html.P(head), html.P(one.case.summary), answer])
