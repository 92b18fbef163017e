"""What our Open311 service says, as JSON or as XML: the same content, as the standard maps one to the other."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from flask import Response, request

FORMS = {"json": "application/json", "xml": "text/xml"}
ITEMS = {
    "services": "service",
    "service_requests": "request",
    "attributes": "attribute",
    "endpoints": "endpoint",
    "formats": "format",
    "errors": "error",
}
"""What an item of a list is called in XML; JSON has no names for them."""
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Content = Mapping[str, Any] | Sequence[Any]


def answer(name: str, content: Content, form: str, status: int = 200) -> Response:
    """An answer; `name` is the root element in XML."""
    body = _json(content) if form == "json" else _xml(name, content)
    return Response(body, status, content_type=f"{FORMS[form]}; charset=utf-8")


def errors(status: int, descriptions: Sequence[str]) -> Response:
    """A refusal, in the form that was asked for."""
    found = [{"code": status, "description": description} for description in descriptions]
    return answer("errors", found, asked_form() or "xml", status)


def asked_form() -> str | None:
    """JSON or XML: by the ending of the address, without one by what the client accepts; None for any other ending."""
    ending = request.path.rpartition("/")[2].rpartition(".")[2] if "." in request.path.rpartition("/")[2] else ""
    if ending:
        return ending if ending in FORMS else None
    best = request.accept_mimetypes.best_match(["application/json", "text/xml", "application/xml"])
    return "xml" if best and best.endswith("xml") else "json"


def _json(content: Content) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")


def _xml(name: str, content: Content) -> bytes:
    root = ElementTree.Element(name)
    _fill(root, content)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _fill(element: ElementTree.Element, value: Any) -> None:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            _fill(ElementTree.SubElement(element, name), inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _fill(ElementTree.SubElement(element, ITEMS[element.tag]), inner)
    elif value is not None:
        element.text = _text(value)


def _text(value: Any) -> str:
    """As XML can hold it: control characters are no characters there, whoever typed them."""
    return NOT_XML.sub("\ufffd", str(value).lower() if isinstance(value, bool) else str(value))
