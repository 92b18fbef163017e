"""Data of a snapshot as they are kept: one text, one fingerprint, compressed."""

import hashlib
import json
import zlib
from typing import Any

Json = dict[str, Any]


def canonical(data: Json) -> str:
    """The one text of some data, as it is attached to the document and as its fingerprint is taken."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


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
