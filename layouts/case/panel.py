"""A part of a case's page under its heading, and a countdown in a line of text."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dash import html
from dash.development.base_component import Component


def panel(title: str, children: Sequence[Any], *, note: str = "", className: str = "") -> html.Section:
    """A tile of the page."""
    head = html.Header([html.H2(title), html.Span(note, className="end m") if note else None])
    return html.Section([head, *children], className=f"tile {className}".strip())


def nothing() -> Component:
    """In the place of a part that has nothing to say."""
    return html.Div(hidden=True)


def countdown(what: str, start: datetime, due: datetime) -> html.Span:
    """The time left of an internal deadline; the browser turns it."""
    return html.Span(
        [
            html.Span(what, className="m"),
            html.Span(className="left", **{"data-due": milliseconds(due)}),
            html.Span(className="times"),
            html.Span(html.Span(), className="bar"),
        ],
        className="countdown",
        **{"data-start": milliseconds(start)},
    )


def milliseconds(instant: datetime) -> int:
    """Since the epoch, as the browser counts."""
    return round(instant.timestamp() * 1000)
