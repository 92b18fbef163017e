"""What happened to a case: an append-only log in words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dash import html

from dashboard.config import Config
from dashboard.domain.levels import Direction, HandlingLevel
from dashboard.services.parties import Register
from dashboard.viewmodels.case_detail import CaseDetail, EventRow
from dashboard.viewmodels.case_handling import CaseHandling
from layouts.case.panel import panel
from layouts.case_columns import words
from layouts.labels import CLOCKS, DIRECTIONS, EVENTS, HANDLING_LEVELS, PAUSE_REASONS, VISITS
from layouts.texts import Texts

PLAIN = ("note", "who", "where", "answer", "result", "text")


def history(detail: CaseDetail, handling: CaseHandling, config: Config, t: Texts) -> html.Section:
    """Every event, newest first."""
    teller = Teller(config, handling, t)
    rows = [
        html.Li(
            [
                html.Time(t.time(row.at), dateTime=row.at.isoformat()),
                html.Div([html.B(teller.name(row)), html.P(teller.text(row), className="m")]),
            ]
        )
        for row in detail.events
    ]
    return panel(t("经过"), [html.Ol(rows, className="timeline")], note=t("只增不改，{n} 条", n=len(rows)))


class Teller:
    """Tells events in words: who did it, and what is to be known about it."""

    def __init__(self, config: Config, handling: CaseHandling, t: Texts) -> None:
        self.config, self.names, self.register, self.t = config, handling.names, handling.register, t
        self.parties = {task.number: task.party for task in handling.tasks}

    def name(self, row: EventRow) -> str:
        """What happened."""
        count = row.data.get("count")
        return self.t(EVENTS[row.kind]) + (f" ×{count}" if count else "")

    def text(self, row: EventRow) -> str:
        """Who, and everything else the event says."""
        data, t = row.data, self.t
        parts = [] if row.actor == "system" else [actor_name(row.actor, self.names, self.register, t)]
        party = data.get("party") or self.parties.get(data.get("task") or 0)
        parts += [self.register.name(party, t.language)] if party and row.actor != f"party:{party}" else []
        said = [data[key] for key in PLAIN if data.get(key) and isinstance(data[key], str)]
        parts += [one for one in said if one != row.actor]
        if data.get("reason"):
            parts.append(t(PAUSE_REASONS[data["reason"]]) if data["reason"] in PAUSE_REASONS else str(data["reason"]))
        return t("，").join([*parts, *self._facts(data)])

    def _facts(self, data: Mapping[str, Any]) -> list[str]:
        """What an event says in codes and instants."""
        t = self.t
        found = [words(key, data[key], self.config, t) for key in ("channel", "category") if data.get(key)]
        if data.get("clock"):
            found.append(t({clock.value: text for clock, text in CLOCKS.items()}[data["clock"]]))
        if data.get("direction"):
            levels = {level.value: t(text) for level, text in HANDLING_LEVELS.items()}
            way = t(DIRECTIONS[Direction(data["direction"])])
            found.append(t("{way}：{a} → {b}", way=way, a=levels[data["from"]], b=levels[data["to"]]))
        if data.get("level") in set(HandlingLevel):
            found.append(t("{level}级办结", level=t(HANDLING_LEVELS[HandlingLevel(data["level"])])))
        if data.get("distance") is not None:
            found.append(t("距案件 {n} 米", n=t.number(data["distance"])))
        if "reached" in data:
            found.append(t(VISITS[data.get("satisfaction") or "not_reached"]))
        if data.get("planned_end"):
            found.append(t("计划 {at} 恢复", at=t.time(datetime.fromisoformat(data["planned_end"]))))
        if data.get("policy"):
            found.append(t("规则 {policy}", policy=data["policy"]))
        return found


def actor_name(actor: str, names: Mapping[str, str], register: Register, t: Texts) -> str:
    """Who acted: a person, a party by its link, or the demo's invented people, who have no names but numbers."""
    if actor.startswith("party:"):
        return register.name(actor.removeprefix("party:"), t.language)
    if actor.startswith("handler"):
        return t("处置人员 {n}", n=actor.removeprefix("handler"))
    invented = {"dispatcher": "值班员", "checker": "核查员", "ladder": "系统升级"}
    return names.get(actor) or t(invented.get(actor, actor))
