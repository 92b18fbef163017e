"""The leader's page in a real browser: down to a building and back, on any device, in both languages."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import wait_live, wait_until

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def title(page: Page) -> str:
    return page.locator("h1").first.inner_text().split("\n")[0]


def click_area(page: Page, code: str) -> None:
    """Click the middle of an area on the map."""
    wait_until(page, "!yiwang.map.busy")
    spot = page.evaluate(
        """async (code) => {
          const figure = document.querySelector("#map .js-plotly-plot");
          const { geojson } = figure.data.find((trace) => trace.meta?.role === "areas");
          const { features } = await (await fetch(geojson)).json();
          const ring = features.find((one) => one.id === code).geometry.coordinates.flat(Infinity);
          const xs = ring.filter((_, index) => index % 2 === 0), ys = ring.filter((_, index) => index % 2);
          const middle = (values) => (Math.min(...values) + Math.max(...values)) / 2;
          const { x, y } = figure._fullLayout.map._subplot.map.project([middle(xs) + 0.0005, middle(ys) + 0.003]);
          const box = figure.getBoundingClientRect();
          return { x: box.x + x, y: box.y + y };
        }""",
        code,
    )
    page.mouse.move(spot["x"], spot["y"])
    page.wait_for_timeout(200)
    page.mouse.click(spot["x"], spot["y"])


def test_a_click_on_the_map_goes_down_and_the_back_button_up_again(open_page):
    page = open_page("/?level=subdistrict")
    wait_live(page)
    expect(page.locator("h1").first).to_contain_text("西工区")
    click_area(page, "410303001")
    expect(page.locator("h1").first).to_contain_text("东街街道")
    expect(page).to_have_url(re.compile("area=410303001"))
    expect(page.locator("#ranking tbody tr")).to_have_count(2)
    page.go_back()
    expect(page.locator("h1").first).to_contain_text("西工区")


def test_the_ranking_and_the_breadcrumb_lead_down_to_a_building_and_back(site, open_page):
    site.report("行署路的楼道", grid=0, category="楼道堆物")
    page = open_page("/")
    wait_live(page)
    for name in ("东街", "甲苑", "第1网格"):
        page.locator("#ranking tbody a", has_text=name).first.click()
        expect(page.locator("h1").first).to_contain_text(name)
    page.locator(".way details summary").click()
    page.locator(".way details a", has_text="1号楼").first.click()
    card = page.locator("aside.card")
    expect(card).to_contain_text("春林路1号院1号楼")
    expect(card).to_contain_text("户")
    expect(card).to_contain_text("楼道堆物")
    expect(page.locator("[data-kpi='open'] .v")).not_to_have_text("0")
    page.locator(".way a", has_text="西工区").click()
    expect(page.locator("h1").first).to_contain_text("西工区")


def test_every_number_opens_the_cases_behind_it(site, open_page):
    site.report("数字背后的案件", grid=1)
    page = open_page("/")
    wait_live(page)
    expect(page.locator("#queue .item", has_text="夏林路2号院1号楼").first).to_be_visible()
    shown = page.locator("[data-kpi='received'] .v").inner_text()
    page.locator("[data-kpi='received'] a.value").click()
    expect(page).to_have_url(re.compile("/cases"))
    expect(page.locator(".toolbar")).to_contain_text(f"{shown} 件")
    page.locator(".case-link").first.click()
    expect(page).to_have_url(re.compile(r"/cases/XG\d{6}-\d{4}"))
    expect(page.locator(".clock")).to_have_count(4)
    expect(page.locator(".reports")).to_contain_text("数字背后的案件")


def test_the_language_is_switched_by_the_viewer_and_kept(open_page):
    page = open_page("/")
    wait_live(page)
    page.locator("a.choice", has_text="English").click()
    wait_live(page)
    assert page.evaluate("document.documentElement.lang") == "en"
    expect(page.locator(".bar-top nav")).to_have_text("OverviewCasesMeasuresSnapshotsSources")
    page.goto(page.url.split("?")[0] + "sources")
    expect(page.locator("h1")).to_have_text("Sources")
    texts = page.locator("#content th, #content h2").all_inner_texts()
    assert [text for text in texts if CHINESE.search(text)] == []


@pytest.mark.parametrize("path", ["/", "/cases", "/measures", "/sources", "/wall/main"])
def test_no_page_has_a_serious_barrier_in_either_theme(open_page, path):
    still = "reduce"  # what fades in is pale
    page = open_page(path, wall=path.startswith("/wall"), reduced_motion=still)
    if path in ("/", "/wall/main"):
        wait_live(page)
    else:
        page.wait_for_load_state("networkidle")
    for theme in ("light", "dark"):
        page.evaluate("(theme) => { document.documentElement.dataset.theme = theme }", theme)
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        serious = [one for one in found if one["impact"] in ("serious", "critical")]
        assert [(one["id"], [node["html"][:160] for node in one["nodes"]][:3]) for one in serious] == [], theme


SMALL_TARGETS = """() =>
  [...document.querySelectorAll(".bar-top nav a, .choice, .segments a, .choices summary")]
    .filter((one) => one.offsetHeight && one.offsetHeight < 44)
    .map((one) => `${one.textContent} ${one.offsetHeight}`)"""


def test_a_phone_shows_everything_without_scrolling_sideways(open_page):
    page = open_page("/", width=390, height=844, is_mobile=True, has_touch=True)
    wait_live(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    small = page.evaluate(SMALL_TARGETS)
    assert small == []


IN_BACKGROUND = """
let isHidden = true;
Object.defineProperty(document, "hidden", { get: () => isHidden });
window.look = (looks) => { isHidden = !looks; document.dispatchEvent(new Event("visibilitychange")); };
"""


def test_eight_open_tabs_all_show_a_new_report_when_they_are_looked_at(site, open_page):
    """Browsers give six connections per host: tabs in the background must not hold them."""
    first = open_page("/", script=IN_BACKGROUND, width=900, height=600)
    pages = [first, *(first.context.new_page() for _ in range(7))]
    for page in pages[1:]:
        page.goto(site.url + "/")
    for page in pages:
        wait_until(page, "yiwang.live.state === 'hidden' && yiwang.live.source === null")
    site.report("八个标签页", grid=7)
    for page in pages:
        page.evaluate("look(true)")
        expect(page.locator("#queue .item", has_text="月林路8号院1号楼").first).to_be_visible(timeout=60_000)
        page.evaluate("look(false)")


def test_a_hidden_page_gives_its_stream_back_and_wakes_up_live(open_page):
    page = open_page("/")
    wait_live(page)
    hide = """(hidden) => {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(hide, True)
    wait_until(page, "yiwang.live.state === 'hidden' && yiwang.live.source === null")
    page.evaluate(hide, False)
    wait_until(page, "document.documentElement.dataset.live === 'live'")


def test_the_page_can_be_used_with_the_keyboard_alone(open_page):
    page = open_page("/")
    wait_live(page)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("跳到内容")
    page.keyboard.press("Enter")
    page.locator("#ranking tbody a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1").first).to_contain_text("街街道")
    page.locator("[data-kpi='open'] a.value").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/cases\?.*area=410303"))


def test_an_address_that_does_not_exist_says_so(open_page):
    page = open_page("/nowhere")
    expect(page.locator("h1")).to_have_text("没有这个页面")
