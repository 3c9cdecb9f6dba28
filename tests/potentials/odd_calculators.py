"""ASE calculators of a person's own that answer in odd forms, or do odd things: all of the same Morse potential.

E(r) = D [(1 - e^{-a (r - r0)})² - 1] over all pairs, D = 4.5 eV, a = 2 Å⁻¹, r0 = 1.2 Å.
"""

import numpy as np
from ase.calculators.calculator import Calculator, all_changes

D, A, R0 = 4.5, 2.0, 1.2


def morse(positions):
    energy, forces = 0.0, np.zeros_like(positions)
    for i in range(len(positions)):
        for j in range(i):
            d = positions[i] - positions[j]
            r = np.linalg.norm(d)
            u = np.exp(-A * (r - R0))
            energy += D * ((1 - u) ** 2 - 1)
            pull = -2 * D * (1 - u) * A * u * d / r
            forces[i] += pull
            forces[j] -= pull
    return energy, forces


class Plain(Calculator):
    implemented_properties = ("energy", "forces")
    form = staticmethod(lambda energy, forces: (energy, forces))

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        energy, forces = self.form(*morse(self.before(atoms)))
        self.results = {"energy": energy, "forces": forces}

    def before(self, atoms):
        return self.atoms.positions


def in_form(function):
    """A calculator whose energy and forces have this form."""
    made = Plain()
    made.form = function
    return made


def tensor(value, **how):
    import torch

    return torch.tensor(value, **how) * 1.0


FORMS = {
    "plain": lambda e, f: (e, f),
    "energy (1,)": lambda e, f: (np.array([e]), f),
    "energy (1, 1)": lambda e, f: (np.array([[e]]), f),
    "energy 0-d": lambda e, f: (np.array(e), f),
    "energy in a list": lambda e, f: ([e], f),
    "forces (1, n, 3)": lambda e, f: (e, f[None]),
    "forces (3n,)": lambda e, f: (e, f.ravel()),
    "forces (n, 3, 1)": lambda e, f: (e, f[:, :, None]),
    "forces in lists": lambda e, f: (e, f.tolist()),
    "tensors": lambda e, f: (tensor(e, dtype=float64()), tensor(f)),
    "tensors with gradients": lambda e, f: (tensor([e], requires_grad=True), tensor(f, requires_grad=True)),
    "masked": lambda e, f: (np.ma.masked_array(e), np.ma.masked_array(f)),
    "complex": lambda e, f: (complex(e, 0.0), f + 0j),
}

WRONG = {
    "no energy": (lambda e, f: (None, f), "it returned no energy"),
    "energies of atoms": (lambda e, f: (np.full(3, e / 3), f), "Are they energies of atoms?"),
    "a word": (lambda e, f: ("converged", f), "its energy 'converged' cannot be read as real numbers"),
    "an imaginary part": (lambda e, f: (complex(e, 1.0), f), "cannot be read as real numbers"),
    "forces of too few": (lambda e, f: (e, f[:2]), "its forces have shape (2, 3) where (3, 3) is due"),
    "a truth": (lambda e, f: (True, f), "its energy True cannot be read"),
}


def float64():
    import torch

    return torch.float64


class EnergyOnly(Plain):
    implemented_properties = ("energy",)

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        del self.results["forces"]


class ForcesNotThere(EnergyOnly):
    """Promises forces and has none."""

    implemented_properties = ("energy", "forces")


class NotImplementedForces(Plain):
    def get_forces(self, atoms=None):
        raise NotImplementedError


class EnergyOnlySingle(EnergyOnly):
    form = staticmethod(lambda energy, forces: (np.float32(energy), forces))


class Shakes(Plain):
    """Moves the atoms that it was given, and only then computes."""

    def before(self, atoms):
        atoms.positions[0] += 0.1
        self.atoms = atoms.copy()
        return self.atoms.positions


class ShakesItsCopy(Plain):
    def before(self, atoms):
        self.atoms.positions[0] += 0.1
        return self.atoms.positions


class Centers(Plain):
    def before(self, atoms):
        atoms.positions += 5.0
        return atoms.positions


class Boxes(Plain):
    def before(self, atoms):
        atoms.cell[:] = 10 * np.eye(3)
        atoms.pbc = True
        return atoms.positions


class Half(Plain):
    """Sets torch's default precision in every calculation."""

    def before(self, atoms):
        import torch

        torch.set_default_dtype(torch.float16)
        return super().before(atoms)


class HalfWhenMade(Plain):
    """Sets torch's default precision when it is made, and relies on it."""

    def __init__(self):
        super().__init__()
        import torch

        torch.set_default_dtype(torch.float64)

    def before(self, atoms):
        import torch

        assert torch.tensor(0.5).dtype == torch.float64
        return super().before(atoms)


class Sums(Plain):
    """Takes charge and spin as tblite, xtb and DFTB+ do; cut down to whole numbers, as the careless do."""

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        self.results["energy"] += 10.0 * int(self.atoms.get_initial_charges().sum())
        self.results["energy"] += 0.1 * int(self.atoms.get_initial_magnetic_moments().sum())


class Keys(Plain):
    """Takes them as MACE does."""

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        self.results["energy"] += 10.0 * self.atoms.info["total_charge"] + 0.1 * (self.atoms.info["total_spin"] - 1)


class OtherKeys(Plain):
    """Takes them as fairchem and Orb do."""

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        self.results["energy"] += 10.0 * self.atoms.info["charge"] + 0.1 * (self.atoms.info["spin"] - 1)


class Wanders(Plain):
    """Changes what belongs to the whole process, in every calculation."""

    def before(self, atoms):
        import os
        import tempfile
        import warnings

        os.chdir(tempfile.gettempdir())
        np.seterr(all="raise")
        warnings.simplefilter("error")
        return super().before(atoms)


def wanders_when_made():
    """Changes them when it is made, and finds its files in the folder that it chose."""
    import os
    import tempfile

    folder = tempfile.mkdtemp()
    with open(os.path.join(folder, "weights.txt"), "w") as file:
        file.write("1.0")
    os.chdir(folder)
    np.seterr(all="raise")

    class Reads(Plain):
        def before(self, atoms):
            with open("weights.txt") as file:
                return float(file.read()) * super().before(atoms)

    return Reads()
