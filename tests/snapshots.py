"""What tests of snapshots need: things asked for, workers that may die at any moment, documents as readers see them."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pikepdf
import pypdfium2
from sqlalchemy import event, select
from sqlalchemy.orm import undefer

from dashboard.domain.access import Actor
from dashboard.domain.snapshots import Kind, new_code
from dashboard.snapshots.asking import ask
from dashboard.snapshots.contents import contents
from dashboard.snapshots.render import Rendered, Renderer
from dashboard.snapshots.wishes import Wish, of_view
from dashboard.snapshots.working import Worker, work_once
from dashboard.store.snapshot_jobs import job_by_id
from dashboard.store.snapshots import Snapshot, SnapshotJob
from dashboard.viewmodels.map import default_level
from dashboard.viewmodels.view import PageView
from tests.factories import DISTRICT, make_actor
from tests.web import Web


class DeathError(BaseException):
    """The process is gone: nothing it meant to do afterwards happens."""


def wish(kind: Kind = Kind.SITUATION, area: str = DISTRICT, **more: Any) -> Wish:
    """What a page of an area shows."""
    return of_view(PageView(area, default_level(area)), kind, **more)


def ask_for(web: Web, wanted: Wish | None = None, by: Actor | None = None, **more: Any) -> int:
    """Somebody asks; the job's number."""
    web.catch_up()
    return ask(web.runtime, by or make_actor(), wanted or wish(), **more)


def data_of(web: Web, wanted: Wish | None = None) -> dict[str, Any]:
    """The data of a snapshot."""
    web.catch_up()
    return contents(web.runtime, wanted or wish(), new_code())


def worker(web: Web, renderer: Renderer, name: str = "one") -> Worker:
    """A worker whose clock is that of the web application."""
    return Worker(web.desk.sessions, renderer, lambda: web.clock, name)


def work_off(web: Web, renderer: Renderer) -> None:
    """Everything that waits is rendered."""
    while work_once(worker(web, renderer)):
        pass


class Fate:
    """Kills a worker at its n-th moment: when it looks at the clock, begins or ends to render, before or after a
    transaction is committed. `moments` says how many there were."""

    def __init__(self, web: Web, renderer: Renderer, dies_at: int) -> None:
        self.web, self.dies_at, self.moments = web, dies_at, 0
        self.worker = Worker(web.desk.sessions, _Watched(renderer, self.pass_moment), self._now, "mortal")  # type: ignore[arg-type]

    def pass_moment(self, *_: object) -> None:
        """One more moment, or the last."""
        self.moments += 1
        if self.moments == self.dies_at:
            raise DeathError

    def _now(self) -> datetime:
        self.pass_moment()
        return self.web.clock

    def meet(self) -> bool:
        """Let the worker take a job. Returns whether it lived through it."""
        made, names = self.web.desk.sessions.write, ("before_commit", "after_commit")
        for name in names:
            event.listen(made, name, self.pass_moment)
        try:
            work_once(self.worker)
        except DeathError:
            return False
        finally:
            for name in names:
                event.remove(made, name, self.pass_moment)
        return True


@dataclass
class _Watched:
    """A renderer that tells when it begins and ends."""

    renderer: Renderer
    tell: Callable[[], None]

    def render(self, *asked: Any) -> Rendered:
        """The document."""
        self.tell()
        done = self.renderer.render(*asked)
        self.tell()
        return done

    def images(self, ppi: float) -> list[bytes]:
        """Its pages."""
        return self.renderer.images(ppi)


def the_job(web: Web, job_id: int) -> SnapshotJob:
    """A job as it stands."""
    with web.desk.sessions.read() as session:
        found = job_by_id(session, job_id)
        assert found
        return found


def archived(web: Web) -> list[Snapshot]:
    """Everything in the archive, oldest first, with its bytes."""
    with web.desk.sessions.read() as session:
        query = select(Snapshot).options(undefer(Snapshot.pdf)).order_by(Snapshot.id)
        return list(session.scalars(query))


def text_of(pdf: bytes) -> str:
    """The text of all pages, as a reader would find it."""
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def objects(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every node of the tree of tags."""

    def walk(node: Any) -> Iterator[pikepdf.Object]:
        if isinstance(node, pikepdf.Array):
            for one in node:
                yield from walk(one)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                yield node
            yield from walk(node.get("/K", pikepdf.Array()))

    yield from walk(pdf.Root.StructTreeRoot)


def problems_of(pdf: bytes, language: str, *, with_photos: bool = False) -> list[str]:
    """What keeps a document from being archived and read aloud: PDF/A-3a and PDF/UA-1 as far as structure tells."""
    found: list[str] = []
    with pikepdf.open(io.BytesIO(pdf)) as document:
        found += document.check_pdf_syntax()
        root = document.Root
        with document.open_metadata() as meta:
            marks = {name: str(meta.get(name)) for name in ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part")}
            title = meta.get("dc:title")
        if marks != {"pdfaid:part": "3", "pdfaid:conformance": "A", "pdfuaid:part": "1"}:
            found.append(f"it claims {marks}")
        tags = list(objects(document))
        kinds = [str(tag.S) for tag in tags]
        rules = {
            "no title": bool(title),
            "the title is not shown": bool(root.get("/ViewerPreferences", {}).get("/DisplayDocTitle")),
            f"its language is {root.get('/Lang')}": str(root.get("/Lang")).startswith(language),
            "it is not tagged": bool(root.MarkInfo.Marked),
            "no colours are defined": "/OutputIntents" in root,
            "no outline": "/Outlines" in root,
            "no heading": "/H1" in kinds,
            "a figure without words": all(str(tag.get("/Alt", "")) for tag in tags if str(tag.S) == "/Figure"),
            "a table's head without scope": all(_has_scope(tag) for tag in tags if str(tag.S) == "/TH"),
            "no data inside": [str(name) for name in document.attachments] == ["snapshot.json"],
        }
        found += [what for what, holds in rules.items() if not holds]
        found += [f"{font} is not embedded" for font in _loose_fonts(document)]
        found += [
            f"page {page.index + 1} holds a picture of pixels"
            for page in document.pages
            if page.get_images() and not with_photos
        ]
    return found


def _has_scope(tag: pikepdf.Object) -> bool:
    attributes = tag.get("/A", pikepdf.Array())
    listed = attributes if isinstance(attributes, pikepdf.Array) else [attributes]
    return any("/Scope" in one for one in listed)


def _loose_fonts(document: pikepdf.Pdf) -> list[str]:
    fonts = [one for one in document.objects if isinstance(one, pikepdf.Dictionary) and "/FontDescriptor" in one]
    embedded = ("/FontFile", "/FontFile2", "/FontFile3")
    return [str(one.BaseFont) for one in fonts if not any(name in one.FontDescriptor for name in embedded)]


def rendered(web: Web, renderer: Renderer, wanted: Wish | None = None) -> Rendered:
    """The document of a wish."""
    return renderer.render(data_of(web, wanted))
