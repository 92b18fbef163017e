"""Answers that are no data: each is a failed run in the ledger with its reason, and the next good answer is taken."""

import socket
import threading
import tracemalloc
import zlib

import pytest

from dashboard.live.health import SourceCondition, health_of
from dashboard.store.sources import source_states
from tests.factories import HOUR, MINUTE, NOON
from tests.outside import BLOCK, Reply, in_json
from tests.stations import make_item, make_source, numbered, one_page, rest_station, station

HTML = Reply("<!doctype html><title>登录</title>".encode(), headers={"Content-Type": "text/html; charset=utf-8"})
WHOLE = one_page(*numbered(3)).body
BOMB = (
    "<?xml version='1.0'?><!DOCTYPE lolz [<!ENTITY a 'lol'>"
    + "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9))
    + "]><{root}>&j;</{root}>"
)
DEFLATED = zlib.compress(b"[" + b" " * 50_000_000 + b"]")


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (Reply(status=401), "refuses our credentials (HTTP 401)"),
        (Reply(status=403), "forbids"),
        (Reply(status=429), "slow down (HTTP 429)"),
        (Reply(status=500), "HTTP 500"),
        (Reply(status=302, headers={"Location": "https://elsewhere.example/"}), "moved (HTTP 302)"),
        (Reply(WHOLE, cut_after=len(WHOLE) // 2), "cut in the middle"),
        (Reply(WHOLE[:50], headers={"Content-Length": str(len(WHOLE))}), "cut in the middle"),
        (HTML, "web page or XML instead of JSON"),
        (Reply(WHOLE[: len(WHOLE) // 2]), "not complete JSON"),
        (Reply(b""), "not complete JSON"),
        (Reply(b"[" * 200_000), "not complete JSON"),
        (Reply(b'{"items": [{"id": ' + b"1" * 5000 + b"}]}"), "not complete JSON"),
        (Reply(b'{"items": "\x81\xff\xff"}'), "neither UTF-8 nor GB18030"),
        (Reply(b"no gzip", headers={"Content-Encoding": "gzip"}), "compression is damaged"),
        (Reply(DEFLATED, headers={"Content-Encoding": "deflate"}), "larger than 20,000,000 bytes"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_answer_fails_the_run_with_its_reason_and_loses_nothing(light_desk, outside, bad, reason):
    board = rest_station(light_desk, outside, bad, one_page(make_item()))
    run = board.poll()
    assert (run.outcome, run.fetched, run.finished_at) == ("failed", 0, NOON)
    assert reason in run.error
    assert board.state().last_error == run.error
    assert board.poll(later=HOUR).new == 1
    assert [run.outcome for run in board.runs()] == ["failed", "ok"]


def test_a_source_that_does_not_answer_is_given_up_after_its_time_out(light_desk, outside):
    never = threading.Event()
    board = rest_station(light_desk, outside, Reply(WHOLE, waits_for=never), timeout="200ms")
    run = board.poll()
    never.set()
    assert (run.outcome, run.error) == ("failed", "no answer within 0.2 s")


def test_an_answer_that_drips_is_given_up_after_the_time_out_as_a_whole(light_desk, outside):
    enough = threading.Event()
    reply = Reply(drips_until=enough, headers={"Content-Length": "1000000"})
    run = rest_station(light_desk, outside, reply, timeout="300ms").poll()
    enough.set()
    assert (run.outcome, run.error) == ("failed", "the answer was not complete within 0.3 s")


def test_a_source_nobody_listens_at_fails_the_run(light_desk):
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        run = station(light_desk, make_source(url=f"http://127.0.0.1:{deaf.getsockname()[1]}/")).poll()
    assert run.outcome == "failed"
    assert run.error.startswith("no connection")


def test_a_body_of_200_mb_is_cut_at_the_limit_and_never_held(light_desk, outside):
    board = rest_station(
        light_desk, outside, Reply(b"[", blocks=200_000_000 // len(BLOCK)), timeout="60s", max_bytes="5MB"
    )
    tracemalloc.start()
    run = board.poll()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (run.outcome, run.error) == ("failed", "the answer is larger than 5,000,000 bytes (max_bytes)")
    assert outside.sent < 30_000_000, "the rest was never asked for"
    assert peak < 30_000_000


@pytest.mark.parametrize(
    ("protocol", "path", "root", "more"),
    [("open311", "/requests.xml", "service_requests", {"format": "xml"}), ("feed", "/rss.xml", "rss", {})],
)
def test_an_xml_bomb_is_refused_before_it_unfolds(light_desk, outside, protocol, path, root, more):
    outside.answers("/services.xml", Reply(b"<services/>"))
    url = outside.answers(path, Reply(BOMB.replace("{root}", root).encode()))
    address = outside.url if protocol == "open311" else url
    run = station(light_desk, make_source(protocol, url=address, **more)).poll()
    assert run.outcome == "failed"
    assert "entity definitions" in run.error


@pytest.mark.parametrize("reference", ["file:///etc/hostname", "{url}/secret"])
def test_an_xml_that_points_elsewhere_is_refused_and_nothing_is_fetched(light_desk, outside, reference):
    target = reference.format(url=outside.url)
    body = (
        f"<!DOCTYPE rss [<!ENTITY x SYSTEM '{target}'>]><rss version='2.0'><channel><title>&x;</title></channel></rss>"
    )
    run = station(light_desk, make_source("feed", url=outside.answers("/rss.xml", Reply(body.encode())))).poll()
    assert run.outcome == "failed"
    assert [asked.path for asked in outside.asked] == ["/rss.xml"]


@pytest.mark.parametrize("body", [b"<html><body>login</body></html>", b"plain text", b"", b'{"items": []}'])
def test_a_feed_that_is_none_fails_the_run(light_desk, outside, body):
    run = station(light_desk, make_source("feed", url=outside.answers("/rss.xml", Reply(body)))).poll()
    assert run.outcome == "failed"
    assert "neither RSS nor Atom" in run.error


def test_half_a_feed_is_not_taken_for_a_whole_one(light_desk, outside):
    body = "<rss version='2.0'><channel><title>t</title><item><guid>1</guid><description>楼下路"
    board = station(light_desk, make_source("feed", url=outside.answers("/rss.xml", Reply(body.encode()))))
    assert board.poll().outcome == "failed"
    assert board.reports() == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("declared", ["utf-8", "GBK", None])
def test_chinese_json_is_read_in_the_encoding_it_has_whatever_it_declares(light_desk, outside, encoding, declared):
    kind = "application/json" + (f"; charset={declared}" if declared else "")
    reply = Reply(
        one_page(make_item(text="楼下路灯不亮")).body.decode().encode(encoding), headers={"Content-Type": kind}
    )
    board = rest_station(light_desk, outside, reply)
    board.poll()
    assert board.report().text == "楼下路灯不亮"


def test_a_failing_source_is_seen_to_fail_at_once_and_its_last_success_is_kept(light_desk, outside):
    board = rest_station(light_desk, outside, one_page(make_item()), Reply(status=500))
    board.poll()
    board.poll(later=MINUTE)
    with light_desk.sessions.read() as session:
        (health,) = health_of([board.source], source_states(session), board.now)
    assert health.condition is SourceCondition.FAILING
    assert health.last_success_at == NOON


def test_pages_read_before_a_bad_one_are_kept(light_desk, outside):
    pages = (in_json({"items": [make_item(n)], "next_cursor": str(n)}) for n in (1, 2))
    board = rest_station(
        light_desk, outside, one_page(), *pages, HTML, one_page(make_item(3)), paging={"kind": "cursor"}
    )
    board.poll()
    run = board.poll(later=MINUTE)
    assert (run.outcome, run.new) == ("failed", 2)
    assert board.poll(later=HOUR).new == 1
    assert outside.asked[-1].query["cursor"] == "2"
