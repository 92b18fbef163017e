"""The public page that tells whether a file is what was archived: match or not, with title, instant and scope."""

from flask import Blueprint, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_wtf.csrf import generate_csrf
from werkzeug.exceptions import RequestEntityTooLarge

from dashboard.auth.accounts import note
from dashboard.domain.snapshots import CodeError, read_code
from dashboard.runtime import Runtime
from dashboard.snapshots.verifying import verdict
from dashboard.store.engine import writing
from dashboard.store.snapshots import Snapshot
from layouts.texts import TAGS, Texts, texts

LOOKS, UPLOADS = "60 per minute", "10 per minute"
FORM = 10_000  # bytes of an upload that are not the file


def verifying_blueprint(runtime: Runtime, limiter: Limiter, version: str) -> Blueprint:
    """The routes /verify and /verify/<code>."""
    blueprint = Blueprint("verifying", __name__, template_folder="templates")

    def page(
        code: str | None, answer: str = "", found: Snapshot | None = None, status: int = 200
    ) -> ResponseReturnValue:
        t = texts(request.args.get("language") or request.cookies.get("language"))
        body = render_template(
            "verify.html",
            t=t,
            tag=TAGS[t.language],
            theme=request.cookies.get("theme", "light"),
            title=t.pick(runtime.config.district.title),
            is_demo=runtime.is_demo,
            csrf=generate_csrf(),
            version=version,
            code=code,
            action=f"/verify/{code}" if code else "/verify",
            verdict=answer,
            found=_told(found, t) if found else None,
        )
        return _with_language(body, status, t)

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


def _with_language(body: str, status: int, t: Texts) -> ResponseReturnValue:
    response = make_response(body, status)
    if "language" in request.args:
        response.set_cookie("language", t.language, max_age=400 * 86400, samesite="Lax")
    return response
