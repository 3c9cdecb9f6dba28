"""Certification beyond planted jumps: noise, polishing, failures, limits, units, severity, two precisions."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bsct_explorer.artifacts import (
    KT_300K,
    Answer,
    Artifact,
    Certification,
    Thresholds,
    certify,
    detect,
    make_curve,
    measure_noise,
)
from bsct_explorer.artifacts.live_curve import drive
from bsct_explorer.artifacts.refine.noise_floor import jitter
from bsct_explorer.artifacts.refine.outliers import robust_line
from bsct_explorer.artifacts.refine.path_integral import romberg
from bsct_explorer.artifacts.refine.shape_polish import reduced_mass, wavenumber
from bsct_explorer.artifacts.refine.zoom import ZoomSettings, zoom
from bsct_explorer.artifacts.simulation_impact import step_error, thermal_speed
from bsct_explorer.planted import CurveFunction, LiveCurve, SmoothCurve, extra_force, kink, smooth_curves, step, well

LIVE = Thresholds.live()
MORSE = smooth_curves()[0]


def look(live: LiveCurve, points: int = 100, **options: object) -> Certification:
    q = live.base.grid(points)
    answer = live(q)
    found = detect(make_curve(q, *answer, LIVE))
    return certify(found, live, make_curve(q, *answer, LIVE), **options)  # type: ignore[arg-type]


def of_kind(artifacts: tuple[Artifact, ...], kind: str) -> list[Artifact]:
    return [artifact for artifact in artifacts if artifact.kind == kind]


def falls(scale: float, start: float) -> CurveFunction:
    def curve(q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        x = np.clip(q - start, 0, None)
        return -scale * x**2, 2 * scale * x

    return curve


def test_the_sentence_names_place_size_and_spacing() -> None:
    place = 2.452556
    (found,) = look(LiveCurve(MORSE, (kink(place, -0.0723),))).artifacts
    assert found.explanation.startswith(
        "At 2.452556 Å the force jumps down by 0.0723 eV/Å, and it stays a jump at 10⁻⁷ Å"
    )
    (found,) = look(LiveCurve(MORSE, (step(place, 0.01),))).artifacts
    assert found.explanation.startswith("At 2.452556 Å the energy jumps up by 0.0100 eV, and it stays a jump at 10⁻⁷ Å")


def test_every_candidate_is_decided_and_told_once() -> None:
    live = LiveCurve(MORSE, (kink(2.4531, 0.3), well(2.6, 0.6, 0.12)))
    q = MORSE.grid(100)
    candidates = detect(make_curve(q, *live(q), LIVE))
    told: dict[int, Artifact] = {}
    result = certify(
        candidates, live, make_curve(q, *live(q), LIVE), decided=lambda i, a: told.setdefault(i, a) and None
    )
    assert set(range(len(candidates))) <= set(told)
    assert sorted(map(id, told.values())) == sorted(map(id, result.artifacts + result.refuted))
    for index, candidate in enumerate(candidates):
        assert told[index].kind == candidate.kind
    assert all(a.certified is True and a.refinement is not None for a in result.artifacts)
    assert all(a.certified is False and a.refinement is not None for a in result.refuted)


def test_frames_that_fail_leave_it_unresolved() -> None:
    place = 2.4531
    q = MORSE.grid(100)
    whole = LiveCurve(MORSE, (kink(place, 0.3),))
    candidates = detect(make_curve(q, *whole(q), LIVE))
    failing = LiveCurve(MORSE, (kink(place, 0.3),), fails=(2.44, 2.46))
    result = certify(candidates, failing, make_curve(q, *whole(q), LIVE))
    assert result.artifacts == ()
    assert result.refuted == ()
    assert [a.refinement.verdict for a in result.undecided if a.refinement] == ["unresolved"] * len(candidates)
    assert "undecided: it could not be looked at, since" in result.undecided[0].explanation
    assert "frames there gave no answer" in result.undecided[0].explanation
    nothing = LiveCurve(MORSE, (), fails=(0.0, 9.0))
    shapes = LiveCurve(MORSE, (well(2.6, 0.6, 0.12), falls(3.0, 2.8), extra_force(0.2)))
    every = detect(make_curve(q, *shapes(q), LIVE))
    result = certify(every, nothing, make_curve(q, *shapes(q), LIVE))
    assert result.refuted == ()
    assert len(result.undecided) == len(every) > 3
    assert {a.refinement.verdict for a in result.undecided if a.refinement} == {"unresolved"}
    assert all(a.undecided and a.certified is None for a in result.undecided)


def test_what_the_line_raises_is_passed_on() -> None:
    q = MORSE.grid(100)
    live = LiveCurve(MORSE, (kink(2.4531, 0.3),))

    def stopped(values: np.ndarray) -> Answer:
        raise KeyError("stopped")

    with pytest.raises(KeyError, match="stopped"):
        certify(detect(make_curve(q, *live(q), LIVE)), stopped, make_curve(q, *live(q), LIVE))


def test_grid_and_live_energies_may_differ_by_a_constant() -> None:
    live = LiveCurve(MORSE, (step(2.4531, 0.01), well(2.8, 0.3, 0.08)))
    q = MORSE.grid(100)
    energies, forces = live(q)
    candidates = detect(make_curve(q, energies, forces, LIVE))
    plain = certify(candidates, live, make_curve(q, energies, forces, LIVE))
    shifted = certify(candidates, live, make_curve(q, energies + 1000.0, forces, LIVE))
    assert [(a.kind, a.location) for a in shifted.artifacts] == [
        (a.kind, pytest.approx(a.location, abs=1e-4)) for a in plain.artifacts
    ]


def test_a_polished_minimum() -> None:
    live = LiveCurve(MORSE, (well(2.6, 0.6, 0.12),))
    (minimum,) = of_kind(look(live, reduced_mass=6.0).artifacts, "artificial-minimum")
    fine = np.arange(2.3, 2.8, 1e-6)
    energies, forces = live(fine)
    k = 200_000 + int(energies[200_000:].argmin())
    top = int(energies[:k].argmax())
    assert minimum.location == pytest.approx(fine[k], abs=1e-5)
    assert minimum.size == pytest.approx(energies[top] - energies[k], abs=1e-6)
    evidence = minimum.refinement.evidence  # type: ignore[union-attr]
    assert evidence["barrier_at_Å"] == pytest.approx(fine[top], abs=1e-4)
    bend = -(forces[k + 50] - forces[k - 50]) / (fine[k + 50] - fine[k - 50])
    assert evidence["curvature_eV/Å²"] == pytest.approx(bend, rel=0.02)
    assert evidence["wavenumber_1/cm"] == pytest.approx(521.47 * math.sqrt(bend / 6.0), rel=0.01)


def test_a_minimum_that_a_coarse_grid_made_up_is_refuted() -> None:
    live = LiveCurve(MORSE)
    q = MORSE.grid(100)
    energies, forces = live(q)
    claimed = energies + 50.0  # stored with another zero, so its frames cannot stand for live ones
    claimed[80] -= 0.3  # one is wrong; the live potential does not know of it
    candidates = [a for a in detect(make_curve(q, claimed, forces, LIVE)) if a.kind == "artificial-minimum"]
    assert candidates
    result = certify(candidates, live, make_curve(q, claimed, forces, LIVE))
    assert result.artifacts == ()
    assert result.refuted[0].refinement is not None
    assert result.refuted[0].refinement.verdict == "smooth"


def test_a_fall_and_its_force_have_the_same_turning_point() -> None:
    live = LiveCurve(MORSE, (falls(2.0, 2.0),))
    found = look(live).artifacts
    (fall,), (wrong,) = of_kind(found, "outer-fall"), of_kind(found, "spurious-force")
    fine = np.arange(1.6, 3.0, 1e-6)
    energies = live(fine).energies
    assert fall.location == pytest.approx(fine[energies.argmax()], abs=1e-4)
    assert fall.size == pytest.approx(energies.max() - live(np.array([3.0])).energies[0], abs=1e-5)
    assert wrong.location == pytest.approx(fall.location, abs=1e-4)


def test_non_conservative_is_no_more_than_an_energy_step_inside() -> None:
    curl = look(LiveCurve(MORSE, (extra_force(0.3),)))
    assert of_kind(curl.artifacts, "non-conservative")
    (candidate,) = of_kind(curl.artifacts, "non-conservative")
    lo, hi = candidate.interval
    live = LiveCurve(MORSE, (step(2.4531, 0.3 * (hi - lo)),))
    q = MORSE.grid(100)
    candidates = (candidate, *detect(make_curve(q, *live(q), LIVE)))
    result = certify(candidates, live, make_curve(q, *live(q), LIVE))
    assert of_kind(result.artifacts, "energy-step")
    assert not of_kind(result.artifacts, "non-conservative")
    assert of_kind(result.refuted, "non-conservative")


def test_romberg_is_exact_for_what_it_should_be() -> None:
    x = np.linspace(0.0, 1.0, 33)
    integral, change = romberg(x**5 + x, 1 / 32)
    assert integral == pytest.approx(1 / 6 + 0.5, abs=1e-12)
    assert change < 1e-9


@pytest.mark.parametrize(("energy", "force"), [(1e-3, 1e-2), (1e-6, 1e-5)])
def test_noise_is_measured(energy: float, force: float) -> None:
    live = LiveCurve(MORSE, sigma_energy=energy, sigma_force=force)
    q = MORSE.grid(100)
    noise = measure_noise(live, q, live(q).energies)
    assert energy / 3 < noise.energy < 3 * energy
    assert force / 3 < noise.force < 3 * force
    assert noise.spacing == 1e-5
    assert "Noise" in noise.sentence
    assert "eV/Å" in noise.sentence


def test_noise_of_a_smooth_curve_and_of_rounded_energies() -> None:
    q = MORSE.grid(100)
    smooth = measure_noise(LiveCurve(MORSE), q, LiveCurve(MORSE)(q).energies)
    assert smooth.energy < 1e-12
    assert smooth.force < 1e-11
    assert smooth.spacing == 1e-7
    rounded = LiveCurve(MORSE, offset=-2e4)
    floor = measure_noise(rounded, q, rounded(q).energies)
    assert floor.quantum == pytest.approx(2.0**-9, rel=1e-6)
    assert floor.energy >= floor.quantum / math.sqrt(12)
    assert floor.spacing == 1e-5


def test_a_jump_inside_the_jitter_is_not_taken_for_noise() -> None:
    place = 2.0
    live = LiveCurve(MORSE, (kink(place + 1e-5, 0.5), step(place - 3e-5, 0.02)))
    (seen,) = drive([jitter(place, "Å")], live)
    assert seen.force < 1e-3
    assert seen.energy < 1e-3


def test_a_jump_below_the_noise_is_not_flagged() -> None:
    found = look(LiveCurve(MORSE, (kink(2.4531, 0.03), step(2.1, 0.004)), sigma_energy=2e-3, sigma_force=1e-2))
    assert found.artifacts == ()


def test_in_single_precision_a_jump_is_placed_less_exactly() -> None:
    (found,) = look(LiveCurve(MORSE, (kink(2.4531, 0.5),), offset=-2e3)).artifacts
    assert found.location == pytest.approx(2.4531, abs=1e-5)
    assert found.refinement is not None
    assert 1e-6 < found.refinement.location_error < 1e-5
    assert "at 10⁻⁵ Å" in found.explanation


def test_three_jumps_in_one_interval_and_a_step_of_the_energy() -> None:
    places = 2.4431, 2.4462, 2.4499
    live = LiveCurve(MORSE, (*(kink(x, 0.2) for x in places), step(2.4531, -0.004)))
    (found,) = drive([zoom(2.44, 2.463, ZoomSettings(1e-3, 0.02, 1e-7))], live)
    kinks = sorted(f.refinement.location for f in found if f.quantity == "force")
    assert kinks == pytest.approx(places, abs=1e-7)
    (energy,) = (f.refinement for f in found if f.quantity == "energy")
    assert (energy.verdict, energy.location) == ("jump", pytest.approx(2.4531, abs=1e-7))
    assert energy.size == pytest.approx(-0.004)


def test_a_robust_line_ignores_a_minority() -> None:
    y = 2.0 + 0.5 * np.arange(9.0)
    spoiled = y.copy()
    spoiled[[1, 4, 7]] += [5.0, -3.0, 8.0]
    assert robust_line(spoiled) == pytest.approx(y)


def test_what_is_refuted_costs_little() -> None:
    batches: list[int] = []
    bumpy = LiveCurve(smooth_curves()[-1], batches=batches)
    q = bumpy.base.grid(100)
    answer = bumpy(q)
    batches.clear()
    certify(detect(make_curve(q, *answer, LIVE)), bumpy, make_curve(q, *answer, LIVE))
    assert sum(batches) < 200
    assert len(batches) < 12


def test_degrees() -> None:
    scale = 40.0  # ° per Å of a stretched copy of the Morse curve
    live = LiveCurve(MORSE, (kink(2.4531, 0.3),))

    def line(values: np.ndarray) -> Answer:
        energies, forces = live(values / scale)
        return Answer(energies, forces / scale)

    q = MORSE.grid(100) * scale
    thresholds = Thresholds(step=1e-3, kink=0.02 / scale, kink_unpredicted=3.0, dead_band=0.05 / scale)
    found = certify(
        detect(make_curve(q, *line(q), thresholds, unit="°")), line, make_curve(q, *line(q), thresholds, unit="°")
    ).artifacts
    (found_kink,) = of_kind(found, "force-kink")
    assert found_kink.location == pytest.approx(2.4531 * scale, abs=1e-5)
    assert found_kink.unit == "eV/°"
    assert "98.124" in found_kink.explanation


def test_mass_and_wavenumber_of_carbon_monoxide() -> None:
    masses = np.array([12.0, 15.995])
    tangents = np.array([[-0.5, 0.0, 0.0], [0.5, 0.0, 0.0]])
    mass = reduced_mass(masses, tangents)
    assert mass == pytest.approx(12.0 * 15.995 / 27.995)
    assert reduced_mass(masses, tangents + np.array([0.5, 0.0, 0.0])) == pytest.approx(mass), (
        "wherever the centre of mass goes"
    )
    # CO: k = 1902 N/m = 118.7 eV/Å², ωe = 2170 cm⁻¹ (Huber and Herzberg 1979).
    assert wavenumber(118.7, mass) == pytest.approx(2170, rel=0.002)
    assert math.isnan(wavenumber(-1.0, mass))


def test_the_error_of_an_md_step_is_what_verlet_makes() -> None:
    """Velocity Verlet across a force jump: the worst error over where in a step the jump lies is |ΔF| v Δt / 2."""
    mass, jump, dt = 6.0, 0.05, 1.0
    unit = 9.648533e-3  # Å²/fs² for eV/amu
    speed = thermal_speed(mass)
    assert speed == pytest.approx(math.sqrt(KT_300K * unit / mass))

    def force(x: float) -> float:
        return jump if x > 0 else 0.0

    errors = []
    for s in np.linspace(0.001, 0.999, 201):
        x, v = -s * speed * dt, speed
        end = x + v * dt + 0.5 * force(x) / mass * unit * dt**2
        after = v + 0.5 * (force(x) + force(end)) / mass * unit * dt
        errors.append(0.5 * mass / unit * (after**2 - v**2) - jump * max(end, 0.0))
    error = step_error("force-kink", jump, mass)
    assert error == pytest.approx(max(map(abs, errors)), rel=0.01), "to first order in the step"
    assert step_error("energy-step", -0.01, mass) == 0.01
    assert step_error("artificial-minimum", 0.1, mass) is None


def test_severity_in_terms_of_a_simulation() -> None:
    live = LiveCurve(MORSE, (kink(2.4531, 0.3), well(2.8, 0.3, 0.08)))
    q = MORSE.grid(100)
    for artifact in (*look(live, reduced_mass=6.0, force_mae=0.1).artifacts, *detect(make_curve(q, *live(q)))):
        at_stake = artifact.evidence["at_stake_eV"]
        assert artifact.evidence["at_stake_over_kT_300K"] == pytest.approx(at_stake / KT_300K)
    (found,) = of_kind(look(live, reduced_mass=6.0, force_mae=0.1).artifacts, "force-kink")
    assert found.evidence["size_over_force_mae"] == pytest.approx(3.0)
    assert found.evidence["energy_error_of_1_fs_step_eV"] == pytest.approx(0.5 * 0.3 * thermal_speed(6.0))


def test_every_base_is_a_gradient_field() -> None:
    """The truth itself: on each base the energy is the integral of the force."""
    for base in smooth_curves():
        assert isinstance(base, SmoothCurve)
        q = np.linspace(base.lo, base.hi, 20_001)
        energies, forces = base.curve(q)
        slope = -np.gradient(energies, q, edge_order=2)
        assert np.abs(slope - forces)[5:-5].max() < 1e-3 * max(1.0, np.abs(forces).max() / 100), base.name
