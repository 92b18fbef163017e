"""The marks of states: the same shapes as on the screen, in a box of 16 × 16."""

from layouts.theme import LIGHT

SHAPES = {
    "on_track": "M8 2.6a5.4 5.4 0 1 0 0 10.8 5.4 5.4 0 0 0 0-10.8z",
    "at_risk": "M8 .8 15.2 8 8 15.2.8 8z",
    "breached": "M8 1.2 15.6 14.6H.4z",
    "very_late": "M8 0 14 7.3H2zM8 7.7 15 16H1z",
    "paused": "M3 2h3.6v12H3zM9.4 2H13v12H9.4z",
    "checked": "M6.3 13.2 1.2 8.1l1.9-1.9 3.2 3.2 6.6-6.6 1.9 1.9z",
    "stale": "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM8 3.4c1 0 2 .3 2.7.9L4.3 10.7A4.6 4.6 0 0 1 8 3.4zm0 9.2"
    "c-1 0-2-.3-2.7-.9l6.4-6.4A4.6 4.6 0 0 1 8 12.6z",
    "unknown": "M2 6.9h12v2.2H2z",
}
SHAPES |= {"met": SHAPES["checked"], "met_late": SHAPES["breached"], "not_required": SHAPES["unknown"]}
COLOURS = {
    "very_late": LIGHT.breach,
    "breached": LIGHT.breach,
    "at_risk": LIGHT.risk,
    "on_track": LIGHT.ok,
    "paused": LIGHT.paused,
    "checked": LIGHT.met,
    "met": LIGHT.met,
    "met_late": LIGHT.breach,
    "not_required": LIGHT.met,
    "stale": LIGHT.risk,
    "unknown": LIGHT.muted,
}
ORDER = ("checked", "paused", "on_track", "at_risk", "breached", "very_late")
"""From the lowest to the top of the pile."""
SIZES = {"normal": 210, "urgent": 245, "major": 310}
HALO = 2.4


def mark(state: str, severity: str, x: float, y: float, share: float = 1.0) -> str:
    """A mark on a map: sized by severity, with a halo."""
    size = SIZES[severity] * share
    place = f"translate({x - size / 2:.0f} {y - size / 2:.0f}) scale({size / 16:.2f})"
    return (
        f'<path d="{SHAPES[state]}" transform="{place}" fill="{COLOURS[state]}" stroke="#ffffff"'
        f' stroke-width="{HALO}" stroke-linejoin="round" paint-order="stroke"/>'
    )


def icon(state: str) -> str:
    """A mark beside text."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
        f'<path d="{SHAPES[state]}" fill="{COLOURS[state]}"/></svg>'
    )
