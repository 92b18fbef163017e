"""Commands for keys by which other systems use our Open311 service: make one, list them, take one away."""

import re

import typer
from rich.table import Table

from dashboard.auth.accounts import AccountError, note
from dashboard.auth.keys import create_key
from dashboard.commands.console import DEFAULT, ConfigPath, console, fail, read_config, ready_desk
from dashboard.config import Config
from dashboard.domain.calendars import shanghai_day
from dashboard.runtime import utc_now
from dashboard.store.engine import writing
from dashboard.store.filings import all_keys, key_named
from geo.crs import UnknownCrs, check_crs

SOURCE = "open311_"
app = typer.Typer(help="Keys by which other systems file and follow reports (Open311).", no_args_is_help=True)


@app.command()
def add(
    name: str = typer.Argument(help="Who gets the key, such as the name of an app."),
    config: ConfigPath = DEFAULT,
    source: str = typer.Option(
        "", help="What its reports count for: small letters, digits, _. A key that replaces another takes the same."
    ),
    channel: str = typer.Option("", help="Channel of its reports; open311.channel unless given."),
    crs: str = typer.Option("wgs84", help="Of the coordinates it sends: wgs84, gcj02, bd09, EPSG:…"),
    no_file: bool = typer.Option(False, "--no-file", help="It may not file reports."),
    no_read: bool = typer.Option(False, "--no-read", help="It may not read its own reports in full."),
) -> None:
    """Make a key and show it, once: only its hash is kept."""
    settings = read_config(config)
    channel = channel or settings.open311.channel
    _check(settings, name, source, channel, crs)
    desk, now = ready_desk(settings), utc_now()
    with writing(desk.sessions, now) as session:
        source = source or f"{SOURCE}{len(all_keys(session)) + 1}"
        may = {"may_file": not no_file, "may_read": not no_read}
        try:
            secret = create_key(session, name, source, channel, now, crs=crs, **may)
        except AccountError as error:
            fail(str(error))
        note(session, "command line", "api_key_made", now, name=name, source=source, channel=channel, **may)
    console.print(f"Key of {name} (source {source}), shown only now: {secret}", soft_wrap=True, markup=False)
    if not settings.open311.enabled:
        console.print("The service is off: set open311.enabled to true and start again.")


@app.command("list")
def list_keys(config: ConfigPath = DEFAULT) -> None:
    """List all keys, oldest first; never what they are."""
    desk = ready_desk(read_config(config))
    with desk.sessions.read() as session:
        rows = all_keys(session)
    table = Table("name", "source", "channel", "crs", "may", "made", "revoked")
    for row in rows:
        may = [word for word, right in (("file", row.may_file), ("read", row.may_read)) if right]
        made, revoked = (str(shanghai_day(at)) if at else "" for at in (row.created_at, row.revoked_at))
        table.add_row(row.name, row.source, row.channel, row.crs, ", ".join(may) or "nothing", made, revoked)
    console.print(table if rows else "There are no keys; make one with `yiwang api-key add NAME`.")


@app.command()
def revoke(name: str, config: ConfigPath = DEFAULT) -> None:
    """Take a key away; it stops working at once. What was filed with it stays."""
    desk, now = ready_desk(read_config(config)), utc_now()
    with writing(desk.sessions, now) as session:
        found = key_named(session, name)
        if found is None or found.revoked_at is not None:
            fail(f"there is no working key named {name!r}; `yiwang api-key list` shows them")
        found.revoked_at = now
        note(session, "command line", "api_key_revoked", now, name=name)
    console.print(f"The key of {name} is revoked.", markup=False)


def _check(settings: Config, name: str, source: str, channel: str, crs: str) -> None:
    if not 1 <= len(name.strip()) <= 60:
        fail("a name has 1 to 60 characters")
    if channel not in {known.id for known in settings.channels}:
        fail(f"there is no channel {channel!r}; known: {', '.join(known.id for known in settings.channels)}")
    if source and not re.fullmatch(r"[a-z][a-z0-9_]{0,49}", source):
        fail(f"{source!r} is no name of a source: use small letters, digits and _")
    if source in {known.id for known in settings.sources}:
        fail(f"{source!r} is a source that is polled; its reports and those of the key must not mix")
    try:
        check_crs(crs)
    except UnknownCrs as error:
        fail(str(error))
