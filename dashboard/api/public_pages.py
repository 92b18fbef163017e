"""What the pages for people without an account share: the visitor's language, once chosen kept, and the frame."""

from typing import Any

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from dashboard.runtime import Runtime
from layouts.texts import TAGS, Texts, texts

KEPT = 400 * 86400  # seconds; browsers keep a cookie no longer


def visitor_texts() -> Texts:
    """The texts in the language that the address asks for, else in the one chosen before."""
    return texts(request.args.get("language") or request.cookies.get("language"))


def public_page(
    runtime: Runtime, version: str, template: str, *, status: int = 200, **more: Any
) -> ResponseReturnValue:
    """A page by its template, in the visitor's language."""
    t = visitor_texts()
    body = render_template(
        template,
        t=t,
        tag=TAGS[t.language],
        theme=request.cookies.get("theme", "light"),
        title=t.pick(runtime.config.district.title),
        is_demo=runtime.is_demo,
        csrf=generate_csrf(),
        version=version,
        **more,
    )
    response = make_response(body, status)
    if "language" in request.args:
        response.set_cookie("language", t.language, max_age=KEPT, samesite="Lax")
    return response
