"""Makes the pictures of the README from a fresh demo: `make screenshots`."""

import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browsers import ARGUMENTS, browser_path

IMAGES = Path(__file__).parent / "images"
SETTLED = 8_000  # ms until map and numbers stand still in software rendering
PICTURES = (
    # name, path, wall, width, height, theme
    ("wall", "/wall/main", True, 1920, 1080, "dark"),
    ("wall-heat", "/wall/main?heat=30d", True, 1920, 1080, "dark"),
    ("leader", "/", False, 1440, 900, "light"),
    ("community", "/?area=410303001001", False, 1440, 900, "light"),
    ("phone", "/", False, 390, 844, "light"),
)


@contextmanager
def demo() -> Iterator[tuple[str, list[str]]]:
    """A fresh demo; gives its address and its two one-time links, the leader's and the wall's."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
        probe.close()
        command = [sys.executable, "-m", "dashboard", "demo", "--folder", folder, "--port", port]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            links: list[str] = []
            for line in process.stdout or ():
                links += re.findall(r"http\S+/sign-in/\S+", line)
                if len(links) == 2:
                    break
            yield f"http://127.0.0.1:{port}", links
        finally:
            process.terminate()
            process.wait()


def signed_in(browser: Browser, link: str, width: int, height: int, theme: str) -> Page:
    """A page of somebody who has used a link."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        device_scale_factor=2 if width < 600 else 1,
    )
    page = context.new_page()
    page.goto(link)
    context.add_cookies([{"name": "theme", "value": theme, "url": page.url}])
    return page


def main() -> None:
    """Take all pictures, signing in once as each of the two."""
    IMAGES.mkdir(exist_ok=True)
    with demo() as (base, links), sync_playwright() as play:
        browser = play.chromium.launch(executable_path=browser_path(), args=ARGUMENTS)
        pages = {wall: signed_in(browser, links[wall], 1440, 900, "light") for wall in (False, True)}
        for name, path, wall, width, height, theme in PICTURES:
            page = pages[wall]
            page.set_viewport_size({"width": width, "height": height})
            page.context.add_cookies([{"name": "theme", "value": theme, "url": base}])
            page.goto(base + path)
            page.wait_for_timeout(SETTLED)
            page.screenshot(path=IMAGES / f"{name}.jpg", type="jpeg", quality=86)
            print(f"docs/images/{name}.jpg")
        browser.close()


if __name__ == "__main__":
    main()
