"""A person's own model asked a few frames again: does it say the same twice, see the atoms move, and see the charge?

A shipped potential is known and is asked nothing more. Any other one is asked ten frames beside those of the scan, and
one or two with another charge or multiplicity. What is found is said in the evaluation's notes, and by how much
its answers differ from call to call in `Evaluation.repeats`: what is finer than that is not judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bsct_explorer.data import Evaluation, Floats, Ints, Repeats, generalized_force
from bsct_explorer.errors import Cancelled, ExplorerError
from bsct_explorer.remarks.of_models import DEPENDS_ON_HISTORY, NOT_DETERMINISTIC, SAME_ANSWER
from bsct_explorer.remarks.of_potentials import CHARGE_IGNORED, MULTIPLICITY_IGNORED
from bsct_explorer.words.numbers import number, short
from bsct_explorer.words.units import with_unit

if TYPE_CHECKING:
    from bsct_explorer.deformations import Scan
    from bsct_explorer.potentials import Potential
    from bsct_explorer.potentials.base import Cancel

STEPS = (1e-5, 1e-4, 1e-3, 1e-2)
"""Å by which one atom is moved. In single precision a coordinate of 10 Å still moves in steps of 1e-6 Å."""

SEEN = 1e-2
"""eV/Å². Where the force changes less with the coordinate, nobody can expect the model to see a small step."""

STEADY = 1e-3
"""eV/Å. Two frames may have one answer where the force along the coordinate is smaller than this."""

AGAIN, MORE = 4, 8
"""Frames over the scan that are asked again, beside the lowest; and, where one differs, those that are asked twice
more, so that the spread is known to about a quarter."""

SAID_ENERGY, SAID_FORCE = 1e-5, 1e-4
"""eV and eV/Å. Smaller differences raise the noise floor and get no word: a hundredth of what counts as a finding."""

SAME_ENERGY = 1e-6
"""eV. Energies that differ by less are the same: no charge and no spin changes one by so little."""

FINER = "What is finer is not judged."
TO_LOOK_FOR = "dropout left on, sampling, sums in random order?"

ROUNDED_ENERGY, ROUNDED_FORCE = 2.0**-20, 1e-5
"""Relative differences that rounding in single precision makes of one frame in two batches: some last digits."""


def is_shipped(potential: Potential) -> bool:
    """Whether a potential, with or without other switches, is one of those that every installation offers."""
    from bsct_explorer.potentials.families import SHIPPED
    from bsct_explorer.potentials.potential_names import split_name

    return split_name(potential.info.name)[0] in SHIPPED


def checked_answers(scan: Scan, potential: Potential, evaluation: Evaluation, cancel: Cancel | None) -> Evaluation:
    """The evaluation with what asking again showed: notes, `repeats`, and no charge where it makes no difference.

    Raises
    ------
    Cancelled
        `cancel` said so.
    """
    if evaluation.forces is None or is_shipped(potential):
        return evaluation
    asked = _Asked(scan, potential, evaluation, cancel)
    if not len(asked.known):
        return evaluation
    try:
        return asked.checked()
    except Cancelled:
        raise
    except ExplorerError as error:
        return asked.with_note(NOT_DETERMINISTIC.say(f"Frames that had an answer have none when asked again. {error}"))


class Difference(NamedTuple):
    """Largest differences of energies, eV, and of components of forces, eV/Å, between answers on the same frames."""

    energy: float
    force: float

    def exceeds(self, other: Difference) -> bool:
        """Whether either is larger than the other's."""
        return self.energy > other.energy or self.force > other.force

    def largest(self, other: Difference) -> Difference:
        """The larger of each."""
        return Difference(max(self.energy, other.energy), max(self.force, other.force))


def difference(ours: Evaluation, frames: Sequence[int], theirs: Evaluation, other: Sequence[int]) -> Difference:
    """How far two evaluations are apart on frames of the one and frames of the other; failed ones are left out."""
    assert ours.forces is not None
    assert theirs.forces is not None
    energies = np.abs(ours.energies[list(frames)] - theirs.energies[list(other)])
    forces = np.abs(ours.forces[list(frames)] - theirs.forces[list(other)])
    return Difference(*(float(np.nanmax(d)) if np.isfinite(d).any() else 0.0 for d in (energies, forces)))


