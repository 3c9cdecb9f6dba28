"""Far beyond the scan's range: does the force die out, and is the energy that of the two fragments alone?

A broken bond has no force left, except the slow tail of electrostatics, and two molecules that do not feel each other
have the sum of their energies (size consistency). A potential with a cutoff reaches the first by construction, but not
the second where something is shared by all atoms: charges that add up to a total, a global state, a normalisation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bsct_explorer.artifacts.curve import SHORTEST
from bsct_explorer.artifacts.numerics import defect, end_correction
from bsct_explorer.data import Floats, frozen_array, generalized_force
from bsct_explorer.errors import DeformationError, PotentialError
from bsct_explorer.metrics.curve_measures import segments
from bsct_explorer.words.numbers import decimal, number, short

if TYPE_CHECKING:
    from bsct_explorer.artifacts.live_curve import LiveScan
    from bsct_explorer.data import PotentialInfo

REACH = 20.0
"""Å. Beyond every cutoff in use, the 12 Å of long-range terms included."""

DEAD = 1e-3
"""eV/Å. A force below it is called died out: the tail of two water dipoles is below it from 9 Å."""

INCONSISTENT = 5e-3
"""eV. Difference from the sum of the fragments that is called one; also for energy that the force does not explain."""

POINTS = 64

SPIN_NOTE = (
    "A fragment with an odd number of electrons was computed as a doublet; the separated molecule keeps its own "
    "multiplicity, so the two need not agree even for an exact method."
)


@dataclass(frozen=True)
class FarField:
    """A bond pulled far beyond its range.

    Attributes
    ----------
    values, energies, forces
        Å, eV and eV/Å, shape (n,), from the end of the range outwards; NaN where frames failed.
    failed
        Reason by frame index, for frames without an answer.
    residual_force
        eV/Å at the last frame that answered.
    dies_out_at
        Å from which on |g| stays below `DEAD`; None where it does not die out.
    decay
        n of g ∝ 1/rⁿ over the last quarter; None where the force changes sign or is zero there.
    tail
        eV that the energy still changes by from the last frame to infinity at that decay, ∫ −g dr = −g r/(n − 1); 0
        where n is not known or not above 1.
    unexplained
        eV, the largest change of the energy between two frames that the force does not account for, and where.
    steps
        All such changes above `INCONSISTENT`, as (eV, Å), from the range outwards.
    separated_energy, fragments_energy
        eV: at the last frame, and the sum of the two fragments alone; None where they could not be had.
    charges
        Charge given to the first and the second fragment.
    spin_changes
        Whether the fragments were computed with another spin than the molecule, so that an exact method might differ
        as well.
    sentences
        What was found.
    notes
        What is assumed, or could not be had.
    """

    values: Floats
    energies: Floats
    forces: Floats
    failed: Mapping[int, str]
    residual_force: float
    dies_out_at: float | None
    decay: float | None
    tail: float
    unexplained: tuple[float, float]
    steps: tuple[tuple[float, float], ...]
    separated_energy: float | None
    fragments_energy: float | None
    charges: tuple[int, int]
    spin_changes: bool
    sentences: tuple[str, ...]
    notes: tuple[str, ...]

    def __post_init__(self) -> None:
        for name in ("values", "energies", "forces"):
            object.__setattr__(self, name, frozen_array(getattr(self, name)))

    @property
    def size_inconsistency(self) -> float | None:
        """Energy of the molecule separated to infinity (`tail`) less the sum of its fragments, eV."""
        if self.separated_energy is None or self.fragments_energy is None:
            return None
        return self.separated_energy + self.tail - self.fragments_energy

    @property
    def size_consistent(self) -> bool | None:
        """Whether it is below `INCONSISTENT`; None where it is not known."""
        return None if self.size_inconsistency is None else abs(self.size_inconsistency) < INCONSISTENT


def far_field(live: LiveScan, reach: float = REACH, points: int = POINTS) -> FarField:
    """Pull a bond from the end of its range to `reach`, and compare with its fragments alone.

    Parameters
    ----------
    live
        The potential along a scan of a bond.
    reach
        Å; at least 1 Å beyond the range.
    points
        Frames, in geometric steps.

    Returns
    -------
    FarField

    Raises
    ------
    DeformationError
        The scan is of no bond, or `reach` lies within its range.
    PotentialError
        Too few frames had an answer.
    """
    scan = live.scan
    if scan.kind != "bond":
        raise DeformationError(
            f"A {scan.kind} has no far field: its fragments never separate. Pull one of the molecule's bonds instead."
        )
    end = float(scan.values[-1])
    if not reach >= end + 1.0:
        raise DeformationError(
            f"A far field to {short(reach)} Å lies within the scan, which ends at "
            f"{decimal(end, 2)} Å: take {decimal(end + 1, 1)} Å or more."
        )
    q = np.geomspace(end, reach, points)
    q[0], q[-1] = end, reach
    energies, forces, failed = _answers(live, q)
    known = np.isfinite(energies) & np.isfinite(forces)
    notes = [] if known.all() else [_gaps(q, failed)]
    if known.sum() < 8:
        raise PotentialError(
            f"{live.info.display_name} answered on {int(known.sum())} of {points} frames from {decimal(end, 1)} to "
            f"{short(reach)} Å, too few to judge its far field. {' '.join(notes)}"
        )
    r, e, g = q[known], energies[known], forces[known]
    dies = _dies_out(r, g)
    decay = _decay(r, g)
    changes = _unexplained(q, energies, forces)
    steps = tuple(change for change in changes if abs(change[0]) > INCONSISTENT)
    if _goes_back_and_forth(steps):
        notes.append(
            f"The comparison with the fragments depends on which of its curves the last frame lies on, by up to "
            f"{number(max(abs(step) for step, _ in steps), 2)} eV."
        )
    fragments, charges, spin = _fragments(live, notes)
    result = FarField(
        values=q,
        energies=energies,
        forces=forces,
        failed=failed,
        residual_force=float(g[-1]),
        dies_out_at=dies,
        decay=decay,
        tail=-float(g[-1] * r[-1]) / (decay - 1) if decay is not None and decay > 1 else 0.0,
        unexplained=max(changes, key=lambda change: abs(change[0]), default=(0.0, end)),
        steps=steps,
        separated_energy=float(e[-1]),
        fragments_energy=fragments,
        charges=charges,
        spin_changes=spin,
        sentences=(),
        notes=tuple(notes),
    )
    object.__setattr__(result, "sentences", tuple(_sentences(result, float(r[-1]), live.info)))
    return result


def _dies_out(r: Floats, g: Floats) -> float | None:
    """Where the last force above `DEAD` is left behind."""
    alive = np.flatnonzero(np.abs(g) >= DEAD)
    if not len(alive):
        return float(r[0])
    return None if alive[-1] == len(r) - 1 else float(r[alive[-1] + 1])


def _decay(r: Floats, g: Floats) -> float | None:
    """The n of g ∝ r⁻ⁿ by least squares over the last quarter; None where the force changes sign or vanishes there."""
    last = slice(-max(4, len(r) // 4), None)
    if not (np.all(g[last] > 0) or np.all(g[last] < 0)):
        return None
    return float(-np.polyfit(np.log(r[last]), np.log(np.abs(g[last])), 1)[0])


def _answers(live: LiveScan, q: Floats) -> tuple[Floats, Floats, dict[int, str]]:
    """Energies, generalized forces and, by frame, why one has none."""
    scan = live.scan.at(q)
    answer = live.frames(scan.positions)
    assert answer.forces is not None  # a live potential has them
    forces = generalized_force(answer.forces, scan.tangents)
    unknown = np.flatnonzero(~(np.isfinite(answer.energies) & np.isfinite(forces)))
    return answer.energies, forces, {int(k): answer.failed.get(int(k), "no finite answer") for k in unknown}


def _gaps(q: Floats, failed: Mapping[int, str]) -> str:
    """How many frames are left out, where, and the reason that most of them have."""
    ((reason, count),) = Counter(failed.values()).most_common(1)
    where = [q[k] for k in failed]
    most = "" if count == len(failed) else f"most of them ({count}) for this reason, "
    at = (
        f"at {decimal(where[0], 1)} Å"
        if len(where) == 1
        else f"between {decimal(min(where), 1)} and {decimal(max(where), 1)} Å"
    )
    return f"{len(failed)} of {len(q)} frames have no answer and are left out, {most}{at}: {reason}"


def _unexplained(q: Floats, energies: Floats, forces: Floats) -> list[tuple[float, float]]:
    """|ΔE + ∫g| of each interval (eV, signed) beyond what the grid leaves open, and its middle (Å).

    Never across a frame without an answer.
    """
    changes: list[tuple[float, float]] = []
    for run in segments(np.isfinite(energies) & np.isfinite(forces), SHORTEST):
        r, e, g = q[run], energies[run], forces[run]
        correction = end_correction(r, g)
        rest = defect(r, e, g, correction)
        rest = np.sign(rest) * np.maximum(np.abs(rest) - np.abs(correction), 0.0)
        changes += [(float(change), float(place)) for change, place in zip(rest, 0.5 * (r[:-1] + r[1:]), strict=True)]
    return changes


def _goes_back_and_forth(steps: Sequence[tuple[float, float]]) -> bool:
    """Whether some steps go up and others down."""
    return len({step > 0 for step, _ in steps}) == 2


def _fragments(live: LiveScan, notes: list[str]) -> tuple[float | None, tuple[int, int], bool]:
    """Sum of the fragments' energies with the lower of the two ways to give the charge to one of them."""
    charge = live.scan.molecule.charge
    ways = [(charge, 0), (0, charge)] if charge and live.info.uses_charge else [(0, 0)]
    if len(ways) > 1:
        notes.append(
            f"Which fragment keeps the charge {charge:+d} is not settled by pulling: the lower of both sums is taken."
        )
    sums: list[tuple[float, tuple[int, int], bool]] = []
    for way in ways:
        try:
            parts = [live.fragment_energy(label, way[label]) for label in (0, 1)]
        except PotentialError as error:
            notes.append(f"A fragment alone could not be computed: {error}")
            continue
        notes += [note for part in parts for note in part.notes]
        unpaired = [part.multiplicity - 1 for part in parts if part.multiplicity is not None]
        spin = bool(unpaired) and sum(unpaired) != live.scan.molecule.multiplicity - 1
        if spin:
            notes.append(SPIN_NOTE)
        sums.append((float(sum(part.energies[0] for part in parts)), way, spin))
    notes[:] = list(dict.fromkeys(notes))
    if not sums:
        return None, (0, 0), False
    return min(sums)


