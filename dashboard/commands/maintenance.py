"""Commands that check, prepare and repair."""

import secrets

import typer

from dashboard.auth.accounts import AccountError, create_user, make_link, user_by_name
from dashboard.commands.console import (
    DEFAULT,
    ConfigPath,
    console,
    fail,
    progress_bar,
    read_config,
    ready_desk,
    sign_in_address,
)
from dashboard.domain.access import Role
from dashboard.runtime import utc_now
from dashboard.services.desk import build_desk
from dashboard.services.policies import PolicyChangedError, keep_policies
from dashboard.services.rebuild import rebuild as rebuild_all
from dashboard.store.bulk import restore_indexes
from dashboard.store.engine import writing
from dashboard.store.schema import upgrade


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (check_config, init, rebuild):
        app.command()(command)


def check_config(config: ConfigPath = DEFAULT) -> None:
    """Check the configuration file and say what is wrong and how to mend it."""
    found = read_config(config)
    console.print(
        f"{config}: good. {len(found.sources)} sources, {len(found.categories)} categories, "
        f"{len(found.policies)} policy versions, database {found.database.url}"
    )


def init(
    config: ConfigPath = DEFAULT, admin: str = typer.Option("admin", help="Name of the first administrator.")
) -> None:
    """Create or migrate the database, and make the first administrator with a one-time sign-in link."""
    settings = read_config(config)
    desk = build_desk(settings)
    upgrade(desk.sessions)
    now = utc_now()
    with writing(desk.sessions, now) as session:
        restore_indexes(session)
    try:
        keep_policies(desk, now)
    except PolicyChangedError as error:
        fail(f"{config}: {error}")
    with writing(desk.sessions, now) as session:
        if user_by_name(session, admin):
            console.print(f"The database is up to date. The administrator {admin!r} exists already.")
            return
        password = secrets.token_urlsafe(12)
        try:
            user = create_user(session, admin, Role.ADMIN, settings.district.code, password, now)
        except AccountError as error:
            fail(str(error))
        token = make_link(session, now, user=user)
    console.print(f"The database is ready. Administrator {admin!r}, password {password} (shown only now).")
    console.print(
        f"One-time sign-in, valid for a day once `yiwang serve` runs: {sign_in_address(settings, token)}",
        soft_wrap=True,
    )


def rebuild(config: ConfigPath = DEFAULT) -> None:
    """Work out stages, clocks and counts anew from the events, and say what differed."""
    desk = ready_desk(read_config(config))
    with progress_bar("cases") as (progress, task):
        result = rebuild_all(desk, utc_now(), lambda done, total: progress.update(task, completed=done, total=total))
    console.print(f"{result.cases:,} cases replayed, {len(result.mended):,} mended, all counts made anew.")
