"""Structure files as people have them: formats by content, encodings, counts, conformers, radicals, isotopes."""

from __future__ import annotations

import time
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
from structure_texts import ALL, CH2, MOL, MOL2, O2, PDB, V3000, WATER, WATER_ROWS, glycinamide

from bsct_explorer.errors import MoleculeError
from bsct_explorer.molecules import STRUCTURE_SUFFIXES, Molecule, load_molecule, read_structure
from bsct_explorer.molecules.structure_formats import STRUCTURE_FORMATS


def kinds(molecule: Molecule) -> list[str]:
    return [note.kind.name for note in molecule.notes]


def refused(text: str | bytes, format: str) -> str:
    with pytest.raises(MoleculeError) as caught:
        read_structure(text, format, "upload")
    assert "upload" in str(caught.value)
    return str(caught.value)


# format by content


@pytest.mark.parametrize("format", ALL)
@pytest.mark.parametrize("called", ["", "txt", "doc", *ALL])
def test_the_content_tells_the_format(format: str, called: str) -> None:
    molecule = read_structure(ALL[format], called, "upload")
    assert (molecule.formula, len(molecule.bonds), molecule.charge) == ("H2O", 2, 0)
    own = next(each.suffixes for each in STRUCTURE_FORMATS if f".{format}" in each.suffixes)
    assert kinds(molecule) == ([] if f".{called}" in own else ["format-by-content"])


def test_the_suffixes_are_those_of_the_formats() -> None:
    assert tuple(suffix for each in STRUCTURE_FORMATS for suffix in each.suffixes) == STRUCTURE_SUFFIXES


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("data_water\n_cell_length_a 10.0\nloop_\n_atom_site_label\n", "CIF"),
        ("%chk=a.chk\n# b3lyp/6-31g* opt\n\ntitle\n\n0 1\nO 0 0 0\n", "Gaussian input"),
        ("! B3LYP def2-SVP\n* xyz 0 1\nO 0 0 0\n*\n", "ORCA input"),
        ("$coord\n 0.0 0.0 0.2 o\n$end\n", "Turbomole"),
        (WATER_ROWS, "without the two lines"),
        ('{"atoms": []}', "JSON"),
        ("<?xml version='1.0'?><cml/>", "XML"),
    ],
)
@pytest.mark.parametrize("called", ["xyz", "out"])
def test_other_files_are_refused_by_their_own_name(text: str, what: str, called: str) -> None:
    message = refused(text, called)
    assert what in message
    assert ".xyz" in message


# encodings and line ends


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (WATER.encode(), []),
        (b"\xef\xbb\xbf" + WATER.encode(), []),
        (WATER.replace("water", "w\u00e4sser \u00c5").encode("latin-1"), ["encoding"]),
        (WATER.replace("water", "units \u00c5").encode("cp1252"), ["encoding"]),
        (WATER.encode("utf-16"), ["encoding"]),
        (WATER.encode("utf-16-le"), ["encoding"]),
        (WATER.encode("utf-16-be"), ["encoding"]),
        (WATER.encode("utf-32"), ["encoding"]),
        (WATER.replace("\n", "\r\n").encode(), []),
        (WATER.replace("\n", "\r").encode(), []),
        (WATER.replace("water", "water \x0c page").encode(), []),
        (WATER.replace("water", "water \x0b\x85\u2028 page").encode(), []),
        ((WATER + "\x1a").encode(), []),
    ],
)
@pytest.mark.parametrize("format", ["xyz", ""])
def test_encodings(content: bytes, said: list[str], format: str) -> None:
    molecule = read_structure(content, format, "upload")
    assert molecule.formula == "H2O"
    assert [kind for kind in kinds(molecule) if kind != "format-by-content"] == said


@pytest.mark.parametrize("format", ["mol", "sdf", "mol2", "pdb"])
def test_encodings_of_the_other_formats(format: str) -> None:
    for encoding in ("utf-16", "latin-1"):
        content = ALL[format].replace("water", "w\u00e4sser").encode(encoding)
        assert read_structure(content, format, "upload").formula == "H2O"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\x1f\x8b\x08\x00abc", "gzip"),
        (b"PK\x03\x04abc", "zip"),
        (b"%PDF-1.4", "PDF document"),
        (bytes(range(256)), "not a text file"),
        (b"\x00" * 100, "not a text file"),
        (b"\xff\xfe\x00", "not a text file"),
    ],
)
def test_what_is_no_text(content: bytes, what: str) -> None:
    assert what in refused(content, "xyz")


