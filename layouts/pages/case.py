"""One case on one page: clocks on top, what was reported and what happened below, the place beside it."""

from datetime import datetime, timedelta

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.config import Config
from dashboard.domain.policies import Severity
from dashboard.domain.reports import Unlocated
from dashboard.domain.sla import ClockName, ClockState, Target, Unit
from dashboard.domain.stages import Stage
from dashboard.viewmodels.case_detail import CaseDetail, ClockRow, EventRow, ReportRow
from layouts.case_columns import words
from layouts.components.map import map_graph
from layouts.components.tiles import icon
from layouts.ids import Size, Where
from layouts.labels import (
    CLOCK_STATES,
    CLOCKS,
    EVENTS,
    FLAGS,
    PAUSE_REASONS,
    SEVERITIES,
    STAGES,
    UNLOCATED,
)
from layouts.shell import listener
from layouts.texts import Texts

STEPS = (Stage.RECEIVED, Stage.RESPONDED, Stage.ON_SITE, Stage.FED_BACK, Stage.CLOSED)
ICONS = {
    ClockState.VERY_LATE: "very_late",
    ClockState.BREACHED: "breached",
    ClockState.AT_RISK: "at_risk",
    ClockState.ON_TRACK: "on_track",
    ClockState.PAUSED: "paused",
    ClockState.MET: "met",
    ClockState.MET_LATE: "breached",
    ClockState.NOT_REQUIRED: "not_required",
}


def case_body(detail: CaseDetail, config: Config, t: Texts) -> list[Component]:
    """The page of a case."""
    return [
        listener(Where.CASE),
        dcc.Store(id=Size.CASE),
        _head(detail, config, t),
        *_rounds(detail, config.calendar.hours.per_day, t),
        html.Div(
            [
                html.Div([_reports(detail, config, t), _answers(detail, config, t)], className="column"),
                _events(detail, config, t),
                html.Div([_place(detail, t), _rule(detail, t)], className="column"),
            ],
            className="case",
        ),
    ]


def _head(detail: CaseDetail, config: Config, t: Texts) -> html.Header:
    case = detail.case
    category = words("category", case.category, config, t)
    tags = [t(SEVERITIES[Severity(case.severity)])] if case.severity != Severity.NORMAL else []
    tags += [t("群发事件")] if case.is_mass else []
    tags += [t("历史记录")] if case.is_history else []
    facts = [
        t.n("{n} 条诉求", case.report_count),
        t.n("{n} 个渠道", len(detail.channels)),
        t("第 {n} 轮", n=case.round),
    ]
    links = [
        html.Span([t("重复诉求，前案 "), dcc.Link(detail.repeat_of, href=f"/cases/{detail.repeat_of}")])
        if detail.repeat_of
        else None,
        html.Span([t("已并入 "), dcc.Link(detail.merged_into, href=f"/cases/{detail.merged_into}")])
        if detail.merged_into
        else None,
    ]
    return html.Header(
        [
            html.Div(
                [
                    html.P([html.Span(case.number, className="m"), *(html.Span(tag, className="tag") for tag in tags)]),
                    html.H1(f"{case.place} · {category}"),
                    html.P(
                        [*(html.Span(fact) for fact in facts), *(link for link in links if link)], className="facts m"
                    ),
                ]
            ),
            _stages(case.stage, t),
        ],
        className="case-head",
    )


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


def _rounds(detail: CaseDetail, day: timedelta, t: Texts) -> list[Component]:
    """The clocks of the current round as tiles; those of earlier rounds as one line each."""
    if not detail.rounds:
        return [html.P(t("历史记录没有时钟：当时没有作出承诺。"), className="note m")]
    *earlier, (_, current) = detail.rounds
    lines = [
        html.P(
            [
                html.B(t("第 {n} 轮", n=number)),
                *(
                    html.Span([icon(ICONS[row.state]), t(CLOCKS[row.clock.name]), " ", t(CLOCK_STATES[row.state])])
                    for row in rows
                ),
            ],
            className="earlier m",
        )
        for number, rows in earlier
    ]
    return [*lines, html.Div([_clock(row, day, t) for row in current], className="clocks")]


