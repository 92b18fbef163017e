"""Records as bad as they come: what can be a report is accepted with a flag, the rest waits, and the feed goes on."""

import json

import pytest

from dashboard.domain.events import EventKind
from dashboard.domain.reports import Flag
from dashboard.services.source_checks import check_datums
from dashboard.store.logs import logs_of
from dashboard.store.reports import versions_of
from geo.crs import from_wgs84
from tests.factories import HOUR, MINUTE, NOON, point_at, point_in
from tests.outside import Reply
from tests.stations import make_item, numbered, one_page, rest_station

LONGITUDE, LATITUDE = point_in(0)


def taken(desk, outside, item, **source):
    """The report and the case of one odd item, between two good ones that must not suffer."""
    odd = {"address": None} | item
    board = rest_station(desk, outside, one_page(make_item("good-1"), odd, make_item("good-2")), **source)
    run = board.poll()
    assert (run.outcome, run.new, run.quarantined) == ("ok", 3, 0)
    report = next(report for report in board.reports() if report.external_id == item["id"])
    return report, next(case for case in board.cases() if case.id == report.case_id)


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        (None, Flag.NO_TIME),
        ("", Flag.NO_TIME),
        ("2026-03-10 11:50:00", Flag.NO_ZONE),
        ("2026-03-10T12:06:00+08:00", Flag.FUTURE_TIME),
        ("2099-01-01T00:00:00Z", Flag.FUTURE_TIME),
        ("9999-12-31T23:59:59+00:00", Flag.FUTURE_TIME),
        ("昨天下午", Flag.UNREADABLE_TIME),
        ("0001-01-01T00:00:00", Flag.UNREADABLE_TIME),
        ("0001-01-01T00:00:00+08:00", Flag.UNREADABLE_TIME),
        ("1970-01-01T00:00:00Z", Flag.UNREADABLE_TIME),
        ("1773100800000", Flag.UNREADABLE_TIME),
    ],
)
def test_a_report_without_a_good_time_is_accepted_now_and_its_own_words_are_kept(light_desk, outside, text, flag):
    report, case = taken(light_desk, outside, make_item("odd", created_at=text))
    assert report.source_at is None
    assert report.source_time_raw == (text or None)
    assert flag in report.flags
    assert (report.accepted_at, case.is_history, case.opened_at) == (NOON, False, NOON)


def test_a_clock_a_little_ahead_of_ours_is_no_future(light_desk, outside):
    report, _ = taken(light_desk, outside, make_item("odd", created_at="2026-03-10T12:04:00+08:00"))
    assert report.source_at == NOON + 4 * MINUTE
    assert report.flags == []


def test_a_report_without_text_is_accepted_for_its_place(light_desk, outside):
    report, case = taken(light_desk, outside, make_item("odd", text="  "))
    assert Flag.NO_TEXT in report.flags
    assert case.area_code == "410303001001001"


def test_a_report_without_place_is_accepted_for_its_text(light_desk, outside):
    report, case = taken(light_desk, outside, make_item("odd", longitude=None, latitude=None))
    assert report.text == "楼下路灯不亮"
    assert (case.area_code, case.unlocated) == ("410303", "no_place")


@pytest.mark.parametrize("category", ["外星人", None, ""])
def test_an_unknown_category_is_unclassified_under_the_default_policy(light_desk, outside, category):
    report, case = taken(light_desk, outside, make_item("odd", category=category))
    assert (case.category, case.policy) == ("other/unclassified", "standard@1")
    assert Flag.UNKNOWN_CATEGORY in report.flags
    assert report.category_raw == (category or None)


@pytest.mark.parametrize(
    ("longitude", "latitude", "reason"),
    [
        (0, 0, "zero"),
        (LATITUDE, LONGITUDE, "swapped"),
        (116.40, 39.90, "outside"),
        (462_345.6, 3_837_210.1, "metres"),
        ("NaN", "NaN", "invalid"),
        (1e308, -1e308, "metres"),
    ],
)
def test_a_coordinate_that_cannot_be_leaves_the_case_unlocated_with_the_reason(
    light_desk, outside, longitude, latitude, reason
):
    report, case = taken(light_desk, outside, make_item("odd", longitude=longitude, latitude=latitude))
    assert (case.area_code, case.unlocated, case.longitude) == ("410303", reason, None)
    assert Flag.BAD_COORDINATES in report.flags
    assert report.original_point.endswith(" wgs84")


@pytest.mark.parametrize(("longitude", "latitude", "crs"), [(0, 0, "gcj02"), (LATITUDE, LONGITUDE, "bd09")])
def test_a_bad_coordinate_is_recognised_in_every_system(light_desk, outside, longitude, latitude, crs):
    _, case = taken(light_desk, outside, make_item("odd", longitude=longitude, latitude=latitude), crs=crs)
    assert case.unlocated == ("zero" if longitude == 0 else "swapped")


def test_a_place_in_the_words_helps_where_the_coordinate_is_bad(light_desk, outside):
    report, case = taken(light_desk, outside, make_item("odd", longitude=0, latitude=0, text="秋林路3号院1号楼漏水"))
    assert (case.place, case.unlocated) == ("秋林路3号院1号楼", None)
    assert {Flag.BAD_COORDINATES, Flag.PLACE_FROM_TEXT} <= set(report.flags)


