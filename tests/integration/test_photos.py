"""Photos of a case: checked, made anew without anything but the picture, and compared with the case's place."""

import io
import struct
import zlib
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import ExifTags, Image
from sqlalchemy import select

from dashboard.domain.access import Role
from dashboard.domain.events import EventKind as E
from dashboard.domain.stages import CaseError
from dashboard.services.desk import Desk
from dashboard.services.photos import MOST_PER_CASE, add_photo, read_photo
from dashboard.services.rebuild import rebuild
from dashboard.store.handling import Attachment
from tests.factories import DAY, MINUTE, NOON, make_desk, point_in
from tests.handling import CHIEF, WANG, person, receive, the_log

SECRET = b"where I live"


def photo(size: tuple[int, int] = (800, 600), form: str = "JPEG", **more: Any) -> bytes:
    """A real picture: red on the left, blue on the right."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    body = io.BytesIO()
    image.save(body, form, **more)
    return body.getvalue()


def metadata(point: tuple[float, float] | None = None, taken: str | None = None, turned: int = 1) -> Image.Exif:
    """What a phone writes into a photo; the point is longitude and latitude."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = turned
    exif[ExifTags.Base.Make] = SECRET.decode()
    if taken:
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    if point:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        for tag, value, sides in ((2, point[1], "NS"), (4, point[0], "EW")):
            size = abs(value)
            minutes = size % 1 * 60
            gps[tag - 1] = sides[value < 0]
            gps[tag] = (float(int(size)), float(int(minutes)), minutes % 1 * 60)
    return exif


def add(desk: Desk, data: bytes, kind: str = "before", **more: Any) -> Attachment:
    return add_photo(desk, 1, kind, data, more.pop("by", WANG), NOON + MINUTE)


def kept(desk: Desk) -> list[Attachment]:
    with desk.sessions.read() as session:
        return list(session.scalars(select(Attachment).order_by(Attachment.id)))


@pytest.fixture
def case(desk: Desk) -> Desk:
    """A desk with one case in the first grid."""
    receive(desk, "1")
    return desk


def test_a_photo_is_kept_without_its_metadata_and_its_distance_is_noted(case):
    longitude, latitude = point_in(0)
    exif = metadata((longitude, latitude + 0.01), taken="2026:03:10 11:58:00")
    add(case, photo(exif=exif, comment=SECRET, xmp=b"<x>" + SECRET + b"</x>"))
    (found,) = kept(case)
    assert found.distance == pytest.approx(1110, abs=5), "a hundredth of a degree to the north"
    assert found.taken_at == datetime(2026, 3, 10, 3, 58, tzinfo=UTC)
    for content in (found.content, found.preview):
        assert SECRET not in content
        assert not Image.open(io.BytesIO(content)).getexif()
    event = the_log(case)[-1]
    assert (event.kind, event.actor, event.data["distance"]) == (E.ATTACHED, "王", found.distance)
    assert rebuild(case, NOON + DAY).mended == []


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_what_comes_out_is_a_jpeg_whatever_went_in_no_larger_than_configured(form):
    made = read_photo(photo((4000, 3000), form), 1920)
    image = Image.open(io.BytesIO(made.content))
    assert (image.format, image.size, made.width, made.height) == ("JPEG", (1920, 1440), 1920, 1440)
    assert Image.open(io.BytesIO(made.preview)).size == (320, 240)


def test_a_photo_taken_upright_stands_upright():
    made = read_photo(photo((800, 600), exif=metadata(turned=6)), 1920)
    image = Image.open(io.BytesIO(made.content))
    top, bottom = image.getpixel((300, 50)), image.getpixel((300, 750))
    assert image.size == (600, 800)
    assert top[0] > 200 > 50 > top[2], "what was on the left is on top"
    assert bottom[2] > 200 > 50 > bottom[0]


def test_a_photo_without_a_position_has_no_distance():
    assert read_photo(photo(), 1920).point is None
    assert read_photo(photo(exif=metadata((0.0, 0.0))), 1920).point is None, "a camera that has no fix says so"
    west = read_photo(photo(exif=metadata((-43.2, -22.9))), 1920).point
    assert west == (pytest.approx(-43.2), pytest.approx(-22.9))


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def bomb(side: int) -> bytes:
    """The beginning of a PNG that says it is so many pixels wide and high."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(100)))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "已损坏"),
        (b"GIF89a" + bytes(100), "已损坏"),
        (photo(form="GIF"), "已损坏"),
        (photo(form="TIFF"), "已损坏"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "已损坏"),
        (photo()[:-2000], "已损坏"),
        (photo(form="PNG")[:900], "已损坏"),
        (photo(form="WEBP")[:60], "已损坏"),
        (b"\xff\xd8\xff" + b"\0" * 5000, "已损坏"),
    ],
)
def test_what_is_no_whole_photo_is_refused_in_words(data, said):
    with pytest.raises(CaseError, match=said):
        read_photo(data, 1920)


@pytest.mark.parametrize("side", [8_000, 20_000, 2**31 - 1])
def test_a_picture_that_unfolds_to_more_than_can_be_held_is_refused_before_it_does(side):
    with pytest.raises(CaseError, match="照片太大"):
        read_photo(bomb(side), 1920)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.filterwarnings("ignore:Truncated File Read")
@pytest.mark.parametrize(
    "exif",
    [
        b"Exif\0\0II*\0\x08\0\0\0\x02\0\x25\x88\x04\0\x01\0\0\0\xff\xff\0\0\x69\x87\x04\0\x01\0\0\0\xf0\xff\0\0",
        b"Exif\0\0not a tiff at all",
        metadata((112.4, 34.6), taken="0001:01:01 00:00:00").tobytes(),
        metadata(taken="yesterday").tobytes(),
    ],
)
def test_damaged_metadata_cost_the_metadata_and_not_the_photo(exif):
    made = read_photo(photo(exif=exif), 1920)
    assert (made.width, made.taken_at) == (800, None)


def test_a_file_that_is_too_large_is_refused(tmp_path):
    desk = make_desk(f"sqlite:///{tmp_path}/own.db", attachments={"max_bytes": "1MB"})
    receive(desk, "1")
    with pytest.raises(CaseError, match="不能超过 1 MB"):
        add(desk, photo() + bytes(1_000_000))
    assert kept(desk) == []
    desk.sessions.engine.dispose()


def test_people_add_no_more_photos_than_a_case_has_room_for(light_desk):
    receive(light_desk, "1")
    small = photo((20, 20))
    for _ in range(MOST_PER_CASE):
        add(light_desk, small)
    with pytest.raises(CaseError, match="最多 40 张"):
        add(light_desk, small)


def test_only_those_who_work_on_the_case_add_photos(light_desk):
    receive(light_desk, "1")
    for somebody in (CHIEF, person("墙", Role.WALL)):
        with pytest.raises(CaseError, match="没有权限"):
            add(light_desk, photo(), by=somebody)
    with pytest.raises(CaseError, match="没有编号"):
        add(light_desk, photo(), by=person("张", scope="410303002"))
    assert kept(light_desk) == []


def test_an_unlocated_case_has_photos_without_a_distance(light_desk):
    receive(light_desk, "1", x=None, y=None)
    add(light_desk, photo(exif=metadata(point_in(0))))
    assert kept(light_desk)[0].distance is None
