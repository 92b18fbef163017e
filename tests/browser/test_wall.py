"""The wall in a real browser: it comes alive, follows what happens, and never lies about its age."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LIVE, wait_live, wait_until

KPIS = ("received", "open", "at_risk", "breached", "closed", "respond", "arrive", "feedback", "year")


def kpi(page: Page, name: str) -> str:
    return page.locator(f"[data-kpi='{name}'] .v").inner_text()


def test_the_wall_comes_alive_and_no_tile_stays_a_skeleton(open_page):
    page = open_page("/wall/main", wall=True)
    wait_live(page)
    for name in KPIS:
        expect(page.locator(f"[data-kpi='{name}'] .v")).not_to_be_empty()
    expect(page.locator("[data-tile='loading']")).to_have_count(0)
    expect(page.locator("#wall-clock")).to_have_text(re.compile(r"\d\d:\d\d:\d\d"))


TOP_LAYER = """(id) => {
  const { map } = document.querySelector(`#${id} .js-plotly-plot`)._fullLayout.map._subplot;
  return map.getStyle().layers.filter((layer) => layer.layout?.visibility !== "none").pop().id;
}"""


MARKS_AND_POINTS = """() => {
  const figure = document.querySelector("#map .js-plotly-plot");
  const { map } = figure._fullLayout.map._subplot;
  const marks = map.getStyle().layers.map((layer) => layer.id).filter((id) => id.includes("points"));
  const drawn = map.queryRenderedFeatures(undefined, { layers: marks });
  const { lon, lat } = figure.data.find((trace) => trace.meta?.role === "points");
  const window = map.getBounds();
  const isShown = ([east, north]) => east !== null && window.contains([east, north]);
  const inside = lon.map((east, index) => [east, lat[index]]).filter(isShown);
  const places = (found) => new Set(found.map((place) => place.map((degrees) => degrees.toFixed(4)).join())).size;
  return [places(drawn.map((one) => one.geometry.coordinates)), places(inside)];
}"""


@pytest.mark.parametrize("path", ["/wall/main", "/"])
def test_a_page_just_opened_shows_a_mark_for_every_open_case(site, open_page, path):
    """Read off the drawn map: a figure that holds the points may still show none of them."""
    for grid in (1, 4, 6):
        site.report("图上的标记", grid=grid)
    page = open_page("/")
    expect(page.locator("#queue .item", has_text="雪林路7号院1号楼").first).to_be_visible()
    fresh = open_page(path, wall=path != "/")
    wait_live(fresh)
    wait_until(fresh, f"(([drawn, points]) => drawn >= 3 && drawn === points)(({MARKS_AND_POINTS})())")


def test_a_report_at_an_outside_system_appears_on_the_wall(site, open_page):
    page = open_page("/wall/main", wall=True)
    wait_live(page)
    before = int(kpi(page, "received"))
    site.report("路灯坏了好几天", grid=2)
    row = page.locator("#queue .item", has_text="秋林路3号院1号楼").first
    expect(row).to_be_visible()
    expect(row).to_contain_text("路灯不亮")
    expect(row).to_contain_text("待响应 · 响应")
    expect(page.locator("[data-kpi='received'] .v")).to_have_text(str(before + 1))
    expect(page.locator("#events li").first).to_contain_text("路灯不亮")
    for name in ("map", "map-inset"):
        wait_until(page, f"({TOP_LAYER})('{name}') === 'plotly-trace-layer-points-symbol'")


WRONG_CLOCK = """
const RealDate = Date;
const WRONG = 10 * 60 * 1000;
Date = class extends RealDate {
  constructor(...given) { if (given.length) super(...given); else super(RealDate.now() + WRONG); }
  static now() { return RealDate.now() + WRONG; }
};
"""


def test_countdowns_follow_the_servers_clock_not_the_viewers(site, open_page):
    site.report("钟点不对的电脑", grid=5, category="停车难")
    page = open_page("/wall/main", wall=True, script=WRONG_CLOCK)
    wait_live(page)
    left = page.locator("#queue .item", has_text="停车难").first.locator(".left")
    expect(left).to_have_text(re.compile(r"^(30:00|29:\d\d)$"))
    first = left.inner_text()
    expect(left).not_to_have_text(first)


WHAT_IS_WRONG = """() => {
  const wrong = [];
  const boxes = [...document.querySelectorAll(".wall-main > *")]
    .filter((one) => one.offsetWidth)
    .map((one) => [one.className, one.getBoundingClientRect()]);
  const overlap = (one, two) =>
    one.left < two.right - 1 && two.left < one.right - 1 && one.top < two.bottom - 1 && two.top < one.bottom - 1;
  for (const [name, box] of boxes) {
    if (box.right > innerWidth + 1 || box.bottom > innerHeight + 1 || box.left < -1) wrong.push(`${name} is outside`);
    for (const [other, two] of boxes) if (name < other && overlap(box, two)) wrong.push(`${name} overlaps ${other}`);
  }
  for (const one of document.querySelectorAll(".kpi .value, .kpi .name, .tile h2, .top h1"))
    if (one.scrollWidth > one.clientWidth + 1) wrong.push(`cut: ${one.textContent}`);
  const right = Math.max(...boxes.map(([, box]) => box.right));
  const bottom = Math.max(...boxes.map(([, box]) => box.bottom));
  if (right < innerWidth * 0.98 || bottom < innerHeight * 0.97) wrong.push("a margin is left over");
  if (document.documentElement.scrollWidth > innerWidth) wrong.push("scrolls");
  return wrong;
}"""


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (3840, 2160), (7680, 2160)])
def test_the_scene_fills_the_display_without_overlap(open_page, width, height):
    page = open_page("/wall/main", wall=True, width=width, height=height)
    wait_until(page, LIVE)
    found = page.evaluate(WHAT_IS_WRONG)
    assert found == []


@pytest.mark.slow
def test_killing_the_server_greys_the_wall_until_it_is_back_without_a_reload(site, open_page, watch):
    watch.may_fail = True
    page = open_page("/wall/main", wall=True)
    wait_live(page)
    page.evaluate("window.sameDocument = true")
    before = kpi(page, "received")
    site.kill()
    status = page.locator("#status")
    expect(status).to_contain_text("起断开")
    expect(status).to_have_text(re.compile(r"数据为 \d+ 秒前"))
    assert kpi(page, "received") == before
    assert page.evaluate("getComputedStyle(document.querySelector('.kpi .value')).opacity") == "0.55"
    site.start()
    wait_until(page, LIVE)
    site.report("恢复之后", grid=0)  # where nothing like it is open: it would join that
    # the killed poller's lease has to run out first
    expect(page.locator("[data-kpi='received'] .v")).to_have_text(str(int(before) + 1), timeout=180_000)
    assert page.evaluate("window.sameDocument") is True


def test_a_page_that_slept_asks_anew_at_once(open_page):
    page = open_page("/wall/main", wall=True)
    wait_live(page)
    page.evaluate("window.first = yiwang.live.source; const now = Date.now; Date.now = () => now() + 3_600_000")
    wait_until(page, "yiwang.live.source && yiwang.live.source !== window.first && " + LIVE)


def test_hundreds_of_updates_leave_the_page_no_heavier(open_page):
    """400 updates, told one after another as fast as they are drawn; `make bench` has the long form."""
    page = open_page("/wall/main", wall=True)
    wait_live(page)
    tools = page.context.new_cdp_session(page)

    def heap() -> float:
        tools.send("HeapProfiler.collectGarbage")
        return float(page.evaluate("performance.memory.usedJSHeapSize"))

    update = """async (count) => {
      const Y = yiwang;
      for (let n = 0; n < count; n++) {
        for (const part of ["kpi", "queue", "events", "orders", "ranking", "trend", "sources", "points", "values"]) {
          const data = structuredClone(Y.parts[part]);
          if (part === "kpi") data.received[0] = n;
          if (part === "queue") data.rows.reverse();
          Y.take(part, data);
        }
        if (n % 5 === 0) await new Promise((done) => requestAnimationFrame(done));
      }
      while (Y.map.busy) await new Promise((done) => setTimeout(done, 50));
    }"""
    page.evaluate(update, 150)
    before = heap()
    page.evaluate(update, 400)
    page.wait_for_timeout(500)
    assert heap() < before * 1.10
