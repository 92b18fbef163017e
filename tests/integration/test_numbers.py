"""Every number of the strip is the number of cases in the list that it opens."""

from datetime import timedelta

import pytest

from dashboard.domain.access import Scope
from dashboard.domain.periods import PeriodName
from dashboard.viewmodels.case_list import case_page, read_listing
from dashboard.viewmodels.figures import Asked
from dashboard.viewmodels.view import PageView
from layouts.pages.leader import case_links
from tests.factories import DISTRICT, HOUR
from tests.integration.test_live import live_through
from tests.web import Web

AREAS = (DISTRICT, f"{DISTRICT}001", f"{DISTRICT}001001", f"{DISTRICT}001001001")


@pytest.fixture
def web(light_desk) -> Web:
    made = Web(light_desk)
    live_through(made, 60, seed=11)
    made.clock += timedelta(minutes=3)
    made.catch_up()
    made.runtime.picture.pass_time()
    return made


def listed(web: Web, link: str) -> int:
    categories = {category.id for category in web.desk.config.categories}
    query = link.partition("?")[2]
    found = read_listing(query, Scope(DISTRICT), web.runtime.picture.situation, categories, web.clock)
    assert set(found.given) == {pair.split("=")[0] for pair in query.split("&")}, "every filter is understood"
    with web.desk.sessions.read() as session:
        return case_page(session, found, web.runtime.picture.situation, {}, start=0, end=100).total.cases


@pytest.mark.parametrize("area", AREAS)
def test_a_number_of_today_is_the_length_of_its_list(web, area):
    kpi = web.frame(web.leader(), area=area)["kpi"]
    links = case_links(PageView(area, None))
    counts = {name: kpi[name][0] for name in ("received", "closed", "open", "at_risk", "breached")}
    counts |= {name: kpi["rates"][name][1] for name in ("respond", "arrive", "feedback")}
    counts |= {name: kpi[name] for name in ("pointed", "unlocated", "only_here")}
    assert {name: listed(web, links[name]) for name in counts} == counts
    assert kpi["open"][0] > 0 or area != DISTRICT


@pytest.mark.parametrize("period", [PeriodName.WEEK, PeriodName.MONTH, PeriodName.THIS_MONTH])
def test_a_number_of_a_period_is_the_length_of_its_list(web, period):
    web.clock += 26 * HOUR
    web.runtime.picture.pass_time()
    answer = web.runtime.figures.of(Asked(DISTRICT, period, None))
    links = case_links(PageView(DISTRICT, None, period=period))
    counts = {"received": answer["received"][0], "closed": answer["closed"][0]}
    counts |= {name: answer["rates"][name][1] for name in ("respond", "arrive", "feedback")}
    assert {name: listed(web, links[name]) for name in counts} == counts
