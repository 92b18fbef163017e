"""What concerns the reporters of a case: return visits, and answers that were given by phone."""

from collections.abc import Mapping
from typing import Any

from dashboard.domain.events import Event, EventKind
from dashboard.domain.stages import CaseError, Stage
from dashboard.services.acts import Context, Kind

SATISFACTION = ("satisfied", "basically", "unsatisfied")


def _check_visit(event: Event, context: Context) -> Mapping[str, Any]:
    """回访: not reached says nothing about satisfaction; who is reached says whether it is solved, and how content."""
    if context.state.stage is not Stage.CLOSED:
        raise CaseError("结案后才能回访")
    if not event.data.get("reached"):
        return {"reached": False, "solved": None, "satisfaction": None}
    if event.data.get("satisfaction") not in SATISFACTION or event.data.get("solved") is None:
        raise CaseError("回访须记录是否解决和满意程度")
    return {"reached": True, "solved": bool(event.data["solved"]), "satisfaction": event.data["satisfaction"]}


def _begins_anew(event: Event, _before: Context) -> list[tuple[EventKind, Mapping[str, Any]]]:
    """Who is reached and finds it unsolved, or is not satisfied, has the case taken up again."""
    data = event.data
    if not data["reached"] or (data["solved"] and data["satisfaction"] != "unsatisfied"):
        return []
    return [(EventKind.REOPENED, {"asked_by": "return_visit"})]


KINDS = {EventKind.VISITED: Kind(_check_visit, then=_begins_anew)}
