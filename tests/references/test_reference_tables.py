"""Tables as people have them: units, separators, columns without names, points that failed, windows of a turn."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bsct_explorer.data import Evaluation
from bsct_explorer.deformations import BondStretch, deformation_of
from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.molecules import load_molecule
from bsct_explorer.references import load_reference_file

HF = BondStretch(0, 1, range=(0.7, 1.7)).scan(load_molecule("F"), points=40)
TURN = deformation_of("torsion", (0, 1, 2, 3), (0.0, 360.0), "none").scan(load_molecule("butane"), 73)
BEND = deformation_of("angle", (1, 0, 2), (70.0, 170.0), "none").scan(load_molecule("water"), 41)
DEPTH, WIDTH, R0 = 6.0, 2.2, 0.92
R = np.linspace(0.55, 1.75, 61)

EH, KCAL, KJ, CM, BOHR = 27.211386245988, 23.0605478306, 96.4853321233, 8065.543937, 0.529177210903


def energy(r: np.ndarray) -> np.ndarray:
    return DEPTH * (1 - np.exp(-WIDTH * (r - R0))) ** 2 - 140.0


def force(r: np.ndarray) -> np.ndarray:
    decay = np.exp(-WIDTH * (r - R0))
    return -2 * DEPTH * WIDTH * decay * (1 - decay)


def rows(*columns: np.ndarray, separator: str = ",") -> str:
    return "\n".join(separator.join(f"{x:.10g}" for x in row) for row in zip(*columns, strict=True)) + "\n"


def read(text: str | bytes, scan=HF, **more: object) -> Evaluation:
    data = text.encode() if isinstance(text, str) else text
    return load_reference_file(data, scan, **{"name": "mine.csv", **more})[1]


def kinds(answer: Evaluation) -> list[str]:
    return [note.kind.name for note in answer.notes]


def is_the_curve(answer: Evaluation, atol: float = 2e-4) -> bool:
    known = np.isfinite(answer.energies)
    return bool(known.sum() > 30) and np.allclose(answer.energies[known], energy(HF.values[known]), atol=atol)


# units that are stated


@pytest.mark.parametrize(
    ("header", "energies", "lengths"),
    [
        ("r / A,Energy (E_h)", 1 / EH, 1.0),
        ("r (bohr),E [Hartree]", 1 / EH, 1 / BOHR),
        ("distance_nm,energy_kcal_mol", KCAL, 0.1),
        ("r/pm,energy (kJ mol^-1)", KJ, 100.0),
        ("bond length (Å),E (cm⁻¹)", CM, 1.0),
        ("r,energy in meV", 1000.0, 1.0),
        ("R (a0),E (a.u.)", 1 / EH, 1 / BOHR),
        ("r,energy (Ry)", 2 / EH, 1.0),
        ("r,energy (K)", 11604.518122, 1.0),
        ("rHF (angstrom),total_energy_eh", 1 / EH, 1.0),
        ("R/Å,E/kcal mol^{-1}", KCAL, 1.0),
        ("bohr,hartree", 1 / EH, 1 / BOHR),
        ("r,E_h", 1 / EH, 1.0),
        ("Ångström,kcal/mol", KCAL, 1.0),
    ],
)
def test_units_of_a_header_are_converted_and_said(header: str, energies: float, lengths: float) -> None:
    answer = read(f"{header}\n{rows(R * lengths, energy(R) * energies)}")
    assert is_the_curve(answer)
    assert kinds(answer).count("unit-converted") == 1 + (lengths != 1.0)
    assert "unit-doubted" not in kinds(answer)


@pytest.mark.parametrize(
    "header", ["r,energy", "r (Å),energy (eV)", "distance_A,energy_eV", "r (H-F),E (rel.)", "R(1,2) / Å,E / eV"]
)
def test_nothing_is_said_of_units_that_are_read_as_they_are(header: str) -> None:
    assert kinds(read(f"{header}\n{rows(R, energy(R))}")) == ["reference-spline"]


@pytest.mark.parametrize(
    ("comment", "energies", "lengths"),
    [
        ("# energies in Hartree, distances in Angstrom (ORCA 6)\nr,energy\n", 1 / EH, 1.0),
        ("! PBE0, E in kcal/mol\n", KCAL, 1.0),
        ("# Scan of Total Energy\n# X-Axis:  Scan Coordinate\n# Y-Axis:  Total Energy (Hartree)\n# X   Y\n", 1 / EH, 1),
        ("# r(bohr)  E(Eh)\n", 1 / EH, 1 / BOHR),
        ("# all in atomic units\n", 1 / EH, 1 / BOHR),
        ("# energies converted from hartree to kJ/mol; r in nm\n", KJ, 0.1),
        ('@    yaxis  label "Energy (kJ/mol)"\n', KJ, 1.0),
        ("# depth 5.1 eV, E in cm^-1\n", CM, 1.0),
        ("# units: Hartree, Angstrom\n", 1 / EH, 1.0),
        ("# unit = kcal/mol\n", KCAL, 1.0),
        ("# Einheiten: Bohr, Hartree\n", 1 / EH, 1 / BOHR),
        ("% r in Angstrom, E in Hartree, PBE0/def2-TZVP\n", 1 / EH, 1.0),
        ("# all energies hartree\n", 1 / EH, 1.0),
        ("# energies [kJ/mol] relative to -100.4 hartree\n", KJ, 1.0),
        ("Potential curve of HF in wavenumbers\nr,energy\n", CM, 1.0),
    ],
)
def test_units_of_comments_are_converted_and_said(comment: str, energies: float, lengths: float) -> None:
    answer = read(comment + rows(R * lengths, energy(R) * energies, separator="  " if "\nr,e" not in comment else ","))
    assert is_the_curve(answer)
    assert "unit-converted" in kinds(answer)


@pytest.mark.parametrize(
    "comment",
    [
        "# SCF at 300 K, thresh 1e-8\n",
        "# depth is 5.1 hartree\n",
        "# a scan (3 pm apart), ha ha\n",
        "# E vs r\n",
        "# author: J. Doe, Niels Bohr Institute\n",
        "# harmonic wavenumbers in the other file\n",
        "# energies in a vacuum, Hartree-Fock\n",
        "# functional: K, basis: A\n",
    ],
)
def test_other_words_of_comments_are_no_units(comment: str) -> None:
    assert kinds(read(comment + rows(R, energy(R)))) == ["reference-spline"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("r,energy (furlong)\n", "'furlong' is no unit of an energy that is known.*convert"),
        ("r (ell),energy\n", "'ell' is no unit of a length"),
        ("r,energy (eV/atom)\n", "'eV/atom'"),
        ("r,energy (J)\n", "'J'"),
        ("r (deg),energy\n", "'deg' is no unit of a length"),
        ("r,energy,force (N)\n", "'N' is no unit of a force"),
        ("# energies in joule\n", "'joule' is no unit that is read"),
        ("# E in eV (PBE), in hartree (CCSD)\n", "several units of the energy: eV, hartree"),
    ],
)
def test_unknown_units_are_refused(text: str, words: str) -> None:
    columns = (R, energy(R), force(R)) if "force" in text else (R, energy(R))
    with pytest.raises(ReferenceDataError, match=words):
        read(text + rows(*columns))


@pytest.mark.parametrize(
    ("force_name", "factor"),
    [("force (eV/Å)", 1.0), ("g (Eh/bohr)", BOHR / EH), ("force [kcal/mol/Å]", KCAL), ("force (kJ/(mol Å))", KJ)],
)
def test_units_of_forces(force_name: str, factor: float) -> None:
    answer = read(f"r,energy,{force_name}\n{rows(R, energy(R), force(R) * factor)}")
    known = np.isfinite(answer.energies)
    np.testing.assert_allclose(answer.generalized_forces[known], force(HF.values[known]), atol=0.02)
    assert kinds(answer).count("unit-converted") == (factor != 1.0)


def test_a_row_of_units_below_the_names() -> None:
    assert is_the_curve(read(f"r,energy\nbohr,Eh\n{rows(R / BOHR, energy(R) / EH)}"))


@pytest.mark.parametrize(
    ("units", "energies", "lengths"),
    [
        ("hartree", 1 / EH, 1.0),
        ("Eh, bohr", 1 / EH, 1 / BOHR),
        ("kcal/mol", KCAL, 1.0),
        ("a.u., a.u.", 1 / EH, 1 / BOHR),
    ],
)
def test_units_that_a_person_states(units: str, energies: float, lengths: float) -> None:
    answer = read(rows(R * lengths, energy(R) * energies), units=units)
    assert is_the_curve(answer)
    assert "as you say" in answer.notes[0]


def test_units_that_a_person_states_count_before_the_files() -> None:
    assert is_the_curve(read(f"r,energy (eV)\n{rows(R, energy(R) / EH)}", units="hartree"))
    with pytest.raises(ReferenceDataError, match="'ell' in 'hartree, ell'"):
        read(rows(R, energy(R)), units="hartree, ell")


# units that are not stated


@pytest.mark.parametrize(
    ("energies", "lengths", "question"),
    [
        (1 / EH, 1.0, "are the energies in hartree?"),
        (KCAL, 1.0, "are the energies in kcal/mol?"),
        (KJ, 1.0, "are the energies in kJ/mol?"),
        (CM, 1.0, "are the energies in cm⁻¹?"),
        (1000.0, 1.0, "are the energies in meV?"),
        (1.0, 1 / BOHR, "is it in bohr?"),
        (1 / EH, 1 / BOHR, "are the energies in hartree?"),
    ],
)
def test_a_scale_that_fits_another_unit_is_said_and_not_converted(
    energies: float, lengths: float, question: str
) -> None:
    relative = energy(R) + 140.0  # so that only the curve's shape tells
    answer = read(rows(R * lengths, relative * energies))
    doubts = [note for note in answer.notes if note.kind.name == "unit-doubted"]
    assert any(question in doubt for doubt in doubts)
    assert all(doubt.kind.doubt for doubt in doubts)
    assert len(doubts) == (energies != 1.0) + (lengths != 1.0)


def test_the_person_s_word_ends_the_doubt() -> None:
    assert "unit-doubted" not in kinds(read(rows(R, (energy(R) + 140) / EH), units="hartree"))
    said = read("r,energy (eV)\n" + rows(R, (energy(R) + 140) / EH))
    assert any("Read in eV, as it says," in note for note in said.notes)


@pytest.mark.parametrize(("factor", "unit"), [(0.1, "nm"), (100.0, "pm")])
def test_a_table_far_off_the_scan_says_which_unit_would_fit(factor: float, unit: str) -> None:
    with pytest.raises(ReferenceDataError, match=rf"covers .* is it in {unit}\?"):
        read(rows(R * factor, energy(R)))


def test_radians_are_asked_for() -> None:
    q = np.radians(np.linspace(-180, 180, 37))
    answer = read(rows(q, 0.1 * (1 - np.cos(3 * q))), TURN)
    assert any("is it in radians?" in note for note in answer.notes)
    converted = read("angle (rad),energy\n" + rows(q, 0.1 * (1 - np.cos(3 * q))), TURN)
    np.testing.assert_allclose(converted.energies, 0.1 * (1 - np.cos(3 * np.radians(TURN.values))), atol=3e-3)


@pytest.mark.parametrize(
    ("factor", "question"),
    [(1.0, ""), (1 / EH, "hartree?"), (KCAL, "kcal/mol"), (KJ, "kJ/mol"), (CM, "cm⁻¹?")],
)
def test_a_bend_s_stiffness_tells_the_unit(factor: float, question: str) -> None:
    q = np.arange(80, 150, 5.0)
    doubts = [note for note in read(rows(q, factor * 2.0 * np.radians(q - 104) ** 2), BEND).notes if note.kind.doubt]
    assert [question in doubt for doubt in doubts] == ([True] if question else [])


def test_total_energies_tell_hartree_where_a_turn_s_shape_cannot() -> None:
    q = np.linspace(-180, 165, 24)
    total = -158.4 + 0.004 * np.cos(np.radians(3 * q))
    (doubt,) = [note for note in read(rows(q, total), TURN).notes if note.kind.doubt]
    assert "are they in hartree?" in doubt
    assert not [note for note in read(rows(q, total * EH), TURN).notes if note.kind.doubt]


@pytest.mark.parametrize(
    ("ratio", "question"),
    [
        (-1.0, "are these gradients"),
        (BOHR, "are they per bohr?"),
        (-BOHR, "are they per bohr; their sign is that of gradients?"),
        (BOHR / EH, "in hartree/bohr, beside energies in eV?"),
        (KCAL, "in kcal/mol/Å, beside energies in eV?"),
        (1.3, ""),
    ],
)
def test_forces_that_are_the_slope_in_another_unit(ratio: float, question: str) -> None:
    answer = read("r,energy,force\n" + rows(R, energy(R), ratio * force(R)))
    doubts = [note for note in answer.notes if note.kind.name == "unit-doubted"]
    assert [question in doubt for doubt in doubts] == ([True] if question else [])


# how tables are written


@pytest.mark.parametrize(
    "text",
    [
        "Abstand;Energie\n" + rows(R, energy(R), separator=";").replace(".", ","),
        rows(R, energy(R), separator="\t").replace(".", ","),
        rows(R, energy(R), separator="  ").replace(".", ","),
        "r;energy\r\n" + rows(R, energy(R), separator=";").replace("\n", "\r\n"),
        "# numpy\n# r energy\n" + rows(R, energy(R), separator=" "),
        ",r,energy\n" + rows(np.arange(61.0), R, energy(R)),
        '"r","energy"\n' + "".join(f'"{x:.6f}","{e:.8f}"\n' for x, e in zip(R, energy(R), strict=True)),
        "r energy\n" + rows(R[::-1], energy(R[::-1]), separator="   "),
        "step,r,energy\n" + rows(np.arange(61.0), R, energy(R)),
        rows(np.arange(61.0), R, energy(R)),
        rows(np.arange(1.0, 62.0), R, energy(R)),
        rows(np.arange(61.0), R, energy(R), force(R)),
        rows(R, energy(R)).replace("e-", "D-").replace("-", "−"),
        "   r  energy\n" + rows(np.arange(61.0), R, energy(R), separator="  "),
        "".join(f'"{x:.4f}","{e:.8f}"\n'.replace(".", ",") for x, e in zip(R, energy(R), strict=True)),
        "Curve of HF\nr (Å)  E (eV)\n" + rows(R, energy(R), separator="   "),
        "r,energy,\n" + rows(R, energy(R)).replace("\n", ",\n"),
        rows(R, energy(R), separator=";").replace("\n", ";;\n"),
        "r\tenergy\n" + rows(R, energy(R), separator="\t").replace("\n", "\t\n"),
        rows(np.arange(61.0), R, energy(R), separator=";").replace(".", ","),
    ],
)
def test_dialects(text: str) -> None:
    answer = read(text)
    assert is_the_curve(answer)
    assert not [note for note in answer.notes if note.kind.doubt]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16", "cp1252"])
def test_encodings(encoding: str) -> None:
    answer = read(("r (Å);energy (eV)\n" + rows(R, energy(R), separator=";")).encode(encoding))
    assert is_the_curve(answer)
    assert ("reference-text" in kinds(answer)) == (encoding in ("latin-1", "cp1252"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (rows(np.arange(61.0), energy(R), R), "counts the rows.*Name the columns"),
        (rows(np.arange(61.0), energy(R)), "counts the rows.*Name the columns"),
        (rows(R, energy(R), force(R), R), "4 columns without names"),
        (rows(R, energy(R), energy(R) + 140), "third column.*rise and fall together.*Name the columns"),
        ("r,E_PBE,E_HF\n" + rows(R, energy(R), energy(R) + 1), "several columns of energies: E_PBE and E_HF"),
        ("angle,energy\n" + rows(R, energy(R)), "column 'angle', and the scan's coordinate is a distance"),
        ("r,energy\n" + rows(R, energy(R)).replace(".", ","), "4 cells where the header has 2.*semicolons"),
        ("r,energy\n0.5,1\nhello,world\n0.7,3\n", "'hello' is not a number"),
        ("x" * 5000 + "\n", "5000 characters"),
        ("r,energy\n" + "1,1\n" * 20_001, "20002 rows"),
        ("PK\x03\x04rest", "Save the sheet as CSV"),
        ("\x00\x01\x02", "is not a text file"),
        ("r,energy\n1e9,1\n2,2\n3,3\n4,4\n", "which cannot be"),
        (rows(R, energy(R)) + rows(R[:1], energy(R[:1]) + 0.5), "twice, with energies that differ by 0.50 eV"),
    ],
)
def test_what_is_no_curve_is_refused_with_the_next_step(text: str, words: str) -> None:
    with pytest.raises(ReferenceDataError, match=words):
        read(text)


@pytest.mark.parametrize(
    "word", ["", "nan", "NaN", "failed", "not converged", "***", "-", "n/a", "1e999", "inf", "SCF failed"]
)
def test_failed_points_are_named_and_left_out(word: str) -> None:
    lines = rows(R, energy(R)).splitlines()
    lines[20] = lines[20].split(",")[0] + "," + word
    answer = read("r,energy\n" + "\n".join(lines))
    assert is_the_curve(answer)
    (said,) = [note for note in answer.notes if note.kind.name == "points-left-out"]
    assert "1 of 61 points" in said
    assert "0.95 Å" in said
    beside = (HF.values > R[19]) & (HF.values < R[21])
    assert beside.any()
    assert np.isnan(answer.energies[beside]).all()


def test_words_between_blanks_are_one_failed_point() -> None:
    lines = rows(R, energy(R), separator="  ").splitlines()
    lines[20] = lines[20].split()[0] + "  not converged"
    answer = read("r energy\n" + "\n".join(lines))
    assert is_the_curve(answer)
    assert "points-left-out" in kinds(answer)


@pytest.mark.parametrize(
    ("at", "value"), [([20], 0.0), ([0], 0.0), ([60], 9999.0), ([20, 21, 40], 0.0), ([33], -9999.0)]
)
def test_placeholders_of_failures_are_left_out(at: list[int], value: float) -> None:
    energies = energy(R)
    energies[at] = value
    answer = read(rows(R, energies))
    assert is_the_curve(answer)
    (said,) = [note for note in answer.notes if note.kind.name == "points-doubted"]
    assert said.kind.doubt


@pytest.mark.parametrize(
    "energies",
    [
        energy(R) - energy(R).min(),
        np.round(energy(R) - energy(R[-1]), 6),
        np.where(np.abs(R - R0) < 0.01, 0.0, energy(R) + 140),
        np.zeros(61),
    ],
)
def test_a_zero_that_the_curve_leads_to_is_no_failure(energies: np.ndarray) -> None:
    assert "points-doubted" not in kinds(read(rows(R, energies)))


def test_rows_that_are_there_twice_are_merged_and_said() -> None:
    answer = read(rows(np.r_[R, R[[3, 9]]], energy(np.r_[R, R[[3, 9]]])))
    assert is_the_curve(answer)
    (said,) = [note for note in answer.notes if note.kind.name == "points-merged"]
    assert "0.61 and 0.73 Å" in said


# torsions


def turning(q: np.ndarray) -> np.ndarray:
    """A torsion's energy that no half turn repeats, eV."""
    phi = np.radians(q)
    return 0.1 * (1 - np.cos(3 * phi)) + 0.03 * np.cos(phi) + 0.02 * np.sin(phi)


