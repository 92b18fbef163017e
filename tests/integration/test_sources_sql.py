"""A table or view of a department's database, read by a watermark, from the configuration to the cases."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from tests.factories import HOUR, MINUTE, NOON, point_in
from tests.stations import make_source, station

LONGITUDE, LATITUDE = point_in(6)
COLUMNS = "text varchar(500), category varchar(50), longitude float, latitude float, created_at varchar(40)"


@dataclass
class Department:
    """A department's own database with a table of orders."""

    engine: Engine
    url: str

    def run(self, statement: str, *rows: dict[str, Any]) -> None:
        with self.engine.begin() as connection:
            connection.execute(text(statement), list(rows) or None)

    def create(self, key: str = "integer", watermark: str = "timestamp") -> None:
        self.run(f"CREATE TABLE orders (id {key}, {COLUMNS}, updated_at {watermark})")

    def add(self, *rows: tuple[Any, Any], **more: Any) -> None:
        """Rows by key and watermark."""
        said = {
            "text": "楼下路灯不亮",
            "category": "路灯不亮",
            "longitude": LONGITUDE,
            "latitude": LATITUDE,
            "created_at": "2026-03-10T11:50:00+08:00",
        } | more
        names = ["id", "updated_at", *said]
        statement = f"INSERT INTO orders ({', '.join(names)}) VALUES ({', '.join(f':{name}' for name in names)})"
        self.run(statement, *({"id": key, "updated_at": at} | said for key, at in rows))


@pytest.fixture(params=["sqlite", "postgres"])
def department(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Department]:
    """A department's database of each kind."""
    is_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/department.db" if is_sqlite else request.getfixturevalue("postgres_url")
    engine = create_engine(url)
    yield Department(engine, url)
    engine.dispose()


def reader(light_desk, department, **more):
    return station(light_desk, make_source("sql", url=department.url, table="orders", **more))


def at(minutes: float, is_text: bool = False) -> Any:
    moment = datetime(2026, 3, 10, 3, 0) + timedelta(minutes=minutes)  # noqa: DTZ001 departments know no zones
    return moment.isoformat(sep=" ") if is_text else moment


@pytest.fixture
def stamp(department: Department) -> Any:
    """Watermarks as the department's database writes them."""
    return lambda minutes: at(minutes, is_text=department.engine.dialect.name == "sqlite")


def test_rows_become_cases(light_desk, department, stamp):
    department.create()
    department.add((1, stamp(0)))
    department.add((2, stamp(1)), text="水管爆了", category="管道爆裂")
    orders = reader(light_desk, department)
    run = orders.poll()
    first, second = orders.cases()
    assert (run.outcome, run.new, orders.ids()) == ("ok", 2, ["1", "2"])
    assert (first.category, first.area_code) == ("road/lamp", "410303002002001")
    assert second.category == "water/burst"
    assert orders.reports()[0].source_at == NOON - 10 * MINUTE


def test_a_view_with_names_of_its_own_is_read_with_the_address_from_the_environment(
    light_desk, department, monkeypatch
):
    department.create()
    department.add((7, "2026-03-10 11:50:00"))
    department.run("CREATE VIEW v_orders AS SELECT id AS gdbh, text AS nr, updated_at AS gxsj FROM orders")
    monkeypatch.setenv("ORDERS_URL", department.url)
    source = {"url_env": "ORDERS_URL", "table": "v_orders", "key": "gdbh", "watermark": "gxsj"}
    mapping = {"mapping": {"id": "gdbh", "text": "nr", "time": "gxsj"}, "time_zone": "Asia/Shanghai"}
    orders = station(light_desk, make_source("sql", **source, **mapping))
    orders.poll()
    assert (orders.report().text, orders.report().source_at) == ("楼下路灯不亮", NOON - 10 * MINUTE)


def test_only_new_rows_and_the_overlap_are_read_again(light_desk, department, stamp):
    department.create()
    department.add((1, stamp(0)), (2, stamp(30)))
    orders = reader(light_desk, department, overlap="10m")
    orders.poll()
    department.add((3, stamp(40)))
    run = orders.poll(later=HOUR)
    assert (run.new, run.duplicate) == (1, 1)


def test_a_row_changed_at_the_source_is_an_edited_report(light_desk, department, stamp):
    department.create()
    department.add((1, stamp(0)))
    orders = reader(light_desk, department)
    orders.poll()
    department.run("UPDATE orders SET text = '改了', updated_at = :at", {"at": stamp(50)})
    run = orders.poll(later=HOUR)
    assert (run.new, run.changed, orders.report().version) == (0, 1, 2)


def test_many_rows_with_one_timestamp_come_in_over_several_pages(light_desk, department, stamp):
    department.create()
    department.add(*((number, stamp(0)) for number in range(120)))
    orders = reader(light_desk, department, page_size=25, first_run_limit=1000)
    assert orders.poll().new == 120
    assert orders.poll(later=HOUR).new == 0


def test_more_rows_with_one_timestamp_than_a_run_may_read_come_in_over_several_runs(light_desk, department, stamp):
    department.create()
    department.add(*((number, stamp(0)) for number in range(50)))
    orders = reader(light_desk, department, page_size=5, max_pages=3)
    assert [orders.poll(later=MINUTE).new for _ in range(4)] == [15, 15, 15, 5]
    department.add((50, stamp(1)))
    assert sum(orders.poll(later=MINUTE).new for _ in range(4)) == 1


