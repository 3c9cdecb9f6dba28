"""What the docs' table of reference files says is true: each format is read, each thing it names is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest

from bsct_explorer.deformations import BondStretch, Scan, deformation_of
from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.molecules import load_molecule
from bsct_explorer.references import load_reference_file
from bsct_explorer.references.readers import READERS
from bsct_explorer.references.reference_files import reader_of
from bsct_explorer.references.reference_reader import ReferenceText
from bsct_explorer.references.reference_units import OWN, REFERENCE_UNITS
from scripts.docs_texts import table_of

BOND = BondStretch(0, 1, range=(0.7, 1.7)).scan(load_molecule("F"), points=30)
TURN = deformation_of("torsion", (0, 1, 2, 3), (0.0, 360.0), "none").scan(load_molecule("butane"), 25)
R, Q = np.linspace(0.5, 1.8, 30), np.arange(-180, 180, 15.0)
CURVE = 6 * (1 - np.exp(-2.2 * (R - 0.92))) ** 2 - 140
HARTREE = CURVE / 27.211386

TABLE = "r,energy\n" + "".join(f"{r},{e}\n" for r, e in zip(R, CURVE, strict=True))
PLAIN = "".join(f"{r:.8f} {e:.8f}\n" for r, e in zip(R, HARTREE, strict=True))
WIDE = "".join(f"{r:.8f} {r:.8f} {e:.8f}\n" for r, e in zip(R, HARTREE, strict=True))
ORCA = "{0}The Calculated Surface using the 'Actual Energy'\n{1}\n"
DIHEDRAL = "  Dihedral (  3,   2,   1,   0):   range= 0.0 .. 360.0  steps = 24\n"
ROWS = "".join(f"{k + 1:5d} {r:9.4f} {e:12.5f}\n" for k, (r, e) in enumerate(zip(R, HARTREE, strict=True)))
GAUSSIAN = f"{{0}} Summary of the potential surface scan:\n   N      R        SCF\n ---- ------ ------\n{ROWS} ----\n"
GRID = {f"[{q:.0f}]": -158.4 + 0.001 * float(np.cos(np.radians(q))) for q in Q}


def xyz(scan: Scan = BOND, *, comment: str = "energy={e}", forces: bool = True, symbols: str = "") -> str:
    text = ""
    for k, frame in enumerate(scan.positions):
        extra = ":forces:R:3" if forces else ""
        properties = f"Properties=species:S:1:pos:R:3{extra} " if "energy=" in comment else ""
        text += f"{len(frame)}\n{properties}{comment.format(e=-140.0 + 0.01 * k)}\n"
        for symbol, (x, y, z) in zip(symbols or scan.molecule.symbols, frame, strict=True):
            text += f"{symbol} {x:.8f} {y:.8f} {z:.8f}{' 0 0 0.1' if forces and properties else ''}\n"
    return text


ENERGIES = "energy: {e} gnorm: 0.001 xtb: 6.7.1"

GOOD: dict[str, tuple[str, str, Scan]] = {
    "frames with energies": ("xtbscan.log", xyz(comment=ENERGIES), BOND),
    "extended xyz": ("mine.xyz", xyz(), BOND),
    "table": ("mine.csv", TABLE, BOND),
    "ORCA's table of a scan": ("hf.relaxscanact.dat", PLAIN, BOND),
    "ORCA's output": ("hf.out", ORCA.format("", PLAIN), BOND),
    "Gaussian's log": ("hf.log", GAUSSIAN.format(""), BOND),
    "TorsionDrive's JSON": ("td.json", json.dumps({"final_energies": GRID}), TURN),
}

BAD: dict[tuple[str, str], tuple[str, Scan]] = {
    ("frames with energies", "frames of other atoms"): (xyz(comment=ENERGIES, symbols="BH"), BOND),
    ("frames with energies", "a frame without an energy"): (
        xyz(comment=ENERGIES).replace("energy: -139.9 ", "energie "),
        BOND,
    ),
    ("extended xyz", "a frame without an energy or forces, or with several"): (xyz(forces=False), BOND),
    ("extended xyz", "a unit that is not known"): (xyz(comment="energy={e} units=ell"), BOND),
    ("extended xyz", "a periodic cell"): (xyz(comment='energy={e} pbc="T T T"'), BOND),
    ("extended xyz", "frames of other atoms"): (xyz(symbols="BH"), BOND),
    ("extended xyz", "two frames at one distance"): (xyz() + xyz(), BOND),
    ("extended xyz", "an angle's or a torsion's scan"): (xyz(TURN), TURN),
    ("table", "a unit that is not known"): (TABLE.replace("energy", "energy (ell)"), BOND),
    ("table", "two units of one thing in the comments"): (f"# E in eV, or in hartree\n{TABLE}", BOND),
    ("table", "several columns of energies"): (WIDE.replace(" ", ",").replace("0.5", "E_a,E_b,E_c\n0.5", 1), BOND),
    ("table", "four columns without names"): (WIDE.replace("\n", " 1\n"), BOND),
    ("table", "two energies at one coordinate"): (f"{TABLE}0.5,3\n", BOND),
    ("table", "a word in the place of a number"): (f"{TABLE}2.5,three\n", BOND),
    ("table", "fewer than four points"): (TABLE[:60], BOND),
    ("ORCA's table of a scan", "a scan of several coordinates"): (WIDE, BOND),
    ("ORCA's output", "a scan of several coordinates"): (ORCA.format("", WIDE), BOND),
    ("ORCA's output", "another kind of coordinate"): (ORCA.format(DIHEDRAL, PLAIN), BOND),
    ("ORCA's output", "an output without the table"): ("ORCA TERMINATED NORMALLY\n", BOND),
    ("Gaussian's log", "a scan of several coordinates"): (
        GAUSSIAN.format(" ! R1  R(1,2)  1.0   Scan !\n ! R2  R(1,3)  1.0   Scan !\n"),
        BOND,
    ),
    ("Gaussian's log", "another kind of coordinate"): (GAUSSIAN.format(" ! D1  D(1,2,3,4)  1.0   Scan !\n"), BOND),
    ("Gaussian's log", "a log without the summary"): ("Normal termination of Gaussian 16\n", BOND),
    ("TorsionDrive's JSON", "a grid of several torsions"): ('{"final_energies": {"[0, 15]": -1}}', TURN),
    ("TorsionDrive's JSON", "another kind of coordinate"): (json.dumps({"final_energies": GRID}), BOND),
    ("TorsionDrive's JSON", "a document without these energies"): ('{"energies": [1]}', TURN),
}


def test_the_table_has_every_format_and_every_refusal() -> None:
    assert set(GOOD) == {reader.name for reader in READERS}
    assert set(BAD) == {(reader.name, what) for reader in READERS for what in reader.refuses}
    table = table_of("references")
    for reader in READERS:
        assert reader.reads.replace("|", "\\|") in table
        assert all(what in table for what in (*reader.suffixes, *reader.refuses, reader.units))
    (units,) = [reader.units for reader in READERS if reader.name == "table"]
    assert all(unit.name in units for unit in (*REFERENCE_UNITS, *OWN.values()))


@pytest.mark.parametrize("format", GOOD)
def test_it_is_read(format: str) -> None:
    name, text, scan = GOOD[format]
    assert reader_of(ReferenceText(text, name)).name == format
    _, answer = load_reference_file(text.encode(), scan, name=name)
    assert np.isfinite(answer.energies).sum() > 20


@pytest.mark.parametrize(("format", "what"), BAD)
def test_it_is_refused(format: str, what: str) -> None:
    text, scan = BAD[format, what]
    name = GOOD[format][0]
    assert reader_of(ReferenceText(text, name)).name == format
    with pytest.raises(ReferenceDataError):
        load_reference_file(text.encode(), scan, name=name)
