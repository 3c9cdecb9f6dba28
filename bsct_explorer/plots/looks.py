"""Colours and dashes of potentials, surfaces and severities; one place, so that they are the same everywhere."""

from __future__ import annotations

from dataclasses import dataclass

from bsct_explorer.potentials.families import SHIPPED
from bsct_explorer.potentials.family import Dash, Hue, Seat

# Okabe and Ito's palette (https://jfly.uni-koeln.de/color/), told apart by colour-blind people too. On white, orange,
# sky blue and purple are darkened at the same hue until they reach 3:1, WCAG's contrast for lines; yellow is left out.
PALETTE: dict[Hue, tuple[str, str]] = {
    "vermilion": ("#D55E00", "#F0802B"),
    "blue": ("#0072B2", "#4AA3DF"),
    "green": ("#00875F", "#1DBF92"),
    "purple": ("#B4558B", "#D58FB8"),
    "orange": ("#B97A00", "#E8A92E"),
    "sky": ("#2B8CC4", "#8BCBEF"),
    "olive": ("#7A6A00", "#D8C93A"),
    "slate": ("#5F6B7A", "#B8C2CC"),
}
"""Each hue on white and on the dark page's black."""

LONG_DASH = "14 3"
"""Long dashes with small gaps: nearly solid."""

DASHES: dict[Dash, str] = {"solid": "solid", "dash-dot": "dashdot", "dotted": "dotted", "long-dash": LONG_DASH}
"""As Bokeh takes them."""


@dataclass(frozen=True)
class Look:
    """How one potential is drawn: its colour in both themes, its dash, and whether as a ghost behind the others."""

    light: str
    dark: str
    dash: str
    ghost: bool = False

    def colour(self, dark: bool) -> str:
        return self.dark if dark else self.light

    def border(self, dark: bool) -> str:
        """The line as CSS of a small box: its top border."""
        style = {"solid": "solid", LONG_DASH: "solid", "dotted": "dotted"}.get(self.dash, "dashed")
        gap = ";mask:linear-gradient(90deg,#000 11px,#0000 11px 14px,#000 14px)" if self.dash == LONG_DASH else ""
        return f"border-top:3px {style} {self.colour(dark)}{gap}"


REFERENCE_LOOK = Look("#111111", "#F5F5F5", "dashed")


def look_of(name: str, offered: tuple[str, ...] = ()) -> Look:
    """Colour and dash of a potential; a person's own get the next free seats, in the order they are offered."""
    if name in SHIPPED:
        return look_on(SHIPPED[name].seat)
    own = [other for other in offered if other not in SHIPPED]
    place = own.index(name) if name in own else len(own)
    return look_on(FREE_SEATS[place % len(FREE_SEATS)])


def look_on(seat: Seat) -> Look:
    """What is drawn for a seat."""
    light, dark = PALETTE[seat.hue]
    return Look(light, dark, DASHES[seat.dash])


def free_seats() -> tuple[Seat, ...]:
    """Seats that no potential that ships has, dotted ones first; slate is too near to the surfaces' greys."""
    order: tuple[Dash, ...] = ("dotted", "dash-dot", "long-dash", "solid")
    taken = {one.seat for one in SHIPPED.values()}
    seats = (Seat(hue, dash) for dash in order for hue in PALETTE if hue != "slate")
    return tuple(seat for seat in seats if seat not in taken)


FREE_SEATS = free_seats()


@dataclass(frozen=True)
class Surface:
    """Background, text and line colours of the plots in one theme."""

    background: str
    text: str
    muted: str
    grid: str
    zero: str
    marker: str


LIGHT_SURFACE = Surface("#FFFFFF", "#1F2328", "#59636E", "#E8EAED", "#8A929B", "#1F2328")
DARK_SURFACE = Surface("#121212", "#E8EAED", "#A4ACB5", "#33373C", "#7D858E", "#E8EAED")


def surface(dark: bool) -> Surface:
    return DARK_SURFACE if dark else LIGHT_SURFACE


SEVERITY_MARKS = {"severe": "●", "moderate": "◐", "minor": "○"}
"""Severity by shape as well as by word."""
