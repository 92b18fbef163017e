"""Drilling down by real clicks: how soon the way, the numbers and the queue of the area stand in the page, how soon
its map is painted, and how much of that is the server's."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from playwright.sync_api import Page

from bench.browser import browser, open_page, signed_in, until
from bench.rows import Row, at_most, ratio_at_most
from bench.setting import SMALL, Setting, median
from bench.web import web_server
from dashboard.domain.access import Role
from dashboard.domain.areas import Level

IN_DOM, PAINTED, SERVER = 350, 750, 1.3
REST = 1000  # ms between clicks
GIVEN_UP, NEVER = 10.0, float("inf")
LEVELS = {9: "subdistrict", 12: "community", 15: "grid", 18: "building"}
WATCH = """
window.bench = (code) => {
  const crumbs = document.getElementById("breadcrumb"), before = crumbs.textContent;
  const found = { code, at: performance.now(), dom: null, painted: null };
  const Y = window.yiwang;
  const shown = (id) => ["live", "empty"].includes(document.getElementById(id)?.closest("[data-tile]")?.dataset.tile);
  const kpi = () => document.querySelector('[data-kpi="received"]')?.dataset.tile === "live";
  const look = () => {
    if (found.dom === null && Y.view?.area === code && crumbs.textContent !== before && kpi() && shown("queue"))
      found.dom = performance.now() - found.at;
  };
  const everything = { subtree: true, childList: true, attributes: true, characterData: true };
  new MutationObserver(look).observe(document.body, everything);
  const figure = document.querySelector("#map .js-plotly-plot");
  let put = false; // told by plotly when it is through with a figure
  const done = () => { put = true; };
  figure.once("plotly_react", done);
  const drawn = () => {
    const areas = figure?.data?.find((trace) => trace.meta?.role === "areas");
    const map = figure?._fullLayout?.map?._subplot?.map;
    if (!put || !areas?.painted || areas.meta.area !== code.slice(0, 15)) return false;
    if (Y.map.busy || !map?.loaded()) return false;
    return code.length < 18 || figure.data.some((trace) => trace.meta?.role === "selected");
  };
  const wait = () => {
    look();
    if (drawn()) requestAnimationFrame(() => { found.painted = performance.now() - found.at; });
    else requestAnimationFrame(wait);
  };
  requestAnimationFrame(wait);
  window.benchFound = found;
};
window.benchServer = () => performance.getEntriesByType("resource")
  .filter((one) => one.name.includes("/_dash-update-component") && one.startTime >= window.benchFound.at)
  .map((one) => one.responseEnd - one.requestStart);
"""
AREAS = "[...document.querySelectorAll('#ranking tr[data-area]')].map(row => row.dataset.area)"
BUILDINGS = "document.querySelector('#map .js-plotly-plot').data.find(one => one.meta?.role === 'areas').locations"


@dataclass(frozen=True)
class Click:
    """One click: milliseconds until the DOM told of the area, until its map was painted, and of the slowest answer."""

    code: str
    dom: float
    painted: float
    server: float


def clicks(setting: Setting) -> Iterator[Row]:
    """All levels together, each level beside it, with the large past and with a small one."""
    small, large = _drill(setting)
    for what, name, gate in (
        ("dom", "→ breadcrumb, KPI and queue in the DOM, median", at_most(IN_DOM)),
        ("painted", "→ map painted, median", at_most(PAINTED)),
        ("server", "the server's part, median", ratio_at_most(SERVER)),
    ):
        few, many = ([getattr(one, what) for one in found] for found in (small, large))
        note = f"{_by_level(large, what)}; reference: {SMALL:,} cases"
        yield Row("click", name, median(many), "ms", reference=median(few), gates=[gate], note=note)


def _by_level(found: list[Click], what: str) -> str:
    medians = {name: median([getattr(one, what) for one in found if len(one.code) == n]) for n, name in LEVELS.items()}
    return ", ".join(f"{name} {value:.0f}" for name, value in medians.items())


def _drill(setting: Setting) -> tuple[list[Click], list[Click]]:
    """The same clicks on a small and on the large past, in turns, so that both meet the same machine."""
    small, large = setting.database(SMALL), setting.database()
    found: tuple[list[Click], list[Click]] = [], []
    with web_server(small) as first, web_server(large) as second, browser() as chromium:
        contexts = [(web, signed_in(chromium, web, Role.LEADER)) for web in (first, second)]
        for number in range(1 + setting.times(5)):
            setting.step(f"drilling down, {number}")
            for (web, context), clicked in zip(contexts, found, strict=True):
                page = open_page(context, web.address + "/")
                page.evaluate(f"() => {{ {WATCH} }}")
                page.wait_for_timeout(REST)
                way = list(_down(page, number))
                page.close()
                clicked += way if number else []  # the first one reads roads and buildings
    return found


def _down(page: Page, number: int) -> Iterator[Click]:
    """From the district to a building; each round another way."""
    for length in (9, 12, 15):
        until(page, f"{AREAS}.length && {AREAS}.every(code => code.length === {length})")
        codes = page.evaluate(AREAS)
        code = codes[number % len(codes)]
        page.evaluate("code => window.bench(code)", code)
        page.evaluate("code => document.querySelector(`#ranking tr[data-area='${code}'] a`).click()", code)
        yield _read(page, code)
    codes = [code for code in page.evaluate(BUILDINGS) if len(code) == Level.BUILDING]
    if codes:  # some grids are all river and park
        code = codes[number % len(codes)]
        page.evaluate("code => { window.bench(code); window.dash_clientside.live.go(code); }", code)
        yield _read(page, code)


def _read(page: Page, code: str) -> Click:
    """What came of a click; what did not come in time took for ever."""
    with suppress(RuntimeError):
        until(page, "window.benchFound.dom !== null && window.benchFound.painted !== null", GIVEN_UP)
    page.wait_for_timeout(REST)
    found, server = page.evaluate("window.benchFound"), page.evaluate("window.benchServer()")
    return Click(code, found["dom"] or NEVER, found["painted"] or NEVER, max(server, default=NEVER))
