"""Scans as ORCA, Gaussian, TorsionDrive, xtb and geomeTRIC write them, read as they are."""

from __future__ import annotations

import json

import numpy as np
import pytest

from bsct_explorer.data import Evaluation
from bsct_explorer.deformations import BondStretch, Scan, deformation_of
from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.molecules import load_molecule
from bsct_explorer.references import load_reference_file

HF = BondStretch(0, 1, range=(0.7, 1.7)).scan(load_molecule("F"), points=40)
ETHANE = BondStretch(0, 1, range=(0.8, 1.4)).scan(load_molecule("ethane"), points=40)
TURN = deformation_of("torsion", (0, 1, 2, 3), (0.0, 360.0), "none").scan(load_molecule("butane"), 73)
EH = 27.211386245988
R = np.linspace(0.55, 1.75, 61)
Q = np.arange(-165, 181, 15.0)


def energy(r: np.ndarray, r0: float = 0.92) -> np.ndarray:
    return 6.0 * (1 - np.exp(-2.2 * (r - r0))) ** 2 - 2729.3


def turning(q: np.ndarray) -> np.ndarray:
    phi = np.radians(q)
    return 0.1 * (1 - np.cos(3 * phi)) + 0.03 * np.cos(phi) + 0.02 * np.sin(phi) - 4306.0


def read(text: str, scan: Scan, name: str = "scan.txt", **more: object) -> Evaluation:
    return load_reference_file(text.encode(), scan, name=name, **more)[1]


def kinds(answer: Evaluation) -> list[str]:
    return [note.kind.name for note in answer.notes]


def assert_curve(answer: Evaluation, wanted: np.ndarray, atol: float = 3e-4, most: int = 0) -> None:
    known = np.isfinite(answer.energies)
    assert (~known).sum() <= most
    np.testing.assert_allclose(answer.energies[known], wanted[known], atol=atol)


def table(*columns: np.ndarray, places: int = 8) -> str:
    return "".join("".join(f" {x:14.{places}f}" for x in row) + " \n" for row in zip(*columns, strict=True))


def orca(
    body: str, driven: str = "Bond (  1,   0)", charge: int = 0, multiplicity: int = 1, steps: str = "", more: str = ""
) -> str:
    return f"""
                                 * O   R   C   A *
                        ******************************
                        *    Relaxed Surface Scan    *
                        ******************************

        {driven}:   range=   0.55000000 .. 1.75000000  steps =   61
{more}
There is 1 parameter to be scanned.
 Total Charge           Charge          ....    {charge}
 Multiplicity           Mult            ....    {multiplicity}
{steps}
----------------------------
RELAXED SURFACE SCAN RESULTS
----------------------------

Column   1: NONAME

The Calculated Surface using the 'Actual Energy'
{body}
The Calculated Surface using the SCF energy
{table(R, energy(R) / EH + 1)}

                             ****ORCA TERMINATED NORMALLY****
"""


@pytest.mark.parametrize("name", ["hf.relaxscanact.dat", "HF.RELAXSCANACT.DAT", "my.scan.relaxscanscf.dat"])
def test_orca_s_table_is_known_by_its_name(name: str) -> None:
    answer = read(table(R, energy(R) / EH), HF, name)
    assert_curve(answer, energy(HF.values))
    assert "unit-converted" in kinds(answer)
    assert not [note for note in answer.notes if note.kind.doubt]


def test_under_another_name_the_same_table_is_a_doubt() -> None:
    assert "unit-doubted" in kinds(read(table(R, energy(R) / EH), HF, "curve.dat"))


@pytest.mark.parametrize("name", ["scan.out", "scan.log", "scan.txt", "scan.csv"])
def test_orca_s_output_is_known_by_its_content(name: str) -> None:
    answer = read(orca(table(R, energy(R) / EH)), HF, name)
    assert_curve(answer, energy(HF.values))
    assert kinds(answer) == ["unit-converted", "reference-spline"]


