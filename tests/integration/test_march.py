"""A month counted by hand: which cases each measure counts, and in which groups. tests/march.py tells their stories."""

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode

import pytest

from dashboard.domain.access import Scope
from dashboard.domain.measures import Grouping, Part, Tally
from dashboard.store.case_list import all_case_rows
from dashboard.viewmodels.case_list import read_listing
from tests.conftest import LAID_OUT, a_postgres
from tests.factories import DISTRICT, make_desk
from tests.march import COMMITTEE, NOW, March
from tests.measuring import measured

EAST, WEST = f"{DISTRICT}001", f"{DISTRICT}002"

GROUPS = {
    # letter: (area, category, channel, who leads); a number behind a letter is a round or a task of its own
    "A": (EAST, "road", "hotline", "power"),
    "B": (WEST, "water", "board", "water"),
    "C": (EAST, "road", "hotline", "power"),
    "D": (DISTRICT, "welfare", "board", "-"),
    "E": (EAST, "road", "hotline", "-"),
    "F": (EAST, "road", "hotline", "-"),
    "G": (WEST, "road", "board", "-"),
    "I": (EAST, "road", "hotline", "power"),
    "J": (WEST, "road", "hotline", "power"),
    "K": (EAST, "road", "board", "power"),
    "L": (WEST, "road", "hotline", "-"),
    "N": (EAST, "road", "board", "municipal"),
    "O": (WEST, "road", "board", "-"),
    "P": (WEST, "road", "hotline", "-"),
    "Q": (EAST, "road", "grid", COMMITTEE),
    # tasks of others than the lead
    "B:municipal": (WEST, "water", "board", "municipal"),
    "C:municipal": (EAST, "road", "hotline", "municipal"),
    "C:volunteers": (EAST, "road", "hotline", "volunteers"),
    "I:committee": (EAST, "road", "hotline", COMMITTEE),
    # the report of H, which a grid member made, belongs to I
    "I:H": (EAST, "road", "grid", "power"),
}
PLACES = {Grouping.AREA: 0, Grouping.CATEGORY: 1, Grouping.CHANNEL: 2, Grouping.PARTY: 3}

MONTH = {
    # measure: (fraction, counted above the line, the others below it, left out by reason)
    "respond_on_time": ("9/12", "A C1 C2 D E I J K Q", "B G O", {"withdrawn": "F"}),
    "arrive_on_time": ("8/10", "A B C1 C2 I J K Q", "G O", {"not_required": "D", "rejected": "E", "withdrawn": "F"}),
    "feedback_on_time": ("8/11", "A C1 C2 D E I J Q", "B K O", {"withdrawn": "F G"}),
    "delivered_on_time": ("7/11", "A C D E I I:H Q", "B J K O", {"withdrawn": "F G"}),
    "respond_overdue": ("3/12", "B G O", "A C1 C2 D E I J K Q", {"withdrawn": "F"}),
    "arrive_overdue": ("2/10", "G O", "A B C1 C2 I J K Q", {"not_required": "D", "rejected": "E", "withdrawn": "F"}),
    "feedback_overdue": ("3/11", "B K O", "A C1 C2 D E I J Q", {"withdrawn": "F G"}),
    "closed": ("9/10", "A B C1 C2 D I J N Q", "O", {"rejected": "E", "withdrawn": "F G", "deferred": "K"}),
    "closed_on_time": ("6/10", "A C1 C2 D I Q", "B J N O", {"rejected": "E", "withdrawn": "F G", "deferred": "K"}),
    "close_overdue": ("5/11", "B J K N O", "A C1 C2 D I Q", {"rejected": "E", "withdrawn": "F G"}),
    "extended": ("2/11", "J K", "A B C1 C2 D I N O Q", {"rejected": "E", "withdrawn": "F G"}),
    "closed_in_grid": ("3/8", "A C Q", "B D I J N", {"no_level": "P"}),
    "closed_in_community": ("5/8", "A C I J Q", "B D N", {"no_level": "P"}),
    "task_accepted": (
        "7/9",
        "A C1 C2 I J K Q",
        "B B:municipal",
        {"returned": "C:municipal", "cancelled": "I:committee", "ended": "C:volunteers"},
    ),
    "task_done": (
        "5/8",
        "A C1 C2 I Q",
        "B B:municipal K",
        {"returned": "C:municipal", "cancelled": "I:committee", "ended": "C:volunteers", "paused": "J"},
    ),
    "task_returned": (
        "1/11",
        "C:municipal",
        "A B B:municipal C1 C2 C:volunteers I J K Q",
        {"cancelled": "I:committee"},
    ),
    "reworked": ("1/9", "B", "A C1 C2 D I J N Q", {}),
    "redone": ("1/9", "C1", "A B C2 D I J N Q", {}),
    "responded": ("11/12", "A B C1 C2 D E I J K O Q", "G", {"withdrawn": "F"}),
    "solved": ("4/4", "A B C1 C2", "", {"not_reached": "B"}),
    "satisfied": ("3/4", "A B C2", "C1", {"not_reached": "B"}),
    "accepted": ("12/13", "A B C D F G I J K L O Q", "E", {"history": "P"}),
    "repeated": ("1/13", "Q", "A B C D E F G I J K L O", {"history": "P"}),
    "per_ten_thousand": ("14/2000000000000", "A B C D E F G I J K L O P Q", "", {}),
}
"""The whole month, by letters. C1 and C2 are its two rounds, or its tasks and visits in each."""


