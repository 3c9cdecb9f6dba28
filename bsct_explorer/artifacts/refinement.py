"""What refinement with the live potential says of a candidate, and what made it: plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from bsct_explorer.data import Floats, frozen_array

Quantity = Literal["energy", "force"]
"""What jumps, or is seen to be wrong: the energy (eV) or the generalized force (eV per unit of the coordinate)."""

QUANTITIES: tuple[Quantity, ...] = get_args(Quantity)

Verdict = Literal["jump", "real", "smooth", "steep", "noise", "unresolved"]
"""``jump``: it keeps its size down to the smallest spacing. ``real``: a feature that is no jump (an extra minimum, a
force that is no gradient), confirmed where the live potential was asked. ``smooth``: it melts away on a finer grid, its
width is known. ``steep``: smooth, and over less than one step of molecular dynamics, its width is known (of a candidate
for a jump: it still changes with the spacing at the smallest one, and is no jump). ``noise``: it does not stand out of
the potential's own noise. ``unresolved``: the budget ended, or frames failed, before it was decided; then the candidate
is undecided, neither confirmed nor refuted, and ``evidence["reason"]`` says why."""

NO_ANSWER = "the potential gave no answer there"
"""Why a candidate is undecided, unless its evidence says it better."""

CONFIRMED: frozenset[Verdict] = frozenset({"jump", "real"})

CauseKind = Literal[
    "cutoff-pair",
    "neighbour-switch",
    "internal-variable",
    "missing-core-repulsion",
    "extrapolation",
    "direct-forces",
    "float-precision",
    "electronic-state",
    "unknown",
]

CAUSE_KINDS: tuple[CauseKind, ...] = get_args(CauseKind)

Confidence = Literal["tested", "likely", "possible", "none"]
"""``tested``: an intervention moved or removed the artifact as the hypothesis predicts. ``likely``: what was measured
agrees and nothing else does. ``possible``: it can be neither excluded nor distinguished from others. ``none``: the
cause is not known."""


@dataclass(frozen=True)
class ZoomLevel:
    """One look at a candidate: the curve on one window.

    Attributes
    ----------
    values, energies, forces
        The coordinate, eV and eV per unit of it, shape (n,); energies as the potential gave them.
    spacing
        Distance of neighbouring values.
    size
        The largest jump seen at this spacing, in the artifact's unit, signed.
    """

    values: Floats
    energies: Floats
    forces: Floats
    spacing: float
    size: float

    def __post_init__(self) -> None:
        for name in ("values", "energies", "forces"):
            object.__setattr__(self, name, frozen_array(getattr(self, name)))


@dataclass(frozen=True)
class Refinement:
    """What the live potential said of one candidate.

    Attributes
    ----------
    verdict
        See `Verdict`.
    location, location_error
        The place and by how much it may be off, in the coordinate's unit.
    size, size_error, unit
        For a jump the size at the smallest spacing, for a refuted one that at the first level, else the polished depth
        or force; by how much it may be off; and its unit.
    width
        Over how much of the coordinate a smooth feature stretches; None where that has no meaning.
    levels
        Every zoom level, coarsest first.
    evaluations
        Frames that the live potential computed for this candidate.
    evidence
        Named numbers, units in the keys: noise floors, curvature, wavenumber, barrier …
    """

    verdict: Verdict
    location: float
    location_error: float
    size: float
    size_error: float
    unit: str
    width: float | None = None
    levels: tuple[ZoomLevel, ...] = ()
    evaluations: int = 0
    evidence: Mapping[str, float | int | str] = field(default_factory=dict)

    @property
    def confirmed(self) -> bool:
        return self.verdict in CONFIRMED


@dataclass(frozen=True)
class Cause:
    """The most likely reason of an artifact.

    Attributes
    ----------
    kind
        See `CauseKind`; ``unknown`` is said as such.
    confidence
        See `Confidence`.
    statement
        Two short sentences for a student.
    atoms
        0-based atoms to light in the structure: the pair, the switching neighbours, the atom whose variable switches.
    pairs
        Pairs of atoms (i, j) to draw as lines, where the cause is about pairs.
    evidence
        Named numbers and sentences for an expert, units in the keys: predicted and measured shift, cutoff, distance …
    source
        Where an expert reads more: a paper, a line of the potential's code.
    """

    kind: CauseKind
    confidence: Confidence
    statement: str
    atoms: tuple[int, ...] = ()
    pairs: tuple[tuple[int, int], ...] = ()
    evidence: Mapping[str, float | int | str] = field(default_factory=dict)
    source: str = ""
