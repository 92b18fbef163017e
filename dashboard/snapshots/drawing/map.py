"""The map of a snapshot: context, areas in their classes, heat, borders, names, marks, a scale; and the small whole."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
import shapely

from dashboard.domain.areas import Level
from dashboard.snapshots.drawing.labels import Name, Placed, place_names
from dashboard.snapshots.drawing.marks import ORDER, mark
from dashboard.snapshots.drawing.sheet import MM, POINT, Sheet, fitted, svg
from dashboard.snapshots.glyphs import FAMILY, face
from layouts.theme import LIGHT

Json = dict[str, Any]
UNRATED, SEAM = LIGHT.land, "#ffffff"
QUIET = ("on_track", "checked")  # step back while the heat is on
SMALL_SIZE, NAME_SIZE = 6.5 * POINT, 8 * POINT
ROAD_WIDTHS = {6: 22, 9: 55, 12: 110, 15: 170}
STREET_WIDTHS = {6: 8, 9: 26, 12: 70, 15: 120}
"""Hundredths of a millimetre by the length of the shown area's code."""
HEAT_CELL = 1000  # units of the ground


@dataclass(frozen=True)
class Drawing:
    """A picture, what of it has no name for want of room, and what it is a picture of for those who cannot see it."""

    svg: str
    left_out: list[str]


def map_drawing(data: Json, width: float, height: float, lettering: float = 1.0) -> Drawing:
    """The large map in a frame of so many millimetres; `lettering` makes names and marks larger."""
    sheet = fitted(data["frame"], round(width * MM), round(height * MM), 2 * MM)
    taken = [_scale_box(data, sheet, lettering)]
    placement = place_names(_names(data, sheet, lettering), _frame(sheet), taken, _mark_places(data, sheet))
    parts = [
        _clip(sheet),
        f'<g clip-path="url(#frame)">{"".join(_ground(data, sheet))}</g>',
        *(_name(found) for found in placement.placed),
        *_marks(data, sheet, lettering),
        _scale(data, sheet, lettering),
    ]
    areas = {one["name"] for one in data["borders"]}
    return Drawing(svg(sheet.width, sheet.height, parts), [name for name in placement.left_out if name in areas])


def inset_drawing(data: Json, width: float, height: float) -> Drawing:
    """The whole area, small, with the frame of the large map in it."""
    sheet = fitted(data["whole"], round(width * MM), round(height * MM), MM)
    left, top = sheet.at(data["frame"][:2])
    right, bottom = sheet.at(data["frame"][2:])
    window = (
        f'<rect x="{left:.0f}" y="{top:.0f}" width="{right - left:.0f}" height="{bottom - top:.0f}" fill="none"'
        f' stroke="{LIGHT.text}" stroke-width="22"/>'
    )
    beyond = [one for one in data["borders"] if not _is_framed(one, data["frame"])]
    names = [Name(one["name"], SMALL_SIZE, _polygon(one["shape"], sheet)) for one in beyond]
    placement = place_names(names, _frame(sheet), [], np.empty((0, 2)))
    parts = [
        *_areas(data, sheet, seam=3),
        *_cells(data, sheet),
        _lines([one["shape"] for one in data["borders"]], sheet, LIGHT.edge, 12, closed=True),
        window,
        *(_name(found) for found in placement.placed),
    ]
    return Drawing(svg(sheet.width, sheet.height, parts), placement.left_out)


def needs_inset(data: Json) -> bool:
    """Whether the large map shows less than the whole."""
    return any(abs(one - other) > 10 * data["unit"] for one, other in zip(data["frame"], data["whole"], strict=True))


def _frame(sheet: Sheet) -> shapely.Polygon:
    return shapely.box(0, 0, sheet.width, sheet.height)


def _clip(sheet: Sheet) -> str:
    return f'<clipPath id="frame"><rect width="{sheet.width}" height="{sheet.height}"/></clipPath>'


# -- what lies below the marks ----------------------------------------------------------------------------------------