WINDOWS = [(-165, 180), (0, 345), (0, 360), (-180, 180), (-180, 165), (15, 375), (-720, -360), (0, 720), (-60, 285)]


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("lo", [0.0, -180.0, -97.5])
def test_a_whole_turn_is_read_in_any_window(window: tuple[int, int], lo: float) -> None:
    scan = deformation_of("torsion", (0, 1, 2, 3), (lo, lo + 360.0), "none").scan(TURN.molecule, 73)
    q = np.arange(window[0], window[1] + 1, 15.0)
    answer = read("torsion,energy\n" + rows(q, turning(q)), scan)
    assert answer.failed == {}
    np.testing.assert_allclose(answer.energies, turning(scan.values), atol=2e-3)
    assert abs(answer.energies[0] - answer.energies[-1]) < 1e-9
    assert abs(answer.generalized_forces[0] - answer.generalized_forces[-1]) < 1e-9
    assert "periodic-reference" in kinds(answer)
    slope = -(math.degrees(1) ** -1) * (0.3 * np.sin(3 * np.radians(scan.values)))
    assert np.corrcoef(slope, answer.generalized_forces)[0, 1] > 0.95


@pytest.mark.parametrize(
    "arcs",
    [[(-60, 60)], [(300, 420)], [(-180, -60), (60, 180)], [(90, 270)], [(-90, 20)]],
)
def test_part_of_a_turn_is_not_extrapolated(arcs: list[tuple[int, int]]) -> None:
    q = np.concatenate([np.arange(a, b + 1, 10.0) for a, b in arcs])
    answer = read(rows(q, turning(q)), TURN)
    covered = np.zeros(len(TURN), dtype=bool)
    for a, b in arcs:
        covered |= np.mod(TURN.values - a, 360) <= b - a + 1e-9
    np.testing.assert_array_equal(np.isfinite(answer.energies), covered)
    np.testing.assert_allclose(answer.energies[covered], turning(TURN.values[covered]), atol=2e-3)
    assert "reference-coverage" in kinds(answer)


