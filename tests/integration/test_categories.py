"""A category is suggested where a source gives none; people decide, and what they decide is counted."""

import json

import pytest

from dashboard.config.checks import UNCLASSIFIED
from dashboard.domain.access import Role
from dashboard.domain.events import EventKind as E
from dashboard.domain.stages import CaseError
from dashboard.services.categories import Decided, decided_by_category, reject_category
from dashboard.services.intake import take_in
from dashboard.services.training import teach
from dashboard.store.classifying import category_suggestion, keep_learned
from dashboard.store.engine import writing
from dashboard.viewmodels.categories import Fate, category_hint
from layouts.case.category import category
from layouts.texts import texts
from tests.categories import HISTORY, told
from tests.factories import DAY, HOUR, MINUTE, NOON, make_desk, make_origin, make_report
from tests.handling import LI, WANG, do, person, receive, the_case, the_reports
from tests.stations import write_config
from tests.web import Web

SETTINGS = {"least": 40, "least_of_a_category": 10}
LATER = NOON + 10 * MINUTE


def write_history(desk, rows=None, named="H") -> None:
    """Closed cases of some time ago."""
    past = [
        make_report(f"{named}{number}", text=text, category=name, source_at=NOON - 9 * DAY, is_closed=True)
        for number, (name, text) in enumerate(rows if rows is not None else told(HISTORY))
    ]
    with writing(desk.sessions, NOON - HOUR) as session:
        take_in(session, desk, make_origin(source="old"), past, [], NOON - HOUR)


def learn(desk, now=NOON) -> dict:
    with desk.sessions.read() as session:
        taught = teach(session, desk, now, lambda _step: None)
    with writing(desk.sessions, now) as session:
        keep_learned(session, taught.content, taught.report, now)
    return taught.report


def suggestion(desk, case):
    with desk.sessions.read() as session:
        return category_suggestion(session, case)


def decided(desk, name="road/lamp") -> Decided:
    with desk.sessions.read() as session:
        return decided_by_category(session).get(name, Decided())


def tell(desk, external_id="new", text="门口路灯全灭了，天黑看不见路", name=None, **more) -> int:
    """A report comes in; the number of the case it opens."""
    (case,) = receive(desk, external_id, text=text, category=name, **more).case_ids
    return case


@pytest.fixture
def taught(database_url):
    """A desk that has learned from its closed cases."""
    made = make_desk(database_url, categorising=SETTINGS)
    write_history(made)
    learn(made)
    yield made
    made.sessions.engine.dispose()


@pytest.fixture
def light(tmp_path):
    """The same on SQLite only, for what no database decides."""
    made = make_desk(f"sqlite:///{tmp_path}/light.db", categorising=SETTINGS)
    write_history(made)
    learn(made)
    yield made
    made.sessions.engine.dispose()


def test_a_report_without_a_category_gets_one_suggested_and_the_case_stays_unclassified(taught):
    case = tell(taught)
    found = suggestion(taught, case)
    assert (found.category, found.decided, the_case(taught, case).category) == ("road/lamp", None, UNCLASSIFIED)
    assert found.certainty > 0.5
    assert "路灯" in found.words[0]


def test_a_category_that_the_source_gives_is_not_questioned(taught):
    assert suggestion(taught, tell(taught, name="property/lift")) is None


def test_words_that_are_like_nothing_known_get_no_suggestion(taught):
    assert suggestion(taught, tell(taught, text="？？？")) is None


def test_without_anything_learned_reports_come_in_all_the_same(desk):
    assert suggestion(desk, tell(desk)) is None


def test_a_district_may_let_it_decide_from_a_certainty_on(database_url):
    desk = make_desk(database_url, categorising={**SETTINGS, "decide": 0.5})
    write_history(desk)
    learn(desk)
    case = the_case(desk, tell(desk))
    assert (case.category, case.severity) == ("road/lamp", "normal")
    assert the_reports(desk, case.id)[0].category == "road/lamp"
    assert decided(desk) == Decided(waiting=1)
    do(desk, E.RECLASSIFIED, LATER, case=case.id, category="energy/power", severity="normal", approver="局长")
    assert decided(desk) == Decided(other=1)
    desk.sessions.engine.dispose()


@pytest.mark.parametrize(
    ("chosen", "counted"),
    [("road/lamp", Decided(taken=1)), ("energy/power", Decided(other=1))],
)
def test_what_somebody_chooses_is_counted_as_taken_or_as_another(taught, chosen, counted):
    case = tell(taught)
    assert decided(taught) == Decided(waiting=1)
    do(taught, E.RECLASSIFIED, LATER, case=case, category=chosen, severity="normal", approver="局长")
    assert decided(taught) == counted
    assert (suggestion(taught, case).decided_by, suggestion(taught, case).decided_at) == (WANG.id, LATER)


