"""One guard before every request: nothing answers without a session but what stands in one list, with its reason."""

from flask import Flask, Response, abort, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from dashboard.auth.sessions import Gate
from dashboard.domain.access import Role

PUBLIC = {
    "/healthz": "asked by supervisors and load balancers; says only whether the product works",
    "/sign-in": "the way in",
    "/sign-in/<token>": "the way in by a one-time link",
    "/task/<token>": "a party works on its one task by an expiring link; every opening and act is logged",
    "/verify": "whoever holds a document may ask whether it is genuine; rate-limited, answers nothing else",
    "/verify/<code>": "the same, where the QR code of a document leads",
    "/assets/<path:filename>": "styles, scripts and fonts, the same for everybody",
    "/_favicon.ico": "browsers ask for it before anybody has signed in",
    "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>": "scripts of libraries",
    "/open311/v2/discovery": "other systems find out where our Open311 service is and what it speaks",
    "/open311/v2/discovery.<form>": "the same",
    "/open311/v2/services": "what can be reported, which citizens are told anyway",
    "/open311/v2/services.<form>": "the same",
    "/open311/v2/services/<path:code>.<form>": "one of them",
    "/open311/v2/requests": "filed with a key; read by everybody, without what people wrote and who they are",
    "/open311/v2/requests.<form>": "the same",
    "/open311/v2/requests/<number>.<form>": "one of them",
    "/open311/v2/tokens/<token>.<form>": "the id of one of them",
    "/open311/v2/": "says that there is nothing here, in the form that such clients understand",
    "/open311/v2/<path:rest>": "the same",
}
"""Routes that answer without a session."""

WALL_PAGES = ("/wall/",)
WALL_SERVICES = (
    "/wall/", "/live/", "/geometry/", "/dictionary/", "/settings/", "/sign-out", "/_dash-layout", "/_dash-dependencies",
    "/_dash-update-component", "/_reload-hash",
)  # fmt: skip
"""What a wall device may ask for: its own page and what that needs. A wall shows no personal data."""


def install_guard(server: Flask, gate: Gate) -> None:
    """Refuse what is not public to those who have no session, and pages of people to walls."""

    @server.before_request
    def guard() -> BaseResponse | None:
        rule = request.url_rule.rule if request.url_rule else None
        if rule in PUBLIC:
            return None
        found = gate.current()
        if found is None:
            return _to_sign_in()
        if found.role is Role.WALL and not request.path.startswith(WALL_SERVICES):
            abort(403)
        return None


def _to_sign_in() -> BaseResponse:
    """Pages lead to the sign-in and back; services say 401, which the live page takes as a reason to ask again."""
    wants_page = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
    if wants_page and not request.path.startswith("/_dash"):
        return redirect(f"/sign-in?next={request.full_path.rstrip('?')}")
    return Response("no session", 401)
