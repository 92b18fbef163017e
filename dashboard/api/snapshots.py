"""Files of snapshots: marked copies for people, pictures of pages, the data. Nothing is rendered in the web process."""

import json
import time

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue

from dashboard.auth.accounts import Principal, note
from dashboard.domain.snapshots import CodeError, read_code
from dashboard.domain.stages import CaseError
from dashboard.runtime import Runtime
from dashboard.snapshots.asking import ask_for_copy
from dashboard.snapshots.frozen import unpacked
from dashboard.store.archive import page_image, snapshot_by_code
from dashboard.store.engine import writing
from dashboard.store.snapshot_jobs import JobState, job_by_id
from dashboard.viewmodels.archive import may_read

PATIENCE, LOOK_EVERY = 30.0, 0.05  # seconds
PRIVATE = {"Cache-Control": "private, no-store"}


def snapshot_blueprint(runtime: Runtime) -> Blueprint:
    """The routes /snapshots/<code>.pdf, /snapshots/<code>.json and /snapshots/<code>/<number>.webp."""
    blueprint = Blueprint("snapshots", __name__, url_prefix="/snapshots")

    @blueprint.get("/<code>.pdf")
    def download(code: str) -> ResponseReturnValue:
        who, found = _asker(runtime), _known(code)
        try:
            job_id = ask_for_copy(runtime, who.actor, found)
        except CaseError:
            abort(404)
        body = _finished(runtime, job_id)
        name = f'attachment; filename="{found}.pdf"'
        return Response(body, headers=PRIVATE | {"Content-Disposition": name}, mimetype="application/pdf")

    @blueprint.get("/<code>.json")
    def data(code: str) -> ResponseReturnValue:
        who = _asker(runtime)
        now = runtime.now()
        with writing(runtime.sessions, now) as session:
            found = snapshot_by_code(session, _known(code), who.actor.scope)
            if found is None or found.data is None or not may_read(who.actor, found):
                abort(404)
            note(session, who.name, "snapshot_data_downloaded", now, code=found.code)
            body = json.dumps(unpacked(found.data), ensure_ascii=False, indent=1)
        name = f'attachment; filename="{found.code}.json"'
        return Response(body, headers=PRIVATE | {"Content-Disposition": name}, mimetype="application/json")

    @blueprint.get("/<code>/<int:number>.webp")
    def picture(code: str, number: int) -> ResponseReturnValue:
        who = _asker(runtime)
        with runtime.sessions.read() as session:
            found = snapshot_by_code(session, _known(code), who.actor.scope)
            body = page_image(session, found.id, number) if found and may_read(who.actor, found) else None
        if body is None:
            abort(404)
        return Response(body, headers={"Cache-Control": "private, max-age=3600"}, mimetype="image/webp")

    return blueprint


def _asker(runtime: Runtime) -> Principal:
    found = runtime.gate.current()
    if found is None:
        abort(401)
    return found


def _known(code: str) -> str:
    try:
        return read_code(code)
    except CodeError:
        abort(404)


def _finished(runtime: Runtime, job_id: int) -> bytes:
    """The file of a job, as soon as a worker has made it."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with runtime.sessions.read() as session:
            job = job_by_id(session, job_id)
            if job is None or job.state == JobState.REFUSED:
                abort(500)
            if job.state == JobState.DONE and job.file is not None:
                return job.file
        time.sleep(LOOK_EVERY)
    return abort(Response("the renderer is busy; please try again", 503, {"Retry-After": "10"}))
