"""The browser that tests drive: found, or installed where that is possible. Run as a module it makes sure of one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
CURE = (
    "No browser can be had, and the pages cannot be tested without one.\n"
    "  On Debian or Ubuntu, as root:  apt-get install chromium fonts-noto-cjk\n"
    "  elsewhere:                     .venv/bin/python -m playwright install --with-deps chromium\n"
    "  or name one:                   CHROMIUM=/path/to/chromium make test\n"
    "  or leave these tests out:      BROWSER=skip make test"
)


def is_skipped() -> bool:
    """Whether the one who runs the tests does without a browser."""
    return os.environ.get("BROWSER") == "skip"


def system_browser() -> str | None:
    """Path of the browser named by CHROMIUM, or of one that is installed."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def playwright_browser() -> str | None:
    """Path of playwright's own browser, if it was downloaded."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def browser_path() -> str | None:
    """Path of a browser that can be started, or None."""
    return system_browser() or playwright_browser()


def install() -> None:
    """Try the ways that work without asking: Debian's package as root, playwright's download elsewhere."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        packages = ["chromium", "fonts-noto-cjk"]
        if subprocess.run(["apt-get", "install", "-qy", *packages], env=environment, check=False).returncode:
            subprocess.run(["apt-get", "update", "-q"], env=environment, check=False)
            subprocess.run(["apt-get", "install", "-qy", *packages], env=environment, check=False)
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> int:
    """Make sure of a browser; say the cure when there is none."""
    if is_skipped() or browser_path():
        return 0
    print("Installing a browser for the tests …", flush=True)
    install()
    if browser_path():
        return 0
    print(CURE, file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
