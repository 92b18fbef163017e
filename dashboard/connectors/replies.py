"""Telling a source the answer to one of its reports: through its own service, as a file, or not by a machine."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dashboard.config.sources import BaseSource, FileAnswer, Open311Answer, Open311Source, RestAnswer
from dashboard.connectors.http import Answer, send
from dashboard.connectors.records import FeedError

Receipt = dict[str, Any]


class NoWayError(Exception):
    """A source that has no way of being answered by a machine."""


def is_repeatable(source: BaseSource) -> bool:
    """Whether the same answer may be sent again without the reporter getting it twice."""
    answer = source.answer
    return isinstance(answer, Open311Answer | FileAnswer) or (isinstance(answer, RestAnswer) and answer.idempotent)


def reply(source: BaseSource, key: str, payload: Mapping[str, Any]) -> Receipt:
    """Send an answer; what the source said of it is the receipt.

    Args:
        key: The same for the same answer, however often it is sent.
        payload: `id` of the report at the source, `number` of our case, `answer`, `status`, `at` (ISO 8601).

    Raises:
        FeedError: it was not taken; it may be sent again later.
        NoWayError: this source is answered by people.
    """
    answer = source.answer
    if isinstance(answer, Open311Answer):
        return _by_open311(source, answer, key, payload)
    if isinstance(answer, RestAnswer):
        return _by_rest(source, answer, key, payload)
    if isinstance(answer, FileAnswer):
        return _by_file(answer, key, payload)
    raise NoWayError(f"{source.id} is answered by people")


def _by_open311(source: BaseSource, answer: Open311Answer, key: str, payload: Mapping[str, Any]) -> Receipt:
    """The service request updates of Open311: a form with an id of its own, by which the server knows a repetition."""
    assert isinstance(source, Open311Source)
    form = {
        "update_id": key,
        "service_request_id": str(payload["id"]),
        "status": "CLOSED",
        "updated_datetime": str(payload["at"]),
        "description": str(payload["answer"]),
    }
    if source.jurisdiction:
        form["jurisdiction_id"] = source.jurisdiction
    url = f"{source.url.rstrip('/')}/servicerequestupdates.json"
    return _receipt(send(source, "POST", url, form=form, auth=answer.auth or source.auth))


def _by_rest(source: BaseSource, answer: RestAnswer, key: str, payload: Mapping[str, Any]) -> Receipt:
    said = {name: str(value) for name, value in payload.items()}
    body = {name: template.format_map(said) for name, template in answer.body.items()}
    auth = answer.auth or getattr(source, "auth", None)
    url = answer.url.format_map(said)
    return _receipt(send(source, answer.method, url, body=body, auth=auth, headers={"Idempotency-Key": key}))


def _by_file(answer: FileAnswer, key: str, payload: Mapping[str, Any]) -> Receipt:
    """A file that is there whole or not at all, and is the same file when it is written again."""
    folder = Path(answer.folder)
    path = folder / f"{key.replace(':', '-')}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".part")
        half.write_text(json.dumps(dict(payload), ensure_ascii=False, indent=1), encoding="utf-8")
        half.replace(path)
    except OSError as error:
        raise FeedError(f"the answer could not be written to {answer.folder}: {error.strerror}") from error
    return {"file": path.name}


def _receipt(answer: Answer) -> Receipt:
    return {"status": answer.status, "said": answer.body[:500].decode("utf-8", "replace")}
