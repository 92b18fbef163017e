"""Suggestions that two cases are the same event: kept with their reasons until somebody decides."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from dashboard.domain.merging import Judgement
from dashboard.services.matching import Match
from dashboard.store.handling import Suggestion
from dashboard.store.suggestions import WAITING


def weights(judgement: Judgement) -> dict[str, float]:
    """Why, in numbers: the weight of each reason."""
    return {reason.name: round(reason.weight, 2) for reason in judgement.reasons}


def keep_suggestions(session: Session, case_id: int, matches: Sequence[Match], now: datetime) -> None:
    """Keep what was found for a case."""
    for match in matches:
        session.add(
            Suggestion(
                case_id=case_id,
                other_id=match.case_id,
                certainty=match.judgement.certainty,
                reasons=weights(match.judgement),
                doubts=list(match.judgement.doubts),
                status=WAITING,
                created_at=now,
            )
        )