@dataclass(frozen=True)
class _Asked:
    """A scan's answers, and the potential that is asked again."""

    scan: Scan
    potential: Potential
    evaluation: Evaluation
    cancel: Cancel | None

    def checked(self) -> Evaluation:
        """The evaluation with what asking again showed."""
        known = self.known
        lowest = int(known[self.evaluation.energies[known].argmin()])
        spread = known[np.linspace(0, len(known) - 1, AGAIN).astype(int)]
        # The lowest twice in a row, and right before it is nudged: a model may compare with what it was asked last.
        frames = [*dict.fromkeys(int(k) for k in spread if k != lowest), lowest, lowest]
        again = self.ask(np.concatenate([self.scan.positions[frames], self._nudged(lowest)]))
        repeats, notes = self._repeated(frames, again)
        notes += self._unseen(lowest, again, len(frames)) or self._stairs()
        charge, multiplicity, ignored = self._state_seen(lowest, float(again.energies[len(frames) - 1]), repeats)
        checked = replace(self.evaluation, repeats=repeats, charge=charge, multiplicity=multiplicity)
        return replace(checked, notes=tuple(dict.fromkeys([*ignored, *notes, *checked.notes])))

    def with_note(self, note: str) -> Evaluation:
        """The evaluation with more to say."""
        return replace(self.evaluation, notes=(note, *self.evaluation.notes))

    def ask(self, positions: Floats, charge: int | None = None, multiplicity: int | None = None) -> Evaluation:
        """Answers on frames of the molecule, Å, shape (n, n_atoms, 3), with its own charge unless another is given."""
        molecule = self.scan.molecule
        return self.potential.evaluate(
            molecule.numbers,
            positions,
            charge=molecule.charge if charge is None else charge,
            multiplicity=molecule.multiplicity if multiplicity is None else multiplicity,
            cancel=self.cancel,
        )

    @cached_property
    def known(self) -> Ints:
        """Frames with an answer."""
        energies, forces = self.evaluation.energies, self.evaluation.forces
        assert forces is not None
        return np.flatnonzero(np.isfinite(energies) & np.isfinite(forces).all(axis=(1, 2))).astype(np.int64)

    @cached_property
    def force(self) -> Floats:
        """Generalized force along the scan, eV per unit, shape (n_frames,)."""
        assert self.evaluation.forces is not None
        return generalized_force(self.evaluation.forces, self.scan.tangents)

    @cached_property
    def rounding(self) -> Difference:
        """What rounding alone makes of one frame in two batches."""
        energies, forces = self.evaluation.energies[self.known], self.evaluation.forces
        assert forces is not None
        if self.potential.dtype != "float32" and bool((energies.astype(np.float32) != energies).any()):
            return Difference(0.0, 0.0)
        largest = np.abs(energies).max(), np.abs(forces[self.known]).max()
        return Difference(ROUNDED_ENERGY * float(largest[0]), ROUNDED_FORCE * float(largest[1]))

    # Does it say the same twice?

    def _repeated(self, frames: list[int], again: Evaluation) -> tuple[Repeats, list[str]]:
        """How far answers differ from call to call, and what is said of it; the last two frames are one."""
        in_a_row = difference(again, [len(frames) - 2], again, [len(frames) - 1])
        later = difference(self.evaluation, frames, again, range(len(frames))).largest(in_a_row)
        worth_a_word = self.rounding.largest(Difference(SAID_ENERGY, SAID_FORCE))
        if not later.exceeds(worth_a_word):
            return self._spread_of(frames, again), []
        some = self.known[np.unique(np.linspace(0, len(self.known) - 1, MORE).astype(int))]
        twice = np.repeat(some, 2)
        more, even, odd = self.ask(self.scan.positions[twice]), range(0, len(twice), 2), range(1, len(twice), 2)
        in_a_row = in_a_row.largest(difference(more, even, more, odd))
        later = later.largest(in_a_row).largest(difference(self.evaluation, some.tolist(), more, even))
        size = f"{number(later.energy, 2)} eV in the energy and {number(later.force, 2)} eV/Å in a force"
        repeats = self._spread_of(twice.tolist(), more)
        if in_a_row.exceeds(worth_a_word):
            why = "its network is in training mode: call .eval()" if in_training(self.potential) else TO_LOOK_FOR
            said = f"Not deterministic: one frame, asked again, differs by up to {size} ({why}). {FINER}"
            return repeats, [NOT_DETERMINISTIC.say(said)]
        said = (
            f"Depends on what was asked before: a frame that is asked again after the scan differs by up to {size}, "
            f"and not when it is asked twice in a row. The model keeps something from one frame to the next. {FINER}"
        )
        return repeats, [DEPENDS_ON_HISTORY.say(said)]

    def _spread_of(self, frames: list[int], again: Evaluation) -> Repeats:
        """σ of one answer from its differences to the scan's, whose variance is twice as large."""
        assert self.evaluation.forces is not None
        assert again.forces is not None
        first = slice(0, len(frames))
        energy = again.energies[first] - self.evaluation.energies[frames]
        forces = again.forces[first] - self.evaluation.forces[frames]
        along = generalized_force(forces, self.scan.tangents[frames])
        return Repeats(*(float(np.sqrt(np.nanmean(d**2) / 2)) for d in (energy, along, forces)))

    # Does it see the atoms move?

    def _nudged(self, frame: int) -> Floats:
        """One frame with the atom that the coordinate moves most, moved by each of `STEPS`; shape (4, n_atoms, 3)."""
        tangent = self.scan.tangents[frame]
        atom, axis = np.unravel_index(int(np.abs(tangent).argmax()), tangent.shape)
        frames = np.repeat(self.scan.positions[frame][None], len(STEPS), axis=0)
        frames[:, atom, axis] += STEPS
        return frames

    def _unseen(self, frame: int, again: Evaluation, first: int) -> list[str]:
        """What is said where the answer stays the same while an atom moves; nudged answers stand from `first` on."""
        near = slice(max(frame - 1, 0), frame + 2)
        stiff = float(np.ptp(self.force[near])) > SEEN * float(np.ptp(self.scan.values[near]))
        same = [step for k, step in enumerate(STEPS) if same_answer(again, first - 1, again, first + k)]
        if not stiff or STEPS[0] not in same:
            return []
        said = (
            f"An atom can be moved by {short(max(same))} Å, and energy and forces stay the same to the last digit: the "
            "model rounds positions, or gives an answer that it has kept. Its curve is a staircase, and steps in it "
            "come from that."
        )
        return [SAME_ANSWER.say(said)]

    def _stairs(self) -> list[str]:
        """What is said where neighbouring frames have one answer though there is a force along the coordinate."""
        known = self.known
        pairs = [(a, b) for a, b in pairwise(known) if abs(self.force[a]) > STEADY]
        same = [pair for pair in pairs if same_answer(self.evaluation, pair[0], self.evaluation, pair[1])]
        if not same:
            return []
        low, high = (number(float(self.scan.values[k])) for k in same[0])
        said = (
            f"{len(same)} of {len(known) - 1} pairs of neighbouring frames have the same energy and forces to the last "
            f"digit, though there is a force between them (first at {low} and {with_unit(high, self.scan.unit)}): the "
            "model gives an answer that it has kept, or rounds positions. Its curve is a staircase."
        )
        return [SAME_ANSWER.say(said)]

    # Does it see the charge?

    def _state_seen(self, frame: int, energy: float, repeats: Repeats) -> tuple[int | None, int | None, list[str]]:
        """Charge and multiplicity as far as they change a frame's energy, eV, and what is said of one that does not."""
        charge, multiplicity, said = self.evaluation.charge, self.evaluation.multiplicity, list[str]()
        enough = max(SAME_ENERGY, self.rounding.energy, 6 * repeats.energy)

        def ignored(what: str, other: int, answer: Evaluation | None) -> str:
            if answer is None or abs(float(answer.energies[0]) - energy) >= enough:
                return ""
            name = self.potential.info.display_name
            return f"The molecule's {what} was ignored: {name} was sent it, and answers the same with {other}."

        sentence = ignored(f"charge {charge:+d}", 0, self._with_state(frame, charge=0)) if charge else ""
        if sentence:
            said, charge = [*said, CHARGE_IGNORED.say(sentence)], None
        if multiplicity is not None and multiplicity > 1:
            other = multiplicity - 2 if multiplicity > 2 else multiplicity + 2
            answer = self._with_state(frame, multiplicity=other)
            sentence = ignored(f"multiplicity {multiplicity}", other, answer)
            if sentence:
                said, multiplicity = [*said, MULTIPLICITY_IGNORED.say(sentence)], None
        return charge, multiplicity, said

    def _with_state(self, frame: int, charge: int | None = None, multiplicity: int | None = None) -> Evaluation | None:
        """One frame with another charge or multiplicity; None where the potential refuses it, so that it looked."""
        try:
            return self.ask(self.scan.positions[frame : frame + 1], charge, multiplicity)
        except Cancelled:
            raise
        except ExplorerError:
            return None


def same_answer(ours: Evaluation, frame: int, theirs: Evaluation, other: int) -> bool:
    """Whether two frames have one energy and the same forces, to the last digit."""
    assert ours.forces is not None
    assert theirs.forces is not None
    same_forces = np.array_equal(ours.forces[frame], theirs.forces[other])
    return bool(ours.energies[frame] == theirs.energies[other]) and same_forces


def in_training(potential: Potential) -> bool:
    """Whether a network that the potential holds, or its calculator does, is in training mode, where dropout is on."""
    holders = [potential, getattr(potential, "calculator", None), getattr(potential, "model", None)]
    held = [value for holder in holders for value in getattr(holder, "__dict__", {}).values()]
    return any(getattr(each, "training", False) is True and callable(getattr(each, "eval", None)) for each in held)