# counts


@pytest.mark.parametrize(
    ("format", "text", "numbers"),
    [
        ("xyz", "2\n\n" + WATER_ROWS, ("2 atoms", "3 rows")),
        ("xyz", "4\n\n" + WATER_ROWS, ("4 atoms", "3 rows")),
        ("xyz", "4\n\n" + WATER_ROWS + WATER, ("4 atoms", "3 rows")),
        ("xyz", "4\n\n" + WATER_ROWS + "\n" + WATER, ("4 atoms", "3 rows")),
        ("xyz", "2\n\n" + WATER_ROWS + WATER, ("2 atoms", "3 rows")),
        ("xyz", "99999999\n\n" + WATER_ROWS, ("99999999 atoms", "3 rows")),
        ("extxyz", "2\nProperties=pos:R:3:species:S:1\n0 0 0 O\n0 0 1 H\n0 1 0 H\n", ("2 atoms", "3 rows")),
        ("mol", MOL.replace("  3  2  0", "  2  2  0"), ("2 atoms", "3 rows")),
        ("mol", MOL.replace("  3  2  0", "  4  2  0"), ("4 atoms", "3 rows")),
        ("mol", MOL.replace("  3  2  0", "  3  1  0"), ("1 bonds", "2 rows")),
        ("sdf", MOL.replace("  3  2  0", "  3  5  0"), ("5 bonds", "2 rows")),
        ("mol", V3000.replace("COUNTS 3 2", "COUNTS 355236452 2"), ("355236452 atoms", "3 rows")),
        ("mol", V3000.replace("COUNTS 3 2", "COUNTS 3 355236452"), ("355236452 bonds", "2 rows")),
        ("mol", V3000.replace("COUNTS 3 2", "COUNTS 2 2"), ("2 atoms", "3 rows")),
        ("mol2", MOL2.replace("3 2 1", "2 2 1"), ("2 atoms", "3 rows")),
        ("mol2", MOL2.replace("3 2 1", "3 999999999 1"), ("999999999 bonds", "2 rows")),
        ("mol2", "@<TRIPOS>MOLECULE\nw\n3 2\n", ("3 atoms", "0 rows")),
    ],
)
def test_a_count_that_differs_from_the_rows_is_refused_with_both(
    format: str, text: str, numbers: tuple[str, str]
) -> None:
    start = time.perf_counter()
    message = refused(text, format)
    assert time.perf_counter() - start < 1
    for number in numbers:
        assert number in message


def test_text_behind_a_structure_is_no_second_one() -> None:
    molecule = read_structure(WATER + "\nfrequencies: 1595 3657 3756\n", "xyz", "upload")
    assert kinds(molecule) == ["part-not-read"]
    assert kinds(read_structure(WATER + WATER, "xyz", "upload")) == ["several-structures"]
    assert kinds(read_structure(MOL + "$$$$\n" + MOL, "sdf", "upload")) == ["several-structures"]
    assert kinds(read_structure(MOL2 + MOL2, "mol2", "upload")) == ["several-structures"]
    models = "MODEL        1\n" + PDB.replace("END", "ENDMDL") + "MODEL        2\n" + PDB.replace("END", "ENDMDL")
    for text in (models, PDB + PDB):
        molecule = read_structure(text, "pdb", "upload")
        assert (len(molecule), kinds(molecule)) == (3, ["several-structures"])


# isotopes


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("xyz", WATER.replace("H", "D")),
        ("xyz", WATER.replace("H", "T")),
        ("mol", MOL.replace(" H  ", " D  ")),
        ("mol", V3000.replace(" H ", " D ")),
        ("mol", V3000.replace(" -0.4712 0", " -0.4712 0 MASS=2")),
        ("mol", MOL.replace("M  END", "M  ISO  2   2   2   3   2\nM  END")),
        ("mol2", MOL2.replace("-0.4712 H", "-0.4712 D")),
        ("pdb", PDB.replace("           H", "           D")),
        ("pdb", PDB.replace("  H1 ", "  D1 ").replace("  H2 ", "  D2 ").replace("           H", "")),
    ],
)
def test_deuterium_has_the_surface_of_hydrogen_in_every_format(format: str, text: str) -> None:
    molecule = read_structure(text, format, "upload")
    assert molecule.formula == "H2O"
    assert kinds(molecule) == ["isotopes"]
    assert "deuterium" in molecule.notes[0] or "tritium" in molecule.notes[0]


