"""Structure files: what their bytes are, which format they are in, and the molecule that is made of them.

Text is parsed, never evaluated. Each format has a reader of its own (`structure_formats`); here is what holds for all:
encoding, size, format by content, charge and spin, isotopes, and hydrogens that were left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bsct_explorer.errors import ExplorerError, MoleculeError
from bsct_explorer.molecules import checks
from bsct_explorer.molecules.building import Origin, atomic_numbers_of, build_molecule
from bsct_explorer.molecules.checks import MAX_ATOMS
from bsct_explorer.molecules.file_text import decoded
from bsct_explorer.molecules.isotopes import without_isotopes
from bsct_explorer.molecules.molecule import Molecule
from bsct_explorer.remarks import Remark
from bsct_explorer.remarks.of_molecules import FORMAT_BY_CONTENT, IMPLAUSIBLE_ORDERS, MISSING_HYDROGENS
from bsct_explorer.words.numbers import decimal

if TYPE_CHECKING:  # the readers are imported with the first file
    from bsct_explorer.molecules.charge_and_spin import SaidState
    from bsct_explorer.molecules.structure_draft import StructureDraft

STRUCTURE_SUFFIXES = (".xyz", ".extxyz", ".mol", ".sdf", ".mol2", ".pdb", ".ent")
"""Endings of structure files, those of `structure_formats`."""

MAX_BYTES = 20_000_000
"""A structure file of more is a trajectory or no structure; nothing of it is parsed."""


def read_structure_file(
    path: str | Path, *, charge: int | None = None, multiplicity: int | None = None, relax: bool = True
) -> Molecule:
    """Molecule from a structure file. Parameters and errors as in `read_structure`."""
    path = Path(path)
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= MAX_BYTES else b""
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise MoleculeError(f"{path} cannot be read: {why}. Check the path.") from None
    check_bytes(path.name, size)
    return read_structure(content, path.suffix, path.stem, charge=charge, multiplicity=multiplicity, relax=relax)


def read_structure(
    content: str | bytes,
    format: str,
    name: str,
    *,
    charge: int | None = None,
    multiplicity: int | None = None,
    relax: bool = True,
) -> Molecule:
    """Molecule from the content of a structure file (an upload, say).

    Parameters
    ----------
    content
        The file's text, or its bytes in UTF-8, UTF-16 or Latin-1.
    format
        ``xyz``, ``extxyz``, ``mol``, ``sdf``, ``mol2`` or ``pdb``, with or without a dot; the content decides where it
        is another one.
    name
        What to call the molecule.
    charge
        Total charge in e; None for the file's (a key of the comment, formal charges), else 0.
    multiplicity
        2S + 1; None for the file's (a key of the comment, radical marks), else 1 or 2 by the electrons.
    relax
        Relax with GFN2-xTB where the file holds a flat drawing; a geometry is always taken as it is.

    Raises
    ------
    MoleculeError
        The format is not known, the text is not in it, or the structure is none that can be pulled apart.
    """
    molecule, embedded = read_unrelaxed(content, format, name, charge=charge, multiplicity=multiplicity)
    return molecule if not embedded else finished(molecule, relax)


def finished(molecule: Molecule, relax: bool = True, seconds: float | None = None) -> Molecule:
    """A flat drawing's embedded geometry, relaxed with GFN2-xTB or left; `seconds` limits the relaxation."""
    from bsct_explorer.molecules.smiles import relaxed_molecule, unrelaxed

    return relaxed_molecule(molecule, seconds=seconds) if relax else unrelaxed(molecule)


def read_unrelaxed(
    content: str | bytes,
    format: str,
    name: str,
    *,
    charge: int | None = None,
    multiplicity: int | None = None,
    on_drawing: Callable[[], None] = lambda: None,
) -> tuple[Molecule, bool]:
    """As `read_structure`; a flat drawing has rdkit's geometry, and the second value says that it is one.

    `on_drawing` is called before the geometry is made, which takes longer than reading.
    """
    try:
        return _read(content, format, name, (charge, multiplicity), on_drawing)
    except ExplorerError:
        raise
    except (ArithmeticError, AssertionError, LookupError, RuntimeError, TypeError, ValueError) as error:
        # Nobody has thought of what this file holds: a fault of the reading, said in words all the same.
        why = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        raise MoleculeError(f"{name} cannot be read ({why}). Save it anew from an editor.") from error


