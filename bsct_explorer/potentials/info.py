"""What a potential says of itself, known without loading it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


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
