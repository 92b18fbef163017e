"""The demo's simulated handlers: they work by their plans, and leave alone what was given to somebody."""

from dashboard.config.checks import UNCLASSIFIED
from dashboard.demo.life import Handlers
from dashboard.demo.staff import Staff
from dashboard.domain.events import EventKind as E
from dashboard.services.categories import Decided, decided_by_category
from dashboard.store.engine import writing
from dashboard.store.handling import CategorySuggestion
from tests.factories import DAY, HOUR, MINUTE, NOON, point_in
from tests.handling import do, the_case, the_log
from tests.web import Web


def test_a_case_that_was_assigned_is_left_to_its_handler(web: Web):
    x, y = point_in(5)
    web.receive("1")
    web.receive("2", x=x, y=y)
    web.operator(name="甲")
    do(web.desk, E.ASSIGNED, NOON, to="甲")
    Handlers(web.desk, NOON).work(NOON + DAY)
    assert E.RESPONDED not in {event.kind for event in the_log(web.desk, 1)}
    assert E.RESPONDED in {event.kind for event in the_log(web.desk, 2)}


def test_staff_take_a_suggested_category_that_much_speaks_for_and_refuse_another(web: Web):
    x, y = point_in(5)
    web.receive("1", category=None)
    web.receive("2", category=None, x=x, y=y)
    with writing(web.desk.sessions, NOON) as session:
        for case, certainty in ((1, 0.9), (2, 0.4)):
            session.merge(
                CategorySuggestion(case_id=case, category="road/lamp", certainty=certainty, words=[], created_at=NOON)
            )
    Staff(web.desk).classify(NOON + 10 * MINUTE)
    assert [the_case(web.desk, case).category for case in (1, 2)] == [UNCLASSIFIED, UNCLASSIFIED], "they are busy"
    Staff(web.desk).classify(NOON + HOUR)
    assert [the_case(web.desk, case).category for case in (1, 2)] == ["road/lamp", UNCLASSIFIED]
    with web.desk.sessions.read() as session:
        assert decided_by_category(session)["road/lamp"] == Decided(taken=1, against=1)