def _ground(data: Json, sheet: Sheet) -> Iterable[str]:
    """From the lowest to the top: land, green and water, areas, heat, roads, houses, borders, what is not the area."""
    context, length = data["context"], len(data["area"])
    if length > Level.DISTRICT:
        yield f'<rect width="{sheet.width}" height="{sheet.height}" fill="{LIGHT.land}"/>'
    yield _fill(context.get("green", []), sheet, LIGHT.park)
    yield from _areas(data, sheet, seam=7 if length == Level.DISTRICT else 12)
    yield _fill(context.get("water", []), sheet, LIGHT.water)
    yield from _cells(data, sheet)
    if length > Level.DISTRICT:
        yield _lines(context.get("streets", []), sheet, LIGHT.street, STREET_WIDTHS[length])
        yield _lines(context.get("roads", []), sheet, LIGHT.street, ROAD_WIDTHS[length])
    else:
        yield _lines(context.get("roads", []), sheet, LIGHT.road, ROAD_WIDTHS[length])
    yield _fill(context.get("near", []), sheet, LIGHT.building, opacity=0.5)
    yield _fill(data["buildings"], sheet, LIGHT.building)
    yield from _selected(data, sheet)
    yield _lines([one["shape"] for one in data["borders"]], sheet, LIGHT.edge, _border(length), closed=True)
    if data["mask"]:
        yield f'<path d="{sheet.path(data["mask"])}" fill="#ffffff" fill-opacity="0.6" fill-rule="evenodd"/>'
        yield _lines([data["mask"][1:]], sheet, LIGHT.text, 40, closed=True)


def _border(length: int) -> int:
    return 28 if length == Level.DISTRICT else 18


def _fill(shapes: Sequence[Any], sheet: Sheet, colour: str, opacity: float = 1.0) -> str:
    path = "".join(sheet.path(rings) for rings in shapes if sheet.is_seen(rings))
    veil = f' fill-opacity="{opacity}"' if opacity < 1 else ""
    return f'<path d="{path}" fill="{colour}"{veil} fill-rule="evenodd"/>' if path else ""


def _lines(shapes: Sequence[Any], sheet: Sheet, colour: str, width: int, *, closed: bool = False) -> str:
    path = "".join(sheet.path(rings, closed=closed) for rings in shapes if rings and sheet.is_seen(rings))
    if not path:
        return ""
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}"'
        ' stroke-linejoin="round" stroke-linecap="round"/>'
    )


def class_of(value: int | None, breaks: Sequence[int]) -> int:
    """The class of a value from 0; −1 for an area that cannot be rated."""
    return -1 if value is None else sum(value >= low for low in breaks)


def colour_of(level: int, data: Json) -> str:
    """The colour of a class; while the heat is on all areas step back."""
    if level < 0:
        return UNRATED
    if data["level"] == "building" and level == 0:
        return LIGHT.building  # a house without cases is still a house
    return LIGHT.classes[0 if data["heat"] else level]


def _areas(data: Json, sheet: Sheet, seam: int) -> Iterable[str]:
    """The areas, one path per class."""
    by_class: dict[int, list[Any]] = {}
    for area in data["areas"]:
        by_class.setdefault(class_of(area["value"], data["breaks"]), []).append(area["shape"])
    veil = ' fill-opacity="0.82"' if len(data["area"]) >= Level.COMMUNITY and data["level"] != "building" else ""
    for level, shapes in sorted(by_class.items()):
        path = "".join(sheet.path(rings) for rings in shapes if sheet.is_seen(rings))
        yield (
            f'<path d="{path}" fill="{colour_of(level, data)}"{veil} stroke="{SEAM}" stroke-width="{seam}"'
            ' fill-rule="evenodd" stroke-linejoin="round"/>'
        )


def _cells(data: Json, sheet: Sheet) -> Iterable[str]:
    """Heat as opaque squares, so that the map's colours are the legend's."""
    if not data["heat"]:
        return
    squares: dict[int, list[str]] = {}
    for x, y, level in data["heat"]["cells"]:
        left, top = (round(value) for value in sheet.at((x, y)))
        right, bottom = (round(value) for value in sheet.at((x + HEAT_CELL, y + HEAT_CELL)))
        if right >= 0 and bottom >= 0 and left <= sheet.width and top <= sheet.height:
            squares.setdefault(level, []).append(f"M{left} {top}H{right}V{bottom}H{left}z")
    for level, found in sorted(squares.items()):
        yield f'<path d="{"".join(found)}" fill="{LIGHT.heat[level]}"/>'


def _selected(data: Json, sheet: Sheet) -> Iterable[str]:
    for area in data["areas"]:
        if area["code"] == data["selected"]:
            path = sheet.path(area["shape"])
            yield f'<path d="{path}" fill="{LIGHT.accent}" stroke="{LIGHT.text}" stroke-width="35"/>'


# -- names ------------------------------------------------------------------------------------------------------------


