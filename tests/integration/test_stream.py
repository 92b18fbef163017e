"""The stream over real HTTP: what it says, how many there may be, when it ends."""

import socket
import time
import zlib
from collections.abc import Callable, Iterator
from itertools import pairwise

import httpx
import pytest
import yaml
from sqlalchemy import update

from dashboard.runtime import utc_now
from dashboard.store.engine import writing
from dashboard.store.operations import User
from tests.browser.site import Site, make_site
from tests.outside import serve_outside

THREADS, PLACES = 80, 16  # 64 threads are kept for everything that is not a stream


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A running server with as few threads as may be."""
    outside = serve_outside()
    made = make_site(tmp_path_factory.mktemp("site"), next(outside))
    path = made.folder / "config.yaml"
    said = yaml.safe_load(path.read_text(encoding="utf-8"))
    said["web"]["threads"] = THREADS
    said["live"] = {"heartbeat": "1s"}
    path.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    made.start()
    yield made
    made.kill()
    made.desk.sessions.engine.dispose()
    next(outside, None)


@pytest.fixture
def client(site: Site) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site.url, timeout=10) as found:
        assert found.get(site.leader_link()).status_code == 302
        yield found


class Stream:
    """A viewer with a plain socket, which is to be closed."""

    def __init__(self, site: Site, client: httpx.Client, query: str = "") -> None:
        self.socket = socket.create_connection(("127.0.0.1", site.port))
        self.socket.settimeout(10)
        cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        head = f"GET /live/stream?{query} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookies}\r\n\r\n"
        self.socket.sendall(head.encode())
        self.file = self.socket.makefile("rb")
        self.status = int(self.file.readline().split()[1])
        self.headers = dict(line.decode().strip().lower().split(": ", 1) for line in iter(self.file.readline, b"\r\n"))
        self.inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
        self.text = ""

    def until(self, wanted: str) -> str:
        """Read until something was said."""
        while wanted not in self.text:
            size = int(self.file.readline() or b"0", 16)
            assert size, f"the stream ended without {wanted!r}: {self.text[-200:]}"
            self.text += self.inflate.decompress(self.file.read(size)).decode()
            self.file.readline()
        return self.text

    def close(self) -> None:
        self.file.close()
        self.socket.close()


@pytest.fixture
def viewer(site: Site, client: httpx.Client) -> Iterator[Callable[..., Stream]]:
    """Open a stream; all are closed at the end."""
    opened: list[Stream] = []

    def open_stream(query: str = "") -> Stream:
        opened.append(Stream(site, client, query))
        return opened[-1]

    yield open_stream
    for stream in opened:
        stream.close()


def test_a_viewer_hears_the_servers_clock_and_every_part_at_once_and_then_only_what_is_new(viewer):
    stream = viewer("area=410303&level=grid")
    assert stream.status == 200
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert stream.headers["cache-control"] == "no-store"
    text = stream.until("event: ranking")
    assert text.startswith("event: beat\ndata: ")
    assert abs(int(text.split()[3]) / 1000 - time.time()) < 5
    parts = [line.removeprefix("event: ") for line in text.splitlines() if line.startswith("event: ")]
    assert set(parts) == {"beat", "kpi", "queue", "points", "values", "events", "orders", "sources", "trend", "ranking"}
    seen = ",".join(f"{name.split(': ')[1]}:{revision.split(': ')[1]}" for name, revision in told(text))
    again = viewer(f"area=410303&level=grid&seen={seen}")
    for _ in range(2):
        text = again.until("event: beat")
        assert "event: queue" not in text, "what was seen is not sent again"
        again.text = ""


def told(text: str) -> list[tuple[str, str]]:
    """Lines with a part's name and its revision."""
    return [(one, two) for one, two in pairwise(text.splitlines()) if two.startswith("id: ")]


def test_when_all_places_are_taken_a_viewer_is_told_when_to_come_back_and_pages_still_answer(client, viewer):
    until = time.monotonic() + 20
    streams = [viewer() for _ in range(PLACES)]
    while any(stream.status != 200 for stream in streams):  # viewers of the test before have just left
        assert time.monotonic() < until
        time.sleep(0.5)
        streams = [stream if stream.status == 200 else viewer() for stream in streams]
    refused = client.get("/live/stream")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert client.get("/live/frame?area=410303").status_code == 200, "the fallback works meanwhile"
    assert client.get("/sources").status_code == 200
    streams[0].close()
    while viewer().status != 200:
        assert time.monotonic() < until, "the place of a viewer who has left is given to another"
        time.sleep(0.3)


def test_a_stream_ends_when_access_is_taken_away(site, client, viewer):
    stream = viewer()
    stream.until("event: ranking")
    with writing(site.desk.sessions, utc_now()) as session:
        session.execute(update(User).values(is_active=False))
    stream.until("event: goodbye")
    assert client.get("/live/frame").status_code == 401


def test_without_a_session_there_is_no_stream(site):
    assert httpx.get(f"{site.url}/live/stream").status_code == 401
