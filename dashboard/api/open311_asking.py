"""What somebody asks our Open311 service, read from the request; what cannot be read is refused in words."""

import re
from datetime import UTC, datetime, timedelta

from flask import request

from dashboard.auth.keys import KeyHolder, find_key
from dashboard.domain.calendars import SHANGHAI
from dashboard.domain.merging import Extent
from dashboard.runtime import Runtime
from dashboard.services.forms import ATTRIBUTE, filing_of
from dashboard.store.filings import Asked
from layouts.texts import Texts, texts

LONGEST_SPAN = timedelta(days=90)
MOST = 1000
SECOND = timedelta(seconds=1)


class AskError(Exception):
    """A request that cannot be answered: the HTTP status and why, as a Chinese template with its values."""

    def __init__(self, status: int, text: str, **values: object) -> None:
        super().__init__(text)
        self.status, self.text, self.values = status, text, values


def wanted_texts() -> Texts:
    """The language of an answer: `locale`, else what the client accepts, else Chinese."""
    wanted = [request.args.get("locale") or "", *request.accept_languages.values()]
    known = [language for language in (name[:2].lower() for name in wanted) if language in ("zh", "en")]
    return texts(known[0] if known else None)


def check_jurisdiction(expected: str | None) -> None:
    """A wrong `jurisdiction_id` is not found; none is the only one there is."""
    given = request.args.get("jurisdiction_id") or (request.form.get("jurisdiction_id") if _has_form() else None)
    if expected and given and given != expected:
        raise AskError(
            404, "没有 jurisdiction_id 为 {given} 的辖区，本服务的是 {expected}", given=given, expected=expected
        )


def _has_form() -> bool:
    return request.method == "POST"


def given_key(runtime: Runtime) -> KeyHolder | None:
    """Whose key came with the request; None when none came."""
    secret = given_secret()
    if not secret:
        return None
    with runtime.sessions.read() as session:
        found = find_key(session, secret)
    if found is None:
        raise AskError(403, "api_key 无效或已撤销，请向辖区索取新的密钥")
    return found


def given_secret() -> str:
    """The key as it came: as `api_key`, or in a header, which stands in no log as addresses do."""
    given = request.authorization
    bearer = given.token if given and given.type == "bearer" else None
    return request.values.get("api_key") or bearer or ""


def sent_values() -> dict[str, str]:
    """What a form says. Of several values of one name a list of choices keeps all, anything else the first."""
    return {
        name: ", ".join(request.values.getlist(name)) if name.startswith(ATTRIBUTE) else request.values[name]
        for name in request.values
    }


def asked_requests(runtime: Runtime, reader: str | None, now: datetime) -> Asked:
    """Which requests are asked for. Ids override everything else, as the standard says."""
    config = runtime.config
    private = frozenset(category.id for category in config.categories if category.extent is Extent.PERSON)
    if numbers := _list("service_request_id"):
        if len(numbers) > MOST:
            raise AskError(400, "service_request_id 一次最多 {most} 个", most=MOST)
        return Asked(reader, private, ids=[found for number in numbers if (found := filing_of(number))])
    start, end, after, before = (
        _instant("start_date"),
        _instant("end_date", at_end=True),
        _instant("updated_after"),
        _instant("updated_before", at_end=True),
    )
    if start or end or not (after or before):
        start, end = _span(start, end, now)
    return Asked(
        reader=reader,
        private=private,
        categories=_categories(runtime),
        is_open=_is_open(),
        start=start,
        end=end,
        updated_after=after,
        updated_before=before,
        page=_number("page", 1, 1_000_000),
        size=_number("page_size", config.open311.page_size, MOST),
    )


def one_request(runtime: Runtime, reader: str | None, number: str) -> Asked:
    """The one request of an id."""
    private = frozenset(category.id for category in runtime.config.categories if category.extent is Extent.PERSON)
    return Asked(reader, private, ids=[found] if (found := filing_of(number)) else [])


def _list(name: str) -> list[str]:
    """A parameter that may hold several values, parted by commas or given several times."""
    return [part.strip() for value in request.args.getlist(name) for part in value.split(",") if part.strip()]


def _categories(runtime: Runtime) -> frozenset[str]:
    known = {category.id for category in runtime.config.categories}
    wanted = _list("service_code")
    for code in wanted:
        if code not in known:
            raise AskError(404, "没有 service_code 为 {code} 的服务，可用的见 services", code=code)
    return frozenset(wanted)


def _is_open() -> bool | None:
    wanted = {status.lower() for status in _list("status")}
    if wanted - {"open", "closed"}:
        raise AskError(400, "status 只能是 open 或 closed")
    return None if len(wanted) != 1 else wanted == {"open"}


def _number(name: str, default: int, most: int) -> int:
    text = request.args.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= most):
        raise AskError(400, "{name} 须为 1 到 {most} 的整数", name=name, most=most)
    return int(text)


def _span(start: datetime | None, end: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """The last 90 days unless said otherwise; never more, so that nobody takes a part for the whole."""
    if start is None:
        start = (end or now) - LONGEST_SPAN
    end = end or start + LONGEST_SPAN
    if end < start:
        raise AskError(400, "end_date 早于 start_date")
    if end - start > LONGEST_SPAN:
        raise AskError(400, "start_date 到 end_date 不能超过 {days} 天，请分段查询", days=LONGEST_SPAN.days)
    return start, end


def _instant(name: str, *, at_end: bool = False) -> datetime | None:
    """An instant in the W3C's form. A day alone is one in Shanghai; a plus that came as a blank is a plus."""
    text = re.sub(r" (\d\d:?\d\d)$", r"+\1", request.args.get(name, "").strip())
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or not 1970 <= found.year <= 2199 or (found.tzinfo is None and len(text) > 10):
        raise AskError(400, "{name} 须为带时区的时间，例如 2026-03-10T08:00:00+08:00", name=name)
    if found.tzinfo is None:
        found = found.replace(tzinfo=SHANGHAI) + (timedelta(days=1) - SECOND if at_end else timedelta())
    return found.astimezone(UTC)