def test_isotopes_of_a_smiles() -> None:
    molecule = load_molecule("[2H]O[2H]", relax=False)
    assert molecule.formula == "H2O"
    assert "2 deuterium" in next(note for note in molecule.notes if note.kind.name == "isotopes")
    assert any("13C" in note for note in load_molecule("[13CH3]O", relax=False).notes)


# mol files


@pytest.mark.parametrize(
    ("text", "multiplicity"),
    [
        (CH2.format(3), 3),
        (CH2.format(1), 1),
        (O2, 3),
        (V3000.replace("0.1178 0", "0.1178 0 CHG=1 RAD=2"), 2),
        (V3000.replace("COUNTS 3 2", "COUNTS 2 1").replace("M  V30 3 H 0 -0.7555 -0.4712 0\n", "")
         .replace("M  V30 2 1 1 3\n", "").replace("0.1178 0", "0.1178 0 RAD=2"), 2),
    ],
)  # fmt: skip
def test_radical_marks_decide_the_multiplicity(text: str, multiplicity: int) -> None:
    molecule = read_structure(text, "mol", "upload")
    assert molecule.multiplicity == multiplicity
    assert "radical-electrons" in kinds(molecule)
    assert read_structure(text, "mol", "upload", multiplicity=multiplicity + 2).multiplicity == multiplicity + 2


def test_data_fields_of_an_sdf_record() -> None:
    text = MOL + "> <{}>\n{}\n\n$$$$\n"
    assert read_structure(text.format("charge", "+1"), "sdf", "x").charge == 1
    assert read_structure(text.format("PUBCHEM_TOTAL_CHARGE", "-1"), "sdf", "x").charge == -1
    assert read_structure(text.format("multiplicity", "3"), "sdf", "x").multiplicity == 3
    assert kinds(read_structure(text.format("charge_guess", "1"), "sdf", "x")) == ["unread-charge-or-spin"]
    assert kinds(read_structure(text.format("PUBCHEM_MMFF94_PARTIAL_CHARGES", "3\n1 -0.8"), "sdf", "x")) == []
    charged = text.replace("M  END", "M  CHG  1   1  -1\nM  END")
    assert read_structure(charged.format("charge", "-1"), "sdf", "x").charge == -1
    assert "contradict" in refused(charged.format("charge", "1"), "sdf")


def test_a_hand_made_mol_file_with_shifted_columns_is_read() -> None:
    shifted = MOL.replace("    0.0000    0.7555   -0.4712 H ", " 0.0 0.7555 -0.4712 H ")
    np.testing.assert_allclose(read_structure(shifted, "mol", "x").positions[1], (0, 0.7555, -0.4712))
    lost_line = MOL.split("\n", 1)[1]
    assert read_structure(lost_line, "mol", "x").formula == "H2O"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (MOL.replace("  1  3  1  0", "  1  9  1  0"), "1 to 3"),
        (MOL.replace("M  END", "M  RAD  1   9   3\nM  END"), "M  RAD"),
        (MOL.replace("M  END", "M  CHG  9   1   1\nM  END"), "announces 9"),
        (MOL.replace("M  END", "M  RAD  1   1   7\nM  END"), "radical mark is 7"),
        (MOL.replace("    0.7555", "       nan"), "not a finite number"),
        (MOL.replace(" H  ", " R# "), "no chemical element"),
        (V3000.replace("1 O", "1 [O,N]"), "[O,N]"),
        (V3000.replace("1 1 1 2", "1 1 1 7"), "1 to 3"),
        (V3000.replace("COUNTS 3 2 0 0 0", "COUNTS x"), "COUNTS"),
        (V3000.replace("0.1178 0", "0.1178 0 RAD=9"), "radical mark is 9"),
    ],
)
def test_broken_mol_files_are_refused_with_the_reason(text: str, word: str) -> None:
    assert word in refused(text, "mol")


# mol2


