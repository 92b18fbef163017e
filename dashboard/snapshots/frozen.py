"""Data of a snapshot as they are kept: one text, one fingerprint, compressed."""

import hashlib
import json
import re
import zlib
from typing import Any

Json = dict[str, Any]
HALVES = re.compile("[\ud800-\udfff]")
"""Halves of pairs: they stand alone only by mistake, and can be written in JSON but not in UTF-8."""


def canonical(data: Json) -> str:
    """The one text of some data, as it is attached to the document and as its fingerprint is taken."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return HALVES.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def fingerprint(data: Json) -> str:
    """The sha256 of some data."""
    return hashlib.sha256(canonical(data).encode()).hexdigest()


def packed(data: Json) -> bytes:
    """Data as they are kept."""
    return zlib.compress(canonical(data).encode(), 6)


def unpacked(body: bytes) -> Json:
    """Data that were kept."""
    found: Json = json.loads(zlib.decompress(body))
    return found
