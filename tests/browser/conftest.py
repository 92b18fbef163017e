"""A browser, a site to look at, and pages that complain about errors and foreign requests."""

import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from dashboard.domain.access import Role
from tests.browser.site import Site, running_site
from tests.browsers import ARGUMENTS, CURE, browser_path, is_skipped


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests here need a browser."""
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)
            if is_skipped():
                item.add_marker(pytest.mark.skip(reason="BROWSER=skip"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser."""
    path = browser_path()
    assert path, CURE
    expect.set_options(timeout=20_000)
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """A running site, shared by the files of a worker: so a report opens a case whatever else was reported there."""
    with running_site(merges=False) as made:
        yield made


class Watch:
    """What a page did that no page may do."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.found: list[str] = []
        self.may_fail = False  # the test itself brings about failures
        self.is_over = False  # what closing a page cuts off is no error

    def over(self, context: BrowserContext) -> None:
        """Watch all pages of a context."""
        context.on("request", self._request)
        context.on("weberror", self._error)
        context.on("console", self._console)
        context.on("response", self._response)

    def _request(self, request: Any) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.netloc != self.host:
            self.found.append(f"foreign request: {request.url}")

    def _error(self, error: Any) -> None:
        if not self.is_over:
            self.found.append(f"error: {error.error} {error.error.stack}")

    def _console(self, message: Any) -> None:
        if message.type == "error" and not self.may_fail and not self.is_over:
            self.found.append(f"console: {message.text} {message.location}")

    def _response(self, response: Any) -> None:
        if response.status >= 500:
            self.found.append(f"{response.status}: {response.url}")


@pytest.fixture
def watch(site: Site) -> Iterator[Watch]:
    """At the end nothing may have been found."""
    made = Watch(urlsplit(site.url).netloc)
    yield made
    assert made.found == []


@pytest.fixture(scope="session")
def states() -> dict[str, Any]:
    """What signed-in browsers keep: of the leader, the wall, and operators by name."""
    return {}


Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, site: Site, watch: Watch, states: dict[str, Any]) -> Iterator[Open]:
    """Open a page of the signed-in leader, of the wall, of an operator by name, or of nobody."""
    contexts: list[BrowserContext] = []

    def signed_in(who: str) -> Any:
        """The state of a browser that has used its link; signing in is limited, so everybody does it once."""
        if who not in states:
            links = {"wall": site.wall_link, "leader": site.leader_link}
            context = browser.new_context()
            page = context.new_page()
            page.goto(links[who]() if who in links else site.link(Role.OPERATOR, who))
            states[who] = context.storage_state()
            context.close()
        return states[who]

    def opened(
        path: str,
        *,
        wall: bool = False,
        who: str | None = "leader",
        width: int = 1280,
        height: int = 800,
        theme: str = "",
        script: str = "",
        **more: Any,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            storage_state=signed_in("wall" if wall else who) if who else None,
            **more,
        )
        contexts.append(context)
        context.set_default_timeout(30_000)
        if script:
            context.add_init_script(script)
        if theme:
            context.add_cookies([{"name": "theme", "value": theme, "url": site.url}])
        watch.over(context)
        page = context.new_page()
        page.goto(path if path.startswith("http") else site.url + path)
        return page

    yield opened
    watch.is_over = True
    for context in contexts:
        context.close()


LIVE = "document.documentElement.dataset.live === 'live'"
PAINTED = "(document.querySelector('.tile.map')?.dataset.tile ?? 'loading') !== 'loading'"


def wait_until(page: Page, condition: str, patience: float = 60) -> None:
    """Until a condition holds. Playwright's own way evaluates strings in the page, which our policy forbids."""
    until = time.monotonic() + patience
    while not page.evaluate(condition):
        assert time.monotonic() < until, f"never came true: {condition}"
        page.wait_for_timeout(50)


def wait_live(page: Page) -> None:
    """Until the stream speaks and the map is painted."""
    wait_until(page, LIVE)
    wait_until(page, PAINTED)