def test_a_suggestion_that_is_rejected_counts_against_it_and_the_last_word_counts(taught):
    case = tell(taught)
    reject_category(taught, case, LI, LATER)
    assert decided(taught) == Decided(against=1)
    assert the_case(taught, case).category == UNCLASSIFIED
    do(taught, E.RECLASSIFIED, LATER, case=case, category="road/lamp", severity="normal", approver="局长")
    assert decided(taught) == Decided(taken=1)


def test_a_change_of_severity_alone_decides_nothing(light):
    case = tell(light)
    do(light, E.RECLASSIFIED, LATER, case=case, category=UNCLASSIFIED, severity="urgent")
    assert decided(light) == Decided(waiting=1)


def test_only_who_handles_cases_there_may_reject(light):
    case = tell(light)
    for actor in (person("客", Role.LEADER), person("远", scope="410303002")):
        with pytest.raises(CaseError):
            reject_category(light, case, actor, LATER)
    with pytest.raises(CaseError):
        reject_category(light, case + 1, LI, LATER)
    assert decided(light) == Decided(waiting=1)


def test_what_is_learned_later_counts_at_once(taught):
    tell(taught)
    write_history(taught, [("energy/heat", f"暖气不热，室温{number}度") for number in "一二三四五六七八九十"], "N")
    text = "暖气一点不热，室温太低"
    assert suggestion(taught, tell(taught, "before", text)).category != "energy/heat"
    learn(taught, LATER)
    assert suggestion(taught, tell(taught, "after", text)).category == "energy/heat"


def test_only_closed_cases_with_a_category_are_learned_from(light):
    tell(light, text="路灯怪叫", name="road/lamp")
    before = learn(light)
    write_history(light, [(None, "没有类别的旧案")] * 3, "N")
    again = learn(light)
    assert before["texts_read"] == again["texts_read"] == len(told(HISTORY))


def test_the_page_says_why_and_offers_the_decision_to_those_who_may_take_it(light):
    case, t = the_case(light, tell(light)), texts("zh")
    with light.sessions.read() as session:
        hint = category_hint(session, case, LATER)
    shown = json.dumps(category(case, hint, light.config, t, may_handle=True).to_plotly_json(), default=plain)
    assert hint.fate is Fate.WAITING
    assert {"路灯不亮", "采纳并改类", "不采纳"} <= set(json_texts(shown))
    assert "路灯" in "".join(json_texts(shown))
    seen = json.dumps(category(case, hint, light.config, t, may_handle=False).to_plotly_json(), default=plain)
    assert "采纳并改类" not in json_texts(seen)


def test_the_page_of_a_decided_case_tells_what_was_decided_and_how_it_went_before(light):
    first, second = tell(light), tell(light, "other")
    do(light, E.RECLASSIFIED, LATER, case=first, category="road/lamp", severity="normal", approver="局长")
    reject_category(light, second, LI, LATER)
    with light.sessions.read() as session:
        hints = [category_hint(session, the_case(light, case), LATER + HOUR) for case in (first, second)]
        long_after = category_hint(session, the_case(light, first), LATER + 91 * DAY)
    assert [hint.fate for hint in hints] == [Fate.TAKEN, Fate.AGAINST]
    assert hints[0].before == Decided(taken=1, against=1)
    assert long_after.before == Decided()


def plain(component):
    return component.to_plotly_json()


def json_texts(said) -> list[str]:
    """The texts in a drawn tree."""
    found: list[str] = []

    def walk(node) -> None:
        if isinstance(node, str):
            found.append(node)
        for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            walk(child)

    walk(json.loads(said))
    return found


def test_the_form_is_filled_in_with_the_suggestion_and_rejecting_it_works_in_the_console(light):
    web = Web(light)
    client = web.operator()
    number = the_case(light, tell(light)).number

    def filled() -> dict:
        acts = client.get(f"/console/cases/{number}").json["acts"]
        form = next(one for one in acts if one["act"] == "reclassify")
        return {field["name"]: field["value"] for field in form["fields"]}

    assert (filled()["category"], filled()["severity"]) == ("road/lamp", "normal")
    assert web.post(client, f"/console/cases/{number}/category/reject").status_code == 200
    assert filled()["category"] == UNCLASSIFIED
    assert decided(light) == Decided(against=1)


def test_the_command_learns_reports_and_refuses(command, light_desk, tmp_path):
    config = write_config(light_desk, tmp_path)
    assert "nothing was learned yet" in command("train", "--report", "-c", config).output
    refused = command("train", "-c", config)
    assert refused.exit_code == 1
    assert "300 texts in 2 categories are needed" in refused.output
    write_history(light_desk, [(name, f"{text}{more}") for name, text in told(HISTORY) for more in "甲乙丙丁戊"])
    made = command("train", "-c", config)
    assert made.exit_code == 0, made.output
    assert "No category was suggested yet" in made.output
    reject_category(light_desk, tell(light_desk), LI, LATER)
    shown = command("train", "--report", "-c", config)
    assert "Overridden: 100.0% of 1 decided" in shown.output
