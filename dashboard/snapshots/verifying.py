"""Is this file what was archived? Answered by its fingerprint; nothing in the file is believed."""

import hashlib
import re
from dataclasses import dataclass

from sqlalchemy.orm import Session

from dashboard.domain.snapshots import ALPHABET, CodeError, read_code
from dashboard.store.archive import snapshot_by_code, snapshot_of_file
from dashboard.store.snapshots import Snapshot

NAMED = re.compile(rf"\b[{ALPHABET}]{{4}}(?:-[{ALPHABET}]{{4}}){{3}}\b".encode())
"""A code as the file's own description holds it, which PDF/A keeps readable."""


@dataclass(frozen=True)
class Verdict:
    """The snapshot that a file is, or None; `named` is an archived one that it claims to be and is not."""

    found: Snapshot | None
    named: Snapshot | None = None


def verdict(session: Session, body: bytes, code: str | None = None) -> Verdict:
    """Compare a file with the archive. With a code it must be that snapshot, not just any."""
    found = snapshot_of_file(session, hashlib.sha256(body).hexdigest())
    if found is not None and (code is None or found.code == code):
        return Verdict(found)
    return Verdict(None, _named(session, body))


def _named(session: Session, body: bytes) -> Snapshot | None:
    match = NAMED.search(body)
    try:
        return snapshot_by_code(session, read_code(match[0].decode())) if match else None
    except CodeError:
        return None
