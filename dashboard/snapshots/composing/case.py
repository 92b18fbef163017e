"""案件单 as a document: the case, its clocks, place, what was said, who works on it, what happened, photos."""

from datetime import timedelta
from typing import Any
from xml.sax.saxutils import quoteattr

from dashboard.domain.dispatch import TaskState
from dashboard.domain.events import EventKind
from dashboard.domain.levels import HandlingLevel
from dashboard.domain.policies import Severity
from dashboard.domain.reports import Unlocated
from dashboard.domain.sla import ClockName, ClockState
from dashboard.domain.snapshots import Edition
from dashboard.domain.stages import Stage
from dashboard.live.faces import CaseFace
from dashboard.snapshots.composing.frame import Context, Document, context
from dashboard.snapshots.composing.parts import MAP_SIZE, facts, flow_frame, flowing, item, items, part, table
from dashboard.snapshots.composing.sayings import NOTHING, instant, minutes_text, time_left
from dashboard.snapshots.drawing.map import map_drawing
from layouts.case.head import STEPS
from layouts.labels import (
    CLOCK_STATES,
    CLOCKS,
    FACES,
    FLAGS,
    HANDLING_LEVELS,
    INSTRUCTIONS,
    SEVERITIES,
    STAGES,
    TASK_STATES,
    UNLOCATED,
)

Json = dict[str, Any]
RUNNING = (
    ClockState.VERY_LATE, ClockState.BREACHED, ClockState.AT_RISK, ClockState.ON_TRACK, ClockState.PAUSED,
)  # fmt: skip
PHOTO_KINDS = {"before": "处置前", "after": "处置后", "other": "其他"}
FLAG_WORDS = {flag.value: text for flag, text in FLAGS.items()}


def compose(data: Json) -> Document:
    """The sheet of a case."""
    c = context(data)
    pictures = {f"photo-{number}": _jpeg(one) for number, one in enumerate(data["photos"])}
    parts = [
        _steps(c), _facts(c), _clocks(c), _answer(c), _place(c, pictures), _reports(c), _channels(c), _tasks(c),
        _orders(c), _photos(c), _events(c),
    ]  # fmt: skip
    case = data["case"]
    words = flow_frame(
        c,
        title=c.t("案件单 {number}", number=case["number"]),
        subtitle=c.t("·").join(part for part in (_category(c), _where(c), _severity(c)) if part),
        scope=c.t("案件 {number}", number=case["number"]),
    )
    return flowing(c, words, [one for one in parts if one], pictures)


def _category(c: Context) -> str:
    return c.name("categories", c.data["case"]["category"])


def _severity(c: Context) -> str:
    return c.t(SEVERITIES[Severity(c.data["case"]["severity"])])


def _where(c: Context) -> str:
    """The place; where it must not be told, the community."""
    case = c.data["case"]
    return case["place"] or (case["chain"][-1] if case["chain"] else "")


def _steps(c: Context) -> Json:
    """How far the case has come; a stage beside the way stands at the end."""
    current = Stage(c.data["case"]["stage"])
    steps = [*STEPS, *([current] if current not in STEPS else [])]
    at, on_way = steps.index(current), current in STEPS
    rows = [
        {
            "name": c.t(STAGES[step]),
            "at": "now" if step is current else "past" if number < at and on_way else "ahead",
        }
        for number, step in enumerate(steps)
    ]
    return part("steps", "", rows=rows)


def _facts(c: Context) -> Json:
    t, case = c.t, c.data["case"]
    state = t(FACES[CaseFace(case["state"])]) if case["state"] else t(STAGES[Stage(case["stage"])])
    level = t(HANDLING_LEVELS[HandlingLevel(case["handled_level"])])
    tags = [t("群发事件")] if case["is_mass"] else []
    tags += [t("督办")] if case["instructions"] else []
    tags += [t("历史记录")] if case["is_history"] else []
    rows = [
        (t("类别"), _category(c)),
        (t("状态"), state),
        (t("地点"), case["place"] or t("脱敏版不含地址")),
        (t("严重程度"), _severity(c)),
        (t("区域"), " › ".join(case["chain"]) or _unlocated(c)),
        (t("受理"), t.time(instant(case["opened_at"]))),
        (t("首报渠道"), c.name("channels", case["channel"])),
        (t("办结"), t.time(instant(case["closed_at"])) if case["closed_at"] else ""),
        (t("诉求"), t.n("{n} 条诉求", case["report_count"])),
        (t("轮次"), t("第 {n} 轮", n=case["round"])),
        (t("负责"), t("{level}级负责：{area}", level=level, area=case["handled_area"]) if case["is_open"] else ""),
        (t("办结层级"), _closed_at(c)),
        (t("经办人"), case["assignee"] or ""),
        (t("退回"), t.n("退回 {n} 次", case["returns"]) if case["returns"] else ""),
        (t("前案"), case["repeat_of"] or ""),
        (t("并入"), case["merged_into"] or ""),
        (t("规则"), t("{id}，第 {n} 版", id=c.data["policy"][0], n=c.data["policy"][1]) if c.data["policy"] else ""),
        (t("标记"), t("、").join([*tags, *(t(FLAG_WORDS.get(flag, flag)) for flag in case["flags"])])),
    ]
    return facts(t("基本情况"), rows)


