"""Every cell of the documentation's table of structure formats is true: a file that is read, one that is not."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import pytest
from structure_texts import CH2, MOL, MOL2, PDB, V3000, WATER, glycinamide

from bsct_explorer.errors import MoleculeError
from bsct_explorer.molecules import Molecule, read_structure
from bsct_explorer.molecules.structure_formats import STRUCTURE_FORMATS

DRAWING = """methanol
  hand          2D

  2  1  0  0  0  0  0  0  0  0999 V2000
    0.0000    0.0000    0.0000 C   0  0
    1.4000    0.0000    0.0000 O   0  0
  1  2  1  0
M  END
"""
SUMS = "2\nProperties=species:S:1:pos:R:3:{}:R:1\nO 0 0 0 {}\nH 0 0 0.97 0\n"
DATA = MOL + "> <{}>\n{}\n\n$$$$\n"
CRYSTAL = "CRYST1   10.000   10.000   10.000  90.00  90.00  90.00 P 1\n" + PDB
CLIQUE = "".join(f"{i + 1:3d}{j + 1:3d}  1  0\n" for i, j in combinations(range(9), 2))
ROWS = "".join(f"{2 * k:10.4f}{0:10.4f}{0:10.4f} Fe  0  0\n" for k in range(9))
DENSE = f"iron\n  hand          3D\n\n  9 36  0  0  0  0  0  0  0  0999 V2000\n{ROWS}{CLIQUE}M  END\n"
UNTOLD = glycinamide(left=True, elements=False).replace("GLY", "LIG").replace("NH2", "LIG")

READ: dict[tuple[str, str], list[tuple[str, Callable[[Molecule], bool]]]] = {
    ("xyz", "first frame"): [(WATER + "2\n\nH 0 0 0\nF 0 0 0.92\n", lambda m: m.formula == "H2O")],
    ("xyz", "charge and spin in the comment"): [
        (WATER.replace("water", f"{key}=1 {spin}"), lambda m: (m.charge, m.multiplicity) == (1, 4))
        for key in ("charge", "q", "total_charge")
        for spin in ("multiplicity=4", "spin=4", "total_spin=4", "uhf=3", "nelec-unpaired=3")
    ],
    ("xyz", "sums of the atoms' charges"): [
        (SUMS.format("initial_charges", -1.0), lambda m: m.charge == -1),
        (SUMS.format("magmoms", 3.0), lambda m: m.multiplicity == 4),
    ],
    ("xyz", "symbols or atomic numbers"): [
        (WATER.replace("O ", "8 ").replace("H ", "D ", 1).replace("H ", "T "), lambda m: m.formula == "H2O")
    ],
    ("mol", "first record"): [(text + "$$$$\n" + DRAWING, lambda m: m.formula == "H2O") for text in (MOL, V3000)],
    ("mol", "bonds and orders"): [(MOL, lambda m: [b.order for b in m.bonds] == [1.0, 1.0])],
    ("mol", "formal charges, radicals"): [
        (MOL.replace("M  END", "M  CHG  1   1   1\nM  ISO  1   2   2\nM  END"), lambda m: m.charge == 1),
        (CH2.format(3), lambda m: m.multiplicity == 3),
    ],
    ("mol", "charge and spin in data fields"): [
        (DATA.format("charge", 1), lambda m: m.charge == 1),
        (DATA.format("multiplicity", 3), lambda m: m.multiplicity == 3),
    ],
    ("mol", "a flat drawing"): [(DRAWING, lambda m: m.formula == "CH4O")],
    ("mol2", "first molecule"): [(MOL2 + MOL2.replace("O.3", "S.3"), lambda m: m.formula == "H2O")],
    ("mol2", "bonds and orders"): [(MOL2, lambda m: [b.order for b in m.bonds] == [1.0, 1.0])],
    ("mol2", "a charge that"): [(MOL2.replace("-0.8", "0.2"), lambda m: m.charge == 1)],
    ("pdb", "first model"): [("MODEL        1\n" + PDB + "MODEL        2\n" + PDB, lambda m: len(m) == 3)],
    ("pdb", "one conformer"): [(glycinamide(locations={"O": "AB"}), lambda m: m.formula == "C2H6N2O")],
    ("pdb", "charges (columns"): [(PDB.replace("  O\n", "  O1+\n"), lambda m: m.charge == 1)],
    ("pdb", "CONECT"): [(PDB.replace("END", "CONECT    1    2    3\nEND"), lambda m: len(m.bonds) == 2)],
    ("pdb", "elements of columns"): [
        (glycinamide(left=left, elements=given), lambda m: m.formula == "C2H6N2O")
        for left in (True, False)
        for given in (True, False)
    ],
}
REFUSED = {
    ("xyz", "a count that differs"): (WATER.replace("3", "2", 1), "3 rows"),
    ("xyz", "keys that contradict"): (WATER.replace("water", "charge=1 q=0"), "contradict"),
    ("xyz", "a periodic cell"): (WATER.replace("water", 'Lattice="9 0 0 0 9 0 0 0 9"'), "periodic cell"),
    ("mol", "counts that differ"): (MOL.replace("  3  2  0", "  3  1  0"), "2 rows"),
    ("mol", "more bonds than"): (DENSE, "36 bonds of 9 atoms"),
    ("mol", "atom lists"): (V3000.replace("1 O", "1 [O,N]"), "[O,N]"),
    ("mol", "a data field that"): (
        DATA.replace("M  END", "M  CHG  1   1   1\nM  END").format("charge", 0),
        "contradict",
    ),
    ("mol2", "counts that differ"): (MOL2.replace("3 2 1", "3 3 1"), "2 rows"),
    ("mol2", "unknown bond types"): (MOL2.replace("1 1 2 1", "1 1 2 xx"), "xx"),
    ("pdb", "a crystal's cell"): (CRYSTAL, "periodic cell"),
    ("pdb", "elements that cannot"): (UNTOLD, "elements"),
}


def cells(part: str) -> set[tuple[str, str]]:
    """Every phrase of the table, by its format's first word."""
    return {(each.name.split(",")[0], phrase) for each in STRUCTURE_FORMATS for phrase in getattr(each, part)}


@pytest.mark.parametrize(("part", "held"), [("reads", READ), ("refuses", REFUSED)])
def test_the_table_says_what_is_held_here(part: str, held: dict[tuple[str, str], object]) -> None:
    named = cells(part)
    found = {
        (name, phrase): [key for key in held if key[0] == name and phrase.startswith(key[1])] for name, phrase in named
    }
    assert all(len(keys) == 1 for keys in found.values()), found
    assert len(held) == len(named)


@pytest.mark.parametrize(
    ("format", "text", "true"), [(key[0], *sample) for key, samples in READ.items() for sample in samples]
)
def test_what_is_read(format: str, text: str, true: Callable[[Molecule], bool]) -> None:
    assert true(read_structure(text, format, "upload", relax=False))


@pytest.mark.parametrize(("format", "text", "word"), [(key[0], *sample) for key, sample in REFUSED.items()])
def test_what_is_refused(format: str, text: str, word: str) -> None:
    with pytest.raises(MoleculeError, match="upload") as caught:
        read_structure(text, format, "upload", relax=False)
    assert word in str(caught.value)
