"""A REST service that answers with JSON, from the configuration to the cases."""

import pytest

from dashboard.domain.reports import Flag
from tests.factories import HOUR, MINUTE, NOON, point_in
from tests.outside import Reply, in_json
from tests.stations import make_item, make_source, numbered, one_page, rest_station, station


def paged(items, first=1):
    """A service with numbered pages."""

    def answer(asked):
        size, page = int(asked.query["page_size"]), int(asked.query["page"]) - first
        return one_page(*items[page * size : (page + 1) * size])

    return answer


def offset(items):
    """A service that skips records."""

    def answer(asked):
        start = int(asked.query["offset"])
        return one_page(*items[start : start + int(asked.query["limit"])])

    return answer


def by_cursor(items, size=2):
    """A service that names the next cursor and, when there is nothing new, the same again."""

    def answer(asked):
        start = int(asked.query.get("cursor", 0))
        part = items[start : start + size]
        return in_json({"items": part, "next_cursor": str(start + len(part))})

    return answer


def test_a_report_from_a_service_becomes_a_case(desk, outside):
    board = rest_station(desk, outside, one_page(make_item()))
    run = board.poll()
    report, case = board.report(), board.case()
    assert (run.outcome, run.fetched, run.new) == ("ok", 1, 1)
    assert (report.source, report.external_id, report.channel) == ("board", "B1", "board")
    assert (report.source_at, report.fetched_at, report.accepted_at) == (NOON - 10 * MINUTE, NOON, NOON)
    assert (case.category, case.area_code, case.opened_at) == ("road/lamp", "410303001001001", NOON)


def test_names_of_fields_categories_channels_and_times_are_configuration(desk, outside):
    longitude, latitude = point_in(5)
    order = {
        "工单编号": "G1",
        "诉求内容": "水管爆了",
        "分类": "供水-爆管",
        "来源": "微信",
        "受理时间": "2026/03/10 11:40",
        "位置": {"经度": longitude, "纬度": latitude},
    }
    source = {
        "items": "data.orders",
        "mapping": {
            "id": "工单编号",
            "text": "诉求内容",
            "category": "分类",
            "channel": "来源",
            "time": "受理时间",
            "longitude": '"位置"."经度"',
            "latitude": '"位置"."纬度"',
        },
        "time_zone": "Asia/Shanghai",
        "categories": {"供水-爆管": "water/burst"},
        "channels": {"微信": "opinion"},
    }
    board = rest_station(desk, outside, in_json({"data": {"orders": [order]}}), **source)
    board.poll()
    report, case = board.report(), board.case()
    assert (report.external_id, report.text, report.channel) == ("G1", "水管爆了", "opinion")
    assert report.source_at == NOON - 20 * MINUTE
    assert report.flags == []
    assert (case.category, case.severity, case.area_code) == ("water/burst", "major", "410303002001002")


@pytest.mark.parametrize(
    ("auth", "place", "sent"),
    [
        ({"kind": "bearer"}, "headers", ("Authorization", "Bearer s3cret")),
        ({"kind": "header", "header": "X-Api-Key"}, "headers", ("X-Api-Key", "s3cret")),
        ({"kind": "query", "parameter": "api_key"}, "query", ("api_key", "s3cret")),
    ],
)
def test_the_secret_comes_from_the_environment_and_goes_where_the_service_wants_it(
    light_desk, outside, monkeypatch, auth, place, sent
):
    monkeypatch.setenv("BOARD_SECRET", "s3cret")
    board = rest_station(light_desk, outside, one_page(make_item()), auth=auth | {"secret_env": "BOARD_SECRET"})
    assert board.poll().new == 1
    name, value = sent
    assert getattr(outside.asked[0], place)[name] == value


def test_a_missing_secret_fails_the_run_with_its_name_and_asks_nobody(light_desk, outside, monkeypatch):
    monkeypatch.delenv("BOARD_SECRET", raising=False)
    board = rest_station(light_desk, outside, one_page(), auth={"kind": "bearer", "secret_env": "BOARD_SECRET"})
    run = board.poll()
    assert (run.outcome, outside.asked) == ("failed", [])
    assert "BOARD_SECRET" in run.error


@pytest.mark.parametrize("first", [0, 1])
def test_numbered_pages_are_read_to_the_end_and_gone_on_with_as_the_list_grows(desk, outside, first):
    items = list(numbered(5))
    paging = {"kind": "page", "size": 2, "first": first}
    board = rest_station(desk, outside, paged(items, first), paging=paging)
    assert board.poll().new == 5
    items += numbered(3, first=6)
    run = board.poll(later=MINUTE)
    assert (run.new, run.duplicate) == (3, 1)
    assert board.ids() == sorted(item["id"] for item in items)


def test_a_last_page_that_is_exactly_full_is_no_end(light_desk, outside):
    items = list(numbered(4))
    board = rest_station(light_desk, outside, paged(items), paging={"kind": "page", "size": 2})
    assert board.poll().new == 4
    items += numbered(1, first=5)
    assert board.poll(later=MINUTE).new == 1


