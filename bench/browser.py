"""A real browser, signed in at a server of the bench."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.web import Web, sign_in_link
from dashboard.domain.access import Role
from tests.browsers import ARGUMENTS, CURE, browser_path

SIZE = {"width": 1920, "height": 1080}
PATIENCE = 60.0  # seconds
IS_LIVE = "document.documentElement.dataset.live === 'live'"
IS_DRAWN = "window.yiwang && document.querySelector('#map .js-plotly-plot')?.data?.some(trace => trace.painted)"


@contextmanager
def browser() -> Iterator[Browser]:
    """The browser that the tests use, with software GL."""
    if browser_path() is None:
        raise RuntimeError(CURE)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=browser_path(), args=[*ARGUMENTS, "--enable-precise-memory-info"]
        )
        try:
            yield found
        finally:
            found.close()


def signed_in(found: Browser, web: Web, role: Role) -> BrowserContext:
    """A fresh context with a session and an empty cache."""
    context = found.new_context(viewport=SIZE, locale="zh-CN")  # type: ignore[arg-type]
    context.set_default_timeout(1000 * PATIENCE)
    context.request.get(sign_in_link(web, role), max_redirects=0)
    return context


def until(page: Page, expression: str, seconds: float = PATIENCE) -> None:
    """Wait until something holds in the page; asked from outside, as its content policy lets it evaluate no text."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(f"Boolean({expression})"):
        if time.monotonic() > deadline:
            raise RuntimeError(f"not so within {seconds:.0f} s: {expression}")
        page.wait_for_timeout(50)


def open_page(context: BrowserContext, address: str) -> Page:
    """A page that is live and has its map painted."""
    page = context.new_page()
    page.goto(address)
    until(page, IS_LIVE)
    until(page, IS_DRAWN)
    return page
