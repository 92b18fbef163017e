"""All measures with their formulas in words, in the order in which they are shown. docs/measures.md explains them."""

from dashboard.domain.measures import Direction, Family, Measure, Reason, Unit
from dashboard.domain.measures import Words as W

R = Reason
LOWER, NEITHER = Direction.LOWER, Direction.NEITHER
ENDED_OTHERWISE = (R.REJECTED, R.WITHDRAWN)
NOT_BOUND = (R.CANCELLED, R.RETURNED, R.ENDED)

REASONS: dict[Reason, W] = {
    R.NOT_REQUIRED: W("按政策不需要", "not required by policy"),
    R.REJECTED: W("不予受理", "case rejected"),
    R.WITHDRAWN: W("已撤回", "case withdrawn"),
    R.DEFERRED: W("缓办：截止时正在批准的挂起之内", "deferred: within an approved pause at the cut-off"),
    R.HISTORY: W("历史案件，不在本平台办理", "of the past, not handled here"),
    R.NO_LEVEL: W("没有办结层级", "no level of closing"),
    R.CANCELLED: W("任务已被撤销", "task cancelled"),
    R.RETURNED: W("任务已被退回", "task returned"),
    R.ENDED: W("案件先行结束", "case ended before"),
    R.PAUSED: W("任务期间案件挂起", "case paused during the task"),
    R.NOT_REACHED: W("未联系上", "not reached"),
}

ROUNDS = W("按办理轮次计", "Counted by rounds of handling")
BREACHED = W("期限已过而当时未停，事后补办的也计入", "Whether or not it was made good afterwards")

