"""FSD by hand, and to the last digit against the official package."""

from __future__ import annotations

import json
from math import log
from pathlib import Path

import numpy as np
import pytest

from bsct_explorer.analysis import metrics_of
from bsct_explorer.data import Evaluation, PotentialInfo
from bsct_explorer.deformations import spice_scan
from bsct_explorer.metrics import fsd
from bsct_explorer.metrics.fsd import equilibrium_frame, valid_frames
from bsct_explorer.molecules import load_molecule
from bsct_explorer.profiles import Profile
from bsct_explorer.references import load_spice_reference

INFO = PotentialInfo(name="arrays", display_name="Arrays", level_of_theory="")
OFFICIAL = {"smoothness": "fsd", "energy_mae": "energy_mae", "forces_mae": "forces_mae"}


def along_x(*components: float) -> np.ndarray:
    """One atom with a force along x in every frame, shape (n, 1, 3)."""
    forces = np.zeros((len(components), 1, 3))
    forces[:, 0, 0] = components
    return forces


# Four frames, one atom, lowest reference energy at frame 1, where the reference's force is zero.
Q = np.array([1.0, 1.5, 2.0, 3.0])
E_REF = np.array([1.0, 0.0, 1.0, 2.0])
F_REF = along_x(3.0, 0.0, -2.0, -4.0)
E_MODEL = np.array([-5.0, -6.0, -5.5, -4.0])


def test_by_hand() -> None:
    # |dF_ref|²   = 9, 0 → 1, 4, 16          (ε² = 1 from below)
    # |dF_model|² = 36, 0 → 1, 4, 64
    # L           = ln 4, 0, 0, ln 4
    # slopes      = −ln 4/0.5, 0, ln 4/1
    result = fsd(Q, (E_REF, F_REF), (E_MODEL, along_x(6.0, 0.0, -2.0, -8.0)))
    np.testing.assert_allclose(result.L, [log(4), 0, 0, log(4)], atol=1e-15)
    np.testing.assert_allclose(result.slope, [-2 * log(4), 0, log(4)], atol=1e-15)
    assert result.full == pytest.approx(2 * log(4), rel=1e-15)
    assert result.compress == pytest.approx(2 * log(4), rel=1e-15)
    assert result.stretch == pytest.approx(log(4), rel=1e-15)
    assert result.location == 1.25
    assert result.equilibrium == 1.5
    assert (result.eps, result.spacing, result.own) == (1.0, 0.5, False)
    np.testing.assert_array_equal(result.curve_values, Q)
    np.testing.assert_array_equal(result.slope_values, [1.25, 1.75, 2.5])
    assert dict(result.notes) == {}


def test_the_reference_has_none_of_its_own() -> None:
    result = fsd(Q, (E_REF, F_REF), (E_REF, F_REF))
    assert (result.full, result.compress, result.stretch) == (0.0, 0.0, 0.0)


def test_both_forces_are_taken_from_the_references_force_at_the_minimum() -> None:
    # F_ref(k*) = 1: |dF_ref|² = 4, 0 → 1, 9, 25; the model, constant 5 off, has |dF_model|² = 49, 25, 4, 0 → 1.
    reference = along_x(3.0, 1.0, -2.0, -4.0)
    result = fsd(Q, (E_REF, reference), (E_MODEL, along_x(8.0, 6.0, 3.0, 1.0)))
    np.testing.assert_allclose(result.L, [log(49 / 4), log(25), log(4 / 9), log(1 / 25)], rtol=1e-14)
    assert result.full == pytest.approx(2 * (log(25) - log(4 / 9)), rel=1e-14)  # frames 1 to 2, 0.5 Å apart
    assert result.location == 1.75


def test_own_force_at_the_minimum_takes_a_constant_error_out() -> None:
    reference = along_x(3.0, 1.0, -2.0, -4.0)
    own = fsd(Q, (E_REF, reference), (E_MODEL, along_x(8.0, 6.0, 3.0, 1.0)), own=True)
    assert (own.full, own.own) == (0.0, True)


def test_squares_add_up_over_atoms_and_components() -> None:
    # Two atoms at (3, 4, 0) and (0, 0, 12): 9 + 16 + 144 = 169 against 1 from ε.
    model = np.zeros((2, 2, 3))
    model[1] = [[3.0, 4.0, 0.0], [0.0, 0.0, 12.0]]
    result = fsd(np.array([1.0, 2.0]), (np.array([0.0, 1.0]), np.zeros((2, 2, 3))), (np.zeros(2), model))
    assert result.full == pytest.approx(log(169), rel=1e-15)


@pytest.mark.parametrize(
    ("eps", "expected"),
    [
        # |dF_ref|² = 9, ε², 4 → ε², 16 → …: what ε covers counts as ε² on both sides.
        (1.0, [0.0, 0.0, log(4), log(4)]),
        (0.1, [0.0, 0.0, log(4), log(4)]),
        (3.0, [0.0, 0.0, log(16 / 9), log(4)]),
        (5.0, [0.0, 0.0, 0.0, log(64 / 25)]),
        (10.0, [0.0, 0.0, 0.0, 0.0]),
    ],
)
def test_eps_hides_what_is_smaller(eps: float, expected: list[float]) -> None:
    result = fsd(Q, (E_REF, F_REF), (E_MODEL, along_x(3.0, 0.0, -4.0, -8.0)), eps=eps)
    np.testing.assert_allclose(result.L, expected, atol=1e-14)
    assert result.eps == eps


