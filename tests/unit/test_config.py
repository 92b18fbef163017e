"""A wrong configuration is refused with file, key, value and cure."""

import copy
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from dashboard.config import ConfigError, load_config
from dashboard.config.durations import parse_duration, parse_size, parse_target
from dashboard.domain.sla import Unit
from tests.factories import ROOT

GOOD = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
SOURCE = {
    "id": "board", "protocol": "rest", "name": {"zh": "百姓呼声", "en": "Board"}, "channel": "board", "url": "http://x",
}  # fmt: skip
REASON = {"zh": "不计", "en": "Does not count"}
Change = Callable[[dict[str, Any]], Any]


def source(**more: Any) -> Change:
    return lambda said: said.update(sources=[SOURCE | more])


BAD: dict[str, tuple[Change, tuple[str, ...]]] = {
    "unknown key": (lambda said: said["web"].update(prot=1), ("web.prot", "is not a known key")),
    "missing": (lambda said: said["district"].pop("code"), ("district.code", "is missing")),
    "code": (lambda said: said["district"].update(code="410303001"), ("district.code", "410303001", "6 digits")),
    "port": (lambda said: said["web"].update(port=70000), ("web.port", "70000")),
    "duration": (lambda said: said["live"].update(stall="soon"), ("live.stall", "soon", "such as 30m")),
    "degrees": (lambda said: said["district"].update(cell_crs="EPSG:4326"), ("cell_crs", "EPSG:4326", "EPSG:4546")),
    "no crs": (lambda said: said["district"].update(cell_crs="EPSG:1"), ("cell_crs", "EPSG:1")),
    "part": (lambda said: said["district"].update(urban_part=["999999001"]), ("urban_part", "999999001", "not lie")),
    "twice": (lambda said: said["channels"].append(said["channels"][0]), ("channels", "2 times", "unique")),
    "group": (
        lambda said: said["categories"].append({"id": "moon/dust", "name": {"zh": "尘", "en": "Dust"}}),
        ("categories", "moon/dust", "add it under groups"),
    ),
    "unclassified": (
        lambda said: said.update(categories=[c for c in said["categories"] if c["id"] != "other/unclassified"]),
        ("other/unclassified", "is missing"),
    ),
    "policy category": (
        lambda said: said["policies"][0].update(categories=["moon/dust"]),
        ("policies.consultation", "moon/dust", "unknown"),
    ),
    "target": (
        lambda said: said["policies"][-1]["targets"].update(arrive="soon"),
        ("policies.standard", "soon", "such as 30m"),
    ),
    "targets": (lambda said: said["policies"][-1]["targets"].pop("close"), ("targets lack close", "not_required")),
    "respond": (
        lambda said: said["policies"][0]["targets"].update(respond="not_required"),
        ("respond cannot be not_required",),
    ),
    "last policy": (lambda said: said["policies"].pop(), ("the last one must fit every case",)),
    "hours": (lambda said: said["calendar"].update(working_hours=["8 to 12"]), ("8 to 12", "08:30-12:00")),
    "calendar": (lambda said: said["calendar"].update(version="1999"), ("calendar.version", "1999", "known:")),
    "source channel": (source(channel="pigeon"), ("sources.board.channel", "pigeon", "add it under channels")),
    "source category": (source(categories={"x": "moon/dust"}), ("sources.board.categories.x", "moon/dust")),
    "source crs": (source(crs="mars"), ("sources.board.crs", "mars")),
    "source zone": (source(time_zone="Mars/Base"), ("sources.board.time_zone", "Mars/Base", "Asia/Shanghai")),
    "source start": (source(start_from="2026-01-01T00:00:00"), ("sources.board.start_from", "needs a time zone")),
    "source mapping": (source(mapping={"id": "a..b"}), ("sources", "a..b", "JMESPath")),
    "source protocol": (source(protocol="fax"), ("sources", "fax")),
    "sql address": (
        lambda said: said.update(
            sources=[{k: v for k, v in SOURCE.items() if k != "url"} | {"protocol": "sql", "table": "t"}]
        ),
        ("sources.board", "give either url or url_env"),
    ),
    "exclusion of nothing": (
        lambda said: said["measures"].update(exclusions=[{"reason": REASON}]),
        ("measures.exclusions", "every case", "give one of areas"),
    ),
    "exclusion": (
        lambda said: said["measures"].update(
            exclusions=[{"reason": REASON, "categories": ["moon/dust"], "channels": ["pigeon"], "areas": ["999999"]}]
        ),
        ("measures.exclusions.0.categories", "moon/dust", "pigeon", "999999", "does not lie in the district"),
    ),
    "exclusion days": (
        lambda said: said["measures"].update(
            exclusions=[{"reason": REASON, "first_day": "2026-03-02", "last_day": "2026-03-01"}]
        ),
        ("measures.exclusions", "2026-03-02 lies after last_day 2026-03-01"),
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_named_with_its_cure(tmp_path: Path, name: str):
    change, words = BAD[name]
    said = copy.deepcopy(GOOD)
    change(said)
    path = tmp_path / "wrong.yaml"
    path.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_config(path)
    for word in (str(path), *words):
        assert word in str(refused.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("web: {port: 1}\nweb: {port: 2}\n", "the key 'web' stands twice"),
        ("web: [", "is not readable YAML"),
        ("- a\n", "must hold sections"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, text: str, words: str):
    path = tmp_path / "wrong.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=words):
        load_config(path)


def test_a_file_that_is_not_there_says_how_to_name_it(tmp_path: Path):
    with pytest.raises(ConfigError, match="--config"):
        load_config(tmp_path / "none.yaml")


def test_all_complaints_come_at_once(tmp_path: Path):
    said = copy.deepcopy(GOOD)
    said["web"] |= {"port": 0, "threads": 1}
    path = tmp_path / "wrong.yaml"
    path.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_config(path)
    assert len(refused.value.complaints) == 2


@pytest.mark.parametrize(
    ("text", "duration"),
    [("100ms", timedelta(milliseconds=100)), ("30m", timedelta(minutes=30)), ("1.5h", timedelta(minutes=90))],
)
def test_durations_are_read_as_written(text, duration):
    assert parse_duration(text) == duration


@pytest.mark.parametrize("text", ["30", "m30", "-5m", "1 week", ""])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValueError, match="such as 30m"):
        parse_duration(text)


def test_targets_are_natural_or_worked_time():
    day = timedelta(hours=7)
    assert parse_target("24h", day).minutes == 1440
    assert (parse_target("2wd", day).minutes, parse_target("2wd", day).unit) == (840, Unit.WORKING)
    assert parse_size("20MB") == 20_000_000


def test_no_secret_can_stand_in_the_file(tmp_path: Path):
    said = copy.deepcopy(GOOD)
    said["sources"] = [SOURCE | {"auth": {"kind": "bearer", "secret": "hunter2"}}]
    path = tmp_path / "wrong.yaml"
    path.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"secret: is not a known key"):
        load_config(path)
