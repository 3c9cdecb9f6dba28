"""Models of a user's own for the tests: ASE calculators of two atoms, whole or broken in one way each.

E(r) = D [(1 - e^{-a (r - r0)})² - 1] of atoms 0 and 1, D = 4 eV, a = 2 Å⁻¹, r0 = 1.2 Å.
"""

import os

import numpy as np
from ase.calculators.calculator import Calculator, all_changes

DEPTH, STIFFNESS, LENGTH = 4.0, 2.0, 1.2


class Morse(Calculator):
    implemented_properties = ("energy", "forces")

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        vector = self.atoms.positions[1] - self.atoms.positions[0]
        r = float(np.linalg.norm(vector))
        x = np.exp(-STIFFNESS * (r - LENGTH))
        pull = -2 * DEPTH * STIFFNESS * x * (1 - x) * vector / r
        forces = np.zeros_like(self.atoms.positions)
        forces[0], forces[1] = -pull, pull
        energy, forces = self.change(r, DEPTH * ((1 - x) ** 2 - 1), forces)
        self.results = {"energy": energy, "forces": forces}

    def change(self, r, energy, forces):
        return energy, forces


class Stepped(Morse):
    """0.3 eV higher beyond 1.6 Å."""

    def change(self, r, energy, forces):
        return energy + (0.3 if r > 1.6 else 0.0), forces


class Gap(Morse):
    """NaN between 1.00 and 1.03 Å, an exception between 1.30 and 1.33 Å."""

    def change(self, r, energy, forces):
        if 1.30 < r < 1.33:
            raise RuntimeError("SCF did not converge")
        return (np.nan if 1.00 < r < 1.03 else energy), forces


class Dropout(Morse):
    """Noise of 5 meV and 20 meV/Å at each call."""

    draw = np.random.default_rng(0)

    def change(self, r, energy, forces):
        return energy + self.draw.normal(0, 5e-3), forces + self.draw.normal(0, 2e-2, forces.shape)


class WithoutItsMinimum(Morse):
    """A false minimum of 0.8 eV at 2 Å, and no energy from 1.7 to 2.3 Å, so that nobody sees it."""

    lost = np.nan

    def change(self, r, energy, forces):
        return (self.lost if 1.7 < r < 2.3 else energy - 0.8 * np.exp(-(((r - 2.0) / 0.15) ** 2))), forces


class InfiniteThere(WithoutItsMinimum):
    lost = np.inf


class NoForceThere(Morse):
    def change(self, r, energy, forces):
        return energy, forces * (np.nan if 1.7 < r < 2.3 else 1.0)


class RaisesThere(Morse):
    def change(self, r, energy, forces):
        if 1.7 < r < 2.3:
            raise ZeroDivisionError("no neighbours left")
        return energy, forces


class NothingBeyond(Morse):
    def change(self, r, energy, forces):
        return (np.nan if r > 1.7 else energy), forces


class Broken(Morse):
    def change(self, r, energy, forces):
        raise RuntimeError("no weights for this")


class Noisy(Morse):
    """Prints from Python and past it, as compiled code does."""

    def change(self, r, energy, forces):
        print("python noise")
        os.write(1, b"compiled noise\n")
        return energy, forces


class Interrupted(Morse):
    def change(self, r, energy, forces):
        raise KeyboardInterrupt


def unloadable():
    raise OSError("weights.pt is missing")


class Exits(Morse):
    """Ends the program in the middle of a scan, as code does that was written as a script."""

    def change(self, r, energy, forces):
        raise SystemExit(0)


def exits():
    raise SystemExit(1)


class Unanswered(Stepped):
    """The same step, around which no frame converges; the scan's own frames do."""

    def change(self, r, energy, forces):
        near = abs(r - 1.6) < 1e-3
        return super().change(r, np.nan if near else energy, forces)
