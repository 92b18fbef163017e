"""What it costs to keep the picture, beside what the same questions cost in plain SQL on cases and clocks alone."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from bench.rows import Row, ratio_at_most
from bench.setting import Setting, median, milliseconds
from dashboard.domain.calendars import day_start, shanghai_day
from dashboard.domain.periods import PeriodName, period
from dashboard.live.frames import View
from dashboard.live.measures import Measure
from dashboard.runtime import Runtime, build_runtime, utc_now
from dashboard.serving import open_desk
from dashboard.store.changes import ChangeKind
from dashboard.store.operations import Change
from dashboard.store.types import to_micros
from dashboard.viewmodels.map import default_level

RECEIVED = """SELECT substr(area_code, 1, 12), count(*) FROM cases
  WHERE opened_at >= :start AND opened_at < :end AND stage <> 'merged' GROUP BY 1"""
CLOSED = """SELECT substr(area_code, 1, 12), count(*) FROM cases
  WHERE ended_at >= :start AND ended_at < :end AND closed_at = ended_at AND stage <> 'merged' GROUP BY 1"""
DUE = """SELECT substr(cases.area_code, 1, 12), clocks.name, count(*), sum(clocks.stopped_at <= clocks.due_at)
  FROM clocks JOIN cases ON cases.id = clocks.case_id
  WHERE clocks.due_at >= :start AND clocks.due_at < :end AND clocks.required = 1 GROUP BY 1, 2"""
HOURLY = """SELECT opened_at / 3600000000, count(*) FROM cases
  WHERE opened_at >= :start AND opened_at < :end AND stage <> 'merged' GROUP BY 1"""
CHANNELS = """SELECT channel, count(*) FROM cases
  WHERE opened_at >= :start AND opened_at < :end AND stage <> 'merged' GROUP BY 1"""
OPEN = """SELECT cases.*, clocks.* FROM cases JOIN clocks ON clocks.case_id = cases.id AND clocks.round = cases.round
  WHERE cases.is_open IS 1"""
FEED = """SELECT * FROM (SELECT * FROM events WHERE recorded_at >= :start ORDER BY recorded_at DESC LIMIT 120) AS newest
  CROSS JOIN cases ON cases.id = newest.case_id"""
Spans = list[tuple[datetime, datetime]]


def situation(setting: Setting) -> Iterator[Row]:
    """The refresh after a commit and the comparisons of a minute, each against its floor in the same run."""
    desk = open_desk(setting.database())
    runtime = build_runtime(desk.config, desk, is_demo=True)
    runtime.picture.compare()
    now, often = utc_now(), setting.times(25)
    setting.step("refreshing the picture")
    with desk.sessions.engine.connect() as connection:
        floor = _best(lambda: _live_floor(connection, now), often)
        yield Row(
            "situation", "refresh after a commit", _median(lambda: runtime.picture.refresh([_change(runtime)]), often),
            "ms", reference=floor, gates=[ratio_at_most(1)], note="against open cases and today's counts by raw SQL",
        )  # fmt: skip
        yield Row(
            "situation", "the same with all frames of the wall",
            _median(lambda: _refresh_and_encode(runtime), often), "ms", reference=floor, gates=[ratio_at_most(2)],
        )  # fmt: skip
        setting.step("comparing with other periods")
        few = setting.times(10)
        yield Row(
            "situation", "comparisons of the minute", _median(runtime.picture.compare, few), "ms",
            reference=_best(lambda: _comparison_floor(connection, now), few), gates=[ratio_at_most(1)],
            note="yesterday, 7 days, this month, the same a year ago, by raw SQL; the product also replays yesterday",
        )  # fmt: skip
    desk.sessions.engine.dispose()


def _median(act: Callable[[], object], often: int) -> float:
    return median([milliseconds(act) for _ in range(often)])


def _best(act: Callable[[], object], often: int) -> float:
    """The floor is the median of what is asked often; everything is in the cache by then."""
    act()
    return _median(act, often)


def _change(runtime: Runtime) -> Change:
    case = next(iter(runtime.picture.situation.cases.values()))
    return Change(id=0, kind=ChangeKind.CASE, case_id=case.id, area_code=case.area_code)


def _refresh_and_encode(runtime: Runtime) -> None:
    runtime.picture.refresh([_change(runtime)])
    district = runtime.config.district.code
    runtime.frames.parts(View(district, default_level(district), Measure.OPEN), runtime.picture.situation)


def _ask(connection: Connection, question: str, start: datetime, end: datetime) -> None:
    connection.execute(text(question), {"start": to_micros(start), "end": to_micros(end)}).all()


def _live_floor(connection: Connection, now: datetime) -> None:
    """What every refresh shows, asked of the facts: what is open, today's counts, today's channels, the feed."""
    start = day_start(shanghai_day(now))
    connection.execute(text(OPEN)).all()
    for question in (RECEIVED, CLOSED, DUE, HOURLY, CHANNELS):
        _ask(connection, question, start, now)
    _ask(connection, FEED, now - timedelta(hours=36), now)


def _comparison_floor(connection: Connection, now: datetime) -> None:
    today, week, month = (period(name, now) for name in (PeriodName.TODAY, PeriodName.WEEK, PeriodName.THIS_MONTH))
    yesterday, year = today.previous(), month.year_before()
    spans: Spans = [
        (yesterday.start, today.same_part(yesterday, now)),
        (week.start, now),
        (month.start, now),
        (year.start, month.same_part(year, now)),
    ]
    for start, end in spans:
        for question in (RECEIVED, CLOSED, DUE):
            _ask(connection, question, start, end)