def test_a_source_in_the_wrong_system_is_warned_about_and_one_in_the_right_one_is_not(light_desk, outside):
    """One point hundreds of metres off looks like any other; sixty of them, all one way, do not."""
    x, y = point_at(4)
    (east,), (north,) = from_wgs84([x], [y], "gcj02")
    items = numbered(60, text="风林路5号院1号楼漏水", longitude=float(east), latitude=float(north))
    board = rest_station(light_desk, outside, one_page(*items))
    board.poll()
    check_datums(board.desk, NOON)
    assert board.state().warning.startswith("datum:")
    right = rest_station(light_desk, outside, one_page(*items), id="opinion", crs="gcj02")
    right.poll()
    check_datums(right.desk, NOON)
    assert right.state().warning is None


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"text": "没有编号"}, "no_id"),
        ({"id": "", "text": "没有编号"}, "no_id"),
        ({"id": "x"}, "no_content"),
        ({"id": "x", "text": " \u0000 "}, "no_content"),
        ({"id": {"a": 1}, "text": "编号是对象"}, "no_id"),
        ({"text": "半个字 \ud83d"}, "no_id"),
        (None, "unparseable"),
        (["id", "text"], "unparseable"),
    ],
)
def test_what_cannot_be_a_report_waits_with_its_reason_and_the_others_come_in(desk, outside, record, reason):
    board = rest_station(desk, outside, lambda _: ascii_page(make_item(1), record, make_item(2)))
    run = board.poll()
    assert (run.outcome, run.new, run.quarantined, run.fetched) == ("ok", 2, 1, 3)
    (waiting,) = board.waiting()
    assert (waiting.source, waiting.reason, waiting.first_fetched_at) == ("board", reason, NOON)
    assert waiting.detail


def ascii_page(*items):
    """JSON in which every odd character is escaped, as a service would send a lone surrogate."""
    return Reply(json.dumps({"items": items}).encode())


def test_a_record_fetched_again_and_again_waits_once(light_desk, outside):
    board = rest_station(light_desk, outside, one_page({"text": "没有编号"}))
    counts = [board.poll(later=MINUTE).quarantined for _ in range(3)]
    (waiting,) = board.waiting()
    assert counts == [1, 0, 0]
    assert (waiting.times, waiting.first_fetched_at, waiting.last_fetched_at) == (3, NOON + MINUTE, NOON + 3 * MINUTE)


def test_what_no_database_keeps_is_taken_out_and_what_is_too_long_is_cut(desk, outside):
    long = "长" * 30_000
    item = make_item("\u0000odd", text=f"\u0000\ud83d{long}", category=long, address=long, status=long)
    source = {"mapping": {"reporter": "reporter", "contact": "contact", "parent": "parent", "channel": "channel"}}
    more = {"reporter": long, "contact": long, "parent": long, "channel": long}
    board = rest_station(desk, outside, lambda _: ascii_page(item | more, make_item(2)), **source)
    assert board.poll().new == 2
    assert board.ids() == ["B2", "Bodd"]
    assert board.reports()[0].text.startswith("?长")


def test_long_ids_that_differ_only_at_their_ends_are_two_reports(light_desk, outside):
    board = rest_station(light_desk, outside, one_page(make_item("x" * 300 + "1"), make_item("x" * 300 + "2")))
    board.poll()
    board.poll(later=MINUTE)
    assert len(board.reports()) == 2


def test_an_expression_that_does_not_fit_one_record_spares_the_others(light_desk, outside):
    good = make_item(1, parts=["路灯", "不亮"])
    board = rest_station(
        light_desk, outside, one_page(make_item(2, parts=7, place=None), good), mapping={"text": "join('', parts)"}
    )
    assert board.poll().outcome == "ok"
    texts = {report.external_id: (report.text, report.flags) for report in board.reports()}
    assert texts == {"B1": ("路灯不亮", []), "B2": ("", [Flag.NO_TEXT])}


def test_the_same_id_twice_with_the_same_text_is_one_report(light_desk, outside):
    board = rest_station(light_desk, outside, one_page(make_item(1), make_item(1)))
    run = board.poll()
    assert (run.fetched, run.new, run.duplicate) == (2, 1, 1)
    assert (board.report().version, len(board.cases())) == (1, 1)


def test_the_same_id_twice_with_other_words_is_one_report_in_two_versions(desk, outside):
    board = rest_station(desk, outside, one_page(make_item(1), make_item(1, text="单元门也坏了")))
    run = board.poll()
    assert (run.new, run.changed) == (1, 1)
    assert (board.report().text, board.report().version, len(board.cases())) == ("单元门也坏了", 2, 1)


def test_the_same_id_at_two_sources_is_two_reports(light_desk, outside):
    for source in ("board", "opinion"):
        rest_station(light_desk, outside, one_page(make_item(1)), id=source).poll()
    board = rest_station(light_desk, outside, one_page())
    assert [report.source for report in board.reports()] == ["board", "opinion"]


def test_an_edit_at_the_source_adds_a_version_and_a_mark_and_moves_nothing(desk, outside):
    x, y = point_in(5)
    edited = make_item(1, text="改为停水了", category="停水", longitude=x, latitude=y)
    board = rest_station(desk, outside, one_page(make_item(1)), one_page(edited))
    board.poll()
    before = board.case()
    run = board.poll(later=HOUR)
    after, report = board.case(), board.report()
    assert (run.new, run.changed) == (0, 1)
    assert (report.text, report.version) == ("改为停水了", 2)
    assert (after.category, after.area_code, after.opened_at) == (before.category, before.area_code, NOON)
    with desk.sessions.read() as session:
        assert versions_of(session, [report.id])[0].content["text"] == "楼下路灯不亮"
        kinds = [event.kind for event in logs_of(session, [after.id])[after.id]]
    assert kinds == [EventKind.OPENED, EventKind.SOURCE_EDITED]
    assert board.poll(later=HOUR).changed == 0, "the new words are known by now"
