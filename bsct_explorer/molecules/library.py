"""The built-in molecules: geometries relaxed with GFN2-xTB by `scripts/make_library.py`, read from one text file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from bsct_explorer.molecules.bond_graph import Pair, make_bonds
from bsct_explorer.molecules.molecule import Molecule
from bsct_explorer.molecules.xyz_format import XYZFrame, parse_xyz

FILE = "library.extxyz"


@dataclass(frozen=True)
class LibraryEntry:
    """One molecule of the library, as a list shows it.

    Attributes
    ----------
    name
        Name under which `load_molecule` finds it, in lower case.
    formula
        Chemical formula in Hill order.
    smiles
        SMILES whose heavy atoms are in the order of the molecule's.
    category
        What it is listed under: ``hydrides``, ``drug-like``, …
    n_atoms
        Number of atoms.
    bond_types
        Types of its bonds that can be pulled (`Bond.type`), sorted.
    remark
        One line on what there is to see.
    aliases
        Other names that find it.
    charge, multiplicity
        Total charge in e, and 2S + 1.
    """

    name: str
    formula: str
    smiles: str
    category: str
    n_atoms: int
    bond_types: tuple[str, ...]
    remark: str
    aliases: tuple[str, ...] = ()
    charge: int = 0
    multiplicity: int = 1


def library() -> tuple[LibraryEntry, ...]:
    """All built-in molecules, in the order of their categories."""
    return _load()[0]


def library_molecule(name: str) -> Molecule | None:
    """The library's molecule of this name or alias (upper and lower case, spaces, - and _ alike), or None."""
    return _load()[1].get(key(name))


def key(name: str) -> str:
    """Names are compared in lower case, with spaces and underscores as hyphens."""
    return name.strip().lower().replace(" ", "-").replace("_", "-")


def close_names(name: str, count: int = 3) -> list[str]:
    """Library names that a person may have meant."""
    import difflib

    wanted = key(name)
    names = {alias: molecule.name for alias, molecule in _load()[1].items()}
    close = difflib.get_close_matches(wanted, names, n=2 * count, cutoff=0.7)
    if len(wanted) > 3:
        close += [alias for alias in names if wanted in alias]
    return list(dict.fromkeys(names[alias] for alias in close))[:count]


@lru_cache(maxsize=1)
def _load() -> tuple[tuple[LibraryEntry, ...], dict[str, Molecule]]:
    text = resources.files("bsct_explorer.molecules").joinpath("data", FILE).read_text(encoding="utf-8")
    entries: list[LibraryEntry] = []
    molecules: dict[str, Molecule] = {}
    for frame in parse_xyz(text)[0]:
        molecule = _molecule(frame)
        aliases = tuple(alias for alias in frame.info.get("aliases", "").split(",") if alias)
        entries.append(
            LibraryEntry(
                name=molecule.name,
                formula=molecule.formula,
                smiles=frame.info["smiles"],
                category=frame.info["category"],
                n_atoms=len(molecule),
                bond_types=tuple(sorted({bond.type for bond in molecule.bonds if bond.scannable})),
                remark=frame.info["remark"],
                aliases=aliases,
                charge=molecule.charge,
                multiplicity=molecule.multiplicity,
            )
        )
        molecules.update({key(alias): molecule for alias in (molecule.name, *aliases)})
    return tuple(entries), molecules


def _molecule(frame: XYZFrame) -> Molecule:
    return Molecule(
        name=frame.info["name"],
        numbers=frame.numbers,
        positions=frame.positions,
        bonds=make_bonds(frame.symbols, _orders(frame.info["bonds"])),
        charge=int(frame.info["charge"]),
        multiplicity=int(frame.info["spin"]),
        smiles=frame.info["smiles"],
        source="library",
    )


def _orders(text: str) -> dict[Pair, float | None]:
    """``0-1:1,1-2:1.5`` as orders by pair."""
    orders: dict[Pair, float | None] = {}
    for word in text.split(","):
        pair, _, order = word.partition(":")
        i, _, j = pair.partition("-")
        orders[int(i), int(j)] = float(order)
    return orders
