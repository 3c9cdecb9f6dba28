"""Sentences of the artifacts: place and size in the field's typography, for a student."""

from __future__ import annotations

import math

from bsct_explorer.artifacts.curve import Curve


def decimal(x: float, digits: int) -> str:
    """A number with a fixed count of decimals and a true minus sign."""
    return f"{x:.{digits}f}".replace("-", "−")


def size(x: float) -> str:
    """A number to two significant digits, three from 10 on, with a true minus sign and no exponent."""
    if x == 0 or not math.isfinite(x):
        return decimal(x, 0)
    magnitude = math.floor(math.log10(abs(x)))
    return decimal(x, max(0, 1 - magnitude))


class Words:
    """Places and nouns for one curve."""

    def __init__(self, curve: Curve) -> None:
        self.unit = curve.unit
        self.per_unit = curve.force_unit
        self.bond = curve.unit == "Å"
        least = 2 if self.bond else 0
        self.digits = max(least, math.ceil(-math.log10(curve.spacing) - 1e-9))

    @property
    def space(self) -> str:
        return "" if self.unit == "°" else " "

    def place(self, x: float) -> str:
        return f"{decimal(x, self.digits)}{self.space}{self.unit}"

    def span(self, lo: float, hi: float) -> str:
        return f"{decimal(lo, self.digits)} and {self.place(hi)}"

    def stretch(self, lo: float, hi: float) -> str:
        return f"{decimal(lo, self.digits)} to {self.place(hi)}"

    def energy_step(self, interval: tuple[float, float], step: float) -> str:
        way = "rises" if step > 0 else "falls"
        return (
            f"Between {self.span(*interval)} the energy {way} by {size(abs(step))} eV that the force does not account "
            "for: a simulation that passes here gains or loses energy out of nothing."
        )

    def force_kink(self, interval: tuple[float, float], jump: float) -> str:
        way = "rises" if jump > 0 else "drops"
        return (
            f"Between {self.span(*interval)} the force {way} by {size(abs(jump))} {self.per_unit} against its trend on "
            "both sides, in one jump or in less than a frame: a vibration is kicked each time it passes here."
        )

    def artificial_minimum(self, place: float, depth: float, outside: bool) -> str:
        if not self.bond:
            trapped = "the molecule would be trapped there, as the true one is not"
        elif outside:
            trapped = "a stretched bond would be trapped there, which no real bond does"
        else:
            trapped = "a compressed bond would be trapped there, which no real bond does"
        return f"The energy has a second minimum at {self.place(place)}, {size(depth)} eV deep: {trapped}."

    def wall_collapse(self, turn: float, fall: float) -> str:
        consequence = "atoms that come this close are pulled into each other" if self.bond else "nothing holds it back"
        return f"Below {self.place(turn)} the energy falls by {size(fall)} eV instead of rising: {consequence}."

    def outer_fall(self, turn: float, fall: float) -> str:
        consequence = (
            "a bond stretched this far is pushed apart instead of held together"
            if self.bond
            else "nothing brings it back"
        )
        return f"Beyond {self.place(turn)} the energy falls by {size(fall)} eV instead of rising: {consequence}."

    def spurious_force(self, interval: tuple[float, float], peak: float, outside: bool) -> str:
        if self.bond and outside:
            what = f"pushes the atoms apart, by up to {size(peak)} {self.per_unit}, where it should pull them together"
        elif self.bond:
            what = f"pulls the atoms together, by up to {size(peak)} {self.per_unit}, where it should push them apart"
        else:
            what = (
                f"points away from the equilibrium, by up to {size(peak)} {self.per_unit}, where it should point back"
            )
        return f"From {self.stretch(*interval)} the force {what}."

    def rough_force(self, interval: tuple[float, float], count: int, prominence: float) -> str:
        bend = {1: "once", 2: "twice"}.get(count, f"{count} times")
        return (
            f"From {self.stretch(*interval)} the force turns {bend} more than it should, by up to {size(prominence)} "
            f"{self.per_unit}: its strength there is bumpy where a real one changes steadily."
        )

    def non_conservative(self, interval: tuple[float, float], excess: float) -> str:
        return (
            f"From {self.stretch(*interval)} the force and the slope of the energy differ by {size(abs(excess))} "
            f"{self.per_unit}: the force is not the energy's gradient, so a simulation does not keep its energy."
        )
