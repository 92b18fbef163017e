"""How much SQLite reads for each question of a screen, by the size of the past. Steps of its virtual machine are
counted, about ten to twenty for each row it looks at: unlike time they are the same in every run."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, select

from bench.rows import Row, at_most, ratio_at_most
from bench.setting import Setting
from bench.thin import ten_times
from dashboard.config import Config
from dashboard.domain.access import Scope
from dashboard.domain.areas import Level
from dashboard.domain.periods import PeriodName
from dashboard.live.frames import View
from dashboard.live.measures import Measure
from dashboard.live.picture import Picture
from dashboard.runtime import Runtime, build_runtime, utc_now
from dashboard.serving import open_desk
from dashboard.store.changes import ChangeKind
from dashboard.store.engine import Sessions
from dashboard.store.models import Case
from dashboard.store.operations import Change
from dashboard.viewmodels.building import building_card
from dashboard.viewmodels.case_detail import case_detail
from dashboard.viewmodels.case_list import case_page, read_listing
from dashboard.viewmodels.figures import Asked, figures
from dashboard.viewmodels.heat import Span, heat

EVERY = 100  # steps between two calls back
GROWTH = 1.5
TRIFLE = 150_000  # steps, some nine milliseconds, and what it takes to count a list up to 10,000: what is less may grow
SMALLER = 10
BOUNDED = {
    "list: a name in the place": (1_000_000, "the name of each of the district's places is read once"),
    "figures: grid, 30d, one category": (
        400_000,
        "the grid's cases of 460 days are read; a thin past is ten times as dense",
    ),
}
"""Questions that grow up to a limit of their own."""
Question = Callable[[], object]


class Steps:
    """Counts the steps of all connections of an engine."""

    def __init__(self, sessions: Sessions) -> None:
        self.count = 0
        sessions.engine.dispose()
        event.listen(sessions.engine, "connect", self._watch)

    def _watch(self, connection: Any, _record: Any) -> None:
        connection.set_progress_handler(self._step, EVERY)

    def _step(self) -> int:
        self.count += EVERY
        return 0

    def of(self, question: Question) -> int:
        """The steps of one question."""
        before = self.count
        question()
        return self.count - before


def rows_read(setting: Setting) -> Iterator[Row]:
    """One row per question of a screen: steps with the run's past against steps with a tenth of it."""
    small = _steps_by_question(setting, setting.database(setting.cases // SMALLER))
    large = _steps_by_question(setting, setting.database())
    yield from _compared(f"rows read, {setting.cases:,} cases", large, small)
    if setting.ten_million:
        config = ten_times(setting.cases, setting.step)
        huge = _steps_by_question(setting, config)
        yield from _compared(f"rows read, {10 * setting.cases:,} cases (thin)", huge, large)


def _compared(part: str, large: dict[str, int], small: dict[str, int]) -> Iterator[Row]:
    for name, steps in large.items():
        limit, note = BOUNDED.get(name, (TRIFLE, ""))
        gate = at_most(limit) if steps <= TRIFLE or name in BOUNDED else ratio_at_most(GROWTH)
        yield Row(part, name, steps, "steps", reference=small[name], gates=[gate], note=note)


def _steps_by_question(setting: Setting, config: Config) -> dict[str, int]:
    with _watched(config) as (runtime, steps):
        found = {}
        for name, question in _questions(runtime).items():
            setting.step(f"counting steps: {name}")
            found[name] = steps.of(question)
        return found


@contextmanager
def _watched(config: Config) -> Iterator[tuple[Runtime, Steps]]:
    """The web process' own objects, without its threads."""
    desk = open_desk(config)
    steps = Steps(desk.sessions)
    runtime = build_runtime(config, desk, is_demo=True)
    try:
        yield runtime, steps
    finally:
        desk.sessions.engine.dispose()


def _questions(runtime: Runtime) -> dict[str, Question]:
    """Every question a screen asks, cold: nothing of the answer is kept from before."""
    district = runtime.config.district.code
    busy = _busiest(runtime)
    return {
        "live: everything at the start": lambda: Picture(
            runtime.sessions, runtime.config, runtime.desk.rules, runtime.now
        ),
        "live: one case changed": lambda: runtime.picture.refresh([_change(runtime)]),
        "live: time passed": runtime.picture.pass_time,
        "live: comparisons of the minute": runtime.picture.compare,
        "frame: district": lambda: _frame(runtime, View(district, Level.GRID, Measure.OPEN)),
        "frame: cases per 10,000 residents": lambda: _frame(
            runtime, View(district, Level.GRID, Measure.PER_TEN_THOUSAND)
        ),
        "frame: community": lambda: _frame(runtime, View(busy[:12], Level.GRID, Measure.OPEN)),
        "frame: grid": lambda: _frame(runtime, View(busy[:15], Level.BUILDING, Measure.OPEN)),
        "frame: building": lambda: _frame(runtime, View(busy, Level.BUILDING, Measure.OPEN)),
        **{f"figures: district, {p}": _figures(runtime, district, p) for p in PeriodName},
        "figures: district, 30d, one category": _figures(runtime, district, PeriodName.MONTH, "property/lift"),
        "figures: district, month, a group": _figures(runtime, district, PeriodName.THIS_MONTH, "property"),
        "figures: community, 30d": _figures(runtime, busy[:12], PeriodName.MONTH),
        "figures: grid, month": _figures(runtime, busy[:15], PeriodName.THIS_MONTH),
        "figures: grid, 30d, one category": _figures(runtime, busy[:15], PeriodName.MONTH, "property/lift"),
        "figures: building, 30d": _figures(runtime, busy, PeriodName.MONTH),
        "figures: building, month, a group": _figures(runtime, busy, PeriodName.THIS_MONTH, "property"),
        **{f"heat: {span}": lambda span=span: _heat(runtime, district, span) for span in Span},
        "building card": lambda: _card(runtime, busy),
        "case page": lambda: _case(runtime),
        "list: all": _list(runtime, ""),
        "list: open": _list(runtime, "?state=open"),
        "list: overdue": _list(runtime, "?state=breached"),
        "list: today": _list(runtime, "?opened=today"),
        "list: 30d of a category": _list(runtime, "?opened=30d&category=property/lift"),
        "list: closed in 7d": _list(runtime, "?closed=7d"),
        "list: feedback late in 7d": _list(runtime, "?clock=feedback&due=7d&result=late"),
        "list: a community": _list(runtime, f"?area={busy[:12]}"),
        "list: a building": _list(runtime, f"?area={busy}"),
        "list: only located to the district": _list(runtime, "?located=here"),
        "list: unlocated": _list(runtime, "?located=none"),
        "list: one number": lambda: _list(runtime, f"?q={_number(runtime)}")(),
        "list: a name in the place": _list(runtime, "?q=行署路"),
        "list: one category": _list(runtime, "?category=property/lift"),
    }


def _busiest(runtime: Runtime) -> str:
    """A building with an open case."""
    codes = [case.area_code for case in runtime.picture.situation.cases.values() if len(case.area_code) == 18]
    return min(codes)


def _change(runtime: Runtime) -> Change:
    case = next(iter(runtime.picture.situation.cases.values()))
    return Change(id=0, kind=ChangeKind.CASE, case_id=case.id, area_code=case.area_code)


def _frame(runtime: Runtime, view: View) -> None:
    runtime.frames.parts(view, runtime.picture.situation)


def _figures(runtime: Runtime, area: str, name: PeriodName, category: str | None = None) -> Question:
    def ask() -> None:
        with runtime.sessions.read() as session:
            figures(session, runtime.picture.situation, Asked(area, name, category), runtime.now())

    return ask


def _heat(runtime: Runtime, area: str, span: Span) -> None:
    with runtime.sessions.read() as session:
        heat(session, area, span, runtime.now(), None)


def _card(runtime: Runtime, code: str) -> None:
    with runtime.sessions.read() as session:
        building_card(session, runtime.picture.situation, code, runtime.today, runtime.now())


def _number(runtime: Runtime) -> str:
    with runtime.sessions.read() as session:
        return str(session.scalar(select(Case.number).where(Case.is_open.is_(True)).limit(1)))


def _case(runtime: Runtime) -> None:
    number, scope = _number(runtime), Scope(runtime.config.district.code)
    with runtime.sessions.read() as session:
        case_detail(session, scope, runtime.desk.rules, {}, number, runtime.now())


def _list(runtime: Runtime, search: str) -> Question:
    categories = {category.id for category in runtime.config.categories} | {one.id for one in runtime.config.groups}

    def ask() -> None:
        situation = runtime.picture.situation
        listing = read_listing(search, Scope(runtime.config.district.code), situation, categories, utc_now())
        with runtime.sessions.read() as session:
            case_page(session, listing, situation, {}, start=0, end=100)

    return ask