def group_of(letter: str, by: Grouping) -> str:
    found = GROUPS.get(letter) or GROUPS[letter.rstrip("12")]
    return found[PLACES[by]]


def expected(measure_id: str, by: Grouping, group: str) -> Tally:
    """What belongs to a group, letter by letter."""
    _, above, others, left_out = MONTH[measure_id]

    def count(letters: str) -> int:
        return sum(group_of(letter, by) == group for letter in letters.split())

    reasons = {reason: count(letters) for reason, letters in left_out.items()}
    return Tally(count(above), count(above) + count(others), {reason: n for reason, n in reasons.items() if n})


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def march(request, tmp_path_factory) -> Iterator[March]:
    """The month on each kind of database, played once as nobody changes it."""
    if request.param == "sqlite":
        yield March(make_desk(f"sqlite:///{tmp_path_factory.mktemp('march')}/march.db"))
        return
    with a_postgres(LAID_OUT) as url:
        made = March(make_desk(url))
        yield made
        made.desk.sessions.engine.dispose()


def listed(march: March, query: str, part: Part) -> set[int]:
    """The cases in the list that an address opens, of one part of a number."""
    search = "?" + urlencode(dict(parse_qsl(query.lstrip("?"))) | {"part": part.value})
    wanted = read_listing(search, Scope(DISTRICT), march.situation, set(), NOW)
    assert set(wanted.given) == {name for name, _ in parse_qsl(search[1:])}, "every filter is understood"
    with march.desk.sessions.read() as session:
        return {row.id for row in all_case_rows(session, wanted.filter, 1000)}


def test_every_measure_is_what_was_counted_by_hand(march):
    whole = measured(march.desk, Grouping.AREA, NOW, period="2026-03").whole
    shown = {name: f"{cell.tally.numerator}/{cell.tally.denominator}" for name, cell in whole.cells.items()}
    assert shown == {name: fraction for name, (fraction, *_) in MONTH.items()}
    left_out = {name: dict(cell.tally.left_out) for name, cell in whole.cells.items()}
    assert left_out == {name: {why: len(who.split()) for why, who in out.items()} for name, (*_, out) in MONTH.items()}


@pytest.mark.parametrize("by", Grouping)
def test_every_measure_is_what_was_counted_by_hand_in_each_group(march, by):
    rows = measured(march.desk, by, NOW, period="2026-03").rows
    assert {group_of(letter, by) for letter in GROUPS} <= {row.key for row in rows}
    for name in MONTH:
        for row in rows:
            found, wanted = row.cells[name].tally, expected(name, by, row.key)
            if name == "per_ten_thousand":  # beside residents
                found, wanted = found.numerator, wanted.numerator
            assert found == wanted, (name, row.key)


def test_every_number_opens_the_cases_that_it_counts(march):
    whole = measured(march.desk, Grouping.AREA, NOW, period="2026-03").whole
    for name, (_, above, others, left_out) in MONTH.items():
        parts = {Part.ALL: f"{above} {others}", Part.COUNTED: above, Part.REST: others}
        for part, letters in (parts | {Part.LEFT_OUT: " ".join(left_out.values())}).items():
            cases = {march.ids[letter[0]] for letter in letters.split()}
            assert listed(march, whole.cells[name].cases, part) == cases, (name, part)


@pytest.mark.parametrize("by", Grouping)
def test_the_number_of_a_group_opens_the_cases_of_the_group(march, by):
    rows = measured(march.desk, by, NOW, period="2026-03").rows
    for name in ONE_OF_EACH:
        _, above, others, _ = MONTH[name]
        for row in rows:
            for part, letters in ((Part.ALL, f"{above} {others}"), (Part.REST, others)):
                cases = {march.ids[one[0]] for one in letters.split() if group_of(one, by) == row.key}
                assert listed(march, row.cells[name].cases, part) == cases, (name, row.key, part)


ONE_OF_EACH = ("closed_on_time", "delivered_on_time", "task_done", "reworked", "satisfied", "accepted")
"""One measure of each kind of fact."""
