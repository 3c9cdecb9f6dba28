"""One call for every metric: every key is there, and what is missing says why."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bsct_explorer.analysis import metrics_of
from bsct_explorer.data import Evaluation, PotentialInfo
from bsct_explorer.deformations import BondStretch, Scan
from bsct_explorer.metrics import METRICS
from bsct_explorer.molecules import load_molecule
from bsct_explorer.profiles import Profile

INFO = PotentialInfo(name="toy", display_name="Toy", level_of_theory="")
OFFICIAL = [
    f"{what}_{side}" for what in ("fsd", "energy_mae", "forces_mae") for side in ("full", "compress", "stretch")
]
SCAN: Scan = BondStretch(0, 1).scan(load_molecule("ethane"), points=60)


def morse(depth: float = 4.0, r0: float = 1.5, offset: float = 0.0) -> Evaluation:
    """A Morse curve whose force acts on the two bonded atoms alone, each with half of the tangent's length."""
    decay = np.exp(-2.0 * (SCAN.values - r0))
    energies = depth * ((1 - decay) ** 2 - 1) + offset
    g = -4.0 * depth * decay * (1 - decay)
    forces = np.zeros_like(SCAN.positions)
    for atom in (0, 1):
        tangent = SCAN.tangents[:, atom]
        # F·t = g/2 on each of the two atoms.
        forces[:, atom] = 0.5 * g[:, None] * tangent / (tangent**2).sum(axis=1, keepdims=True)
    return Evaluation(INFO, energies, forces)


def profile(evaluation: Evaluation) -> Profile:
    return Profile(SCAN, evaluation)


def test_the_table_begins_with_fsd_and_aligned_errors_and_is_filled_in() -> None:
    first = [key.replace("energy_mae", "energy_mae_aligned") for key in OFFICIAL]
    assert list(METRICS)[:9] == first
    assert set(OFFICIAL) <= set(METRICS)
    for key, row in METRICS.items():
        assert row.key == key
        assert row.label
        assert row.formula
        assert row.source
        assert row.description.endswith(".")
    assert METRICS["fsd_full"].unit == "Å⁻¹"
    assert all(METRICS[key].needs_reference for key in OFFICIAL)


def test_every_key_has_a_value_or_a_reason() -> None:
    for reference in (None, profile(morse(depth=5.0))):
        found = metrics_of(profile(morse()), reference)
        assert list(found.values) == list(METRICS)
        assert {key for key, value in found.values.items() if value is None} == set(found.notes)
        assert all(found.notes.values())


def test_without_a_reference_the_others_are_still_given() -> None:
    found = metrics_of(profile(morse()))
    for key, row in METRICS.items():
        missing = row.needs_reference or key.startswith("periodicity")  # a bond has no full turn
        assert (found[key] is None) == missing, key
    assert found.notes["fsd_full"] == "there is no reference to compare with"
    assert found["n_minima"] == 1
    assert found["force_flips"] == 1
    assert isinstance(found["n_minima"], int)
    assert found.fsd is None


def test_energies_are_compared_raw_and_curves_are_given() -> None:
    found = metrics_of(profile(morse(offset=7.0)), profile(morse()), eps=0.5)
    for side in ("full", "compress", "stretch"):
        assert found[f"energy_mae_{side}"] == pytest.approx(7.0)
        assert found[f"forces_mae_{side}"] == pytest.approx(0.0, abs=1e-15)
        assert found[f"fsd_{side}"] == 0.0
    assert found.fsd is not None
    assert found.fsd.eps == found.eps == 0.5
    assert found.spacing == pytest.approx(float(SCAN.values[1] - SCAN.values[0]))
    assert found.fsd_own is not None
    assert found.fsd_own.own


@pytest.mark.parametrize("offset", [7.0, -1975.0, 2.5e5])
def test_another_energy_zero_is_no_aligned_error(offset: float) -> None:
    found = metrics_of(profile(morse(offset=offset)), profile(morse()))
    for side in ("full", "compress", "stretch"):
        assert found[f"energy_mae_aligned_{side}"] == pytest.approx(0.0, abs=1e-9)
        assert found[f"energy_mae_{side}"] == pytest.approx(abs(offset))


