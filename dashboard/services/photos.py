"""Photos of a case: checked, made anew without their metadata, and compared with the case's place."""

import hashlib
import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from PIL import ExifTags, Image, ImageOps
from sqlalchemy.orm import Session

from dashboard.domain.access import Actor, Right
from dashboard.domain.calendars import SHANGHAI
from dashboard.domain.events import Event, EventKind
from dashboard.domain.stages import CaseError
from dashboard.services.desk import Desk
from dashboard.services.recording import record
from dashboard.store.cases import cases_by_id
from dashboard.store.engine import writing
from dashboard.store.handled import count_photos
from dashboard.store.handling import Attachment
from dashboard.store.logs import logs_of
from dashboard.store.models import Case
from geo.crs import distance_metres

KINDS = ("before", "after", "other")
Told = TypeVar("Told")
FORMATS = ("JPEG", "PNG", "WEBP")
PREVIEW, QUALITY = 320, 82
MOST_PIXELS = 60_000_000
MOST_PER_CASE = 40

# For the whole process, as filters of warnings cannot be changed for one thread only.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


@dataclass(frozen=True)
class Photo:
    """A photo made anew: what is kept of it, and what its metadata said before they were dropped."""

    content: bytes
    preview: bytes
    width: int
    height: int
    point: tuple[float, float] | None
    taken_at: datetime | None


def read_photo(data: bytes, longest_side: int) -> Photo:
    """A photo from what somebody sent: decoded, turned upright, made smaller, written anew as JPEG.

    Raises:
        CaseError: it is no JPEG, PNG or WebP, is damaged, or unfolds to more than can be held.
    """
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
        exif = image.getexif()
        image.draft("RGB", (longest_side, longest_side))  # a JPEG unfolds no further than needed
        upright = ImageOps.exif_transpose(image).convert("RGB")
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise CaseError("照片太大") from error
    except Exception as error:  # a damaged picture may break the decoder in any way
        raise CaseError("只收 JPEG、PNG、WebP 照片，这个文件不是，或已损坏") from error
    upright.info.clear()  # the encoder would write comments again
    upright.thumbnail((longest_side, longest_side))
    small = upright.copy()
    small.thumbnail((PREVIEW, PREVIEW))
    point, taken_at = _told(_point, exif), _told(_taken_at, exif)
    return Photo(_jpeg(upright), _jpeg(small), upright.width, upright.height, point, taken_at)


def _jpeg(image: Image.Image) -> bytes:
    body = io.BytesIO()
    image.save(body, "JPEG", quality=QUALITY, optimize=True)
    return body.getvalue()


def _told(read: Callable[[Image.Exif], Told | None], exif: Image.Exif) -> Told | None:
    """What the metadata say. Damaged ones say nothing; the picture is a picture all the same."""
    try:
        return read(exif)
    except Exception:
        return None


def _point(exif: Image.Exif) -> tuple[float, float] | None:
    """Longitude and latitude (WGS 84) of where it was taken, as far as it says. A camera without a fix says 0, 0."""
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    latitude = _degrees(gps[ExifTags.GPS.GPSLatitude], gps.get(ExifTags.GPS.GPSLatitudeRef, "N"))
    longitude = _degrees(gps[ExifTags.GPS.GPSLongitude], gps.get(ExifTags.GPS.GPSLongitudeRef, "E"))
    is_point = abs(longitude) <= 180 and abs(latitude) <= 90 and (longitude, latitude) != (0, 0)
    return (longitude, latitude) if is_point else None


def _degrees(parts: Any, side: str) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return -value if side in ("S", "W") else value


def _taken_at(exif: Image.Exif) -> datetime | None:
    """When it was taken, by a clock in Shanghai."""
    text = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
    return datetime.strptime(str(text), "%Y:%m:%d %H:%M:%S").replace(tzinfo=SHANGHAI).astimezone(UTC)


def add_photo(desk: Desk, case_id: int, kind: str, data: bytes, actor: Actor, now: datetime) -> Attachment:
    """Keep a photo of a case and note in its log how far from the case it was taken.

    Raises:
        CaseError: it cannot be taken; the message says why.
    """
    if not (actor.may(Right.HANDLE) or actor.may(Right.WORK)):
        raise CaseError("您没有权限{act}", act=EventKind.ATTACHED)
    photo = checked_photo(desk, data)
    with writing(desk.sessions, now) as session:
        case = cases_by_id(session, [case_id], lock=True).get(case_id)
        if case is None or not actor.scope.covers(case.area_code):
            raise CaseError("没有编号为 {case} 的案件", case=case_id)
        check_room(session, case)
        return keep_photo(session, desk, case, kind if kind in KINDS else "other", photo, actor, now)


def checked_photo(desk: Desk, data: bytes) -> Photo:
    """A photo from what somebody sent, within the settings.

    Raises:
        CaseError: it cannot be taken; the message says why.
    """
    settings = desk.config.attachments
    if len(data) > settings.max_bytes:
        raise CaseError("照片不能超过 {n} MB", n=settings.max_bytes // 1_000_000)
    return read_photo(data, settings.longest_side)


def check_room(session: Session, case: Case) -> None:
    """Refuse people more photos of a case than anybody looks at.

    Raises:
        CaseError: there are enough.
    """
    if count_photos(session, case.id) >= MOST_PER_CASE:
        raise CaseError("一个案件最多 {n} 张照片", n=MOST_PER_CASE)


def keep_photo(
    session: Session, desk: Desk, case: Case, kind: str, photo: Photo, actor: Actor, now: datetime
) -> Attachment:
    """Keep a photo inside the caller's transaction, which has locked the case."""
    attachment = _attachment(case, kind, photo, actor, now)
    session.add(attachment)
    session.flush()
    said = {"attachment": attachment.id, "kind": kind, "distance": attachment.distance}
    event = Event(EventKind.ATTACHED, now, actor.id, said)
    record(session, desk.rules, {case.id: case}, logs_of(session, [case.id]), {case.id: [event]}, now)
    return attachment


def _attachment(case: Case, kind: str, photo: Photo, actor: Actor, now: datetime) -> Attachment:
    distance = None
    if photo.point and case.longitude is not None and case.latitude is not None:
        distance = round(distance_metres(photo.point, (case.longitude, case.latitude)))
    return Attachment(
        case_id=case.id,
        kind=kind,
        width=photo.width,
        height=photo.height,
        sha256=hashlib.sha256(photo.content).hexdigest(),
        content=photo.content,
        preview=photo.preview,
        distance=distance,
        taken_at=photo.taken_at,
        added_at=now,
        added_by=actor.name,
    )


def photo_by_id(session: Session, attachment_id: int) -> Attachment | None:
    """A photo with its bytes."""
    return session.get(Attachment, attachment_id)
