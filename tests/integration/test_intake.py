"""Reports come in, once each, and become cases."""

from sqlalchemy import func, select

from dashboard.domain.events import EventKind
from dashboard.domain.reports import Flag, Reason, Rejected
from dashboard.services.desk import Desk
from dashboard.services.intake import Taken, take_in
from dashboard.store.engine import writing
from dashboard.store.logs import clocks_of, logs_of
from dashboard.store.models import Case, Report, ReportVersion
from dashboard.store.operations import Quarantined
from tests.factories import HOUR, MINUTE, NOON, make_origin, make_report, point_at, point_in


def take(desk: Desk, *reports, rejected=(), now=NOON, **origin) -> Taken:
    with writing(desk.sessions, now) as session:
        return take_in(session, desk, make_origin(**origin), reports, rejected, now)


def all_cases(desk: Desk) -> list[Case]:
    with desk.sessions.read() as session:
        return list(session.scalars(select(Case).order_by(Case.id)))


def all_reports(desk: Desk) -> list[Report]:
    with desk.sessions.read() as session:
        return list(session.scalars(select(Report).order_by(Report.id)))


def test_a_report_opens_a_case_with_a_number_a_place_and_four_clocks(desk):
    taken = take(desk, make_report())
    (case,) = all_cases(desk)
    assert taken.new == 1
    assert case.number == "XG260310-0001"
    assert (case.area_code, case.place) == ("410303001001001", "第1网格")
    assert (case.stage, case.is_open, case.policy) == ("received", True, "standard@1")
    with desk.sessions.read() as session:
        clocks = clocks_of(session, [case.id])[case.id][1]
    assert clocks["respond"].due_at == NOON + 30 * MINUTE
    assert clocks["arrive"].due_at == NOON + 2 * HOUR
    assert clocks["feedback"].due_at == NOON + 24 * HOUR


def test_a_point_at_a_building_gives_the_building(desk):
    x, y = point_at(3, 2)
    take(desk, make_report(x=x, y=y))
    (case,) = all_cases(desk)
    assert (case.area_code, case.place) == ("410303001002002002", "冬林路4号院2号楼")
    assert case.building_id is not None


def test_the_same_report_fetched_again_is_not_taken_twice(desk):
    take(desk, make_report())
    taken = take(desk, make_report(), now=NOON + HOUR)
    assert (taken.new, taken.duplicate) == (0, 1)
    assert len(all_cases(desk)) == len(all_reports(desk)) == 1


def test_an_edited_report_gets_a_version_and_moves_nothing(desk):
    take(desk, make_report())
    x, y = point_in(5)
    taken = take(desk, make_report(text="改为单元门坏了", category="property/gate", x=x, y=y), now=NOON + HOUR)
    (case,), (report,) = all_cases(desk), all_reports(desk)
    assert taken.changed == 1
    assert (case.category, case.area_code, case.opened_at) == ("road/lamp", "410303001001001", NOON)
    assert (report.text, report.version) == ("改为单元门坏了", 2)
    with desk.sessions.read() as session:
        assert session.scalar(select(ReportVersion.content))["text"] == "楼下路灯不亮"
        kinds = [event.kind for event in logs_of(session, [case.id])[case.id]]
    assert kinds == [EventKind.OPENED, EventKind.SOURCE_EDITED]


def test_the_same_id_twice_in_one_page_is_one_case_with_two_versions(desk):
    taken = take(desk, make_report(text="第一次"), make_report(text="第二次"))
    (report,) = all_reports(desk)
    assert (taken.new, taken.changed, len(all_cases(desk))) == (1, 1, 1)
    assert (report.text, report.version) == ("第二次", 2)


def test_a_report_joins_the_open_case_its_source_names(desk):
    take(desk, make_report("1"), make_report("2", parent="1"))
    take(desk, make_report("3", parent="1"), now=NOON + HOUR)
    (case,) = all_cases(desk)
    assert case.report_count == 3
    assert {report.case_id for report in all_reports(desk)} == {case.id}


def test_every_reporter_is_owed_an_answer_from_their_own_acceptance(desk):
    take(desk, make_report("1"))
    take(desk, make_report("2", parent="1"), now=NOON + 23 * HOUR)
    assert [report.answer_due_at for report in all_reports(desk)] == [NOON + 24 * HOUR, NOON + 47 * HOUR]


