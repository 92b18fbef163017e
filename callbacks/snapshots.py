"""The archive of snapshots."""

from typing import Any

from dash import Dash, Input, Output, State, no_update

from callbacks.context import asker, desk
from dashboard.runtime import Runtime
from dashboard.viewmodels.archive import archive_detail, archive_page, is_intact, read_archive_view
from layouts.ids import Snapshots, Where
from layouts.pages.snapshots import checked, kinds, snapshot_detail, snapshot_list, snapshots_page


def page(runtime: Runtime) -> Any:
    """The page's skeleton."""
    who = asker(runtime)
    return desk(snapshots_page(who.t), "/snapshots", runtime, who)


def register(app: Dash, runtime: Runtime) -> None:
    """Wire the page."""

    @app.callback(
        Output(Snapshots.HEAD, "children"),
        Output(Snapshots.LIST, "children"),
        Output(Snapshots.DETAIL, "children"),
        Output(Snapshots.SEARCH, "value"),
        Input(Where.SNAPSHOTS, "search"),
    )
    def show(search: str | None) -> Any:
        who, view = asker(runtime), read_archive_view(search)
        with runtime.sessions.read() as session:
            found = archive_page(session, who.principal.actor, view)
            detail = archive_detail(session, who.principal.actor, view.code) if view.code else None
            drawn = snapshot_detail(detail, view, who.t) if detail else None
            return kinds(view, who.t), snapshot_list(found, view, who.t), drawn, view.text

    @app.callback(
        Output(Where.SNAPSHOTS, "search"),
        Input(Snapshots.SEARCH, "value"),
        State(Where.SNAPSHOTS, "search"),
        prevent_initial_call=True,
    )
    def search_for(text: str | None, search: str | None) -> Any:
        view = read_archive_view(search)
        wanted = (text or "").strip()
        return no_update if wanted == view.text else view.query(q=wanted, page=None, code=None)

    @app.callback(
        Output(Snapshots.CHECKED, "children"),
        Input(Snapshots.CHECK, "n_clicks"),
        State(Where.SNAPSHOTS, "search"),
        prevent_initial_call=True,
    )
    def check(clicks: int | None, search: str | None) -> Any:
        view = read_archive_view(search)
        if not clicks or not view.code:
            return no_update
        who = asker(runtime)
        with runtime.sessions.read() as session:
            return checked(is_intact(session, who.principal.actor, view.code), who.t)
