"""Geometry under addresses that hold the hash of the content, so that browsers keep it for ever."""

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from dashboard.domain.areas import AreaCodeError, is_within
from dashboard.runtime import Runtime
from dashboard.viewmodels.geometry import Layer

FOR_EVER = "private, max-age=31536000, immutable"


def geometry_blueprint(runtime: Runtime) -> Blueprint:
    """The route /geometry/<code>/<layer>-<hash>.geojson."""
    blueprint = Blueprint("geometry", __name__, url_prefix="/geometry")

    @blueprint.get("/<code>/<name>.geojson")
    def send(code: str, name: str) -> ResponseReturnValue:
        found = runtime.gate.current()
        layer = name.partition("-")[0]
        try:
            if found is None or not is_within(code, found.scope) or layer not in set(Layer):
                abort(404)
        except AreaCodeError:
            abort(404)
        shape = runtime.geometries.shape(code, Layer(layer), runtime.today)
        if shape.name != name:
            abort(404)
        encoding = "br" if "br" in request.headers.get("Accept-Encoding", "") else "gzip"
        body = shape.brotli if encoding == "br" else shape.gzip
        headers = {"Content-Encoding": encoding, "Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
        return Response(body, headers=headers, mimetype="application/geo+json")

    return blueprint
