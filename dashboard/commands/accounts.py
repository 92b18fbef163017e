"""Commands for accounts and wall devices."""

import typer

from dashboard.auth.accounts import (
    AccountError,
    create_device,
    create_user,
    make_link,
    note,
    revoke_device,
    user_by_name,
)
from dashboard.commands.console import DEFAULT, ConfigPath, console, fail, read_config, ready_desk, sign_in_address
from dashboard.domain.access import Role
from dashboard.domain.areas import AreaCodeError, is_within, level_of
from dashboard.runtime import utc_now
from dashboard.store.engine import writing
from dashboard.store.operations import Device


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (user, wall, link, revoke_wall):
        app.command()(command)


def user(
    name: str,
    config: ConfigPath = DEFAULT,
    role: Role = typer.Option(Role.LEADER, help="What the account may do."),
    area: str = typer.Option("", help="Code of the area it may see; the whole district unless given."),
) -> None:
    """Make an account and print a one-time sign-in link for it."""
    settings = read_config(config)
    if area:
        _check_area(area, settings.district.code)
    desk, now = ready_desk(settings), utc_now()
    with writing(desk.sessions, now) as session:
        try:
            made = create_user(session, name, role, area or settings.district.code, None, now)
        except AccountError as error:
            fail(str(error))
        note(session, "command line", "account_made", now, name=name, role=role)
        token = make_link(session, now, user=made)
    console.print(sign_in_address(settings, token), soft_wrap=True)


def link(name: str, config: ConfigPath = DEFAULT) -> None:
    """Print a new one-time sign-in link for an account."""
    settings = read_config(config)
    desk, now = ready_desk(settings), utc_now()
    with writing(desk.sessions, now) as session:
        found = user_by_name(session, name)
        if found is None:
            fail(f"there is no account named {name!r}; make it with `yiwang user {name}`")
        token = make_link(session, now, user=found)
    console.print(sign_in_address(settings, token), soft_wrap=True)


def wall(name: str, config: ConfigPath = DEFAULT) -> None:
    """Make a credential for a wall display and print its one-time link."""
    settings = read_config(config)
    desk, now = ready_desk(settings), utc_now()
    with writing(desk.sessions, now) as session:
        device = create_device(session, name, settings.district.code, now)
        token = make_link(session, now, device=device)
        note(session, "command line", "wall_made", now, name=name)
        number = device.id
    console.print(f"Wall {number} ({name}): {sign_in_address(settings, token)}", soft_wrap=True)


def revoke_wall(number: int, config: ConfigPath = DEFAULT) -> None:
    """Take a wall display's credential away; it goes dark within seconds."""
    desk, now = ready_desk(read_config(config)), utc_now()
    with writing(desk.sessions, now) as session:
        if session.get(Device, number) is None:
            fail(f"there is no wall number {number}")
        revoke_device(session, number, now)
        note(session, "command line", "wall_revoked", now, number=number)
    console.print(f"Wall {number} is revoked.")


def _check_area(area: str, district: str) -> None:
    try:
        is_known = bool(level_of(area)) and is_within(area, district)
    except AreaCodeError as error:
        fail(str(error))
    if not is_known:
        fail(f"{area} does not lie in the district {district}")
