"""The map's figure: what Plotly takes, in place from figure to figure, with nothing from outside."""

import json
import re

import plotly.graph_objects as go
import pytest

from dashboard.domain.areas import Level
from dashboard.live.measures import Measure
from dashboard.viewmodels.geometry import Layer
from dashboard.viewmodels.map import MapView
from layouts.figures.fit import Frame, fit
from layouts.figures.map import map_figure, place_mark
from layouts.theme import DARK, THEMES

FRAME = Frame(900, 700)
BOUNDS = (112.40, 34.66, 112.48, 34.67)


def make_view(**more: object) -> MapView:
    said: dict[str, object] = {
        "area": "410303001001",
        "level": Level.GRID,
        "measure": Measure.OPEN,
        "bounds": BOUNDS,
        "areas": "/geometry/410303001001/grid-1.geojson",
        "codes": ["410303001001001", "410303001001002", "410303001001003"],
        "names": ["第1网格", "第2网格", "第3网格"],
        "values": [0, 7, None],
        "breaks": [1, 2, 4, 7],
        "context": {Layer.WATER: "/geometry/x/water-1.geojson", Layer.ROADS: "/geometry/x/roads-1.geojson"},
        "outline": "/geometry/x/outline-1.geojson",
        "borders": None,
        "buildings": "/geometry/x/building-1.geojson",
        "building_codes": ["410303001001001001"],
        "cells": "/geometry/x/cells-1.geojson",
        "selected": "410303001001001001",
    }
    return MapView(**(said | more))  # type: ignore[arg-type]


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
@pytest.mark.parametrize("heat", [False, True])
@pytest.mark.parametrize("inset_of", [None, BOUNDS])
def test_plotly_takes_every_figure(theme, heat, inset_of):
    figure = map_figure(make_view(), FRAME, theme, heat=heat, inset_of=inset_of)
    go.Figure(figure)
    go.Figure(place_mark(figure, 112.44, 34.665, theme, {"width": 300, "height": 200}))


def test_traces_keep_their_identity_and_stand_above_the_areas():
    uids = [trace["uid"] for trace in map_figure(make_view(), FRAME, DARK)["data"]]
    assert len(set(uids)) == len(uids)
    assert uids[0] == "areas"
    assert uids[-1] == "points"


def test_values_fall_into_named_classes_and_what_cannot_be_rated_into_one_of_its_own():
    areas = map_figure(make_view(), FRAME, DARK)["data"][0]
    assert areas["z"] == [0, 4, -1]
    assert areas["customdata"] == [0, 7, "—"]


def test_nothing_is_asked_for_from_another_host():
    text = json.dumps(map_figure(make_view(), FRAME, DARK, heat=True))
    assert re.findall(r"https?:|//", text) == []


def test_an_area_fills_its_frame_and_stays_inside():
    camera = fit(BOUNDS, FRAME)
    assert BOUNDS[0] < camera.longitude < BOUNDS[2]
    assert BOUNDS[1] < camera.latitude < BOUNDS[3]
    wide = (BOUNDS[2] - BOUNDS[0]) / 360 * 512 * 2**camera.zoom
    assert wide == pytest.approx(FRAME.width - FRAME.left - FRAME.right, rel=0.01)
