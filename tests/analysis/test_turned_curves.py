"""Angles and torsions judged: arc length, thresholds carried through it, torsions with several minima, periodicity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from bsct_explorer.analysis import analyse, find_artifacts, metrics_of, thresholds_for
from bsct_explorer.artifacts import Thresholds
from bsct_explorer.data import Evaluation, PotentialInfo
from bsct_explorer.deformations import AngleBend, BondStretch, Scan, Torsion
from bsct_explorer.metrics import METRICS
from bsct_explorer.molecules import load_molecule
from bsct_explorer.potentials import load_potential
from bsct_explorer.profiles import Profile

INFO = PotentialInfo(name="toy", display_name="Toy", level_of_theory="analytic")
ETHANOL = load_molecule("ethanol")
TURN = Torsion(0, 1, 2, 8).scan(ETHANOL)
BEND = AngleBend(0, 1, 2).scan(ETHANOL)
Curve = Callable[[np.ndarray], np.ndarray]


def planted(scan: Scan, energy: Curve, force: Curve) -> Profile:
    """A profile with this energy and generalized force (eV, eV per unit): atomic forces along the tangent."""
    g = force(scan.values)
    square = (scan.tangents**2).sum(axis=(1, 2))
    forces = scan.tangents * (g / square)[:, None, None]
    return Profile(scan, Evaluation(INFO, energy(scan.values), forces))


def bend(depth: float = 2.0, at: float = 110.0, scan: Scan = BEND) -> Profile:
    """A smooth well at an angle: E = depth (1 - cos(q - q₀))."""
    return planted(
        scan,
        lambda q: depth * (1 - np.cos(np.radians(q - at))),
        lambda q: -depth * np.radians(1) * np.sin(np.radians(q - at)),
    )


def threefold(barrier: float = 0.15, shift: float = 60.0, scan: Scan = TURN, extra: float = 0.0) -> Profile:
    """Three equal minima, `shift` from cis, and `extra` eV of a narrow fourth one at 120°."""

    def hole(q: np.ndarray) -> np.ndarray:
        return extra * np.exp(-(((q - 120.0) / 8.0) ** 2) / 2)

    return planted(
        scan,
        lambda q: 0.5 * barrier * (1 - np.cos(3 * np.radians(q - shift))) - hole(q),
        lambda q: -1.5 * barrier * np.radians(1) * np.sin(3 * np.radians(q - shift)) - hole(q) * (q - 120.0) / 64.0,
    )


def kinds(profile: Profile, reference: Profile | None = None) -> list[str]:
    return [artifact.kind for artifact in find_artifacts(profile, reference, Thresholds())]


# FSD per arc length


def in_radians(scan: Scan) -> Scan:
    return replace(scan, values=np.radians(scan.values), tangents=np.degrees(scan.tangents))


def test_fsd_per_arc_length_is_the_same_in_degrees_and_radians() -> None:
    ours, theirs = bend(), bend(1.7, 112.0)
    turned = [Profile(in_radians(BEND), profile.evaluation) for profile in (ours, theirs)]
    degrees, radians = metrics_of(ours, theirs, eps=0.05), metrics_of(*turned, eps=0.05)
    for key in METRICS:
        if key.startswith(("fsd_arc", "forces_mae", "energy_mae", "conservation", "spearman", "force_flips")):
            expected = None if radians[key] is None else pytest.approx(radians[key], rel=1e-9)
            assert degrees[key] == expected, key
    assert degrees["fsd_arc_full"] > 0  # type: ignore[operator]


def test_fsd_per_arc_length_of_a_known_curve() -> None:
    # Forces along the path: F = (1 + a s) u and (1) u about F(k*) = 0 give L = 2 ln((1 + a s) / 1).
    scan = BEND
    rate = float(scan.arc_length_rate[0])
    s = scan.arc_lengths
    unit = scan.tangents / rate
    a = 3.0
    ours = (2.0 + a * s)[:, None, None] * unit
    theirs = np.full(len(s), 2.0)[:, None, None] * unit
    theirs[0] = ours[0] = 0.0
    energies = np.linspace(0, 1, len(s))
    found = metrics_of(
        Profile(scan, Evaluation(INFO, energies, ours)), Profile(scan, Evaluation(INFO, energies, theirs))
    )
    # k* is frame 0, where both are 0, so L there is 0; the steepest slope is the first step or the first of the curve.
    first = 2 * np.log((2 + a * s[1]) / 2) / s[1]
    np.testing.assert_allclose(found["fsd_arc_full"], first, rtol=1e-9)
    assert found["fsd_full"] is None
    assert "defined for bonds" in found.notes["fsd_full"]
    assert found.notes["fsd_location"] == found.notes["fsd_full"]
    assert found.fsd is not None
    assert found.fsd.arc


def test_for_a_bond_the_official_figure_is_untouched_and_the_other_is_its_multiple() -> None:
    scan = BondStretch(0, 1).scan(load_molecule("ethane"))

    def morse(r0: float) -> Profile:
        return planted(
            scan,
            lambda q: 4 * (1 - np.exp(-2 * (q - r0))) ** 2,
            lambda q: -16 * np.exp(-2 * (q - r0)) * (1 - np.exp(-2 * (q - r0))),
        )

    found = metrics_of(morse(1.5), morse(1.53))
    for side in ("full", "compress", "stretch"):
        assert found[f"fsd_arc_{side}"] == pytest.approx(found[f"fsd_{side}"] * 2 / np.sqrt(8), rel=1e-9)  # type: ignore[operator]
    assert found.fsd is not None
    assert not found.fsd.arc
    assert found["periodicity_error"] is None


def test_a_torsion_has_no_sides() -> None:
    found = metrics_of(threefold(), threefold(0.2, 62.0))
    assert found["fsd_arc_full"] is not None
    assert found["energy_mae_full"] is not None
    for key in ("fsd_arc_stretch", "energy_mae_compress", "forces_mae_stretch", "spearman_repulsion_energy"):
        assert found[key] is None
        assert "torsion" in found.notes[key]
    assert found["n_minima"] == 3
    assert set(found.values) == set(METRICS)


# thresholds and detectors


def test_thresholds_in_ev_per_angstrom_are_carried_to_degrees() -> None:
    rate = BEND.length_per_unit
    carried = thresholds_for(BEND, Thresholds())
    assert carried.kink == pytest.approx(0.05 * rate)
    assert carried.dead_band == pytest.approx(0.05 * rate)
    assert carried.step == 5e-3
    assert carried.prominence == 5e-3
    bond = BondStretch(0, 1).scan(ETHANOL)
    assert thresholds_for(bond, Thresholds()) == Thresholds()


@pytest.mark.parametrize("scan", [BEND, TURN], ids=["angle", "torsion"])
@pytest.mark.parametrize("sign", [-1, 1])
def test_a_kink_counts_by_its_size_along_the_path(scan: Scan, sign: int) -> None:
    place = 0.6 * scan.values[0] + 0.4 * scan.values[-1] + 0.3

    def kinked(size: float) -> Profile:
        g = sign * size * scan.length_per_unit  # eV/Å along the path, as eV/°
        base = bend(scan=scan)

        def beyond(q: np.ndarray) -> np.ndarray:
            return np.where(q > place, q - place, 0.0)

        return planted(
            scan,
            lambda q: base.energies - g * beyond(q),
            lambda q: base.generalized_forces + g * (q > place),
        )

    assert kinds(kinked(0.01)) == []
    found = [a for a in find_artifacts(kinked(0.3), None, Thresholds()) if a.kind == "force-kink"]
    assert len(found) == 1
    assert found[0].interval[0] <= place <= found[0].interval[1]
    assert found[0].unit == "eV/°"
    assert found[0].evidence["size_along_path_eV/Å"] == pytest.approx(sign * 0.3, rel=0.05)
    assert found[0].size == pytest.approx(found[0].evidence["size_along_path_eV/Å"] * scan.length_per_unit)


def test_an_energy_step_on_a_torsion() -> None:
    stepped = planted(TURN, lambda q: threefold().energies + 0.02 * (q > 200), lambda q: threefold().generalized_forces)
    (step,) = find_artifacts(stepped, None, Thresholds())
    assert step.kind == "energy-step"
    assert step.size == pytest.approx(0.02, abs=1e-3)
    assert step.interval[0] <= 200 <= step.interval[1]


def test_clean_curves_show_nothing() -> None:
    assert kinds(bend()) == []
    assert kinds(bend(), bend(1.8, 112.0)) == []
    assert kinds(threefold()) == []
    assert kinds(threefold(), threefold(0.2, 63.0)) == []
    # Minima at the ends of the turn, ours a little inside: the reference's own lies on the other side of the seam.
    for shift in (0.0, 4.0, -4.0, 356.0):
        assert kinds(threefold(0.15, shift), threefold(0.15, 0.0)) == []
        assert kinds(threefold(0.15, 0.0), threefold(0.15, shift)) == []


def test_a_minimum_too_many_on_a_torsion_needs_a_reference() -> None:
    wrong = threefold(extra=0.12)
    assert kinds(wrong) == []
    found = find_artifacts(wrong, threefold(), Thresholds())
    minima = [a for a in found if a.kind == "artificial-minimum"]
    assert len(minima) == 1
    assert minima[0].location == pytest.approx(120.0, abs=3.0)
    assert {a.kind for a in found} <= {"artificial-minimum", "spurious-force", "rough-force"}


def test_a_second_minimum_of_an_angle() -> None:
    def hole(q: np.ndarray) -> np.ndarray:
        return 0.8 * np.exp(-(((q - 155.0) / 5.0) ** 2) / 2)

    base = bend()
    wrong = planted(
        BEND,
        lambda q: base.energies - hole(q),
        lambda q: base.generalized_forces - hole(q) * (q - 155.0) / 25.0,
    )
    (alone,) = find_artifacts(wrong, None, Thresholds())
    assert (alone.kind, alone.severity) == ("second-minimum", "minor")
    assert "second minimum at 154°" in alone.explanation
    worst = find_artifacts(wrong, base, Thresholds())[0]
    assert (worst.kind, worst.severity) == ("artificial-minimum", "severe")
    assert "where the reference has none" in worst.explanation


# periodicity


def test_a_potential_that_is_not_periodic_is_named() -> None:
    drifting = planted(
        TURN,
        lambda q: threefold().energies + 1e-4 * (q - q[0]),
        lambda q: threefold().generalized_forces - 1e-4,
    )
    analysis = analyse(drifting)
    assert analysis.metrics["periodicity_error"] == pytest.approx(0.036, rel=1e-9)
    assert analysis.metrics["periodicity_force_error"] == pytest.approx(0.0, abs=1e-12)
    assert any("After a full turn the energy differs by 0.036 eV" in note for note in analysis.notes)
    assert not any("full turn" in note for note in analyse(threefold()).notes)


def test_a_half_turn_has_no_periodicity_error() -> None:
    half = Torsion(0, 1, 2, 8, range=(0, 180)).scan(ETHANOL)
    found = metrics_of(threefold(scan=half))
    assert found["periodicity_error"] is None
    assert "no full turn" in found.notes["periodicity_error"]


def test_a_real_potential_comes_back_after_a_full_turn() -> None:
    potential = load_potential("gfn2-xtb")
    scan = Torsion(0, 1, 2, 8).scan(ETHANOL, points=25)
    profile = Profile(scan, potential.evaluate(ETHANOL.numbers, scan.positions))
    found = metrics_of(profile)
    assert found["periodicity_error"] == pytest.approx(0.0, abs=1e-5)
    assert found["periodicity_force_error"] == pytest.approx(0.0, abs=1e-3)
    # g = -dE/dq, by differences of 1/100 degree.
    values = np.array([40.0, 100.0, 130.0])
    middle = scan.at(values)
    forces = Profile(middle, potential.evaluate(ETHANOL.numbers, middle.positions)).generalized_forces
    step = 0.01
    ahead, behind = (potential.evaluate(ETHANOL.numbers, scan.at(values + d).positions).energies for d in (step, -step))
    np.testing.assert_allclose(forces, -(ahead - behind) / (2 * step), rtol=1e-3, atol=2e-5)
