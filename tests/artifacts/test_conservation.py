"""Work against energy: partial integrals that cancel are found, and jumps are told from a force that is no gradient."""

from __future__ import annotations

import numpy as np
import pytest

from bsct_explorer.analysis import analyse
from bsct_explorer.artifacts import Artifact, Certification, Thresholds, certify, detect, make_curve
from bsct_explorer.data import Floats
from bsct_explorer.deformations import BondStretch
from bsct_explorer.molecules import load_molecule
from bsct_explorer.planted import CurveFunction, LiveCurve, SmoothCurve, extra_force, kink, smooth_curves, steep, step
from bsct_explorer.planted.flawed_potentials import HardCutoff
from bsct_explorer.planted.plants import steep_step
from bsct_explorer.profiles import Profile
from bsct_explorer.study import refine_analysis

LIVE = Thresholds.live()
BASES = smooth_curves()
MORSE = BASES[0]
every_base = pytest.mark.parametrize("base", BASES, ids=[base.name for base in BASES])


def look(live: LiveCurve, points: int = 100) -> Certification:
    q = live.base.grid(points)
    answer = live(q)
    curve = make_curve(q, *answer, LIVE)
    return certify(detect(curve), live, curve)


def stretches(result: Certification) -> list[Artifact]:
    found = [artifact for artifact in result.artifacts if artifact.kind == "non-conservative"]
    return sorted(found, key=lambda artifact: artifact.interval)


def steps(result: Certification) -> list[tuple[float, float]]:
    return sorted((a.location, a.size) for a in result.artifacts if a.kind == "energy-step")


def only_force(shape: CurveFunction) -> CurveFunction:
    """The force of a shape without its energy."""
    return lambda q: (np.zeros_like(q), shape(q)[1])


def bell(place: float, size: float, width: float) -> CurveFunction:
    def force(q: Floats) -> tuple[Floats, Floats]:
        return np.zeros_like(q), size * np.exp(-0.5 * ((q - place) / width) ** 2)

    return force


def sine(size: float, period: float) -> CurveFunction:
    return lambda q: (np.zeros_like(q), size * np.sin(2 * np.pi * (q - 1.5) / period))


@pytest.mark.parametrize(
    "plants",
    [
        (bell(1.9, 6.0, 0.08), bell(2.4, -6.0, 0.08)),
        (bell(1.2, 1.0, 0.05), bell(1.7, -0.4, 0.12), bell(2.6, 0.1, 0.2)),
        (sine(0.5, 0.6),),
        (sine(2.0, 1.5),),
        (only_force(steep(2.0, 1.0, 0.1)),),
    ],
    ids=["two bells", "three bells", "sine", "slow sine", "one sign on each side"],
)
def test_what_is_gained_and_lost_does_not_cancel(plants: tuple[CurveFunction, ...]) -> None:
    """Testbed-E on alanine: +1.39 and −1.05 eV, of which a net integral sees a third."""
    live = LiveCurve(MORSE, plants)
    found = stretches(look(live))
    assert {np.sign(artifact.size) for artifact in found} == {1.0, -1.0}
    fine = np.linspace(MORSE.lo, MORSE.hi, 200_001)
    extra = sum(plant(fine)[1] for plant in plants)
    worst = max(found, key=lambda artifact: abs(artifact.refinement.evidence["energy_gained_eV"]))  # type: ignore[arg-type, union-attr]
    books = np.concatenate(([0.0], np.cumsum(0.5 * (extra[1:] + extra[:-1]) * np.diff(fine))))
    assert abs(worst.refinement.evidence["energy_gained_eV"]) == pytest.approx(np.ptp(books), rel=0.03)  # type: ignore[arg-type, union-attr]
    for artifact in found:
        r = artifact.refinement
        assert r is not None
        inside = (fine >= artifact.interval[0]) & (fine <= artifact.interval[1])
        truth = float(np.trapezoid(extra[inside], fine[inside])) / (artifact.interval[1] - artifact.interval[0])
        assert abs(r.size - truth) <= r.size_error + 1e-5
        largest = float(r.evidence["largest_difference_eV/Å"])
        assert largest == pytest.approx(float(np.interp(r.location, fine, extra)), rel=1e-3, abs=1e-4)
        assert abs(largest) > 0.9 * abs(extra[inside]).max()


