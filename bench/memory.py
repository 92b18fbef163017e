"""Whether a wall that runs for weeks fills its browser: the collected heap before and after many updates."""

from collections.abc import Iterator

from playwright.sync_api import CDPSession, Page

from bench.browser import browser, open_page, signed_in
from bench.rows import Row, at_most
from bench.setting import SMALL, Setting
from bench.web import web_server
from dashboard.domain.access import Role

UPDATES, QUICK_UPDATES, WARM_UP = 10_000, 600, 300
EVERY = 50  # ms
GROWTH = 10  # per cent
# Newer parts, as a stream would bring them: every value of the map and every place in the queue moves.
FEED = """([count, every]) => new Promise((done) => {
  const Y = window.yiwang, live = structuredClone(Y.parts);
  let left = count;
  const timer = setInterval(() => {
    left -= 1;
    const n = left % 7;
    const values = structuredClone(live.values), points = structuredClone(live.points);
    if (values.some) values.some = values.some.map((one, index) => (index % 2 ? 1 + ((one + n) % 9) : one));
    else values.all = values.all.map((one) => (one === null ? null : (one + n) % 9));
    points.s = [...points.s].map((one) => String((Number(one) + n) % 6)).join("");
    const queue = structuredClone(live.queue), kpi = structuredClone(live.kpi);
    queue.rows = [...queue.rows.slice(n), ...queue.rows.slice(0, n)];
    kpi.received[0] += n;
    const events = structuredClone(live.events);
    events.rows = events.rows.map((row, index) => [`${left}-${index}`, ...row.slice(1)]);
    Object.entries({ values, points, queue, kpi, events }).forEach(([part, data]) => Y.take(part, data));
    if (left <= 0) { clearInterval(timer); done(); }
  }, every);
})"""


def memory(setting: Setting) -> Iterator[Row]:
    """Updates at twenty a second into the page's own way of taking parts, map included."""
    updates = QUICK_UPDATES if setting.is_quick else UPDATES
    with web_server(setting.database(SMALL)) as web, browser() as chromium:
        page = open_page(signed_in(chromium, web, Role.WALL), f"{web.address}/wall/main")
        session = page.context.new_cdp_session(page)
        setting.step("warming a wall up")
        _feed(page, WARM_UP)
        before, nodes = _collected(page, session), _nodes(session)
        for start in range(0, updates, WARM_UP):
            setting.step(f"updating a wall, {start:,} of {updates:,}")
            _feed(page, min(WARM_UP, updates - start))
        after = _collected(page, session)
        yield Row(
            "memory",
            f"growth of a wall's heap over {updates:,} updates",
            100 * (after / before - 1),
            "%",
            gates=[at_most(GROWTH)],
            note=f"{before:.1f} → {after:.1f} MB; nodes {nodes:,} → {_nodes(session):,}",
        )


def _feed(page: Page, updates: int) -> None:
    page.evaluate(FEED, [updates, EVERY])
    page.wait_for_timeout(1000)


def _collected(page: Page, session: CDPSession) -> float:
    """Megabytes in use when everything that can go is gone."""
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
        page.wait_for_timeout(300)
    return float(session.send("Runtime.getHeapUsage")["usedSize"]) / 1e6


def _nodes(session: CDPSession) -> int:
    return int(session.send("Memory.getDOMCounters")["nodes"])
