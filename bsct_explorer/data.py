"""What every room uses: arrays, what a potential says of itself, what it answered, and its force along a coordinate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def frozen_array(values: ArrayLike, dtype: type = np.float64) -> NDArray:  # type: ignore[type-arg]
    """Copy to an array that cannot be written to, so that frozen data classes are frozen all the way down."""
    array: NDArray[Any] = np.array(values, dtype=dtype)
    array.setflags(write=False)
    return array


@dataclass(frozen=True)
class InternalVariable:
    """A number inside a potential whose sign or branch decides what it does, for the search for causes.

    Attributes
    ----------
    name
        What it is, without an article: ``predicted Hirshfeld ratio``; the key under which `Potential.internals` has it.
    effect
        What the potential does with it, as a sentence: ``The model takes its absolute value.``
    source
        Where an expert finds that: a line of code, a paper.
    """

    name: str
    effect: str
    source: str = ""


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
    solves_for_electrons
        Whether it is a quantum-chemical method with electronic states of its own, and not a potential fitted to one.
    uses_charge, uses_multiplicity
        Whether the molecule's charge and multiplicity change its answer.
    licence, citation
        Licence of the weights, and the paper to cite.
    package
        The distribution that must be installed, and the extra that installs it, or empty for built-in potentials.
    parameters
        Parameters a person may read, with units in the keys. A selection of nearest neighbours says how many under a
        key with "neighbours" in it.
    core_repulsion
        The explicit repulsion of atomic cores that it adds (``ZBL``); empty where it declares none.
    internals
        Variables that `Potential.internals` gives.
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
    solves_for_electrons: bool = False
    uses_charge: bool = False
    uses_multiplicity: bool = False
    licence: str = ""
    citation: str = ""
    package: str = ""
    extra: str = ""
    parameters: Mapping[str, float] = field(default_factory=dict)
    core_repulsion: str = ""
    internals: tuple[InternalVariable, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Repeats:
    """By how much a potential's answers on one frame differ from call to call, as a standard deviation.

    Attributes
    ----------
    energy
        eV.
    force
        Along the scan's coordinate, eV per unit of it; 0 on the frames of a map, which have none.
    component
        Of one component of one atom's force, eV/Å.
    """

    energy: float
    force: float
    component: float = 0.0

    def along(self, tangents: Floats) -> Repeats:
        """The same along another coordinate, with tangents in Å per unit of it, shape (n_frames, n_atoms, 3)."""
        rate = float(np.sqrt((tangents**2).sum(axis=(1, 2)).mean()))
        return replace(self, force=self.component * rate)


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
    other_energies
        eV, shape (n_frames,), of a second self-consistent solution that a quantum-chemical method has at a frame, above
        `energies`; NaN where none was met. None where nothing looked for one.
    device, dtype
        What it was computed on and in.
    charge, multiplicity
        What was sent to the potential; None where the potential has no such input.
    notes
        Sentences for the person: why a device was refused, that a charge was ignored.
    repeats
        How well its answers repeat, where that was asked; nothing finer is judged.
    """

    info: PotentialInfo
    energies: Floats
    forces: Floats | None
    failed: Mapping[int, str] = field(default_factory=dict)
    generalized_forces: Floats | None = None
    member_energies: Floats | None = None
    other_energies: Floats | None = None
    device: str = "cpu"
    dtype: str = "float64"
    charge: int | None = None
    multiplicity: int | None = None
    notes: tuple[str, ...] = ()
    repeats: Repeats | None = None

    def __post_init__(self) -> None:
        for name in ("energies", "forces", "generalized_forces", "member_energies", "other_energies"):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, frozen_array(value))


def generalized_force(forces: Floats, tangents: Floats) -> Floats:
    """Force along the coordinate, g_k = Σ_a F_a(k) · dx_a/dq(k).

    Parameters
    ----------
    forces
        eV/Å, shape (n_frames, n_atoms, 3).
    tangents
        dx/dq in Å per unit of the coordinate, same shape.

    Returns
    -------
    Floats
        eV per unit of the coordinate, shape (n_frames,); positive pushes the fragments apart. For a gradient field
        g = -dE/dq.
    """
    return np.asarray(np.einsum("kai,kai->k", forces, tangents))
