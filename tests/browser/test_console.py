"""The operators' console in a real browser: a shift by keyboard, rows that never jump, two people on one case."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import LIVE, wait_until


def case_of(site: Any, page: Page, text: str, **more: Any) -> str:
    """Report something and open its case; returns the case's number."""
    site.report(text, **more)
    page.goto(f"{site.url}/cases?view=all")
    row = page.locator("#console-rows .row", has_text=text)
    expect(row).to_be_visible(timeout=60_000)
    found = re.search(r"XG\d{6}-\d{4}", row.inner_text())
    assert found
    return found[0]


def test_a_case_is_responded_to_by_keyboard_and_its_row_changes_in_place(site, open_page):
    page = open_page("/cases", who="甲")
    number = case_of(site, page, "电梯停运三天无人修理", category="电梯停运", grid=2)
    row = page.locator("#console-rows .row", has_text=number)
    page.locator("body").press("j")
    while page.locator("#console-rows .row[aria-current=true]", has_text=number).count() == 0:
        page.keyboard.press("j")
    page.keyboard.press("r")
    expect(page.locator("dialog.act h2")).to_contain_text(number)
    page.keyboard.press("Control+Enter")
    expect(page.locator("dialog.act")).to_have_count(0)
    expect(row).to_contain_text("已响应")
    page.keyboard.press("?")
    expect(page.locator("#console-keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#console-keys")).to_be_hidden()
    expect(row).to_have_attribute("aria-current", "true")  # neither the dialog nor the sheet has lost it
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/cases/{number}"), timeout=60_000)


def test_a_new_case_waits_in_a_pill_and_moves_nothing_until_it_is_asked_for(site, open_page):
    page = open_page("/cases", who="甲")
    case_of(site, page, "路灯坏了看不清路", grid=4)
    page.keyboard.press("j")
    before = page.locator("#console-rows .row").evaluate_all("rows => rows.map((row) => row.dataset.key)")
    site.report("窨井盖不见了有人差点掉下去", grid=5, category="井盖缺损")
    expect(page.locator("#console-fresh")).to_be_visible(timeout=60_000)
    assert page.locator("#console-rows .row").evaluate_all("rows => rows.map((row) => row.dataset.key)") == before
    page.keyboard.press(".")
    expect(page.locator("#console-rows .row", has_text="窨井盖不见了")).to_be_visible()
    expect(page.locator("#console-fresh")).to_be_hidden()


def test_two_operators_see_each_other_and_the_second_loses_nothing(site, open_page, watch):
    watch.may_fail = True  # a conflict is told as 409
    first = open_page("/cases", who="甲")
    number = case_of(site, first, "小区门禁坏了谁都能进", category="门禁损坏", grid=6)
    first.goto(f"{site.url}/cases/{number}")
    second = open_page(f"/cases/{number}", who="乙")
    expect(second.locator("#case-others")).to_contain_text("甲 也在看此案")
    wait_until(second, LIVE)
    second.keyboard.press("r")
    second.locator("dialog.act [name=note]").fill("已经打过电话")
    first.keyboard.press("r")
    first.locator("dialog.act .go").click()
    expect(first.locator("dialog.act")).to_have_count(0)
    second.locator("dialog.act .go").click()
    refusal = second.locator("dialog.act .refusal")
    expect(refusal).to_contain_text("刚被他人更新")
    expect(refusal).to_contain_text("甲 响应")
    expect(second.locator("dialog.act [name=note]")).to_have_value("已经打过电话")
    second.keyboard.press("Escape")
    expect(second.locator("#case-head")).to_contain_text("已响应")