def _sentences(found: FarField, last: float, info: PotentialInfo) -> list[str]:
    said = []
    if found.dies_out_at is not None:
        said.append(
            f"The force has died out from {decimal(found.dies_out_at, 1)} Å on (below {short(DEAD)} eV/Å)."
            if found.dies_out_at > found.values[0]
            else f"The force has died out by the end of the range, {decimal(found.dies_out_at, 1)} Å."
        )
    else:
        falls = f", falling as 1/r^{decimal(found.decay, 1)}" if found.decay is not None and found.decay > 0 else ""
        said.append(f"At {decimal(last, 1)} Å a force of {number(found.residual_force, 2)} eV/Å is left{falls}.")
    if found.steps:
        said.append(_steps_in_words(found, info))
    difference = found.size_inconsistency
    where = f"At {decimal(last, 1)} Å"
    if abs(found.tail) > 1e-3:
        where = f"With the {number(found.tail, 2)} eV that the force left at {decimal(last, 1)} Å still changes it by,"
    if difference is None:
        said.append("Its energy could not be compared with that of the fragments alone.")
    elif found.size_consistent:
        said.append(
            f"{where} the energy is the sum of the fragments' to {number(abs(difference), 2)} eV."
            if abs(difference) >= 1e-6
            else f"{where} the energy is the sum of the fragments'."
        )
    else:
        way = "above" if difference > 0 else "below"
        why = (
            "from the change of spin or from a lack of size consistency"
            if found.spin_changes
            else "and the potential is not size-consistent here"
        )
        said.append(
            f"{where} the energy lies {number(abs(difference), 2)} eV {way} the sum of the two fragments alone, {why}."
        )
    return said


def _steps_in_words(found: FarField, info: PotentialInfo) -> str:
    step, place = found.unexplained
    if len(found.steps) == 1:
        text = f"Near {decimal(place, 1)} Å the energy changes by {number(step, 2)} eV that the force does not explain."
        other = " A method that solves for electrons may have switched to another self-consistent solution there."
        return text + other if info.solves_for_electrons else text
    first, last = found.steps[0][1], found.steps[-1][1]
    text = (
        f"At {len(found.steps)} places from {decimal(first, 1)} to {decimal(last, 1)} Å the energy changes by up to "
        f"{number(abs(step), 2)} eV that the force does not explain"
    )
    if not _goes_back_and_forth(found.steps):
        return f"{text}, always {'up' if step > 0 else 'down'}."
    text += ", up at some and down at others: it goes back and forth between curves."
    if info.solves_for_electrons:
        text += (
            f" {info.display_name} has more than one self-consistent solution there, and which one its iteration finds "
            "changes from frame to frame: that is the method's, and not a feature of the molecule."
        )
    return text
