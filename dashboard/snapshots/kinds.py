"""Which function composes which kind of document."""

from collections.abc import Callable
from typing import Any

from dashboard.domain.snapshots import Kind
from dashboard.snapshots.composing import area, bulletin, case, situation
from dashboard.snapshots.composing.frame import Document

Json = dict[str, Any]
COMPOSERS: dict[Kind, Callable[[Json], Document]] = {
    Kind.SITUATION: situation.compose,
    Kind.CASE: case.compose,
    Kind.AREA: area.compose,
    Kind.DAILY: bulletin.compose,
    Kind.WEEKLY: bulletin.compose,
    Kind.MONTHLY: bulletin.compose,
}


def composer(kind: str) -> Callable[[Json], Document]:
    """The function for a kind."""
    return COMPOSERS[Kind(kind)]
