"""The public page that tells whether a file is what was archived: match or not, with title, instant and scope."""

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from werkzeug.exceptions import RequestEntityTooLarge

from dashboard.api.public_pages import public_page, visitor_texts
from dashboard.auth.accounts import note
from dashboard.domain.snapshots import CodeError, read_code
from dashboard.runtime import Runtime
from dashboard.snapshots.verifying import verdict
from dashboard.store.engine import writing
from dashboard.store.snapshots import Snapshot
from layouts.texts import Texts

LOOKS, UPLOADS = "60 per minute", "10 per minute"
FORM = 10_000  # bytes of an upload that are not the file


def verifying_blueprint(runtime: Runtime, limiter: Limiter, version: str) -> Blueprint:
    """The routes /verify and /verify/<code>."""
    blueprint = Blueprint("verifying", __name__, template_folder="templates")

    def page(
        code: str | None, answer: str = "", found: Snapshot | None = None, status: int = 200
    ) -> ResponseReturnValue:
        return public_page(
            runtime,
            version,
            "verify.html",
            status=status,
            code=code,
            action=f"/verify/{code}" if code else "/verify",
            verdict=answer,
            found=_told(found, visitor_texts()) if found else None,
        )

    @blueprint.get("/verify")
    @blueprint.get("/verify/<code>")
    @limiter.limit(LOOKS)
    def show(code: str | None = None) -> ResponseReturnValue:
        return page(_code(code))

    @blueprint.post("/verify")
    @blueprint.post("/verify/<code>")
    @limiter.limit(UPLOADS)
    def compare(code: str | None = None) -> ResponseReturnValue:
        request.max_content_length = runtime.config.snapshots.max_upload + FORM
        wanted = _code(code)
        try:
            body = request.files["file"].read() if "file" in request.files else b""
        except RequestEntityTooLarge:
            return page(wanted, "文件太大", status=413)
        if not body:
            return page(wanted, "请选择文件", status=400)
        now = runtime.now()
        with writing(runtime.sessions, now) as session:
            found = verdict(session, body, wanted).found
            note(session, "public", "file_verified", now, code=wanted, match=found.code if found else None)
        return page(wanted, "match" if found else "differs", found)

    return blueprint


def _code(text: str | None) -> str | None:
    try:
        return read_code(text) if text else None
    except CodeError:
        abort(404)


def _told(found: Snapshot, t: Texts) -> dict[str, str]:
    return {"title": found.title, "at": t.time(found.at), "scope": found.scope}
