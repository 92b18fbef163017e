"""Whatever people wrote, every kind of document is made, conforms, and shows it as it was written or says what it could
not show."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dashboard.domain.sla import ClockName
from dashboard.domain.snapshots import Kind
from dashboard.snapshots.glyphs import REPLACEMENT, Gate
from dashboard.snapshots.render import Renderer
from dashboard.snapshots.wishes import of_case
from tests.factories import DAY, HOUR, NOON, make_desk
from tests.handling import WANG, the_case
from tests.integration.test_snapshots_sheets import a_case
from tests.snapshots import data_of, problems_of, text_of, wish
from tests.web import Web

KINDS = tuple(Kind)
SAID_IN = {"text", "place", "name", "party", "said", "by", "answer", "number", "assignee", "handled_area", "title"}
WITHOUT_END, LONGEST_NAME = {"text", "said", "answer"}, 150  # as the tables hold them
NAMES_IN = {"categories", "channels", "areas"}
HOSTILE = (
    "#[*",
    "#pagebreak() $x$ @a <b> `c` \\ // /* _ *",
    '</text><script>alert("1")</script>&amp;',
    "😀👩‍👩‍👧‍👦🇨🇳",
    "𠮷野家𪚥𠀀",
    "مرحبا שלום ‮abc‬",
    "a" * 5_000,
    "长" * 5_000,
    "楼下路灯不亮。" * 700,
    "e\u0301\u200b\u00ad\ufeff\ud83d",
    "line\nline\r\n\tline\u2028line\x00\x07",
    "",
)
words = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=80), st.text("#[]{}*_`$\\/@<>&\"'", max_size=40))


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Kind, Any]]:
    """The data of one document of each kind."""
    folder: Path = tmp_path_factory.mktemp("hostile")
    web = Web(make_desk(f"sqlite:///{folder}/x.db"))
    a_case(web)
    with web.desk.sessions.read() as session:
        sheet = of_case(session, WANG.scope, the_case(web.desk).number)
    wishes = {kind: wish(kind, day=date(2026, 3, 10) if kind.is_bulletin else None) for kind in KINDS}
    wishes[Kind.CASE] = sheet
    web.clock = NOON + DAY + HOUR
    yield {kind: data_of(web, wanted) for kind, wanted in wishes.items()}
    web.desk.sessions.engine.dispose()


def spoiled(value: Any, said: str, key: str = "") -> Any:
    """The same data with what people wrote, and what things are called, replaced."""
    if isinstance(value, dict):
        named = key in NAMES_IN
        return {name: spoiled(one, said, "name" if named else name) for name, one in value.items()}
    if isinstance(value, list):
        return [spoiled(one, said, key) for one in value]
    if not isinstance(value, str) or key not in SAID_IN or value in set(ClockName):
        return value
    return said if key in WITHOUT_END else said[:LONGEST_NAME]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(said=words)
@example("a" * 5_000)
@example(HOSTILE[9])
@example(HOSTILE[3] + HOSTILE[4] + HOSTILE[5])
def test_no_text_breaks_a_document(known: dict[Kind, Any], renderer: Renderer, kind: Kind, said: str):
    data = spoiled(known[kind], said)
    if "queue" in data:
        data["queue"]["rows"] = [[*row[:3], said[:LONGEST_NAME], *row[4:]] for row in data["queue"]["rows"]]
    done = renderer.render(data)
    assert problems_of(done.pdf, "zh", with_photos=True) == []
    assert done.pages < 80


def test_markup_is_printed_as_it_was_written(known, renderer):
    said = "#[*粗体*] $x^2$ <script>"
    text = text_of(renderer.render(spoiled(known[Kind.CASE], said)).pdf)
    assert said in text


def test_what_the_font_lacks_is_replaced_and_listed(known, renderer):
    done = renderer.render(spoiled(known[Kind.CASE], "好𠮷😀"))
    text = text_of(done.pdf)
    assert f"好{REPLACEMENT}{REPLACEMENT}" in text
    assert {name for name, _ in done.replaced} == {"U+20BB7", "U+1F600"}
    assert "U+20BB7" in text


@given(st.text(max_size=200))
def test_the_gate_lets_only_through_what_can_be_set_and_counts_the_rest(text: str):
    gate = Gate()
    shown = gate.text(text)
    assert sum(gate.replaced.values()) == shown.count(REPLACEMENT) - text.count(REPLACEMENT)
    assert Gate().text(shown) == shown, "nothing is replaced twice"
