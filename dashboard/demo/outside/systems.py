"""The simulated systems' web interfaces: REST with a cursor, REST with pages, Open311 in JSON and XML, RSS and Atom."""

import os
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
from flask import Flask, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue

from dashboard.demo.outside.reports import Reports, Told
from geo.crs import from_wgs84

TOKEN_ENV = "YIWANG_DEMO_TOKEN"
OUTAGE_EVERY, OUTAGE_LENGTH = 5 * 3600, 25 * 60  # seconds: the citizens' board is away now and then


def outside_app(reports: Reports, categories: dict[str, str]) -> Flask:
    """All web interfaces in one server. `categories` gives the names by which they speak."""
    app = Flask("outside")
    _hotline(app, reports, categories)
    _open311(app, reports, categories)
    _pages(app, reports, categories)
    _feeds(app, reports)
    _answers(app, reports)
    return app


def _shifted(told: Told, crs: str) -> tuple[float | None, float | None]:
    """The point in a system's own coordinates."""
    if told.longitude is None or told.latitude is None:
        return None, None
    x, y = from_wgs84(np.array([told.longitude]), np.array([told.latitude]), crs)
    return round(float(x[0]), 6), round(float(y[0]), 6)


def _hotline(app: Flask, reports: Reports, categories: dict[str, str]) -> None:
    """The hotline: a cursor, a bearer token, GCJ-02, local times, names in Pinyin."""

    @app.get("/hotline/orders")
    def orders() -> ResponseReturnValue:
        if request.headers.get("Authorization") != f"Bearer {os.environ.get(TOKEN_ENV)}":
            abort(401)
        cursor = int(request.args.get("cursor", 0))
        rows = reports.after("hotline", cursor, 100)
        items = [_order(told, categories) for _, told in rows]
        return jsonify(code=0, data={"orders": items, "next": rows[-1][0] if rows else cursor})


def _order(told: Told, categories: dict[str, str]) -> dict[str, Any]:
    x, y = _shifted(told, "gcj02")
    return {
        "gdbh": told.id,
        "nr": told.text,
        "lb": categories.get(told.category or "", told.category),
        "dz": told.address,
        "jd": x,
        "wd": y,
        "slsj": told.shanghai,
        "zt": told.status,
        "glgd": told.parent,
    }


def _open311(app: Flask, reports: Reports, categories: dict[str, str]) -> None:
    """Grid members speak Open311 in JSON, businesses in XML and BD-09."""

    @app.get("/<channel>/services.<form>")
    def services(channel: str, form: str) -> ResponseReturnValue:
        del channel
        rows = [{"service_code": code, "service_name": name} for code, name in categories.items()]
        return jsonify(rows) if form == "json" else _xml("services", "service", rows)

    @app.get("/<channel>/requests.<form>")
    def requests_(channel: str, form: str) -> ResponseReturnValue:
        size = min(int(request.args.get("page_size", 100)), 500)
        offset = (int(request.args.get("page", 1)) - 1) * size
        since = request.args.get("updated_after") or request.args.get("start_date") or ""
        found = reports.since(channel, since.replace("Z", "+00:00"), size, offset)
        rows = [_request(told, "bd09" if channel == "business" else "wgs84") for _, told in found]
        return jsonify(rows) if form == "json" else _xml("service_requests", "request", rows)


def _request(told: Told, crs: str) -> dict[str, Any]:
    x, y = _shifted(told, crs)
    return {
        "service_request_id": told.id,
        "status": told.status,
        "service_code": told.category,
        "description": told.text,
        "requested_datetime": told.created_at,
        "updated_datetime": told.created_at,
        "address": told.address,
        "long": x,
        "lat": y,
    }