def test_the_aligned_error_is_what_is_left_from_the_references_minimum_on() -> None:
    reference = morse()
    k = int(np.argmin(reference.energies))
    deeper = replace(morse(), energies=7.0 + 1.5 * reference.energies)
    found = metrics_of(profile(deeper), profile(reference))
    above = reference.energies - reference.energies[k]
    assert found["energy_mae_aligned_full"] == pytest.approx(0.5 * above.mean())
    assert found["energy_mae_aligned_stretch"] == pytest.approx(0.5 * above[k:].mean())


def test_a_failed_frame_at_the_references_minimum_moves_the_common_zero() -> None:
    reference = morse()
    k = int(np.argmin(reference.energies))
    energies = reference.energies + 3.0
    energies[k] = np.nan
    found = metrics_of(profile(replace(morse(), energies=energies)), profile(reference))
    assert found["energy_mae_aligned_full"] == pytest.approx(0.0, abs=1e-12)


def test_energy_error_on_each_side_by_hand() -> None:
    reference = morse()
    k = int(np.argmin(reference.energies))
    shift = np.where(np.arange(len(SCAN)) < k, 1.0, 3.0)
    shifted = replace(morse(), energies=reference.energies + shift)
    found = metrics_of(profile(shifted), profile(reference))
    assert found["energy_mae_stretch"] == pytest.approx(3.0)
    assert found["energy_mae_compress"] == pytest.approx((k * 1.0 + 3.0) / (k + 1))
    assert found["energy_mae_full"] == pytest.approx(shift.mean())


def test_a_reference_without_atomic_forces_gives_reasons() -> None:
    full = profile(morse())
    csv = replace(morse(), forces=None, generalized_forces=full.generalized_forces)
    found = metrics_of(full, profile(csv))
    assert found["energy_mae_full"] == pytest.approx(0.0, abs=1e-15)
    for key in ("fsd_full", "fsd_own_stretch", "forces_mae_compress", "fsd_location"):
        assert found[key] is None
        assert found.notes[key] == "the reference has no atomic forces"


def test_a_profile_without_any_force_keeps_its_energy_measures() -> None:
    found = metrics_of(profile(replace(morse(), forces=None)))
    assert found["tortuosity"] == pytest.approx(1.0)
    for key in ("force_flips", "spearman_ascending_force", "conservation_deviation"):
        assert found[key] is None
        assert "no force" in found.notes[key]


def test_a_minimum_at_the_end_of_the_range_leaves_one_side_without_figures() -> None:
    found = metrics_of(profile(morse(r0=0.2)), profile(morse(r0=0.2)))
    for what in ("fsd", "energy_mae", "forces_mae", "fsd_own"):
        assert found[f"{what}_compress"] is None
        assert "first frame" in found.notes[f"{what}_compress"]
        assert found[f"{what}_stretch"] is not None
    assert found["spearman_repulsion_energy"] is None


def test_failed_frames_are_left_out_of_every_number() -> None:
    whole = morse()
    energies, forces = whole.energies.copy(), whole.forces.copy()
    energies[40], forces[40] = np.nan, 1e6
    found = metrics_of(profile(replace(whole, energies=energies, forces=forces)), profile(morse(depth=4.1)))
    clean = metrics_of(profile(whole), profile(morse(depth=4.1)))
    assert found["forces_mae_full"] == pytest.approx(clean["forces_mae_full"], rel=0.05)
    assert found["tortuosity"] == pytest.approx(1.0)
    assert found["n_minima"] == 1
    assert found["force_flips"] == 1


def test_a_frame_with_half_an_answer_has_none() -> None:
    whole = morse()
    energies, forces = whole.energies.copy(), whole.forces.copy()
    energies[10] = np.nan
    forces[20, 3, 1] = np.nan
    for curve in profile(replace(whole, energies=energies, forces=forces)).clean_curve():
        np.testing.assert_array_equal(np.flatnonzero(np.isnan(curve)), [10, 20])


def test_angles_have_no_fsd_yet() -> None:
    degrees = replace(SCAN, unit="°", kind="angle")
    found = metrics_of(Profile(degrees, morse()), Profile(degrees, morse()))
    assert found["fsd_full"] is None
    assert "bonds" in found.notes["fsd_full"]
