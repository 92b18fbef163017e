"""The clocks of a case: the current round as tiles, earlier ones as a line each."""

from datetime import timedelta

from dash import html
from dash.development.base_component import Component

from dashboard.domain.sla import ClockName, ClockState, Target, Unit
from dashboard.viewmodels.case_detail import CaseDetail, ClockRow
from layouts.components.tiles import icon
from layouts.labels import CLOCK_STATES, CLOCKS
from layouts.texts import Texts

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


def rounds(detail: CaseDetail, day: timedelta, t: Texts) -> list[Component]:
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
