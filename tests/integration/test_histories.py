"""Random histories through the services: whatever people do, nothing is forgotten and nothing is counted wrongly."""

from collections.abc import Callable
from contextlib import contextmanager, suppress
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from sqlalchemy import delete, func, select

from dashboard.domain.access import Role
from dashboard.domain.dispatch import TASK_MOVES
from dashboard.domain.events import EventKind as E
from dashboard.domain.policies import Severity
from dashboard.domain.replay import STAGE_MOVES
from dashboard.domain.stages import CaseError, Stage
from dashboard.services.delivering import deliver, told_by_phone
from dashboard.services.desk import Desk
from dashboard.services.escalating import escalate
from dashboard.services.housekeeping import resume_ended_pauses
from dashboard.services.instructing import Order, answer, instruct
from dashboard.services.intake import take_in
from dashboard.services.locating import Place, locate
from dashboard.services.merging import merge, split, unmerge
from dashboard.services.rebuild import rebuild
from dashboard.store.engine import writing
from dashboard.store.handling import Delivery, Instruction
from dashboard.store.models import Base, Case, Report
from dashboard.store.outbox import DeliveryState
from tests.factories import DAY, HOUR, MINUTE, NOON, make_origin, make_report, point_at, point_in
from tests.handling import CHIEF, LI, WANG, do, person, the_clocks, the_reports, the_state, the_tasks
from tests.integration.test_recount import count_rows
from tests.measuring import check_measures

KEPT = {"areas", "features", "imports", "meta", "places", "policy_versions", "posts"}
CATEGORIES = ("road/lamp", "water/outage", "welfare/insurance", "other/unclassified")
PARTIES = ("water", "power", "property:410303001", "community:410303001001")
SAID = {
    E.RESPONDED: {},
    E.ARRIVED: {"who": "王", "where": "楼下"},
    E.FED_BACK: {"answer": "已修好，谢谢您的反映"},
    E.CLOSED: {"level": "community"},
    E.SENT_BACK: {"reason": "没修好"},
    E.REOPENED: {"asked_by": "reporter"},
    E.SUSPENDED: {"reason": "weather", "approver": "局长"},
    E.RESUMED: {},
    E.REJECTED: {"reason": "不属本区"},
    E.WITHDRAWN: {"reason": "已自行解决"},
}
STEPS = {
    E.TASK_ACCEPTED: {},
    E.TASK_ON_SITE: {"who": "一班", "where": "现场"},
    E.TASK_DONE: {"result": "已修复"},
    E.TASK_RETURNED: {"reason": "不属本单位"},
    E.TASK_CANCELLED: {"reason": "换单位"},
}
cases, some = st.integers(0, 11), st.integers(0, 999)
"""Which of the cases that there are, which of something else: counted round and round."""


def empty(desk: Desk) -> None:
    """Forget everything but the district."""
    with desk.sessions.write.begin() as session:
        for table in reversed(Base.metadata.sorted_tables):
            if table.name not in KEPT:
                session.execute(delete(table))


