"""The map as a Plotly figure: areas, buildings, heat and marks as traces, everything else as layers. Nothing is fetched
from another host: the style is inline, the shapes have addresses of our own.

Figures are plain dictionaries: Plotly's checks would take half of the time that a click costs, so a test makes them.

Each trace keeps its `uid` from figure to figure, so that plotly.js changes it in place: taking traces down and putting
others up under the same identity ends in map errors (plotly.js 4.1) and costs time.
"""

from typing import Any

from dashboard.domain.areas import Level
from dashboard.viewmodels.geometry import Layer
from dashboard.viewmodels.map import MapView
from layouts.figures.fit import Bounds, Camera, Frame, fit
from layouts.theme import Theme, see_through

Figure = dict[str, Any]
Trace = dict[str, Any]
NOTHING = {"type": "geojson", "data": {"type": "Point", "coordinates": [0, 0]}}
AROUND = 0.0016  # degrees on each side of a place that is looked at
WIDTHS = {Layer.ROADS: {6: 1.2, 9: 3.5, 12: 7, 15: 12}, Layer.STREETS: {6: 0.4, 9: 1.6, 12: 4.5, 15: 8}}
"""Pixels of roads by the length of the shown area's code."""


def map_figure(
    view: MapView, frame: Frame, theme: Theme, *, inset_of: Bounds | None = None, heat: bool = False
) -> Figure:
    """The figure of a map.

    Args:
        frame: The size in pixels, for the zoom.
        inset_of: What the large map shows (degrees): a small map of areas, outline and marks, with that framed.
        heat: The areas step back and a trace for the 100 m cells is added.
    """
    inset = inset_of is not None
    traces = [_areas(view, theme, heat)]
    if view.buildings:
        traces.append(_buildings(view, theme))
    if view.borders:
        traces.append(_lines(view.borders, [code[: Level.SUBDISTRICT] for code in view.codes], theme, inset))
    if view.outline:
        traces.append(_mask(view.outline, theme))
    if view.selected:
        traces.append(_selected(view, theme))
    if heat and view.cells:
        traces.insert(1, _heat(view.cells, theme))
    if inset_of:
        traces.append(_window(inset_of, theme))
    traces.append(_points())
    camera = fit(view.bounds, frame)
    layout = {
        "map": _map(camera, [] if inset else _layers(view, theme), theme),
        "uirevision": f"{view.area}/{round(frame.width)}x{round(frame.height)}",
        "meta": {"area": view.selected or view.area},
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "hoverlabel": {"bgcolor": theme.float, "bordercolor": theme.line, "font": {"color": theme.text, "size": 13}},
        "font": {"family": "Noto Sans SC"},
        "showlegend": False,
        "dragmode": False if inset else "pan",
    }
    return {"data": traces, "layout": layout}


def _map(camera: Camera, layers: list[dict[str, Any]], theme: Theme) -> dict[str, Any]:
    ground = {"id": "ground", "type": "background", "paint": {"background-color": theme.land}}
    # Not an empty "sources": at the first pan Plotly prunes empty objects, and a style without sources is refused.
    style = {"version": 8, "sources": {"none": NOTHING}, "layers": [ground]}
    center = {"lon": round(camera.longitude, 6), "lat": round(camera.latitude, 6)}
    return {"style": style, "center": center, "zoom": round(camera.zoom, 4), "layers": layers}


def _layers(view: MapView, theme: Theme) -> list[dict[str, Any]]:
    """Context below the areas: green, water, roads, the buildings around."""
    length = len(view.area)
    found: list[dict[str, Any]] = []
    for layer, address in view.context.items():
        below: dict[str, Any] = {"sourcetype": "geojson", "source": address, "below": "traces"}
        if layer in WIDTHS:
            colour = theme.road if length == Level.DISTRICT else theme.street
            below |= {"type": "line", "color": colour, "line": {"width": WIDTHS[layer][length]}}
        else:
            colour = {Layer.WATER: theme.water, Layer.GREEN: theme.park, Layer.NEAR: theme.building}[layer]
            fill = {"outlinecolor": colour}
            below |= {"type": "fill", "color": colour, "fill": fill, "opacity": 0.55 if layer is Layer.NEAR else 1.0}
        found.append(below)
    return found


def _areas(view: MapView, theme: Theme, heat: bool) -> Trace:
    """The areas in their classes; −1 is the class of areas that cannot be rated. Values are swapped in place later."""
    classes = [_class(value, view.breaks) for value in view.values]
    colours = [theme.land, *theme.classes]
    if view.level is Level.BUILDING:
        colours[:2] = [theme.building, theme.building]  # a house without cases is still a house
    steps = [[edge, colour] for k, colour in enumerate(colours) for edge in (k / 6, (k + 1) / 6)]
    opacity = 0.78 if len(view.area) >= Level.COMMUNITY else 1.0
    return {
        "type": "choroplethmap",
        "geojson": view.areas,
        "locations": view.codes,
        "z": [min(one, 0) for one in classes] if heat else classes,
        "zmin": -1.5,
        "zmax": 4.5,
        "colorscale": steps,
        "showscale": False,
        "marker": {"line": {"width": 0.6, "color": theme.seam}, "opacity": opacity},
        "text": view.names,
        "customdata": ["—" if value is None else value for value in view.values],
        "hovertemplate": "%{text} %{customdata}<extra></extra>",
        "uid": "areas",
        "meta": {
            "role": "areas",
            "area": view.area,
            "level": view.level.name.lower(),
            "measure": view.measure.value,
            "breaks": view.breaks,
        },
    }


