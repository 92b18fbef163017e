"""How long somebody waits for a snapshot, from the request to the archived file, and what its worker holds."""

import multiprocessing
import os
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench.rows import Row, at_most
from bench.setting import Setting, median
from dashboard.children import run_child
from dashboard.config import Config
from dashboard.domain.access import system_actor
from dashboard.domain.snapshots import Kind
from dashboard.runtime import Runtime, build_runtime
from dashboard.services.desk import build_desk
from dashboard.services.policies import with_kept_policies
from dashboard.snapshots.asking import ask
from dashboard.snapshots.spans import last_over
from dashboard.snapshots.wishes import of_view
from dashboard.snapshots.working import run_renderer
from dashboard.store.snapshot_jobs import JobState, job_by_id
from dashboard.viewmodels.map import default_level
from dashboard.viewmodels.view import PageView

OFTEN, LONGEST, MOST_MEMORY = 20, 2_000, 700  # times; ms; MB, at which a worker is replaced
KINDS = (Kind.SITUATION, Kind.AREA, Kind.WEEKLY)
PATIENCE = 120.0  # seconds


def snapshots(setting: Setting) -> Iterator[Row]:
    """A worker as `serve` starts it, and a page that asks again and again."""
    config = setting.database()
    desk = with_kept_policies(build_desk(config))
    runtime = build_runtime(config, desk, is_demo=True)
    process = multiprocessing.get_context("spawn").Process(target=run_child, args=(partial(run_renderer, config),))
    process.start()
    try:
        _made(runtime, config, Kind.SITUATION)  # the worker warms up
        for kind in KINDS:
            setting.step(f"making a snapshot: {kind.value}")
            waits = [_made(runtime, config, kind) for _ in range(setting.times(OFTEN))]
            gates = [at_most(LONGEST)] if kind is Kind.SITUATION else []
            yield Row("snapshots", f"{kind.value} of the district, request to archived file, median", median(waits),
                      "ms", gates=gates, note=f"longest {max(waits):,.0f} ms")  # fmt: skip
        yield Row("snapshots", "memory of the worker", _megabytes(process.pid or 0), "MB", gates=[at_most(MOST_MEMORY)],
                  note=f"after {1 + len(KINDS) * setting.times(OFTEN)} documents")  # fmt: skip
    finally:
        process.terminate()
        process.join()
        desk.sessions.engine.dispose()


def _made(runtime: Runtime, config: Config, kind: Kind) -> float:
    """Milliseconds from the request to the archived file."""
    area = config.district.code
    day = last_over(kind, runtime.today) if kind.is_bulletin else None
    began = time.perf_counter()
    if changes := runtime.picture.read_changes():
        runtime.picture.refresh(changes)
    wish = of_view(PageView(area, default_level(area)), kind, day=day)
    job_id = ask(runtime, system_actor(area, "bench"), wish, origin="bench")
    while time.perf_counter() - began < PATIENCE:
        with runtime.sessions.read() as session:
            job = job_by_id(session, job_id)
            if job is not None and job.state == JobState.DONE:
                return 1000 * (time.perf_counter() - began)
            if job is None or job.state == JobState.REFUSED:
                raise RuntimeError(f"the snapshot was refused: {job.reason if job else 'no job'}")
        time.sleep(0.01)
    raise RuntimeError(f"no snapshot within {PATIENCE:.0f} s")


def _megabytes(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
