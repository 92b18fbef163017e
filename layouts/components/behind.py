"""What a list of the cases behind a measure says above it: which number, and which part of it is shown."""

from collections.abc import Mapping
from urllib.parse import urlencode

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.domain.measure_catalogue import BY_ID
from dashboard.domain.measures import Part, Words
from dashboard.domain.periods import Period, PeriodName
from dashboard.viewmodels.case_list import BEHIND
from layouts.labels import PERIODS
from layouts.texts import Texts

PARTS = {Part.ALL: "分母", Part.COUNTED: "分子", Part.REST: "分母中的其余", Part.LEFT_OUT: "剔除的"}


def behind_heading(given: Mapping[str, str], span: Period, group: Words | None, t: Texts) -> list[Component]:
    """The number as a chip that can be taken away, its parts to choose from, and how it is counted.

    Args:
        given: The list's filters as its address says them.
        group: The group that the number is of; None for the whole area.
    """
    measure = BY_ID[given["measure"]]
    words = [t.pick(measure.name), _period(given["period"], span, t), *([t.pick(group)] if group else [])]
    rest = {name: value for name, value in given.items() if name not in BEHIND}
    away = dcc.Link("✕", href=_address(rest), title=t("去掉这个条件"), refresh=False)
    chip = html.Span([html.Span(t("指标"), className="m"), f" {' · '.join(words)} ", away], className="chip")
    parts = [
        dcc.Link(
            t(text),
            href=_address({**given, "part": part}),
            className="on" if given["part"] == part else "",
            refresh=False,
        )
        for part, text in PARTS.items()
    ]
    segments = html.Div(parts, className="segments", role="group", **{"aria-label": t("部分")})
    note = t("{formula}；一件案件可能计几次", formula=t.pick(measure.formula))
    return [chip, segments, html.Span(note, className="m")]


def _period(name: str, span: Period, t: Texts) -> str:
    return t(PERIODS[PeriodName(name)]) if name in set(PeriodName) else t.month(span.first)


def _address(given: Mapping[str, str]) -> str:
    return f"/cases?{urlencode(given)}" if given else "/cases"
