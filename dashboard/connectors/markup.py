"""XML from outside: in any encoding that Chinese systems use, and never with entity definitions."""

import re
from typing import Any

import defusedxml.ElementTree as SafeXml
from defusedxml import DefusedXmlException

from dashboard.connectors.http import Answer, text_of
from dashboard.connectors.records import FeedError

_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([\w.:-]+)")


class NotXmlError(FeedError):
    """The text is no well-formed XML."""


def xml_text(answer: Answer) -> str:
    """The XML as text, without its declaration: the parsers underneath know no GB2312, GBK or GB18030.

    Raises:
        FeedError: no encoding fits.
    """
    declared = _ENCODING.search(answer.body[:200])
    text = text_of(answer.body, declared[1].decode() if declared else answer.charset)
    return _DECLARATION.sub("", text, count=1)


def xml_root(text: str, *, allow_doctype: bool = False) -> Any:
    """The root element.

    Raises:
        NotXmlError: it is not well-formed, or cut off.
        FeedError: it defines entities, which can blow a small file up to gigabytes.
    """
    try:
        return SafeXml.fromstring(text, forbid_dtd=not allow_doctype)
    except DefusedXmlException as error:
        raise FeedError("the XML holds entity definitions, which are refused as dangerous") from error
    except SafeXml.ParseError as error:
        raise NotXmlError(f"the answer is not complete XML: {error}") from error
