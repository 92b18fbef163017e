"""One case in the console: its forms, acts, photos, who else has it open, and what belongs to its reports."""

import io

import segno
from flask import Blueprint, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue

from dashboard.api.answering import answer_refusals, asking, body, fields, the_case, words
from dashboard.api.answering import number as number_in
from dashboard.auth.accounts import note
from dashboard.domain.access import Right
from dashboard.domain.stages import CaseError
from dashboard.live.situation import as_raw
from dashboard.runtime import Runtime
from dashboard.services.categories import reject_category
from dashboard.services.delivering import send_again, told_by_phone
from dashboard.services.doing import Wish, carry_out
from dashboard.services.links import make_party_link
from dashboard.services.merging import dismiss, split
from dashboard.services.photos import add_photo, photo_by_id
from dashboard.services.presence import be_here, leave
from dashboard.store.areas import places_like
from dashboard.store.cases import cases_by_id
from dashboard.store.engine import writing
from dashboard.store.models import Report
from dashboard.store.tasks import tasks_by_case
from dashboard.viewmodels.acts import choices, possible_acts
from layouts.forms import forms

SHOWN_PLACES = 8


def case_blueprint(runtime: Runtime) -> Blueprint:
    """The routes under /console for one case."""
    blueprint = Blueprint("console_case", __name__, url_prefix="/console")
    answer_refusals(blueprint, runtime)

    @blueprint.get("/cases/<number>")
    def show(number: str) -> ResponseReturnValue:
        actor, now, t = asking(runtime), runtime.now(), words()
        with runtime.sessions.read() as session:
            case = the_case(session, actor, number)
            found = possible_acts(session, runtime.desk, case, actor, now)
            made = choices(session, runtime.desk, case, tasks_by_case(session, [case.id]).get(case.id, ()), now)
            told = {"id": case.id, "number": case.number, "version": case.version, "place": case.place}
        return jsonify({**told, "acts": forms(found, made, runtime.config, t, now)})

    @blueprint.post("/cases/<number>/acts")
    def act(number: str) -> ResponseReturnValue:
        actor, said = asking(runtime), body()
        with runtime.sessions.read() as session:
            case_id = the_case(session, actor, number).id
        version = number_in(said["version"]) if said.get("version") else None
        wish = Wish(str(said.get("act")), case_id, fields(said.get("data")), version)
        carry_out(runtime.desk, wish, actor, runtime.now())
        with runtime.sessions.read() as session:
            return jsonify({"version": cases_by_id(session, [case_id])[case_id].version})

    @blueprint.post("/cases/<number>/here")
    def here(number: str) -> ResponseReturnValue:
        actor, now = asking(runtime), runtime.now()
        with runtime.sessions.read() as session:
            case = the_case(session, actor, number)
        others = be_here(runtime.desk, case.id, actor, now)
        return jsonify({"version": case.version, "others": others, "now": as_raw(now)})

    @blueprint.post("/cases/<number>/gone")
    def gone(number: str) -> ResponseReturnValue:
        actor = asking(runtime)
        with runtime.sessions.read() as session:
            case = the_case(session, actor, number)
        leave(runtime.desk, case.id, actor, runtime.now())
        return "", 204

    @blueprint.post("/cases/<number>/photos")
    def upload(number: str) -> ResponseReturnValue:
        actor, file = asking(runtime), request.files.get("photo")
        if file is None:
            raise CaseError("请选择照片")
        with runtime.sessions.read() as session:
            case_id = the_case(session, actor, number).id
        data = file.stream.read(runtime.config.attachments.max_bytes + 1)
        made = add_photo(runtime.desk, case_id, request.form.get("kind", "other"), data, actor, runtime.now())
        return jsonify({"id": made.id, "distance": made.distance})

    @blueprint.get("/photos/<int:photo_id>")
    @blueprint.get("/photos/<int:photo_id>/<size>")
    def photo(photo_id: int, size: str = "") -> ResponseReturnValue:
        actor = asking(runtime)
        with runtime.sessions.read() as session:
            found = photo_by_id(session, photo_id)
            case = cases_by_id(session, [found.case_id])[found.case_id] if found else None
            if found is None or case is None or not actor.scope.covers(case.area_code):
                abort(404)
            content = found.preview if size == "preview" else found.content
        headers = {"Cache-Control": "private, max-age=86400, immutable"}
        return Response(content, mimetype="image/jpeg", headers=headers)

    @blueprint.post("/cases/<number>/category/reject")
    def other_category(number: str) -> ResponseReturnValue:
        actor = asking(runtime)
        with runtime.sessions.read() as session:
            case_id = the_case(session, actor, number).id
        reject_category(runtime.desk, case_id, actor, runtime.now())
        return jsonify({})

    @blueprint.post("/cases/<number>/links")
    def link(number: str) -> ResponseReturnValue:
        actor = asking(runtime, Right.HANDLE)
        with runtime.sessions.read() as session:
            case_id = the_case(session, actor, number).id
        token, until = make_party_link(runtime.desk, case_id, number_in(body().get("task") or 0), actor, runtime.now())
        address = f"{runtime.config.web.public_url or request.host_url.rstrip('/')}/task/{token}"
        return jsonify({"address": address, "until": as_raw(until), "code": _code(address)})

    return blueprint


