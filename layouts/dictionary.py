"""The dictionary of a language as the browser gets it, and its address."""

import hashlib
import json

from dashboard.config import Config
from layouts.js_texts import dictionary
from layouts.texts import texts


def words(config: Config, areas: dict[str, str], language: str) -> bytes:
    """The dictionary as JSON."""
    found = dictionary(config, areas, texts(language))
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


def address(body: bytes, language: str) -> str:
    """Where a browser finds these words; it changes with them."""
    return f"/dictionary/{language}-{hashlib.sha256(body).hexdigest()[:12]}.json"