def test_a_row_committed_late_with_an_older_timestamp_is_taken(light_desk, department, stamp):
    department.create()
    department.add((1, stamp(0)), (3, stamp(30)))
    orders = reader(light_desk, department, overlap="10m")
    orders.poll()
    department.add((2, stamp(25)))
    assert orders.poll(later=MINUTE).new == 1


def test_a_row_committed_late_during_a_pass_over_several_runs_is_taken(light_desk, department, stamp):
    department.create()
    department.add(*((number, stamp(number)) for number in range(60)))
    orders = reader(light_desk, department, page_size=10, max_pages=3, overlap="10m")
    orders.poll()
    department.add((100, stamp(25)), *((number, stamp(number)) for number in range(60, 90)))
    department.add((101, stamp(55)))
    for _ in range(8):
        orders.poll(later=MINUTE)
    assert "101" in orders.ids(), "it was within the overlap when the pass began"


def test_a_row_of_the_future_does_not_hide_what_comes_until_then(light_desk, department, stamp):
    department.create()
    department.add((1, stamp(0)), (2, "2099-01-01 00:00:00"))
    orders = reader(light_desk, department, time_zone="UTC")
    orders.poll()
    department.add((3, stamp(70)))
    assert orders.poll(later=HOUR).new == 1


def test_rows_without_a_watermark_are_all_taken(light_desk, department):
    department.create()
    department.add(*((number, None) for number in range(12)))
    orders = reader(light_desk, department, page_size=5)
    orders.poll()
    department.add((12, None))
    orders.poll(later=MINUTE)
    assert len(orders.ids()) == 13


@pytest.mark.parametrize(
    ("kind", "marks"),
    [
        ("integer", [1, 2, 2, 3]),
        ("numeric", [1, 2, 2, 3]),
        ("date", ["2026-03-08", "2026-03-09", "2026-03-09", "2026-03-10"]),
        ("timestamp", ["2026-03-10 01:00:00.123456", "2026-03-10 02:00", "2026-03-10 02:00", "2026-03-10 03:00"]),
        ("timestamp with time zone", [f"2026-03-10 0{hour}:00:00+00:00" for hour in (1, 2, 2, 3)]),
        ("varchar(40)", [f"2026-03-10T0{hour}:00:00+08:00" for hour in (1, 2, 2, 3)]),
    ],
)
def test_watermarks_of_all_kinds_go_on_over_pages_and_runs(light_desk, department, kind, marks):
    department.create(watermark=kind)
    department.add(*enumerate(marks[:3]))
    orders = reader(light_desk, department, page_size=2)
    assert orders.poll().new == 3
    department.add((3, marks[3]))
    assert orders.poll(later=MINUTE).new == 1
    assert orders.poll(later=MINUTE).new == 0


def test_keys_may_be_uuids(light_desk, department, stamp):
    is_sqlite = department.engine.dialect.name == "sqlite"
    department.create(key="varchar(40)" if is_sqlite else "uuid")
    keys = [str(uuid.UUID(int=number)) for number in range(5)]
    department.add(*((key, stamp(0)) for key in keys))
    orders = reader(light_desk, department, page_size=2, max_pages=2)
    for _ in range(3):
        orders.poll(later=MINUTE)
    assert orders.ids() == keys


def test_one_odd_value_where_the_database_checks_no_types_does_not_stop_the_others(light_desk, tmp_path):
    url = f"sqlite:///{tmp_path}/department.db"
    department = Department(create_engine(url), url)
    department.create()
    department.add((1, at(0, True)), (2, "gestern"), (3, ""), (4, 20260310), (5, "2026-03-10 03:00:00Z"))
    orders = reader(light_desk, department)
    assert orders.poll().outcome == "ok"
    department.add((6, at(30, True)))
    department.engine.dispose()
    assert orders.poll(later=HOUR).new == 1
    assert orders.ids() == ["1", "2", "3", "4", "5", "6"]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"table": "nowhere"}, "there is no table or view 'nowhere'"),
        ({"table": "orders", "watermark": "changed"}, "no column 'changed'"),
        ({"table": "orders", "key": "nr"}, "no column 'nr'"),
        ({"table": "orders", "url": "sqlite:////nowhere/at/all.db"}, "cannot be read: OperationalError"),
        ({"table": "orders", "url": "postgresql+psycopg://nobody@127.0.0.1:1/x"}, "cannot be read: OperationalError"),
        ({"table": "orders", "url": "unknown://x"}, "address cannot be used"),
    ],
)
def test_a_database_that_cannot_be_read_fails_the_run_with_its_reason(light_desk, tmp_path, more, reason):
    url = f"sqlite:///{tmp_path}/department.db"
    department = Department(create_engine(url), url)
    department.create()
    department.engine.dispose()
    run = station(light_desk, make_source("sql", **({"url": url} | more))).poll()
    assert run.outcome == "failed"
    assert reason in run.error


def test_a_query_that_takes_too_long_is_given_up(light_desk, postgres_url):
    department = Department(create_engine(postgres_url), postgres_url)
    department.create()
    orders = reader(light_desk, department, timeout="200ms")
    with department.engine.begin() as connection:
        connection.execute(text("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE"))
        run = orders.poll()
    department.engine.dispose()
    assert run.outcome == "failed"
    assert "statement timeout" in run.error
