"""Commands for records that cannot be reports: list them, look at one, try again, let go."""

import typer
from rich.table import Table

from dashboard.commands.console import DEFAULT, ConfigPath, console, fail, read_config, ready_desk
from dashboard.domain.calendars import SHANGHAI
from dashboard.runtime import utc_now
from dashboard.services.quarantine import RetryError, dismiss_record, retry_record
from dashboard.store.operations import Quarantined
from dashboard.store.sources import quarantined

app = typer.Typer(help="Records that cannot be reports.", no_args_is_help=True)


@app.command("list")
def list_records(
    config: ConfigPath = DEFAULT,
    source: str = typer.Option(None, help="Only those of one source."),
    status: str = typer.Option("waiting", help="waiting, retried or dismissed."),
) -> None:
    """List quarantined records, oldest first."""
    desk = ready_desk(read_config(config))
    with desk.sessions.read() as session:
        rows = quarantined(session, source, status)
    table = Table("id", "source", "reason", "detail", "first seen (Shanghai)", "times")
    for row in rows:
        seen = row.first_fetched_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
        table.add_row(str(row.id), row.source, row.reason, row.detail, seen, str(row.times))
    console.print(table if rows else f"Nothing is {status}.")


@app.command()
def show(number: int, config: ConfigPath = DEFAULT) -> None:
    """Show one record as it came."""
    desk = ready_desk(read_config(config))
    with desk.sessions.read() as session:
        row = session.get(Quarantined, number)
        if row is None:
            fail(f"there is no quarantined record {number}")
        console.print(f"{row.source} · {row.reason} · {row.detail} · {row.status}\n{row.raw}", markup=False)


@app.command()
def retry(
    numbers: list[int] = typer.Argument(None, help="Ids of records; all waiting ones unless given."),
    config: ConfigPath = DEFAULT,
    source: str = typer.Option(None, help="Only those of one source."),
) -> None:
    """Try to take records in again, for example after the mapping was corrected. Acceptance is now."""
    desk = ready_desk(read_config(config))
    with desk.sessions.read() as session:
        waiting = [row.id for row in quarantined(session, source, limit=10_000)]
    failed = 0
    for number in numbers or waiting:
        try:
            retry_record(desk, number, utc_now())
            console.print(f"{number}: taken in")
        except RetryError as error:
            failed += 1
            console.print(f"{number}: {error}", markup=False)
    if failed:
        raise typer.Exit(1)


@app.command()
def dismiss(number: int, config: ConfigPath = DEFAULT, by: str = typer.Option(..., help="Who decides this.")) -> None:
    """Let a record go; it stays in the database with who decided it."""
    desk = ready_desk(read_config(config))
    try:
        dismiss_record(desk, number, by, utc_now())
    except RetryError as error:
        fail(str(error))
    console.print(f"{number}: dismissed")
