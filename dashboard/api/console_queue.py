"""The operators' queue: its rows by view, what else waits, and acts on several cases at once."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, jsonify, request
from flask.typing import ResponseReturnValue

from dashboard.api.answering import Json, answer_refusals, asking, body, fields, numbers, words
from dashboard.domain.access import Right
from dashboard.domain.stages import CaseError
from dashboard.live.kept import Kept
from dashboard.live.situation import as_raw
from dashboard.runtime import Runtime
from dashboard.services.doing import Wish, carry_out, order_of
from dashboard.services.handing_over import hand_over
from dashboard.services.instructing import answer as answer_instruction
from dashboard.services.instructing import instruct
from dashboard.services.notifying import acknowledge
from dashboard.viewmodels.beside import BESIDE, beside
from dashboard.viewmodels.handover import handover_page
from dashboard.viewmodels.queue import VIEWS, Entry, queue
from layouts.refusals import refusal

BULK = ("assign", "respond", "note")
MOST_AT_ONCE = 100


def queue_blueprint(runtime: Runtime) -> Blueprint:
    """The routes under /console for the queue."""
    blueprint = Blueprint("console_queue", __name__, url_prefix="/console")
    answer_refusals(blueprint, runtime)

    def make(question: tuple[str, str, int]) -> Json:
        with runtime.sessions.read() as session:
            return beside(session, question[0], question[1], runtime.now())

    kept = Kept(make, 30.0)

    def beside_here(view: str) -> ResponseReturnValue:
        """The same for everybody of an area until something changes."""
        return jsonify(kept.of((asking(runtime).scope.area, view, runtime.picture.situation.serial)))

    @blueprint.get("/queue")
    def rows() -> ResponseReturnValue:
        actor, view = asking(runtime), request.args.get("view", "all")
        if view not in VIEWS:
            abort(404)
        situation = runtime.picture.situation
        if request.args.get("seen") == str(situation.serial):
            return jsonify({"now": as_raw(runtime.now()), "serial": situation.serial})
        found = queue(situation, actor, view)
        return jsonify(
            {
                "now": as_raw(runtime.now()),
                "serial": situation.serial,
                "total": found.total,
                "counts": found.counts,
                "rows": [_row(entry) for entry in found.rows],
            }
        )

    @blueprint.get("/beside/<view>")
    def others(view: str) -> ResponseReturnValue:
        if view not in BESIDE:
            abort(404)
        return beside_here(view)

    @blueprint.get("/side")
    def side() -> ResponseReturnValue:
        return beside_here("side")

    @blueprint.post("/notices")
    def know() -> ResponseReturnValue:
        ids = numbers(body().get("ids", []))
        return jsonify({"acknowledged": acknowledge(runtime.desk, ids, asking(runtime), runtime.now())})

    @blueprint.post("/instructions")
    def order() -> ResponseReturnValue:
        """An instruction on an area, or on a topic there; one on a case is an act of the case."""
        said = body()
        return jsonify({"instruction": instruct(runtime.desk, order_of(said), asking(runtime), runtime.now())})

    @blueprint.post("/instructions/<int:number>/answer")
    def answer(number: int) -> ResponseReturnValue:
        text = str(body().get("text") or "")
        answer_instruction(runtime.desk, number, text, asking(runtime), runtime.now())
        return jsonify({})

    @blueprint.post("/handover")
    def change_shift() -> ResponseReturnValue:
        actor, now = asking(runtime, Right.HANDLE), runtime.now()
        with runtime.sessions.read() as session:
            content = handover_page(session, runtime.picture.situation, actor, now).content
        return jsonify({"sheet": hand_over(runtime.desk, content, str(body().get("note") or ""), actor, now)})

    @blueprint.post("/bulk")
    def bulk() -> ResponseReturnValue:
        said = body()
        ids, name, data = numbers(said.get("cases", [])), str(said.get("act")), fields(said.get("data"))
        if name not in BULK or len(ids) > MOST_AT_ONCE:
            abort(400)
        return jsonify({"results": [_one(runtime, case_id, name, data) for case_id in ids]})

    return blueprint


def _one(runtime: Runtime, case_id: int, name: str, data: Mapping[str, Any]) -> Json:
    """One case of several: what is refused for one does not stop the others."""
    actor = asking(runtime, Right.HANDLE)
    try:
        carry_out(runtime.desk, Wish(name, case_id, data), actor, runtime.now())
    except CaseError as error:
        return {"case": case_id, "message": refusal(error, words())}
    return {"case": case_id}


def _row(entry: Entry) -> list[Any]:
    """A row as the browser reads it; see 80-console.js for the names."""
    case, face, handling = entry.case, entry.face, entry.case.handling
    clock = face.clock
    return [
        case.id,
        case.number,
        handling.version,
        case.category,
        case.severity,
        case.place,
        case.stage,
        face.state,
        clock.name if clock else None,
        as_raw(clock.started_at) if clock else None,
        as_raw(clock.due_at) if clock else None,
        face.is_paused,
        handling.area,
        handling.assignee,
        handling.lead,
        handling.lead_state,
        as_raw(handling.task_due_at),
        case.report_count,
        case.is_mass,
        handling.duplicates,
        handling.instructions,
        handling.is_returned,
        handling.summary,
    ]
