"""An ASE calculator of a person's own as a `Potential`, frame by frame, whatever form its answers have."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from bsct_explorer.data import Floats, Ints, PotentialInfo
from bsct_explorer.potentials.base import Batch, Potential
from bsct_explorer.potentials.execution.answer_shapes import energies_in, forces_in
from bsct_explorer.potentials.execution.chunks import atoms_moved, reason_of
from bsct_explorer.remarks.of_models import NUMERICAL_FORCES
from bsct_explorer.words.numbers import short

if TYPE_CHECKING:
    from ase import Atoms

    from bsct_explorer.remarks import Remark

STEP, STEP_SINGLE = 1e-3, 1e-2
"""Å. Step of the central differences for a model without forces. Their error is h² F''/6: 2e-4 eV/Å on a bond's wall
with 10⁻³ Å. An energy in single precision, 10⁻⁵ eV fine at 100 eV, needs a longer one."""

CHARGE_KEYS = ("charge", "total_charge")
"""Keys of `atoms.info` in which calculators look for the total charge: fairchem and Orb; MACE, SchNetPack."""

MULTIPLICITY_KEYS = ("spin", "total_spin", "multiplicity", "spin_multiplicity")
"""Keys for 2S + 1: fairchem and Orb; MACE; others."""


class AsePotential(Potential):
    """An ASE calculator, frame by frame.

    Whether its forces are the energy's gradient is not known from outside: `info.conservative` stays what the info
    says, and the artifact detectors measure it.

    Parameters
    ----------
    calculator
        Anything with ASE's `get_potential_energy` and, at best, `get_forces`. Without forces they are central
        differences of the energy in all coordinates.
    info
        What is known of it.
    """

    # It may run torch, or change its state: one at a time beside the other potentials.
    uses_torch = True
    good_batch_atoms = 200

    def __init__(self, calculator: Any, info: PotentialInfo) -> None:
        note = (
            "An ASE calculator: computed frame by frame. Charge and multiplicity are in atoms.info, in the initial "
            "charges and in the initial magnetic moments, for those that look."
        )
        self.info = replace(info, notes=(*info.notes, note), uses_charge=True, uses_multiplicity=True)
        self.calculator = calculator
        self.device = str(getattr(calculator, "device", "cpu"))
        known = getattr(calculator, "implemented_properties", None) or ("energy", "forces")
        self.energy_only = "forces" not in known

    def good_batch_size(self, n_atoms: int) -> int:
        """Frames in a batch; one where each of them is many calculations."""
        return 1 if self.energy_only else super().good_batch_size(n_atoms)

    def _compute(self, numbers: Ints, positions: Floats, charge: int, multiplicity: int) -> Batch:
        one = _OneFrame(self, numbers, charge, multiplicity)
        energies, forces = np.full(len(positions), np.nan), np.full(positions.shape, np.nan)
        failed: dict[int, str] = {}
        for k, frame in enumerate(positions):
            try:
                energies[k], forces[k] = one.answer(frame)
            except (Exception, SystemExit) as error:
                failed[k] = reason_of(error)
        return Batch(energies, forces, failed=failed, notes=one.notes)


class _OneFrame:
    """Asks a calculator for one frame at a time, each with new atoms: nothing is carried along the scan."""

    def __init__(self, potential: AsePotential, numbers: Ints, charge: int, multiplicity: int) -> None:
        self.potential = potential
        self.numbers, self.charge, self.multiplicity = numbers, charge, multiplicity
        self.moved: Remark | None = None
        self.step = 0.0

    @property
    def notes(self) -> tuple[str, ...]:
        """What was noticed."""
        notes = [self.moved] if self.moved is not None else []
        if self.step:
            calls = 6 * len(self.numbers) + 1
            notes.append(
                NUMERICAL_FORCES.say(
                    f"The model has no forces: they are central differences of its energy over ±{short(self.step)} Å "
                    f"in all coordinates, {calls} energies a frame. What is narrower than that is smeared."
                )
            )
        return tuple(notes)

    def answer(self, frame: Floats) -> tuple[float, Floats]:
        """Energy in eV and forces in eV/Å, shape (n_atoms, 3), of one frame (n_atoms, 3)."""
        atoms, energy = self._asked(frame)
        forces = None if self.potential.energy_only else self._forces(atoms, frame)
        return energy, self._differences(frame, energy) if forces is None else forces

    def _asked(self, frame: Floats) -> tuple[Atoms, float]:
        """New atoms with a reset calculator, and their energy."""
        calculator = self.potential.calculator
        atoms: Any = frame_atoms(self.numbers, frame, self.charge, self.multiplicity)
        if hasattr(calculator, "reset"):
            calculator.reset()
        atoms.calc = calculator
        energy = float(energies_in(atoms.get_potential_energy(), 1)[0])
        self._put_back(atoms, frame)
        return atoms, energy

    def _forces(self, atoms: Any, frame: Floats) -> Floats | None:
        """The calculator's own forces; None where it has none, which is remembered."""
        try:
            forces = atoms.get_forces()
        except NotImplementedError:  # ASE's PropertyNotImplementedError is one
            forces = None
        if forces is None:
            self.potential.energy_only = True
            return None
        self._put_back(atoms, frame)
        found: Floats = forces_in(forces, 1, len(frame))[0]
        return found

    def _differences(self, frame: Floats, energy: float) -> Floats:
        """F = -(E(x + h) - E(x - h)) / 2h in every coordinate, eV/Å, shape (n_atoms, 3)."""
        self.step = STEP_SINGLE if float(np.float32(energy)) == energy and energy != round(energy) else STEP
        shifts = self.step * np.eye(frame.size).reshape(-1, *frame.shape)
        slopes = [self._asked(frame + shift)[1] - self._asked(frame - shift)[1] for shift in shifts]
        return -np.reshape(slopes, frame.shape) / (2 * self.step)

    def _put_back(self, atoms: Any, frame: Floats) -> None:
        """Undo what the calculator did to the atoms that it was given, and take note of it."""
        if len(atoms) != len(frame) or not np.array_equal(atoms.numbers, self.numbers):
            raise ValueError("it changed the elements or the number of the atoms that it was given")
        # Most calculators work on a copy of their own, and some return what belongs to the copy that they changed.
        for its in (atoms, getattr(self.potential.calculator, "atoms", None)):
            place = getattr(its, "positions", frame)
            if np.shape(place) == frame.shape and not np.array_equal(place, frame) and self.moved is None:
                self.moved = atoms_moved(place - frame)
        atoms.positions[:] = frame
        if atoms.pbc.any() or atoms.cell.any():  # a box that the calculator put around the molecule
            atoms.cell[:], atoms.pbc = 0.0, False


