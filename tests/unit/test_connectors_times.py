"""Instants as sources write them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.config.sources import Translation
from dashboard.connectors.times import iso, newest, read_time, since
from dashboard.domain.reports import Flag
from tests.factories import HOUR, MINUTE, NOON
from tests.stations import make_source

SHANGHAI = Translation(id="x", channel="board", time_zone="Asia/Shanghai")
ZONELESS = Translation(id="x", channel="board")
ELEVEN = NOON - HOUR


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-10T11:00:00+08:00",
        "2026-03-10T03:00:00Z",
        "2026-03-10 11:00:00",
        "2026-03-10 11:00",
        "2026/03/10 11:00:00",
        "2026/03/10 11:00",
        "20260310T110000",
        "03/10/2026 11:00:00 AM",
        "Tue, 10 Mar 2026 11:00:00 +0800",
        "Tue, 10 Mar 2026 03:00:00 GMT",
    ],
)
def test_times_are_read_in_the_forms_that_sources_use(text):
    assert read_time(text, SHANGHAI, NOON) == (ELEVEN, None)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("epoch", "1773111600"),
        ("epoch", "1773111600.0"),
        ("epoch_ms", "1773111600000"),
        ("%d.%m.%Y %H.%M", "10.03.2026 11.00"),
        ("%Y年%m月%d日 %H时%M分", "2026年03月10日 11时00分"),
    ],
)
def test_other_forms_are_configuration(form, text):
    source = Translation(id="x", channel="board", time_zone="Asia/Shanghai", time_format=form)
    assert read_time(text, source, NOON) == (ELEVEN, None)


@pytest.mark.parametrize("text", ["nan", "inf", "1e400", "-1e18", "gestern"])
def test_a_number_that_is_no_instant_is_unreadable(text):
    source = Translation(id="x", channel="board", time_format="epoch")
    assert read_time(text, source, NOON) == (None, Flag.UNREADABLE_TIME)


@given(st.text(max_size=40))
def test_no_text_at_all_breaks_the_reading(text):
    instant, flag = read_time(text, SHANGHAI, NOON)
    assert (instant is None) == (flag is not None)


@given(st.datetimes(), st.sampled_from(["", "Z", "+08:00", "-12:00", "+14:00"]))
def test_a_time_is_in_the_past_in_utc_or_flagged(moment, zone):
    instant, flag = read_time(moment.isoformat() + zone, SHANGHAI, NOON)
    if flag is None:
        assert instant.tzinfo is UTC
        assert datetime(1989, 12, 31, tzinfo=UTC) < instant <= NOON + 5 * MINUTE
    else:
        assert instant is None


def test_the_newest_time_passes_over_what_is_unreadable_zoneless_or_of_the_future():
    times = ["2026-03-10T03:00:00Z", None, "gestern", 7, {"a": 1}, "2099-01-01T00:00:00Z", "2026-03-10 03:30:00"]
    assert newest(None, times, ZONELESS, NOON) == iso(ELEVEN)
    assert newest(None, times, SHANGHAI, NOON) == iso(ELEVEN), "03:30 in Shanghai is long past"
    assert newest(iso(NOON), times, ZONELESS, NOON) == iso(NOON), "what was known is not forgotten"
    assert newest(None, ["gestern"], ZONELESS, NOON) is None


def test_asking_begins_at_the_start_and_then_at_the_cursor_less_the_overlap():
    source = make_source(url="http://x/", start_from=ELEVEN, overlap="10m")
    assert since(source, {}, NOON) == ELEVEN
    assert since(source, {"since": iso(NOON)}, NOON + HOUR) == NOON - timedelta(minutes=10)
