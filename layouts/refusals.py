"""Refusals in words: the domain says what is wrong, a person reads it in their language."""

from dashboard.domain.dispatch import TaskState
from dashboard.domain.events import EventKind
from dashboard.domain.stages import CaseError, Move, Stage
from layouts.labels import EVENTS, MOVES, STAGES, TASK_STATES
from layouts.texts import Texts


def refusal(error: CaseError, t: Texts) -> str:
    """Why something was refused."""
    return t(error.message, **{name: _word(value, t) for name, value in error.params.items()})


def _word(value: object, t: Texts) -> object:
    """What a screen calls one of the domain's words; anything else is itself."""
    if isinstance(value, Stage):
        return t(STAGES[value])
    if isinstance(value, Move):
        return t(MOVES[value])
    if isinstance(value, TaskState):
        return t(TASK_STATES[value])
    return t(EVENTS[value]) if isinstance(value, EventKind) else value
