"""The words of a language under an address that holds their hash, so that a browser asks for them once."""

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from dashboard.api.geometry import FOR_EVER
from dashboard.runtime import Runtime
from layouts.dictionary import address, words


def dictionary_blueprint(runtime: Runtime) -> Blueprint:
    """The route /dictionary/<language>-<hash>.json."""
    blueprint = Blueprint("dictionary", __name__, url_prefix="/dictionary")

    @blueprint.get("/<language>-<name>.json")
    def send(language: str, name: str) -> ResponseReturnValue:  # noqa: ARG001 compared as a whole below
        if language not in ("zh", "en"):
            abort(404)
        body = words(runtime.config, runtime.area_names(), language)
        if address(body, language) != request.path:
            abort(404)
        return Response(body, headers={"Cache-Control": FOR_EVER}, mimetype="application/json")

    return blueprint
