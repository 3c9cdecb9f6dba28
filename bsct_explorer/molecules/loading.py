"""Two doors for every molecule: `load_molecule` for people on this machine, `offered_molecule` for a browser.

Both know library names, SMILES strings and BSCT-SPICE systems. Only the first one knows files: nothing behind the
second makes a path of its text, opens one or asks whether there is one, so that no spelling of a path can read or tell
anything.
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from bsct_explorer.errors import MoleculeError
from bsct_explorer.molecules.bsct_spice import PREFIX, load_offered_system, load_system
from bsct_explorer.molecules.checks import spin_state
from bsct_explorer.molecules.library import close_names, library_molecule
from bsct_explorer.molecules.molecule import Molecule
from bsct_explorer.molecules.smiles import InvalidSmilesError, molecule_from_smiles, relaxed_molecule
from bsct_explorer.molecules.structure_files import STRUCTURE_SUFFIXES, check_bytes, finished, read_structure_file
from bsct_explorer.remarks.of_molecules import STATE_GIVEN

RELAX_SECONDS = 30.0
"""For the relaxation of what a stranger sends; it stops early then, which is said."""

MAX_TEXT = 2000
"""Characters of a molecule's name or SMILES from a browser; `MAX_ATOMS` atoms take fewer."""


def load_molecule(
    spec: str | Path,
    *,
    data: str | Path | None = None,
    charge: int | None = None,
    multiplicity: int | None = None,
    relax: bool = True,
) -> Molecule:
    """Molecule from whatever a person on this machine types; what a browser sends goes through `offered_molecule`.

    Parameters
    ----------
    spec
        In this order: ``bsct-spice:C-C/7648``; the path of a structure file (its suffix is one of `STRUCTURE_SUFFIXES`,
        or it exists and has a slash in its name); a name of the built-in library, in any case; a SMILES string; any
        other file that exists, whose format its content tells.
    data
        Folder of BSCT-SPICE; None for the environment variable ``BSCT_SPICE_DIR``.
    charge
        Total charge in e; None for what the source says, else 0.
    multiplicity
        2S + 1; None for what the source says, else 1 with an even number of electrons and 2 with an odd one.
    relax
        Relax a SMILES (cached in the process) or a flat drawing with GFN2-xTB; geometries are taken as they are.

    Raises
    ------
    MoleculeError
        Nothing answers to the name, or the structure is none that can be pulled apart; the message says what to do.
    """
    if isinstance(spec, Path):
        return read_structure_file(spec, charge=charge, multiplicity=multiplicity, relax=relax)
    text = spec.strip()
    if text.lower().startswith(PREFIX):
        return with_state(load_system(text[len(PREFIX) :], data), charge, multiplicity)
    if _looks_like_file(text):
        return read_structure_file(text, charge=charge, multiplicity=multiplicity, relax=relax)
    try:
        return _named_or_smiles(text, charge, multiplicity, relax)
    except InvalidSmilesError as error:
        if _is_file(text):
            return read_structure_file(text, charge=charge, multiplicity=multiplicity, relax=relax)
        raise MoleculeError(f"{error} {_advice(text)}") from None


def offered_molecule(text: str, *, charge: int | None = None, multiplicity: int | None = None) -> Molecule:
    """Molecule that a browser names: in its address, in a field, or in a saved state.

    The text is cleaned once (`cleaned`) and is then one of three things, or refused: ``bsct-spice:`` and a system that
    this server offers (`offered_systems`), a name of the built-in library, or a SMILES string.

    Parameters
    ----------
    text
        Anything: it comes from a stranger.
    charge, multiplicity
        As in `load_molecule`.

    Raises
    ------
    MoleculeError
        It is none of the three, or none that can be pulled apart. The words depend on the text alone, never on what
        files there are beside the offered systems.
    """
    name = cleaned(text)
    if not name:
        raise MoleculeError("No molecule was given. Type a library name (ethane) or a SMILES string (CCO).")
    if len(name) > MAX_TEXT:
        raise MoleculeError(
            f"{name[:40]!r}… has {len(name)} characters, more than the {MAX_TEXT} that a name or a SMILES string may "
            "have. Upload a structure file instead."
        )
    if name.lower().startswith(PREFIX):
        return with_state(load_offered_system(name[len(PREFIX) :].strip()), charge, multiplicity)
    try:
        stored = library_molecule(name)
        if stored is not None:
            return with_state(stored, charge, multiplicity)
        return _offered_smiles(name, charge, multiplicity)
    except InvalidSmilesError as error:
        raise MoleculeError(f"{error} {_offered_advice(name)}") from None