class District(RuleBasedStateMachine):
    """People and outside systems at work; what must hold is looked at after each act and at the end."""

    desk: Desk

    def __init__(self) -> None:
        super().__init__()
        empty(self.desk)
        self.now, self.taken = NOON, 0

    def pick(self, number: int) -> int | None:
        """One of the cases."""
        with self.desk.sessions.read() as session:
            ids = list(session.scalars(select(Case.id).order_by(Case.id)))
        return ids[number % len(ids)] if ids else None

    def try_to(self, act: Callable[[], object]) -> None:
        """An act that may be refused: then nothing has happened."""
        with suppress(CaseError):
            act()

    @contextmanager
    def no_clock_moves(self, case: int):
        """Nothing that is done inside moves a citizen's clock."""
        before = the_clocks(self.desk, case, the_state(self.desk, case).round.number)
        yield
        assert the_clocks(self.desk, case, the_state(self.desk, case).round.number) == before

    @rule(minutes=st.sampled_from([1, 7, 40, 200, 1500]))
    def time_passes(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    @rule(number=st.integers(0, 40), grid=st.integers(0, 7), parent=st.integers(0, 40), how=some)
    def somebody_reports(self, number: int, grid: int, parent: int, how: int) -> None:
        x, y = ((point_in if how % 2 else point_at)(grid)) if how % 5 else (None, None)
        report = make_report(
            str(number),
            text=("路灯不亮", "停水了", "医保怎么报销")[how % 3],
            category=CATEGORIES[how % 4],
            parent=str(parent) if how % 3 == 0 else None,
            channel=("hotline", "board")[how % 2],
            source_at=self.now,
            x=x,
            y=y,
        )
        with writing(self.desk.sessions, self.now) as session:
            take_in(session, self.desk, make_origin(fetched_at=self.now), [report], [], self.now)

    @rule(number=cases, kind=st.sampled_from(list(SAID)), by=st.sampled_from([WANG, LI]))
    def case_moves(self, number: int, kind: E, by) -> None:
        case = self.pick(number)
        data = dict(SAID[kind])
        if kind is E.SUSPENDED:
            data["planned_end"] = (self.now + timedelta(hours=5)).isoformat()
        self.try_to(lambda: do(self.desk, kind, self.now, case=case, by=by, **data))

    @rule(number=cases, by=st.sampled_from([WANG, LI]))
    def case_goes_on(self, number: int, by) -> None:
        """The usual next step, so that histories get somewhere."""
        case = self.pick(number)
        if case is None:
            return
        usual = {
            Stage.RECEIVED: E.RESPONDED,
            Stage.RESPONDED: E.ARRIVED,
            Stage.ON_SITE: E.FED_BACK,
            Stage.FED_BACK: E.CLOSED,
            Stage.SUSPENDED: E.RESUMED,
            Stage.REJECTED: E.FED_BACK,
        }
        if kind := usual.get(the_state(self.desk, case).stage):
            self.try_to(lambda: do(self.desk, kind, self.now, case=case, by=by, **SAID[kind]))

    @rule(number=cases, reached=st.booleans(), how=st.sampled_from(["satisfied", "basically", "unsatisfied"]))
    def somebody_is_visited(self, number: int, reached: bool, how: str) -> None:
        case = self.pick(number)
        said = {"reached": reached, "solved": how != "unsatisfied", "satisfaction": how}
        self.try_to(lambda: do(self.desk, E.VISITED, self.now, case=case, **said))

    @rule(number=cases, category=st.sampled_from(CATEGORIES), severity=st.sampled_from(list(Severity)))
    def case_is_reclassified(self, number: int, category: str, severity: Severity) -> None:
        case, data = self.pick(number), {"category": category, "severity": severity.value, "approver": "局长"}
        self.try_to(lambda: do(self.desk, E.RECLASSIFIED, self.now, case=case, **data))

    @rule(number=cases, party=st.sampled_from(PARTIES), lead=st.booleans())
    def case_is_dispatched(self, number: int, party: str, lead: bool) -> None:
        case = self.pick(number)
        if case is None:
            return
        with self.no_clock_moves(case):
            self.try_to(lambda: do(self.desk, E.TASK_ASSIGNED, self.now, case=case, party=party, lead=lead))

    @rule(number=cases, task=some, kind=st.sampled_from(list(STEPS)))
    def party_acts(self, number: int, task: int, kind: E) -> None:
        case = self.pick(number)
        tasks = the_tasks(self.desk, case) if case else ()
        if case is None or not tasks:
            return
        chosen = tasks[task % len(tasks)].number
        by = WANG if kind is E.TASK_CANCELLED else person(f"party{chosen}", Role.PARTY)
        act = lambda: do(self.desk, kind, self.now, case=case, by=by, task=chosen, **STEPS[kind])  # noqa: E731
        if kind is E.TASK_ON_SITE:
            self.try_to(act)  # the first arrival stops the citizen's clock
            return
        with self.no_clock_moves(case):
            self.try_to(act)

    @rule(number=cases, direction=st.sampled_from(["up", "down", "back"]))
    def case_is_passed(self, number: int, direction: str) -> None:
        case = self.pick(number)
        if case is None:
            return
        with self.no_clock_moves(case):
            self.try_to(lambda: do(self.desk, E.PASSED, self.now, case=case, direction=direction, reason="职责在上"))

    @rule(number=cases, grid=st.integers(0, 7))
    def case_is_located(self, number: int, grid: int) -> None:
        case = self.pick(number)
        if case is None:
            return
        place = Place(*point_at(grid))
        with self.no_clock_moves(case):
            self.try_to(lambda: locate(self.desk, case, place, WANG, self.now))

    @rule(one=cases, two=cases)
    def cases_are_merged(self, one: int, two: int) -> None:
        first, second = self.pick(one), self.pick(two)
        if first and second and first != second:
            self.try_to(lambda: merge(self.desk, first, second, WANG, self.now))

    @rule(number=cases)
    def case_is_unmerged(self, number: int) -> None:
        if case := self.pick(number):
            self.try_to(lambda: unmerge(self.desk, case, LI, self.now))

    @rule(number=some)
    def report_is_split(self, number: int) -> None:
        if reports := the_reports(self.desk):
            self.try_to(lambda: split(self.desk, reports[number % len(reports)].id, WANG, self.now))

    @rule(number=cases)
    def leader_instructs(self, number: int) -> None:
        case = self.pick(number)
        if case is None:
            return
        order = Order("supervision", "请尽快办理", self.now + DAY, case_id=case)
        with self.no_clock_moves(case):
            self.try_to(lambda: instruct(self.desk, order, CHIEF, self.now))

    @rule(number=some)
    def instruction_is_answered(self, number: int) -> None:
        with self.desk.sessions.read() as session:
            ids = list(session.scalars(select(Instruction.id).order_by(Instruction.id)))
        if ids:
            self.try_to(lambda: answer(self.desk, ids[number % len(ids)], "已办", WANG, self.now))

    @rule()
    def chores_are_done(self) -> None:
        resume_ended_pauses(self.desk, self.now)
        escalate(self.desk, self.now)
        assert escalate(self.desk, self.now) == 0, "each step fires once"
        deliver(self.desk, lambda: self.now)

    @rule(number=some)
    def reporter_is_told(self, number: int) -> None:
        with self.desk.sessions.read() as session:
            waiting = select(Delivery.id).where(Delivery.state == DeliveryState.BY_PHONE).order_by(Delivery.id)
            ids = list(session.scalars(waiting))
        if ids:
            told_by_phone(self.desk, ids[number % len(ids)], WANG, self.now)

    def teardown(self) -> None:
        self.no_reporter_is_forgotten()
        kept = count_rows(self.desk)
        assert rebuild(self.desk, self.now + HOUR).mended == [], "what is stored is what the events say"
        assert count_rows(self.desk) == kept, "counts are what they would be if made anew"
        check_measures(self.desk, self.now + HOUR)

    def no_reporter_is_forgotten(self) -> None:
        with self.desk.sessions.read() as session:
            all_cases = {case.id: case for case in session.scalars(select(Case))}
            deliveries = list(session.scalars(select(Delivery)))
            held = dict(session.execute(select(Report.case_id, func.count()).group_by(Report.case_id)).all())
        assert {case.id: case.report_count for case in all_cases.values() if case.report_count} == held
        for report in the_reports(self.desk):
            state = the_state(self.desk, report.case_id)
            assert state.stage is not Stage.MERGED, "a report is where somebody works on it"
            if state.answer is not None:
                key = f"answer:{report.id}:{report.case_id}:{state.answers}"
                found = [one for one in deliveries if one.key == key and one.state != DeliveryState.DROPPED]
                assert found, "the answer goes to every reporter"
        for case in all_cases.values():
            assert case.report_count or case.stage == Stage.MERGED, "a case without reports is nobody's"


def test_whatever_happens_nothing_is_forgotten_and_nothing_counted_wrongly(desk):
    assert set(STAGE_MOVES) - {E.MERGED, E.UNMERGED} == set(SAID)
    assert {kind for moves in TASK_MOVES.values() for kind in moves} == set(STEPS)
    District.desk = desk
    few = settings(max_examples=8, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(District, settings=few)
