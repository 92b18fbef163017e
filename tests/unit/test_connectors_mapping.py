"""From a source's record to a report, and tables of rows."""

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.connectors.http import text_of
from dashboard.connectors.mapping import MAX_TEXT, translator
from dashboard.connectors.records import FeedError, Record, as_record, from_raw
from dashboard.connectors.rest import DEFAULT_MAPPING
from dashboard.connectors.tables import open_table, rows
from dashboard.domain.reports import Flag, Incoming, Rejected
from tests.factories import NOON, make_config
from tests.stations import make_item, make_source

CONFIG = make_config("sqlite://")
CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=8, max_size=60)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


def read(fields, **source):
    return translator(make_source(url="http://x/", **source), DEFAULT_MAPPING, CONFIG).report(Record(fields), NOON)


def test_categories_are_known_by_id_by_both_names_and_by_the_names_of_the_source():
    names = {"LAMP ": "road/lamp"}
    for said in ("road/lamp", "路灯不亮", "street LAMP out", " lamp"):
        assert read(make_item(category=said), categories=names).category == "road/lamp"


def test_title_and_text_are_one_without_saying_the_same_twice():
    mapping = {"title": "title"}
    assert read(make_item(title="路灯", text="楼下路灯不亮"), mapping=mapping).text == "楼下路灯不亮"
    assert read(make_item(title="求助", text="楼下路灯不亮"), mapping=mapping).text == "求助\n楼下路灯不亮"


def test_a_closing_before_the_making_is_flagged():
    item = make_item(status="closed", done="2026-03-01T00:00:00Z")
    assert Flag.CLOSED_EARLY in read(item, mapping={"closed_time": "done"}).flags


def test_text_is_cut_where_no_citizen_writes_any_more():
    assert len(read(make_item(text="长" * 100_000)).text) == MAX_TEXT


@given(st.fixed_dictionaries(dict.fromkeys(make_item(), JSON)))
def test_whatever_a_record_holds_it_is_a_report_or_says_why_not(fields):
    found = read(fields)
    assert isinstance(found, Incoming | Rejected)
    if isinstance(found, Incoming):
        assert found.external_id
        assert found.text or found.address or found.x is not None
        found.text.encode()


@given(JSON)
def test_what_waits_in_the_quarantine_can_be_read_again(found):
    record = as_record(found, "key")
    again = from_raw(record.raw)
    assert type(again) is type(record)
    assert again.raw.encode()
    if isinstance(record, Record):
        assert again.key == "key"


@given(
    CHINESE, st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]), st.sampled_from([None, "utf-8", "gbk", "?"])
)
def test_chinese_text_is_read_in_its_encoding_whatever_is_declared(text, encoding, declared):
    assert text_of(text.encode(encoding), declared) == text


def test_bytes_that_are_no_text_say_so():
    with pytest.raises(FeedError, match="neither UTF-8 nor GB18030"):
        text_of(b"\x81\xff\xff")


def csv_file(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))
    return open_table(path)


def test_rows_of_a_table_are_numbered_from_one_and_go_on_after_those_that_are_done(tmp_path):
    table = csv_file(tmp_path, "id,text\n" + "".join(f"{n},路灯\n" for n in range(5)))
    assert [record.fields["id"] for record in rows(table, skip=3)] == ["3", "4"]
    assert [record.key.rpartition(":")[2] for record in rows(table)] == ["1", "2", "3", "4", "5"]
    assert table.rows == 5


def test_a_character_may_lie_across_two_blocks_of_a_file(tmp_path):
    text = "id,text\n" + "".join(f"{number},{'灯' * 997}\n" for number in range(1000))
    for encoding in ("utf-8", "gb18030"):
        assert {record.fields["text"] for record in rows(csv_file(tmp_path, text, encoding))} == {"灯" * 997}


def test_cells_keep_their_columns_when_a_heading_between_is_empty(tmp_path):
    book = openpyxl.Workbook()
    for cells in (["id", None, "text", None], [7, "x", "路灯", "y"], [None, None, None, None], [8]):
        book.active.append(cells)
    book.save(tmp_path / "a.xlsx")
    found = [record.fields for record in rows(open_table(tmp_path / "a.xlsx"))]
    assert found == [{"id": 7, "text": "路灯"}, {"id": 8, "text": None}]
