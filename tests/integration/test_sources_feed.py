"""RSS and Atom, from the configuration to the cases."""

import pytest

from dashboard.domain.reports import Flag
from tests.factories import HOUR, MINUTE, NOON, point_in
from tests.outside import Reply
from tests.stations import make_source, station

LONGITUDE, LATITUDE = point_in(2)
PUBLISHED = "<pubDate>Tue, 10 Mar 2026 11:50:00 +0800</pubDate>"


def item(number, inner=PUBLISHED, text="楼下路灯不亮，已经三天"):
    return (
        f"<item><guid isPermaLink='false'>P{number}</guid><title>路灯不亮</title>"
        f"<description>{text}</description>{inner}</item>"
    )


def rss(*items, declaration="", **headers):
    names = "xmlns:geo='http://www.w3.org/2003/01/geo/wgs84_pos#' xmlns:georss='http://www.georss.org/georss'"
    body = f"{declaration}<rss version='2.0' {names}><channel><title>百姓呼声</title>{''.join(items)}</channel></rss>"
    return Reply(body.encode(), headers=headers)


def feed(desk, outside, *answers, **more):
    return station(desk, make_source("feed", url=outside.answers("/feed.xml", *answers), **more))


def test_items_of_rss_become_cases(desk, outside):
    geo = f"<geo:long>{LONGITUDE}</geo:long><geo:lat>{LATITUDE}</geo:lat>"
    board = feed(desk, outside, rss(item(1, PUBLISHED + geo + "<category>路灯不亮</category>")))
    board.poll()
    report, case = board.report(), board.case()
    assert (report.external_id, report.source_at) == ("P1", NOON - 10 * MINUTE)
    assert report.text == "楼下路灯不亮，已经三天", "the title says nothing that the text does not"
    assert (case.category, case.area_code) == ("road/lamp", "410303001002001")


def test_entries_of_atom_become_cases(desk, outside):
    body = (
        "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:georss='http://www.georss.org/georss'><title>留言板</title>"
        "<entry><id>tag:a,2026:1</id><title>停水</title><summary>二单元停水</summary>"
        "<published>2026-03-10T03:50:00Z</published><updated>2026-03-10T03:55:00Z</updated>"
        f"<georss:point>{LATITUDE} {LONGITUDE}</georss:point><category term='停水'/></entry></feed>"
    )
    board = feed(desk, outside, Reply(body.encode()))
    board.poll()
    report, case = board.report(), board.case()
    assert (report.external_id, report.source_at) == ("tag:a,2026:1", NOON - 10 * MINUTE)
    assert report.text == "停水\n二单元停水" or report.text == "二单元停水"
    assert (case.category, case.area_code) == ("water/outage", "410303001002001")


def test_an_unchanged_feed_is_asked_for_conditionally_and_gives_nothing(light_desk, outside):
    def answer(asked):
        if asked.headers.get("If-None-Match") == '"v1"':
            return Reply(status=304)
        return rss(item(1), ETag='"v1"')

    board = feed(light_desk, outside, answer)
    assert board.poll().new == 1
    run = board.poll(later=MINUTE)
    assert (run.outcome, run.fetched) == ("ok", 0)


def test_a_feed_read_again_brings_only_what_is_new(desk, outside):
    board = feed(desk, outside, rss(item(1)), rss(item(2), item(1)))
    board.poll()
    run = board.poll(later=HOUR)
    assert (run.new, run.duplicate) == (1, 1)


def test_an_item_without_guid_is_known_by_its_link_and_one_without_link_by_its_words(light_desk, outside):
    linked = "<item><link>https://board.example/7</link><description>有链接</description></item>"
    bare = "<item><description>什么都没有</description></item>"
    board = feed(light_desk, outside, rss(linked, bare), rss(linked.replace("有链接", "有链接，改了"), bare))
    assert board.poll().new == 2
    run = board.poll(later=MINUTE)
    assert (run.new, run.changed, run.duplicate) == (0, 1, 1)


@pytest.mark.parametrize("encoding", ["utf-8", "gb2312", "gbk", "gb18030"])
@pytest.mark.parametrize("declares", ["itself", "another", "nothing", "in the header"])
def test_chinese_feeds_are_read_in_the_encoding_they_have(light_desk, outside, encoding, declares):
    named = {"itself": encoding, "another": "utf-8" if encoding != "utf-8" else "gb2312"}.get(declares)
    declaration = f"<?xml version='1.0' encoding='{named}'?>\n" if named else ""
    headers = {"Content-Type": f"text/xml; charset={encoding}"} if declares == "in the header" else {}
    body = rss(item(1), declaration=declaration).body.decode().encode(encoding)
    board = feed(light_desk, outside, Reply(body, headers=headers))
    board.poll()
    assert board.report().text == "楼下路灯不亮，已经三天"


@pytest.mark.parametrize(
    ("inner", "flag"),
    [
        ("", Flag.NO_TIME),
        ("<pubDate>Tue, 10 Mar 2026 11:50:00</pubDate>", Flag.NO_ZONE),
        ("<pubDate>2026-03-10 11:50:00</pubDate>", Flag.NO_ZONE),
        ("<pubDate>昨天</pubDate>", Flag.UNREADABLE_TIME),
        ("<pubDate>Fri, 10 Mar 2034 11:50:00 +0800</pubDate>", Flag.FUTURE_TIME),
    ],
)
def test_an_item_without_a_good_time_is_accepted_with_a_flag(light_desk, outside, inner, flag):
    board = feed(light_desk, outside, rss(item(1, inner)))
    board.poll()
    assert board.report().source_at is None
    assert flag in board.report().flags


def test_times_without_a_zone_are_in_the_zone_the_configuration_names(light_desk, outside):
    plain = "<pubDate>2026-03-10 11:50:00</pubDate>"
    board = feed(light_desk, outside, rss(item(1, plain)), time_zone="Asia/Shanghai")
    board.poll()
    assert board.report().source_at == NOON - 10 * MINUTE


@pytest.mark.parametrize("odd", ["<georss:point/>", "<georss:point>34.6</georss:point>", "<geo:long>北</geo:long>"])
def test_one_item_with_an_odd_point_does_not_stop_the_others(light_desk, outside, odd):
    board = feed(light_desk, outside, rss(item(1, odd), item(2)))
    run = board.poll()
    assert (run.outcome, run.new) == ("ok", 2)


def test_a_feed_that_is_only_untidy_is_read(light_desk, outside):
    untidy = rss(item(1), item(2, text="A & B 楼之间 &nbsp; 路灯不亮"))
    board = feed(light_desk, outside, untidy)
    assert board.poll().new == 2


def test_markup_in_an_item_becomes_plain_words(light_desk, outside):
    text = "&lt;p&gt;楼下&lt;b&gt;路灯&lt;/b&gt;不亮&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;"
    board = feed(light_desk, outside, rss(item(1, text=text)))
    board.poll()
    assert "<" not in board.report().text
    assert "alert" not in board.report().text