def _class(value: int | None, breaks: list[int]) -> int:
    return -1 if value is None else sum(value >= low for low in breaks)


def _buildings(view: MapView, theme: Theme) -> Trace:
    return {
        "type": "choroplethmap",
        "geojson": view.buildings,
        "locations": view.building_codes,
        "z": [0] * len(view.building_codes),
        "colorscale": [[0, theme.building], [1, theme.building]],
        "showscale": False,
        "marker": {"line": {"width": 0.5, "color": theme.land}, "opacity": 0.9},
        "hoverinfo": "skip",
        "uid": "buildings",
        "meta": {"role": "buildings"},
    }


def _lines(address: str, codes: list[str], theme: Theme, inset: bool) -> Trace:
    """Outlines over the areas, without a filling."""
    places = sorted(set(codes))
    return {
        "type": "choroplethmap",
        "geojson": address,
        "locations": places,
        "z": [0] * len(places),
        "colorscale": [[0, "rgba(0,0,0,0)"], [1, "rgba(0,0,0,0)"]],
        "showscale": False,
        "marker": {"line": {"width": 0.8 if inset else 1.6, "color": theme.edge}},
        "hoverinfo": "skip",
        "uid": "borders",
        "meta": {"role": "borders"},
    }


def _mask(address: str, theme: Theme) -> Trace:
    """Everything but the shown area, dimmed; its inner edge is the area's own, drawn strong.

    One opacity and one width for the whole trace: a list would make maplibre compile shaders of their own for it.
    """
    return {
        "type": "choroplethmap",
        "geojson": address,
        "locations": ["mask"],
        "z": [0],
        "colorscale": [[0, see_through(theme.bg, 0.5)], [1, see_through(theme.bg, 0.5)]],
        "showscale": False,
        "marker": {"line": {"width": 2.4, "color": theme.text}},
        "hoverinfo": "skip",
        "uid": "mask",
        "meta": {"role": "mask"},
    }


def _selected(view: MapView, theme: Theme) -> Trace:
    return {
        "type": "choroplethmap",
        "geojson": view.areas,
        "locations": [view.selected],
        "z": [0],
        "colorscale": [[0, theme.accent], [1, theme.accent]],
        "showscale": False,
        "marker": {"line": {"width": 2, "color": theme.text}, "opacity": 0.85},
        "hoverinfo": "skip",
        "uid": "selected",
        "meta": {"role": "selected"},
    }


def _heat(address: str, theme: Theme) -> Trace:
    """100 m cells; which ones and in which class the browser asks for."""
    colours = theme.heat
    steps = [[edge, colour] for k, colour in enumerate(colours) for edge in (k / 4, (k + 1) / 4)]
    return {
        "type": "choroplethmap",
        "geojson": address,
        "locations": [],
        "z": [],
        "zmin": -0.5,
        "zmax": 3.5,
        "colorscale": steps,
        "showscale": False,
        "marker": {"line": {"width": 0}, "opacity": 0.92},
        "hoverinfo": "skip",
        "uid": "heat",
        "meta": {"role": "heat"},
    }


def _window(bounds: Bounds, theme: Theme) -> Trace:
    """The frame of the large map in the small one."""
    west, south, east, north = bounds
    return {
        "type": "scattermap",
        "lon": [west, east, east, west, west],
        "lat": [south, south, north, north, south],
        "mode": "lines",
        "line": {"width": 1.5, "color": theme.text},
        "hoverinfo": "skip",
        "uid": "window",
        "meta": {"role": "window"},
    }


def _points() -> Trace:
    """Marks of open cases; the browser puts them in from the live frames.

    There is always an entry, if only one without a place: a trace without any is hidden, and when it comes back
    plotly.js leaves it below the areas.
    """
    return {
        "type": "scattermap",
        "lat": [None],
        "lon": [None],
        "mode": "markers",
        "marker": {"symbol": [""], "size": 10, "allowoverlap": True},
        "hovertemplate": "%{text}<extra></extra>",
        "uid": "points",
        "meta": {"role": "points"},
    }


def place_mark(figure: Figure, longitude: float, latitude: float, theme: Theme, size: dict[str, float]) -> Figure:
    """The same figure with one place marked and looked at from close by."""
    mark = {
        "type": "scattermap",
        "lat": [latitude],
        "lon": [longitude],
        "mode": "markers",
        "marker": {"size": 16, "color": theme.accent, "opacity": 0.9},
        "hoverinfo": "skip",
        "uid": "place",
        "meta": {"role": "place"},
    }
    around = (longitude - AROUND, latitude - AROUND, longitude + AROUND, latitude + AROUND)
    camera = fit(around, Frame(size["width"], size["height"], 4, 4, 4, 4))
    layout = figure["layout"]
    looked_at = layout["map"] | {"center": {"lon": longitude, "lat": latitude}, "zoom": camera.zoom}
    return {"data": [*figure["data"], mark], "layout": layout | {"map": looked_at}}