def _xml(root: str, item: str, rows: list[dict[str, Any]]) -> Response:
    def cell(name: str, value: Any) -> str:
        return f"<{name}>{escape(str(value))}</{name}>" if value is not None else f"<{name}/>"

    body = "".join(f"<{item}>{''.join(cell(k, v) for k, v in row.items())}</{item}>" for row in rows)
    return Response(f'<?xml version="1.0" encoding="utf-8"?><{root}>{body}</{root}>', mimetype="application/xml")


def _pages(app: Flask, reports: Reports, categories: dict[str, str]) -> None:
    """Online opinion in numbered pages behind a key, agents' entries by offset."""

    @app.get("/opinion/list")
    def opinion() -> ResponseReturnValue:
        if request.headers.get("X-Api-Key") != os.environ.get(TOKEN_ENV):
            abort(401)
        page, size = int(request.args.get("page", 1)), int(request.args.get("page_size", 50))
        rows = reports.page("opinion", size, (page - 1) * size)
        return jsonify(result={"rows": [_post(told, categories) for _, told in rows]})

    @app.get("/agents/entries")
    def agents() -> ResponseReturnValue:
        offset, limit = int(request.args.get("offset", 0)), int(request.args.get("limit", 50))
        rows = reports.page("agents", limit, offset)
        return jsonify(items=[_entry(told, categories) for _, told in rows])


def _post(told: Told, categories: dict[str, str]) -> dict[str, Any]:
    return {
        "postId": told.id,
        "body": told.text,
        "tag": categories.get(told.category or ""),
        "publishedAt": told.created_at,
    }


def _entry(told: Told, categories: dict[str, str]) -> dict[str, Any]:
    return {
        "id": told.id,
        "text": told.text,
        "category": categories.get(told.category or ""),
        "created_at": told.created_at,
        "longitude": told.longitude,
        "latitude": told.latitude,
        "address": told.address,
    }


def _feeds(app: Flask, reports: Reports) -> None:
    """The citizens' board as RSS, with outages; the leaders' message board as Atom."""

    @app.get("/board/rss.xml")
    def board() -> ResponseReturnValue:
        if datetime.now(UTC).timestamp() % OUTAGE_EVERY < OUTAGE_LENGTH:
            abort(503)
        items = "".join(_item(told) for _, told in reports.newest("board", 60))
        body = f'<rss version="2.0"><channel><title>百姓呼声</title>{items}</channel></rss>'
        return Response(body, mimetype="application/rss+xml")

    @app.get("/leaders/atom.xml")
    def leaders() -> ResponseReturnValue:
        entries = "".join(_atom(told) for _, told in reports.newest("leaders", 60))
        body = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>领导留言板</title>{entries}</feed>'
        return Response(body, mimetype="application/atom+xml")


def _item(told: Told) -> str:
    made = datetime.fromisoformat(told.created_at).strftime("%a, %d %b %Y %H:%M:%S +0000")
    return (
        f"<item><guid isPermaLink='false'>{told.id}</guid><title>{escape(told.text[:18])}</title>"
        f"<description>{escape(told.text)}</description><pubDate>{made}</pubDate></item>"
    )


def _atom(told: Told) -> str:
    return (
        f"<entry><id>{told.id}</id><title>{escape(told.text[:18])}</title><summary>{escape(told.text)}</summary>"
        f"<published>{told.created_at}</published><updated>{told.created_at}</updated></entry>"
    )


def _answers(app: Flask, reports: Reports) -> None:
    """How the systems take answers: by Open311 updates where they speak it, else by a call of their own."""

    @app.post("/<channel>/servicerequestupdates.json")
    def update(channel: str) -> ResponseReturnValue:
        form = request.form
        key = form["update_id"]
        reports.answer(key, channel, form["service_request_id"], form["description"])
        return jsonify([{"update_id": key}])

    @app.post("/<channel>/answers/<report_id>")
    def answer(channel: str, report_id: str) -> ResponseReturnValue:
        key = request.headers["Idempotency-Key"]
        is_new = reports.answer(key, channel, report_id, request.json["answer"])
        return jsonify(accepted=True, repeated=not is_new)
