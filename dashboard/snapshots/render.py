"""Setting a document: data in, a conforming PDF out, or an error that says what is wrong with it."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import typst

from dashboard.snapshots.composing.frame import Document, qr
from dashboard.snapshots.composing.sayings import instant
from dashboard.snapshots.drawing.marks import SHAPES, icon
from dashboard.snapshots.frozen import canonical
from dashboard.snapshots.glyphs import FAMILY, FONTS, Gate, face
from dashboard.snapshots.kinds import composer
from layouts.theme import LIGHT

Json = dict[str, Any]
FOLDER = Path(__file__).parent
TEMPLATES = FOLDER / "templates"
WARMING = f'#set text(font: "{FAMILY}")\n一 *网*'.encode()
LIBRARIES = ("typst", "shapely", "numpy", "fonttools", "segno", "babel")


class SnapshotError(Exception):
    """A document cannot be made as it should be; it is refused instead of being sent half right."""


@dataclass(frozen=True)
class Rendered:
    """A finished document."""

    pdf: bytes
    title: str
    scope: str
    at: datetime
    pages: int
    replaced: list[list[str | int]]
    notices: list[str]

    @property
    def sha256(self) -> str:
        """The fingerprint of the file."""
        return hashlib.sha256(self.pdf).hexdigest()


@cache
def renderer_version() -> str:
    """Changes with anything that may change a single byte of a document: code, templates, words, fonts, libraries."""
    digest = hashlib.sha256()
    for name in LIBRARIES:
        digest.update(f"{name}={version(name)}\n".encode())
    own = [*FOLDER.rglob("*.py"), *TEMPLATES.glob("*.typ"), *FONTS.glob("*.ttf")]
    words = FOLDER.parent.parent / "layouts"
    for path in sorted([*own, *words.glob("*.po"), words / "labels.py", words / "texts.py", words / "theme.py"]):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


class Renderer:
    """A warm typesetter: fonts and templates are read once. Not for several threads at a time."""

    def __init__(self, fonts: Path = FONTS) -> None:
        self._fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts)])
        self._compiler = typst.Compiler(
            input=str(TEMPLATES / "main.typ"), root=str(TEMPLATES), font_paths=self._fonts, ignore_system_fonts=True
        )

    def warm_up(self) -> None:
        """Read fonts and glyphs before the first document asks for them."""
        for weight in (400, 700):
            face(weight)
        typst.Compiler(input=WARMING, font_paths=self._fonts, ignore_system_fonts=True).compile(format="pdf")

    def render(self, data: Json, watermark: str | None = None) -> Rendered:
        """The document of some data; the same bytes for the same data, as long as the renderer's version is the same.

        Raises:
            SnapshotError: it would not conform, or something that must stand in it does not.
        """
        document, gate = prepared(data, watermark)
        at = instant(data["at"])
        assert at is not None
        pdf = self._compile(document, data, at)
        pages, words = self._check(document), document.words
        return Rendered(pdf, words["title"], words["filters"], at, pages, gate.listed(), _notices(document))

    def images(self, ppi: float) -> list[bytes]:
        """The pages of the last document as PNG."""
        found = self._compiler.compile(format="png", ppi=ppi)
        return found if isinstance(found, list) else [found] if found else []

    def _compile(self, document: Document, data: Json, at: datetime) -> bytes:
        try:
            pdf, warnings = self._compiler.compile_with_warnings(
                format="pdf",
                pdf_standards=["a-3a", "ua-1"],
                timestamp=at.replace(microsecond=0),
                sys_inputs=_inputs(document, data),
            )
        except typst.TypstError as error:
            raise SnapshotError(f"the document does not conform: {error.message}") from error
        if warnings:
            raise SnapshotError("the typesetter warns: " + "; ".join(str(warning.message) for warning in warnings))
        if not isinstance(pdf, bytes):
            raise SnapshotError("the typesetter made no file")
        return pdf

    def _check(self, document: Document) -> int:
        """Everything that must be shown is shown, once and as it was composed. Returns the number of pages."""
        found = [one["value"] for one in json.loads(self._compiler.query("<shown>"))]
        shown = {one["id"]: one["value"] for one in found}
        if "overflow" in shown:
            raise SnapshotError(f"there is not enough room on the page: {shown['overflow']} mm")
        for name, value in expected(document.words).items():
            if shown.get(name) != value:
                raise SnapshotError(f"{name} should read {value!r} and reads {shown.get(name)!r}")
        return int(shown["pages"])


def prepared(data: Json, watermark: str | None = None) -> tuple[Document, Gate]:
    """The composed document, with only such characters as the font has."""
    gate = Gate()
    compose: Callable[[Json], Document] = composer(data["wish"]["kind"])
    document = compose(gate.all(data))
    words = document.words | {"missing": gate.listed(), "watermark": gate.text(watermark) if watermark else None}
    pictures = dict(document.pictures)
    if data["address"]:
        pictures["qr"] = qr(data["address"])
    return Document(words, pictures), gate


def expected(words: Json) -> dict[str, str]:
    """What has to stand in a document, by name."""
    found = {"code": words["code"], "instant": words["instant"]}
    found |= {f"strip-{one['id']}": one["value"] for one in words.get("strip", [])}
    more: dict[str, str] = words.get("expected", {})
    return found | more


def _inputs(document: Document, data: Json) -> dict[str, str]:
    return {
        "document": canonical(document.words),
        "data": canonical(data),
        "theme": canonical(asdict(LIGHT)),
        "icons": canonical({state: icon(state) for state in SHAPES}),
    } | {f"picture-{name}": picture for name, picture in document.pictures.items()}


def _notices(document: Document) -> list[str]:
    return [one["text"] for one in document.words["notices"]]
