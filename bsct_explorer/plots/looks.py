"""Colours and dashes of potentials, surfaces and severities; one place, so that they are the same everywhere."""

from __future__ import annotations

from dataclasses import dataclass

# Okabe and Ito's palette (https://jfly.uni-koeln.de/color/), told apart by colour-blind people too. On white, orange,
# sky blue and purple are darkened at the same hue until they reach 3:1, WCAG's contrast for lines; yellow is left out.
_LIGHT = ("#D55E00", "#0072B2", "#00875F", "#B4558B", "#B97A00", "#2B8CC4", "#7A6A00")
_DARK = ("#F0802B", "#4AA3DF", "#1DBF92", "#D58FB8", "#E8A92E", "#8BCBEF", "#D8C93A")
# The last row, long dashes with small gaps, is the testbed's: nearly solid, and no other potential's.
LONG_DASH = "14 3"
_DASHES = ("solid", "dashdot", "dotted", LONG_DASH)

# The shipped potentials keep their colour whatever else is chosen.
_SEATS = {
    "ani1x": 0,
    "so3lr": 1,
    "7net-0": 2,
    "chgnet": 3,
    "ani1ccx": 4,
    "7net-l3i5": 5,
    "chgnet-r2scan": 6,
    "gfn2-xtb": 8,
    "morse": 11,
    "lennard-jones": 12,
    # Hard neighbours are warm, D is blue; E, a paler blue, is D with other forces.
    "testbed-A": 21,
    "testbed-B": 25,
    "testbed-C": 23,
    "testbed-D": 22,
    "testbed-E": 26,
    "testbed-F": 27,
    "testbed-H": 24,
}
_FIRST_FREE_SEAT = 14


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


_APART = {"testbed-G": Look("#5F6B7A", "#B8C2CC", LONG_DASH)}
"""The testbed's eighth: its row has seven colours."""

REFERENCE_LOOK = Look("#111111", "#F5F5F5", "dashed")


def look_of(name: str, offered: tuple[str, ...] = ()) -> Look:
    """Colour and dash of a potential; a person's own get the next free seats, in the order they are offered."""
    if name in _APART:
        return _APART[name]
    seat = _SEATS.get(name)
    if seat is None:
        own = [other for other in offered if other not in _SEATS]
        seat = _FIRST_FREE_SEAT + (own.index(name) if name in own else len(own))
    index, turn = seat % len(_LIGHT), (seat // len(_LIGHT)) % len(_DASHES)
    return Look(_LIGHT[index], _DARK[index], _DASHES[turn])


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
