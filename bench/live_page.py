"""From a commit to the page: when the line about it stands in the DOM of a wall in a real browser."""

import json
from collections.abc import Iterator

from bench.audience import committing, say
from bench.browser import browser, open_page, signed_in
from bench.committing import Commit
from bench.databases import working_copy
from bench.rows import Row, at_most
from bench.setting import Setting, median, percentile
from bench.web import web_server
from dashboard.domain.access import Role

MEDIAN, MAX = 300, 1000  # ms
PER_SECOND = 1.0
WATCH = """() => {
  window.benchSeen = {};
  const note = () => {
    const lines = document.querySelectorAll("#events [data-key]");
    for (const line of lines) window.benchSeen[line.dataset.key] ??= Date.now();
  };
  const all = { subtree: true, childList: true, attributes: true };
  new MutationObserver(note).observe(document.getElementById("events"), all);
  note();
}"""


def commit_to_dom(setting: Setting) -> Iterator[Row]:
    """Real commits of another process, seen by a page that was opened before."""
    seconds = 10.0 if setting.is_quick else 40.0
    with working_copy(setting.database()) as config, web_server(config) as web, browser() as chromium:
        page = open_page(signed_in(chromium, web, Role.WALL), f"{web.address}/wall/main")
        page.evaluate(WATCH)
        setting.step("committing for an open wall")
        with committing(web, PER_SECOND, seconds) as process:
            say(process)
            lines, _ = process.communicate(timeout=seconds + 60)
        page.wait_for_timeout(1500)
        seen: dict[str, float] = page.evaluate("window.benchSeen")
    commits = [Commit(**json.loads(line)) for line in lines.splitlines()]
    waits = [seen.get(str(commit.event), float("inf")) - commit.wall * 1000 for commit in commits]
    yield Row("page", "commit → DOM of a wall, median", median(waits), "ms", gates=[at_most(MEDIAN)],
              note=f"{len(waits)} commits, p95 {percentile(waits, 0.95):.0f}")  # fmt: skip
    yield Row("page", "commit → DOM of a wall, worst", max(waits), "ms", gates=[at_most(MAX)])
