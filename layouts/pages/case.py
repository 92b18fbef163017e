"""One case on one page: clocks on top; reports, work and place below. All but the map is drawn anew after an act."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.config import Config
from dashboard.viewmodels.acts import Possible
from dashboard.viewmodels.case_detail import CaseDetail
from dashboard.viewmodels.case_handling import CaseHandling
from layouts.case.category import category
from layouts.case.clocks import rounds
from layouts.case.head import head
from layouts.case.history import history
from layouts.case.place import instructions, photos, place, rule
from layouts.case.reports import answers, reports
from layouts.case.work import doubles, plan, similar, tasks
from layouts.ids import CasePage, Size, Where
from layouts.pages.queue import key_sheet
from layouts.shell import listener
from layouts.texts import Texts


@dataclass(frozen=True)
class CaseView:
    """Everything that a case's page shows, for somebody who may or may not handle it."""

    detail: CaseDetail
    handling: CaseHandling
    acts: Sequence[Possible]
    may_handle: bool


def case_body(view: CaseView, config: Config, t: Texts) -> list[Component]:
    """The page of a case."""
    top, left, middle, right = case_parts(view, config, t)
    case = view.detail.case
    return [
        listener(Where.CASE),
        dcc.Store(id=Size.CASE),
        dcc.Store(id=CasePage.TURN),
        html.Div(id=CasePage.NUMBER, **{"data-number": case.number, "data-version": case.version}),
        html.Div(top, id=CasePage.HEAD, className="case-top"),
        html.Div(
            [
                html.Div(left, id=CasePage.LEFT, className="column"),
                html.Div(middle, id=CasePage.MIDDLE, className="column"),
                html.Div(
                    [place(view.detail, t), html.Div(right, id=CasePage.RIGHT, className="column")], className="column"
                ),
            ],
            className="case",
        ),
        key_sheet(t),
    ]


def case_parts(view: CaseView, config: Config, t: Texts) -> tuple[list[Component], ...]:
    """What is drawn anew after an act: the top, and the three columns without the map."""
    detail, handling, may = view.detail, view.handling, view.may_handle
    day = config.calendar.hours.per_day
    top = [*head(detail, view.acts, config, t), *rounds(detail, day, t)]
    left = [
        reports(detail, handling, config, t, may_handle=may),
        answers(detail, config, t),
        photos(handling, config, t, may_handle=may),
    ]
    middle = [
        category(detail.case, handling.hint, config, t, may_handle=may),
        doubles(detail, handling, config, t, may_handle=may),
        tasks(detail, handling, view.acts, t),
        history(detail, handling, config, t),
    ]
    right = [
        instructions(handling, t, may_handle=may),
        plan(handling, t),
        similar(handling, config, t),
        rule(detail, t),
    ]
    return top, left, middle, right
