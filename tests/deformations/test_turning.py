"""Angle bends and torsions: rigid groups, exact values, tangents and forces, linear angles, rings, periodicity."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from bsct_explorer.data import Evaluation
from bsct_explorer.deformations import (
    AngleBend,
    BondStretch,
    Deformation,
    Scan,
    Torsion,
    angles,
    coordinate_spec,
    deformation_of,
    parse_coordinate,
    torsions,
)
from bsct_explorer.errors import DeformationError
from bsct_explorer.molecules import load_molecule
from bsct_explorer.molecules.smiles import parse_smiles
from bsct_explorer.potentials import load_potential
from bsct_explorer.profiles import Profile

ETHANOL = load_molecule("ethanol")  # C0–C1–O2–H8; H3 to H5 on C0, H6 and H7 on C1
BEND, TURN = (0, 1, 2), (0, 1, 2, 8)


def deformations(fixed: str = "none") -> list[Deformation]:
    return [AngleBend(*BEND, fixed=fixed), AngleBend(*BEND[::-1], fixed=fixed), Torsion(*TURN, fixed=fixed)]


@pytest.mark.parametrize("fixed", ["none", "first", "second"])
@pytest.mark.parametrize("which", range(3))
def test_groups_are_rigid_and_values_are_measured(fixed: str, which: int) -> None:
    deformation = deformations(fixed)[which]
    scan = deformation.scan(ETHANOL, points=41)
    assert (scan.unit, len(scan)) == ("°", 41)
    assert scan.labels[[scan.atoms[0], scan.atoms[-1]]].tolist() == [0, 1]
    gap = deformation.measure(scan.positions) - scan.values
    np.testing.assert_allclose((gap + 180) % 360 - 180, 0, atol=1e-10)
    for label in (0, 1):
        group = scan.labels == label
        for frame in scan.positions:
            np.testing.assert_allclose(pdist(frame[group]), pdist(ETHANOL.positions[group]), atol=1e-10)
    # Bond lengths across the cut stay too: the axis goes through both of its ends' meeting point.
    for bond in ETHANOL.bonds:
        lengths = np.linalg.norm(scan.positions[:, bond.i] - scan.positions[:, bond.j], axis=1)
        np.testing.assert_allclose(lengths, lengths[0], atol=1e-10)


@pytest.mark.parametrize("fixed", ["none", "first", "second"])
@pytest.mark.parametrize("which", range(3))
def test_tangents_are_the_derivatives(fixed: str, which: int) -> None:
    deformation = deformations(fixed)[which]
    scan = deformation.scan_at(ETHANOL, np.linspace(70.0, 170.0, 21))
    step = 1e-3
    ahead, behind = (deformation.scan_at(ETHANOL, scan.values + d).positions for d in (step, -step))
    np.testing.assert_allclose(scan.tangents, (ahead - behind) / (2 * step), atol=1e-9)
    moving = np.abs(scan.tangents).max(axis=(0, 2)) > 0
    held = {"none": None, "first": 0, "second": 1}[fixed]
    if held is not None:
        assert not moving[scan.labels == held].any()


def test_half_of_the_turn_each_and_the_same_molecule_however_it_is_held() -> None:
    for free, first, second in zip(*(deformations(fixed) for fixed in ("none", "first", "second")), strict=True):
        frames = [d.scan(ETHANOL, points=30).positions for d in (free, first, second)]
        distances = [np.array([pdist(frame) for frame in positions]) for positions in frames]
        np.testing.assert_allclose(distances[1], distances[0], atol=1e-10)
        np.testing.assert_allclose(distances[2], distances[0], atol=1e-10)
        assert np.abs(frames[1] - frames[0]).max() > 0.1


def test_the_molecule_itself_lies_on_its_scan() -> None:
    for deformation in deformations():
        own = deformation.measure(ETHANOL.positions[None])
        np.testing.assert_allclose(deformation.scan_at(ETHANOL, own).positions[0], ETHANOL.positions, atol=1e-13)


def test_what_turns_with_what() -> None:
    # Bending C0 against the rest: O2 and both H of C1 stay together; the other way round the hydroxyl group bends.
    assert AngleBend(0, 1, 2).scan(ETHANOL).labels.tolist() == [0, 1, 1, 0, 0, 0, 1, 1, 1]
    assert AngleBend(2, 1, 0).scan(ETHANOL).labels.tolist() == [1, 1, 0, 1, 1, 1, 1, 1, 0]
    assert Torsion(*TURN).scan(ETHANOL).labels.tolist() == [0, 0, 1, 0, 0, 0, 0, 0, 1]
    # The ring bond cannot be cut: the hydrogen turns, whichever way round the angle is named.
    benzene = load_molecule("benzene")
    hydrogen = next(bond for bond in benzene.bonds if "H" in bond.symbols)
    c, h = hydrogen.atoms
    other = next(bond.j if bond.i == c else bond.i for bond in benzene.bonds if c in bond.atoms and h not in bond.atoms)
    for atoms, label in (((h, c, other), 0), ((other, c, h), 1)):
        labels = AngleBend(*atoms).scan(benzene).labels
        assert np.flatnonzero(labels == label).tolist() == [h]


@pytest.mark.parametrize("which", range(3))
def test_the_force_along_the_coordinate_is_minus_the_slope_of_the_energy(which: int) -> None:
    deformation = deformations()[which]
    potential = load_potential("lennard-jones")
    values = np.linspace(80.0, 160.0, 9)
    scan = deformation.scan_at(ETHANOL, values)
    profile = Profile(scan, potential.evaluate(ETHANOL.numbers, scan.positions))
    step = 1e-3
    ahead, behind = (
        potential.evaluate(ETHANOL.numbers, deformation.scan_at(ETHANOL, values + d).positions).energies
        for d in (step, -step)
    )
    slope = (ahead - behind) / (2 * step)
    np.testing.assert_allclose(profile.generalized_forces, -slope, rtol=1e-5, atol=1e-7)
    assert np.abs(slope).max() > 1e-4


def test_the_rate_of_arc_length() -> None:
    scan = Torsion(*TURN).scan(ETHANOL, points=361)
    rate = scan.arc_length_rate
    np.testing.assert_allclose(rate, rate[0], rtol=1e-12)
    axis = ETHANOL.positions[2] - ETHANOL.positions[1]
    axis /= np.linalg.norm(axis)
    arms = ETHANOL.positions - ETHANOL.positions[1]
    radii = np.linalg.norm(np.cross(arms, axis), axis=1)
    assert rate[0] == pytest.approx(0.5 * np.pi / 180 * np.sqrt((radii**2).sum()))
    # The path's length is that of its chords, as the frames grow dense.
    chords = np.sqrt((np.diff(scan.positions, axis=0) ** 2).sum(axis=(1, 2))).sum()
    assert chords == pytest.approx(360 * rate[0], rel=1e-4)
    bond = BondStretch(0, 1).scan(ETHANOL)
    np.testing.assert_allclose(bond.arc_length_rate, np.sqrt(9) / 2, rtol=1e-12)
    assert (bond.length_per_unit, scan.length_per_unit) == (1.0, pytest.approx(rate[0]))


# periods


def test_a_full_turn_ends_where_it_began() -> None:
    scan = Torsion(*TURN).scan(ETHANOL)
    assert (scan.period, scan.full_turn) == (360.0, True)
    np.testing.assert_allclose(pdist(scan.positions[0]), pdist(scan.positions[-1]), atol=1e-12)
    assert not Torsion(*TURN, range=(0, 359)).scan(ETHANOL).full_turn
    assert AngleBend(*BEND).scan(ETHANOL).period is None
    beyond = Torsion(*TURN).scan_at(ETHANOL, [370.0]).positions[0]
    np.testing.assert_allclose(pdist(beyond), pdist(Torsion(*TURN).scan_at(ETHANOL, [10.0]).positions[0]), atol=1e-12)


def test_iupac_sign() -> None:
    # Seen from j (above) to k (below), l is a quarter turn clockwise of i.
    positions = np.array([[[1.0, 0, 1], [0, 0, 1], [0, 0, 0], [0, -1.0, 0]]])
    assert Torsion(0, 1, 2, 3).measure(positions)[0] == pytest.approx(90.0)
    assert Torsion(3, 2, 1, 0).measure(positions)[0] == pytest.approx(90.0)
    assert Torsion(0, 1, 2, 3).measure(positions * [1, -1, 1])[0] == pytest.approx(270.0)


def test_other_atoms_of_a_bond_shift_the_torsion_and_nothing_else() -> None:
    a, b = Torsion(0, 1, 2, 8), Torsion(6, 1, 2, 8)
    shift = b.measure(ETHANOL.positions[None]) - a.measure(ETHANOL.positions[None])
    values = np.linspace(10.0, 200.0, 20)
    np.testing.assert_allclose(
        a.scan_at(ETHANOL, values).positions, b.scan_at(ETHANOL, values + shift).positions, atol=1e-12
    )


# ranges


def test_ranges_hold_the_molecules_own_value_inside() -> None:
    assert AngleBend(*BEND).limits(ETHANOL) == (60.0, 180.0)
    assert AngleBend(0, 1, 2).limits(load_molecule("acetonitrile")) == (120.0, 240.0)
    assert AngleBend(*BEND, range=(80, 200)).limits(ETHANOL) == (80.0, 200.0)
    assert Torsion(*TURN).limits(ETHANOL) == (0.0, 360.0)  # anti, 180°
    acid = load_molecule("formic acid")
    cis = next(c for c in torsions(acid) if c.scannable and {acid.symbols[a] for a in c.atoms} == {"H", "C", "O"})
    assert min(cis.value, 360 - cis.value) < 1 or abs(cis.value - 180) < 1
    low, high = Torsion(*cis.atoms).limits(acid)
    assert low < (cis.value if low == 0 else (cis.value + 180) % 360 - 180) < high
    assert high - low == 360.0


@pytest.mark.parametrize("range", [(0, 100), (-10, 100), (100, 360), (120, 60), (np.nan, 90), (60, np.inf)])
def test_senseless_ranges_of_an_angle(range: tuple[float, float]) -> None:
    with pytest.raises(DeformationError, match=r"cannot be scanned.*60 to 180 is usual"):
        AngleBend(*BEND, range=range)


@pytest.mark.parametrize(
    ("range", "words"), [((90, 30), "must rise"), ((0, 361), "more than one full turn"), ((0, 1000), "between −360")]
)
def test_senseless_ranges_of_a_torsion(range: tuple[float, float], words: str) -> None:
    with pytest.raises(DeformationError, match=words):
        Torsion(*TURN, range=range)


def test_values_that_are_no_scan() -> None:
    with pytest.raises(DeformationError, match="90° is followed by 80"):
        AngleBend(*BEND).scan_at(ETHANOL, [90.0, 80.0])
    with pytest.raises(DeformationError, match="above 0 and below 360"):
        AngleBend(*BEND).scan_at(ETHANOL, [0.0, 80.0])
    with pytest.raises(DeformationError, match="finite numbers in °"):
        Torsion(*TURN).scan_at(ETHANOL, [0.0, np.nan])
    with pytest.raises(DeformationError, match="20 to 1000"):
        Torsion(*TURN).scan(ETHANOL, points=5)
    with pytest.raises(DeformationError, match="'both' is not known"):
        AngleBend(*BEND, fixed="both")


# linear angles


def test_a_linear_angle_bends_towards_the_atom_farthest_from_the_line() -> None:
    nitrile = load_molecule("acetonitrile")
    bend = AngleBend(0, 1, 2)
    scan = bend.scan(nitrile, points=61)
    expected = np.minimum(scan.values, 360 - scan.values)
    np.testing.assert_allclose(bend.measure(scan.positions), expected, atol=1e-6)
    for label in (0, 1):
        group = scan.labels == label
        np.testing.assert_allclose(pdist(scan.positions[-1][group]), pdist(nitrile.positions[group]), atol=1e-10)
    # The bend keeps a hydrogen in its plane: n is perpendicular to it.
    normal = np.cross(*(scan.positions[0][[0, 2]] - scan.positions[0][1]))
    arms = scan.positions[0] - scan.positions[0][1]
    assert np.abs(arms[3:] @ normal).min() < 1e-6 * np.linalg.norm(normal)
    # Straightened by less than the 0.013° that the molecule's own angle lacks.
    straight = bend.scan_at(nitrile, [180.0]).positions[0]
    assert np.abs(straight - nitrile.positions).max() < 1e-3


def test_a_linear_molecule_bends_the_same_to_both_sides() -> None:
    acetylene = load_molecule("acetylene")
    bend = next(c for c in angles(acetylene) if c.scannable)
    scan = AngleBend(*bend.atoms).scan(acetylene, points=61)
    potential = load_potential("lennard-jones")
    energies = potential.evaluate(acetylene.numbers, scan.positions).energies
    assert scan.values[[0, -1]].tolist() == [120.0, 240.0]
    # As far as the molecule itself is straight elsewhere (0.002°).
    np.testing.assert_allclose(energies, energies[::-1], rtol=1e-5, atol=1e-5)
    assert np.ptp(energies) > 1e-3


# refusals


@pytest.mark.parametrize(
    ("name", "deformation", "words"),
    [
        ("ethanol", AngleBend(0, 1, 99), "Atom 99 does not exist"),
        ("ethanol", AngleBend(0, 2, 1), "are not bonded"),
        ("ethanol", AngleBend(0, 1, 0), "three different atoms"),
        ("benzene", AngleBend(0, 1, 2), "both of its bonds are in a ring"),
        ("ethanol", Torsion(0, 1, 2, 99), "Atom 99 does not exist"),
        ("ethanol", Torsion(0, 1, 8, 2), "are not bonded"),
        ("ethanol", Torsion(8, 1, 2, 0), "not on C1's side"),
        ("ethanol", Torsion(0, 1, 2, 0), "four different atoms"),
        ("benzene", Torsion(0, 1, 2, 3), "in a ring, whose other atoms"),
        ("acetonitrile", Torsion(3, 0, 1, 2), "lies on the axis"),
    ],
)
def test_what_cannot_be_turned_says_why(name: str, deformation: Deformation, words: str) -> None:
    with pytest.raises(DeformationError, match=words):
        deformation.scan(load_molecule(name))


# lists and texts


def test_lists_of_angles_and_torsions() -> None:
    found = angles(ETHANOL)
    assert found[0].text == "0-1-2"
    assert found[0].label == "C0–C1–O2"
    assert found[0].value == pytest.approx(112.8, abs=0.5)
    assert len(found) == 6 + 6 + 1  # two carbons with four neighbours each, and C–O–H
    assert all(coordinate.scannable for coordinate in found)
    turns = torsions(ETHANOL)
    assert {(c.atoms[1], c.atoms[2]) for c in turns} == {(0, 1), (1, 2)}
    assert turns[0].atoms[0] == 0 or turns[0].atoms[3] in (2, 8)
    for coordinate in (*found, *turns):
        deformation_of(coordinate.kind, coordinate.atoms).scan(ETHANOL)


def test_lists_name_the_ring_and_agree_with_rdkit() -> None:
    toluene = load_molecule("toluene")
    mol = parse_smiles(toluene.smiles)
    for coordinate in torsions(toluene):
        ring = mol.GetBondBetweenAtoms(*coordinate.atoms[1:3]).IsInRing()
        assert coordinate.scannable is not ring
        assert ("ring" in (coordinate.reason or "")) is ring
    inside = [c for c in angles(toluene) if not c.scannable]
    assert len(inside) == 6
    assert all("ring" in c.reason for c in inside)
    # Listed with the end first that can be cut off.
    assert all(c.scannable for c in angles(toluene) if "H" in c.symbols)


def test_coordinates_as_text() -> None:
    for text in ("bond:0-1", "angle:0-1-2", "torsion:0-1-2-8"):
        deformation = deformation_of(*parse_coordinate(text))
        assert coordinate_spec(deformation) == text
        assert isinstance(deformation.scan(ETHANOL), Scan)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0-1", "no coordinate"),
        ("stretch:0-1", "no coordinate"),
        ("angle:0-1", "3 atom indices"),
        ("torsion:0-1-2-x", "4 atom indices"),
        ("angle:0-1-0", "one atom twice"),
    ],
)
def test_texts_that_are_no_coordinate(text: str, words: str) -> None:
    with pytest.raises(DeformationError, match=words):
        parse_coordinate(text)
    with pytest.raises(DeformationError, match="names 2 atoms, and an angle has 3"):
        deformation_of("angle", (0, 1))


def test_profiles_of_turns_integrate_their_forces() -> None:
    scan = Torsion(*TURN).scan(ETHANOL, points=361)
    potential = load_potential("lennard-jones")
    evaluation: Evaluation = potential.evaluate(ETHANOL.numbers, scan.positions)
    profile = Profile(scan, evaluation)
    path = profile.path_energies(0)
    np.testing.assert_allclose(path, profile.energies - profile.energies[0], atol=2e-3 * np.ptp(profile.energies))
