"""A burst main cuts water to 1,800 households: many channels in, several parties at work, one answer out."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from dashboard.domain.stages import Stage
from dashboard.store.models import Case, ClockRow, Report
from dashboard.store.waiting import open_instructions
from tests.browser.conftest import LIVE, wait_until
from tests.browser.site import Site, running_site
from tests.factories import DISTRICT, point_at

PHONE = {"width": 390, "height": 844, "geolocation": dict(zip(("longitude", "latitude"), point_at(1), strict=True))}
ORDER = "请主要负责同志到场，恢复供水前每两小时报一次"
TELLINGS = {
    "grid": "巡查发现夏林路2号院1号楼前主水管爆裂，院内停水，路面积水",
    "hotline": "行署路夏林路2号院1号楼门口水管爆了，路上全是水，全院1800户停水",
    "board": "行署路水管爆裂，夏林路2号院1号楼前喷水两米高，家里没水了，快来人",
}


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """A site of its own, which merges what is alike."""
    with running_site(merges=True) as made:
        yield made


@pytest.fixture(scope="module")
def states() -> dict[str, Any]:
    """Who has signed in there."""
    return {}


def act(page: Page, key: str, **fields: str) -> None:
    """Do an act of a case by its key."""
    expect(page.locator("dialog.act")).to_have_count(0)
    page.keyboard.press(key)
    for name, value in fields.items():
        field = page.locator(f"dialog.act [name={name}]")
        if field.first.evaluate("(element) => element.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.first.fill(value)
    page.keyboard.press("Control+Enter")
    expect(page.locator("dialog.act")).to_have_count(0)


def link_of(page: Page, task: int) -> str:
    """The link by which a party works on its task without an account."""
    page.locator(f"[data-link='{task}']").click()
    address = page.locator("dialog.act input").input_value()
    page.locator("dialog.act .buttons .button").last.click()
    return address


def test_a_burst_main_from_the_first_call_to_the_last_answer(site: Any, open_page: Any):
    operator = open_page("/cases", who="甲")
    row = operator.locator("#console-rows .row", has_text="管道爆裂")
    for source, text in TELLINGS.items():  # one case, whoever tells it
        site.report(text, grid=1, category="管道爆裂", source=source)
        expect(row).to_have_count(1, timeout=60_000)
    expect(row).to_contain_text("3 条诉求", timeout=60_000)
    found = re.search(r"XG\d{6}-\d{4}", row.inner_text())
    assert found
    number = found[0]
    operator.goto(f"{site.url}/cases/{number}")
    wait_until(operator, LIVE)

    act(operator, "r", note="已联系，约 1800 户停水")
    expect(operator.locator("#case-head")).to_contain_text("已响应")
    operator.keyboard.press("d")
    dialog = operator.locator("dialog.act")
    expect(dialog.locator("[name=lead]")).to_have_value("water")
    expect(dialog.locator("[name=support][value='water']")).to_be_disabled()
    for party in (f"property:{DISTRICT}001", f"community:{DISTRICT}001001"):
        dialog.locator(f"[name=support][value='{party}']").check()
    operator.keyboard.press("Control+Enter")
    expect(dialog).to_have_count(0)

    leader = open_page(f"/cases/{number}")
    wait_until(leader, LIVE)
    act(leader, "i", text=ORDER)
    wall = open_page("/wall/main", wall=True, width=1920, height=1080)
    expect(wall.locator("#orders li")).to_contain_text(ORDER)

    expect(operator.locator("[data-link]")).to_have_count(3)
    phone = open_page(link_of(operator, 1), who=None, **PHONE, permissions=["geolocation"])
    phone.get_by_role("button", name="签收").click()
    phone.get_by_label("何人到场").fill("抢修一队 老王")
    phone.get_by_role("button", name="附上我的位置").click()
    expect(phone.get_by_text("已取得位置")).to_be_visible()
    phone.get_by_role("button", name="登记到场").click()
    expect(phone.locator(".standing")).to_contain_text("到场")
    phone.get_by_label("办理结果").fill("关阀更换 DN300 管段 6 米，17 时恢复供水")
    phone.get_by_role("button", name="登记办结").click()
    expect(phone.locator(".standing")).to_contain_text("已完成")

    expect(operator.locator("#case-head")).to_contain_text("处置中")
    act(operator, "f", answer="行署路爆管已抢修完毕，17 时恢复供水，感谢您的反映。")
    operator.goto(f"{site.url}/cases?view=tell")
    expect(operator.locator("#console-rows .row", has_text=number)).to_have_count(1)  # the grid member is called
    operator.locator("#console-rows .row", has_text=number).get_by_role("button", name="已告知").click()

    checker = open_page(f"/cases/{number}", who="乙")
    wait_until(checker, LIVE)
    act(checker, "c", level="district")
    expect(checker.locator("#case-head")).to_contain_text("办结")
    _everybody_has_the_answer(site, number)


def _everybody_has_the_answer(site: Any, number: str) -> None:
    """All clocks were met, and each reporter was answered once, through the channel used."""
    with site.desk.sessions.read() as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        clocks = session.scalars(select(ClockRow).where(ClockRow.case_id == case.id)).all()
        reports = session.scalars(select(Report).where(Report.case_id == case.id)).all()
        orders = open_instructions(session, case.area_code)
    assert case.stage == Stage.CLOSED
    assert all(clock.stopped_at and clock.stopped_at <= clock.due_at for clock in clocks)
    assert all(report.answered_at and report.answered_at <= report.answer_due_at for report in reports)
    by_machine = sorted(report.external_id for report in reports if report.source != "grid")
    assert sorted(one["id"] for one in site.answered if "17 时恢复供水" in one["answer"]) == by_machine
    assert [order.text for order, _ in orders] == [
        "请主要负责同志到场，恢复供水前每两小时报一次"
    ]  # until somebody answers
