"""What the browser is told about the shown page, so that it can follow the live frames."""

from collections.abc import Sequence
from typing import Any

from callbacks.context import Asker
from dashboard.runtime import Runtime
from dashboard.viewmodels.map import Label, MapView, map_view
from dashboard.viewmodels.view import PageView
from layouts.dictionary import address, words


def live_view(
    runtime: Runtime, page: str, view: PageView, who: Asker, theme: str, names: Sequence[Label]
) -> dict[str, Any]:
    """The view as the scripts read it."""
    bounds = runtime.geometries.bounds(runtime.config.district.code, runtime.today) or (0.0, 0.0, 0.0, 0.0)
    language = who.t.language
    return {
        "page": page,
        "live": True,
        "area": view.area,
        "level": view.level.name.lower(),
        "measure": view.measure.value,
        "heat": view.heat.value if view.heat else None,
        "period": view.period.value,
        "language": language,
        "theme": theme,
        "dictionary": address(words(runtime.config, runtime.area_names(), language), language),
        "corner": [bounds[0], bounds[1]],
        "categories": [category.id for category in runtime.config.categories],
        "labels": [label.as_json() for label in names],
    }


def drawn_map(runtime: Runtime, view: PageView, *, frame_to: Sequence[str] = (), with_cells: bool = False) -> MapView:
    """The map of a view as of now."""
    with runtime.sessions.read() as session:
        return map_view(
            runtime.geometries,
            runtime.frames,
            session,
            runtime.picture.situation,
            view.area,
            view.level,
            view.measure,
            runtime.today,
            frame_to=tuple(frame_to),
            with_cells=with_cells,
        )


def still_view(runtime: Runtime, who: Asker) -> dict[str, Any]:
    """What a page without a stream needs: its words, and the server's time for its countdowns."""
    language = who.t.language
    return {
        "page": "desk",
        "live": False,
        "area": runtime.config.district.code,
        "language": language,
        "theme": who.theme,
        "dictionary": address(words(runtime.config, runtime.area_names(), language), language),
        "corner": [0, 0],
        "categories": [],
        "labels": [],
        "now": round(runtime.now().timestamp() * 1000),
    }
