"""The content of our Open311 service's answers, field by field in the order of the standard."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask import request

from dashboard.config.model import Category, Config
from dashboard.domain.calendars import SHANGHAI
from dashboard.domain.reports import Flag
from dashboard.domain.stages import Stage
from dashboard.services.filing import Receipt
from dashboard.services.forms import LONGEST, LONGEST_NOTE, Problem, Why
from dashboard.services.topics import words_by_category
from dashboard.viewmodels.open311 import PublicRequest
from layouts.case_columns import words
from layouts.texts import Texts

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
NOTES = {
    Stage.RECEIVED: "已受理，等待响应",
    Stage.RESPONDED: "已响应，正在办理",
    Stage.ON_SITE: "正在现场处置",
    Stage.FED_BACK: "已答复，等待核查",
    Stage.CLOSED: "已办结",
    Stage.SUSPENDED: "暂缓办理",
    Stage.REJECTED: "不予受理",
    Stage.WITHDRAWN: "已撤回",
    Stage.MERGED: "已受理，等待响应",  # its reports are in the case that lives on
}
"""What everybody may know of a stage."""
PROBLEMS = {
    Why.MISSING: "缺少 {field}",
    Why.UNKNOWN: "没有这个 {field}，可用的见 services",
    Why.NO_NUMBER: "{field} 须为十进制度数，例如 34.66",
    Why.NO_PLACE: "缺少位置：请给出 lat 和 long，或 address_string，或 address_id",
    Why.TOO_LONG: "{field} 太长，最多 {n} 个字符",
    Why.USED: "{field} 已用于另一条诉求，请换一个值",
    Why.EMPTY: "既无文字也无位置",
}


def discovery(config: Config, address: str, changed_at: datetime, t: Texts, *, is_demo: bool) -> dict[str, Any]:
    """Where the service is and what it speaks."""
    changeset = changed_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    contact = t.pick(config.open311.contact or config.district.name)
    endpoint = {
        "specification": SPECIFICATION,
        "url": address,
        "changeset": changeset,
        "type": "test" if is_demo else "production",
        "formats": ["text/xml", "application/json"],
    }
    return {
        "changeset": changeset,
        "contact": contact,
        "key_service": t("接口密钥请向{contact}申请", contact=contact),
        "endpoints": [endpoint],
    }


def services(config: Config, t: Texts) -> list[dict[str, Any]]:
    """What can be reported: the district's categories."""
    groups = {group.id: t.pick(group.name) for group in config.groups}
    return [_service(category, groups[category.id.partition("/")[0]], t) for category in config.categories]


def _service(category: Category, group: str, t: Texts) -> dict[str, Any]:
    name = t.pick(category.name)
    return {
        "service_code": category.id,
        "service_name": name,
        "description": t("{group}：{name}", group=group, name=name),
        "metadata": False,
        "type": "realtime",
        "keywords": ", ".join(dict.fromkeys([name, group, *words_by_category().get(category.id, ())])),
        "group": group,
    }


def service_request(found: PublicRequest, config: Config, t: Texts) -> dict[str, Any]:
    """A request with all fields of the standard. Where there is no answer to be read, the notes tell the stage."""
    return {
        "service_request_id": found.number,
        "status": "open" if found.is_open else "closed",
        "status_notes": found.answer or t(NOTES[found.stage]),
        "service_name": words("category", found.category, config, t),
        "service_code": found.category,
        "description": found.description,
        "agency_responsible": t.pick(config.district.name),
        "service_notice": None,
        "requested_datetime": _w3c(found.requested_at),
        "updated_datetime": _w3c(found.updated_at),
        "expected_datetime": _w3c(found.expected_at),
        "address": found.address,
        "address_id": None,
        "zipcode": None,
        "lat": found.latitude,
        "long": found.longitude,
        "media_url": None,
    }


def _w3c(instant: datetime | None) -> str | None:
    return instant.astimezone(SHANGHAI).isoformat(timespec="seconds") if instant else None


def filed(receipt: Receipt, refused_photos: Iterable[str], t: Texts) -> dict[str, Any]:
    """What a client is told that has filed a report."""
    notices = [*_notices(receipt, t), *refused_photos]
    return {
        "service_request_id": receipt.number,
        "service_notice": t("；").join(notices) or None,
        "account_id": None,
    }


def _notices(receipt: Receipt, t: Texts) -> Iterable[str]:
    """What the client could do better next time."""
    flags = set(receipt.flags)
    if Flag.BAD_COORDINATES in flags and Flag.PLACE_FROM_TEXT in flags:
        yield t("坐标不在本区，已按文字定位")
    elif Flag.BAD_COORDINATES in flags:
        yield t("坐标不在本区，已受理但未定位")
    elif not receipt.has_point and Flag.PLACE_FROM_TEXT not in flags:
        yield t("没有找到这个地点，已受理但未定位")


def problem_text(problem: Problem, t: Texts) -> str:
    """What is wrong with a field, and how it should be."""
    values: Mapping[str, object] = {"field": problem.field}
    if problem.why is Why.TOO_LONG:
        values = {**values, "n": LONGEST.get(problem.field, LONGEST_NOTE)}
    return t(PROBLEMS[problem.why], **values)


def own_address(public_url: str | None) -> str:
    """Where this service is, as clients reach it."""
    return f"{(public_url or request.host_url).rstrip('/')}/open311/v2"
