"""Commands that run: serve, poll, demo."""

import typer

from dashboard.commands.console import DEFAULT, ConfigPath, console, fail, read_config, ready_desk
from dashboard.commands.demonstrating import demo
from dashboard.commands.ports import check_port
from dashboard.polling.poller import poll as poll_source
from dashboard.runtime import utc_now
from dashboard.services.policies import PolicyChangedError, keep_policies
from dashboard.serving import Child, Server, poll_tools, renderer, run_poller, supervise
from dashboard.store.engine import writing
from dashboard.store.sources import source_state


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (demo, serve, poll, render):
        app.command()(command)


def serve(
    config: ConfigPath = DEFAULT,
    no_poll: bool = typer.Option(False, "--no-poll", help="Without polling; `yiwang poll` runs elsewhere."),
    no_render: bool = typer.Option(False, "--no-render", help="Without rendering; `yiwang render` runs elsewhere."),
    port: int = typer.Option(None, help="Another port than the configured one."),
) -> None:
    """Serve the pages; poll the sources and render snapshots in processes of their own."""
    settings = read_config(config)
    if port:
        settings = settings.model_copy(update={"web": settings.web.model_copy(update={"port": port})})
    desk = ready_desk(settings)
    try:
        keep_policies(desk, utc_now())
    except PolicyChangedError as error:
        fail(f"{config}: {error}")
    desk.sessions.engine.dispose()
    check_port(settings.web.host, settings.web.port)
    children = [Child("web", lambda: Server(settings).run())]
    if not no_poll:
        children.append(Child("poll", lambda: run_poller(settings)))
    if not no_render:
        children.append(renderer(settings))
    address = settings.web.public_url or f"http://{settings.web.host}:{settings.web.port}"

    def ready() -> None:
        console.print(f"Yiwang serves {address} (Ctrl-C ends it)")

    raise typer.Exit(supervise(children, ready, (settings.web.host, settings.web.port)))


def render(config: ConfigPath = DEFAULT) -> None:
    """Render the snapshots that wait in the queue until ended; for machines that serve no pages."""
    settings = read_config(config)
    ready_desk(settings).sessions.engine.dispose()
    raise typer.Exit(supervise([renderer(settings)]))


def poll(
    config: ConfigPath = DEFAULT,
    source: str = typer.Option(None, help="Read only this source, once, now."),
    accept_backlog: bool = typer.Option(
        False, "--accept-backlog", help="Open all cases of a first run, even if they are more than first_run_limit."
    ),
) -> None:
    """Poll the configured sources until ended; with --source read one of them once and show its ledger line."""
    settings = read_config(config)
    desk = ready_desk(settings)
    if source is None:
        desk.sessions.engine.dispose()
        run_poller(settings)
        return
    found = next((one for one in settings.sources if one.id == source), None)
    if found is None:
        fail(f"there is no source {source!r}; known: {', '.join(one.id for one in settings.sources) or 'none'}")
    if accept_backlog:
        now = utc_now()
        with writing(desk.sessions, now) as session:
            source_state(session, found.id, found.start_from, now).backlog_accepted = True
    run = poll_source(found, poll_tools(desk), force=True)
    assert run, "a forced poll always runs"
    console.print(
        f"{run.outcome}: fetched {run.fetched}, new {run.new}, history {run.history}, changed {run.changed}, "
        f"duplicate {run.duplicate}, quarantined {run.quarantined}" + (f"\n{run.error}" if run.error else ""),
        markup=False,
    )
    if run.outcome != "ok":
        raise typer.Exit(1)