def _read(
    content: str | bytes,
    format: str,
    name: str,
    given: tuple[int | None, int | None],
    on_drawing: Callable[[], None],
) -> tuple[Molecule, bool]:
    """As `read_unrelaxed`; `given` are charge and multiplicity."""
    from bsct_explorer.molecules.charge_and_spin import unheard

    draft = draft_of(content, format, name)
    state, notes = state_of(draft, name, *given)
    total = state.charge or 0
    symbols, isotopes = without_isotopes(draft.symbols)
    origin = Origin(name, smiles=draft.smiles, notes=(*draft.notes, *isotopes, *notes))
    if draft.drawing is not None:
        from bsct_explorer.molecules.smiles import molecule_from_graph

        on_drawing()
        own = {"charge": state.charge, "multiplicity": state.multiplicity}
        return molecule_from_graph(draft.drawing, origin, **own), True
    checks.check_size(name, len(symbols))
    numbers = atomic_numbers_of(name, symbols)
    spin = checks.spin_state(name, numbers, total, state.multiplicity, state.as_written)
    molecule = build_molecule(
        origin,
        symbols,
        draft.positions,
        charge=total,
        multiplicity=state.multiplicity,
        orders=draft.orders,
        extra=draft.extra,
    )
    more = () if None not in given else unheard(draft.said, total, spin)
    return replace(molecule, notes=(*molecule.notes, *more, *_hydrogens_left_out(molecule))), False


def draft_of(content: str | bytes, format: str, name: str) -> StructureDraft:
    """What a file's content holds, by the format that it is in; parameters and errors as in `read_structure`."""
    from bsct_explorer.molecules.structure_formats import format_of

    check_bytes(name, len(content))
    text, notes = decoded(content, name)
    suffix = "." + format.lower().lstrip(".")
    found, promised = format_of(text, suffix)
    if found is None:
        raise MoleculeError(_unknown(name, format, text))
    if not promised:
        notes = (*notes, FORMAT_BY_CONTENT.say(_other_format(found.name, suffix)))
    draft = found.read(text, name)
    return replace(draft, notes=(*notes, *draft.notes))


def state_of(
    draft: StructureDraft, name: str, charge: int | None, multiplicity: int | None
) -> tuple[SaidState, tuple[Remark, ...]]:
    """Charge and multiplicity: what a person gave, else what the format says, which must agree with the rest."""
    from bsct_explorer.molecules.charge_and_spin import StateError, read_state

    try:
        said = read_state(draft.said, charge, multiplicity)
    except StateError as error:
        raise MoleculeError(f"{name}: {error}. Correct the file, or give charge and multiplicity.") from None
    for what, given, own, other in (
        ("charge", charge, draft.charge, said.charge),
        ("multiplicity", multiplicity, draft.multiplicity, said.multiplicity),
    ):
        if given is None and own is not None:
            if other is not None and other != own:
                raise MoleculeError(
                    f"{name}: its atoms have {what} {own}, and its text says {what} {other}: they contradict each "
                    "other. Correct the file, or give charge and multiplicity."
                )
            said = replace(said, charge=own) if what == "charge" else replace(said, multiplicity=own)
    return said, said.notes


def _other_format(name: str, suffix: str) -> str:
    if suffix in STRUCTURE_SUFFIXES:
        return f"The file is called {suffix} and its content is {name}: it was read as that."
    return f"The file's name tells no format that is known; its content is {name}, and it was read as that."


def _unknown(name: str, format: str, text: str) -> str:
    from bsct_explorer.molecules.structure_formats import other_file

    formats = ", ".join(STRUCTURE_SUFFIXES)
    what = other_file(text)
    if not text.strip():
        return f"{name} is empty. Give a file in one of these formats: {formats}."
    if what is not None:
        return f"{name} looks like {what}, which is not read. Save it as one of {formats} (Open Babel converts it)."
    return (
        f"{name}: {format!r} is not a format that can be read, and its content is in none of those that can. "
        f"Use one of {formats}."
    )


def check_bytes(name: str, size: int) -> None:
    """At most `MAX_BYTES`, or a `MoleculeError`."""
    if size > MAX_BYTES:
        sizes = [f"{decimal(each / 1e6, 0)} MB" for each in (size, MAX_BYTES)]
        raise MoleculeError(f"{name} has {sizes[0]}, more than the {sizes[1]} read. Save one frame of it only.")


def _hydrogens_left_out(molecule: Molecule) -> tuple[Remark, ...]:
    """A remark on a carbon compound without any hydrogen whose valences do not come out."""
    symbols: Sequence[str] = molecule.symbols
    if "C" not in symbols or len(symbols) <= 4 or not set(symbols) <= set("CNOPS"):
        return ()
    unassigned = any(bond.order is None for bond in molecule.bonds)
    implausible = any(getattr(note, "kind", None) is IMPLAUSIBLE_ORDERS for note in molecule.notes)
    if not unassigned and not implausible:
        return ()
    return (MISSING_HYDROGENS.say("The file has no hydrogen atoms; if they were left out, add them first."),)


__all__ = ["MAX_ATOMS", "STRUCTURE_SUFFIXES", "read_structure", "read_structure_file"]