def test_mol2_has_bonds_orders_and_the_charge_of_its_atoms() -> None:
    acetate = """@<TRIPOS>MOLECULE
acetate
7 6
SMALL
GASTEIGER

@<TRIPOS>ATOM
1 C1 0.000 0.000 0.000 C.3 1 ACT -0.10
2 C2 1.540 0.000 0.000 C.2 1 ACT 0.35
3 O1 2.150 1.100 0.000 O.co2 1 ACT -0.70
4 O2 2.150 -1.100 0.000 O.co2 1 ACT -0.70
5 H1 -0.360 1.030 0.000 H 1 ACT 0.05
6 H2 -0.360 -0.510 0.890 H 1 ACT 0.05
7 H3 -0.360 -0.510 -0.890 H 1 ACT 0.05
@<TRIPOS>BOND
1 1 2 1
2 2 3 ar
3 2 4 ar
4 1 5 1
5 1 6 1
6 1 7 1
"""
    molecule = read_structure(acetate, "mol2", "acetate")
    assert (molecule.charge, molecule.bond(1, 2).order, molecule.bond(0, 1).order) == (-1, 1.5, 1.0)
    assert kinds(molecule) == ["charge-or-spin-found"]
    odd = read_structure(acetate.replace("-0.70", "-0.50"), "mol2", "acetate")
    assert "unread-charge-or-spin" in kinds(odd)
    assert "bond '2 2 3 xx'" in refused(acetate.replace("2 2 3 ar", "2 2 3 xx"), "mol2")


# pdb


WHOLE = "C2H6N2O"


@pytest.mark.parametrize(
    "locations",
    [
        {"O": "AB"},
        {"O": "BA"},
        {"O": "B"},
        {"HA2": "B", "HA3": "B", "O": "B"},
        {"HA2": "A", "HA3": "B", "O": "AB"},
        {"HA2": "AB", "HA3": "AB", "O": "B"},
        {"O": " B", "HA2": " B"},
        {"N": "AB", "H1": "AB", "H2": "AB", "CA": "AB", "HA2": "AB", "HA3": "AB", "C": "AB", "O": "AB"},
    ],
)
def test_one_conformer_whole_and_said(locations: dict[str, str]) -> None:
    molecule = read_structure(glycinamide(locations=locations), "pdb", "upload")
    plain = read_structure(glycinamide(), "pdb", "upload")
    assert molecule.formula == WHOLE
    assert kinds(molecule) == ["alternate-locations"]
    assert [bond.atoms for bond in molecule.bonds] == [bond.atoms for bond in plain.bonds]
    if locations["O"] in ("AB", " B") and all(len(each) > 1 for each in locations.values()):
        np.testing.assert_array_equal(molecule.positions, plain.positions)


def test_the_location_of_highest_occupancy_is_taken() -> None:
    text = glycinamide(locations={"O": "AB"})
    swapped = text.replace("  0.60", "  0.30").replace("  0.40", "  0.70")
    assert read_structure(text, "pdb", "x").positions[7, 2] == pytest.approx(0.05)
    assert read_structure(swapped, "pdb", "x").positions[7, 2] == pytest.approx(0.35)
    assert "location B is taken" in read_structure(swapped, "pdb", "x").notes[0]


@pytest.mark.parametrize("left", [True, False])
@pytest.mark.parametrize("elements", [True, False])
def test_elements_of_left_aligned_names(left: bool, elements: bool) -> None:
    molecule = read_structure(glycinamide(left=left, elements=elements), "pdb", "upload")
    assert (molecule.formula, len(molecule.bonds), molecule.notes) == (WHOLE, 10, ())


def test_elements_that_cannot_be_told_are_asked_for() -> None:
    text = glycinamide(left=True, elements=False).replace("GLY", "LIG").replace("NH2", "LIG")
    assert "CA" in refused(text, "pdb")
    assert read_structure(glycinamide(left=True).replace("GLY", "LIG"), "pdb", "x").formula == WHOLE


@pytest.mark.parametrize(
    ("name", "element"), [("CL  ", "Cl"), (" CL ", "C"), ("NA  ", "Na"), (" NA ", "N"), ("HG11", "H"), ("1HB ", "H")]
)
def test_elements_by_the_columns_of_the_name(name: str, element: str) -> None:
    from bsct_explorer.molecules.pdb_elements import AtomLine, elements_of

    atoms = [AtomLine("1", each, "", "LIG", "A", (0.0, 0.0, 0.0), 1.0, "", None) for each in (name, " C1 ")]
    assert elements_of(atoms) == ([element, "C"], [])


@pytest.mark.parametrize(("written", "charge"), [("1-", -1), ("2+", 2), ("-1", -1), ("+", 1), ("0", 0), ("  ", 0)])
def test_charges_of_pdb_atoms(written: str, charge: int) -> None:
    text = PDB.replace("           O\n", f"           O{written}\n")
    assert read_structure(text, "pdb", "x", multiplicity=None).charge == charge


