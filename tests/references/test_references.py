"""Stored references: BSCT-SPICE's DFT, a user's extended xyz, a user's CSV."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.calculators.singlepoint import SinglePointCalculator
from ase.io import read, write

from bsct_explorer.deformations import BondStretch, Scan, spice_scan
from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.molecules import list_systems, load_molecule
from bsct_explorer.profiles import Profile
from bsct_explorer.references import load_reference_file, load_spice_reference
from bsct_explorer.references.spice_dft import SPICE_LEVEL

SCAN = BondStretch(1, 2).scan(load_molecule("ethanol"), points=60)
DEPTH, WIDTH, R0 = 4.0, 1.9, 1.45


def energy(r: np.ndarray) -> np.ndarray:
    return DEPTH * (1 - np.exp(-WIDTH * (r - R0))) ** 2 - 100.0


def force(r: np.ndarray) -> np.ndarray:
    decay = np.exp(-WIDTH * (r - R0))
    return -2 * DEPTH * WIDTH * decay * (1 - decay)


# BSCT-SPICE


def test_dft_is_what_the_files_hold(bsct_spice_dir: Path) -> None:
    for name in list_systems(bsct_spice_dir)[:3]:
        scan = spice_scan(load_molecule(f"bsct-spice:{name}", data=bsct_spice_dir))
        reference = load_spice_reference(scan)
        for k in (0, 33, 99):
            atoms = read(scan.molecule.folder / f"atoms_{k}.xyz")
            assert reference.energies[k] == atoms.get_potential_energy()
            np.testing.assert_array_equal(reference.forces[k], atoms.get_forces())
        assert reference.info.level_of_theory == SPICE_LEVEL == "ωB97M-D3(BJ)/def2-TZVPPD"


def test_dft_forces_are_the_slope_of_its_energies(bsct_spice_dir: Path) -> None:
    scan = spice_scan(load_molecule(f"bsct-spice:{list_systems(bsct_spice_dir)[0]}", data=bsct_spice_dir))
    profile = Profile(scan, load_spice_reference(scan))
    slope = np.gradient(profile.energies, scan.values)
    late = scan.values > 1.3
    np.testing.assert_allclose(profile.generalized_forces[late], -slope[late], atol=0.05)


def test_dft_of_some_frames_and_of_a_held_fragment(bsct_spice_dir: Path) -> None:
    scan = spice_scan(load_molecule(f"bsct-spice:{list_systems(bsct_spice_dir)[0]}", data=bsct_spice_dir))
    whole = load_spice_reference(scan)
    np.testing.assert_array_equal(load_spice_reference(scan.at(scan.values[20:50])).energies, whole.energies[20:50])
    held = replace(scan.deformation, fixed="first").scan_at(scan.molecule, scan.values)
    np.testing.assert_array_equal(load_spice_reference(held).forces, whole.forces)


def test_reading_a_system_takes_less_than_a_third_of_a_second(bsct_spice_dir: Path) -> None:
    scan = spice_scan(load_molecule(f"bsct-spice:{list_systems(bsct_spice_dir)[0]}", data=bsct_spice_dir))
    times = []
    for _ in range(3):
        start = time.process_time()  # not the clock on the wall: other work may share the processor
        load_spice_reference(scan)
        times.append(time.process_time() - start)
    assert min(times) < 0.3


@pytest.fixture
def copied(bsct_spice_dir: Path, tmp_path: Path) -> Scan:
    """A system that a test may damage."""
    name = next(name for name in list_systems(bsct_spice_dir) if name.startswith("C-S/"))
    shutil.copytree(bsct_spice_dir / name, tmp_path / name, copy_function=shutil.copyfile)
    return spice_scan(load_molecule(f"bsct-spice:{name}", data=tmp_path))


def edit(scan: Scan, k: int, old: str, new: str) -> None:
    path = scan.molecule.folder / f"atoms_{k}.xyz"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_nan_energy_is_a_gap(copied: Scan) -> None:
    path = copied.molecule.folder / "atoms_7.xyz"
    stored = path.read_text().split("energy=")[1].split()[0]
    edit(copied, 7, f"energy={stored}", "energy=nan")
    reference = load_spice_reference(copied)
    assert list(reference.failed) == [7]
    assert "energy is not a finite number" in reference.failed[7]
    assert np.isnan(reference.energies).nonzero()[0].tolist() == [7]
    assert np.isnan(reference.forces[7]).all()
    assert np.isfinite(np.delete(reference.forces, 7, axis=0)).all()
    assert Profile(copied, reference).failed_frames == (7,)


def test_damaged_systems_are_refused(copied: Scan) -> None:
    folder = copied.molecule.folder
    edit(copied, 3, "energy=", "energie=")
    with pytest.raises(ReferenceDataError, match=r"atoms_3\.xyz has no energy"):
        load_spice_reference(copied)
    edit(copied, 3, "energie=", "energy=x")
    with pytest.raises(ReferenceDataError, match=r"atoms_3\.xyz has energy=x-"):
        load_spice_reference(copied)
    shutil.copyfile(folder / "atoms_4.xyz", folder / "atoms_3.xyz")
    with pytest.raises(ReferenceDataError, match=r"atoms_3\.xyz departs by 0\.01"):
        load_spice_reference(copied)
    (folder / "atoms_3.xyz").unlink()
    with pytest.raises(ReferenceDataError, match=r"atoms_3\.xyz cannot be read: No such file"):
        load_spice_reference(copied)
    (folder / "atoms_2.xyz").write_text("2\n\nH 0 0 0\nH 0 0 1\n")
    with pytest.raises(ReferenceDataError, match=r"atoms_2\.xyz has other atoms"):
        load_spice_reference(copied)
    (folder / "atoms_1.xyz").write_text("nonsense")
    with pytest.raises(ReferenceDataError, match=r"atoms_1\.xyz is not in the layout"):
        load_spice_reference(copied)


def test_scans_that_dft_does_not_cover(copied: Scan) -> None:
    with pytest.raises(ReferenceDataError, match="no BSCT-SPICE system"):
        load_spice_reference(SCAN)
    with pytest.raises(ReferenceDataError, match="at its own 100 frames only"):
        load_spice_reference(copied.at(copied.values + 0.001))
    pair = tuple(sorted(copied.atoms))
    other = next(bond for bond in copied.molecule.bonds if bond.scannable and bond.atoms != pair)
    with pytest.raises(ReferenceDataError, match=rf"along bond {copied.atoms[0]}-{copied.atoms[1]} only"):
        load_spice_reference(BondStretch(*other.atoms).scan(copied.molecule))


# extended xyz


def written(path: Path, scan: Scan, order: np.ndarray | None = None) -> Path:
    """The scan's frames with a Morse energy and forces on the two atoms, as ASE writes them."""
    images = []
    for k in range(len(scan)) if order is None else order:
        atoms = Atoms(scan.molecule.symbols, scan.positions[k])
        forces = np.zeros((len(atoms), 3))
        i, j = scan.atoms
        axis = (scan.positions[k, j] - scan.positions[k, i]) / scan.values[k]
        forces[j], forces[i] = force(scan.values[k]) * axis, -force(scan.values[k]) * axis
        atoms.calc = SinglePointCalculator(atoms, energy=float(energy(scan.values[k])), forces=forces)
        images.append(atoms)
    write(path, images, format="extxyz")
    return path


