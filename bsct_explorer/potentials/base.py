"""The contract of a potential: frames in, energies and forces out.

A family implements one method, `Potential._compute`, on one batch. Everything that every family needs is here once:
checks, chunks, progress, cancel, failed frames, halving on out-of-memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bsct_explorer.molecules.molecule import Floats, Ints, frozen_array

Progress = Callable[[int, int], None]
"""Called with (frames done, frames in all) after every chunk."""

Cancel = Callable[[], bool]
"""Asked between chunks; True stops the evaluation with `Cancelled`."""


@dataclass(frozen=True)
class PotentialInfo:
    """What a potential says of itself, known without loading it.

    Attributes
    ----------
    name
        The name on the command line and in addresses, ``ani1x``.
    display_name
        The field's name, ``ANI-1x``.
    level_of_theory
        What its energies imitate, ``ωB97X/6-31G*``.
    training_data
        One line on what it was trained on.
    elements
        Atomic numbers it covers; None where it takes any.
    cutoffs
        Å, by the name of the part that uses them.
    dtypes
        Precisions it can compute in, the default first.
    devices
        Device types it can run on.
    conservative
        Whether forces are the negative gradient of the energy by construction.
    uses_charge, uses_multiplicity
        Whether the molecule's charge and multiplicity change its answer.
    licence, citation
        Licence of the weights, and the paper to cite.
    package
        The distribution that must be installed, and the extra that installs it, or empty for built-in potentials.
    parameters
        Parameters a person may read, with units in the keys.
    notes
        What a person should know before trusting it, as sentences.
    """

    name: str
    display_name: str
    level_of_theory: str
    training_data: str = ""
    elements: frozenset[int] | None = None
    cutoffs: Mapping[str, float] = field(default_factory=dict)
    dtypes: tuple[str, ...] = ("float64", "float32")
    devices: tuple[str, ...] = ("cuda", "mps", "cpu")
    conservative: bool = True
    uses_charge: bool = False
    uses_multiplicity: bool = False
    licence: str = ""
    citation: str = ""
    package: str = ""
    extra: str = ""
    parameters: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evaluation:
    """Energies and forces of a scan's frames from one source.

    Attributes
    ----------
    info
        The potential (or stored reference) that answered.
    energies
        eV, shape (n_frames,); NaN where the frame failed.
    forces
        eV/Å, shape (n_frames, n_atoms, 3), NaN where the frame failed; None where the source has no atomic forces
        (a CSV reference).
    failed
        Reason by frame index, for frames without an answer.
    generalized_forces
        eV per unit of the coordinate, shape (n_frames,), only where the source gave them instead of `forces`.
    member_energies
        eV, shape (n_members, n_frames), for an ensemble; else None.
    device, dtype
        What it was computed on and in.
    charge, multiplicity
        What was sent to the potential; None where the potential has no such input.
    notes
        Sentences for the person: why a device was refused, that a charge was ignored.
    """

    info: PotentialInfo
    energies: Floats
    forces: Floats | None
    failed: Mapping[int, str] = field(default_factory=dict)
    generalized_forces: Floats | None = None
    member_energies: Floats | None = None
    device: str = "cpu"
    dtype: str = "float64"
    charge: int | None = None
    multiplicity: int | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("energies", "forces", "generalized_forces", "member_energies"):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, frozen_array(value))


@dataclass(frozen=True)
class Batch:
    """One batch's answer: energies (b,) in eV, forces (b, n_atoms, 3) in eV/Å, member energies (n_members, b)."""

    energies: Floats
    forces: Floats
    member_energies: Floats | None = None
    failed: Mapping[int, str] = field(default_factory=dict)


class Potential:
    """Contract; see the module's docstring. To be filled in."""

    info: PotentialInfo
    device: str
    dtype: str

    def evaluate(
        self,
        numbers: Ints,
        positions: Floats,
        *,
        charge: int = 0,
        multiplicity: int = 1,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
        batch_size: int | None = None,
    ) -> Evaluation:
        raise NotImplementedError

    def _compute(self, numbers: Ints, positions: Floats, charge: int, multiplicity: int) -> Batch:
        raise NotImplementedError


__all__ = ["Batch", "Cancel", "Evaluation", "Potential", "PotentialInfo", "Progress"]