def test_conect_records_are_bonds() -> None:
    # F-H-F apart: without CONECT two pieces.
    row = "HETATM{:5d}  {:<3} UNL A   1    {:8.3f}{:8.3f}{:8.3f}  1.00  0.00           {:>1}1-\n"
    atoms = [(1, "F1", 0, 0, 0, "F"), (2, "H1", 0, 0, 0.95, "H"), (3, "F2", 0, 0, 2.4, "F")]
    text = "".join(row.format(*atom) for atom in atoms).replace("H1-", "H").replace("F1-", "F", 1) + "{}END\n"
    assert "2 separate pieces" in refused(text.format(""), "pdb")
    molecule = read_structure(text.format("CONECT    2    1    3\n"), "pdb", "x")
    assert [bond.atoms for bond in molecule.bonds] == [(0, 1), (1, 2)]
    lost = read_structure(text.format("CONECT    2    1    3\nCONECT    3    9\n"), "pdb", "x")
    assert "part-not-read" in kinds(lost)
    double = read_structure(PDB.replace("END", "CONECT    1    2    3\nEND"), "pdb", "x")
    assert [bond.order for bond in double.bonds] == [1.0, 1.0]


# distances and bonds


@pytest.mark.parametrize(("factor", "unit"), [(1 / 0.529177, "bohr"), (0.1, "nm"), (100, "pm")])
@pytest.mark.parametrize("name", ["water", "ethanol", "benzene", "dimethyl sulfoxide"])
def test_another_unit_of_length_is_asked_about(factor: float, unit: str, name: str) -> None:
    molecule = load_molecule(name)
    rows = "".join(
        f"{s} {x:.7f} {y:.7f} {z:.7f}\n"
        for s, (x, y, z) in zip(molecule.symbols, factor * molecule.positions, strict=True)
    )
    assert f"are they in {unit}?" in refused(f"{len(molecule)}\n\n{rows}", "xyz")


def test_listed_bonds_that_are_too_long() -> None:
    long = MOL.replace("0.7555", "1.4277").replace("0.4712", "0.8904").replace("0.1178", "0.2226")
    assert "are they in bohr?" in refused(long, "mol")
    one = MOL.replace("    0.0000    0.7555   -0.4712 H ", "    0.0000    1.7555   -0.4712 H ")
    assert kinds(read_structure(one, "mol", "x")) == ["bond-lengths"]


def test_true_pieces_are_no_question_of_units() -> None:
    two = "4\n\nH 0 0 0\nF 0 0 0.92\nH 0 0 6\nF 0 0 6.92\n"
    assert "are they in" not in refused(two, "xyz")


@pytest.mark.parametrize(
    ("rows", "charge", "bonds"),
    [
        ("F 0 0 -1.14\nH 0 0 0\nF 0 0 1.14\n", -1, {(0, 1), (1, 2)}),
        ("F 0 0 -1.10\nH 0 0 0\nF 0 0 1.20\n", -1, {(0, 1), (1, 2)}),
        ("Cl 0 0 -1.57\nH 0 0 0\nCl 0 0 1.57\n", -1, {(0, 1), (1, 2)}),
        ("O 0 0 -1.2\nH 0 0 0\nO 0 0 1.2\nH 0.9 0 -1.5\nH -0.5 0.8 -1.5\nH 0.9 0 1.5\nH -0.5 -0.8 1.5\n", 1,
         {(0, 1), (1, 2), (0, 3), (0, 4), (2, 5), (2, 6)}),
        ("H 0 0 0\nH 0.873 0 0\nH 0.4365 0.756 0\n", 1, {(0, 1), (0, 2), (1, 2)}),
    ],
)  # fmt: skip
def test_hydrogen_between_two_atoms_has_both_bonds(rows: str, charge: int, bonds: set[tuple[int, int]]) -> None:
    molecule = read_structure(f"{len(rows.splitlines())}\ncharge={charge}\n{rows}", "xyz", "x")
    assert {bond.atoms for bond in molecule.bonds} == bonds
    assert "bridging-hydrogen" in kinds(molecule)


def test_diborane_has_both_bonds_of_both_hydrogens() -> None:
    rows = "B 0 0 .885\nB 0 0 -.885\nH 0 .972 0\nH 0 -.972 0\nH 1.037 0 1.468\nH -1.037 0 1.468\n"
    molecule = read_structure(f"8\ndiborane\n{rows}H 1.037 0 -1.468\nH -1.037 0 -1.468\n", "xyz", "x")
    assert {(0, 2), (0, 3), (1, 2), (1, 3)} <= {bond.atoms for bond in molecule.bonds}
    assert "bridging-hydrogen" in kinds(molecule)


