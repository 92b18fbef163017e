"""The way in and out: name and password, one-time links, and the sign that somebody is still there."""

from urllib.parse import urlsplit

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from dashboard.api.public_pages import public_page, visitor_texts
from dashboard.auth.accounts import Principal, check_password, note, use_link
from dashboard.domain.access import Role
from dashboard.runtime import Runtime
from dashboard.store.engine import writing

ATTEMPTS = "10 per minute"


def sign_in_blueprint(runtime: Runtime, limiter: Limiter, version: str) -> Blueprint:
    """The routes /sign-in, /sign-in/<token>, /sign-out and /session/active."""
    blueprint = Blueprint("sign_in", __name__, template_folder="templates")

    def page(refusal: str = "", status: int = 200, name: str = "") -> ResponseReturnValue:
        said = visitor_texts()(refusal) if refusal else ""
        return public_page(runtime, version, "sign_in.html", status=status, next=_next(), refusal=said, name=name)

    @blueprint.get("/sign-in")
    def show() -> ResponseReturnValue:
        return page()

    @blueprint.post("/sign-in")
    @limiter.limit(ATTEMPTS)
    def enter() -> ResponseReturnValue:
        name = request.form.get("name", "").strip()
        now = runtime.now()
        with writing(runtime.sessions, now) as session:
            found = check_password(session, name, request.form.get("password", ""))
            note(session, name[:60], "sign_in" if found else "sign_in_refused", now, address=get_remote_address())
        if found is None:
            return page("用户名或密码不对", 401, name)
        runtime.gate.enter(found)
        return redirect(_next())

    @blueprint.get("/sign-in/<token>")
    @limiter.limit(ATTEMPTS)
    def follow(token: str) -> ResponseReturnValue:
        now = runtime.now()
        with writing(runtime.sessions, now) as session:
            found = use_link(session, token, now)
            note(session, found.name if found else "?", "link_used" if found else "link_refused", now)
        if found is None:
            return page("这个链接已用过或已过期", 401)
        runtime.gate.enter(found)
        return redirect(_home(found))

    @blueprint.post("/sign-out")
    def leave() -> ResponseReturnValue:
        runtime.gate.leave()
        return redirect("/sign-in")

    @blueprint.post("/session/active")
    def active() -> ResponseReturnValue:
        runtime.gate.touch()
        return "", 204

    return blueprint


def _home(found: Principal) -> str:
    return "/wall/main" if found.role is Role.WALL else "/"


def _next() -> str:
    """Where to go afterwards: only to an address of our own."""
    wanted = request.args.get("next", "/")
    parts = urlsplit(wanted)
    is_ours = not parts.scheme and not parts.netloc and wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if is_ours else "/"
