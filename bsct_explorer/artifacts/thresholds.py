"""Every threshold of the detectors in one frozen object, with its unit and where its value comes from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Thresholds:
    """When a feature of a curve counts as an artifact.

    The defaults are for stored curves: high enough that the DFT curves of BSCT-SPICE (ωB97M-D3(BJ), 485 systems) and
    GFN2-xTB show nothing but real electronic features. `Thresholds.live` has lower ones for candidates that refinement
    with a live potential then confirms or refutes. "per unit" is per unit of the coordinate, Å for a bond.

    Attributes
    ----------
    step
        eV. Smallest energy step. DFT: the energy differs from the integrated force by 0.34 meV (99th percentile).
    step_noise
        Multiple of the noise σE + hσg that a step must exceed.
    step_resolution
        Multiple of the quadrature's end correction that a step must exceed: where that is large, the grid does not
        resolve the curve.
    step_edge
        Factor on the step's threshold in the two end intervals, where the derivative is one-sided.
    step_kink
        Multiple of h|K| that a step must exceed: a jump of the force by K between two frames also makes the integral of
        the force wrong, by up to h|K|/2.
    kink
        eV per unit. Smallest jump of the generalized force.
    kink_noise
        Multiple of σg; the extrapolation that measures a jump multiplies noise by 3.2, so 16 is five deviations.
    kink_relative, kink_offset
        A jump must exceed kink_relative × (local |Δg| + kink_offset), kink_offset in eV per unit: a change of the force
        is only told from a steep slope when it stands out of it.
    kink_background
        Multiple of the running median of |K| that a kink must exceed: what neighbouring intervals show as well is the
        grid's resolution, not a jump. On ANI-1x, which has none, 8 leaves no finding in six systems and 4 leaves 3;
        planted kinks of 1 eV/Å on a DFT wall are found in 9 of 10 with 8.
    kink_likeness
        Smallest cosine between K around the interval and a jump's response there; 1 for a clean jump, 0 for truncation
        on a steep slope.
    kink_unpredicted
        Above 0, kinks are looked for in what a cubic through their neighbours does not predict of the force's slopes
        (`prediction`), and must exceed this multiple of its running median instead of `kink_relative` and
        `kink_background`. Finds kinks of 0.05 eV/Å on a wall of 10 eV/Å a frame, and more that a finer grid refutes:
        for candidates that a live potential will judge.
    kink_wall, kink_wall_most
        Inside the equilibrium a kink must also exceed kink_wall × |g|, up to kink_wall_most × kink: on a wall of tens
        of eV/Å one below a hundredth of the force means nothing, and following it down costs frames. Only where
        `kink_unpredicted` is above 0.
    prominence
        eV. Smallest depth of a minimum. DFT: one interior minimum in 485 of 485 for any value of 1 to 50 meV.
    prominence_noise
        Multiple of σE that a depth, a collapse or a fall must exceed.
    fall
        eV. Smallest fall of the energy towards an end of the range (wall-collapse, outer-fall).
    dead_band
        eV per unit. Smaller forces have no sign. DFT: one sign change in 485 of 485 for any value of 0 to 0.5 eV/Å.
    dead_band_noise
        Multiple of σg for the dead band.
    extremum
        eV per unit. Smallest prominence of an extremum of the force. DFT: at most one at 0.2 eV/Å.
    extremum_noise
        Multiple of σg for an extremum.
    curl
        eV per unit. Smallest steady difference of the force from the energy's slope.
    curl_resolution
        Multiple of the quadrature's end correction that the difference must exceed.
    curl_spread
        Multiple of the difference's own spread over the window that it must exceed: on ANI-1x, whose forces are exact
        gradients, an unresolved wiggle of the wall leaves three times its mean as spread, a planted steady difference a
        tenth.
    jump_noise
        Multiple of the measured noise that a jump must exceed when the live potential is asked.
    coarse_points
        Grids with fewer points than this are coarse: thresholds of the detectors that difference grow by
        (coarse_points / n)², the way in which the error of a stencil grows at least. A live potential is asked in the
        middle of each interval of such a grid (`finer`).
    """

    step: float = 5e-3
    step_noise: float = 8.0
    step_resolution: float = 0.25
    step_edge: float = 3.0
    step_kink: float = 0.75
    kink: float = 0.05
    kink_noise: float = 16.0
    kink_relative: float = 0.05
    kink_offset: float = 0.05
    kink_background: float = 8.0
    kink_likeness: float = 0.9
    kink_unpredicted: float = 0.0
    kink_wall: float = 0.01
    kink_wall_most: float = 5.0
    prominence: float = 5e-3
    prominence_noise: float = 10.0
    fall: float = 1e-2
    dead_band: float = 0.05
    dead_band_noise: float = 6.0
    extremum: float = 0.2
    extremum_noise: float = 8.0
    curl: float = 0.05
    curl_resolution: float = 0.5
    curl_spread: float = 1.0
    jump_noise: float = 8.0
    coarse_points: int = 60

    @classmethod
    def live(cls) -> Thresholds:
        """Thresholds for candidates that a live potential will confirm or refute."""
        return cls(step=1e-3, step_edge=1.5, kink=0.02, kink_unpredicted=3.0)