def test_hydrogen_bonds_are_none() -> None:
    dimer = "O 0 0 0\nH 0 0 0.97\nO 0 0 2.5\nH 0.9 0 2.8\n"
    assert "2 separate pieces" in refused(f"4\ncharge=-1\n{dimer}", "xyz")


def test_missing_atoms_show_in_bonds_that_are_too_long_for_their_order() -> None:
    ethanol = load_molecule("ethanol")
    heavy = "".join(f"{s} {x} {y} {z}\n" for s, (x, y, z) in zip(ethanol.symbols, ethanol.positions, strict=True))
    kept = "\n".join(line for line in heavy.splitlines() if not line.startswith("H"))
    molecule = read_structure(f"3\n\n{kept}\n", "xyz", "x")
    assert {"implausible-bond-orders", "bond-orders"} & set(kinds(molecule))


def test_a_path_object_that_no_system_takes() -> None:
    with pytest.raises(MoleculeError, match="cannot be read"):
        load_molecule(Path("\x00.xyz"))


# files that made libraries hang or end


def v3000(n_atoms: int, bonds: list[tuple[int, int]], element: str) -> str:
    atoms = [f"M  V30 {k + 1} {element} {2 * (k % 8)} {2 * (k // 8 % 8)} {2 * (k // 64)} 0" for k in range(n_atoms)]
    rows = [f"M  V30 {k + 1} 1 {i + 1} {j + 1}" for k, (i, j) in enumerate(bonds)]
    counts = f"M  V30 COUNTS {n_atoms} {len(bonds)} 0 0 0"
    head = ["x", "  hand          3D", "", "  0  0  0     0  0            999 V3000", "M  V30 BEGIN CTAB", counts]
    body = ["M  V30 BEGIN ATOM", *atoms, "M  V30 END ATOM", "M  V30 BEGIN BOND", *rows, "M  V30 END BOND"]
    return "\n".join([*head, *body, "M  V30 END CTAB", "M  END", ""])


def lattice(element: str, side: int, step: float) -> str:
    rows = [f"{element} {step * a} {step * b} {step * c}" for a, b, c in product(range(side), repeat=3)]
    return f"{len(rows)}\n\n" + "\n".join(rows)


@pytest.mark.parametrize(
    ("text", "format", "word"),
    [
        (v3000(80, list(combinations(range(80), 2)), "Fe"), "mol", "3160 bonds of 80 atoms"),
        (v3000(40, list(combinations(range(40), 2)), "C"), "mol", "780 bonds of 40 atoms"),
        (lattice("Fe", 7, 0.45), "xyz", "more than there is room for"),
        (lattice("C", 7, 0.45), "xyz", "more than there is room for"),
        (lattice("S", 7, 0.8), "xyz", "more than there is room for"),
        ("2\n\nH 1e308 0 0\nH -1e308 0 0\n", "xyz", "from the origin"),
        ("2\n\nH 1e200 0 0\nH 1e200 0 0.74\n", "xyz", "from the origin"),
        ("2\n\nH 0 0 0\nH 0 0 1e5\n", "xyz", "away from the first"),
        ("2\nmult=inf\nH 0 0 0\nF 0 0 0.92\n", "xyz", "mult=inf"),
        ("2\n" + "={" * 20_000 + "\nH 0 0 0\nF 0 0 0.92\n", "xyz", "characters"),
        ("2\n" + "={" * 9_900 + "\nH 0 0 0\nF 0 0 0.9.2\n", "xyz", "0.9.2"),
        (MOL.replace("  1  2  1  0", "2 1  2  1  0"), "mol", "bonds"),
        (MOL.replace("  3  2  0", "2 1  2  0"), "mol", "counts line"),
    ],
    ids=lambda value: str(value)[:30].replace("\n", " "),
)
def test_what_made_libraries_hang_is_refused_at_once(text: str, format: str, word: str) -> None:
    start = time.perf_counter()
    message = refused(text, format)
    assert time.perf_counter() - start < 1.5
    assert word in message


def test_a_chain_whose_bond_orders_have_no_end_of_combinations() -> None:
    rows = "\n".join(f"S {1.9 * k} {0.5 * (k % 2)} 0" for k in range(150))
    start = time.perf_counter()
    assert len(read_structure(f"150\n\n{rows}", "xyz", "x").bonds) == 149
    assert time.perf_counter() - start < 5
