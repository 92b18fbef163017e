"""Ways in which people tell the same thing: in a hurry, in the dialect of Luoyang, with a wrong number."""

import re

from numpy.random import Generator

SLIPS = {
    "坏": "怀", "堵": "赌", "院": "圆", "垃圾": "拉圾", "电梯": "电替", "污水": "乌水", "噪": "燥", "违章": "围章",
    "漏": "露", "停水": "停睡", "暖气": "暧气", "煤气": "没气", "井盖": "井该", "臭": "凑", "掉": "吊",
}  # fmt: skip
"""What an input method puts in when nobody looks at it."""
DIALECT = (
    ("我们", "俺们"), ("我", "俺"), ("你们", "恁"), ("什么时候", "啥时候"), ("什么", "啥"), ("怎么", "咋"),
    ("昨天", "夜儿个"), ("昨晚", "夜儿黑"),
    ("今天", "今儿"), ("早上", "清早起"), ("中午", "晌午头"), ("晚上", "黑喽"),
    ("一到天黑", "一擦黑"), ("特别", "可"), ("好几天", "好些天"), ("不行", "不中"), ("孩子", "娃儿"),
    ("知道", "晓得"), ("地方", "地张儿"), ("没有", "木有"), ("掉下来", "掉下来嘞"), ("不敢", "不敢嘞"),
    ("全是", "净是"), ("旁边", "跟儿"), ("门口", "门口儿"),
)  # fmt: skip
CRIES = ("弄啥嘞恁们", "这咋弄", "中不中给个话", "俺都快急死嘞", "赶紧来瞅瞅")


def hurried(text: str, rng: Generator) -> str:
    """The first breath of it, with a slip, and no patience for punctuation."""
    first = re.split("[，。；]", text.rstrip("，。；"))
    words = "".join(first[:2]) if len(first[0]) < 8 else first[0]
    slips = [wrong for wrong in SLIPS if wrong in words]
    if slips and rng.random() < 0.6:
        slip = str(rng.choice(slips))
        words = words.replace(slip, SLIPS[slip], 1)
    return words + str(rng.choice(["", "！！", "快", "急"]))


def dialect(text: str, rng: Generator) -> str:
    """As old people of the town say it."""
    for usual, local in DIALECT:
        text = text.replace(usual, local)
    return f"{text.rstrip('，。')}嘞，{rng.choice(CRIES)}"


def wrong_number(place: str, rng: Generator) -> str:
    """The last number of a place, wrong by a little or with its digits turned round."""
    numbers = list(re.finditer(r"\d+", place))
    if not numbers:
        return place
    last, found = numbers[-1], int(numbers[-1][0])
    turned = int(last[0][::-1])
    others = [turned] if turned not in (0, found) else [found + 1, max(found - 1, 1) if found > 1 else found + 2]
    return f"{place[: last.start()]}{rng.choice(others)}{place[last.end() :]}"


def spoken(place: str, rng: Generator) -> str:
    """A building as people name it: 3号楼, 三号楼, 3栋."""
    form = rng.random()
    found = re.search(r"(\d+)号楼$", place)
    if not found or form < 0.5:
        return place
    if form < 0.75:
        return f"{place[: found.start()]}{found[1]}栋"
    return f"{place[: found.start()]}{chinese(int(found[1]))}号楼"


def chinese(number: int) -> str:
    """A number below a hundred in Chinese."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    if not tens:
        return digits[ones]
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")
