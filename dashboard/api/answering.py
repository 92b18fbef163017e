"""What the console's routes share: who asks, which case, and refusals as answers that say what happened instead."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from dashboard.domain.access import Actor, Right
from dashboard.domain.events import Event
from dashboard.domain.stages import CaseError
from dashboard.runtime import Runtime
from dashboard.services.acts import ConflictError
from dashboard.store.cases import case_by_number
from dashboard.store.models import Case
from dashboard.store.users import names_of
from layouts.labels import EVENTS
from layouts.refusals import refusal
from layouts.texts import Texts, texts

Json = dict[str, Any]
MOST_DIGITS = 18  # of a number that databases hold


def words() -> Texts:
    """The texts in the asker's language."""
    return texts(request.cookies.get("language"))


def asking(runtime: Runtime, right: Right | None = None) -> Actor:
    """Who asks; only those who have a right, where one is needed."""
    found = runtime.gate.current()
    if found is None or (right and not found.actor.may(right)):
        abort(403)
    return found.actor


def the_case(session: Session, actor: Actor, number: str) -> Case:
    """The case of this number, as far as the asker may see it."""
    case = case_by_number(session, actor.scope, number)
    if case is None:
        abort(404)
    return case


def body() -> Mapping[str, Any]:
    """The request's JSON object; empty when there is none."""
    return fields(request.get_json(silent=True))


def number(value: Any) -> int:
    """A whole number as a page sends it: an id, a version. Anything else is no request of our own pages."""
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        abort(400)
    return int(text)


def numbers(value: Any) -> list[int]:
    """Several of them."""
    return [number(one) for one in value] if isinstance(value, list) else abort(400)


def fields(value: Any) -> Mapping[str, Any]:
    """What a form says, field by field; empty when it says nothing."""
    return value if isinstance(value, dict) else {}


def answer_refusals(blueprint: Blueprint, runtime: Runtime) -> None:
    """A refusal is 422 and says why; when somebody else was quicker it is 409 and says what they did."""

    @blueprint.errorhandler(CaseError)
    def refused(error: CaseError) -> ResponseReturnValue:
        t = words()
        told: Json = {"message": refusal(error, t)}
        if isinstance(error, ConflictError):
            told["events"] = lines_of(runtime, error.events, t)
        return jsonify(told), 409 if isinstance(error, ConflictError) else 422


def lines_of(runtime: Runtime, events: Any, t: Texts) -> list[Json]:
    """Events as lines: when, who, what."""
    with runtime.sessions.read() as session:
        names = names_of(session, {event.actor for event in events})
    return [_line(event, names, t) for event in events]


def _line(event: Event, names: Mapping[str, str], t: Texts) -> Json:
    detail = next((str(event.data[key]) for key in ("note", "reason", "answer", "result") if event.data.get(key)), "")
    return {
        "at": round(event.at.timestamp() * 1000),
        "who": names.get(event.actor, event.actor),
        "what": t(EVENTS[event.kind]),
        "detail": detail,
    }
