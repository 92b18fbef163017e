"""All commands in one place."""

import typer

from dashboard.children import configure_logging
from dashboard.commands import accounts, api_keys, importing, maintenance, quarantine, running, snapshots, training

app = typer.Typer(
    name="yiwang",
    help="Yiwang (一网): the live command centre of an urban district that governs through a grid.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def begin() -> None:
    """Prepare what every command needs."""
    configure_logging()


running.add_to(app)
maintenance.add_to(app)
importing.add_to(app)
accounts.add_to(app)
snapshots.add_to(app)
training.add_to(app)
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(api_keys.app, name="api-key")