def test_a_gap_in_a_turn_is_a_gap() -> None:
    q = np.arange(-180, 180, 15.0)
    lines = rows(q, turning(q)).splitlines()
    for missing, left, right in ((0, 165.0, 195.0), (12, -15.0, 15.0), (23, 150.0, 180.0)):
        text = "\n".join(f"{q[k]:g},nan" if k == missing else line for k, line in enumerate(lines))
        answer = read(text, TURN)
        inside = np.mod(TURN.values - left, 360)
        np.testing.assert_array_equal(np.isnan(answer.energies), (inside > 1e-9) & (inside < right - left - 1e-9))


@pytest.mark.parametrize("said", ["# symmetric: E(-x) = E(x)\n", "# the molecule is symmetric\n", "# E(−φ) = E(φ)\n"])
def test_half_a_turn_is_mirrored_where_the_file_says_so(said: str) -> None:
    q = np.arange(0, 181, 15.0)
    even = 0.1 * (1 - np.cos(3 * np.radians(q)))
    answer = read(said + rows(q, even), TURN)
    np.testing.assert_allclose(answer.energies, 0.1 * (1 - np.cos(3 * np.radians(TURN.values))), atol=2e-3)
    assert "mirrored" in " ".join(answer.notes)


@pytest.mark.parametrize("said", ["", "# asymmetric\n", "# not symmetric\n"])
def test_half_a_turn_is_not_mirrored_otherwise(said: str) -> None:
    q = np.arange(0, 181, 15.0)
    answer = read(said + rows(q, turning(q)), TURN)
    assert np.isnan(answer.energies[(TURN.values > 180.1) & (TURN.values < 359.9)]).all()


def test_a_turn_that_does_not_close_is_said() -> None:
    q = np.arange(-180, 181, 15.0)
    energies = turning(q)
    energies[-1] += 0.05
    answer = read(rows(q, energies), TURN)
    (said,) = [note for note in answer.notes if note.kind.name == "reference-not-closed"]
    assert "0.050 eV" in said
    assert said.kind.doubt
    with pytest.raises(ReferenceDataError, match="more than a turn"):
        read(rows(np.arange(0, 721, 15.0), np.linspace(0, 1, 49)), TURN)


def test_an_angle_s_table_is_not_periodic() -> None:
    q = np.arange(90, 151, 5.0)
    answer = read("angle (deg),energy\n" + rows(q, 1e-3 * (q - 104) ** 2), BEND)
    np.testing.assert_array_equal(np.isfinite(answer.energies), (BEND.values >= 90) & (BEND.values <= 150))
