"""What a supervised process does first. Kept apart, so that a spawned one need not load what only its parent needs."""

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

import structlog


def run_child(run: Callable[[], None]) -> None:
    """In the child: signals as usual, and an end of its own when the supervisor is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the supervisor ends us in order
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    configure_logging()
    _end_with_parent()
    run()


def _end_with_parent() -> None:
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True, name="parent-watch").start()


def configure_logging() -> None:
    """One line per event on standard error."""
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr
    )
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a run that is skipped shows in the source's age
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # The default formatter shows local variables, and with them secrets and what citizens said.
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