@pytest.mark.parametrize(
    ("text", "scan", "kind", "words"),
    [
        (orca(table(R, energy(R) / EH), charge=-1), HF, "reference-of-another-molecule", "charge −1"),
        (orca(table(R, energy(R) / EH), multiplicity=3), HF, "reference-of-another-molecule", "multiplicity=3"),
        (
            orca(table(R + 0.6, energy(R + 0.6, 1.53) / EH), "Bond (  2,   0)"),
            ETHANE,
            "reference-of-another-molecule",
            "drives the bond H2–C0, and the scan C0–C1",
        ),
        (orca(table(R + 0.6, energy(R + 0.6, 1.53) / EH)), ETHANE, "relaxed-reference", "relaxed all else"),
    ],
)
def test_what_does_not_fit_is_a_doubt(text: str, scan: Scan, kind: str, words: str) -> None:
    doubts = [note for note in read(text, scan).notes if note.kind.name == kind]
    assert len(doubts) == 1
    assert words in doubts[0]
    assert doubts[0].kind.doubt


def test_orca_s_steps_that_did_not_converge_are_left_out() -> None:
    step = "         *               RELAXED SURFACE SCAN STEP  {0}               *\n{1}\n"
    gone = "       The optimization did not converge but reached the maximum number of\n       optimization cycles."
    fine = "                    ***        THE OPTIMIZATION HAS CONVERGED     ***"
    steps = "".join(step.format(k + 1, gone if k == 20 else fine) for k in range(61))
    answer = read(orca(table(R, energy(R) / EH), steps=steps), HF)
    (said,) = [note for note in answer.notes if note.kind.name == "points-left-out"]
    assert "'did not converge'" in said
    assert "0.95 Å" in said
    assert_curve(answer, energy(HF.values), most=3)


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        (orca(table(R, R, energy(R) / EH)), "a.out", "3 columns: several coordinates"),
        (
            orca(table(R, energy(R)), more="        Bond (  2,   0):   range= 1 .. 2  steps = 3"),
            "a.out",
            "2 coordinates",
        ),
        (
            orca(table(R, energy(R)), "Dihedral (  3,   2,   1,   0)"),
            "a.out",
            "drives a torsion, and the scan here a bond",
        ),
        (orca(""), "a.out", "0 rows of numbers"),
        ("ORCA finished by error termination\n", "a.out", "no table of a scan.*the scan did not end"),
        ("Normal termination of Gaussian 16\n", "a.log", "no table of a scan.*the scan did not end"),
        (table(R, R, energy(R)), "a.relaxscanact.dat", "3 columns.*several coordinates"),
    ],
)
def test_other_outputs_are_refused(text: str, name: str, words: str) -> None:
    with pytest.raises(ReferenceDataError, match=words):
        read(text, HF, name)


# Gaussian


def gaussian_relaxed(values: np.ndarray, energies: np.ndarray, driven: str, offset: float, state: str = "0 1") -> str:
    charge, multiplicity = state.split()
    text = f""" Charge =  {charge} Multiplicity = {multiplicity}
 ! R1    R(1,2)                  1.53           estimate D2E/DX2                !
 ! {driven.ljust(30)} {values[0]:.4f}         Scan                            !
 Summary of Optimized Potential Surface Scan (add {offset:.1f} to energies):
"""
    name = driven.split()[0]
    for k in range(0, len(values), 5):
        part = slice(k, k + 5)
        text += " " * 21 + "".join(f"{n + 1:10d}" for n in range(len(values)))[: 10 * 5] + "\n"
        text += "     Eigenvalues --  " + "".join(f"{e - offset:10.5f}" for e in energies[part]) + "\n"
        text += "           A9        " + "".join(f"{109.5:10.5f}" for _ in energies[part]) + "\n"
        text += f"           {name:<10}" + "".join(f"{v:10.5f}" for v in values[part]) + "\n"
    return text + " Largest change from initial coordinates is atom    5       0.9 Angstroms.\n GradGradGradGrad\n"


def test_gaussian_s_relaxed_scan() -> None:
    text = gaussian_relaxed(Q, turning(Q) / EH, "D1    D(1,2,3,4)", -158.0)
    answer = read(text, TURN, "butane.log")
    assert_curve(answer, turning(TURN.values), atol=2e-3)
    assert "periodic-reference" in kinds(answer)
    assert [note.kind.name for note in answer.notes if note.kind.doubt] == ["relaxed-reference"]


