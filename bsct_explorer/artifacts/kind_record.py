"""What a kind of finding is: one record that holds everything the product knows of it.

A new kind is one file, ``artifacts/kinds/<name>.py``, with a record `KIND`; what its detector computes may stand in a
second one under ``artifacts/detect/``. Everything else is made from the record: the kind is looked for and confirmed,
stands in the JSON schema, on the page with its symbol and its words, among the names of `check --max`, in the help of
its thresholds and in `docs/kinds.md`.

A finding passes through the record in three steps:

    detect   a curve on its grid          → `Sighting`s: place, interval, size, what is at stake, a sentence
    confirm  a sighting, the live curve   → a `Refinement`: whether it is there, and its exact place and size
    settle   what was confirmed           → a `Settled`: interval, what is at stake and sentence by the exact numbers
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Final, Literal, NamedTuple

from bsct_explorer.artifacts.artifact import Artifact, Severity
from bsct_explorer.artifacts.curve import Curve
from bsct_explorer.artifacts.detect.scene import Scene
from bsct_explorer.artifacts.live_curve import Question
from bsct_explorer.artifacts.refine.shape_polish import RefinementGrid
from bsct_explorer.artifacts.refinement import CauseKind, Quantity, Refinement
from bsct_explorer.artifacts.thresholds import Thresholds

Meaning = Literal["everywhere", "against a reference", "between two ends"]
"""Where a kind means something. ``everywhere``: it is wrong on any coordinate. ``against a reference``: on a periodic
coordinate, which has several true minima, only a reference can say that it does not belong. ``between two ends``: it is
about an end of the range, which a periodic coordinate does not have, or about a further minimum, of which it has
several that are real."""

JUMP_SEARCH: Final = "jump search"
"""The confirmation of kinds that are jumps: intervals are zoomed into, and all jumps in one are found together."""


BALANCE: Final = "balance"
"""The confirmation of a force that is no gradient: work and energy are compared over the whole scan at once, when its
jumps are known (`refine.conservation`)."""


BESIDE_JUMPS: Final = "beside jumps"
"""The confirmation of the kind of steep change: intervals are zoomed into for jumps, and what melts far below the way
of one step of molecular dynamics is one (`refine.steep_change`)."""


class Sighting(NamedTuple):
    """What a detector saw on the grid.

    Attributes
    ----------
    location, interval, size
        As in `Artifact`, in the coordinate's unit, and the size as `KindOfFinding.unit` says.
    at_stake
        eV, what the kind's severity is judged by.
    explanation
        One sentence with place and size in it.
    evidence
        Further named numbers, units in the keys.
    """

    location: float
    interval: tuple[float, float]
    size: float
    at_stake: float
    explanation: str
    evidence: Mapping[str, float | int | str]


class Settled(NamedTuple):
    """The exact words and numbers of a confirmed finding: interval, energy at stake in eV, sentence."""

    interval: tuple[float, float]
    at_stake: float
    explanation: str


@dataclass(frozen=True, kw_only=True)
class KindOfFinding:
    """One kind of finding.

    Attributes
    ----------
    name
        Its name in the JSON contract, ``energy-step``; the file is called the same with underscores.
    order
        Its place in lists and tables, ascending; equal ones go by name.
    title
        Its name for a person, ``energy step``.
    on_bond, on_angle, on_torsion
        What it means there, one sentence each.
    effect
        What it does in a simulation, in sentences.
    remedy
        What usually mends it, as a sentence.
    quantity
        Whether it is seen in the energy (its size is in eV) or in the force (eV per unit of the coordinate).
    symbol
        Bokeh's name of its marker in plots.
    reading
        What is read first among equally severe ones: 0 what explains others, 2 what is often a symptom, else 1.
    thresholds
        Fields of `Thresholds` that decide on it.
    meaning
        See `Meaning`.
    severity
        Severity of an energy at stake in eV (`artifact.severity_of`, `artifact.severity_of_trap`).
    detect
        Looks for it on a curve.
    confirm
        Asks the live potential about one sighting, or `JUMP_SEARCH`, `BALANCE` or `BESIDE_JUMPS`.
    settle
        Interval, energy at stake and sentence of a confirmed one, from the sighting, the potential's answer, and the
        scan.
    noun
        What the frames show, with its article, for sentences on refuted ones: ``a second minimum``.
    step_error
        Largest error of the total energy in one step of molecular dynamics across it, eV, from its size and the way of
        one step in units of the coordinate (`simulation_impact`); None where a step makes no error of its own.
    causes
        Causes that can make it beyond switches and rounding, which are tried for all that jumps. ``electronic-state``
        where a crossing of two states looks just like it; of a jump then one upwards.
    falls_towards
        The end of the range towards which the energy falls, for kinds that are a fall.
    sized_by_place
        Whether its size is a length of the coordinate instead of an energy or a force.
    between_frames
        Looks for those that the frames hide, from the scan, a curve in which all places asked meanwhile are known, and
        what was decided so far.
    left_without_steps
        Size in eV of a confirmed one on a curve without the jumps of its energy; below the prominence that counts it is
        a jump told twice (`refine.steps_taken_off`).
    """

    name: str
    order: int
    title: str
    on_bond: str
    on_angle: str
    on_torsion: str
    effect: str
    remedy: str
    quantity: Quantity
    symbol: str
    reading: int
    thresholds: tuple[str, ...]
    meaning: Meaning
    severity: Callable[[float], Severity]
    detect: Callable[[Scene], Sequence[Sighting]]
    confirm: (
        Callable[[Artifact, RefinementGrid], Question[Refinement]] | Literal["jump search", "balance", "beside jumps"]
    )
    settle: Callable[[Artifact, Refinement, Curve], Settled]
    noun: str
    step_error: Callable[[float, float], float] | None
    causes: frozenset[CauseKind]
    # Parts that only some kinds have.
    falls_towards: Literal["first", "last"] | None = None
    sized_by_place: bool = False
    between_frames: Callable[[Curve, Curve, Sequence[Artifact]], Sequence[Sighting]] | None = field(default=None)
    left_without_steps: Callable[[Curve, Artifact], float] | None = field(default=None)

    def __post_init__(self) -> None:
        for part in fields(self):
            if getattr(self, part.name) == "":
                raise TypeError(f"{part.name!r} is empty")
        sentences = ("on_bond", "on_angle", "on_torsion", "effect", "remedy")
        for name in sentences:
            if not getattr(self, name).endswith("."):
                raise TypeError(f"{name!r} is no sentence: it must end with a full stop")
        known = {threshold.name for threshold in fields(Thresholds)}
        if unknown := set(self.thresholds) - known:
            raise TypeError(f"'thresholds' names {', '.join(sorted(unknown))}, which `Thresholds` does not have")

    @property
    def is_jump(self) -> bool:
        """Whether it is a jump of its quantity."""
        return self.confirm == JUMP_SEARCH

    def unit(self, coordinate_unit: str) -> str:
        """Unit of its size: ``eV``, ``eV/Å``, ``eV/°``; that of the coordinate for one that is `sized_by_place`."""
        if self.sized_by_place:
            return coordinate_unit
        return "eV" if self.quantity == "energy" else f"eV/{coordinate_unit}"

    def means_on(self, coordinate: str) -> str:
        """What it means on a ``bond``, an ``angle`` or a ``torsion``."""
        return {"bond": self.on_bond, "angle": self.on_angle, "torsion": self.on_torsion}[coordinate]

    def why_it_matters(self, coordinate: str) -> str:
        """What it means on this coordinate, what it does in a simulation, and what usually mends it."""
        return f"{self.means_on(coordinate)} {self.effect} {self.remedy}"

    def artifact(self, seen: Sighting, coordinate_unit: str) -> Artifact:
        """A sighting as an artifact that nothing has refined yet."""
        return Artifact(
            kind=self.name,
            location=seen.location,
            interval=seen.interval,
            size=seen.size,
            unit=self.unit(coordinate_unit),
            severity=self.severity(seen.at_stake),
            explanation=seen.explanation,
            evidence={"at_stake_eV": seen.at_stake, **seen.evidence},
        )
