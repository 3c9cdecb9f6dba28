"""Whether a reference file speaks of the molecule at hand: its charge, its multiplicity, its bonds."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bsct_explorer.data import Floats
from bsct_explorer.deformations import Scan
from bsct_explorer.molecules.molecule import Molecule
from bsct_explorer.molecules.xyz_format import XYZFrame
from bsct_explorer.remarks import Remark
from bsct_explorer.remarks.of_references import OTHER_MOLECULE
from bsct_explorer.words.atoms import atoms_label
from bsct_explorer.words.numbers import number, signed

_CHARGE = {"charge", "totalcharge", "molecularcharge", "molcharge", "netcharge", "chrg", "systemcharge", "q"}
_MULTIPLICITY = {"multiplicity", "mult", "spinmultiplicity", "molecularmultiplicity", "totalmultiplicity"}
_SPIN = {"spin", "totalspin"}
"""2S + 1, 2S or S: programs differ, so that only a value that is none of these tells another state."""

STRETCHED = 1.4
"""Factor by which a bond that is not driven may differ from the molecule's own."""


def state_doubts(keys: Mapping[str, str], molecule: Molecule, name: str) -> list[Remark]:
    """Doubts where a file's charge or multiplicity is not the molecule's.

    Parameters
    ----------
    keys
        What the file says, by its own keys in any usual spelling.
    """
    found = []
    for key, text in keys.items():
        plain = key.lower().replace("_", "").replace("-", "").replace(" ", "")
        try:
            value = float(text)
        except ValueError:
            continue
        if plain in _CHARGE and value != molecule.charge:
            found.append(
                f"{name} has the charge {signed(value)} ({key}={text}), and {molecule.name} has "
                f"{signed(molecule.charge)}. Give the molecule the file's charge (--charge), or another reference."
            )
        if plain in _MULTIPLICITY and value != molecule.multiplicity:
            found.append(_another_spin(name, f"{key}={text}", molecule))
        m = molecule.multiplicity
        if plain in _SPIN and value not in (m, m - 1, (m - 1) / 2):
            found.append(_another_spin(name, f"{key}={text}", molecule))
    return [OTHER_MOLECULE.say(sentence) for sentence in found]


def charges_doubt(frame: XYZFrame, molecule: Molecule, name: str) -> list[Remark]:
    """A doubt where the charges of a frame's atoms add up to another charge than the molecule's."""
    for written, column in frame.columns.items():
        plain = written.lower().replace("_", "")
        if column.shape[1] == 1 and (plain in ("charge", "charges", "q") or plain.endswith("charges")):
            total = float(column.sum())
            if not abs(total - molecule.charge) < 0.5:
                return [
                    OTHER_MOLECULE.say(
                        f"The column {written} of {name} adds up to the charge {number(total, 2)}, and "
                        f"{molecule.name} has {signed(molecule.charge)}. Give the molecule the file's charge "
                        "(--charge), or another reference."
                    )
                ]
    return []


def _another_spin(name: str, said: str, molecule: Molecule) -> str:
    return (
        f"{name} says {said}, and {molecule.name} has the multiplicity {molecule.multiplicity}. Give the molecule the "
        "file's multiplicity (--multiplicity), or another reference."
    )


def bonds_doubts(frame: Floats, molecule: Molecule, driven: tuple[int, ...], name: str) -> list[Remark]:
    """A doubt where a file's frame, shape (n_atoms, 3) in Å, lacks one of the molecule's bonds that is not driven."""
    for bond in molecule.bonds:
        if {*bond.atoms} <= {*driven}:
            continue
        own = float(np.linalg.norm(molecule.positions[bond.i] - molecule.positions[bond.j]))
        theirs = float(np.linalg.norm(frame[bond.i] - frame[bond.j]))
        if not own / STRETCHED < theirs < own * STRETCHED:
            return [
                OTHER_MOLECULE.say(
                    f"In {name} the atoms of the bond {bond.label} are {number(theirs)} Å apart, and in "
                    f"{molecule.name} {number(own)} Å: has it another order of the atoms, or is it another molecule?"
                )
            ]
    return []


def coordinate_doubts(kind: str, atoms: tuple[int, ...], scan: Scan, name: str) -> list[Remark]:
    """A doubt where a file's output names other atoms of its coordinate than the scan's, 0-based."""
    if atoms in (scan.atoms, scan.atoms[::-1]):
        return []
    symbols = scan.molecule.symbols
    if all(0 <= atom < len(symbols) for atom in atoms):
        theirs = atoms_label({atom: symbols[atom] for atom in atoms}, atoms)
    else:
        theirs = "-".join(map(str, atoms))
    ours = atoms_label({atom: symbols[atom] for atom in scan.atoms}, scan.atoms)
    return [
        OTHER_MOLECULE.say(
            f"{name} drives the {kind} {theirs}, and the scan {ours}: is it the same coordinate, with another order of "
            "the atoms?"
        )
    ]
