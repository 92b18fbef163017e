"""The demo: a synthetic district that lives, with everything on loopback and nothing to configure."""

import os
import secrets
import time
from importlib.resources import files
from pathlib import Path
from typing import Any

import typer
import yaml
from rich.status import Status

from dashboard.auth.accounts import create_device, create_user, make_link, user_by_name
from dashboard.auth.keys import create_key, renew_key
from dashboard.commands.console import DEFAULT, ConfigPath, console, errors, fail, progress_bar
from dashboard.commands.ports import check_port
from dashboard.config import Config, ConfigError, load_config
from dashboard.demo.build import build, is_built
from dashboard.demo.life import forget_old_links, listen, live_missed_time, run_life
from dashboard.demo.outside.systems import TOKEN_ENV
from dashboard.domain.access import Role
from dashboard.runtime import utc_now
from dashboard.services.desk import Desk, build_desk
from dashboard.services.policies import keep_policies
from dashboard.serving import Child, Server, open_desk, renderer, run_poller, supervise
from dashboard.store.engine import open_database, writing
from dashboard.store.filings import key_named
from dashboard.store.operations import Device
from dashboard.store.schema import is_current

FOLDER = Path("var/demo")
STEPS = {
    "city": "Building the district 正在生成辖区",
    "history": "Writing sixteen months of cases 正在写入 16 个月案件",
    "counts": "Counting 正在汇总",
    "indexes": "Making indexes 正在建索引",
    "learning": "Learning categories 正在学习类别",
}


def demo(
    config: ConfigPath = DEFAULT,
    port: int = typer.Option(8050, help="Port of the pages on loopback."),
    folder: Path = typer.Option(FOLDER, help="Where the demo keeps its data."),
    fresh: bool = typer.Option(False, "--fresh", help="Throw the demo's data away and begin anew."),
    pace: float = typer.Option(1.0, min=0.1, max=100, help="How busy the district is; 1 is as in its past."),
    cases: int = typer.Option(165_000, hidden=True, help="Size of the history, for tests."),
) -> None:
    """Run a synthetic district with live sources, handlers and pages; the first start builds its past."""
    check_port("127.0.0.1", port)
    if fresh:
        _throw_away(folder)
    os.environ.setdefault(TOKEN_ENV, secrets.token_hex(8))
    outside = listen()
    settings = _settings(config, folder, port, outside.getsockname()[1])
    desk = _prepare(settings, cases)
    links = _links(desk, port)
    key = _key(desk)
    desk.sessions.engine.dispose()
    children = [
        Child("web", lambda: Server(settings).run()),
        Child("poll", lambda: run_poller(settings)),
        renderer(settings),
        Child("life", lambda: run_life(open_desk(settings), folder, outside, pace)),
    ]
    raise typer.Exit(supervise(children, lambda: _say(links, port, key), ("127.0.0.1", port)))


def _throw_away(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True) if folder.exists() else []:
        path.rmdir() if path.is_dir() else path.unlink()


def _settings(config: Path, folder: Path, port: int, outside_port: int) -> Config:
    """The configuration file with the demo's own database, port and sources."""
    folder.mkdir(parents=True, exist_ok=True)
    drop = folder / "drop"
    drop.mkdir(exist_ok=True)
    text = files("dashboard").joinpath("demo/demo.yaml").read_text(encoding="utf-8")
    places = {
        "{base}": f"http://127.0.0.1:{outside_port}",
        "{folder}": str(drop),
        "{outside}": f"sqlite:///{folder / 'outside.db'}",
    }
    for name, value in places.items():
        text = text.replace(name, value)
    overlay: dict[str, Any] = {
        "database": {"url": f"sqlite:///{folder / 'demo.db'}"},
        "sources": yaml.safe_load(text),
        "web": {"host": "127.0.0.1", "port": port},
        "open311": {"enabled": True},
    }
    try:
        return load_config(config, overlay)
    except ConfigError as error:
        fail(str(error))


def _prepare(settings: Config, cases: int) -> Desk:
    """A built demo that has lived until now."""
    began = time.monotonic()
    sessions = open_database(settings.database.url)
    if not is_current(sessions):
        _build_anew(settings, cases)
    desk = open_desk(settings)
    if not is_built(desk):
        fail(f"the demo's data in {settings.database.url} are of no use; begin anew with --fresh")
    keep_policies(desk, utc_now())
    with progress_bar("Living the missed time 正在补过停机期间") as (progress, task):
        new = live_missed_time(desk, utc_now(), lambda done, total: progress.update(task, completed=done, total=total))
    if new:
        errors.print(f"  {new:,} cases came while the demo was off, in {time.monotonic() - began:.1f} s")
    return desk


def _build_anew(settings: Config, cases: int) -> None:
    began = time.monotonic()
    with Status("", console=errors) as status:

        def step(name: str) -> None:
            status.update(f"{STEPS[name]} … {time.monotonic() - began:.0f} s")
            if not errors.is_terminal:
                errors.print(f"  {STEPS[name]} …")

        build(build_desk(settings), utc_now(), step, cases)
    errors.print(f"  The district and {cases:,} cases are built, in {time.monotonic() - began:.0f} s")


PEOPLE = {"leader": Role.LEADER, "值班员甲": Role.OPERATOR, "值班员乙": Role.OPERATOR}
"""The demo's accounts: two operators, as nobody may check what they have handled themselves."""


def _links(desk: Desk, port: int) -> list[str]:
    """Fresh one-time links for the people and for a wall."""
    now = utc_now()
    with writing(desk.sessions, now) as session:
        forget_old_links(session)
        district = desk.config.district.code
        tokens = []
        for name, role in PEOPLE.items():
            user = user_by_name(session, name) or create_user(session, name, role, district, None, now)
            tokens.append(make_link(session, now, user=user))
        device = session.get(Device, 1) or create_device(session, "demo wall", district, now)
        tokens.append(make_link(session, now, device=device))
    return [f"http://127.0.0.1:{port}/sign-in/{token}" for token in tokens]


def _key(desk: Desk) -> str:
    """A fresh key for the demo's Open311 service; the one of the last start works no more."""
    now = utc_now()
    with writing(desk.sessions, now) as session:
        if found := key_named(session, "demo"):
            return renew_key(found)
        return create_key(session, "demo", "open311_demo", desk.config.open311.channel, now)


def _say(links: list[str], port: int, key: str) -> None:
    leader, first, second, wall = links
    console.print(
        "\n[bold]Yiwang 一网[/bold] is running. All data are synthetic 演示数据. Ctrl-C ends it.", soft_wrap=True
    )
    console.print(f"  Leader's page 领导页 (one-time link): {leader}", soft_wrap=True)
    console.print(f"  Wall display  大屏   (one-time link): {wall}", soft_wrap=True)
    console.print(f"  Operators   值班台   (one-time links): {first}", soft_wrap=True)
    console.print(f"                                        {second}", soft_wrap=True)
    console.print(f"  Open311     接口: http://127.0.0.1:{port}/open311/v2 api_key={key}", soft_wrap=True)
    console.print("  Open each link in a browser or a private window of its own.\n")
