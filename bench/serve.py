"""The web server as it is, in a process of its own, writing down when each new picture was ready."""

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.databases import settings
from dashboard.live.picture import Picture
from dashboard.serving import Server
from dashboard.store.operations import Change


def main() -> None:
    """`python -m bench.serve DATABASE PORT THREADS LOG`."""
    database, port, threads, log = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    _write_down_refreshes(log)
    Server(settings(database, web={"host": "127.0.0.1", "port": port, "threads": threads})).run()


def _write_down_refreshes(log: Path) -> None:
    """One line per refresh by commits: begin and end (monotonic seconds), and the cases. Nothing else is changed."""
    refresh: Any = Picture.refresh
    file = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def written(self: Picture, changes: Sequence[Change]) -> None:
        began = time.monotonic()
        refresh(self, changes)
        cases = ",".join(str(change.case_id) for change in changes if change.case_id)
        os.write(file, f"{began} {time.monotonic()} {cases}\n".encode())

    Picture.refresh = written  # type: ignore[method-assign]


if __name__ == "__main__":
    main()
