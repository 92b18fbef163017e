"""The demo's simulated handlers: they work by their plans, and leave alone what was given to somebody."""

from dashboard.demo.life import Handlers
from dashboard.domain.events import EventKind as E
from tests.factories import DAY, NOON, point_in
from tests.handling import do, the_log
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
