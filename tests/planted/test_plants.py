"""What is planted is what is said: forces are slopes where they should be, and each flaw has its place and size."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsct_explorer.molecules import load_molecule
from bsct_explorer.planted import (
    CurveFunction,
    LiveCurve,
    SmoothCurve,
    extra_force,
    kink,
    sampled_morse,
    smooth_curves,
    steep,
    steep_step,
    step,
    well,
    well_of_prominence,
)
from bsct_explorer.planted.flawed_potentials import (
    Curl,
    FlawlessPotential,
    HardCutoff,
    HardNeighbours,
    InternalSwitch,
    Rounded,
)
from bsct_explorer.planted.true_claims import fine_curve

every_curve = pytest.mark.parametrize("base", smooth_curves(), ids=[base.name for base in smooth_curves()])
H = 1e-5


def slope_error(curve: CurveFunction, q: np.ndarray) -> np.ndarray:
    """How far −dE/dq, by central differences, is from the force, eV/Å."""
    return -(curve(q + H)[0] - curve(q - H)[0]) / (2 * H) - curve(q)[1]


@every_curve
def test_a_smooth_curve_has_one_minimum_and_its_slope_as_force(base: SmoothCurve) -> None:
    q = np.linspace(base.lo + 2 * H, base.hi - 2 * H, 2001)
    force = base.curve(q)[1]
    assert np.abs(slope_error(base.curve, q)).max() < 1e-4 * max(1.0, np.abs(force).max())
    assert abs(base.curve(np.array([base.r0]))[1][0]) < 1e-6
    fine = fine_curve(LiveCurve(base), base.lo, base.hi, ())
    assert fine.q[fine.equilibrium.frame] == pytest.approx(base.r0, abs=1e-4)


@pytest.mark.parametrize(
    "curve",
    [kink(1.7, 0.3), steep(1.7, 0.3, 0.01), steep_step(1.7, 0.02, 0.01), well(1.7, 0.1, 0.05)],
    ids=["kink", "steep", "steep step", "well"],
)
def test_plants_that_are_consistent_have_their_slope_as_force(curve: CurveFunction) -> None:
    q = np.linspace(1.0, 2.5, 1501) + 3e-4  # no point within H of the kink
    assert np.abs(slope_error(curve, q)).max() < 1e-3


@given(place=st.floats(1.0, 2.0), size=st.floats(-1.0, 1.0))
def test_jumps_have_their_place_and_size(place: float, size: float) -> None:
    sides = np.array([place - 1e-9, place + 1e-9])
    assert np.diff(step(place, size)(sides)[0])[0] == pytest.approx(size, abs=1e-12)
    assert np.all(step(place, size)(sides)[1] == 0)
    assert np.diff(kink(place, size)(sides)[1])[0] == pytest.approx(size, abs=1e-12)
    assert np.diff(kink(place, size)(sides)[0])[0] == pytest.approx(0, abs=1e-8)
    assert np.all(extra_force(size)(sides)[0] == 0)


@pytest.mark.parametrize("prominence", [0.01, 0.1])
def test_a_well_is_as_prominent_as_asked(prominence: float) -> None:
    base = smooth_curves()[0]
    live = LiveCurve(base, (well_of_prominence(base, 2.4, 0.05, prominence),))
    fine = fine_curve(live, base.lo, base.hi, ((2.4, 0.05),))
    # Arithmetic's last bits make wells of their own, of 1e-16 eV.
    found = [w.prominence for w in fine.minima if w is not fine.equilibrium and w.prominence > 1e-9]
    assert found == pytest.approx([prominence], rel=1e-3)


def test_a_live_curve_answers_the_same_each_time_and_counts() -> None:
    base = smooth_curves()[0]
    live = LiveCurve(base, sigma_energy=1e-3, sigma_force=1e-2, fails=(2.0, 2.1), batches=[])
    q = base.grid(200)
    first, again = live(q), live(q)
    np.testing.assert_array_equal(first.energies, again.energies)
    assert live.batches == [200, 200]
    assert np.isnan(first.energies).sum() == ((q > 2.0) & (q < 2.1)).sum()
    noise = (first.energies - base.curve(q)[0])[np.isfinite(first.energies)]
    assert np.std(noise) == pytest.approx(1e-3, rel=0.25)


def test_a_sampled_curve_and_a_live_one_agree() -> None:
    sampled = sampled_morse(100).energy_step(2.4, 0.01).force_kink(2.0, 0.3).well(2.6, 0.2, 0.1)
    live = LiveCurve(smooth_curves()[0], (step(2.4, 0.01), kink(2.0, 0.3), well(2.6, 0.2, 0.1)))(sampled.q)
    np.testing.assert_allclose(sampled.energy, live.energies, atol=1e-12)
    np.testing.assert_allclose(sampled.force, live.forces, atol=1e-12)


@pytest.mark.parametrize(
    ("potential", "is_slope"),
    [
        (FlawlessPotential(), True),
        (HardCutoff(3.0), True),
        (HardNeighbours(3), True),
        (InternalSwitch(0.9, 1), True),
        (Curl(), False),
    ],
    ids=lambda value: getattr(getattr(value, "info", None), "name", str(value)),
)
def test_forces_of_flawed_potentials_are_slopes_between_their_jumps(potential, is_slope: bool) -> None:
    molecule = load_molecule("methanol")
    numbers, positions = molecule.numbers, np.array(molecule.positions)
    forces = potential.evaluate(numbers, positions[None]).forces[0]
    off = 0.0
    for atom in range(len(numbers)):
        for axis in range(3):
            moved = np.repeat(positions[None], 2, axis=0)
            moved[0, atom, axis] -= H
            moved[1, atom, axis] += H
            low, high = potential.evaluate(numbers, moved).energies
            off = max(off, abs(-(high - low) / (2 * H) - forces[atom, axis]))
    assert (off < 1e-5) == is_slope, off


def test_rounded_totals_come_in_steps() -> None:
    molecule = load_molecule("water")
    frames = np.array(molecule.positions)[None] + np.linspace(0, 1e-3, 20)[:, None, None] * np.eye(3)
    energies = Rounded().evaluate(molecule.numbers, frames).energies
    exact = Rounded("float64").evaluate(molecule.numbers, frames).energies
    quantum = float(np.spacing(np.float32(20_000)))
    assert np.abs(energies - exact).max() <= 0.51 * quantum
    assert set(np.round(np.diff(energies) / quantum, 6)) <= {float(k) for k in range(-10, 11)}