def _names(data: Json, sheet: Sheet, lettering: float) -> list[Name]:
    """Areas one level down, then houses where they are what is shown, then streets."""
    found = [
        Name(
            one["name"],
            lettering * NAME_SIZE,
            shapely.intersection(_polygon(one["shape"], sheet), _frame(sheet)),
            weight=700,
        )
        for one in data["borders"]
        if one["name"] and sheet.is_seen(one["shape"])
    ]
    if data["level"] == "building":
        found += [
            Name(one["name"], lettering * SMALL_SIZE * 0.9, _polygon(one["shape"], sheet), must_fit=True)
            for one in data["areas"]
        ]
    return [one for one in found if one.shape is not None and one.shape.area > 0] + [
        Name(one["text"], lettering * SMALL_SIZE, at=sheet.at(one["at"]), angle=one["angle"]) for one in data["streets"]
    ]


def _polygon(rings: Sequence[Sequence[int]], sheet: Sheet) -> shapely.Polygon:
    """The largest part of a shape."""
    parts = [shapely.make_valid(shapely.Polygon(sheet.points(ring))) for ring in rings]
    return max(parts, key=lambda part: float(part.area))


def _is_framed(area: Json, frame: Sequence[int]) -> bool:
    xs, ys = area["shape"][0][::2], area["shape"][0][1::2]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return bool(frame[0] <= x <= frame[2] and frame[1] <= y <= frame[3])


def _name(found: Placed) -> str:
    name, size = found.name, found.size
    wide = face(name.weight).width(name.text) * size
    turn = f' transform="rotate({name.angle:.0f} {found.x:.0f} {found.y:.0f})"' if name.angle else ""
    colour = LIGHT.text if name.weight > 400 else LIGHT.muted
    return (
        f'<text x="{found.x - wide / 2:.0f}" y="{found.y + 0.36 * size:.0f}" font-size="{size:.0f}"'
        f' font-family="{FAMILY}" font-weight="{name.weight}" fill="{colour}" stroke="#ffffff"'
        f' stroke-width="{0.22 * size:.0f}" stroke-linejoin="round" paint-order="stroke"{turn}>'
        f"{escape(name.text)}</text>"
    )


# -- marks and scale --------------------------------------------------------------------------------------------------


def shown_marks(data: Json) -> list[Json]:
    """The marks that the map shows, the worst last."""
    marks = [one for one in data["marks"] if not (data["heat"] and one["state"] in QUIET)]
    return sorted(marks, key=lambda one: ORDER.index(one["state"]))


def _marks(data: Json, sheet: Sheet, lettering: float) -> Iterable[str]:
    share = lettering * (1.25 if len(data["area"]) >= Level.COMMUNITY else 1.0)
    for one in shown_marks(data):
        x, y = sheet.at(one["at"])
        if 0 <= x <= sheet.width and 0 <= y <= sheet.height:
            small = 0.6 * lettering if one["state"] in QUIET and len(data["area"]) < Level.COMMUNITY else share
            yield mark(one["state"], one["severity"], x, y, small)


def _mark_places(data: Json, sheet: Sheet) -> Any:
    """Where names should not stand: on marks that call for somebody, and where houses are drawn on any."""
    is_near = len(data["area"]) >= Level.COMMUNITY
    places = [sheet.at(one["at"]) for one in data["marks"] if is_near or one["state"] not in QUIET]
    return np.array(places).reshape(-1, 2)


def scale_metres(data: Json, sheet: Sheet) -> int:
    """A round number of metres about a sixth of the frame long."""
    wished = sheet.width / 6 / sheet.scale / data["unit"]
    power = 10 ** math.floor(math.log10(wished))
    return int(next(n * power for n in (5, 2, 1) if n * power <= wished))


def _scale_box(data: Json, sheet: Sheet, lettering: float) -> shapely.Polygon:
    length = scale_metres(data, sheet) * data["unit"] * sheet.scale
    return shapely.box(
        sheet.width - length - 5 * MM, sheet.height - (3 + 4 * lettering) * MM, sheet.width, sheet.height
    )


def _scale(data: Json, sheet: Sheet, lettering: float) -> str:
    metres = scale_metres(data, sheet)
    length = metres * data["unit"] * sheet.scale
    right, bottom = sheet.width - 2.5 * MM, sheet.height - 2 * MM
    text = f"{metres // 1000} km" if metres >= 1000 else f"{metres} m"
    size = lettering * SMALL_SIZE
    x = right - length / 2 - face().width(text) * size / 2
    return (
        f'<path d="M{right - length:.0f} {bottom - 80:.0f}v80h{length:.0f}v-80" fill="none" stroke="{LIGHT.text}"'
        f' stroke-width="18"/><text x="{x:.0f}" y="{bottom - 110:.0f}" font-size="{size:.0f}" font-family="{FAMILY}"'
        f' fill="{LIGHT.text}" stroke="#ffffff" stroke-width="40" paint-order="stroke">{text}</text>'
    )
