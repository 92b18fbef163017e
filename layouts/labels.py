"""What the domain's words are called on screens, in Chinese; texts.py has the English."""

from dashboard.domain.areas import Level
from dashboard.domain.dispatch import TaskState
from dashboard.domain.events import EventKind
from dashboard.domain.levels import Direction, HandlingLevel
from dashboard.domain.measures import Family, Grouping
from dashboard.domain.periods import PeriodName
from dashboard.domain.policies import Severity
from dashboard.domain.reports import Flag, Reason, Unlocated
from dashboard.domain.sla import ClockName, ClockState
from dashboard.domain.snapshots import Edition, Kind
from dashboard.domain.stages import Move, Stage
from dashboard.live.faces import CaseFace
from dashboard.live.health import SourceCondition
from dashboard.live.measures import Measure
from dashboard.services.notifying import TEXTS
from dashboard.store.outbox import DeliveryState
from dashboard.viewmodels.categories import Fate

STAGES = {
    Stage.RECEIVED: "待响应",
    Stage.RESPONDED: "已响应",
    Stage.ON_SITE: "处置中",
    Stage.FED_BACK: "待核查",
    Stage.CLOSED: "已结案",
    Stage.SUSPENDED: "挂起",
    Stage.REJECTED: "不予受理",
    Stage.WITHDRAWN: "撤回",
    Stage.MERGED: "已并案",
}
CLOCKS = {
    ClockName.RESPOND: "响应",
    ClockName.ARRIVE: "到场",
    ClockName.FEEDBACK: "反馈",
    ClockName.CLOSE: "结案",
}
CLOCK_STATES = {
    ClockState.VERY_LATE: "超 3 倍",
    ClockState.BREACHED: "超期未办",
    ClockState.AT_RISK: "临期",
    ClockState.ON_TRACK: "未到期",
    ClockState.PAUSED: "暂停",
    ClockState.MET: "按期",
    ClockState.MET_LATE: "超期办结",
    ClockState.NOT_REQUIRED: "不适用",
}
FACES = {
    CaseFace.VERY_LATE: "超 3 倍",
    CaseFace.BREACHED: "超期",
    CaseFace.AT_RISK: "临期",
    CaseFace.ON_TRACK: "未到期",
    CaseFace.PAUSED: "暂停",
    CaseFace.CHECKED: "待核查",
}
EVENTS = {
    EventKind.OPENED: "新案",
    EventKind.RESPONDED: "响应",
    EventKind.ARRIVED: "到场",
    EventKind.FED_BACK: "反馈",
    EventKind.CLOSED: "办结",
    EventKind.SENT_BACK: "返工",
    EventKind.REOPENED: "重办",
    EventKind.SUSPENDED: "挂起",
    EventKind.RESUMED: "恢复",
    EventKind.REJECTED: "不受理",
    EventKind.WITHDRAWN: "撤回",
    EventKind.MERGED: "并案",
    EventKind.UNMERGED: "撤并",
    EventKind.RECLASSIFIED: "改类",
    EventKind.RECALCULATED: "重算时限",
    EventKind.REPORT_JOINED: "并入",
    EventKind.SOURCE_EDITED: "来源改动",
    EventKind.SOURCE_CLOSED: "来源关闭",
    EventKind.LOCATED: "定位",
    EventKind.NOTED: "备注",
    EventKind.TASK_ASSIGNED: "派遣",
    EventKind.TASK_ACCEPTED: "签收",
    EventKind.TASK_ON_SITE: "任务到场",
    EventKind.TASK_DONE: "任务办结",
    EventKind.TASK_RETURNED: "退单",
    EventKind.TASK_CANCELLED: "撤回任务",
    EventKind.ASSIGNED: "指定经办人",
    EventKind.PASSED: "流转",
    EventKind.ESCALATED: "升级提醒",
    EventKind.INSTRUCTED: "批示督办",
    EventKind.INSTRUCTION_ANSWERED: "批示回复",
    EventKind.REPORT_LEFT: "拆出诉求",
    EventKind.ABSORBED: "并入案件",
    EventKind.RELEASED: "拆回案件",
    EventKind.ANSWERED: "答复送达",
    EventKind.VISITED: "回访",
    EventKind.ATTACHED: "照片",
}
TASK_STATES = {
    TaskState.ASSIGNED: "待签收",
    TaskState.ACCEPTED: "已签收",
    TaskState.ON_SITE: "已到场",
    TaskState.DONE: "已完成",
    TaskState.RETURNED: "已退单",
    TaskState.CANCELLED: "已撤回",
    TaskState.ENDED: "随案终止",
}
HANDLING_LEVELS = {
    HandlingLevel.GRID: "handling|网格",
    HandlingLevel.COMMUNITY: "handling|社区",
    HandlingLevel.SUBDISTRICT: "handling|街道",
    HandlingLevel.DISTRICT: "handling|区",
}
DIRECTIONS = {Direction.UP: "上报", Direction.DOWN: "下派", Direction.BACK: "退回"}
MOVES = {
    Move.RESPOND: "move|响应",
    Move.ARRIVE: "move|到场",
    Move.FEED_BACK: "move|反馈",
    Move.CLOSE: "move|办结",
    Move.SEND_BACK: "move|返工",
    Move.REOPEN: "move|重办",
    Move.SUSPEND: "move|挂起",
    Move.RESUME: "move|恢复",
    Move.REJECT: "move|不予受理",
    Move.WITHDRAW: "move|撤回",
    Move.MERGE: "move|并案",
    Move.UNMERGE: "move|撤并",
}
SEVERITIES = {Severity.NORMAL: "一般", Severity.URGENT: "紧急", Severity.MAJOR: "重大"}
LEVELS = {
    Level.DISTRICT: "区",
    Level.SUBDISTRICT: "街道",
    Level.COMMUNITY: "社区",
    Level.GRID: "网格",
    Level.BUILDING: "楼栋",
}
FLAGS = {
    Flag.NO_TIME: "来源没有时间",
    Flag.NO_ZONE: "来源时间没有时区",
    Flag.UNREADABLE_TIME: "来源时间无法识别",
    Flag.FUTURE_TIME: "来源时间在将来",
    Flag.CLOSED_EARLY: "来源结案时间早于受理",
    Flag.UNKNOWN_CATEGORY: "类别未知",
    Flag.NO_TEXT: "没有文字",
    Flag.PLACE_FROM_TEXT: "位置取自文字",
    Flag.BAD_COORDINATES: "坐标有误",
    Flag.AMBIGUOUS_PLACE: "地名有多处",
}
UNLOCATED = {
    Unlocated.NO_PLACE: "没有位置",
    Unlocated.ZERO: "坐标为 0,0",
    Unlocated.SWAPPED: "经纬度颠倒",
    Unlocated.METRES: "坐标是米不是度",
    Unlocated.INVALID: "坐标无效",
    Unlocated.OUTSIDE: "在本区以外",
}
REASONS = {
    Reason.UNPARSEABLE: "无法解析",
    Reason.NO_ID: "没有编号",
    Reason.NO_CONTENT: "既无文字也无位置",
    Reason.NO_TIME: "没有时间",
    Reason.REFUSED: "已退回发送方",
}
CONDITIONS = {
    SourceCondition.FRESH: "正常",
    SourceCondition.STALE: "过期",
    SourceCondition.FAILING: "失败",
    SourceCondition.STOPPED: "待确认",
    SourceCondition.UNKNOWN: "尚无数据",
}
VISITS = {"not_reached": "没联系上", "satisfied": "满意", "basically": "基本满意", "unsatisfied": "不满意"}
LIKENESS = {
    "place": ("地点相符", "地点不符"),
    "distance": ("距离近", "距离远"),
    "topic": ("事由相符", "事由不符"),
    "text": ("说法相近", "说法不同"),
    "time": ("时间接近", "时间相隔久"),
    "number": ("楼号相符", "楼号或门牌不同"),
    "reporter": ("同一诉求人", "不同诉求人"),
}
"""What speaks for or against two cases being the same event."""

