"""What a commit costs until the last of many viewers has it, and what the web process needs for that."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import make_url

from bench.audience import Watched, watch
from bench.committing import OPEN_CASES, top_up
from bench.databases import working_copy
from bench.rows import Row, at_least, at_most
from bench.setting import Setting, median, percentile
from bench.web import web_server
from dashboard.config import Config

AUDIENCES = (1, 20, 100, 500)
SPARE_THREADS = 80
PER_SECOND = 2.0
DEAF, DEAF_SECONDS = 10, 45.0  # a viewer has 30 s to take what it is sent


def fan_out(setting: Setting) -> Iterator[Row]:
    """Latency, processor, bytes and memory with growing audiences."""
    with working_copy(setting.database()) as config:
        yield from _audiences(setting, config)
        setting.step("viewers that never read")
        with web_server(config) as web:
            seen = watch(web, config.district.code, 20, PER_SECOND, DEAF_SECONDS, deaf=DEAF)
        yield from _deaf(seen)


def _audiences(setting: Setting, config: Config) -> Iterator[Row]:
    area = config.district.code
    seconds = 8.0 if setting.is_quick else 30.0
    audiences = (1, 20, 50) if setting.is_quick else AUDIENCES
    setting.step("opening cases")
    there = top_up(Path(str(make_url(config.database.url).database)))
    alone: float | None = None
    for viewers in audiences:
        setting.step(f"{viewers} viewers")
        with web_server(config, viewers + SPARE_THREADS) as web:
            seen = watch(web, area, viewers, PER_SECOND, seconds)
        yield from _of(viewers, there, seen, alone)
        alone = alone or percentile(seen.after_refresh(), 0.95)


def _of(viewers: int, there: int, seen: Watched, alone: float | None) -> Iterator[Row]:
    """`alone` is what one viewer waits in this run: it tells how busy the machine is with other things."""
    part = f"fan-out, {viewers} viewers"
    commit, frame = seen.after_commit(), seen.after_refresh()
    few, many = viewers == 100, viewers == 500
    yield Row(
        part,
        "commit → last viewer's last byte, p95",
        percentile(commit, 0.95),
        "ms",
        gates=[at_most(300)] if few else [],
        note=f"median {median(commit):.0f}, max {max(commit):.0f}, {len(commit)} commits",
    )
    yield Row(
        part,
        "picture ready → last byte, p95",
        percentile(frame, 0.95),
        "ms",
        reference=alone,
        gates=[at_most(50)] if few else [at_most(150)] if many else [],
        note=f"median {median(frame):.0f}, max {max(frame):.0f}",
    )
    yield Row(
        part,
        "web process, of one core",
        100 * seen.cpu_seconds / seen.seconds,
        "%",
        gates=[at_most(10)] if few else [at_most(25)] if many else [],
        note=f"a refresh takes {median(seen.refresh_milliseconds()):.1f} ms",
    )
    yield Row(part, "viewers without the newest state", seen.lagging() + seen.ended, gates=[at_most(0)])
    yield Row(part, "resident", seen.resident_megabytes, "MB", gates=[at_most(400)])
    if viewers == 1:
        yield Row(
            part,
            f"one case's change with {there} open, median",
            median(seen.sizes()) / 1000,
            "kB",
            gates=[at_most(5)] if there <= 1.1 * OPEN_CASES else [],
            note=f"max {max(seen.sizes()) / 1000:.1f} kB, compressed",
        )


def _deaf(seen: Watched) -> Iterator[Row]:
    """Ten viewers that never read beside twenty that do."""
    part = "fan-out, 10 viewers never read"
    yield Row(part, "the others: picture ready → last byte, p95", percentile(seen.after_refresh(), 0.95), "ms",
              gates=[at_most(50)], note=f"max {max(seen.after_refresh()):.0f}")  # fmt: skip
    yield Row(part, "others without the newest state", seen.lagging() + seen.ended, gates=[at_most(0)])
    yield Row(part, "dropped by the server", DEAF - seen.deaf_left, "of 10", gates=[at_least(DEAF)],
              note=f"within {seen.seconds:.0f} s")  # fmt: skip