def report_blueprint(runtime: Runtime) -> Blueprint:
    """The routes under /console for what belongs to reports, suggestions and deliveries, and for finding places."""
    blueprint = Blueprint("console_report", __name__, url_prefix="/console")
    answer_refusals(blueprint, runtime)

    @blueprint.post("/suggestions/<int:number>/dismiss")
    def different(number: int) -> ResponseReturnValue:
        dismiss(runtime.desk, number, asking(runtime), runtime.now())
        return jsonify({})

    @blueprint.post("/reports/<int:number>/split")
    def take_out(number: int) -> ResponseReturnValue:
        case_id = split(runtime.desk, number, asking(runtime), runtime.now())
        with runtime.sessions.read() as session:
            return jsonify({"number": cases_by_id(session, [case_id])[case_id].number})

    @blueprint.post("/reports/<int:number>/contact")
    def reveal(number: int) -> ResponseReturnValue:
        """A contact is shown for a stated purpose only, and that is noted."""
        actor, purpose, now = asking(runtime, Right.HANDLE), str(body().get("purpose") or "").strip(), runtime.now()
        with writing(runtime.sessions, now) as session:
            report = session.get(Report, number)
            case = cases_by_id(session, [report.case_id])[report.case_id] if report else None
            if report is None or case is None or not actor.scope.covers(case.area_code):
                abort(404)
            if not purpose:
                raise CaseError("请写明用途")
            note(session, actor.name, "contact_revealed", now, report=report.id, purpose=purpose[:200])
            found = {"contact": report.contact or "", "text": report.text}
        return jsonify(found)

    @blueprint.post("/deliveries/<int:number>/told")
    def told(number: int) -> ResponseReturnValue:
        told_by_phone(runtime.desk, number, asking(runtime), runtime.now(), str(body().get("note") or ""))
        return jsonify({})

    @blueprint.post("/deliveries/<int:number>/again")
    def again(number: int) -> ResponseReturnValue:
        send_again(runtime.desk, number, asking(runtime), runtime.now())
        return jsonify({})

    @blueprint.get("/places")
    def places() -> ResponseReturnValue:
        asking(runtime, Right.HANDLE)
        text = request.args.get("q", "").strip()
        with runtime.sessions.read() as session:
            found = places_like(session, text, SHOWN_PLACES) if text else []
        return jsonify([{"name": place.name, "area": place.area_code} for place in found])

    return blueprint


def _code(address: str) -> str:
    """The address as a QR code (SVG), to be read by a phone's camera."""
    image = io.BytesIO()
    segno.make(address, error="m").save(image, kind="svg", scale=5, border=2, xmldecl=False, svgns=True)
    return image.getvalue().decode()
