"""The stages of a case and the one table of allowed moves."""

from enum import StrEnum


class Stage(StrEnum):
    """Where a case stands."""

    RECEIVED = "received"
    RESPONDED = "responded"
    ON_SITE = "on_site"
    FED_BACK = "fed_back"
    CLOSED = "closed"
    SUSPENDED = "suspended"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


class Move(StrEnum):
    """What somebody may do that changes a case's stage."""

    RESPOND = "respond"
    ARRIVE = "arrive"
    FEED_BACK = "feed_back"
    CLOSE = "close"
    SEND_BACK = "send_back"
    REOPEN = "reopen"
    SUSPEND = "suspend"
    RESUME = "resume"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    MERGE = "merge"
    UNMERGE = "unmerge"


S, M = Stage, Move

MOVES: dict[Stage, dict[Move, Stage | None]] = {
    S.RECEIVED: {
        M.RESPOND: S.RESPONDED,
        M.SUSPEND: S.SUSPENDED,
        M.REJECT: S.REJECTED,
        M.WITHDRAW: S.WITHDRAWN,
        M.MERGE: S.MERGED,
    },
    S.RESPONDED: {
        M.ARRIVE: S.ON_SITE,
        M.FEED_BACK: S.FED_BACK,
        M.SUSPEND: S.SUSPENDED,
        M.REJECT: S.REJECTED,
        M.WITHDRAW: S.WITHDRAWN,
        M.MERGE: S.MERGED,
    },
    S.ON_SITE: {
        M.FEED_BACK: S.FED_BACK,
        M.SUSPEND: S.SUSPENDED,
        M.WITHDRAW: S.WITHDRAWN,
        M.MERGE: S.MERGED,
    },
    S.FED_BACK: {
        M.CLOSE: S.CLOSED,
        M.SEND_BACK: S.ON_SITE,
        M.WITHDRAW: S.WITHDRAWN,
        M.MERGE: S.MERGED,
    },
    S.CLOSED: {M.REOPEN: S.RECEIVED},
    # None: back to the stage before.
    S.SUSPENDED: {M.RESUME: None, M.WITHDRAW: S.WITHDRAWN, M.MERGE: S.MERGED},
    # A rejected case still owes its reporters a contact and an answer; they change no stage.
    S.REJECTED: {M.RESPOND: S.REJECTED, M.FEED_BACK: S.REJECTED},
    S.WITHDRAWN: {},
    S.MERGED: {M.UNMERGE: None},
}
"""Stage → move → next stage. A move that is not listed is refused."""

WORKING_STAGES = frozenset({S.RECEIVED, S.RESPONDED, S.ON_SITE, S.FED_BACK, S.SUSPENDED})
"""Stages in which a case is always open; a rejected one is open until its answer is given."""


class CaseError(ValueError):
    """A refusal in words. `message` is a Chinese template, `params` its values; the screen translates it."""

    def __init__(self, message: str, **params: object) -> None:
        self.message, self.params = message, params
        super().__init__(message.format(**params))


def allow(stage: Stage, move: Move) -> None:
    """Refuse a move the table does not list.

    Raises:
        CaseError: the move is not allowed from this stage.
    """
    if move not in MOVES[stage]:
        raise CaseError("案件处于「{stage}」，不能{move}", stage=stage, move=move)