def _closed_at(c: Context) -> str:
    level = c.data["case"]["close_level"]
    return c.t("{level}级办结", level=c.t(HANDLING_LEVELS[HandlingLevel(level)])) if level else ""


def _unlocated(c: Context) -> str:
    reason = c.data["case"]["unlocated"]
    return c.t("未定位：{reason}", reason=c.t(UNLOCATED[Unlocated(reason)])) if reason else ""


# -- clocks -----------------------------------------------------------------------------------------------------------


def _clocks(c: Context) -> Json:
    t = c.t
    if not c.data["rounds"]:
        return part("prose", t("时钟"), text=t("历史记录没有时钟：当时没有作出承诺。"))
    several = len(c.data["rounds"]) > 1
    rows = [_clock(c, number, one, several) for number, clocks in reversed(c.data["rounds"]) for one in clocks]
    heads = [t("时钟"), t("目标"), t("到期"), t("停表"), "", t("结果")]
    return part("clocks", t("时钟"), beside=t("截至 {at}", at=t.time(c.at)), heads=heads, rows=rows, whole=True)


def _clock(c: Context, number: int, one: Json, several: bool) -> Json:
    t, state = c.t, ClockState(one["state"])
    start, due, stopped = (instant(one[name]) for name in ("start", "due", "stopped"))
    assert start is not None
    assert due is not None
    name = t(CLOCKS[ClockName(one["name"])])
    return {
        "id": f"{number}-{one['name']}",
        "name": t("第 {n} 轮 {clock}", n=number, clock=name) if several else name,
        "tag": t("内部") if one["name"] == ClockName.CLOSE else "",
        "target": one["target"],
        "due": t.time(due) + (t("（暂定）") if one["provisional"] else ""),
        "stopped": t.time(stopped) if stopped else NOTHING,
        "state": state.value,
        "state_name": t(CLOCK_STATES[state]),
        "used": _used(start, due, stopped or c.at, state),
        "reading": _reading(c, start, due, stopped, state),
        "note": _pauses(c, one),
    }


def _used(start: Any, due: Any, until: Any, state: ClockState) -> float:
    """The share of the target that is used; not required ones have none."""
    if state is ClockState.NOT_REQUIRED or due <= start:
        return 0.0
    return round(max(float((until - start) / (due - start)), 0.0), 4)


def _reading(c: Context, start: Any, due: Any, stopped: Any, state: ClockState) -> list[list[str]]:
    """The time left, or how long it took."""
    if state in RUNNING and not stopped:
        return time_left(due, c.at, c.t)
    if stopped:
        return [["", c.t("用时 ")], ["b", minutes_text(int((stopped - start) / timedelta(minutes=1)), c.t)]]
    return [["", ""]]


def _pauses(c: Context, one: Json) -> str:
    """What moved the deadline: both results are kept."""
    if not one["pauses"]:
        return ""
    spans = c.t("、").join(f"{c.t.time(instant(begin))} – {c.t.time(instant(end))}" for begin, end in one["pauses"])
    return c.t("暂停 {spans}；不计暂停时 {at} 到期", spans=spans, at=c.t.time(instant(one["raw_due"])))


# -- what was said and done -------------------------------------------------------------------------------------------


def _answer(c: Context) -> Json | None:
    """The answer of the current round."""
    given = ""
    for event in c.data["events"]:
        if event["kind"] == EventKind.FED_BACK:
            given = event["answer"] or c.t("脱敏版不含答复原文")
        elif event["kind"] == EventKind.REOPENED:
            given = ""
    return part("prose", c.t("答复"), beside=c.t("一口出，按原渠道送达"), text=given) if given else None


def _place(c: Context, pictures: dict[str, str]) -> Json | None:
    t, ground = c.t, c.data["map"]
    if ground is None:
        why = _unlocated(c) or t("只定位到较大的区域，没有地图")
        return part("prose", t("位置"), text=why)
    pictures["map"] = map_drawing(ground, *MAP_SIZE).svg
    state = ground["marks"][0]["state"] if ground["marks"] else None
    marks = [{"state": state, "name": t("本案"), "n": ""}] if state else []
    notes = [] if state else [t("没有坐标，只定位到区域")]
    if c.wish.edition is Edition.REDACTED and state:
        notes.append(t("标在 100 m 单元格中央"))
    alt = t("案件位置图：{where}", where=" › ".join(c.data["case"]["chain"]))
    return part("map", t("位置"), id="map", alt=alt, legend=None, marks=marks, note=t("。").join(notes), whole=True)


def _reports(c: Context) -> Json:
    t, hidden = c.t, c.data["hidden_reports"]
    beside = t.n("另有 {n} 条诉求", hidden) if hidden else t("多口进，一个案件号")
    if c.wish.edition is Edition.REDACTED:
        return _times_of_reports(c, beside)
    return items("reports", t("诉求"), [_report(c, one) for one in c.data["reports"]], beside=beside)


