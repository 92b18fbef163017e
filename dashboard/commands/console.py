"""What all commands share: the configuration they read, how they speak, how they fail."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from dashboard.config import Config, ConfigError, load_config
from dashboard.services.desk import Desk, build_desk
from dashboard.serving import open_desk
from dashboard.store.schema import DEMO_MARK, is_current, read_mark

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)
ConfigPath = Annotated[Path, typer.Option("--config", "-c", help="The configuration file.")]
DEFAULT = Path("config.yaml")


def fail(message: str) -> NoReturn:
    """End with a sentence that says what is wrong and how to mend it."""
    errors.print(message, style="red", markup=False, soft_wrap=True)
    raise typer.Exit(1)


def read_config(path: Path) -> Config:
    """The configuration, or the end with everything that is wrong with it."""
    try:
        return load_config(path)
    except ConfigError as error:
        fail(str(error))


def ready_desk(config: Config) -> Desk:
    """A desk whose database has the newest schema."""
    sessions = build_desk(config).sessions
    if not is_current(sessions):
        fail(f"the database {config.database.url} is not initialised or has an old schema; run `yiwang init`")
    sessions.engine.dispose()
    return open_desk(config)


def sign_in_address(config: Config, token: str) -> str:
    """Where a one-time link leads."""
    web = config.web
    return f"{web.public_url or f'http://{web.host}:{web.port}'}/sign-in/{token}"


def refuse_demo(desk: Desk) -> None:
    """Real data never go into the demo's database."""
    with desk.sessions.read() as session:
        if read_mark(session, DEMO_MARK):
            fail("this is the demo's database, marked as synthetic; real data are refused. Use a database of its own.")


@contextmanager
def progress_bar(what: str, total: int | None = None) -> Iterator[tuple[Progress, TaskID]]:
    """A progress bar on standard error; quiet when nobody watches."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=errors, disable=not sys.stderr.isatty()) as progress:
        yield progress, progress.add_task(what, total=total)