@pytest.mark.parametrize("known", ["scan", "bond", "nothing"])
def test_extended_xyz_is_the_scan(tmp_path: Path, known: str) -> None:
    path = written(tmp_path / "dft.xyz", SCAN, np.random.default_rng(3).permutation(len(SCAN)))
    how = {"scan": {"scan": SCAN}, "bond": {"bond": (1, 2)}, "nothing": {}}[known]
    scan, reference = load_reference_file(path, level="CCSD(T)/CBS", **how)
    assert scan.atoms == (1, 2)
    np.testing.assert_allclose(scan.values, SCAN.values, atol=1e-7)
    np.testing.assert_allclose(reference.energies, energy(SCAN.values), atol=1e-6)
    np.testing.assert_allclose(Profile(scan, reference).generalized_forces, force(SCAN.values), atol=1e-5)
    assert reference.info.level_of_theory == reference.info.display_name == "CCSD(T)/CBS"
    assert scan.deformation is not None
    assert (known == "nothing") == any("changes most" in note for note in reference.notes)


def test_extended_xyz_from_bytes_and_without_a_level(tmp_path: Path) -> None:
    content = written(tmp_path / "a.xyz", SCAN).read_bytes()
    _, reference = load_reference_file(content, SCAN, name="upload.xyz")
    assert reference.info.level_of_theory == "not stated"
    assert "upload.xyz" in reference.info.display_name
    _, same = load_reference_file(content.decode(), SCAN)
    np.testing.assert_array_equal(same.energies, reference.energies)


