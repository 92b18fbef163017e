"""The composition root: a runtime becomes a web application. Nothing is global."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from dash import Dash
from flask import Flask, Response, redirect, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect, generate_csrf
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as BaseResponse

from callbacks import case, cases, exporting, leader, measures, queue, shell, snapshots, sources, wall
from callbacks.errors import show_error
from dashboard.api.console_case import case_blueprint, report_blueprint
from dashboard.api.console_queue import queue_blueprint
from dashboard.api.dictionary import dictionary_blueprint
from dashboard.api.exports import export_blueprint
from dashboard.api.geometry import geometry_blueprint
from dashboard.api.guard import install_guard
from dashboard.api.headers import content_policy, install_headers
from dashboard.api.health import health_blueprint
from dashboard.api.live import live_blueprint
from dashboard.api.measure_exports import measure_export_blueprint
from dashboard.api.open311 import open311_blueprint
from dashboard.api.party import party_blueprint
from dashboard.api.sign_in import sign_in_blueprint
from dashboard.api.snapshots import snapshot_blueprint
from dashboard.api.verifying import verifying_blueprint
from dashboard.auth.sessions import configure_cookies
from dashboard.config import Config
from dashboard.runtime import Runtime
from layouts import shell as frame
from layouts.texts import TAGS, texts
from layouts.theme import THEMES

ASSETS = Path(__file__).parent / "assets"
LARGER = 2  # so that what is a little too large is refused in words
LIVE_SCRIPTS = ("plotly-map", "js/")
LIST_SCRIPTS = ("dash_ag_grid",)
REVEALING = ("python_version", "dash_version", "plotly_version", "dash_version_url")


class CommandCentre(Dash):
    """Dash, with an index page that loads only what its page needs and tells nobody which versions run."""

    runtime: Runtime

    def interpolate_index(self, **parts: Any) -> str:
        """The HTML of a page: language, theme and kind of page stand on the root element."""
        page = "wall" if request.path.startswith("/wall/") else "list" if request.path.startswith("/cases") else "desk"
        language = texts(request.cookies.get("language")).language
        theme = "dark" if page == "wall" else request.cookies.get("theme", "light")
        scripts = _wanted(parts["scripts"], page)
        return (
            f'<!doctype html><html lang="{TAGS[language]}" data-theme="{theme if theme in THEMES else "light"}"'
            f' data-page="{page}" data-live="loading"><head>{parts["metas"]}'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{parts['title']}</title>{parts['favicon']}{parts['css']}</head>"
            f"<body>{parts['app_entry']}<footer>{_discreet(parts['config'])}{scripts}{parts['renderer']}</footer></body></html>"
        )


def _wanted(scripts: str, page: str) -> str:
    """The script tags without those that the page does not use."""
    unwanted = LIST_SCRIPTS if page != "list" else ()
    tags = re.findall(r"<script.*?</script>", scripts, re.DOTALL)
    return "".join(tag for tag in tags if not any(name in tag for name in unwanted))


def _discreet(config: str) -> str:
    """Dash's configuration for the browser without the versions of what runs here."""
    match = re.search(r">(\{.*\})<", config, re.DOTALL)
    if not match:
        return config
    found = {key: value for key, value in json.loads(match[1]).items() if key not in REVEALING}
    return config.replace(match[1], json.dumps(found))


def create_app(runtime: Runtime) -> CommandCentre:
    """The web application of a runtime: pages, routes, guard and headers."""
    config = runtime.config
    server = Flask("dashboard", root_path=str(Path(__file__).parent / "api"))
    secure = (config.web.public_url or "").startswith("https://")
    configure_cookies(server, config.database.url, secure)
    if config.web.behind_proxy:
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    app = CommandCentre(
        "dashboard",
        server=server,
        assets_folder=str(ASSETS),
        assets_ignore=r".*\.(txt|woff2|md)$|party\.js$",
        title=config.district.title.zh,
        update_title=None,
        serve_locally=True,
        suppress_callback_exceptions=True,
        on_error=show_error,
        prevent_initial_callbacks=False,
    )
    app.runtime = runtime
    app.layout = frame.shell()
    for page in (shell, wall, leader, queue, cases, case, measures, sources, exporting, snapshots):
        page.register(app, runtime)
    csrf = _install_protection(server, config, secure)
    install_guard(server, runtime.gate)
    _install_routes(server, runtime, csrf)
    install_headers(server, content_policy(app.csp_hashes()))
    return app


def _install_protection(server: Flask, config: Config, secure: bool) -> CSRFProtect:
    """Writes need a token that only our own pages can read, and are no larger than any page of ours sends."""
    server.config["WTF_CSRF_TIME_LIMIT"] = None  # a console stays open for a shift; the token ends with the session
    server.config["MAX_CONTENT_LENGTH"] = LARGER * max(config.attachments.max_bytes, config.snapshots.max_upload)
    csrf = CSRFProtect(server)

    @server.after_request
    def hand_out_token(response: Response) -> Response:
        if response.mimetype == "text/html" and response.status_code == 200:
            response.set_cookie("_csrf_token", generate_csrf(), samesite="Strict", secure=secure)
        return response

    return csrf


def _install_routes(server: Flask, runtime: Runtime, csrf: CSRFProtect) -> None:
    limiter = Limiter(get_remote_address, app=server, storage_uri="memory://")
    for blueprint in (
        live_blueprint(runtime),
        geometry_blueprint(runtime),
        dictionary_blueprint(runtime),
        health_blueprint(runtime),
        export_blueprint(runtime),
        measure_export_blueprint(runtime),
        queue_blueprint(runtime),
        case_blueprint(runtime),
        report_blueprint(runtime),
        sign_in_blueprint(runtime, limiter, _version()),
        party_blueprint(runtime, limiter, _version()),
        snapshot_blueprint(runtime),
        verifying_blueprint(runtime, limiter, _version()),
    ):
        server.register_blueprint(blueprint)
    if runtime.config.open311.enabled:  # its clients have keys and no pages of ours
        server.register_blueprint(csrf.exempt(open311_blueprint(runtime, limiter)))

    @server.get("/settings/<kind>/<value>")
    def choose(kind: str, value: str) -> BaseResponse:
        """Remember the language or theme somebody chose, and go back."""
        back = re.sub(r"^https?://[^/]+", "", request.referrer or "/") or "/"
        response = redirect(back)
        if (kind, value) in {("language", "zh"), ("language", "en"), ("theme", "dark"), ("theme", "light")}:
            response.set_cookie(kind, value, max_age=400 * 86400, samesite="Lax")
        return response


def _version() -> str:
    """Changes with the style sheets, so that browsers may keep them."""
    digest = hashlib.sha256()
    for path in sorted(ASSETS.rglob("*.css")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]