@every_base
def test_jumps_of_the_energy_are_not_a_force_that_is_no_gradient(base) -> None:
    """A hard cutoff along isobutanol's bond: up to seven jumps within a tenth of an ångström."""
    rng = np.random.default_rng(7)
    places = np.sort(base.lo + (base.hi - base.lo) * rng.uniform(0.1, 0.95, 25))
    result = look(LiveCurve(base, tuple(step(x, -0.07) for x in places)))
    assert stretches(result) == []
    assert steps(result) == [(pytest.approx(x, abs=1e-6), pytest.approx(-0.07, rel=1e-4)) for x in places]


@pytest.mark.parametrize("apart", [0.004, 0.012, 0.02, 0.035])
@pytest.mark.parametrize("alternate", [False, True])
def test_a_comb_of_jumps(apart: float, alternate: bool) -> None:
    places = 1.95 + apart * np.arange(9)
    sizes = [0.08 * (-1) ** (k * alternate) for k in range(9)]
    result = look(LiveCurve(MORSE, tuple(step(x, size) for x, size in zip(places, sizes, strict=True))))
    assert stretches(result) == []
    found = steps(result)
    assert all(abs(places - x).min() < 1e-6 for x, _ in found), "no false jump"
    assert len(found) == 9 or result.undecided


def test_jumps_inside_a_force_that_is_no_gradient() -> None:
    places = [1.42, 1.61, 1.64, 1.97, 1.99, 2.31]
    live = LiveCurve(MORSE, (extra_force(0.3), *(step(x, -0.07) for x in places)))
    result = look(live)
    assert [x for x, _ in steps(result)] == [pytest.approx(x, abs=1e-6) for x in places]
    (found,) = stretches(result)
    assert found.size == pytest.approx(0.3, rel=1e-3)
    assert found.refinement is not None
    assert abs(found.refinement.size - 0.3) <= found.refinement.size_error


def test_kinks_and_steep_changes_are_neither() -> None:
    plants = (kink(1.7, 0.4), kink(2.2, -0.3), steep(2.5, 0.5, 2e-3), step(2.0, 0.03))
    result = look(LiveCurve(MORSE, plants))
    assert stretches(result) == []
    assert [x for x, _ in steps(result)] == [pytest.approx(2.0, abs=1e-6)]


def test_nothing_more_is_asked_of_a_gradient_field() -> None:
    for base in BASES[:8]:
        batches: list[int] = []
        live = LiveCurve(base)
        q = base.grid(100)
        curve = make_curve(q, *live(q), LIVE)
        live.batches = batches
        certify((), live, curve)
        assert sum(batches) < 70, base.name


@pytest.mark.parametrize("noise", [(1e-4, 2e-3), (2e-3, 2e-2)])
def test_noise_is_no_work(noise: tuple[float, float]) -> None:
    for base in BASES[:3]:
        result = look(LiveCurve(base, sigma_energy=noise[0], sigma_force=noise[1]))
        assert result.artifacts == ()
        assert not any(artifact.kind == "energy-step" for artifact in result.undecided)
    (found,) = stretches(look(LiveCurve(MORSE, (extra_force(0.4),), sigma_energy=noise[0], sigma_force=noise[1])))
    assert found.refinement is not None
    assert abs(found.size - 0.4) <= found.refinement.size_error


def test_a_hard_cutoff_in_three_dimensions() -> None:
    molecule = load_molecule("CC(C)CO")
    potential = HardCutoff(2.9)
    scan = BondStretch(0, 1).scan(molecule)
    profile = Profile(scan, potential.evaluate(molecule.numbers, scan.positions))
    refined = refine_analysis(analyse(profile), potential, causes=False)
    ends = scan.positions[[0, -1]]
    d = np.linalg.norm(ends[:, :, None] - ends[:, None, :], axis=-1)
    crossings = int((np.triu(d[0] < 2.9) & np.triu(d[1] > 2.9)).sum())  # every distance grows from end to end
    assert len([a for a in refined.artifacts if a.kind == "energy-step"]) == crossings > 20
    assert not any(a.kind == "non-conservative" for a in refined.artifacts)
    assert refined.undecided == ()


@pytest.mark.parametrize("base", BASES[:4], ids=lambda base: base.name)
@pytest.mark.parametrize("behind", [0.0, 0.1, 0.5])
@pytest.mark.parametrize("size", [0.1, -0.1])
def test_a_steep_and_exact_force_beside_a_frame_is_a_gradient(base: SmoothCurve, behind: float, size: float) -> None:
    q = base.grid(200)
    for k in (30, 90, 150):
        place = float(q[k] + behind * (q[1] - q[0]))
        result = look(LiveCurve(base, (steep_step(place, size, 1e-4),)), 200)
        assert [a.kind for a in (*result.artifacts, *result.undecided) if a.kind == "non-conservative"] == []
