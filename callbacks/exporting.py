"""The export of a page: what it shows becomes a job, whose progress is told until the document is there."""

from dataclasses import replace
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, no_update

from callbacks.context import Asker, asker
from callbacks.leader import leader_view
from callbacks.measures import measure_view
from callbacks.wall import wall_view
from dashboard.domain.periods import PeriodName
from dashboard.domain.snapshots import Edition, Kind, Paper
from dashboard.runtime import Runtime
from dashboard.services.measuring import span_asked
from dashboard.snapshots.asking import ask
from dashboard.snapshots.spans import last_over
from dashboard.snapshots.wishes import ROLLING, Wish, of_case, of_view
from dashboard.store.snapshot_jobs import JobState, job_by_id, place_in_queue
from dashboard.store.snapshots import Snapshot, SnapshotJob
from dashboard.viewmodels.view import PageView
from layouts.components.export import ready, refused, waiting
from layouts.ids import Export, Shell

CASES, MEASURES = "/cases/", "/measures"


def register(app: Dash, runtime: Runtime) -> None:
    """Wire the menu and its progress."""

    @app.callback(
        Output(Export.JOB, "data"),
        Output(Export.TICK, "disabled"),
        Output(Export.STATUS, "children"),
        Input(Export.GO, "n_clicks"),
        State(Shell.URL, "pathname"),
        State(Shell.URL, "search"),
        State(Export.KIND, "value"),
        State(Export.PAPER, "value"),
        State(Export.LANGUAGE, "value"),
        State(Export.EDITION, "value"),
        State(Export.PURPOSE, "value"),
        prevent_initial_call=True,
    )
    def export(clicks: int | None, path: str, search: str, *chosen: str) -> Any:
        if not clicks:
            return no_update
        who = asker(runtime)
        kind, paper, language, edition, purpose = chosen
        shown = shown_wish(runtime, path, search, who, kind)
        wish = replace(shown, paper=Paper(paper), language=language, edition=Edition(edition))  # type: ignore[arg-type]
        job = ask(runtime, who.principal.actor, wish, purpose=purpose or "")
        return job, False, waiting(0, who.t)

    @app.callback(
        Output(Export.STATUS, "children", allow_duplicate=True),
        Output(Export.TICK, "disabled", allow_duplicate=True),
        Input(Export.TICK, "n_intervals"),
        State(Export.JOB, "data"),
        prevent_initial_call=True,
    )
    def tell(_tick: int, job_id: int | None) -> Any:
        who = asker(runtime)
        with runtime.sessions.read() as session:
            job = job_by_id(session, job_id) if job_id else None
            if job is None or job.asked_by != who.principal.name:
                return [], True
            if job.state in (JobState.WAITING, JobState.RUNNING):
                return waiting(place_in_queue(session, job), who.t), False
            return _over(session, job, who), True

    app.clientside_callback(
        ClientsideFunction("live", "putAway"),
        Output(Export.STATUS, "children", allow_duplicate=True),
        Input(Export.PUT_AWAY, "n_clicks"),
        prevent_initial_call=True,
    )


def _over(session: Any, job: SnapshotJob, who: Asker) -> Any:
    if job.state == JobState.REFUSED or job.snapshot_id is None:
        return refused(job.reason or "", who.t)
    found = session.get(Snapshot, job.snapshot_id)
    return ready(found.code, found.title, found.notices, who.t)


def shown_wish(runtime: Runtime, path: str, search: str | None, who: Asker, kind: str) -> Wish:
    """What a page shows as a wish; a case's page shows a case, a bulletin is about the last span that is over."""
    if kind == "shown" and path.startswith(CASES):
        with runtime.sessions.read() as session:
            return of_case(session, who.principal.actor.scope, path.removeprefix(CASES))
    view = _view(runtime, path, search, who)
    if kind == "shown":
        return _measured(runtime, view, search, who) if path == MEASURES else of_view(view)
    found = Kind(kind)
    return of_view(view, found, day=last_over(found, runtime.today) if found.is_bulletin else None)


def _measured(runtime: Runtime, view: PageView, search: str | None, who: Asker) -> Wish:
    """The page of measures becomes the bulletin of its day, week or month, or of the last days up to now."""
    asked = measure_view(runtime, search, who).asked
    span = span_asked(asked, runtime.now())
    kind = Kind.MONTHLY if span.days > 7 else Kind.WEEKLY if span.days > 1 else Kind.DAILY
    if asked.period in ROLLING:
        return of_view(replace(view, period=PeriodName(asked.period)), kind)
    return of_view(view, kind, day=span.first)


def _view(runtime: Runtime, path: str, search: str | None, who: Asker) -> PageView:
    if path.startswith("/wall/"):
        return wall_view(runtime, search)
    return leader_view(runtime, search, who)