CATALOGUE: tuple[Measure, ...] = (
    Measure(
        "respond_on_time",
        Family.TIMELINESS,
        W("响应及时率", "Response in time"),
        W("在期限内响应的", "responded to by the deadline"),
        W("时段内到期的响应时钟", "response clocks due in the period"),
        (R.WITHDRAWN,),
        ROUNDS,
    ),
    Measure(
        "arrive_on_time",
        Family.TIMELINESS,
        W("到场及时率", "Arrival in time"),
        W("在期限内到场的", "arrived by the deadline"),
        W("时段内到期的到场时钟", "arrival clocks due in the period"),
        (R.NOT_REQUIRED, *ENDED_OTHERWISE),
        W(
            "按办理轮次计；暂停把期限推后，暂停中的不会到期",
            "Counted by rounds of handling; a pause moves the deadline, so what is paused is not due",
        ),
    ),
    Measure(
        "feedback_on_time",
        Family.TIMELINESS,
        W("反馈及时率", "Answer in time"),
        W("在期限内答复的", "answered by the deadline"),
        W("时段内到期的反馈时钟", "feedback clocks due in the period"),
        (R.NOT_REQUIRED, R.WITHDRAWN),
        W(
            "按案件的办理轮次计；暂停把期限推后，暂停中的不会到期",
            "Counted by rounds of cases; a pause moves the deadline, so what is paused is not due",
        ),
    ),
    Measure(
        "delivered_on_time",
        Family.TIMELINESS,
        W("答复送达率", "Answers delivered in time"),
        W("在各自期限前收到答复的诉求", "reports whose reporter had the answer by their own deadline"),
        W("时段内应答复的诉求", "reports due for an answer in the period"),
        (R.WITHDRAWN,),
        W(
            "按诉求计，渠道为诉求自己的渠道；挂起不推后",
            "Counted by reports, each by its own channel; a pause does not move it",
        ),
    ),
    Measure(
        "respond_overdue",
        Family.TIMELINESS,
        W("响应超期率", "Response overdue"),
        W("到期时未响应的", "not responded to by the deadline"),
        W("时段内到期的响应时钟", "response clocks due in the period"),
        (R.WITHDRAWN,),
        BREACHED,
        LOWER,
    ),
    Measure(
        "arrive_overdue",
        Family.TIMELINESS,
        W("到场超期率", "Arrival overdue"),
        W("到期时未到场的", "not arrived by the deadline"),
        W("时段内到期的到场时钟", "arrival clocks due in the period"),
        (R.NOT_REQUIRED, *ENDED_OTHERWISE),
        BREACHED,
        LOWER,
    ),
    Measure(
        "feedback_overdue",
        Family.TIMELINESS,
        W("反馈超期率", "Answer overdue"),
        W("到期时未答复的", "not answered by the deadline"),
        W("时段内到期的反馈时钟", "feedback clocks due in the period"),
        (R.NOT_REQUIRED, R.WITHDRAWN),
        BREACHED,
        LOWER,
    ),
    Measure(
        "closed",
        Family.CLOSING,
        W("结案率", "Closed"),
        W("截止时已结案的", "closed by the cut-off"),
        W("应结案 − 缓办", "due to be closed in the period − deferred"),
        (*ENDED_OTHERWISE, R.DEFERRED),
        W(
            "按办理轮次计；截止为时段结束，未结束的时段为现在",
            "Counted by rounds of handling; the cut-off is the end of the period, or now while it runs",
        ),
    ),
    Measure(
        "closed_on_time",
        Family.CLOSING,
        W("按期结案率", "Closed in time"),
        W("在结案期限内结案的", "closed by their deadline"),
        W("应结案 − 缓办", "due to be closed in the period − deferred"),
        (*ENDED_OTHERWISE, R.DEFERRED),
        ROUNDS,
    ),
    Measure(
        "close_overdue",
        Family.CLOSING,
        W("结案超期率", "Closing overdue"),
        W("到期时未结案的", "not closed by the deadline"),
        W("应结案", "due to be closed in the period"),
        ENDED_OTHERWISE,
        W(
            "期限已过而当时未停，事后补办的也计入；期限过后才批准的挂起不改变超期",
            "Whether or not it was made good afterwards; a pause approved after the deadline changes nothing",
        ),
        LOWER,
    ),
    Measure(
        "extended",
        Family.CLOSING,
        W("延期率", "Extended"),
        W("经批准挂起过的", "with an approved pause"),
        W("应结案", "due to be closed in the period"),
        ENDED_OTHERWISE,
        ROUNDS,
        LOWER,
    ),
    Measure(
        "closed_in_grid",
        Family.CLOSING,
        W("网格办结率", "Closed in the grid"),
        W("在网格办结的", "closed at the level of the grid"),
        W("时段内办结的案件", "cases closed in the period"),
        (R.NO_LEVEL,),
        W(
            "小事不出网格；重新办理的案件不再算办结",
            "Small matters stay in the grid; a reopened case is closed no more",
        ),
    ),
    Measure(
        "closed_in_community",
        Family.CLOSING,
        W("社区内办结率", "Closed within the community"),
        W("在网格或社区办结的", "closed at the level of the grid or the community"),
        W("时段内办结的案件", "cases closed in the period"),
        (R.NO_LEVEL,),
        W(
            "大事不出社区；重新办理的案件不再算办结",
            "Large matters stay in the community; a reopened case is closed no more",
        ),
    ),
    Measure(
        "task_accepted",
        Family.TASKS,
        W("签收及时率", "Signed for in time"),
        W("在期限内签收的任务", "tasks signed for by the deadline"),
        W("时段内应签收的任务", "tasks due to be signed for in the period"),
        NOT_BOUND,
        W("牵头和协办都计", "Of lead and support alike"),
    ),
    Measure(
        "task_done",
        Family.TASKS,
        W("任务按期完成率", "Tasks done in time"),
        W("在期限内完成的任务", "tasks done by the deadline"),
        W("时段内应完成的任务", "tasks due to be done in the period"),
        (*NOT_BOUND, R.PAUSED),
        W("牵头和协办都计", "Of lead and support alike"),
    ),
    Measure(
        "task_returned",
        Family.TASKS,
        W("退单率", "Tasks returned"),
        W("被退回的任务", "tasks returned"),
        W("时段内派遣的任务", "tasks assigned in the period"),
        (R.CANCELLED,),
        W("时段之后才退回的也计入", "Those returned after the period count as well"),
        LOWER,
    ),
    Measure(
        "reworked",
        Family.QUALITY,
        W("返工率", "Sent back by the check"),
        W("被核查退回过的", "sent back by the check"),
        W("时段内核查过的", "checked in the period"),
        (),
        W("按办理轮次计，核查几次都算一个", "Counted by rounds of handling, however often each was checked"),
        LOWER,
    ),
    Measure(
        "redone",
        Family.QUALITY,
        W("重办率", "Taken up again"),
        W("其后又开始新一轮的", "followed by another round"),
        W("时段内的结案", "closings in the period"),
        (),
        W(
            "时段之后才重办的也计入，所以上月的数字还会上升",
            "Those taken up again after the period count as well, so the figure of a past month may still rise",
        ),
        LOWER,
    ),
    Measure(
        "responded",
        Family.QUALITY,
        W("响应率", "Responded to"),
        W("截止时已响应的", "responded to by the cut-off"),
        W("时段内应响应的", "due for a response in the period"),
        (R.WITHDRAWN,),
        W("三率之一；超期后响应的也算已响应", "One of the three rates; a late response counts"),
    ),
    Measure(
        "solved",
        Family.QUALITY,
        W("解决率", "Solved"),
        W("回访答“已解决”的", "return visits that say it is solved"),
        W("时段内的有效回访", "return visits in the period that reached somebody"),
        (R.NOT_REACHED,),
        W("三率之一；未联系上不等于满意", "One of the three rates; not reached is not content"),
    ),
    Measure(
        "satisfied",
        Family.QUALITY,
        W("满意率", "Satisfied"),
        W("回访答“满意”或“基本满意”的", "return visits that say satisfied or basically satisfied"),
        W("时段内的有效回访", "return visits in the period that reached somebody"),
        (R.NOT_REACHED,),
        W("三率之一；未联系上不等于满意", "One of the three rates; not reached is not content"),
    ),
    Measure(
        "accepted",
        Family.APPEALS,
        W("立案率", "Accepted"),
        W("予以受理的案件", "cases that were not rejected"),
        W("时段内收到的案件", "cases received in the period"),
        (R.HISTORY,),
        W("受理后撤回的算已受理", "A case withdrawn later was accepted"),
    ),
    Measure(
        "repeated",
        Family.APPEALS,
        W("重复诉求率", "Repeated"),
        W(
            "与近期结束的同地点同类案件相连的",
            "cases like one that ended recently at the same place and of the same kind",
        ),
        W("时段内收到的案件", "cases received in the period"),
        (R.HISTORY,),
        W(
            "“近期”由 intake.repeat_within 规定，通常 30 天",
            "Recently is what intake.repeat_within says, usually 30 days",
        ),
        LOWER,
    ),
    Measure(
        "per_ten_thousand",
        Family.APPEALS,
        W("万人诉求比", "Cases per 10,000 residents"),
        W("时段内收到的案件", "cases received in the period"),
        W("常住人口", "residents"),
        (),
        W(
            "不排名：诉求少也可能是渠道不通；按单位、类别、渠道看时人口是整个区域的",
            "Not ranked: few appeals may mean that channels fail; beside parties, categories and channels the residents"
            " are those of the whole area",
        ),
        NEITHER,
        Unit.PER_TEN_THOUSAND,
    ),
)
BY_ID = {measure.id: measure for measure in CATALOGUE}


def of_family(family: Family) -> tuple[Measure, ...]:
    """The measures of one family."""
    return tuple(measure for measure in CATALOGUE if measure.family is family)
