"""Answers that many viewers ask for: made once, kept for a while, however many ask."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Question = TypeVar("Question", bound=Hashable)
Answer = TypeVar("Answer")
MOST = 500


class Kept(Generic[Question, Answer]):
    """Answers by question, at most `seconds` old. Equal questions at the same time are answered once."""

    def __init__(self, make: Callable[[Question], Answer], seconds: float) -> None:
        self._make, self._seconds = make, seconds
        self._lock = threading.Lock()
        self._locks: dict[Question, threading.Lock] = {}
        self._answers: dict[Question, tuple[float, Answer]] = {}

    def of(self, question: Question) -> Answer:
        """The answer to a question."""
        with self._lock:
            if len(self._answers) > MOST:
                self._answers.clear()
                self._locks.clear()
            lock = self._locks.setdefault(question, threading.Lock())
        with lock:
            kept = self._answers.get(question)
            if kept is None or time.monotonic() - kept[0] > self._seconds:
                kept = time.monotonic(), self._make(question)
                self._answers[question] = kept
            return kept[1]
