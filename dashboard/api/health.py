"""Whether the product works, for supervisors: says nothing else to strangers."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from dashboard.runtime import Runtime


def health_blueprint(runtime: Runtime) -> Blueprint:
    """The route /healthz."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    def healthz() -> ResponseReturnValue:
        try:
            with runtime.sessions.read() as session:
                session.execute(select(1))
        except SQLAlchemyError:
            return jsonify(status="no database"), 503
        return jsonify(status="ok")

    return blueprint