def test_pages_by_offset_are_read_to_the_end(light_desk, outside):
    items = list(numbered(5))
    board = rest_station(light_desk, outside, offset(items), paging={"kind": "offset", "size": 2})
    assert board.poll().new == 5
    assert [asked.query["offset"] for asked in outside.asked] == ["0", "2", "4"]


def test_pages_by_cursor_go_on_where_the_last_run_ended(desk, outside):
    items = list(numbered(5))
    board = rest_station(desk, outside, by_cursor(items), paging={"kind": "cursor"})
    assert board.poll().new == 5
    assert board.state().cursor["cursor"] == "5"
    items += numbered(2, first=6)
    run = board.poll(later=MINUTE)
    assert (run.fetched, run.new) == (2, 2)


def test_a_cursor_that_ends_in_nothing_is_asked_again_and_gives_what_came_since(light_desk, outside):
    items, paging = list(numbered(1)), {"kind": "cursor"}
    board = rest_station(light_desk, outside, lambda _: in_json({"items": items, "next_cursor": None}), paging=paging)
    board.poll()
    items += numbered(1, first=2)
    run = board.poll(later=MINUTE)
    assert (run.new, run.duplicate) == (1, 1)


def test_a_run_reads_no_more_than_max_pages_and_the_next_goes_on(light_desk, outside):
    board = rest_station(light_desk, outside, by_cursor(list(numbered(9))), paging={"kind": "cursor"}, max_pages=2)
    assert [board.poll(later=MINUTE).new for _ in range(3)] == [4, 4, 1]


def test_a_service_with_a_time_filter_is_asked_from_the_last_success_less_the_overlap(light_desk, outside):
    board = rest_station(light_desk, outside, one_page(), since_parameter="since", overlap="10m")
    board.poll()
    board.poll(later=HOUR)
    first, second = (asked.query["since"] for asked in outside.asked)
    assert first == "2026-02-08T04:00:00Z", "the configured start_from"
    assert second == "2026-03-10T03:50:00Z"


def test_without_start_from_the_source_is_read_from_when_it_was_configured_even_if_it_fails_for_hours(
    light_desk, outside
):
    board = rest_station(light_desk, outside, Reply(status=503), one_page(), since_parameter="since", start_from=None)
    board.poll()
    board.poll(later=5 * HOUR)
    assert outside.asked[-1].query["since"] <= "2026-03-10T04:00:00Z"


def test_a_time_filter_beside_a_cursor_never_moves_past_what_the_cursor_has_not_reached(light_desk, outside):
    board = rest_station(
        light_desk, outside, by_cursor([]), paging={"kind": "cursor"}, since_parameter="since", start_from=None
    )
    board.poll()
    board.poll(later=5 * HOUR)
    assert outside.asked[-1].query["since"] <= "2026-03-10T04:00:00Z"


def test_reports_made_while_a_broken_run_waited_are_not_missed_by_a_newest_first_list(light_desk, outside):
    """Pages shift while a run is broken off, so that the pass has to be counted from its first page."""
    items, broken = [], [True]

    def answer(asked):
        if asked.query["page"] == "2" and broken:
            broken.pop()
            return Reply(status=500)
        size, page = int(asked.query["page_size"]), int(asked.query["page"]) - 1
        found = [item for item in items if item["at"] >= asked.query["since"]]
        return one_page(*found[page * size : (page + 1) * size])

    board = rest_station(light_desk, outside, answer, paging={"kind": "page", "size": 2}, since_parameter="since")
    board.poll()
    items += numbered(4, at="2026-03-10T04:01:00Z")
    assert board.poll(later=2 * MINUTE).outcome == "failed"
    items[:0] = [make_item("new-1", at="2026-03-10T04:30:00Z"), make_item("new-2", at="2026-03-10T04:31:00Z")]
    board.poll(later=2 * HOUR)
    board.poll(later=MINUTE)
    assert {"Bnew-1", "Bnew-2"} <= set(board.ids())


def test_what_is_not_an_object_waits_in_the_quarantine_and_the_others_are_taken(desk, outside):
    board = rest_station(desk, outside, one_page(make_item(1), "kein Objekt", 7, make_item(2)))
    run = board.poll()
    assert (run.outcome, run.new, run.quarantined) == ("ok", 2, 2)
    assert {row.reason for row in board.waiting()} == {"unparseable"}


def test_a_list_that_is_not_where_it_should_be_is_said_with_the_cure(light_desk, outside):
    board = rest_station(light_desk, outside, in_json({"error": "maintenance"}))
    run = board.poll()
    assert run.outcome == "failed"
    assert "correct items" in run.error


def test_one_source_may_give_gcj02_and_the_original_is_kept(light_desk, outside):
    longitude, latitude = point_in(0)
    shifted = make_item(longitude=longitude + 0.0061, latitude=latitude - 0.0012)
    board = station(light_desk, make_source(url=outside.answers("/reports", one_page(shifted)), crs="gcj02"))
    board.poll()
    report = board.report()
    assert abs(report.longitude - longitude) < 0.002
    assert report.original_point == f"{shifted['longitude']},{shifted['latitude']} gcj02"
    assert Flag.BAD_COORDINATES not in report.flags