def test_ten_reports_make_a_mass_incident(desk):
    take(desk, make_report("0"), *(make_report(str(n), parent="0") for n in range(1, 10)))
    (case,) = all_cases(desk)
    assert (case.report_count, case.is_mass) == (10, True)


def test_what_is_closed_at_first_sight_is_history_without_clocks(desk):
    taken = take(desk, make_report(is_closed=True, status="closed", closed_at=NOON - MINUTE / 2))
    (case,) = all_cases(desk)
    assert (taken.new, taken.history) == (0, 1)
    assert (case.is_history, case.is_open, case.stage, case.closed_at) == (True, False, "closed", NOON - MINUTE / 2)
    with desk.sessions.read() as session:
        assert clocks_of(session, [case.id]) == {}


def test_what_is_older_than_the_start_is_history_and_never_open(desk):
    take(desk, make_report(source_at=NOON - 2 * HOUR), start_from=NOON - HOUR)
    (case,) = all_cases(desk)
    assert (case.is_history, case.is_open, case.stage) == (True, False, "received")
    assert case.opened_at == NOON - 2 * HOUR


def test_a_closing_at_the_source_marks_the_report_and_stops_no_clock(desk):
    take(desk, make_report())
    take(desk, make_report(is_closed=True, status="closed"), now=NOON + HOUR)
    (case,), (report,) = all_cases(desk), all_reports(desk)
    assert (case.stage, case.is_open) == ("received", True)
    assert report.source_closed_at == NOON + HOUR


def test_bad_records_wait_in_quarantine_and_do_not_stop_the_good_ones(desk):
    bad = Rejected(Reason.NO_ID, "the record has no id", '{"text": "x"}')
    assert take(desk, make_report(), rejected=[bad]).quarantined == 1
    assert take(desk, rejected=[bad], now=NOON + HOUR).quarantined == 0
    with desk.sessions.read() as session:
        waiting = session.scalar(select(Quarantined))
    assert (waiting.times, waiting.first_fetched_at, waiting.last_fetched_at) == (2, NOON, NOON + HOUR)
    assert len(all_cases(desk)) == 1


def test_a_place_named_in_the_text_is_used_when_there_are_no_coordinates(desk):
    take(desk, make_report(x=None, y=None, text="秋林路3号院1号楼电梯停了"))
    (case,), (report,) = all_cases(desk), all_reports(desk)
    assert case.place == "秋林路3号院1号楼"
    assert Flag.PLACE_FROM_TEXT in report.flags


def test_swapped_coordinates_are_recognised_and_leave_the_case_unlocated_in_the_district(desk):
    x, y = point_in(0)
    take(desk, make_report(x=y, y=x))
    (case,) = all_cases(desk)
    assert (case.area_code, case.unlocated) == ("410303", "swapped")


def test_an_unknown_category_is_accepted_as_unclassified(desk):
    take(desk, make_report(category=None, category_raw="外星人"))
    (case,) = all_cases(desk)
    assert (case.category, case.policy) == ("other/unclassified", "standard@1")


def test_numbers_run_on_within_a_day_and_begin_anew_on_the_next(desk):
    take(desk, make_report("1"), make_report("2"))
    take(desk, make_report("3"), now=NOON + HOUR)
    take(desk, make_report("4"), now=NOON + 12 * HOUR)
    numbers = [case.number for case in all_cases(desk)]
    assert numbers == ["XG260310-0001", "XG260310-0002", "XG260310-0003", "XG260311-0001"]


def test_a_case_like_one_closed_lately_is_linked_to_it(desk):
    with_building = dict(zip("xy", point_at(0), strict=True))
    old = make_report("1", is_closed=True, status="closed", source_at=NOON - 5 * 24 * HOUR, **with_building)
    take(desk, old)
    take(desk, make_report("2", **with_building), now=NOON + HOUR)
    first, second = all_cases(desk)
    assert second.repeat_of == first.id


def test_the_database_keeps_one_report_per_source_and_id(desk):
    take(desk, make_report())
    take(desk, make_report(), source="board")
    with desk.sessions.read() as session:
        assert session.scalar(select(func.count()).select_from(Report)) == 2
