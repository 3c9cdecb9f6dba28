"""What is drawn together: the analyses of one scan, how each looks, and what the person asked of the figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bsct_explorer.analysis import Analysis, RelativeCurve, equilibrium_frame, relative_curve
from bsct_explorer.data import Floats
from bsct_explorer.deformations import Scan
from bsct_explorer.plots.looks import REFERENCE_LOOK, Look
from bsct_explorer.words.atoms import coordinate_label
from bsct_explorer.words.energy_zeros import DEFAULT_ZERO, EnergyZero
from bsct_explorer.words.units import EV, EnergyUnit

REFERENCE = "reference"
"""Key of the reference among what is drawn, whatever potential it is."""


@dataclass(frozen=True)
class PlotSettings:
    """What a person asked of the figures.

    Attributes
    ----------
    zero
        A key of `words.energy_zeros.ENERGY_ZEROS`.
    integrated
        Draw the path integral of the forces in place of the potential's own energies.
    full_range
        Show the whole repulsive wall; else it is clipped, so that the well and the dissociation are seen.
    energy_unit
        What energies and forces are drawn in.
    """

    zero: EnergyZero = DEFAULT_ZERO
    integrated: bool = False
    full_range: bool = False
    energy_unit: EnergyUnit = EV


@dataclass(frozen=True)
class ShownCurves:
    """Everything that a figure needs to know.

    Attributes
    ----------
    analyses
        By key, in the order in which they are drawn; `REFERENCE` for the reference.
    looks
        Colour and dash by key; the reference's is fixed.
    settings
        What a person asked for.
    """

    analyses: Mapping[str, Analysis] = field(default_factory=dict)
    looks: Mapping[str, Look] = field(default_factory=dict)
    settings: PlotSettings = field(default_factory=PlotSettings)

    @property
    def scan(self) -> Scan | None:
        """The scan of these curves; None where there is none."""
        return next((analysis.profile.scan for analysis in self.analyses.values()), None)

    @property
    def unit(self) -> str:
        """The coordinate's unit."""
        return self.scan.unit if self.scan is not None else "Å"

    @property
    def reference(self) -> Analysis | None:
        """The reference's own analysis."""
        return self.analyses.get(REFERENCE)

    @property
    def coordinate_label(self) -> str:
        """What the coordinate is, with its atoms and its unit: ``C0–C1 distance / Å``."""
        scan = self.scan
        if scan is None:
            return ""
        return f"{coordinate_label(scan.molecule.symbols, scan.kind, scan.atoms)} / {scan.unit}"

    def relative(self, analysis: Analysis) -> RelativeCurve:
        """One of these curves with its energies relative to the zero of the settings."""
        return relative_curve(analysis, self.settings.zero, equilibrium_frame(self.reference))

    def look(self, key: str) -> Look:
        """Colour and dash of one of them."""
        return REFERENCE_LOOK if key == REFERENCE else self.looks[key]


@dataclass(frozen=True)
class Ordinates:
    """What one curve has on one figure's axis of values; a record gives it in units of eV and of the coordinate.

    Attributes
    ----------
    values
        Shape (n_frames,), NaN for gaps.
    spread
        Standard deviation over an ensemble's members, same shape; None for a single model.
    """

    values: Floats
    spread: Floats | None = None

    def times(self, factor: float) -> Ordinates:
        """The same in another unit."""
        return Ordinates(factor * self.values, None if self.spread is None else factor * self.spread)


@dataclass(frozen=True)
class DrawnCurve:
    """One potential's line in one figure.

    Attributes
    ----------
    key, name, look
        Who it is, what a person calls it, and how it is drawn.
    values
        The coordinate, shape (n_frames,).
    ordinates
        What is drawn against it, in the unit that is shown.
    factor
        How many of that unit one of eV is.
    equilibrium
        Frame of the curve's own minimum; None where it has none.
    unit
        Of the coordinate.
    periodic
        Whether the coordinate closes on itself, so that there is no wall.
    """

    key: str
    name: str
    look: Look
    values: Floats
    ordinates: Ordinates
    factor: float = 1.0
    equilibrium: int | None = None
    unit: str = "Å"
    periodic: bool = False

    @property
    def is_reference(self) -> bool:
        return self.key == REFERENCE

    def in_ev(self) -> DrawnCurve:
        """The same curve as its record gave it."""
        return replace(self, ordinates=self.ordinates.times(1 / self.factor), factor=1.0)
