"""The archive of snapshots as its page shows it: a search, a stretch of its list, one snapshot with its copies."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, urlencode

from sqlalchemy.orm import Session

from dashboard.domain.access import Actor, Right
from dashboard.domain.snapshots import CodeError, Edition, Kind, read_code
from dashboard.store.archive import (
    Search,
    copies_of,
    count_snapshots,
    found_snapshots,
    kept_ids,
    snapshot_by_code,
)
from dashboard.store.snapshots import Snapshot

PAGE = 30


@dataclass(frozen=True)
class ArchiveView:
    """What the page shows; all of it stands in its address."""

    text: str = ""
    kind: Kind | None = None
    page: int = 1
    code: str | None = None

    def query(self, **change: str | None) -> str:
        """The address' query with some of it changed."""
        state = {
            "q": self.text or None,
            "kind": self.kind.value if self.kind else None,
            "page": str(self.page) if self.page > 1 else None,
            "code": self.code,
        } | change
        found = urlencode({key: value for key, value in state.items() if value})
        return f"?{found}" if found else ""


def read_archive_view(search: str | None) -> ArchiveView:
    """The view an address means; nonsense becomes the default."""
    asked = {key: values[0] for key, values in parse_qs((search or "").lstrip("?")).items()}
    page = asked.get("page", "1")
    return ArchiveView(
        text=asked.get("q", "")[:100],
        kind=next((kind for kind in Kind if kind.value == asked.get("kind")), None),
        page=max(int(page), 1) if page.isdigit() and len(page) < 6 else 1,
        code=_code(asked.get("code")),
    )


def _code(text: str | None) -> str | None:
    try:
        return read_code(text) if text else None
    except CodeError:
        return None


@dataclass(frozen=True)
class ArchiveRow:
    """One snapshot without its bytes; those that are kept no longer still have their fingerprint."""

    code: str
    kind: Kind
    title: str
    scope: str
    edition: Edition
    at: datetime
    made_at: datetime
    made_for: str
    pages: int
    notices: list[str]
    replaced: list[str]
    renderer: str
    sha256: str
    data_sha256: str
    is_kept: bool


def _row(found: Snapshot, is_kept: bool) -> ArchiveRow:
    return ArchiveRow(
        code=found.code,
        kind=Kind(found.kind),
        title=found.title,
        scope=found.scope,
        edition=Edition(found.edition),
        at=found.at,
        made_at=found.made_at,
        made_for=found.made_for,
        pages=found.pages,
        notices=found.notices,
        replaced=found.replaced,
        renderer=found.renderer,
        sha256=found.sha256,
        data_sha256=found.data_sha256,
        is_kept=is_kept,
    )


@dataclass(frozen=True)
class ArchivePage:
    """A stretch of the list, and how many there are in all."""

    rows: Sequence[ArchiveRow]
    total: int

    @property
    def pages(self) -> int:
        """How many stretches there are."""
        return max(-(-self.total // PAGE), 1)


def archive_page(session: Session, actor: Actor, view: ArchiveView) -> ArchivePage:
    """The snapshots that a search finds within what somebody may see."""
    search = Search(
        text=view.text, kind=view.kind.value if view.kind else None, with_full_cases=actor.may(Right.HANDLE)
    )
    found = found_snapshots(session, actor.scope, search, start=(view.page - 1) * PAGE, limit=PAGE)
    kept = kept_ids(session, [row.id for row in found])
    return ArchivePage(
        [_row(row, row.id in kept) for row in found if may_read(actor, row)],
        count_snapshots(session, actor.scope, search),
    )


@dataclass(frozen=True)
class ArchiveDetail:
    """One snapshot, and how many copies of it were handed out."""

    row: ArchiveRow
    copies: int


def archive_detail(session: Session, actor: Actor, code: str) -> ArchiveDetail | None:
    """The snapshot of a code, None when somebody may not see it or there is none."""
    found = snapshot_by_code(session, code, actor.scope)
    if found is None or not may_read(actor, found):
        return None
    return ArchiveDetail(_row(found, found.pdf is not None), len(copies_of(session, found.id)))


def may_read(actor: Actor, found: Snapshot) -> bool:
    """Whether somebody within its scope may read a snapshot: full sheets of cases are for those who handle them."""
    is_full_case = found.kind == Kind.CASE and found.edition == Edition.FULL
    return actor.may(Right.EXPORT) and (not is_full_case or actor.may(Right.HANDLE))


def is_intact(session: Session, actor: Actor, code: str) -> bool | None:
    """Whether the kept bytes still have their fingerprint; None when there are none (any more)."""
    found = snapshot_by_code(session, code, actor.scope)
    if found is None or found.pdf is None or not may_read(actor, found):
        return None
    return hashlib.sha256(found.pdf).hexdigest() == found.sha256
