"""One place seen in two ways: float32 against float64, batch against single. What differs is rounding."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bsct_explorer.artifacts.live import Line
from bsct_explorer.artifacts.noise import JITTER
from bsct_explorer.artifacts.units import units_per_angstrom
from bsct_explorer.artifacts.wording import precise
from bsct_explorer.artifacts.zoom import robust_line
from bsct_explorer.molecules.molecule import Floats

_POINTS = 16


@dataclass(frozen=True)
class Comparison:
    """What two ways of computing give around a place.

    Attributes
    ----------
    place, unit
        Where.
    energy, force
        Largest differences over the places compared, the energies' mean difference taken off; eV, eV per unit.
    energy_jump_a, energy_jump_b, force_jump_a, force_jump_b
        Largest jump between neighbouring places, less the smooth part, as each of the two sees it; eV, eV per unit.
    compared
        Places where both gave an answer.
    """

    place: float
    unit: str
    energy: float
    force: float
    energy_jump_a: float
    energy_jump_b: float
    force_jump_a: float
    force_jump_b: float
    compared: int

    def same_jump(self, share: float = 0.1) -> bool:
        """Whether both see the same jump of the force, or else of the energy, within `share` of its size."""
        pairs = ((self.force_jump_a, self.force_jump_b), (self.energy_jump_a, self.energy_jump_b))
        return any(
            a and abs(a - b) <= share * abs(a) and abs(a) > 10 * d
            for (a, b), d in zip(pairs, (self.force, self.energy), strict=True)
        )

    @property
    def sentence(self) -> str:
        """The differences in words."""
        return (
            f"Around {self.place:.6g} {self.unit} they differ by up to {precise(self.energy, 2)} eV in the energy and "
            f"{precise(self.force, 2)} eV/{self.unit} in the force."
        )


def compare_precisions(
    line_a: Line, line_b: Line, place: float, *, unit: str = "Å", half_width: float | None = None
) -> Comparison:
    """Ask two lines at the same places around one, in one batch each.

    Parameters
    ----------
    line_a, line_b
        The same potential in two precisions (`LiveScan.in_precision`), or in batches and one by one
        (`LiveScan.one_by_one`).
    place
        At best a certified jump's location.
    unit
        Unit of the coordinate.
    half_width
        Half of the stretch compared; default ±0.2 mÅ, far above the rounding of positions in single precision.

    Returns
    -------
    Comparison
        NaN where no place was answered by both.
    """
    half = JITTER * units_per_angstrom(unit) if half_width is None else half_width
    values = place + half * np.linspace(-1.0, 1.0, _POINTS)
    a, b = line_a(values), line_b(values)
    both = np.isfinite(a.energies) & np.isfinite(b.energies) & np.isfinite(a.forces) & np.isfinite(b.forces)
    if both.sum() < 3:
        nan = float("nan")
        return Comparison(place, unit, nan, nan, nan, nan, nan, nan, int(both.sum()))
    offset = a.energies[both] - b.energies[both]
    return Comparison(
        place=place,
        unit=unit,
        energy=float(np.abs(offset - np.median(offset)).max()),
        force=float(np.abs(a.forces[both] - b.forces[both]).max()),
        energy_jump_a=_jump(a.energies[both]),
        energy_jump_b=_jump(b.energies[both]),
        force_jump_a=_jump(a.forces[both]),
        force_jump_b=_jump(b.forces[both]),
        compared=int(both.sum()),
    )


def _jump(y: Floats) -> float:
    """The largest step between neighbours less the robust line through all steps, signed."""
    rest = np.diff(y) - robust_line(np.diff(y))
    return float(rest[np.abs(rest).argmax()])
