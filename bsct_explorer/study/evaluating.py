"""Potentials that a study uses, and a scan evaluated with one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from bsct_explorer.errors import ExplorerError, PotentialError

if TYPE_CHECKING:
    from bsct_explorer.deformations import Scan
    from bsct_explorer.potentials import Potential
    from bsct_explorer.potentials.base import Cancel
    from bsct_explorer.profiles import Profile

StudyProgress = Callable[[str, int, int], None]
"""Called with (what is computed, frames done, frames in all)."""


@dataclass
class Potentials:
    """Potentials by the name they were asked for, each loaded once, when it is first needed.

    Attributes
    ----------
    device, dtype
        See `load_potential`.
    status
        Called with a sentence while one is loaded.
    """

    device: str = "auto"
    dtype: str | None = None
    status: Callable[[str], None] | None = None
    loaded: dict[str, Potential] = field(default_factory=dict)
    broken: dict[str, ExplorerError] = field(default_factory=dict)

    def get(self, name: str) -> Potential:
        """Load a potential, or raise again what its first loading raised.

        Raises
        ------
        PotentialError
            It could not be loaded, whatever a stranger's model raised.
        """
        if name in self.broken:
            raise self.broken[name]
        if name not in self.loaded:
            from bsct_explorer.potentials import load_potential

            try:
                self.loaded[name] = load_potential(name, self.device, self.dtype, self.status)
            except Exception as error:
                self.broken[name] = as_explorer_error(error, f"{name} could not be loaded")
                raise self.broken[name] from error
        return self.loaded[name]


def as_explorer_error(error: Exception, what: str) -> ExplorerError:
    """The error itself where it is meant for the user, else a `PotentialError` that says what happened."""
    if isinstance(error, ExplorerError):
        return error
    return PotentialError(f"{what}: {type(error).__name__}: {error}")


def evaluate_profile(
    scan: Scan, potential: Potential, progress: StudyProgress | None = None, cancel: Cancel | None = None
) -> Profile:
    """A scan with one potential's answers; the molecule's charge and multiplicity are sent along.

    Raises
    ------
    PotentialError
        The potential does not cover the molecule, or no frame has a finite energy.
    Cancelled
        `cancel` said so.
    """
    from bsct_explorer.profiles import Profile

    name = potential.info.display_name
    try:
        evaluation = potential.evaluate(
            scan.molecule.numbers,
            scan.positions,
            charge=scan.molecule.charge,
            multiplicity=scan.molecule.multiplicity,
            progress=None if progress is None else lambda done, total: progress(name, done, total),
            cancel=cancel,
        )
    except Exception as error:
        raise as_explorer_error(error, f"{name} failed") from error
    if not np.isfinite(evaluation.energies).any():
        raise PotentialError(f"{name} gave no finite energy on any of the {len(scan)} frames.")
    return Profile(scan, evaluation)
