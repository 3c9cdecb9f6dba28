"""Where the shape of a scan is known without a reference, and copies of one geometry along it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from bsct_explorer.analysis import analyse, find_artifacts
from bsct_explorer.analysis.shape_known import fragments_meet, known_shape
from bsct_explorer.artifacts import Artifact, Thresholds
from bsct_explorer.data import Evaluation, Floats, PotentialInfo
from bsct_explorer.deformations import AngleBend, BondStretch, Scan, Torsion
from bsct_explorer.molecules import Molecule, load_molecule
from bsct_explorer.profiles import Profile
from bsct_explorer.remarks.of_curves import MIRROR_IMAGES

INFO = PotentialInfo(name="toy", display_name="Toy", level_of_theory="analytic")
WATER, ETHANE, ETHANOL = (load_molecule(name) for name in ("water", "ethane", "ethanol"))
Function = Callable[[Floats], Floats]


def profile_of(scan: Scan, energy: Function, force: Function) -> Profile:
    """Energy (eV) and force (eV per unit) of the coordinate."""
    square = (scan.tangents**2).sum(axis=(1, 2))
    forces = scan.tangents * (force(scan.values) / square)[:, None, None]
    return Profile(scan, Evaluation(INFO, energy(scan.values), forces))


def bent(scan: Scan, *holes: tuple[float, float], skew: float = 0.0) -> Profile:
    """A bend with its minimum at 104.5°, symmetric about 180°, and Gaussian holes of (place below 180°, depth in eV).

    `skew` eV is added beyond 180°, smoothly.
    """

    def of_angle(q: Floats) -> tuple[Floats, Floats]:
        a = np.where(q > 180, 360 - q, q)  # the angle as it is measured
        x = np.radians(180 - a)
        # Even in 180° − a, so that it is smooth at 180°: (x² − x₀²)².
        x0 = np.radians(180 - 104.5)
        energy, slope = 0.6 * (x**2 - x0**2) ** 2, -0.6 * 4 * x * (x**2 - x0**2) * np.radians(1)
        for place, depth in holes:
            for at in {place, 360 - place}:
                hole = depth * np.exp(-(((q - at) / 6) ** 2) / 2)
                energy = energy - hole
                slope = slope + np.where(q > 180, -1, 1) * hole * (q - at) / 36
        return energy, np.where(q > 180, -slope, slope)

    def extra(q: Floats) -> Floats:
        return skew / (1 + np.exp(-(q - 180) / 8))

    return profile_of(
        scan,
        lambda q: of_angle(q)[0] + extra(q),
        lambda q: -of_angle(q)[1] - (extra(q) * (1 - extra(q) / skew) / 8 if skew else 0.0),
    )


def found(profile: Profile, reference: Profile | None = None) -> list[Artifact]:
    return list(find_artifacts(profile, reference, Thresholds()))


@pytest.mark.parametrize("to", [200.0, 240.0, 300.0])
@pytest.mark.parametrize("points", [60, 100])
def test_a_bend_through_180_degrees_meets_its_mirror_image(to: float, points: int) -> None:
    scan = AngleBend(1, 0, 2, range=(60.0, to)).scan(WATER, points)
    assert found(bent(scan)) == []
    assert found(bent(scan), bent(scan)) == []
    assert not [note for note in analyse(bent(scan)).notes if getattr(note, "kind", None) is MIRROR_IMAGES]


@pytest.mark.parametrize("to", [240.0, 300.0])
def test_a_false_well_at_180_degrees_is_the_finding_and_not_the_truth(to: float) -> None:
    scan = AngleBend(1, 0, 2, range=(60.0, to)).scan(WATER, 61)
    wrong = bent(scan, (180.0, 3.0))
    analysis = analyse(wrong)
    assert analysis.equilibrium is not None
    assert analysis.equilibrium.value == pytest.approx(104.5, abs=0.5)
    (alone,) = analysis.artifacts
    assert (alone.kind, alone.severity) == ("second-minimum", "minor")
    assert alone.location == pytest.approx(180.0, abs=0.5)
    compared = [a for a in found(wrong, bent(scan)) if a.kind == "artificial-minimum"]
    assert [a.location for a in compared] == [pytest.approx(180.0, abs=0.5)]
    assert compared[0].severity == "severe"


def test_a_finding_and_its_mirror_image_are_one() -> None:
    scan = AngleBend(1, 0, 2, range=(60.0, 300.0)).scan(WATER, 121)
    (alone,) = found(bent(scan, (140.0, 0.9)))
    assert alone.location == pytest.approx(140.0, abs=2)
    assert float(alone.evidence["same_geometry_at_°"]) == pytest.approx(360 - alone.location, abs=0.1)
    assert "comes again at 2" in alone.explanation


def test_what_is_no_mirror_image_stays_two() -> None:
    scan = AngleBend(0, 1, 2, range=(60.0, 300.0)).scan(ETHANOL, 121)
    minima = [a for a in found(bent(scan, (140.0, 0.9))) if a.kind == "second-minimum"]
    assert len(minima) == 3  # the two, and that at 255.5°, where the hydrogens of C1 stand otherwise


def test_mirror_images_with_different_energies_are_remarked() -> None:
    scan = AngleBend(1, 0, 2, range=(60.0, 300.0)).scan(WATER, 61)
    notes = [n for n in analyse(bent(scan, skew=0.05)).notes if getattr(n, "kind", None) is MIRROR_IMAGES]
    assert len(notes) == 1
    assert "the energies differ by 0.050 eV" in notes[0]
    other = AngleBend(0, 1, 2, range=(60.0, 300.0)).scan(ETHANOL, 61)
    assert not [n for n in analyse(bent(other, skew=0.05)).notes if getattr(n, "kind", None) is MIRROR_IMAGES]


def test_the_kinks_of_a_methyl_group_are_one() -> None:
    scan = Torsion(2, 0, 1, 5).scan(ETHANE, 145)
    place = 61.3

    def energy(q: Floats) -> Floats:
        return 0.5 * np.abs(np.sin(np.radians(1.5 * (q - place))))

    def force(q: Floats) -> Floats:
        angle = np.radians(1.5 * (q - place))
        return -0.75 * np.radians(1) * np.cos(angle) * np.sign(np.sin(angle))

    kinks = [a for a in found(profile_of(scan, energy, force)) if a.kind == "force-kink"]
    assert len(kinks) == 1
    assert len(str(kinks[0].evidence["same_geometry_at_°"]).split(", ")) == 2


@pytest.mark.parametrize(
    ("molecule", "bond", "outside"),
    [
        ("CC", (0, 1), True),
        ("NN", (0, 1), True),
        ("F", (0, 1), True),
        ("CC(=O)O", (1, 3), True),
        ("C[N+](=O)[O-]", (0, 1), True),
        ("C=C", (0, 1), False),
        ("N#N", (0, 1), False),
        ("C=C=O", (1, 2), False),
        ("CC(=O)O", (1, 2), False),
        ("[O-][O+]=O", (0, 1), False),
        ("C[N+](=O)[O-]", (1, 3), False),
        ("CC(=O)[O-]", (1, 3), False),
        ("[O-]C(=O)C(=O)[O-]", (1, 3), False),
    ],
)
def test_a_pulled_bond_has_a_known_shape_where_it_is_single(
    molecule: str, bond: tuple[int, int], outside: bool
) -> None:
    shape = known_shape(BondStretch(*bond).scan(load_molecule(molecule), 20))
    assert (shape.inside, shape.outside) == (True, outside)
    assert shape.own is not None


def test_a_bond_without_an_order_is_single_where_its_elements_have_no_other() -> None:
    def without_orders(molecule: Molecule) -> Molecule:
        return replace(molecule, bonds=tuple(replace(bond, order=None) for bond in molecule.bonds))

    assert known_shape(BondStretch(0, 1).scan(without_orders(WATER), 20)).outside
    assert not known_shape(BondStretch(0, 1).scan(without_orders(ETHANE), 20)).outside


def test_angles_and_torsions_have_no_known_shape() -> None:
    bend, turn = AngleBend(1, 0, 2).scan(WATER, 20), Torsion(2, 0, 1, 5).scan(ETHANE, 37)
    for scan in (bend, turn):
        assert (known_shape(scan).inside, known_shape(scan).outside) == (False, False)
    assert (known_shape(bend).turn, known_shape(turn).turn) == (None, 360.0)
    window = Torsion(2, 0, 1, 5, range=(-180.0, 180.0)).scan(ETHANE, 37)
    own = known_shape(window).own
    assert own is not None
    assert -180.0 <= own <= 180.0
    assert own % 360.0 == pytest.approx(window.own_value % 360.0)


@pytest.mark.parametrize(("hook", "meets"), [(3.8, True), (9.0, False), (-3.8, False)])
def test_a_fragment_that_meets_another_part_of_the_molecule(hook: float, meets: bool) -> None:
    """Atom 2, of the first fragment, stands on the bond's line: in the way of the second, far off, or behind."""
    base = BondStretch(0, 1).scan(WATER, 20)
    positions = np.zeros((20, 3, 3))
    positions[:, 1, 2] = base.values
    positions[:, 2, 2] = hook
    scan = replace(base, positions=positions, labels=np.array([0, 1, 0]))
    assert fragments_meet(scan) == meets
    assert known_shape(scan).outside != meets
