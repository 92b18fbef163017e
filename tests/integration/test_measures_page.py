"""The page of measures and its files, as somebody signed in gets them."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from dash import html
from dash.development.base_component import Component
from flask.testing import FlaskClient
from openpyxl import load_workbook

from callbacks.measures import MONTHS
from dashboard.domain.events import EventKind as E
from dashboard.domain.measure_catalogue import CATALOGUE, REASONS, of_family
from dashboard.domain.measures import Family, Grouping
from dashboard.domain.periods import recent_months
from dashboard.viewmodels.breadcrumb import way
from dashboard.viewmodels.measure_page import read_measure_page
from layouts.pages.measures import body, head
from layouts.texts import Language, texts
from tests.factories import DAY, DISTRICT, HOUR, MINUTE, NOON, point_in
from tests.handling import do
from tests.measuring import measured
from tests.web import Web

CHINESE = re.compile(r"[\u4e00-\u9fff]")
WEST = f"{DISTRICT}002"


@pytest.fixture
def two_places(web: Web) -> Web:
    """Three cases in the east, of which one is responded to in time, and one in the west; a day later."""
    web.receive("1", "2", "3", category="road/lamp")
    x, y = point_in(7)
    web.receive("4", x=x, y=y, category="water/outage")
    do(web.desk, E.RESPONDED, NOON + MINUTE, case=1)
    do(web.desk, E.WITHDRAWN, NOON + 2 * MINUTE, case=2, reason="已自行解决")
    web.clock = NOON + DAY
    web.catch_up()
    return web


def page(web: Web, search: str, language: Language = "zh") -> list[Component]:
    """Everything the page shows for an address."""
    t = texts(language)
    shown = read_measure_page(search, DISTRICT, {group.id for group in web.desk.config.groups}, web.clock)
    asked = shown.asked
    table = measured(web.desk, asked.by, web.clock, area=asked.area, period=asked.period, group=shown.group)
    with web.desk.sessions.read() as session:
        found = way(session, web.runtime.picture.situation, asked.area, DISTRICT, web.runtime.today)
    return [*head(found, shown, recent_months(web.clock, MONTHS), t), *body(table, shown, t)]


def inside(tree: list[Component]) -> Iterator[Component]:
    for one in tree:
        yield one
        yield from (part for part in one._traverse() if isinstance(part, Component))


def text_of(tree: list[Component]) -> str:
    found = []
    for one in inside(tree):
        children = getattr(one, "children", None)
        found += [child for child in (children if isinstance(children, list) else [children]) if isinstance(child, str)]
    return " ".join(found)


def links(tree: list[Component]) -> list[str]:
    return [one.href for one in inside(tree) if getattr(one, "href", None)]


def sheet(client: FlaskClient, path: str) -> list[dict[str, str]]:
    answer = client.get(path)
    assert answer.status_code == 200, answer.status
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


def line(rows: list[dict[str, Any]], name: str, measure: str) -> dict[str, Any]:
    (found,) = (row for row in rows if row["名称"] == name and row["指标"] == measure)
    return found


def test_every_measure_of_a_family_is_shown_with_its_formula_and_its_exclusions(two_places):
    names = {"东街街道", "西街街道", "西工区"}  # places are called so in English too
    for by, family in zip((*Grouping, Grouping.AREA), Family, strict=True):
        search = f"?by={by}&family={family}"
        text, english = text_of(page(two_places, search)), text_of(page(two_places, search, "en"))
        assert [measure.id for measure in CATALOGUE if measure.name.zh not in text] == []
        assert [measure.id for measure in CATALOGUE if measure.name.en not in english] == []
        for measure in of_family(family):
            assert text.count(measure.formula.zh) == 2, "at the column, and in the panel"
            assert english.count(measure.formula.en) == 2
            assert [reason for reason in measure.left_out if REASONS[reason].zh not in text] == []
        assert {word for word in english.split() if CHINESE.search(word)} <= names, (by, family)


def test_where_there_are_too_few_the_fraction_is_shown_and_no_rate(two_places):
    text = text_of(page(two_places, "?family=timeliness"))
    assert "1/3" in text
    assert "33.3" not in text
    assert "剔除 1" in text


def test_a_district_in_which_nothing_happened_says_so(web):
    for by, said in (("party", "这段时间没有数据，可换一个时段"), ("area", "无数据")):
        tree = page(web, f"?by={by}")
        assert said in text_of(tree), by
        zeros = [one for one in inside(tree) if isinstance(one, html.B) and one.children == "0.0"]
        assert len(zeros) == 1, "no data is not zero; that nobody came is known"
    assert "没有下级区域" in text_of(page(web, f"?area={DISTRICT}001001001001"))


def test_numbers_of_the_page_open_as_many_cases_as_they_say(two_places):
    client = two_places.leader()
    for search in ("?", "?by=category", f"?area={WEST}"):
        found = [link for link in links(page(two_places, search)) if "measure=respond_on_time" in link]
        assert found, search
        for link in found:
            query = dict(parse_qsl(link.split("?")[1]))
            cells = measured(
                two_places.desk, Grouping(query["by"]), two_places.clock, area=query["area"], period=query["period"]
            )
            row = next((row for row in cells.rows if row.key == query.get("group")), cells.whole)
            tally = row.cells["respond_on_time"].tally
            left_out = sum(tally.left_out.values())
            for part, n in (("all", tally.denominator), ("counted", tally.numerator), ("left_out", left_out)):
                listed = sheet(client, f"/cases/export.csv?{urlencode(query | {'part': part})}")
                assert len(listed) == n, (link, part)


def test_the_files_hold_the_numbers_of_the_page(two_places):
    client = two_places.leader()
    rows = sheet(client, "/measures/export.csv?period=30d")
    assert len(rows) == 3 * len(CATALOGUE), "the whole and two subdistricts"
    whole = line(rows, "合计", "响应及时率")
    assert (whole["分子"], whole["分母"], whole["数值"], whole["剔除"]) == ("1", "3", "", "1"), "too few for a value"
    assert whole["剔除原因"] == "已撤回 1"
    assert whole["公式"].startswith("响应及时率 = ")
    assert whole["编号"] == DISTRICT
    assert line(rows, "西街街道", "响应及时率")["分母"] == "1"
    book = load_workbook(io.BytesIO(client.get("/measures/export.xlsx?period=30d").data))
    title, *lines = book.active.iter_rows(values_only=True)
    found = [dict(zip(title, one, strict=True)) for one in lines]
    assert line(found, "合计", "响应及时率")["分母"] == 3, "a number, not a text"
    assert {row["名称"] for row in sheet(client, "/measures/export.csv?by=category")} == {
        "合计",
        "道路设施",
        "供水排水",
    }


def test_a_fall_is_a_number_in_a_file_and_no_text(web):
    """Thirty cases responded to on one day, and on the next thirty that nobody responds to."""
    web.receive(*(f"a{number}" for number in range(30)), category="road/lamp")
    for case in range(1, 31):
        do(web.desk, E.RESPONDED, NOON + MINUTE, case=case)
    web.clock = NOON + DAY
    web.receive(*(f"b{number}" for number in range(30)), category="road/lamp", text="第二天")
    web.clock += HOUR
    rows = sheet(web.leader(), "/measures/export.csv?period=today")
    found = line(rows, "合计", "响应及时率")
    assert (found["数值"], found["环比"], found["单位"], found["环比单位"]) == ("0.0", "-100.0", "%", "个百分点")


def test_somebody_with_an_area_gets_the_measures_of_that_area(two_places):
    client = two_places.leader(WEST)
    for search in ("", f"?area={DISTRICT}", f"?area={DISTRICT}001"):
        rows = sheet(client, f"/measures/export.csv{search}")
        whole = line(rows, "合计", "响应及时率")
        assert (whole["编号"], whole["分母"]) == (WEST, "1"), search


def test_files_need_a_session_and_a_known_form(two_places):
    assert two_places.client().get("/measures/export.csv").status_code == 401
    assert two_places.leader().get("/measures/export.pdf").status_code == 404