NOTICES = TEXTS
"""What a notice of each kind is called; messages to people outside say the same."""

INSTRUCTIONS = {"supervision": "instruction|督办", "remark": "instruction|批示"}
MESSAGES = {"notice": "提醒", "snapshot": "快照"}
"""What is sent outside beside answers."""
DELIVERY_STATES = {
    DeliveryState.WAITING: "待发送",
    DeliveryState.SENDING: "发送中",
    DeliveryState.DELIVERED: "已送达",
    DeliveryState.BY_PHONE: "待电话告知",
    DeliveryState.UNDELIVERABLE: "送达失败",
    DeliveryState.UNCLEAR: "是否送达不明",
    DeliveryState.DROPPED: "已取消",
}
POSTS = {"secretary": "书记", "grid_member": "网格员", "building_lead": "楼栋长"}
PAUSE_REASONS = {
    "awaiting_parts": "等待配件",
    "weather": "天气原因",
    "court_or_law": "司法或法律程序",
    "reporter_unreachable": "联系不上诉求人",
    "budget": "经费",
    "construction_permit": "施工许可",
}
PERIODS = {
    PeriodName.TODAY: "今日",
    PeriodName.WEEK: "近 7 天",
    PeriodName.MONTH: "近 30 天",
    PeriodName.THIS_MONTH: "本月",
}
MEASURE_NAMES = {
    Measure.OPEN: ("在办案件", "件"),
    Measure.OVERDUE: ("超期案件", "件"),
    Measure.PER_TEN_THOUSAND: ("万人诉求比", "近 30 天受理，件/万人"),
}
HEAT_NAMES = {"24h": "近 24 小时", "7d": "近 7 天", "30d": "近 30 天"}
SNAPSHOT_KINDS = {
    Kind.SITUATION: "态势快照",
    Kind.DAILY: "日报",
    Kind.WEEKLY: "周报",
    Kind.MONTHLY: "月通报",
    Kind.CASE: "案件单",
    Kind.AREA: "区域卡",
}
EDITIONS = {Edition.FULL: "完整版", Edition.REDACTED: "脱敏版"}

FAMILIES = {
    Family.TIMELINESS: "时限",
    Family.CLOSING: "family|结案",
    Family.TASKS: "任务",
    Family.QUALITY: "质量与回访",
    Family.APPEALS: "family|诉求",
}
GROUPINGS = {
    Grouping.AREA: "下级区域",
    Grouping.PARTY: "责任单位",
    Grouping.CATEGORY: "类别",
    Grouping.CHANNEL: "渠道",
}
FATES = {
    Fate.WAITING: "待确认",
    Fate.SET: "已按建议归类",
    Fate.TAKEN: "已采纳",
    Fate.OTHER: "已改为他类",
    Fate.AGAINST: "未采纳",
}
