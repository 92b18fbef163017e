"""What the pages weigh on the wire, the first time and the second."""

from collections.abc import Iterator
from typing import Any

import httpx
from playwright.sync_api import Browser

from bench.browser import IS_LIVE, browser, signed_in, until
from bench.rows import Row, at_most
from bench.setting import Setting
from bench.web import Web, web_server
from bench.web import signed_in as client_of
from dashboard.domain.access import Role

PAGES = (("wall", "/wall/main", Role.WALL), ("leader's page", "/", Role.LEADER))
FIRST, SECOND, GEOMETRY = 1_300, 100, 150  # kB
FONTS = (".woff2", ".woff", ".ttf")


def pages(setting: Setting) -> Iterator[Row]:
    """Full loads of the two big pages with an empty and with a filled cache, and the geometry of the district."""
    with web_server(setting.database()) as web, browser() as found:
        for name, path, role in PAGES:
            setting.step(f"loading the {name}")
            yield from _page(found, web, name, path, role)
        setting.step("geometry of the district")
        yield from _geometry(web, found)


def _page(found: Browser, web: Web, name: str, path: str, role: Role) -> Iterator[Row]:
    context = signed_in(found, web, role)
    first, second = _Meter(), _Meter()
    for meter in (first, second):
        page = context.new_page()
        meter.attach(context.new_cdp_session(page))
        page.goto(web.address + path)
        until(page, IS_LIVE)
        page.wait_for_timeout(2500)
        page.close()
    context.close()
    yield Row("pages", f"{name}, first load without fonts", first.kilobytes(), "kB", gates=[at_most(FIRST)],
              note=f"fonts {first.kilobytes(fonts=True):.0f} kB; {first.heaviest()}")  # fmt: skip
    yield Row("pages", f"{name}, second load", second.kilobytes(), "kB", reference=first.kilobytes(),
              gates=[at_most(SECOND)], note=second.heaviest())  # fmt: skip


class _Meter:
    """Adds up what comes over the wire, headers included, streams as far as they got."""

    def __init__(self) -> None:
        self.sizes: dict[str, float] = {}
        self._urls: dict[str, str] = {}

    def attach(self, session: Any) -> None:
        """Listen to a page's network."""
        session.send("Network.enable")
        session.on(
            "Network.requestWillBeSent", lambda one: self._urls.update({one["requestId"]: one["request"]["url"]})
        )
        session.on("Network.responseReceived", self._head)
        session.on("Network.dataReceived", lambda one: self._add(one["requestId"], one["encodedDataLength"]))
        session.on("Network.loadingFinished", self._finish)

    def _ask(self, one: dict[str, Any]) -> None:
        self._urls[one["requestId"]] = one["request"]["url"]

    def _head(self, one: dict[str, Any]) -> None:
        self._add(one["requestId"], one["response"]["encodedDataLength"])

    def _finish(self, one: dict[str, Any]) -> None:
        self.sizes[self._urls.get(one["requestId"], "")] = one["encodedDataLength"]

    def _add(self, request: str, length: float) -> None:
        url = self._urls.get(request, "")
        if url.startswith("http"):
            self.sizes[url] = self.sizes.get(url, 0) + length

    def kilobytes(self, fonts: bool = False) -> float:
        """All bytes without fonts, or only theirs."""
        return sum(size for url, size in self.sizes.items() if url.partition("?")[0].endswith(FONTS) == fonts) / 1000

    def heaviest(self) -> str:
        """The three heaviest files."""
        ordered = sorted(self.sizes.items(), key=lambda pair: -pair[1])[:3]
        return ", ".join(f"{_name(url)} {size / 1000:.0f}" for url, size in ordered)


def _name(url: str) -> str:
    return url.partition("?")[0].rsplit("/", 1)[-1][:28]


def _geometry(web: Web, found: Browser) -> Iterator[Row]:
    """The grids of the whole district as the map asks for them."""
    context = signed_in(found, web, Role.WALL)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{web.address}/wall/main")
    until(page, IS_LIVE)
    page.wait_for_timeout(2000)
    context.close()
    client = client_of(web)
    sizes = {_name(url): _size(client, url) for url in dict.fromkeys(asked) if "/geometry/" in url}
    client.close()
    grids = sum(size for name, size in sizes.items() if name.startswith("grid"))
    yield Row("pages", "geometry of the district's grids", grids, "kB", gates=[at_most(GEOMETRY)],
              note=f"all layers of the wall {sum(sizes.values()):.0f} kB")  # fmt: skip


def _size(client: httpx.Client, url: str) -> float:
    with client.stream("GET", url, headers={"Accept-Encoding": "br, gzip"}) as answer:
        return sum(len(part) for part in answer.iter_raw()) / 1000