def frame_atoms(numbers: Ints, positions: Floats, charge: int, multiplicity: int) -> Atoms:
    """A frame with charge and multiplicity wherever calculators look for them.

    In `atoms.info`; as initial charges, whose sum is the charge; and as initial magnetic moments, whose sum is 2S.
    tblite, xtb, DFTB+ and GPAW take those sums. They are spread evenly, so that the order of the atoms does not matter;
    a neutral singlet has none.
    """
    from ase import Atoms

    info = dict.fromkeys(CHARGE_KEYS, charge) | dict.fromkeys(MULTIPLICITY_KEYS, multiplicity)
    atoms: Any = Atoms(numbers=numbers, positions=positions, info=info)
    if charge:
        atoms.set_initial_charges(spread(charge, len(numbers)))
    if multiplicity != 1:
        atoms.set_initial_magnetic_moments(spread(multiplicity - 1, len(numbers)))
    return atoms  # type: ignore[no-any-return]


def spread(total: int, atoms: int) -> Floats:
    """Equal parts, shape (atoms,), whose sum is exactly the total: a calculator may cut it down to a whole number."""
    parts = np.full(atoms, total / atoms)
    for _ in range(8):
        rest = total - parts.sum()
        if not rest:
            return parts
        parts[0] += rest
    return np.asarray(np.eye(1, atoms)[0] * total)