def offered_structure(
    content: str | bytes, format: str, name: str, *, charge: int | None = None, multiplicity: int | None = None
) -> Molecule:
    """Molecule of a structure file that a browser sends, as an upload or in its address.

    As `read_structure`, in a process of its own with limits of time and memory (`guarded_reading`); nothing in it is
    taken as a path.

    Raises
    ------
    MoleculeError
        As `read_structure`, and where it takes too long or too much memory.
    """
    from bsct_explorer.molecules.guarded_reading import guarded_structure

    data = content.encode("utf-8", "replace") if isinstance(content, str) else content
    check_bytes(name, len(data))
    molecule, embedded = guarded_structure(data, format, name, charge, multiplicity)
    return finished(molecule, seconds=RELAX_SECONDS) if embedded else molecule


def cleaned(text: str) -> str:
    """A text from a browser on one line: nothing invisible in it, every run of blanks one blank, none at the ends.

    Control characters (NUL, tabs, line ends) count as blanks; what has no width or no meaning of its own (zero-width
    and bidirectional marks, lone surrogates) is taken out.
    """
    kinds = ((character, unicodedata.category(character)) for character in text)
    visible = "".join(" " if kind in ("Cc", "Zl", "Zp") else c for c, kind in kinds if kind not in ("Cf", "Cs"))
    return " ".join(visible.split())


@lru_cache(maxsize=256)
def _offered_smiles(text: str, charge: int | None, multiplicity: int | None) -> Molecule:
    """As `molecule_from_smiles`, its geometry made in a process of its own, with limits of time."""
    from bsct_explorer.molecules.guarded_reading import guarded_smiles

    embedded = guarded_smiles(text, text.split()[0], charge, multiplicity)
    return relaxed_molecule(embedded, seconds=RELAX_SECONDS)


def _named_or_smiles(text: str, charge: int | None, multiplicity: int | None, relax: bool) -> Molecule:
    """A library molecule or a SMILES string; neither reads what the text names as a path."""
    stored = library_molecule(text)
    if stored is not None:
        return with_state(stored, charge, multiplicity)
    # What stands behind a blank is a title or an extension of the SMILES, no part of the molecule's name.
    name = text.split()[0] if text else None
    return molecule_from_smiles(text, name=name, charge=charge, multiplicity=multiplicity, relaxed=relax)


def _looks_like_file(text: str) -> bool:
    """A known suffix, or a path that exists. A slash alone is no sign: SMILES writes double bonds with it (F/C=C/F)."""
    if Path(text).suffix.lower() in STRUCTURE_SUFFIXES:
        return True
    return ("/" in text or "\\" in text) and _is_file(text)


def _is_file(text: str) -> bool:
    return len(text) < 1000 and Path(text).is_file()


def _advice(text: str) -> str:
    """What a person on this machine may have meant."""
    meant = _meant(text)
    if meant:
        return meant
    if len(text) < 1000 and Path(text).is_dir():
        return "It is a folder: give the path of a structure file in it."
    return "Nor is it a name of the library or a file: `bsct-explorer molecules` lists the names."


def _offered_advice(text: str) -> str:
    """What a person at the page may have meant, from the text alone: nothing is looked up on disk."""
    if text.lower().endswith(STRUCTURE_SUFFIXES) or text.startswith(("/", "~", ".", "\\")) or ":/" in text:
        return "It looks like a file: the page opens no file by its path. Upload it under Structure file."
    return (
        _meant(text) or "Nor is it a name of the library. Choose a molecule from the list, or mend the SMILES string."
    )


def _meant(text: str) -> str:
    """A system without its prefix, or close names of the library; empty where there is neither."""
    if "/" in text and text.replace("/", "").replace("-", "").isalnum() and text.split("/")[-1].isdigit():
        return f"For a BSCT-SPICE system write {PREFIX}{text}."
    close = close_names(text)
    return f"Nor is it a name of the library; did you mean {' or '.join(close)}?" if close else ""


def with_state(molecule: Molecule, charge: int | None, multiplicity: int | None) -> Molecule:
    """The molecule with another charge and multiplicity, its geometry as it is."""
    if charge is None and multiplicity is None:
        return molecule
    total = molecule.charge if charge is None else charge
    if multiplicity is None and total == molecule.charge:
        multiplicity = molecule.multiplicity
    spin = spin_state(molecule.name, molecule.numbers, total, multiplicity)
    if (total, spin) == (molecule.charge, molecule.multiplicity):
        return molecule
    note = STATE_GIVEN.say(
        f"Computed with charge {total:+d} and multiplicity {spin}; its geometry is the one of charge "
        f"{molecule.charge:+d} and multiplicity {molecule.multiplicity}."
    )
    return replace(molecule, charge=total, multiplicity=spin, notes=(*molecule.notes, note))
