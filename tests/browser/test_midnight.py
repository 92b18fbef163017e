"""Midnight in Shanghai passes while the wall is looked at."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from werkzeug.serving import make_server

from dashboard.app import create_app
from dashboard.auth.accounts import create_device, make_link
from dashboard.runtime import build_runtime
from dashboard.services.intake import take_in
from dashboard.store.engine import writing
from tests.factories import DISTRICT, make_desk, make_origin, make_report

BEFORE = datetime(2026, 3, 10, 15, 59, 40, tzinfo=UTC)  # 23:59:40 in Shanghai


@pytest.fixture
def late_evening(tmp_path: Path) -> Iterator[str]:
    """A wall link of a site whose clock began at 23:59:40; one case was received in the evening."""
    began = datetime.now(UTC)

    def now() -> datetime:
        return BEFORE + (datetime.now(UTC) - began)

    desk = make_desk(f"sqlite:///{tmp_path}/midnight.db")
    evening = BEFORE - timedelta(hours=1)
    with writing(desk.sessions, evening) as session:
        origin = make_origin(fetched_at=evening, start_from=evening - timedelta(days=1))
        take_in(session, desk, origin, [make_report(source_at=evening)], [], evening)
        link = make_link(session, now(), device=create_device(session, "wall", DISTRICT, now()))
    runtime = build_runtime(desk.config, desk, is_demo=False, now=now)
    runtime.tailer.start()
    server = make_server("127.0.0.1", 0, create_app(runtime).server, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/sign-in/{link}"
    server.shutdown()
    runtime.tailer.stop()


def test_at_midnight_today_starts_anew_without_a_reload(browser: Browser, late_evening: str):
    page = browser.new_page(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
    page.goto(late_evening)
    received = page.locator("[data-kpi='received'] .v")
    expect(received).to_have_text("1", timeout=15_000)
    expect(page.locator("#wall-date")).to_contain_text("2026年3月10日")
    page.evaluate("window.sameDocument = true")
    expect(received).to_have_text("0", timeout=60_000)
    expect(page.locator("#wall-date")).to_contain_text("2026年3月11日")
    expect(page.locator("[data-kpi='open'] .v")).to_have_text("1")
    assert page.evaluate("window.sameDocument") is True
    page.context.close()
