"""Pages, texts and colours agree with one another."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest
from dash.development.base_component import Component

from dashboard.live.measures import Measure
from layouts import ids
from layouts.js_texts import WORDS
from layouts.pages.cases import cases_page
from layouts.pages.leader import leader_page
from layouts.pages.sources import sources_page
from layouts.shell import desk_page, shell
from layouts.texts import english, texts
from layouts.theme import THEMES
from layouts.walls.main import WallView, wall_page
from tests.factories import ROOT

CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
PLACEHOLDER = re.compile(r"\{(\w+)\}")
FOLDERS = ("layouts", "callbacks", "dashboard/api", "dashboard/auth", "dashboard/snapshots")
SCRIPTS = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "dashboard/assets/js").glob("*.js")))


def constants(path: Path) -> list[str]:
    """Chinese text in a module's code; documentation is not code."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in documentation | parts
        and CHINESE.search(node.value)
    ]


def raised_words(path: Path) -> list[str]:
    """The texts of refusals, which are shown to people."""
    return re.findall(r'CaseError\(\s*"([^"]+)"', path.read_text(encoding="utf-8"))


def all_texts() -> set[str]:
    found = {text for folder in FOLDERS for path in (ROOT / folder).rglob("*.py") for text in constants(path)}
    for path in (ROOT / "dashboard").rglob("*.py"):
        found |= set(raised_words(path))
    for path in (ROOT / "dashboard/api/templates").glob("*.html"):
        found |= set(re.findall(r't\("([^"]+)"', path.read_text(encoding="utf-8")))
    return found - {"中文"}


def test_every_chinese_text_has_its_english():
    assert sorted(all_texts() - set(english())) == []


def test_a_text_and_its_english_have_the_same_places_to_fill():
    for text, translated in english().items():
        chinese = text.removesuffix("|n")
        assert set(PLACEHOLDER.findall(translated)) <= set(PLACEHOLDER.findall(chinese)), text


def test_the_browser_knows_every_text_it_uses_and_no_other():
    used = set(re.findall(r'Y\.t\(\s*"([^"]+)"', SCRIPTS)) | set(re.findall(r'unit\("([^"]+)"', SCRIPTS))
    used |= {text for text in re.findall(r'"([^"\n]*)"', SCRIPTS) if CHINESE.search(text)}
    assert sorted(used - set(WORDS)) == []
    served = (ROOT / "dashboard/viewmodels").rglob("*.py")
    elsewhere = "".join(path.read_text(encoding="utf-8") for path in served)
    assert sorted(word for word in WORDS if word not in used and f'"{word}"' not in elsewhere) == []


def test_counts_are_told_in_the_right_number():
    t = texts("en")
    assert t.n("{n} 条诉求", 1) == "1 report"
    assert t.n("{n} 条诉求", 1_200) == "1,200 reports"
    assert t("{n} 条诉求", n=2) == "2 reports"
    assert texts("zh").n("{n} 条诉求", 2) == "2 条诉求"


def test_a_context_is_never_shown():
    assert texts("zh")("column|超期") == "超期"
    assert texts("en")("column|超期") == "Late"


def found_ids(tree: Component) -> list[str]:
    every = [tree, *tree._traverse()]
    return [str(one.id) for one in every if isinstance(one, Component) and getattr(one, "id", None)]


def pages(language: str) -> dict[str, Component]:
    t = texts(language)
    wall = WallView("一网", True, "grid", Measure.OPEN, None, 1.0)
    bodies = {"leader": leader_page(t), "cases": cases_page(t), "sources": sources_page(t)}
    found: dict[str, Component] = {
        name: desk_page(body, t, path="/", title="x", is_demo=True, theme="light", live=name == "leader")
        for name, body in bodies.items()
    }
    return found | {"wall": wall_page(wall, t)}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_ids_are_unique_on_every_page(language):
    frame = found_ids(shell())
    for name, page in pages(language).items():
        assert [one for one, times in Counter([*frame, *found_ids(page)]).items() if times > 1] == [], name


def test_every_declared_id_stands_on_some_page():
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "layouts").rglob("*.py"))
    for group in vars(ids).values():
        if isinstance(group, type) and hasattr(group, "__members__") and group.__module__ == ids.__name__:
            for member in group:
                if group.__name__ != "Sink":
                    assert f"{group.__name__}.{member.name}" in text, member


def test_no_language_is_mixed_into_the_other():
    tree = str(pages("en")["leader"]) + str(pages("en")["wall"])
    assert sorted(set(re.findall(r"'([^']*[\u4e00-\u9fff][^']*)'", tree)) - {"中文", "一网"}) == []


def test_every_variable_that_a_style_asks_for_is_set_somewhere():
    """One that is not is silently as if nothing had been said."""
    styles = "".join(path.read_text("utf-8") for path in (ROOT / "dashboard/assets/css").glob("*.css"))
    scripts = "".join(path.read_text("utf-8") for path in (ROOT / "dashboard/assets/js").glob("*.js"))
    pages = "".join(path.read_text("utf-8") for path in (ROOT / "layouts").rglob("*.py"))
    asked = set(re.findall(r"var\((--[\w-]+)", styles + scripts))
    said = set(re.findall(r"(--[\w-]+)\s*:", styles)) | set(re.findall(r'"(--[\w-]+)"', scripts + pages))
    assert asked - said == set()


def test_the_style_sheet_names_the_themes_colours():
    sheet = (ROOT / "dashboard/assets/css/10-tokens.css").read_text(encoding="utf-8")
    for name, theme in THEMES.items():
        block = re.search(rf'\[data-theme="{name}"\] {{(.*?)}}', sheet, re.DOTALL)
        assert block
        tokens = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block[1]))
        for field, colour in (("bg", theme.bg), ("text", theme.text), ("accent", theme.accent), ("line", theme.line)):
            assert tokens[field] == colour
        assert [tokens[f"c{number}"] for number in range(1, 6)] == list(theme.classes)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_is_legible_on_its_ground(theme):
    sheet = (ROOT / "dashboard/assets/css/10-tokens.css").read_text(encoding="utf-8")
    block = re.search(rf'\[data-theme="{theme}"\] {{(.*?)}}', sheet, re.DOTALL)
    assert block
    tokens = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block[1]))
    for name in ("text", "muted", "accent", "ok", "risk", "breach", "paused"):
        light, dark = sorted((luminance(tokens[name]), luminance(tokens["surface"])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, name