def test_a_summary_without_the_log_s_head_is_read_where_one_variable_goes_on_evenly() -> None:
    whole = gaussian_relaxed(Q, turning(Q) / EH, "D1    D(1,2,3,4)", -158.0)
    answer = read(whole[whole.index(" Summary") :], TURN, "part.txt")
    assert_curve(answer, turning(TURN.values), atol=2e-3)


def gaussian_rigid(values: np.ndarray, energies: np.ndarray, head: str = "N       R          SCF") -> str:
    rows = "".join(
        f" {k + 1:4d}    {v:9.4f} {e:12.5f}\n" for k, (v, e) in enumerate(zip(values, energies, strict=True))
    )
    return (
        f" Charge =  0 Multiplicity = 1\n Scan completed.\n\n Summary of the potential surface scan:\n   {head}\n"
        f" ----  ---------  -----------\n{rows} ----  ---------  -----------\n Leave Link  108\n"
    )


@pytest.mark.parametrize("name", ["hf.log", "hf.out", "hf.dat"])
def test_gaussian_s_rigid_scan(name: str) -> None:
    answer = read(gaussian_rigid(R, energy(R) / EH), HF, name)
    assert_curve(answer, energy(HF.values), atol=1e-3)
    assert not [note for note in answer.notes if note.kind.doubt]


def test_the_last_method_of_a_rigid_scan_counts() -> None:
    text = gaussian_rigid(R, energy(R) / EH, "N       R          SCF         MP2")
    lines = [
        f"{line} {float(line.split()[2]) - 0.2:12.5f}" if line[:5].strip().isdigit() else line
        for line in text.splitlines()
    ]
    assert_curve(read("\n".join(lines), HF), energy(HF.values) - 0.2 * EH, atol=1e-3)


def test_gaussview_s_table() -> None:
    head = "# Scan of Total Energy\n# X-Axis:  Scan Coordinate\n# Y-Axis:  Total Energy (Hartree)\n#        X       Y\n"
    assert_curve(read(head + table(R, energy(R) / EH, places=10), HF), energy(HF.values))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            gaussian_relaxed(Q, turning(Q) / EH, "D1    D(1,2,3,4)", -158.0),
            "drives a torsion, and the scan here a bond",
        ),
        (
            gaussian_relaxed(R, energy(R) / EH, "R1    R(1,2)", 0.0).replace(
                " Summary", " ! R2  R(1,3)  1.0   Scan !\n Summary"
            ),
            "drives R1 and R2 at once",
        ),
        (gaussian_rigid(R, energy(R) / EH).replace("N       R", "N  A     R"), "cannot be read"),
        (gaussian_rigid(np.ones(20), energy(R[:20])), "in which nothing changes"),
    ],
)
def test_other_logs_are_refused(text: str, words: str) -> None:
    with pytest.raises(ReferenceDataError, match=words):
        read(text, HF, "a.log")


# TorsionDrive


@pytest.mark.parametrize(
    "document",
    [
        {"final_energy_dict": {f"[{q:.0f}]": e for q, e in zip(Q, turning(Q) / EH, strict=True)}},
        {"record": {"minimum_energies": {f"({q:.0f},)": e for q, e in zip(Q, turning(Q) / EH, strict=True)}}},
        {
            "final_energies": {f"{q:.0f}": e for q, e in zip(Q, turning(Q) / EH, strict=True)},
            "specification": {"keywords": {"dihedrals": [[3, 2, 1, 0]]}},
            "initial_molecules": [{"molecular_charge": 0.0, "molecular_multiplicity": 1}],
        },
    ],
)
def test_torsiondrive_s_records(document: dict[str, object]) -> None:
    answer = read(json.dumps(document), TURN, "torsion.json")
    assert_curve(answer, turning(TURN.values), atol=2e-3)
    assert [note.kind.name for note in answer.notes if note.kind.doubt] == ["relaxed-reference"]


