"""How an outside system is described: its protocol, its manners and how its fields map to ours."""

import re
from datetime import datetime, timedelta
from typing import Annotated, Literal

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import AfterValidator, Field

from dashboard.config.durations import Duration, Size
from dashboard.config.parts import Strict, Text


def _is_expression(text: str) -> str:
    """A JMESPath expression; a plain name that JMESPath would want quoted, such as 诉求内容, is quoted here."""
    if re.fullmatch(r"[^\W\d][\w ]*", text) and not (text.isascii() and text.isidentifier()):
        text = f'"{text}"'
    try:
        jmespath.compile(text)
    except JMESPathError as error:
        raise ValueError(f"{text!r} is not a JMESPath expression: {error}") from error
    return text


Expression = Annotated[str, AfterValidator(_is_expression)]


class Mapping(Strict):
    """Where our fields stand in a source's record, each a JMESPath expression. Unset ones take the protocol's own."""

    id: Expression | None = None
    text: Expression | None = None
    title: Expression | None = None
    category: Expression | None = None
    time: Expression | None = None
    updated: Expression | None = None
    longitude: Expression | None = None
    latitude: Expression | None = None
    address: Expression | None = None
    status: Expression | None = None
    closed_time: Expression | None = None
    parent: Expression | None = None
    channel: Expression | None = None
    reporter: Expression | None = None
    contact: Expression | None = None


class BearerAuth(Strict):
    """`Authorization: Bearer <secret>`; the secret stands in the named environment variable."""

    kind: Literal["bearer"]
    secret_env: str


class HeaderAuth(Strict):
    """A header of its own, such as `X-Api-Key`."""

    kind: Literal["header"]
    header: str
    secret_env: str


class QueryAuth(Strict):
    """A secret as a query parameter, such as `api_key`."""

    kind: Literal["query"]
    parameter: str
    secret_env: str


Auth = Annotated[BearerAuth | HeaderAuth | QueryAuth, Field(discriminator="kind")]


class CursorPaging(Strict):
    """The answer names the next cursor; the last page names none or the same."""

    kind: Literal["cursor"]
    parameter: str = "cursor"
    next: Expression = "next_cursor"


class PagePaging(Strict):
    """Pages are numbered."""

    kind: Literal["page"]
    parameter: str = "page"
    size_parameter: str = "page_size"
    size: int = Field(100, ge=1)
    first: int = 1


class OffsetPaging(Strict):
    """Records are skipped by number."""

    kind: Literal["offset"]
    parameter: str = "offset"
    size_parameter: str = "limit"
    size: int = Field(100, ge=1)


Paging = Annotated[CursorPaging | PagePaging | OffsetPaging, Field(discriminator="kind")]


class Open311Answer(Strict):
    """By the service request updates of Open311, under the source's own address."""

    kind: Literal["open311"]
    auth: Auth | None = None


class RestAnswer(Strict):
    """By a call. `{id}`, `{number}`, `{answer}`, `{status}` and `{at}` are filled in in its address and its body.

    With `idempotent` the service takes the same `Idempotency-Key` once, so that an answer may be sent again after a
    crash.
    """

    kind: Literal["rest"]
    url: str
    method: Literal["POST", "PUT", "PATCH"] = "POST"
    body: dict[str, str] = Field(default_factory=lambda: {"id": "{id}", "answer": "{answer}", "status": "{status}"})
    idempotent: bool = False
    auth: Auth | None = None


class FileAnswer(Strict):
    """As a JSON file in a folder from which the source takes it."""

    kind: Literal["file"]
    folder: str


class PhoneAnswer(Strict):
    """By an operator, who calls."""

    kind: Literal["phone"]


AnswerBy = Annotated[Open311Answer | RestAnswer | FileAnswer | PhoneAnswer, Field(discriminator="kind")]


class Translation(Strict):
    """How the records of a source read: where its fields stand, its times, coordinates, categories and channels."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    channel: str
    crs: str = "wgs84"
    time_zone: str | None = None
    time_format: str | None = None
    mapping: Mapping = Mapping()
    categories: dict[str, str] = Field(default_factory=dict)
    channels: dict[str, str] = Field(default_factory=dict)
    closed_statuses: tuple[str, ...] = ("closed",)


class BaseSource(Translation):
    """What every polled source has."""

    name: Text
    every: Duration = timedelta(minutes=1)
    timeout: Duration = timedelta(seconds=10)
    max_bytes: Size = 20_000_000
    stale_after: Duration = timedelta(minutes=10)
    start_from: datetime | None = None
    overlap: Duration = timedelta(minutes=10)
    first_run_limit: int = Field(200, ge=0)
    max_pages: int = Field(50, ge=1)
    answer: AnswerBy | None = None


class Open311Source(BaseSource):
    """An Open311 GeoReport v2 server."""

    protocol: Literal["open311"]
    url: str
    format: Literal["json", "xml"] = "json"
    jurisdiction: str | None = None
    updated_parameter: bool = True
    page_size: int = Field(100, ge=1)
    auth: Auth | None = None


class RestSource(BaseSource):
    """A REST service that answers with JSON."""

    protocol: Literal["rest"]
    url: str
    items: Expression = "items"
    since_parameter: str | None = None
    paging: Paging | None = None
    parameters: dict[str, str] = Field(default_factory=dict)
    auth: Auth | None = None


class FeedSource(BaseSource):
    """An RSS or Atom feed."""

    protocol: Literal["feed"]
    url: str
    auth: Auth | None = None


class FilesSource(BaseSource):
    """A folder into which CSV and XLSX files are dropped."""

    protocol: Literal["files"]
    folder: str
    rest_for: Duration = timedelta(seconds=5)


class SqlSource(BaseSource):
    """A table or view of another database, read by a watermark column that never goes back for new rows."""

    protocol: Literal["sql"]
    url: str | None = None
    url_env: str | None = None
    table: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.]*$")
    key: str = Field("id", pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    watermark: str = Field("updated_at", pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    page_size: int = Field(500, ge=1)


Source = Annotated[Open311Source | RestSource | FeedSource | FilesSource | SqlSource, Field(discriminator="protocol")]
