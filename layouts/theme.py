"""Colours of both themes: the only place they are named. Style sheets, maps and later paper take them from here."""

from dataclasses import dataclass, fields
from typing import Literal

from dashboard.live.faces import CaseFace

ThemeName = Literal["dark", "light"]


@dataclass(frozen=True)
class Theme:
    """The tokens of a theme; a field `c1` is the custom property `--c1` of the style sheets."""

    bg: str
    surface: str
    raised: str
    float: str
    line: str
    axis: str
    text: str
    muted: str
    accent: str
    on_accent: str
    ok: str
    risk: str
    breach: str
    paused: str
    met: str
    risk_wash: str
    breach_wash: str
    c1: str
    c2: str
    c3: str
    c4: str
    c5: str
    h1: str
    h2: str
    h3: str
    h4: str
    land: str
    water: str
    park: str
    road: str
    street: str
    building: str
    edge: str
    seam: str

    @property
    def classes(self) -> list[str]:
        """The ramp of areas, from few to many."""
        return [self.c1, self.c2, self.c3, self.c4, self.c5]

    @property
    def heat(self) -> list[str]:
        """The ramp of heat, from low to very high."""
        return [self.h1, self.h2, self.h3, self.h4]

    def of_face(self, face: CaseFace) -> str:
        """The colour of a case's state; the shape says it too."""
        return {
            CaseFace.VERY_LATE: self.breach,
            CaseFace.BREACHED: self.breach,
            CaseFace.AT_RISK: self.risk,
            CaseFace.ON_TRACK: self.ok,
            CaseFace.PAUSED: self.paused,
            CaseFace.CHECKED: self.met,
        }[face]


DARK = Theme(
    bg="#0b1420", surface="#121e2d", raised="#1a2a3c", float="#1c2c3f", line="#26384c", axis="#3a4f66",
    text="#e8eef5", muted="#94a8bc", accent="#4aa8ff", on_accent="#06121f",
    ok="#4cc0bd", risk="#f9c846", breach="#ff6a5e", paused="#938be6", met="#94a8bc",
    risk_wash="#2a2617", breach_wash="#2d1a22",
    c1="#17293b", c2="#1d3c56", c3="#255173", c4="#316a93", c5="#4387b4",
    h1="#2f2d2c", h2="#5c5246", h3="#988469", h4="#e2cba6",
    land="#121e2d", water="#16324a", park="#14282b", road="#4b6178", street="#223448",
    building="#3b536b", edge="#7d95ad", seam="#0b1420",
)  # fmt: skip

LIGHT = Theme(
    bg="#f3f5f8", surface="#ffffff", raised="#eef2f6", float="#ffffff", line="#d8e0e8", axis="#aab8c6",
    text="#17212b", muted="#566676", accent="#0b5fa5", on_accent="#ffffff",
    ok="#1f7a80", risk="#8a6100", breach="#9c1116", paused="#5330b8", met="#566676",
    risk_wash="#fdf5e0", breach_wash="#fdeeed",
    c1="#eef4f9", c2="#d2e3f0", c3="#accbe2", c4="#7fadcf", c5="#548eb8",
    h1="#efe6d8", h2="#d8c19c", h3="#b08b5c", h4="#75562f",
    land="#eef2f5", water="#cfe3f2", park="#e6f0e4", road="#c3ced9", street="#ffffff",
    building="#b9c6d3", edge="#8fa3b6", seam="#cbd6e0",
)  # fmt: skip

THEMES: dict[str, Theme] = {"dark": DARK, "light": LIGHT}


def see_through(colour: str, opacity: float) -> str:
    """A colour `#rrggbb` that lets what lies below shine through."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def tokens_css() -> str:
    """The custom properties of both themes, as `assets/css/tokens.css` holds them; a test compares the two."""
    return "\n".join(
        f'[data-theme="{name}"] {{ color-scheme: {name}; {_properties(theme)} }}' for name, theme in THEMES.items()
    )


def _properties(theme: Theme) -> str:
    return " ".join(f"--{field.name.replace('_', '-')}: {getattr(theme, field.name)};" for field in fields(theme))