def test_nan_frames_of_extended_xyz_are_gaps(tmp_path: Path) -> None:
    path = written(tmp_path / "a.xyz", SCAN)
    lines = path.read_text().splitlines(keepends=True)
    lines[1 + 5 * 11] = lines[1 + 5 * 11].split("energy=")[0] + 'energy=NaN pbc="F F F"\n'
    path.write_text("".join(lines))
    scan, reference = load_reference_file(path, SCAN)
    assert Profile(scan, reference).failed_frames == (5,) == tuple(reference.failed)


def test_other_names_of_energy_and_forces(tmp_path: Path) -> None:
    text = written(tmp_path / "a.xyz", SCAN).read_text()
    text = text.replace("energy=", "free_energy=0 dft_energy=").replace(":forces:R:3", ":dft_forces:R:3")
    _, reference = load_reference_file(text, SCAN)
    np.testing.assert_allclose(reference.energies, energy(SCAN.values), atol=1e-6)


def test_extended_xyz_that_is_no_reference(tmp_path: Path) -> None:
    text = written(tmp_path / "a.xyz", SCAN).read_text()
    for old, new, words in [
        ("energy=", "enthalpy=", "frame 0, has no energy"),
        (":forces:R:3", ":shifts:R:3", "has no forces"),
        ("energy=", "a_energy=1 b_energy=", r"several energies \(a_energy, b_energy\)"),
        ('pbc="F F F"', 'pbc="T T T"', "periodic cell"),
        ("energy=", "energy=x", "which is no number"),
    ]:
        assert old in text
        with pytest.raises(ReferenceDataError, match=words):
            load_reference_file(text.replace(old, new), SCAN, name="a.xyz")
    with pytest.raises(ReferenceDataError, match="not those of methane"):
        load_reference_file(text, BondStretch(0, 1).scan(load_molecule("methane")))
    with pytest.raises(ReferenceDataError, match="same distance"):
        load_reference_file(text, bond=(0, 1))
    with pytest.raises(ReferenceDataError, match="line 1"):
        load_reference_file(b"what\nis this", SCAN, name="a.xyz")
    with pytest.raises(ReferenceDataError, match="No such file"):
        load_reference_file(tmp_path / "none.xyz", SCAN)


# CSV


def table(r: np.ndarray, columns: int = 2, header: str = "", separator: str = ",") -> str:
    rows = [separator.join(f"{x:.12g}" for x in (q, energy(q), force(q))[:columns]) for q in r]
    return "\n".join([*([header] if header else []), *rows]) + "\n"


def test_csv_is_splined_onto_the_grid() -> None:
    r = np.linspace(0.6, 3.0, 200)
    scan, reference = load_reference_file(table(r), SCAN, level="PBE0")
    assert scan is SCAN
    assert reference.forces is None
    inside = (SCAN.values >= 0.6) & (SCAN.values <= 3.0)
    assert inside.all()
    # Cubic spline: 5/384 h⁴ max|E''''|, here 2e-4 eV at the wall; the derivative loses an order.
    np.testing.assert_allclose(reference.energies, energy(SCAN.values), atol=5e-4)
    np.testing.assert_allclose(reference.generalized_forces, force(SCAN.values), atol=0.1)
    later = SCAN.values > 1.0
    np.testing.assert_allclose(reference.generalized_forces[later], force(SCAN.values)[later], atol=2e-3)
    assert "derivative of the spline" in reference.notes[0]
    assert reference.info.level_of_theory == "PBE0"
    profile = Profile(SCAN, reference)
    assert profile.failed_frames == ()
    np.testing.assert_array_equal(profile.generalized_forces, reference.generalized_forces)


