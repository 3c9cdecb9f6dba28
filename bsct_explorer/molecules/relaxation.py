"""Relaxation with GFN2-xTB (Bannwarth et al., J. Chem. Theory Comput. 15, 1652 (2019)), through tblite and ASE."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from bsct_explorer.data import Floats, Ints

FMAX = 0.01
"""eV/Å, largest force on an atom of a relaxed geometry."""

MAX_STEPS = 500

RELAX_UP_TO = 150
"""Atoms. A relaxation of more takes minutes on a laptop."""


@dataclass(frozen=True)
class Relaxation:
    """Relaxed positions (n_atoms, 3) in Å, energy in eV, largest force left in eV/Å, whether it converged."""

    positions: Floats
    energy: float
    fmax: float
    converged: bool


def relax(
    numbers: Ints,
    positions: Floats,
    *,
    charge: int = 0,
    multiplicity: int = 1,
    fmax: float = FMAX,
    steps: int = MAX_STEPS,
    seconds: float | None = None,
) -> Relaxation:
    """Relax a molecule to its nearest minimum on the GFN2-xTB surface.

    Parameters
    ----------
    numbers
        Atomic numbers, shape (n_atoms,).
    positions
        Å, shape (n_atoms, 3).
    charge, multiplicity
        Total charge in e, and 2S + 1.
    fmax
        eV/Å, largest force at which the relaxation has converged.
    steps
        Optimiser steps at most.
    seconds
        After which it stops early; None for no limit but that of the steps.

    Raises
    ------
    Exception
        Whatever tblite raises (not installed, no self-consistency); the caller keeps the unrelaxed geometry.
    """
    from ase import Atoms
    from ase.optimize import LBFGS
    from tblite.ase import TBLite

    optimiser: Any = LBFGS  # ASE is typed in parts only.
    atoms: Any = Atoms(numbers=numbers, positions=positions)
    atoms.calc = TBLite(method="GFN2-xTB", charge=charge, multiplicity=multiplicity, verbosity=0)
    end = None if seconds is None else time.monotonic() + seconds
    for _ in optimiser(atoms, logfile=None).irun(fmax=fmax, steps=steps):
        if end is not None and time.monotonic() > end:
            break
    final = atoms.get_positions()
    if not np.isfinite(final).all():
        raise RuntimeError("the relaxation left the range of finite numbers")
    largest = float(np.linalg.norm(atoms.get_forces(), axis=1).max())
    return Relaxation(final, float(atoms.get_potential_energy()), largest, largest < fmax)
