"""Asking an HTTP source: with a time limit for the whole answer, a size limit, and one kind of error."""

import codecs
import json
import os
import re
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

import httpx

from dashboard.config.sources import Auth, BaseSource, BearerAuth, HeaderAuth
from dashboard.connectors.records import FeedError

USER_AGENT = "Yiwang/0.1"


@dataclass(frozen=True)
class Answer:
    """A whole answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def charset(self) -> str | None:
        """The encoding its header declares."""
        found = re.search(r"charset=[\s\"']*([\w.:-]+)", self.headers.get("content-type", ""), re.IGNORECASE)
        return found[1] if found else None


def get(
    source: BaseSource,
    url: str,
    parameters: Mapping[str, str | int] | None = None,
    auth: Auth | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """GET within the source's limits; 200 and 304 are answers, all else is an error.

    Raises:
        FeedError: no connection, time-out, too large, or an HTTP error.
    """
    query = {name: str(value) for name, value in (parameters or {}).items()}
    sent = {"User-Agent": USER_AGENT, **(headers or {})}
    _sign(auth, query, sent)
    with (
        _feed_errors(source),
        httpx.Client(timeout=source.timeout.total_seconds(), verify=_trust()) as client,
        client.stream("GET", url, params=query, headers=sent) as response,
    ):
        _check_status(response)
        return Answer(response.status_code, response.headers, _read(source, response))


def send(
    source: BaseSource,
    method: str,
    url: str,
    *,
    form: Mapping[str, str] | None = None,
    body: Any = None,
    auth: Auth | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Send a form or a JSON body within the source's limits; any 2xx is an answer, all else is an error.

    Raises:
        FeedError: no connection, time-out, too large, or an HTTP error.
    """
    query: dict[str, str] = {}
    sent = {"User-Agent": USER_AGENT, **(headers or {})}
    _sign(auth, query, sent)
    with (
        _feed_errors(source),
        httpx.Client(timeout=source.timeout.total_seconds(), verify=_trust()) as client,
        client.stream(method, url, params=query, headers=sent, data=form, json=body) as response,
    ):
        if not response.is_success:
            _check_status(response)
        return Answer(response.status_code, response.headers, _read(source, response))


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    """The trusted certificates; reading them takes longer than most answers."""
    return httpx.create_ssl_context()


def secret(name: str) -> str:
    """A secret from the environment.

    Raises:
        FeedError: it is not set.
    """
    value = os.environ.get(name)
    if not value:
        raise FeedError(f"the environment variable {name} is not set; it must hold the source's secret")
    return value


def _sign(auth: Auth | None, query: dict[str, str], headers: dict[str, str]) -> None:
    if auth is None:
        return
    value = secret(auth.secret_env)
    if isinstance(auth, BearerAuth):
        headers["Authorization"] = f"Bearer {value}"
    elif isinstance(auth, HeaderAuth):
        headers[auth.header] = value
    else:
        query[auth.parameter] = value


@contextmanager
def _feed_errors(source: BaseSource) -> Iterator[None]:
    try:
        yield
    except httpx.TimeoutException as error:
        raise FeedError(f"no answer within {source.timeout.total_seconds():g} s") from error
    except httpx.DecodingError as error:
        raise FeedError("the answer's compression is damaged") from error
    except (httpx.RemoteProtocolError, httpx.ReadError) as error:
        raise FeedError("the connection was cut in the middle of the answer") from error
    except httpx.RequestError as error:
        raise FeedError(f"no connection: {type(error).__name__}") from error
    except httpx.InvalidURL as error:
        raise FeedError(f"the address is not valid: {error}") from error


def _check_status(response: httpx.Response) -> None:
    status = response.status_code
    if status in (200, 304):
        return
    reasons = {
        401: "the source refuses our credentials (HTTP 401); check its secret",
        403: "the source forbids this (HTTP 403); check its secret and rights",
        429: "the source asks us to slow down (HTTP 429)",
    }
    if response.is_redirect:
        reasons[status] = (
            f"the source has moved (HTTP {status}) to {response.headers.get('location', '?')}; correct its url"
        )
    raise FeedError(reasons.get(status, f"the source answered HTTP {status}"), _retry_after(response))


def _retry_after(response: httpx.Response) -> timedelta | None:
    text = response.headers.get("retry-after", "")
    return timedelta(seconds=min(int(text), 3600)) if text.isdigit() else None


def _read(source: BaseSource, response: httpx.Response) -> bytes:
    """The body, given up as soon as it is too large or takes too long as a whole."""
    deadline = time.monotonic() + source.timeout.total_seconds()
    parts, size = [], 0
    for part in response.iter_bytes():
        size += len(part)
        if size > source.max_bytes:
            raise FeedError(f"the answer is larger than {source.max_bytes:,} bytes (max_bytes)")
        if time.monotonic() > deadline:
            raise FeedError(f"the answer was not complete within {source.timeout.total_seconds():g} s")
        parts.append(part)
    expected = response.headers.get("content-length")
    if expected and expected.isdigit() and "content-encoding" not in response.headers and size < int(expected):
        raise FeedError("the connection was cut in the middle of the answer")
    return b"".join(parts)


def text_of(body: bytes, charset: str | None = None) -> str:
    """Text in UTF-8, in the declared charset, or in GB18030, whichever fits without loss.

    UTF-8 comes first, whatever is declared: other text is hardly ever valid UTF-8 by chance, while UTF-8 is often
    valid GBK and then reads as nonsense.

    Raises:
        FeedError: none fits.
    """
    utf_16 = "utf-16" if body[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else None
    for name in (utf_16, "utf-8-sig", charset, "gb18030"):
        if name:
            try:
                return body.decode(name)
            except (UnicodeDecodeError, LookupError):
                continue
    raise FeedError("the answer is neither UTF-8 nor GB18030 text")


def json_of(answer: Answer) -> Any:
    """The JSON of an answer.

    Raises:
        FeedError: it is something else, or cut off.
    """
    text = text_of(answer.body, answer.charset)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        if text.lstrip()[:1] == "<":
            raise FeedError("the source answered with a web page or XML instead of JSON") from error
        raise FeedError(f"the answer is not complete JSON: {error}") from error
