"""What many cases count as: the marks of `domain.counting`, with arrays."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dashboard.domain.counting import marks
from dashboard.domain.replay import CaseState
from dashboard.services.lives import STOPPED_BY, Lives
from dashboard.services.lives_clocks import Clocks
from dashboard.store.marks import NEVER, Cases, Ints, Marks
from dashboard.store.types import to_micros


@dataclass(frozen=True)
class Written:
    """What was written, ready to be counted."""

    first_id: int
    cases: Cases
    marks: Marks
    reports: Marks


def written(lives: Lives, ids: Ints, clocks: list[Clocks], states: Mapping[int, CaseState]) -> Written:
    """What the cases count as: the same marks as `domain.counting.marks`, with arrays."""
    found, index = Marks(), np.arange(len(lives))
    plain = np.ones(len(lives), bool)
    plain[list(states)] = False
    has_policy = np.array([policy is not None for policy in lives.policies])
    found.add("received", index[plain], lives.opened[plain])
    found.add("closed", index[plain], lives.closed[plain])
    found.add("ended", index[plain], np.where(has_policy, lives.closed, lives.opened)[plain])
    levels = np.array(lives.close_level, object)
    for level in ("grid", "community", "subdistrict", "district"):
        chosen = plain & (levels == level)
        found.add(f"closed_at_{level}", index[chosen], lives.closed[chosen])
    for group in clocks:
        _add_clock_marks(found, group, getattr(lives, STOPPED_BY[group.name])[group.cases])
    for number, state in states.items():
        for measure, instant in marks(state):
            found.add(measure, np.array([number]), np.array([to_micros(instant)]))
    return Written(int(ids[0]) if len(ids) else 0, _count_keys(lives, ids, states), found, _report_marks(lives))


def _add_clock_marks(found: Marks, group: Clocks, stopped: Ints) -> None:
    if not group.required:
        found.add(f"{group.name}_not_required", group.cases, group.due)
        return
    is_stopped, in_time = stopped != NEVER, stopped <= group.due
    found.add(f"{group.name}_due", group.cases, group.due)
    for measure, chosen in (("met", is_stopped & in_time), ("met_late", is_stopped & ~in_time)):
        found.add(f"{group.name}_{measure}", group.cases[chosen], group.due[chosen])


def _count_keys(lives: Lives, ids: Ints, states: Mapping[int, CaseState]) -> Cases:
    frame = lives.frame
    categories = list(frame["category"])
    for index, state in states.items():
        categories[index] = state.category
    area_codes, areas = np.unique(np.array(frame["area_code"], object), return_inverse=True)
    category_names, category = np.unique(np.array(categories, object), return_inverse=True)
    channel_names, channel = np.unique(np.array(frame["channel"], object), return_inverse=True)
    cells = [[NEVER if v is None else v for v in frame[name]] for name in ("cell_east", "cell_north")]
    return Cases(
        ids=ids,
        areas=areas,
        categories=category,
        channels=channel,
        cells=np.array(cells, np.int64).T.reshape(-1, 2),
        area_codes=area_codes.tolist(),
        category_names=category_names.tolist(),
        channel_names=channel_names.tolist(),
    )


def _report_marks(lives: Lives) -> Marks:
    found = Marks()
    channels = np.array(lives.frame["channel"], object)
    for name in sorted(set(lives.frame["channel"])):
        chosen = np.flatnonzero(channels == name)
        found.add(name, chosen, lives.opened[chosen])
    for case, channel, _, at in lives.joined:
        found.add(channel, np.array([case]), np.array([at]))
    return found
