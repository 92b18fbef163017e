"""Sheets of cases and cards of areas: what the pages show, no more than its reader may see, and conforming."""

import io
import json
from dataclasses import replace

import pytest
from PIL import Image

from dashboard.domain.access import Role
from dashboard.domain.areas import Level
from dashboard.domain.events import EventKind as E
from dashboard.domain.snapshots import Edition, Kind, Paper
from dashboard.domain.stages import CaseError
from dashboard.services.photos import add_photo
from dashboard.snapshots.wishes import Wish, of_case
from tests.factories import DISTRICT, HOUR, MINUTE, NOON, point_at
from tests.handling import LI, WANG, do, person, respond_and_dispatch, the_case, work
from tests.snapshots import ask_for, data_of, problems_of, rendered, text_of, wish
from tests.web import Web

SECRET = "楼上张大爷家漏水，电话 13800001234"
LEVELS = [DISTRICT, f"{DISTRICT}001", f"{DISTRICT}001001", f"{DISTRICT}001001001", f"{DISTRICT}001001001001"]


def a_case(web: Web) -> Wish:
    """A case of two reports that was handled, with a photo and two rounds; and the wish for its sheet."""
    x, y = point_at(0)
    web.receive("1", text=SECRET, x=x, y=y, contact="13800001234")
    respond_and_dispatch(web.desk, NOON + 10 * MINUTE, "power")
    work(web.desk, 1, E.TASK_ACCEPTED, E.TASK_ON_SITE, E.TASK_DONE, at=NOON + HOUR)
    do(web.desk, E.FED_BACK, NOON + 2 * HOUR, answer="已修好水管")
    do(web.desk, E.CLOSED, NOON + 3 * HOUR, by=LI, level="grid")
    do(web.desk, E.REOPENED, NOON + 4 * HOUR, asked_by="reporter")
    body = io.BytesIO()
    Image.new("RGB", (1200, 800), "#557799").save(body, "JPEG")
    add_photo(web.desk, 1, "after", body.getvalue(), WANG, NOON + 4 * HOUR)
    web.clock = NOON + 5 * HOUR
    with web.desk.sessions.read() as session:
        return of_case(session, WANG.scope, the_case(web.desk).number)


@pytest.mark.parametrize("paper", list(Paper))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_full_sheet_tells_everything_about_its_case(web, renderer, paper, language):
    done = rendered(web, renderer, replace(a_case(web), paper=paper, language=language))
    assert problems_of(done.pdf, language, with_photos=True) == []
    text = text_of(done.pdf).replace("\r\n", "").replace("\n", "")
    case = the_case(web.desk)
    for said in (case.number, SECRET, "已修好水管", case.place):
        assert said in text, said
    assert ("Round 2: Response" if language == "en" else "第 2 轮 响应") in text
    assert "13800001234" in text, "what was said in words stays in a full sheet"


def test_a_redacted_sheet_tells_nothing_that_leads_to_anybody(web, renderer):
    wanted = replace(a_case(web), edition=Edition.REDACTED)
    data = data_of(web, wanted)
    said = json.dumps(data, ensure_ascii=False)
    for secret in ("张大爷", "1380000", "已修好", the_case(web.desk).place, "抢修一班", "jpeg"):
        assert secret not in said, secret
    assert all(side % 1000 == 500 for mark in data["map"]["marks"] for side in mark["at"])
    done = renderer.render(data)
    assert problems_of(done.pdf, "zh") == []
    assert the_case(web.desk).number in text_of(done.pdf)


def test_a_full_sheet_needs_somebody_who_handles_and_a_purpose_that_is_noted(web):
    wanted = a_case(web)
    with pytest.raises(CaseError, match="脱敏版"):
        ask_for(web, wanted, by=person("局长", Role.LEADER), purpose="看看")
    with pytest.raises(CaseError, match="用途"):
        ask_for(web, wanted, by=person())
    with pytest.raises(CaseError, match="权限"):
        ask_for(web, wanted, by=person(scope=f"{DISTRICT}002"), purpose="诉讼")
    ask_for(web, wanted, by=person(), purpose="诉讼")


def test_a_case_without_a_place_and_one_of_the_past_have_a_sheet_too(web, renderer):
    web.receive("1", x=None, y=None, text="")
    web.catch_up()
    with web.desk.sessions.read() as session:
        wanted = of_case(session, WANG.scope, the_case(web.desk).number)
    done = rendered(web, renderer, wanted)
    assert problems_of(done.pdf, "zh") == []
    assert "未定位" in text_of(done.pdf)


@pytest.mark.parametrize("area", LEVELS, ids=lambda code: Level(len(code)).name.lower())
def test_a_card_of_every_level_conforms(web, renderer, area):
    x, y = point_at(0)
    web.receive("1", "2", "3", x=x, y=y, address="春林路1号院1号楼")
    done = rendered(web, renderer, wish(Kind.AREA, area))
    assert problems_of(done.pdf, "zh") == []
    assert "路灯不亮" in text_of(done.pdf)


def test_a_redacted_card_names_no_address(web, renderer):
    x, y = point_at(0)
    web.receive("1", "2", "3", x=x, y=y)
    place = the_case(web.desk).place
    full = data_of(web, wish(Kind.AREA))
    assert place in json.dumps(full, ensure_ascii=False)
    data = data_of(web, wish(Kind.AREA, edition=Edition.REDACTED))
    assert place not in json.dumps([data["queue"], data["card"]], ensure_ascii=False)
    renderer.render(data)
