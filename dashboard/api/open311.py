"""Our own Open311 service (GeoReport v2): other systems file reports and follow them. Nobody signs in here."""

from typing import Any

import structlog
from flask import Blueprint, Response, request
from flask_limiter import Limiter
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, TooManyRequests

from dashboard.api.open311_answers import answer, asked_form, errors
from dashboard.api.open311_asking import (
    AskError,
    asked_requests,
    check_jurisdiction,
    given_key,
    given_secret,
    one_request,
    sent_values,
    wanted_texts,
)
from dashboard.api.open311_words import discovery, filed, own_address, problem_text, service_request, services
from dashboard.auth.keys import hash_of
from dashboard.domain.calendars import shanghai_day
from dashboard.domain.stages import CaseError
from dashboard.runtime import Runtime
from dashboard.services.delivering import told_by_reading
from dashboard.services.filing import file_report
from dashboard.services.forms import RefusedError, Why, number_of, read_form
from dashboard.services.photos import Photo, read_photo
from dashboard.store.filings import Asked, Filed, filed_reports
from dashboard.viewmodels.open311 import public_requests
from layouts.refusals import refusal
from layouts.texts import Texts

FORM_BYTES, MOST_PHOTOS = 1_000_000, 5
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
log = structlog.get_logger()


def open311_blueprint(runtime: Runtime, limiter: Limiter) -> Blueprint:
    """The routes below /open311/v2."""
    blueprint = Blueprint("open311", __name__, url_prefix="/open311/v2")
    settings = runtime.config.open311
    _answer_errors(blueprint)
    _route_reading(blueprint, runtime)
    _route_filing(blueprint, runtime, limiter)
    limiter.limit(f"{settings.requests_per_minute} per minute")(blueprint)

    @blueprint.before_request
    def check() -> None:
        request.max_content_length = runtime.config.attachments.max_bytes + FORM_BYTES
        if asked_form() is None:
            raise AskError(400, "只提供 XML 和 JSON：地址请以 .xml 或 .json 结尾")
        check_jurisdiction(settings.jurisdiction)

    @blueprint.after_request
    def let_origins_read(response: Response) -> Response:
        """Pages of other hosts may only read, and only those that are named: see docs/open311.md."""
        origin = request.headers.get("Origin")
        if request.method == "GET" and origin and ("*" in settings.origins or origin in settings.origins):
            response.headers["Access-Control-Allow-Origin"] = origin
        if settings.origins:
            response.vary.add("Origin")
        return response

    return blueprint


def _answer_errors(blueprint: Blueprint) -> None:
    """Every refusal in the form of the standard, in the language of the client."""

    @blueprint.errorhandler(AskError)
    def refuse(error: AskError) -> Response:
        return errors(error.status, [wanted_texts()(error.text, **error.values)])

    @blueprint.errorhandler(RefusedError)
    def refuse_form(error: RefusedError) -> Response:
        status = 404 if any(problem.why is Why.UNKNOWN for problem in error.problems) else 400
        t = wanted_texts()
        return errors(status, [problem_text(problem, t) for problem in error.problems])

    @blueprint.errorhandler(TooManyRequests)
    def slow_down(_error: TooManyRequests) -> Response:
        response = errors(429, [wanted_texts()("请求太频繁，请一分钟后再试")])
        response.headers["Retry-After"] = "60"
        return response

    @blueprint.errorhandler(RequestEntityTooLarge)
    def refuse_size(_error: RequestEntityTooLarge) -> Response:
        return errors(413, [wanted_texts()("内容太大")])

    @blueprint.errorhandler(Exception)
    def apologise(error: Exception) -> Response:
        if isinstance(error, HTTPException):
            return errors(error.code or 400, [wanted_texts()("这个请求无法理解")])
        log.exception("open311 request broke")
        return errors(500, [wanted_texts()("服务暂时不可用，请稍后再试")])


