"""Names on a printed map never collide, stay on the sheet, and are told when they find no room."""

import math
from itertools import combinations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.snapshots.drawing.labels import Name, place_names

SIDE = 4_000.0
FRAME = shapely.box(0, 0, SIDE, SIDE)
inside = st.floats(0, SIDE, allow_nan=False)
texts = st.sampled_from(["西工区", "行署路", "王城路街道", "New Town", "七里河社区居民委员会", "5"])
angles = st.floats(-90, 90, allow_nan=False)


@st.composite
def boxes(draw: st.DrawFn, longest: float = SIDE) -> shapely.Polygon:
    """A box somewhere on the sheet."""
    x, y = draw(inside), draw(inside)
    wide, high = draw(st.floats(1, longest)), draw(st.floats(1, longest))
    return shapely.box(x, y, min(x + wide, SIDE + 500), min(y + high, SIDE + 500))


@st.composite
def names(draw: st.DrawFn) -> Name:
    """The name of an area, or of a road at its spot."""
    size = draw(st.floats(60, 400))
    if draw(st.booleans()):
        shape = draw(boxes().filter(lambda box: box.area > 0))
        return Name(draw(texts), size, shape, must_fit=draw(st.booleans()))
    return Name(draw(texts), size, at=(draw(inside), draw(inside)), angle=draw(angles))


@settings(max_examples=40)
@given(
    st.lists(names(), max_size=12),
    st.lists(boxes(longest=800), max_size=3),
    st.lists(st.tuples(inside, inside), max_size=20),
)
def test_no_name_covers_another_or_leaves_the_sheet_and_none_is_lost(wanted, taken, marks):
    found = place_names(wanted, FRAME, taken, np.array(marks).reshape(-1, 2))
    drawn = [one.box for one in found.placed]
    assert all(shapely.covers(FRAME, box) for box in drawn)
    for one, other in combinations([*drawn, *taken], 2):
        if one in drawn or other in drawn:
            assert one.intersection(other).area < 1e-6
    for one in found.placed:
        if one.name.must_fit and one.name.shape is not None:
            assert shapely.covers(one.name.shape, one.box)
    assert sorted([*(one.name.text for one in found.placed), *found.left_out]) == sorted(name.text for name in wanted)


def test_a_name_goes_where_it_hides_the_fewest_marks():
    shape = shapely.box(0, 0, SIDE, SIDE)
    marks = np.array([(x, y) for x in np.arange(0, SIDE, 50) for y in np.arange(0, 2_000, 50)])
    (placed,) = place_names([Name("西工区", 200, shape)], FRAME, [], marks).placed
    assert placed.y > 2_000


def test_of_two_names_for_one_spot_the_smaller_area_has_it_and_the_other_gives_way():
    small, large = shapely.box(1_900, 1_900, 2_100, 2_100), FRAME
    found = place_names([Name("大区", 100, large), Name("小区", 100, small)], FRAME, [], np.empty((0, 2)))
    by_text = {one.name.text: one for one in found.placed}
    assert math.hypot(by_text["小区"].x - 2_000, by_text["小区"].y - 2_000) < 100
    assert not by_text["大区"].box.intersects(by_text["小区"].box)
