"""What is kept beside the events can be made anew and is the same."""

import random
from contextlib import suppress

from sqlalchemy import select, update

from dashboard.domain.events import EventKind
from dashboard.domain.policies import Severity
from dashboard.domain.replay import STAGE_MOVES
from dashboard.domain.stages import MOVES, CaseError, Stage
from dashboard.services.acting import perform
from dashboard.services.acts import Act
from dashboard.services.desk import Desk
from dashboard.services.intake import take_in
from dashboard.services.rebuild import rebuild
from dashboard.store.count_tables import HOURS, TABLES
from dashboard.store.engine import writing
from dashboard.store.models import Case
from tests.factories import DAY, HOUR, MINUTE, NOON, make_actor, make_origin, make_report, point_at, point_in

CATEGORIES = ["road/lamp", "water/outage", "energy/gas", "welfare/insurance", "other/unclassified"]
ACTS = {
    EventKind.RESPONDED: {},
    EventKind.ARRIVED: {"who": "handler", "where": "楼下"},
    EventKind.FED_BACK: {"answer": "已修好"},
    EventKind.CLOSED: {"level": "community"},
    EventKind.SENT_BACK: {"reason": "没修好"},
    EventKind.REOPENED: {"asked_by": "reporter"},
    EventKind.SUSPENDED: {"reason": "weather", "approver": "chief"},
    EventKind.RESUMED: {},
    EventKind.REJECTED: {"reason": "不属本区"},
    EventKind.WITHDRAWN: {"reason": "已自行解决"},
    EventKind.RECLASSIFIED: {"approver": "chief"},
}
FORWARD = (EventKind.RESPONDED, EventKind.ARRIVED, EventKind.FED_BACK, EventKind.CLOSED)


def count_rows(desk: Desk) -> dict[str, list[dict]]:
    """All counts that are not nothing."""
    with desk.sessions.read() as session:
        found = {}
        for table in TABLES:
            keys = {column.name for column in table.primary_key}
            rows = [dict(row) for row in session.execute(select(table)).mappings()]
            rows = [row for row in rows if any(value for name, value in row.items() if name not in keys)]
            found[table.name] = sorted(rows, key=lambda row: [str(row[key]) for key in sorted(keys)])
        return found


def live_through(desk: Desk, seed: int, steps: int) -> None:
    """Take in reports and do random acts, as many of them refused as may be."""
    rng = random.Random(seed)
    now = NOON
    for step in range(steps):
        now += rng.random() * 3 * HOUR
        if rng.random() < 0.4:
            x, y = rng.choice([point_in, point_at])(rng.randrange(8))
            place = {"x": x, "y": y} if rng.random() < 0.8 else {"x": None, "y": None}
            parent = str(rng.randrange(step + 1)) if rng.random() < 0.3 else None
            report = make_report(
                str(rng.randrange(step + 2)),
                text=rng.choice(["路灯不亮", "停水了"]),
                category=rng.choice(CATEGORIES),
                parent=parent,
                channel=rng.choice(["hotline", "board"]),
                is_closed=rng.random() < 0.1,
                **place,
            )
            with writing(desk.sessions, now) as session:
                take_in(session, desk, make_origin(fetched_at=now), [report], [], now)
        else:
            act_somehow(desk, rng, now)


def act_somehow(desk: Desk, rng: random.Random, now) -> None:
    with desk.sessions.read() as session:
        stages = list(session.execute(select(Case.id, Case.stage).order_by(Case.id)).all())
    if not stages:
        return
    case_id, stage = rng.choice(stages)
    moves = [kind for kind, move in STAGE_MOVES.items() if kind in ACTS and move in MOVES[Stage(stage)]]
    forward = [kind for kind in moves if kind in FORWARD]
    likely = forward if forward and rng.random() < 0.6 else moves
    kind = rng.choice(likely if likely and rng.random() < 0.8 else list(ACTS))
    data = dict(ACTS[kind])
    if kind is EventKind.SUSPENDED:
        data["planned_end"] = (now + rng.random() * 3 * DAY).isoformat()
    if kind is EventKind.RECLASSIFIED:
        data |= {"category": rng.choice(CATEGORIES), "severity": rng.choice(list(Severity))}
    actor = make_actor("checker" if kind is EventKind.CLOSED else "handler")
    with suppress(CaseError):
        perform(desk, [Act(case_id, kind, actor, now, data)], now)


def test_counts_kept_step_by_step_equal_counts_made_anew_and_replay_equals_what_is_stored(desk):
    live_through(desk, seed=1, steps=300)
    kept = count_rows(desk)
    result = rebuild(desk, NOON + 100 * DAY)
    assert result.cases > 50
    assert result.mended == [], "what is stored is what the events say"
    assert count_rows(desk) == kept
    measures = {name for row in kept[HOURS.name] for name, value in row.items() if value}
    assert {
        "reopened",
        "rejected",
        "ended",
        "closed_at_community",
        "arrive_not_required",
        "feedback_met_late",
    } <= measures


def test_a_rebuild_mends_what_somebody_changed_by_hand(desk):
    live_through(desk, seed=2, steps=60)
    kept = count_rows(desk)
    with desk.sessions.write.begin() as session:
        session.execute(update(Case).values(stage="received", is_open=True))
        session.execute(HOURS.update().values(received=99))
    assert rebuild(desk, NOON + 100 * DAY).mended
    assert count_rows(desk) == kept
    assert rebuild(desk, NOON + 100 * DAY).mended == []


def test_children_and_what_is_located_no_deeper_make_up_the_total(desk):
    live_through(desk, seed=3, steps=200)
    rows = [row for row in count_rows(desk)["counts_day"] if row["received"]]
    with desk.sessions.read() as session:
        exact = [
            (area_code, opened_at)
            for area_code, opened_at in session.execute(
                select(Case.area_code, Case.opened_at).where(Case.stage != "merged")
            )
        ]
    for code in {row["area_code"] for row in rows if len(row["area_code"]) < 15}:
        total = sum(row["received"] for row in rows if row["area_code"] == code)
        children = sum(
            row["received"]
            for row in rows
            if row["area_code"].startswith(code) and len(row["area_code"]) == len(code) + 3
        )
        assert total == children + sum(area_code == code for area_code, _ in exact)


def test_an_act_in_the_same_minute_counts_in_the_hour_of_its_clock(desk):
    with writing(desk.sessions, NOON) as session:
        take_in(session, desk, make_origin(), [make_report()], [], NOON)
    perform(desk, [Act(1, EventKind.RESPONDED, make_actor(), NOON + MINUTE)], NOON + MINUTE)
    hours = [row for row in count_rows(desk)["counts_hour"] if row["area_code"] == "410303" and row["respond_due"]]
    assert [(row["hour"], row["respond_due"], row["respond_met"]) for row in hours] == [(NOON, 1, 1)]
