"""Which coordinates a molecule has, and a coordinate as a person writes it: ``angle:0-1-2``."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from bsct_explorer.deformations.bend import AngleBend
from bsct_explorer.deformations.scan import Deformation, Fixed
from bsct_explorer.deformations.stretch import DEFAULT_RANGE, BondStretch
from bsct_explorer.deformations.torsion import Torsion
from bsct_explorer.deformations.turning import angles_of, torsions_of
from bsct_explorer.errors import DeformationError
from bsct_explorer.molecules.bond_graph import angle_groups, neighbours, torsion_groups
from bsct_explorer.molecules.molecule import Molecule
from bsct_explorer.words.atoms import atoms_label

KINDS = {"bond": 2, "angle": 3, "torsion": 4}
"""Number of atoms of each kind of coordinate."""

_EXAMPLES = {"bond": "0-1", "angle": "0-1-2", "torsion": "0-1-2-3"}


@dataclass(frozen=True)
class Coordinate:
    """An angle or a torsion of a molecule, as a list shows it.

    Attributes
    ----------
    kind
        ``angle`` or ``torsion``.
    atoms
        0-based indices.
    symbols
        Chemical symbols of the atoms.
    value
        The molecule's own, in degrees (a torsion's from 0 to 360).
    reason
        Why it cannot be driven, or None where it can.
    """

    kind: str
    atoms: tuple[int, ...]
    symbols: tuple[str, ...]
    value: float
    reason: str | None = None

    @property
    def label(self) -> str:
        """Atom labels, as on the page: ``C0–C1–H2``."""
        return atoms_label(dict(zip(self.atoms, self.symbols, strict=True)), self.atoms)

    @property
    def text(self) -> str:
        """Indices as on the command line: ``0-1-2``."""
        return "-".join(map(str, self.atoms))

    @property
    def scannable(self) -> bool:
        return self.reason is None


def angles(molecule: Molecule) -> tuple[Coordinate, ...]:
    """Every angle between two bonds of one atom, those of heavy atoms first, then by the atom in the middle.

    Each stands once, with the lower end first, or with that end first whose fragment can be cut off. `AngleBend` of the
    atoms the other way round bends the other end.
    """
    table = neighbours(len(molecule), (bond.atoms for bond in molecule.bonds))
    found = []
    for j, around in enumerate(table):
        for i, k in combinations(sorted(around), 2):
            first, last = (i, k) if _can_be_cut(molecule, i, j) or not _can_be_cut(molecule, k, j) else (k, i)
            value = float(angles_of(molecule.positions[None], first, j, last)[0])
            found.append(_listed(molecule, "angle", (first, j, last), value))
    return tuple(sorted(found, key=_heavy_first))


def torsions(molecule: Molecule) -> tuple[Coordinate, ...]:
    """One torsion for each bond with further atoms on both sides, those between heavy atoms first.

    Of all quadruples about a bond, that of the heaviest neighbours stands for all: they turn together.
    """
    table = neighbours(len(molecule), (bond.atoms for bond in molecule.bonds))
    found = []
    for bond in molecule.bonds:
        ends = [
            sorted((a for a in table[here] if a != there), key=lambda a: (-molecule.numbers[a], a))
            for here, there in (bond.atoms, bond.atoms[::-1])
        ]
        if not all(ends):
            continue
        # A neighbour that lies on the axis defines no torsion: the next one does.
        i, l = (  # noqa: E741
            next((a for a in side if _off_axis(molecule, a, here, there)), side[0])
            for side, (here, there) in zip(ends, (bond.atoms, bond.atoms[::-1]), strict=True)
        )
        atoms = (i, bond.i, bond.j, l)
        found.append(_listed(molecule, "torsion", atoms, float(torsions_of(molecule.positions[None], *atoms)[0])))
    return tuple(sorted(found, key=_heavy_first))


def _listed(molecule: Molecule, kind: str, atoms: tuple[int, ...], value: float) -> Coordinate:
    reason = None
    try:
        check_coordinate(molecule, kind, atoms)
    except DeformationError as error:
        reason = str(error)
    symbols = molecule.symbols
    return Coordinate(kind, atoms, tuple(symbols[a] for a in atoms), value, reason)


def _can_be_cut(molecule: Molecule, i: int, j: int) -> bool:
    bond = molecule.bond(i, j)
    return bond is not None and bond.scannable


def _off_axis(molecule: Molecule, atom: int, here: int, there: int) -> bool:
    return 1.0 < float(angles_of(molecule.positions[None], atom, here, there)[0]) < 179.0


def _heavy_first(coordinate: Coordinate) -> tuple[int, tuple[int, ...], tuple[int, ...]]:
    middle = coordinate.atoms[1:-1]
    return sum(symbol == "H" for symbol in coordinate.symbols), middle, coordinate.atoms


def check_coordinate(molecule: Molecule, kind: str, atoms: tuple[int, ...]) -> None:
    """Raise `DeformationError` with the reason where these atoms are no coordinate that can be driven."""
    if kind == "bond":
        from bsct_explorer.molecules.bond_graph import fragments

        fragments(molecule, *atoms)
    elif kind == "angle":
        angle_groups(molecule, *atoms)
    else:
        torsion_groups(molecule, *atoms)


def deformation_of(
    kind: str,
    atoms: tuple[int, ...],
    range: tuple[float, float] | None = None,
    fixed: Fixed = "none",
) -> Deformation:
    """The deformation of a kind.

    Parameters
    ----------
    kind
        ``bond``, ``angle`` or ``torsion``.
    atoms
        2, 3 or 4 indices.
    range
        In sums of covalent radii for a bond, in degrees otherwise; None for the kind's own.
    fixed
        Group that stays in place.

    Raises
    ------
    DeformationError
        The kind is not known, has another number of atoms, or the range makes no sense.
    """
    if kind not in KINDS:
        raise DeformationError(f"{kind!r} is no kind of coordinate. There are {', '.join(KINDS)}.")
    if len(atoms) != KINDS[kind]:
        raise DeformationError(
            f"{'-'.join(map(str, atoms))} names {len(atoms)} atoms, and {_a(kind)} has {KINDS[kind]}: "
            f"for instance {_EXAMPLES[kind]}."
        )
    if kind == "bond":
        return BondStretch(atoms[0], atoms[1], range=range or DEFAULT_RANGE, fixed=fixed)
    if kind == "angle":
        return AngleBend(atoms[0], atoms[1], atoms[2], range=range, fixed=fixed)
    return Torsion(atoms[0], atoms[1], atoms[2], atoms[3], range=range, fixed=fixed)


def parse_atoms(text: str, kind: str) -> tuple[int, ...]:
    """``0-1-2`` as the atoms of an angle.

    Raises
    ------
    DeformationError
        They are no indices, too few or too many, or one is named twice.
    """
    words = text.strip().split("-")
    if not all(word.isdecimal() for word in words) or len(words) != KINDS[kind]:
        raise DeformationError(
            f"{text!r} is no {kind}: write {KINDS[kind]} atom indices counted from 0, for instance {_EXAMPLES[kind]}."
        )
    atoms = tuple(int(word) for word in words)
    if len(set(atoms)) < len(atoms):
        raise DeformationError(f"{text!r} names one atom twice: {_a(kind)} has {KINDS[kind]} different ones.")
    return atoms


def parse_coordinate(text: str) -> tuple[str, tuple[int, ...]]:
    """``angle:0-1-2`` as kind and atoms; errors as `parse_atoms`."""
    kind, colon, atoms = text.strip().partition(":")
    if not colon or kind not in KINDS:
        raise DeformationError(
            f"{text!r} is no coordinate: write the kind and the atoms, "
            f"{', '.join(f'{name}:{example}' for name, example in _EXAMPLES.items())}."
        )
    return kind, parse_atoms(atoms, kind)


def coordinate_spec(deformation: Deformation) -> str:
    """The text that `parse_coordinate` reads: ``angle:0-1-2``."""
    return f"{deformation.kind}:{'-'.join(map(str, deformation.atoms))}"


def _a(kind: str) -> str:
    return f"an {kind}" if kind == "angle" else f"a {kind}"