def _clock(row: ClockRow, day: timedelta, t: Texts) -> html.Section:
    clock, state = row.clock, row.state
    running = state in (
        ClockState.ON_TRACK,
        ClockState.AT_RISK,
        ClockState.BREACHED,
        ClockState.VERY_LATE,
        ClockState.PAUSED,
    )
    internal = html.Span(t("内部"), className="tag") if clock.name is ClockName.CLOSE else None
    head = html.Header(
        [
            html.H2(t(CLOCKS[clock.name])),
            html.Span(t("目标 {target}", target=target_text(clock.target, day, t)), className="m"),
            internal,
            html.Span(
                [
                    icon(ICONS[state]),
                    t(CLOCK_STATES[state]),
                    " · " + t("暂停") if row.is_paused and state is not ClockState.PAUSED else "",
                ],
                className=f"end {ICONS[state]}",
            ),
        ]
    )
    if running:
        value: Component = html.Span(className="left", **{"data-due": round(clock.due_at.timestamp() * 1000)})
    elif clock.stopped_at:
        value = html.Span(
            html.B(duration(max(int((clock.stopped_at - clock.started_at).total_seconds() // 60), 0), t)),
            className="left",
        )
    else:
        value = html.Span("—", className="left m")
    note = t("{at} 到期", at=t.time(clock.due_at)) + (t("（暂定）") if clock.provisional else "")
    if clock.stopped_at:
        note = t("{at} 停表", at=t.time(clock.stopped_at))
    start = {"data-start": round(clock.started_at.timestamp() * 1000)} if running else {}
    bar = html.Span(html.Span(), className="bar")
    times = html.Span(className="times")
    return html.Section(
        [head, html.Div([value, times, html.Span(note, className="end m")], className="reading"), bar],
        className=f"tile clock {ICONS[state] if running else ''}",
        **start,
    )


def target_text(target: Target, day: timedelta, t: Texts) -> str:
    """A target as the rules write it: worked time in working days where it comes out even."""
    if target.unit is Unit.WORKING and target.duration % day == timedelta():
        return t.n("{n} 个工作日", target.duration // day)
    return duration(target.minutes, t)


def duration(minutes: int, t: Texts) -> str:
    """Minutes as people say them."""
    if minutes < 60:
        return t("{n} 分", n=minutes)
    hours, rest = divmod(minutes, 60)
    return t("{h} 时 {m} 分", h=hours, m=rest) if rest else t("{h} 时", h=hours)


def _reports(detail: CaseDetail, config: Config, t: Texts) -> html.Section:
    rows = [_report(row, config, t) for row in detail.reports]
    more = html.P(t.n("另有 {n} 条诉求", detail.hidden_reports), className="m") if detail.hidden_reports else None
    return html.Section(
        [
            html.Header([html.H2(t("诉求")), html.Span(t("多口进，一个案件号"), className="end m")]),
            html.Ul(rows, className="reports"),
            more,
        ],
        className="tile",
    )


def _report(row: ReportRow, config: Config, t: Texts) -> html.Li:
    report = row.report
    told = [t("受理 {at}", at=t.time(report.accepted_at)), t("编号 {id}", id=report.external_id)]
    if report.source_at:
        lag = max(int((report.accepted_at - report.source_at).total_seconds()), 0)
        told.append(t("接入延迟 {n} 秒", n=lag) if lag < 120 else t("接入延迟 {n} 分", n=lag // 60))
    if row.contact:
        told.append(t("联系方式 {contact}", contact=row.contact))
    flags = [t({flag.value: text for flag, text in FLAGS.items()}.get(flag, flag)) for flag in report.flags]
    earlier = [
        html.Details([html.Summary(t("第 {n} 版", n=one["version"])), html.P(one.get("text") or "")])
        for one in row.earlier
    ]
    closed = (
        html.P(t("来源已于 {at} 关闭，时钟不停", at=t.time(report.source_closed_at)), className="m")
        if report.source_closed_at
        else None
    )
    return html.Li(
        [
            html.B(words("channel", report.channel, config, t)),
            html.Div(
                [
                    html.P(report.text or t("（没有文字）")),
                    html.P(t("，").join([*told, *flags]), className="m"),
                    closed,
                    *earlier,
                ]
            ),
            html.Span(
                t("已答复") if report.answered_at else t("待答复") if report.answer_due_at else "—", className="m"
            ),
        ]
    )


def _answers(detail: CaseDetail, config: Config, t: Texts) -> html.Section:
    heads = html.Thead(
        html.Tr([html.Th(t("渠道")), html.Th(t("应答复"), className="r"), html.Th(t("已答复"), className="r")])
    )
    rows = [
        html.Tr(
            [
                html.Td(words("channel", share.channel, config, t)),
                html.Td(t.number(share.reports), className="r"),
                html.Td(t.number(share.answered), className="r"),
            ]
        )
        for share in detail.channels
    ]
    answer = next(
        (row.data.get("answer") for row in detail.events if row.kind == "fed_back" and row.data.get("answer")), None
    )
    return html.Section(
        [
            html.Header([html.H2(t("答复")), html.Span(t("一口出，按原渠道送达"), className="end m")]),
            html.P(answer or t("尚未答复"), className="" if answer else "m"),
            html.Table([heads, html.Tbody(rows)]),
        ],
        className="tile",
    )


def _events(detail: CaseDetail, config: Config, t: Texts) -> html.Section:
    rows = [
        html.Li(
            [
                html.Time(t.time(row.at), dateTime=row.at.isoformat()),
                html.Div([html.B(_event_name(row, t)), html.P(_event_text(row, config, t), className="m")]),
            ]
        )
        for row in detail.events
    ]
    head = html.Header([html.H2(t("经过")), html.Span(t("只增不改，{n} 条", n=len(rows)), className="end m")])
    return html.Section([head, html.Ol(rows, className="timeline")], className="tile")


def _event_name(row: EventRow, t: Texts) -> str:
    count = row.data.get("count")
    return t(EVENTS[row.kind]) + (f" ×{count}" if count else "")


def _event_text(row: EventRow, config: Config, t: Texts) -> str:
    data = row.data
    parts: list[str] = [] if row.actor == "system" else [_actor(row.actor, t)]
    parts += [str(data[key]) for key in ("note", "where", "answer") if data.get(key)]
    if data.get("reason"):
        parts.append(t(PAUSE_REASONS[data["reason"]]) if data["reason"] in PAUSE_REASONS else str(data["reason"]))
    if data.get("planned_end"):
        parts.append(t("计划 {at} 恢复", at=t.time(datetime.fromisoformat(data["planned_end"]))))
    if data.get("channel"):
        parts.append(words("channel", data["channel"], config, t))
    if data.get("category"):
        parts.append(words("category", data["category"], config, t))
    if data.get("policy"):
        parts.append(t("规则 {policy}", policy=data["policy"]))
    return t("，").join(parts)


def _actor(actor: str, t: Texts) -> str:
    """Who acted; the demo's invented people have no names but numbers."""
    if actor.startswith("handler"):
        return t("处置人员 {n}", n=actor.removeprefix("handler"))
    return t({"dispatcher": "值班员", "checker": "核查员"}.get(actor, actor))


def _place(detail: CaseDetail, t: Texts) -> html.Section:
    case = detail.case
    chain = " › ".join(name for _, name in detail.chain)
    if case.unlocated:
        return html.Section(
            [
                html.Header(html.H2(t("位置"))),
                html.P([icon("unknown"), t("未定位：{reason}", reason=t(UNLOCATED[Unlocated(case.unlocated)]))]),
            ],
            className="tile",
        )
    return html.Section(
        [
            html.Header([html.H2(t("位置"))]),
            html.Div(map_graph(interactive=True), className="map-frame case-map"),
            html.P(chain, className="m"),
        ],
        className="tile",
    )


def _rule(detail: CaseDetail, t: Texts) -> html.Section:
    policy = detail.policy
    if policy is None:
        return html.Section(
            [html.Header(html.H2(t("适用规则"))), html.P(t("历史记录不适用规则"), className="m")], className="tile"
        )
    rows = [
        (t("规则"), t("{id}，第 {n} 版", id=policy.id, n=policy.version)),
        (t("生效"), policy.effective_from.isoformat()),
        (t("挂起上限"), t("{n} 天", n=policy.pause_cap.days)),
        *((limit.condition, f"{limit.standard}，{duration(limit.within.minutes, t)}") for limit in policy.limits),
    ]
    return html.Section(
        [
            html.Header(html.H2(t("适用规则"))),
            html.Dl([part for name, value in rows for part in (html.Dt(name), html.Dd(value))]),
        ],
        className="tile",
    )
