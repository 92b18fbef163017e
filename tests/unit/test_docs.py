"""The documents say what the code does."""

import re
import types
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
import yaml
from pydantic import BaseModel, TypeAdapter

from dashboard.config import Config, load_config
from dashboard.config.load import load_translation
from dashboard.config.sources import Source
from dashboard.domain.measure_catalogue import CATALOGUE, REASONS
from tests.factories import ROOT

DOCUMENTED = re.findall(
    r"`([a-z0-9_.\[\]]+)`",
    "\n".join(re.findall(r"^\| (`.*?) \|", (ROOT / "docs/config.md").read_text(encoding="utf-8"), re.MULTILINE)),
)


def keys(kind: Any, name: str = "") -> set[str]:
    """Every key below a model, lists written as `name[]`."""
    if get_origin(kind) is Annotated:
        return keys(get_args(kind)[0], name)
    if get_origin(kind) in (Union, types.UnionType):
        return set().union(*(keys(part, name) for part in get_args(kind) if part is not type(None)))
    if get_origin(kind) is tuple and get_args(kind)[-1] is Ellipsis:
        inner = keys(get_args(kind)[0], f"{name}[]")
        return inner if inner != {f"{name}[]"} else {name}
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        prefix = f"{name}." if name else ""
        return set().union(*(keys(field.annotation, f"{prefix}{key}") for key, field in kind.model_fields.items()))
    return {name}


def test_every_key_is_documented_and_every_documented_key_exists():
    known = keys(Config)
    assert sorted(known - set(DOCUMENTED)) == []
    assert sorted(set(DOCUMENTED) - known) == []


def examples(heading: str) -> list[str]:
    """The YAML blocks of docs/sources.md below headings that begin so."""
    text = (ROOT / "docs/sources.md").read_text(encoding="utf-8")
    sections = re.split(r"^## ", text, flags=re.MULTILINE)
    return [
        block
        for part in sections
        if part.startswith(heading)
        for block in re.findall(r"```yaml\n(.*?)```", part, re.DOTALL)
    ]


@pytest.mark.parametrize("protocol", ["open311", "rest", "feed", "files", "sql"])
def test_the_example_of_each_protocol_loads_as_it_stands(protocol: str):
    (block,) = [block for block in examples("Examples") if f"protocol: {protocol}" in block]
    entries = yaml.safe_load(block)["sources"]
    config = load_config(ROOT / "config.yaml", {"sources": entries})
    assert [source.protocol for source in config.sources] == [protocol]


def test_the_example_of_a_mapping_of_past_cases_loads(tmp_path: Path):
    (block,) = examples("Past cases")
    path = tmp_path / "past.yaml"
    path.write_text(block, encoding="utf-8")
    assert load_translation(path, load_config(ROOT / "config.yaml")).id == "archive"


def test_the_shipped_configuration_and_the_demos_sources_are_good():
    entries = yaml.safe_load((ROOT / "dashboard/demo/demo.yaml").read_text(encoding="utf-8"))
    assert len(load_config(ROOT / "config.yaml", {"sources": entries}).sources) == 9
    assert TypeAdapter(Source).validate_python(entries[0]).id == "hotline"


@pytest.mark.parametrize(
    "path", sorted(str(path.relative_to(ROOT)) for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
)
def test_links_between_documents_lead_somewhere(path: str):
    text = (ROOT / path).read_text(encoding="utf-8")
    local = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if not link.startswith("http")]
    assert [link for link in local if not ((ROOT / path).parent / link).exists()] == []


@pytest.mark.parametrize(("path", "language"), [("docs/measures.md", "en"), ("docs/measures.zh.md", "zh")])
def test_every_measure_is_documented_as_it_is_counted(path: str, language: str):
    text = (ROOT / path).read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| \*\*.*?\*\* `(\w+)` (\|.*)$", text, re.MULTILINE))
    assert list(rows) == [measure.id for measure in CATALOGUE]
    for measure in CATALOGUE:
        name, formula = getattr(measure.formula, language).split(" = ")
        reasons = [getattr(REASONS[reason], language) for reason in measure.left_out]
        note = getattr(measure.note, language) if measure.note else ""
        assert f"**{name}** `{measure.id}`" in text
        assert rows[measure.id].startswith(f"| {formula} |"), measure.id
        assert rows[measure.id].endswith(f"| {('；' if language == 'zh' else '; ').join(reasons) or '–'} | {note} |")


def test_files_from_others_are_the_ones_that_are_documented():
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `(.+?)` \|.*`([0-9a-f]{64})` \|$", text, re.MULTILINE)
    folder = ROOT / "dashboard/assets/vendor"
    scripts = {path.relative_to(ROOT).as_posix(): sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.js")}
    assert dict(told) == scripts
