"""Two coordinates as a map: frames, forces, independence, quantities, findings on lines, files, cancel."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import jsonschema
import numpy as np
import pytest

from bsct_explorer.data import Evaluation
from bsct_explorer.deformations import AngleBend, BondStretch, Deformation, Torsion
from bsct_explorer.errors import Cancelled, DeformationError, ReferenceDataError
from bsct_explorer.export.map_files import map_csv, map_document, map_npz, map_schema
from bsct_explorer.export.plain_json import json_text
from bsct_explorer.molecules import load_molecule
from bsct_explorer.potentials import Potential, load_potential
from bsct_explorer.study import QUANTITIES, Hooks, StudySettings, SurfaceMap, make_grid, run_map

WATER, BUTANE = load_molecule("water"), load_molecule("butane")
OH, BEND = BondStretch(0, 1), AngleBend(1, 0, 2)
BACKBONE = Torsion(0, 1, 2, 3)


@pytest.fixture(scope="module")
def water() -> SurfaceMap:
    return run_map(make_grid(WATER, OH, BEND, (21, 17)), "lennard-jones", StudySettings("morse", command="a test"))


@pytest.mark.parametrize(
    ("x", "y"),
    [
        (BACKBONE, BondStretch(1, 2)),
        (BondStretch(1, 2), BACKBONE),
        (BACKBONE, AngleBend(0, 1, 2, range=(70, 170))),
        (AngleBend(0, 1, 2), AngleBend(1, 2, 3)),
        (BACKBONE, Torsion(7, 1, 0, 4)),
        (AngleBend(0, 1, 7), BACKBONE),
    ],
    ids=lambda d: d.kind,
)
def test_both_coordinates_have_their_values_in_every_frame(x: Deformation, y: Deformation) -> None:
    if y.kind == x.kind == "torsion":
        y = Torsion(next(a for a in range(4, 14) if BUTANE.bond(a, 0)), 0, 1, 2)
    if x == AngleBend(0, 1, 7):
        x = AngleBend(0, 1, next(a for a in range(4, 14) if BUTANE.bond(a, 1)))
    grid = make_grid(BUTANE, x, y, (9, 11))
    assert grid.shape == (11, 9)
    assert grid.positions.shape == (11, 9, 14, 3)
    for row in range(11):
        for coordinate, wanted in ((x, grid.x_values), (y, np.full(9, grid.y_values[row]))):
            off = coordinate.measure(grid.positions[row]) - wanted
            if coordinate.kind == "torsion":
                off = (off + 180) % 360 - 180
            np.testing.assert_allclose(off, 0, atol=1e-7)
        for bond in BUTANE.bonds:
            if bond.atoms in (x.atoms, y.atoms):
                continue
            lengths = np.linalg.norm(grid.positions[row, :, bond.i] - grid.positions[row, :, bond.j], axis=1)
            np.testing.assert_allclose(lengths, np.linalg.norm(np.diff(BUTANE.positions[list(bond.atoms)], axis=0)))


@pytest.mark.parametrize("pair", [(OH, BEND), (BEND, OH)])
def test_forces_are_minus_the_slopes_of_the_energy(pair: tuple[Deformation, Deformation]) -> None:
    x, y = (replace(d, range={"bond": (0.9, 1.1), "angle": (95.0, 105.0)}[d.kind]) for d in pair)  # type: ignore[type-var]
    surface = run_map(make_grid(WATER, x, y, (41, 41)), "lennard-jones")
    slope_y, slope_x = np.gradient(surface.energies, surface.grid.y_values, surface.grid.x_values)
    inside = (slice(2, -2), slice(2, -2))
    np.testing.assert_allclose(surface.quantity("force_x")[inside], -slope_x[inside], rtol=2e-2, atol=1e-4)
    np.testing.assert_allclose(surface.quantity("force_y")[inside], -slope_y[inside], rtol=2e-2, atol=1e-4)
    assert np.abs(slope_x).max() > 0.1


def test_a_linear_row_has_no_torsion_and_is_drawn_all_the_same() -> None:
    grid = make_grid(BUTANE, BACKBONE, AngleBend(0, 1, 2), (9, 9))
    assert grid.y_values[-1] == 180.0
    assert np.isfinite(grid.x_tangents).all()
    assert np.isfinite(grid.y_tangents).all()


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        (OH, BondStretch(1, 0), "Both coordinates of the map are the bond"),
        (BEND, AngleBend(2, 0, 1), "Both coordinates of the map are the angle"),
        (BondStretch(0, 9), BEND, "Atom 9 does not exist"),
        (OH, AngleBend(0, 1, 2), "not bonded"),
    ],
)
def test_pairs_that_make_no_map(x: Deformation, y: Deformation, words: str) -> None:
    with pytest.raises(DeformationError, match=words):
        make_grid(WATER, x, y)


def test_coordinates_that_depend_on_each_other() -> None:
    hydrogen = next(a for a in range(4, 14) if BUTANE.bond(a, 1))
    with pytest.raises(DeformationError, match=r"does not stay when the torsion .* span no map"):
        make_grid(BUTANE, BACKBONE, Torsion(hydrogen, 1, 2, 3))
    with pytest.raises(DeformationError, match="span no map"):
        make_grid(BUTANE, AngleBend(0, 1, 2), AngleBend(0, 1, hydrogen))


@pytest.mark.parametrize("points", [(8, 31), (31, 122), (31, 30.5), (True, 31)])
def test_grids_that_are_too_small_or_too_large(points: tuple[int, int]) -> None:
    with pytest.raises(DeformationError, match="from 9 to 121"):
        make_grid(WATER, OH, BEND, points)


def test_quantities(water: SurfaceMap) -> None:
    assert set(water.available) == set(QUANTITIES)
    assert water.quantity("energy").shape == water.grid.shape == (17, 21)
    assert water.quantity("energy").min() == 0.0
    morse = load_potential("morse").evaluate(WATER.numbers, water.grid.positions.reshape(-1, 3, 3))
    lj = load_potential("lennard-jones").evaluate(WATER.numbers, water.grid.positions.reshape(-1, 3, 3))
    assert morse.forces is not None
    assert lj.forces is not None
    rms = np.sqrt(((lj.forces - morse.forces) ** 2).mean(axis=(1, 2))).reshape(17, 21)
    np.testing.assert_allclose(water.quantity("force_error"), rms)
    lowest = int(morse.energies.argmin())
    error = (lj.energies - lj.energies[lowest]) - (morse.energies - morse.energies[lowest])
    np.testing.assert_allclose(water.quantity("energy_error").ravel(), error, atol=1e-12)
    assert (water.unit_of("force_x"), water.unit_of("force_y")) == ("eV/Å", "eV/°")


def test_without_a_reference() -> None:
    surface = run_map(make_grid(WATER, OH, BEND, (9, 9)), "morse")
    assert surface.available == ("energy", "force_x", "force_y")
    with pytest.raises(ReferenceDataError, match="needs a reference"):
        surface.quantity("force_error")
    document = map_document(surface)
    jsonschema.validate(document, map_schema())
    assert document["reference"] is None
    assert document["notes"]["force_error"]
    with pytest.raises(ReferenceDataError, match="has no frames of a map"):
        run_map(make_grid(WATER, OH, BEND, (9, 9)), "morse", StudySettings("curve.csv"))


class Stepped(Potential):
    """Morse with 0.2 eV more beyond 1.3 Å, and no answer where both bonds are shorter than 0.6 Å."""

    def __init__(self) -> None:
        self.inner = load_potential("morse")
        self.info = replace(self.inner.info, name="stepped")

    def evaluate(self, numbers, positions, **options):  # type: ignore[no-untyped-def, override]
        answer = self.inner.evaluate(numbers, positions, **options)
        r = np.linalg.norm(np.asarray(positions)[:, 1] - np.asarray(positions)[:, 0], axis=1)
        energies = np.where(r > 1.3, answer.energies + 0.2, answer.energies)
        energies[0] = np.nan
        return Evaluation(self.info, energies, answer.forces, failed={0: "SCF did not converge"})


def test_a_step_is_found_on_every_row_and_a_failed_frame_is_a_gap() -> None:
    surface = run_map(make_grid(WATER, OH, BEND, (61, 11)), Stepped())
    steps = [f for f in surface.findings if f.artifact.kind == "energy-step"]
    assert {(f.along, f.index) for f in steps} == {("x", row) for row in range(11)}
    for finding in steps:
        assert finding.artifact.interval[0] <= 1.3 <= finding.artifact.interval[1]
        assert finding.artifact.size == pytest.approx(0.2, abs=0.02)
        assert finding.at == surface.grid.y_values[finding.index]
    document = map_document(surface)
    jsonschema.validate(json.loads(json_text(document)), map_schema())
    assert document["failed_frames"] == [[0, 0]]
    assert document["energies"][0][0] is None
    assert document["notes"]["quantities"]


def test_files(water: SurfaceMap, tmp_path) -> None:  # type: ignore[no-untyped-def]
    document = json.loads(json_text(map_document(water)))
    jsonschema.validate(document, map_schema())
    assert document["quantities"]["force_y"]["unit"] == "eV/°"
    np.testing.assert_allclose(document["quantities"]["energy"]["values"], water.quantity("energy"))
    table = np.genfromtxt(io.StringIO(map_csv(water)), delimiter=",", names=True)
    assert len(table) == 17 * 21
    np.testing.assert_allclose(table["energy_eV"].reshape(17, 21), water.energies)
    np.testing.assert_allclose(table["y_deg"][:21], water.grid.y_values[0])
    (tmp_path / "map").write_bytes(map_npz(water))
    with np.load(tmp_path / "map") as arrays:
        np.testing.assert_allclose(arrays["positions"], water.grid.positions)
        np.testing.assert_allclose(arrays["force_error"], water.quantity("force_error"))
        assert arrays["forces"].shape == (17, 21, 3, 3)
        assert json.loads(str(arrays["about"]))["model"]["model"] == "lennard-jones"


def test_progress_and_cancel() -> None:
    seen: list[tuple[str, int, int]] = []
    run_map(make_grid(WATER, OH, BEND, (9, 9)), "morse", hooks=Hooks(progress=lambda *a: seen.append(a)))
    assert seen[-1][1:] == (81, 81)
    with pytest.raises(Cancelled):
        run_map(make_grid(WATER, OH, BEND, (9, 9)), "morse", hooks=Hooks(cancel=lambda: True))


@pytest.mark.parametrize("index", [0, 8, 16])
def test_a_line_of_a_map_knows_the_molecules_own_value(index: int) -> None:
    grid = make_grid(WATER, OH, BEND, (21, 17))
    for along, coordinate in (("x", OH), ("y", BEND)):
        line = grid.line(along, index)  # type: ignore[arg-type]
        own = float(coordinate.measure(WATER.positions[None])[0])
        assert line.own_value == pytest.approx(line.values[np.abs(line.values - own).argmin()], abs=1e-6)