def _route_reading(blueprint: Blueprint, runtime: Runtime) -> None:
    config, started_at = runtime.config, runtime.now()

    @blueprint.get("/discovery.<form>")
    @blueprint.get("/discovery", defaults={"form": None})
    def discover(form: str | None) -> Response:
        address = own_address(config.web.public_url)
        found = discovery(config, address, started_at, wanted_texts(), is_demo=runtime.is_demo)
        return answer("discovery", found, _form(form))

    @blueprint.get("/services.<form>")
    @blueprint.get("/services", defaults={"form": None})
    def list_services(form: str | None) -> Response:
        return answer("services", services(config, wanted_texts()), _form(form))

    @blueprint.get("/services/<path:code>.<form>")
    def define_service(code: str, form: str) -> Response:
        if code not in runtime.desk.severities:
            raise AskError(404, "没有 service_code 为 {code} 的服务，可用的见 services", code=code)
        return answer("service_definition", {"service_code": code, "attributes": []}, form)

    @blueprint.get("/requests.<form>")
    @blueprint.get("/requests", defaults={"form": None})
    def list_requests(form: str | None) -> Response:
        reader = _reader(runtime)
        asked = asked_requests(runtime, reader, runtime.now())
        return answer("service_requests", _read(runtime, asked, wanted_texts()), _form(form))

    @blueprint.get("/requests/<number>.<form>")
    def show_request(number: str, form: str) -> Response:
        found = _read(runtime, one_request(runtime, _reader(runtime), number), wanted_texts())
        if not found:
            raise AskError(404, "没有编号为 {number} 的诉求", number=number)
        return answer("service_requests", found, form)

    @blueprint.get("/tokens/<token>.<form>")
    def find_token(token: str, form: str) -> Response:
        """A report has its id at once, and it stands for the token that other servers give."""
        with runtime.sessions.read() as session:
            found = filed_reports(session, one_request(runtime, _reader(runtime), token))
        if not found:
            raise AskError(404, "没有 token 为 {token} 的诉求", token=token)
        return answer("service_requests", [{"service_request_id": number_of(found[0].id), "token": token}], form)

    @blueprint.route("/", defaults={"rest": ""}, methods=METHODS)
    @blueprint.route("/<path:rest>", methods=METHODS)
    def refuse_address(rest: str) -> Response:
        raise AskError(404, "没有 {rest} 这个地址，或不支持这种方法", rest=rest)


def _form(form: str | None) -> str:
    return form or asked_form() or "json"


def _reader(runtime: Runtime) -> str | None:
    """The source whose own reports the client may read in full."""
    key = given_key(runtime)
    return key.source if key and key.may_read else None


def _read(runtime: Runtime, asked: Asked, t: Texts) -> list[dict[str, Any]]:
    """Requests as the reader may see them. What its filer has read need not be told by anybody any more."""
    now = runtime.now()
    with runtime.sessions.read() as session:
        found = filed_reports(session, asked)
        atlas = runtime.desk.atlases.current(session, shanghai_day(now))
    cell_crs = runtime.config.district.cell_crs
    seen = public_requests(found, asked.reader, atlas, runtime.area_names(), cell_crs)
    if request.method == "GET":
        _note_reading(runtime, found, asked.reader)
    return [service_request(one, runtime.config, t) for one in seen]


def _note_reading(runtime: Runtime, found: list[Filed], reader: str | None) -> None:
    told = [one.report.id for one in found if one.answer and one.report.source == reader and not one.report.answered_at]
    if told and reader:
        told_by_reading(runtime.desk, told, reader, runtime.now())


def _route_filing(blueprint: Blueprint, runtime: Runtime, limiter: Limiter) -> None:
    def by_key() -> str:
        return hash_of(given_secret())

    @blueprint.post("/requests.<form>")
    @blueprint.post("/requests", defaults={"form": None})
    @limiter.limit(f"{runtime.config.open311.filings_per_minute} per minute", key_func=by_key, override_defaults=False)
    def file(form: str | None) -> Response:
        key = given_key(runtime)
        if key is None:
            raise AskError(403, "缺少 api_key，请向辖区申请")
        if not key.may_file:
            raise AskError(403, "这个 api_key 不能报送诉求")
        t = wanted_texts()
        photos, refused = _photos(runtime, t)
        sent = read_form(sent_values())
        repeats = request.headers.get("Idempotency-Key")
        receipt = file_report(runtime.desk, key, sent, runtime.now(), idempotency_key=repeats, photos=photos)
        status = 201 if receipt.is_new else 200
        return answer("service_requests", [filed(receipt, refused, t)], _form(form), status)


def _photos(runtime: Runtime, t: Texts) -> tuple[list[Photo], list[str]]:
    """Photos that came with a form, and why others were not taken: a bad picture does not make a report worthless."""
    good: list[Photo] = []
    refused: list[str] = []
    for sent in [file for file in request.files.values() if file.filename][:MOST_PHOTOS]:
        try:
            good.append(read_photo(sent.read(), runtime.config.attachments.longest_side))
        except CaseError as error:
            refused.append(refusal(error, t))
    return good, refused
