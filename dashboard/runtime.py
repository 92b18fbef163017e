"""The wired objects of one process: made once, handed on, nothing global."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from dashboard.auth.sessions import Gate
from dashboard.config import Config
from dashboard.domain.access import Scope
from dashboard.domain.calendars import shanghai_day
from dashboard.live.frames import Frames
from dashboard.live.kept import Kept
from dashboard.live.parts import Json
from dashboard.live.picture import Picture
from dashboard.live.tailer import Tailer
from dashboard.services.desk import Desk
from dashboard.services.measuring import Asked as MeasuresAsked
from dashboard.services.measuring import Measured, measure
from dashboard.store.areas import area_names
from dashboard.store.engine import Sessions
from dashboard.viewmodels.figures import Asked, figures
from dashboard.viewmodels.geometry import Geometries
from dashboard.viewmodels.heat import Heat, Span, heat


def utc_now() -> datetime:
    """The present instant (aware UTC)."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Runtime:
    """What the web process works with."""

    config: Config
    desk: Desk
    gate: Gate
    picture: Picture
    frames: Frames
    tailer: Tailer
    geometries: Geometries
    figures: Kept[Asked, Json]
    heats: Kept[tuple[str, Span], Heat]
    measured: Kept[tuple[Scope, MeasuresAsked], Measured]
    now: Callable[[], datetime]
    is_demo: bool

    @property
    def sessions(self) -> Sessions:
        """How to ask the database."""
        return self.desk.sessions

    @property
    def today(self) -> date:
        """The day in Shanghai."""
        return shanghai_day(self.now())

    def area_names(self) -> dict[str, str]:
        """Code → name of the areas down to the grid."""
        with self.sessions.read() as session:
            return area_names(session, self.today)


def build_runtime(config: Config, desk: Desk, is_demo: bool, now: Callable[[], datetime] = utc_now) -> Runtime:
    """Wire one web process. Threads are not started here, as the process may still fork."""
    picture = Picture(desk.sessions, config, desk.rules, now)
    geometries = Geometries(desk.sessions, config)

    def corner() -> tuple[float, float]:
        found = geometries.bounds(config.district.code, shanghai_day(now()))
        return (found[0], found[1]) if found else (0.0, 0.0)

    kept_for = config.live.figures_at_most_every.total_seconds()

    def make_figures(asked: Asked) -> Json:
        with desk.sessions.read() as session:
            return figures(session, picture.situation, asked, now())

    def make_heat(question: tuple[str, Span]) -> Heat:
        area, span = question
        within = None if area == config.district.code else geometries.cells(area, shanghai_day(now()))
        with desk.sessions.read() as session:
            return heat(session, area, span, now(), within)

    def make_measured(question: tuple[Scope, MeasuresAsked]) -> Measured:
        with desk.sessions.read() as session:
            return measure(session, desk, *question, now())

    return Runtime(
        config=config,
        desk=desk,
        gate=Gate(desk.sessions, config.web.idle_logout, now),
        picture=picture,
        frames=Frames(picture, corner),
        tailer=Tailer(picture),
        geometries=geometries,
        figures=Kept(make_figures, kept_for),
        heats=Kept(make_heat, kept_for),
        measured=Kept(make_measured, kept_for),
        now=now,
        is_demo=is_demo,
    )
