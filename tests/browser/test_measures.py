"""The page of measures in a real browser: choose, read a formula, open the cases behind a number."""

import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from dashboard.domain.events import EventKind as E
from tests.browser.site import Site
from tests.factories import DAY, MINUTE, point_in
from tests.handling import LI, do, receive

CASES, LATE = 40, 4
pytestmark = pytest.mark.usefixtures("handled")


@pytest.fixture(scope="module")
def handled(site: Site) -> Site:
    """Two days ago forty cases came in and were handled; four were responded to too late."""
    start = datetime.now(UTC) - 2 * DAY
    x, y = point_in(0)
    found = receive(site.desk, *(f"past-{n}" for n in range(CASES)), now=start, category="road/lamp", x=x, y=y)
    for number, case in enumerate(found.case_ids):
        at = start + (40 if number < LATE else 10) * MINUTE
        do(site.desk, E.RESPONDED, at, case=case)
        do(site.desk, E.ARRIVED, at + 20 * MINUTE, case=case, who="王", where="楼下")
        do(site.desk, E.FED_BACK, at + 60 * MINUTE, case=case, answer="已修好")
        do(site.desk, E.CLOSED, at + 90 * MINUTE, case=case, by=LI, level="grid")
    return site


def row(page: Page, name: str) -> list[str]:
    """The words of a row of the table, cell by cell."""
    cells = page.locator(".compared tbody tr", has_text=name).first.locator("td")
    return [text.replace("\n", " ") for text in cells.all_inner_texts()]


def test_groups_are_switched_and_the_back_button_goes_back(open_page):
    page = open_page("/measures?period=7d")
    expect(page.locator(".compared tbody th")).to_contain_text(["合计", "东街街道", "西街街道"])
    assert "90.0 %" in row(page, "东街街道")[0]
    assert f"{CASES - LATE}/{CASES}" in row(page, "东街街道")[0]
    assert "无数据" in row(page, "西街街道")[0]
    page.locator(".segments a", has_text="类别").click()
    expect(page.locator(".compared tbody th")).to_contain_text(["合计", "道路设施"])
    page.locator(".compared tbody a", has_text="道路设施").click()
    expect(page.locator(".compared tbody th")).to_contain_text(["合计", "路灯不亮"])
    page.locator(".family h2 a", has_text="结案").click()
    expect(page.locator(".compared thead")).to_contain_text("网格办结率")
    assert "100.0 %" in row(page, "路灯不亮")[4]
    for _ in range(3):
        page.go_back()
    expect(page.locator(".compared tbody th")).to_contain_text(["合计", "东街街道"])


def test_a_number_opens_the_cases_that_it_counts(open_page):
    page = open_page("/measures?period=7d")
    number = page.locator(".compared tbody tr", has_text="东街街道").first.locator("td a").first
    expect(number).to_contain_text(f"{CASES - LATE}/{CASES}")
    number.click()
    expect(page).to_have_url(re.compile("/cases.*measure=respond_on_time"))
    expect(page.locator(".toolbar")).to_contain_text(f"{CASES} 件")
    expect(page.locator("#content .chip", has_text="响应及时率")).to_contain_text("近 7 天")
    for part, count in (("分子", CASES - LATE), ("分母中的其余", LATE)):
        page.locator("#content .segments a").get_by_text(part, exact=True).click()
        expect(page.locator(".toolbar")).to_contain_text(f"{count} 件")
    page.locator("#content .chip", has_text="响应及时率").locator("a").click()
    expect(page.locator("#content .chip", has_text="响应及时率")).to_have_count(0)


def test_a_formula_shows_by_keyboard_and_stands_in_words_below(open_page):
    page = open_page("/measures?period=7d")
    heading = page.locator(".compared thead th", has_text="到场及时率")
    formula = heading.locator(".formula")
    expect(formula).to_be_hidden()
    page.locator(".compared thead a", has_text="响应及时率").focus()
    page.keyboard.press("Tab")
    expect(heading.locator("a")).to_be_focused()
    expect(formula).to_be_visible()
    expect(formula).to_contain_text("到场及时率 = 在期限内到场的 ÷ 时段内到期的到场时钟")
    expect(page.locator(".formulas")).to_contain_text("到场及时率 = 在期限内到场的 ÷ 时段内到期的到场时钟")
    page.keyboard.press("Enter")
    expect(heading).to_have_attribute("aria-sort", "descending")
    assert parse_qs(urlsplit(page.url).query)["sort"] == ["arrive_on_time"]


def test_what_is_looked_at_stays_in_place_when_the_numbers_are_counted_anew(open_page):
    page = open_page("/measures?period=7d")
    link = page.locator(".compared tbody a", has_text="东街街道")
    link.focus()
    link.evaluate("(element) => element.dataset.old = 'yes'")
    page.evaluate("dash_clientside.set_props('measures-tick', { n_intervals: 1 })")
    expect(page.locator("[data-old]")).to_have_count(0)
    expect(link).to_be_focused()


def test_the_table_is_saved_as_a_file(open_page):
    page = open_page("/measures?period=7d&by=channel")
    with page.expect_download() as saved:
        page.locator(".toolbar a", has_text="导出 CSV").click()
    text = saved.value.path().read_text(encoding="utf-8-sig")
    assert saved.value.suggested_filename.startswith("measures-")
    assert f"12345 市民热线,时限,响应及时率,90.0,%,{CASES - LATE},{CASES}" in text


def test_a_phone_shows_every_measure_without_scrolling_sideways(open_page):
    page = open_page("/measures?period=7d", width=390, height=844, is_mobile=True, has_touch=True)
    expect(page.locator(".compared tbody tr").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    names = (
        page.locator(".compared tbody tr")
        .first.locator("td")
        .evaluate_all("(cells) => cells.map((cell) => getComputedStyle(cell, '::before').content)")
    )
    assert names[:2] == ['"响应及时率"', '"到场及时率"'], "each number says what it is"