def test_csv_with_its_own_force_column() -> None:
    r = np.linspace(0.6, 3.0, 100)
    wrong = table(r, 3).replace("\n", "\n", 1)
    _, reference = load_reference_file(wrong, SCAN)
    np.testing.assert_allclose(reference.generalized_forces, force(SCAN.values), atol=0.02)
    assert "its own column" in reference.notes[0]
    # The column counts, not the slope: a column of zeros stays zero.
    zeros = "\n".join(f"{q},{energy(q)},0" for q in r)
    np.testing.assert_array_equal(load_reference_file(zeros, SCAN)[1].generalized_forces, np.zeros(len(SCAN)))


@pytest.mark.parametrize(
    "text",
    [
        table(np.linspace(0.6, 3, 99), 3, "coordinate,energy,generalized_force"),
        table(np.linspace(0.6, 3, 99), 3, "r (Å);Energy (eV);force (eV/Å)", ";"),
        table(np.linspace(0.6, 3, 99), 3, "distance_A\tenergy_eV\tg", "\t"),
        "# my scan\n\n" + table(np.linspace(3, 0.6, 99), 3, "", "  "),
        table(np.linspace(0.6, 3, 99), 3).replace("\n", "  # a remark\n"),
    ],
)
def test_csv_dialects(text: str) -> None:
    _, reference = load_reference_file(text.encode("utf-8-sig"), SCAN, name="curve.csv")
    np.testing.assert_allclose(reference.energies, energy(SCAN.values), atol=2e-3)
    np.testing.assert_allclose(reference.generalized_forces, force(SCAN.values), atol=0.03)


def test_csv_columns_are_found_by_name() -> None:
    r = np.linspace(0.6, 3.0, 99)
    text = "frame,energy,coordinate\n" + "\n".join(f"{k},{energy(q)},{q}" for k, q in enumerate(r))
    np.testing.assert_allclose(load_reference_file(text, SCAN)[1].energies, energy(SCAN.values), atol=2e-3)


def test_csv_is_not_extrapolated_and_gaps_are_not_bridged() -> None:
    r = np.linspace(1.0, 2.0, 51)
    rows = table(r).splitlines()
    rows[20] = f"{r[20]:.12g},nan"
    fine = BondStretch(1, 2).scan(SCAN.molecule, points=1000)
    _, reference = load_reference_file("\n".join(rows), fine)
    outside = (fine.values < 1.0 - 1e-6) | (fine.values > 2.0 + 1e-6)
    gap = (fine.values > r[19]) & (fine.values < r[21])
    assert gap.sum() > 10
    np.testing.assert_array_equal(np.isnan(reference.energies), outside | gap)
    np.testing.assert_array_equal(np.isnan(reference.generalized_forces), outside | gap)
    assert set(reference.failed) == set(np.flatnonzero(outside | gap))
    assert {reference.failed[int(k)] for k in np.flatnonzero(gap)} == {"beside a missing value of the table"}
    assert any("frames have no reference" in note for note in reference.notes)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\n\n# nothing\n", "is empty"),
        ("1,2\n2,3\n3,4\n", "3 rows"),
        ("1\n2\n3\n4\n", "one column"),
        ("r,energy (furlong)\n1,2\n", "'energy \\(furlong\\)'.*convert it"),
        ("r (ell),energy\n1,2\n", "'r \\(ell\\)'"),
        ("r,E [J/mol]\n1,2\n", "J/mol"),
        ("foo,bar\n1,2\n", "without a column named coordinate"),
        ("1,2\n2,x\n3,4\n4,5\n", "line 2: 'x' is not a number"),
        ("1,2\n1,3\n3,4\n4,5\n", "coordinate 1 twice"),
        ("1,2\n,3\n3,4\n4,5\n", "without a coordinate"),
        ("1,2\n2,nan\n3,4\n4,5\n", "3 energies that are numbers"),
        ("11,2\n12,3\n13,4\n14,5\n", "covers 11 to 14 Å.*check its unit"),
    ],
)
def test_csv_that_is_no_curve(text: str, words: str) -> None:
    with pytest.raises(ReferenceDataError, match=words):
        load_reference_file(text, SCAN, name="curve.csv")


def test_csv_needs_a_scan_and_text() -> None:
    with pytest.raises(ReferenceDataError, match="needs a scan"):
        load_reference_file("1,2\n2,3\n")
    with pytest.raises(ReferenceDataError, match="not a text file"):
        load_reference_file(b"\xff\xfe\x00", SCAN)
