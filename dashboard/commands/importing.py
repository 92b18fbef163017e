"""Commands that bring in areas and history."""

import typer


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    del app