def _times_of_reports(c: Context, beside: str) -> Json:
    """Reports without what was said."""
    t = c.t
    rows = [
        [
            t.time(instant(one["accepted_at"])),
            c.name("channels", one["channel"]),
            t.time(instant(one["answered_at"])) if one["answered_at"] else t("待答复"),
        ]
        for one in c.data["reports"]
    ]
    heads = [(t("受理"), "l"), (t("渠道"), "l"), (t("已答复"), "l")]
    title = t("诉求（脱敏版不含原文）")
    return table(title, heads, rows, widths=["auto", "1", "auto"], name="reports", beside=beside)


def _report(c: Context, one: Json) -> Json:
    t = c.t
    notes = [t("编号 {id}", id=one["number"])] if one["number"] else []
    notes += [t("联系方式 {contact}", contact=one["contact"])] if one["contact"] else []
    notes += [t("第 {n} 版", n=one["version"])] if one["version"] > 1 else []
    notes += [t(FLAG_WORDS.get(flag, flag)) for flag in one["flags"]]
    if one["source_closed_at"]:
        notes.append(t("来源已于 {at} 关闭，时钟不停", at=t.time(instant(one["source_closed_at"]))))
    notes.append(t("答复送达 {at}", at=t.time(instant(one["answered_at"]))) if one["answered_at"] else t("待答复"))
    said = one["text"] or t("（没有文字）")
    return item(t.time(instant(one["accepted_at"])), c.name("channels", one["channel"]), said, t("，").join(notes))


def _channels(c: Context) -> Json | None:
    """How many reporters of each channel have the answer; one line says as much of one report."""
    t = c.t
    if c.data["case"]["report_count"] < 2:
        return None
    rows = [[c.name("channels", name), t.number(n), t.number(answered)] for name, n, answered in c.data["channels"]]
    heads = [(t("渠道"), "l"), (t("应答复"), "r"), (t("已答复"), "r")]
    return table(t("答复送达"), heads, rows, widths=["1", "auto", "auto"], name="channels", whole=True)


def _tasks(c: Context) -> Json | None:
    t = c.t
    if not c.data["tasks"]:
        return None
    rows = [
        [
            one["party"],
            t("牵头") if one["is_lead"] else t("协办"),
            t(TASK_STATES[TaskState(one["state"])]),
            _time(c, one["assigned_at"]),
            _time(c, one["accepted_at"]),
            _time(c, one["on_site_at"]),
            _time(c, one["ended_at"]),
            _time(c, one["due_at"]),
        ]
        for one in c.data["tasks"]
    ]
    heads = [(t("责任单位"), "l"), (t("分工"), "l"), (t("状态"), "l"), (t("派遣"), "l"), (t("签收"), "l"),
             (t("到场"), "l"), (t("完成或终止"), "l"), (t("期限"), "l")]  # fmt: skip
    return table(t("任务"), heads, rows, widths=["1", *["auto"] * 7], name="tasks", beside=t("牵头一个，协办不限"))


def _time(c: Context, at: int | None) -> str:
    """Month, day and minute: a table of times has no room for more, and the year stands above."""
    return c.t.time(instant(at))[5:16] if at else NOTHING


def _orders(c: Context) -> Json | None:
    t = c.t
    rows = [_order(c, one) for one in c.data["instructions"]]
    return items("orders", t("批示督办"), rows) if rows else None


def _order(c: Context, one: Json) -> Json:
    t = c.t
    said = [one["text"], t("回复：{said}", said=one["answer"]) if one["answer"] else ""]
    note = t("{name}，限 {at}", name=one["by"], at=t.time(instant(one["due"])))
    note += "" if one["answered_at"] else t("，未回复")
    text = t("；").join(part for part in said if part)
    return item(t.time(instant(one["at"])), t(INSTRUCTIONS[one["kind"]]), text, note)


def _events(c: Context) -> Json:
    t = c.t
    rows = [item(t.time(instant(one["at"])), one["title"], one["text"]) for one in c.data["events"]]
    return items("events", t("经过"), rows, beside=t("只增不改，{n} 条", n=len(rows)))


def _photos(c: Context) -> Json | None:
    t = c.t
    if not c.data["photos"]:
        return None
    rows = [{"id": f"photo-{number}", **_caption(c, one)} for number, one in enumerate(c.data["photos"])]
    left = c.data["all_photos"] - len(rows)
    return part("photos", t("照片"), beside=t.n("另有 {n} 张未印", left) if left else "", rows=rows)


def _caption(c: Context, one: Json) -> Json:
    t = c.t
    kind = t(PHOTO_KINDS[one["kind"]])
    where = t("照片没有位置") if one["distance"] is None else t("距案件 {n} 米", n=t.number(one["distance"]))
    note = f"{kind} {t.time(instant(one['at']))} · {where}"
    return {"alt": t("照片：{note}", note=note), "note": note}


def _jpeg(one: Json) -> str:
    """A photo as a drawing of its own size."""
    source = quoteattr(f"data:image/jpeg;base64,{one['jpeg']}")
    size = f'width="{one["width"]}" height="{one["height"]}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {one["width"]} {one["height"]}">'
        f"<image {size} href={source}/></svg>"
    )
