"""What becomes of a rendered document: it is archived whole, once, with the pictures of its pages."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from PIL import Image
from sqlalchemy.orm import Session

from dashboard.auth.accounts import note
from dashboard.snapshots.frozen import fingerprint, packed
from dashboard.snapshots.render import Rendered, renderer_version
from dashboard.snapshots.wishes import read_wish
from dashboard.store.snapshots import Snapshot, SnapshotCopy, SnapshotJob, SnapshotPage

Json = dict[str, Any]
QUALITY = 80


def archive(
    session: Session, job: SnapshotJob, data: Json, done: Rendered, pictures: Sequence[bytes], now: datetime
) -> Snapshot:
    """Keep a new document: its bytes, their fingerprint, the data, the renderer's version, pictures of its pages."""
    wish = read_wish(data["wish"])
    found = Snapshot(
        code=data["code"],
        kind=wish.kind,
        title=done.title[:200],
        scope=done.scope[:300],
        area_code=wish.area,
        language=wish.language,
        paper=wish.paper,
        edition=wish.edition,
        case_number=wish.case,
        at=done.at,
        made_at=now,
        made_for=job.asked_by,
        origin=job.origin,
        wish=data["wish"],
        notices=done.notices,
        replaced=[f"{char} ×{times}" for char, times in done.replaced],
        renderer=renderer_version(),
        sha256=done.sha256,
        size=len(done.pdf),
        pages=done.pages,
        pdf=done.pdf,
        data=packed(data),
        data_sha256=fingerprint(data),
    )
    session.add(found)
    session.flush()
    for number, picture in enumerate(pictures, 1):
        session.add(SnapshotPage(snapshot_id=found.id, number=number, image=picture))
    said = {"code": found.code, "sha256": found.sha256, "pages": found.pages, "notices": found.notices}
    note(session, job.asked_by, "snapshot_made", now, **said)
    return found


def record_copy(session: Session, job: SnapshotJob, done: Rendered, now: datetime) -> None:
    """Remember the fingerprint of a copy that carries somebody's name."""
    assert job.snapshot_id is not None
    session.add(
        SnapshotCopy(
            snapshot_id=job.snapshot_id,
            sha256=done.sha256,
            issued_to=job.asked_by,
            issued_at=now,
            watermark=job.watermark or "",
            renderer=renderer_version(),
        )
    )


def page_pictures(pages: Sequence[bytes]) -> list[bytes]:
    """PNG pictures of pages in a form that takes little room."""
    return [_webp(page) for page in pages]


def _webp(page: bytes) -> bytes:
    body = io.BytesIO()
    Image.open(io.BytesIO(page)).convert("RGB").save(body, "WEBP", quality=QUALITY, method=3)
    return body.getvalue()
