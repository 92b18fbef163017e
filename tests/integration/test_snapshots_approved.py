"""Pages look as they were approved.

After a wanted change run this file with APPROVE=1 in the environment, look at every picture in tests/approved, and
commit them.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageFilter

from dashboard.domain.snapshots import Edition, Kind, Paper
from dashboard.snapshots.render import Renderer
from dashboard.snapshots.wishes import Wish, of_case
from tests.factories import DAY, DISTRICT, HOUR, NOON, ROOT, make_desk
from tests.handling import WANG, the_case
from tests.integration.test_snapshots_sheets import a_case
from tests.snapshots import data_of, wish
from tests.web import Web

FOLDER = ROOT / "tests" / "approved"
PPI = 60
CODE = "0000-0000-0000-0000"
SHARE, DEPTH = 0.0004, 48  # of pixels that may differ, by more than so much of 255
NAMES = ("situation-zh-a4", "situation-en-a3", "case-zh-a4", "case-redacted-en-a4", "area-zh-a4", "weekly-zh-a4")


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory, renderer: Renderer) -> Iterator[dict[str, Image.Image]]:
    """The first page of a document of each kind, of an afternoon in the tiny district."""
    folder: Path = tmp_path_factory.mktemp("approved")
    web = Web(make_desk(f"sqlite:///{folder}/x.db"))
    wishes = _wishes(web)
    web.clock = NOON + DAY + HOUR
    yield {name: _page(renderer, data_of(web, wanted)) for name, wanted in wishes.items()}
    web.desk.sessions.engine.dispose()


def _wishes(web: Web) -> dict[str, Wish]:
    sheet = a_case(web)
    web.receive("2", "3", "4", text="水管爆裂")
    redacted: dict[str, Any] = {"edition": Edition.REDACTED, "language": "en"}
    with web.desk.sessions.read() as session:
        sheet = of_case(session, WANG.scope, the_case(web.desk).number)
    return {
        "situation-zh-a4": wish(),
        "situation-en-a3": wish(language="en", paper=Paper.A3),
        "case-zh-a4": sheet,
        "case-redacted-en-a4": replace(sheet, **redacted),
        "area-zh-a4": wish(Kind.AREA, f"{DISTRICT}001"),
        "weekly-zh-a4": wish(Kind.WEEKLY, day=date(2026, 3, 10)),
    }


def _page(renderer: Renderer, data: dict[str, Any]) -> Image.Image:
    pdf = renderer.render(data | {"code": CODE}).pdf
    with pypdfium2.PdfDocument(pdf) as document:
        return document[0].render(scale=PPI / 72).to_pil().convert("L")


@pytest.mark.parametrize("name", NAMES)
def test_a_page_looks_as_it_was_approved(documents: dict[str, Image.Image], name: str):
    path, found = FOLDER / f"{name}.png", documents[name]
    if os.environ.get("APPROVE"):
        FOLDER.mkdir(exist_ok=True)
        found.save(path, optimize=True)
    with Image.open(path) as approved:
        assert approved.size == found.size
        differing = _difference(approved, found)
    assert differing <= SHARE, f"{differing:.2%} of {name} differ"


def _difference(one: Image.Image, other: Image.Image) -> float:
    """The share of pixels that differ clearly, edges of letters apart."""
    soft = [np.asarray(image.filter(ImageFilter.BoxBlur(1)), int) for image in (one, other)]
    return float((abs(soft[0] - soft[1]) > DEPTH).mean())


def test_the_comparison_sees_a_number_that_is_missing(documents: dict[str, Image.Image]):
    """One large number painted over is more than the tolerance."""
    page = documents["situation-zh-a4"]
    spoiled = page.copy()
    spoiled.paste(255, (0, 120, 130, 165))
    assert _difference(page, spoiled) > SHARE