def test_a_small_eps_magnifies_an_error_at_the_minimum() -> None:
    # 0.5 eV/Å off at k*: hidden by ε = 1, at ε = 0.1 it is ln(0.25/0.01) = ln 25 over 0.5 Å.
    model = along_x(3.0, 0.5, -2.0, -4.0)
    assert fsd(Q, (E_REF, F_REF), (E_MODEL, model)).full == 0.0
    assert fsd(Q, (E_REF, F_REF), (E_MODEL, model), eps=0.1).full == pytest.approx(2 * log(25), rel=1e-14)


@pytest.mark.parametrize("eps", [0.0, -1.0, float("nan")])
def test_eps_must_be_positive(eps: float) -> None:
    with pytest.raises(ValueError, match="eps"):
        fsd(Q, (E_REF, F_REF), (E_MODEL, F_REF), eps=eps)


def test_an_empty_range_has_no_figure_but_a_reason() -> None:
    model = along_x(6.0, 0.0, -2.0, -8.0)
    first = fsd(Q, (np.array([0.0, 1.0, 2.0, 3.0]), F_REF), (E_MODEL, model))
    assert first.compress is None
    assert "first frame" in first.notes["compress"]
    assert first.stretch == first.full
    last = fsd(Q, (np.array([3.0, 2.0, 1.0, 0.0]), F_REF), (E_MODEL, model))
    assert last.stretch is None
    assert "last frame" in last.notes["stretch"]
    assert last.compress == last.full


def test_frames_without_a_reference_are_dropped_with_their_coordinate() -> None:
    model = along_x(6.0, 0.0, -2.0, -8.0)
    # A frame between 2 and 3 Å with a NaN energy and forces of exactly zero, as BSCT-SPICE has them.
    q = np.insert(Q, 3, 2.5)
    gap = fsd(
        q,
        (np.insert(E_REF, 3, np.nan), np.insert(F_REF, 3, 0.0, axis=0)),
        (np.insert(E_MODEL, 3, -100.0), np.insert(model, 3, 1e6, axis=0)),
    )
    whole = fsd(Q, (E_REF, F_REF), (E_MODEL, model))
    np.testing.assert_array_equal(gap.L, whole.L)
    np.testing.assert_array_equal(gap.slope, whole.slope)
    assert (gap.full, gap.compress, gap.stretch) == (whole.full, whole.compress, whole.stretch)


def test_frames_that_the_model_lacks_are_dropped_too() -> None:
    model = along_x(6.0, 0.0, -2.0, -8.0)
    model[2] = np.nan
    result = fsd(Q, (E_REF, F_REF), (E_MODEL, model))
    np.testing.assert_array_equal(result.curve_values, [1.0, 1.5, 3.0])
    assert result.stretch == pytest.approx(log(4) / 1.5, rel=1e-15)


def test_a_model_that_fails_at_the_minimum_does_not_move_it() -> None:
    model = along_x(6.0, 0.0, -2.0, -8.0)
    model[1] = np.nan
    result = fsd(Q, (E_REF, F_REF), (E_MODEL, model))
    assert result.equilibrium == 1.5
    np.testing.assert_array_equal(result.curve_values, [1.0, 2.0, 3.0])
    assert result.compress is None
    assert "fewer than two frames" in result.notes["compress"]
    own = fsd(Q, (E_REF, F_REF), (E_MODEL, model), own=True)
    assert (own.full, own.location) == (None, None)
    assert "no force at the reference's minimum" in own.notes["full"]


def test_no_common_frame_is_an_error() -> None:
    with pytest.raises(ValueError, match="no frame in common"):
        fsd(Q, (E_REF, F_REF), (np.full(4, np.nan), F_REF))
    with pytest.raises(ValueError, match="no k"):
        equilibrium_frame(np.full(4, np.nan))


def test_a_frame_needs_energy_and_every_force() -> None:
    forces = along_x(1.0, 2.0, 3.0)
    forces[1, 0, 2] = np.nan
    np.testing.assert_array_equal(valid_frames(np.array([0.0, 0.0, np.nan]), forces), [True, False, False])


@pytest.mark.parametrize("model", ["gfn2", "ani1x"])
def test_the_official_nine_metrics(model: str, bsct_spice_dir: Path, official_metrics_dir: Path) -> None:
    arrays = np.load(official_metrics_dir / f"sample_{model}.npz")
    official = json.loads((official_metrics_dir / f"sample_{model}.json").read_text())
    compared = 0
    for name, numbers in official.items():
        if not (bsct_spice_dir / name).is_dir():
            continue
        key = name.replace("/", "__")
        scan = spice_scan(load_molecule(f"bsct-spice:{name}", data=bsct_spice_dir))
        reference = Profile(scan, load_spice_reference(scan))
        profile = Profile(scan, Evaluation(INFO, arrays[f"{key}__energies"], arrays[f"{key}__forces"]))
        found = metrics_of(profile, reference).values
        for side in ("full", "compress", "stretch"):
            for theirs, ours in OFFICIAL.items():
                value = found[f"{ours}_{side}"]
                assert value == pytest.approx(numbers[f"{side}_{theirs}"], abs=1e-9), f"{name} {ours}_{side}"
                compared += 1
    if not compared:
        pytest.skip(f"none of the sample systems is in {bsct_spice_dir}")
    assert compared == 9 * len(official)
