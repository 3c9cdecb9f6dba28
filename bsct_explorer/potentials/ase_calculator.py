"""A potential as an ASE calculator, so that ASE's optimisers and other people's tools run on it unchanged."""

from __future__ import annotations

from typing import Any, Protocol

from ase import Atoms
from ase.calculators.calculator import CalculationFailed, Calculator, PropertyNotImplementedError, all_changes

from bsct_explorer.data import Evaluation, Floats, Ints
from bsct_explorer.errors import PotentialError


class Evaluates(Protocol):
    """What a calculator needs of a potential. Not `base.Potential`: that module makes calculators, and stands above."""

    def evaluate(self, numbers: Ints, positions: Floats, *, charge: int, multiplicity: int) -> Evaluation:
        """Energies and forces of frames (n_frames, n_atoms, 3) of one molecule (n_atoms,)."""
        ...


class PotentialCalculator(Calculator):
    """Energy and forces of molecules from a `Potential`.

    Total charge and multiplicity come from ``atoms.info["charge"]`` and ``atoms.info["spin"]`` (2S + 1), as in
    `Molecule.atoms`.
    """

    implemented_properties = ["energy", "free_energy", "forces"]  # noqa: RUF012  (as ASE declares it)

    def __init__(self, potential: Evaluates) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.potential = potential
        self._state: tuple[int, int] | None = None

    def check_state(self, atoms: Atoms, tol: float = 1e-15) -> list[str]:
        """What changed since the last calculation; charge and spin count too, which ASE does not look at."""
        changes: list[str] = super().check_state(atoms, tol)  # type: ignore[no-untyped-call]
        if self._state is not None and self._state != state_of(atoms):
            changes.append("initial_charges")
        return changes

    def calculate(
        self, atoms: Atoms | None = None, properties: Any = ("energy",), system_changes: Any = all_changes
    ) -> None:
        """Compute energy and forces of one structure through the potential's own `evaluate`."""
        super().calculate(atoms, properties, system_changes)  # type: ignore[no-untyped-call]
        frame: Any = self.atoms
        if frame.pbc.any():
            raise PropertyNotImplementedError("BSCT potentials compute molecules in vacuum: set atoms.pbc = False")
        charge, multiplicity = state_of(frame)
        try:
            answer = self.potential.evaluate(
                frame.numbers, frame.positions[None], charge=charge, multiplicity=multiplicity
            )
        except PotentialError as error:
            raise CalculationFailed(str(error)) from error
        assert answer.forces is not None
        energy = float(answer.energies[0])
        self._state = (charge, multiplicity)
        self.results = {"energy": energy, "free_energy": energy, "forces": answer.forces[0].copy()}


def state_of(atoms: Atoms) -> tuple[int, int]:
    """Charge and multiplicity of the atoms, from `info`."""
    return int(atoms.info.get("charge", 0)), int(atoms.info.get("spin", 1))