@pytest.mark.parametrize("head", ["gid,energy (hartree)\n", "grid id,energy_hartree\n", "dihedral,E (Eh)\n"])
@pytest.mark.parametrize("point", ["({0:.0f},)", "[{0:.0f}]", "{0:.0f}"])
def test_tables_by_points_of_a_grid(head: str, point: str) -> None:
    text = head + "".join(f"{point.format(q)},{e:.9f}\n" for q, e in zip(Q, turning(Q) / EH, strict=True))
    assert_curve(read(text, TURN), turning(TURN.values), atol=2e-3)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"final_energies": {"[0, 15]": -1.0}}', "several coordinates"),
        ('{"final_energies": {"a": -1.0}}', "no point of a grid"),
        ('{"energies": [1, 2]}', "no energies by point"),
        ('{"final_energies": ', "no JSON"),
        ("[" * 100_000, "no JSON"),
        ('{"final_energies": {"[0]": null, "[15]": "x", "[30]": 1' + "0" * 400 + "}}", "3 rows"),
    ],
)
def test_other_documents_are_refused(text: str, words: str) -> None:
    with pytest.raises(ReferenceDataError, match=words):
        read(text, TURN, "a.json")


# frames with energies and no forces


def frames(scan: Scan, values: np.ndarray, comments: list[str], between: str = "") -> str:
    assert scan.deformation is not None
    order = np.argsort(values)
    positions = scan.at(values[order]).positions[np.argsort(order)]
    symbols = scan.molecule.symbols
    text = []
    for frame, comment in zip(positions, comments, strict=True):
        rows = "".join(
            f"{symbol:<4}{x:16.10f}{y:16.10f}{z:16.10f}\n" for symbol, (x, y, z) in zip(symbols, frame, strict=True)
        )
        text.append(f"{len(symbols)}\n{comment}\n{rows}")
    return between.join(text)


@pytest.mark.parametrize(
    ("comment", "name", "between"),
    [
        ("Dihedral ({q:.0f},) Energy {e:.9f}", "scan.xyz", ""),
        (" energy: {e:.9f} gnorm: 0.000214 xtb: 6.7.1 (edcfbbe)", "xtbscan.log", ""),
        ("SCF done      {e:.8f}", "xtbscan.log", ""),
        ("Coordinates from ORCA-job butane_scan E {e:.12f}", "butane.allxyz", ">\n"),
        ("Iteration 3 Energy {e:.10f}", "mine.xyz", ""),
    ],
)
def test_frames_with_energies_are_a_table_of_the_coordinate(comment: str, name: str, between: str) -> None:
    comments = [comment.format(q=q, e=e) for q, e in zip(Q, turning(Q) / EH, strict=True)]
    answer = read(frames(TURN, Q, comments, between), TURN, name)
    assert_curve(answer, turning(TURN.values), atol=2e-3)
    assert not [note for note in answer.notes if note.kind.doubt]
    assert "unit-converted" in kinds(answer)


def test_frames_that_were_relaxed_are_a_doubt() -> None:
    comments = [f"Dihedral ({q:.0f},) Energy {e:.9f}" for q, e in zip(Q, turning(Q) / EH, strict=True)]
    text = frames(TURN, Q, comments).splitlines()
    symbol, *numbers = text[5].split()
    text[5] = " ".join([symbol, str(float(numbers[0]) + 0.1), *numbers[1:]])
    doubts = [note.kind.name for note in read("\n".join(text), TURN).notes if note.kind.doubt]
    assert doubts == ["relaxed-reference"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Energy -158.2", "Energie", "no energy in its comment line"),
        ("\nH ", "\nF ", "other atoms than butane"),
        ("14\n", "15\n", "15 atoms"),
        ("\nC   ", "\nC 1e9", "positions that cannot be"),
    ],
)
def test_other_frames_are_refused(old: str, new: str, words: str) -> None:
    comments = [f"Dihedral ({q:.0f},) Energy {e:.9f}" for q, e in zip(Q, turning(Q) / EH, strict=True)]
    text = frames(TURN, Q, comments)
    at = text.index(old, len(text) // 2)
    with pytest.raises(ReferenceDataError, match=words):
        read(text[:at] + new + text[at + len(old) :], TURN)
