"""Every threshold of the detectors: its value, and what a person reads of it, in one place.

A new threshold is one field here. The page's form, `--thresholds` of the command line, the page's address
(`threshold_reader`), the JSON and `docs/thresholds.md` are made from the fields.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any

FORCE = "eV/Å"
"""Unit of thresholds on forces. For an angle they are carried through arc length (`analysis.thresholds_for`)."""


@dataclass(frozen=True)
class AboutThreshold:
    """What a person reads of a threshold, and what it may be.

    Attributes
    ----------
    label
        Its name beside a field of the page.
    unit
        ``eV``, ``eV/Å``, ``Å``, or empty for a factor or a count.
    help
        What it does and where its value comes from, in sentences.
    least, most
        What it may be at least and at most.
    main
        Whether it counts in itself; the others say how far noise and the grid raise it.
    """

    label: str
    unit: str
    help: str
    least: float = 0.0
    most: float = math.inf
    main: bool = False


def _threshold(usual: float, label: str, unit: str, help: str, *, most: float = math.inf, main: bool = False) -> Any:
    return field(default=usual, metadata={"about": AboutThreshold(label, unit, help, 0.0, most, main)})


@dataclass(frozen=True)
class Thresholds:
    """When a feature of a curve counts as an artifact; `ABOUT` has unit and meaning of each.

    The usual ones are for stored curves: high enough that the DFT curves of BSCT-SPICE (ωB97M-D3(BJ), 485 systems) and
    GFN2-xTB show nothing but real electronic features. `Thresholds.live` has lower ones for candidates that refinement
    with a live potential then confirms or refutes.
    """

    step: float = _threshold(
        5e-3,
        "Energy step",
        "eV",
        "Smallest step of the energy. In DFT curves the energy differs from the integrated force by 0.34 meV (99th "
        "percentile).",
        main=True,
    )
    step_noise: float = _threshold(
        8.0, "Step × noise", "", "Multiple of the noise σE + hσg that a step must exceed, h the distance of two frames."
    )
    step_resolution: float = _threshold(
        0.25,
        "Step × resolution",
        "",
        "Multiple of the quadrature's end correction that a step must exceed: where that is large, the grid does not "
        "resolve the curve.",
    )
    step_edge: float = _threshold(
        3.0,
        "Step at the ends ×",
        "",
        "Factor on the step's threshold in the two intervals at each end, where the derivative is one-sided.",
    )
    step_kink: float = _threshold(
        0.75,
        "Step × force jump",
        "",
        "Multiple of h|K| that a step must exceed: a jump of the force by K between two frames also makes the integral "
        "of the force wrong, by up to h|K|/2.",
    )
    kink: float = _threshold(5e-2, "Force kink", FORCE, "Smallest jump of the generalized force.", main=True)
    kink_noise: float = _threshold(
        16.0,
        "Kink × noise",
        "",
        "Multiple of σg that a kink must exceed. The extrapolation that measures a jump multiplies noise by 3.2, so 16 "
        "is five deviations.",
    )
    kink_relative: float = _threshold(
        0.05,
        "Kink × slope",
        "",
        "Multiple of the local |Δg|, with the offset added, that a kink must exceed: a jump of the force differs "
        "from a steep slope only where it stands out of it.",
    )
    kink_offset: float = _threshold(
        0.05, "Kink, slope offset", FORCE, "What is added to the local |Δg| before it is multiplied."
    )
    kink_background: float = _threshold(
        8.0,
        "Kink × background",
        "",
        "Multiple of the running median of |K| that a kink must exceed: what neighbouring intervals show as well is "
        "the grid's resolution and no jump. On ANI-1x, which has none, 8 leaves no finding in six systems and 4 leaves "
        "3; planted kinks of 1 eV/Å on a DFT wall are found in 9 of 10 with 8.",
    )
    kink_likeness: float = _threshold(
        0.9,
        "Kink, likeness",
        "",
        "Smallest cosine between K around the interval and what a jump leaves there: 1 for a clean jump, 0 for "
        "truncation on a steep slope.",
        most=1.0,
    )
    kink_unpredicted: float = _threshold(
        0.0,
        "Kink × unpredicted",
        "",
        "Above 0, kinks are looked for in what a cubic through their neighbours does not predict of the force's "
        "slopes, and must exceed this multiple of its running median in place of slope and background. It finds "
        "kinks of 0.05 eV/Å on a wall of 10 eV/Å a frame, and more that a finer grid refutes: for candidates that a "
        "live potential will judge.",
    )
    kink_wall: float = _threshold(
        0.01,
        "Kink × force on the wall",
        "",
        "Inside the equilibrium a kink must also exceed this multiple of |g|: on a wall of tens of eV/Å one below a "
        "hundredth of the force means nothing, and following it down costs frames. Only for live candidates.",
    )
    kink_wall_most: float = _threshold(
        5.0,
        "Kink on the wall, at most ×",
        "",
        "Multiple of the smallest kink beyond which the force on the wall raises it no further.",
    )
    prominence: float = _threshold(
        5e-3,
        "Depth of a minimum",
        "eV",
        "Smallest depth of a minimum. In DFT curves 485 of 485 systems have one interior minimum for any value of 1 to "
        "50 meV.",
        main=True,
    )
    prominence_noise: float = _threshold(
        10.0, "Depth × noise", "", "Multiple of σE that a depth, a collapse or a fall must exceed."
    )
    fall: float = _threshold(
        1e-2, "Fall of the energy", "eV", "Smallest fall of the energy towards an end of the range.", main=True
    )
    dead_band: float = _threshold(
        0.05,
        "Force without a sign",
        FORCE,
        "Smaller forces have no sign. In DFT curves 485 of 485 systems have one change of sign for any value of 0 to "
        "0.5 eV/Å.",
        main=True,
    )
    dead_band_noise: float = _threshold(6.0, "Sign × noise", "", "Multiple of σg below which a force has no sign.")
    extremum: float = _threshold(
        0.2,
        "Extremum of the force",
        FORCE,
        "By how much an extremum of the force must stand out. DFT curves have at most one at 0.2 eV/Å.",
        main=True,
    )
    extremum_noise: float = _threshold(
        8.0, "Extremum × noise", "", "Multiple of σg by which an extremum of the force must stand out."
    )
    curl: float = _threshold(
        0.05,
        "Force against slope",
        FORCE,
        "Smallest steady difference of the force from the energy's slope.",
        main=True,
    )
    curl_resolution: float = _threshold(
        0.5,
        "Slope × resolution",
        "",
        "Multiple of the quadrature's end correction that the difference of force and slope must exceed.",
    )
    curl_spread: float = _threshold(
        1.0,
        "Slope × spread",
        "",
        "Multiple of the difference's own spread over the window that it must exceed. On ANI-1x, whose forces are "
        "exact gradients, an unresolved wiggle of the wall leaves three times its mean as spread, a planted steady "
        "difference a tenth.",
    )
    overpull: float = _threshold(
        2.0,
        "Pull × reference's",
        "",
        "Multiple of the reference's strongest pull that the curve's own may reach. GFN2-xTB against DFT and DFT "
        "against GFN2-xTB stay below 1.9 on 311 bonds.",
        main=True,
    )
    overpull_alone: float = _threshold(
        0.5,
        "Pull² / (stiffness × depth)",
        "",
        "What F²/(k D) may reach without a reference: the strongest pull F, the stiffness k at the equilibrium, the "
        "depth D. A Morse bond has 1/8, DFT curves have 0.11 to 0.21, and one of 1,303 good curves exceeds 0.5.",
        main=True,
    )
    let_go: float = _threshold(
        0.03,
        "Let go, share",
        "",
        "Share of its strongest pull below which a bond is let go at the end of the range.",
        most=1.0,
        main=True,
    )
    held: float = _threshold(
        0.12,
        "Held, share",
        "",
        "Share of its strongest pull above which the reference still holds the bond there. With 0.03 and 0.12, one of "
        "622 comparisons of DFT and GFN2-xTB is a false finding; in DFT a share of 0.45 is usual.",
        most=1.0,
        main=True,
    )
    misplaced: float = _threshold(
        0.3,
        "Strongest pull, distance",
        "Å",
        "How far from the reference's the strongest pull may lie. DFT and GFN2-xTB differ by 0.22 Å at most.",
        main=True,
    )
    jump_noise: float = _threshold(
        8.0,
        "Jump × measured noise",
        "",
        "Multiple of the measured noise that a jump must exceed when the live potential is asked.",
    )
    coarse_points: int = _threshold(
        60,
        "Coarse grid, points",
        "",
        "A grid of fewer points is coarse: thresholds on differences grow by (points / n)², as the error of a stencil "
        "does at least, and a live potential is asked in the middle of each interval.",
        most=1e6,
    )

    @classmethod
    def live(cls) -> Thresholds:
        """Thresholds for candidates that a live potential will confirm or refute."""
        return cls(step=1e-3, step_edge=1.5, kink=0.02, kink_unpredicted=3.0)


def _about(threshold: Field[Any]) -> AboutThreshold:
    about = threshold.metadata.get("about")
    if not isinstance(about, AboutThreshold):
        raise TypeError(f"the threshold {threshold.name!r} has no label, unit and help: make it with `_threshold`")
    return about


ABOUT: Mapping[str, AboutThreshold] = {threshold.name: _about(threshold) for threshold in fields(Thresholds)}
"""What a person reads of every threshold, by its name."""

USUAL: Mapping[str, float | int] = dict(vars(Thresholds()))
"""The usual value of every threshold, by its name; a whole number where it counts something."""

ON_FORCES: tuple[str, ...] = tuple(name for name, about in ABOUT.items() if about.unit == FORCE)
"""Thresholds that are in eV per unit of the coordinate."""
