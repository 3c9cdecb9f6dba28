"""What asking a model again shows: noise, memory, rounded positions, a charge that makes no difference."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bsct_explorer.data import PotentialInfo
from bsct_explorer.deformations import AngleBend, BondStretch
from bsct_explorer.errors import PotentialError
from bsct_explorer.molecules import load_molecule
from bsct_explorer.potentials import Potential, load_potential
from bsct_explorer.potentials.base import Batch
from bsct_explorer.potentials.families.pair_potentials import MorsePotential
from bsct_explorer.study import StudySettings, evaluate_profile, make_grid, run_map, run_study
from bsct_explorer.study.judged import why_not_judged

INFO = PotentialInfo(
    name="mine", display_name="Mine", level_of_theory="", uses_charge=True, uses_multiplicity=True, dtypes=("float64",)
)


class Mine(Potential):
    """Morse of one's own, changed by `change(energies, forces, positions)` and by what was sent with the molecule."""

    def __init__(self, change=None, seen=None, ask=None, dtype="float64"):
        self.info, self.dtype = INFO, dtype
        self.change, self.seen, self.ask = change, seen, ask or (lambda positions: positions)
        self.asked = 0
        self.morse = MorsePotential()

    def _compute(self, numbers, positions, charge, multiplicity):
        self.asked += len(positions)
        parts = [self.morse._compute(numbers, self.ask(x)[None], 0, 1) for x in positions]
        energies = np.concatenate([part.energies for part in parts])
        forces = np.concatenate([part.forces for part in parts])
        if self.change is not None:
            energies, forces = self.change(energies, forces, positions)
        if self.seen is not None:
            energies = energies + self.seen(charge, multiplicity)
        return Batch(energies, forces)


@pytest.fixture(scope="module")
def scan():
    return BondStretch(0, 1, range=(0.6, 2.5)).scan(load_molecule("water"), points=40)


def noise(energy, force, seed=0):
    draw = np.random.default_rng(seed)
    return lambda e, f, x: (e + draw.normal(0, energy, e.shape), f + draw.normal(0, force, f.shape))


def drift():
    calls = iter(range(10**6))
    return lambda e, f, x: (e + 1e-4 * np.array([next(calls) for _ in e]), f)


def memory_of_the_last_frame():
    """A tenth of the last frame's energy, as of a density that has not converged; asked twice, it is the same."""
    last = {"x": None, "e": 0.0, "own": 0.0}

    def change(energies, forces, positions):
        out = []
        for e, x in zip(energies, positions, strict=True):
            if last["x"] is None or not np.array_equal(last["x"], x):
                last.update(x=x, own=e + 0.01 * last["e"], e=e)
            out.append(last["own"])
        return np.array(out), forces

    return change


def kinds(profile):
    return [note.kind.name for note in profile.evaluation.notes if hasattr(note, "kind")]


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (noise(5e-3, 2e-2), "not-deterministic"),
        (noise(1e-4, 0.0), "not-deterministic"),
        (noise(0.0, 1e-3), "not-deterministic"),
        (drift(), "not-deterministic"),
        (memory_of_the_last_frame(), "depends-on-history"),
    ],
)
def test_a_model_that_answers_otherwise_when_asked_again_is_named(scan, change, kind):
    profile = evaluate_profile(scan, Mine(change))
    assert kinds(profile) == [kind]
    assert "What is finer is not judged." in profile.evaluation.notes[0]


@pytest.mark.parametrize("size", [0.02, 0.3])
def test_the_spread_is_measured_and_is_the_noise_floor(scan, size):
    profile = evaluate_profile(scan, Mine(noise(0.1 * size, size)))
    repeats = profile.evaluation.repeats
    along = size * np.linalg.norm(scan.tangents, axis=(1, 2)).mean()
    assert 0.5 * 0.1 * size < repeats.energy < 2 * 0.1 * size
    assert 0.5 * along < repeats.force < 2 * along
    refined = run_study(scan, [Mine(noise(0.1 * size, size))], StudySettings(refine=True)).analyses[0]
    assert refined.noise.energy > 0.4 * 0.1 * size
    assert refined.noise.force > 0.4 * along


@pytest.mark.parametrize(
    ("change", "dtype"),
    [
        (noise(1e-7, 1e-6), "float64"),
        (noise(0.0, 0.0), "float64"),
        (lambda e, f, x: ((e - 2000).astype(np.float32) + 1e-4 * np.random.default_rng().normal(), f), "float32"),
        (lambda e, f, x: (e.astype(np.float32), f.astype(np.float32)), "float64"),
    ],
)
def test_rounding_and_what_is_too_small_to_matter_get_no_word(scan, change, dtype):
    assert kinds(evaluate_profile(scan, Mine(change, dtype=dtype))) == []


def test_a_network_in_training_mode_is_named():
    torch = pytest.importorskip("torch")
    molecule = load_molecule("water")
    short_scan = BondStretch(0, 1, range=(0.6, 2.5)).scan(molecule, points=20)

    class Dropped(Mine):
        def __init__(self):
            super().__init__()
            self.net = torch.nn.Dropout(0.5)

        def _compute(self, numbers, positions, charge, multiplicity):
            batch = super()._compute(numbers, positions, charge, multiplicity)
            with torch.no_grad():
                factor = self.net(torch.ones(len(positions), 8)).mean(1).numpy()
            return replace(batch, energies=batch.energies * factor)

    torch.manual_seed(0)
    assert "training mode: call .eval()" in evaluate_profile(short_scan, Dropped()).evaluation.notes[0]
    calm = Dropped()
    calm.net.eval()
    assert kinds(evaluate_profile(short_scan, calm)) == []


def kept_by_numbers():
    memory = {}
    return lambda x: memory.setdefault(len(x), x)


def kept_while_near(width):
    memory = []

    def ask(x):
        if not memory or np.abs(memory[-1] - x).max() > width:
            memory.append(x.copy())
        return memory[-1]

    return ask


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda x: np.round(x / 0.05) * 0.05, "An atom can be moved by 0.01 Å"),
        (lambda x: np.round(x, 2), "An atom can be moved by"),
        (lambda x: np.round(x, 3), "An atom can be moved by 1 × 10⁻⁴ Å"),
        (kept_by_numbers(), "39 of 39 pairs of neighbouring frames"),
        (kept_while_near(0.005), "An atom can be moved by 0.001 Å"),
    ],
)
def test_rounded_positions_and_kept_answers_are_a_staircase_and_named(scan, ask, words):
    profile = evaluate_profile(scan, Mine(ask=ask))
    assert "same-answer" in kinds(profile)
    assert any(words in note for note in profile.evaluation.notes), profile.evaluation.notes


@pytest.mark.parametrize(
    "ask",
    [
        lambda x: x.astype(np.float32).astype(np.float64),
        lambda x: np.round(x, 6),
        lambda x: x if np.linalg.norm(x[0] - x[1]) < 1.8 else np.array([[0.0, 0, 0], [50, 0, 0], [0, 50, 0]]),
    ],
)
def test_single_precision_and_a_cutoff_are_no_staircase(scan, ask):
    assert kinds(evaluate_profile(scan, Mine(ask=ask))) == []


CATION = ("[NH3+]C", 0, 1)


@pytest.mark.parametrize(
    ("seen", "ignored"),
    [
        (None, ["charge-ignored"]),
        (lambda charge, multiplicity: 8.0 * charge, []),
        (lambda charge, multiplicity: 0.1 * multiplicity, ["charge-ignored"]),
        (lambda charge, multiplicity: 1e-3 * abs(charge), []),
    ],
)
def test_a_charge_that_makes_no_difference_is_told_apart_by_asking(seen, ignored):
    smiles, i, j = CATION
    scan = BondStretch(i, j).scan(load_molecule(smiles), points=20)
    profile = evaluate_profile(scan, Mine(seen=seen))
    assert kinds(profile) == ignored
    assert profile.evaluation.charge == (None if ignored else 1)


def test_a_model_that_refuses_another_charge_has_looked():
    def seen(charge, multiplicity):
        if charge != 1:
            raise ValueError("trained on cations")
        return 0.0

    smiles, i, j = CATION
    scan = BondStretch(i, j).scan(load_molecule(smiles), points=20)
    assert kinds(evaluate_profile(scan, Mine(seen=seen))) == []


@pytest.mark.parametrize(("smiles", "multiplicity"), [("[CH3][O]", 2), ("[CH3]C", 3)])
def test_a_multiplicity_that_makes_no_difference_is_named(smiles, multiplicity):
    molecule = replace(load_molecule(smiles), multiplicity=multiplicity)
    scan = BondStretch(0, 1).scan(molecule, points=20)
    assert kinds(evaluate_profile(scan, Mine())) == ["multiplicity-ignored"]
    assert kinds(evaluate_profile(scan, Mine(seen=lambda charge, m: 0.3 * m))) == []


def test_a_charge_is_told_apart_in_noise_too():
    smiles, i, j = CATION
    scan = BondStretch(i, j).scan(load_molecule(smiles), points=20)
    assert "charge-ignored" in kinds(evaluate_profile(scan, Mine(noise(5e-3, 0.0))))
    noisy = Mine(noise(5e-3, 0.0), seen=lambda charge, multiplicity: 3.0 * charge)
    assert "charge-ignored" not in kinds(evaluate_profile(scan, noisy))


def test_shipped_potentials_are_asked_nothing_more_and_others_little(scan, monkeypatch):
    morse = load_potential("morse")
    asked = []
    compute = morse._compute
    monkeypatch.setattr(morse, "_compute", lambda z, x, q, m: (asked.append(len(x)), compute(z, x, q, m))[1])
    evaluate_profile(scan, morse)
    assert sum(asked) == len(scan)
    mine = Mine()
    evaluate_profile(scan, mine)
    assert mine.asked <= len(scan) + 10


def test_a_model_that_fails_when_asked_again_keeps_its_curve_with_a_word(scan):
    class Once(Mine):
        def _compute(self, numbers, positions, charge, multiplicity):
            if self.asked >= len(scan):
                raise RuntimeError("the licence has run out")
            return super()._compute(numbers, positions, charge, multiplicity)

    profile = evaluate_profile(scan, Once())
    assert not profile.failed_frames
    assert kinds(profile) == ["not-deterministic"]
    assert "the licence has run out" in profile.evaluation.notes[0]


def test_an_angle_has_its_noise_in_its_own_unit():
    scan = AngleBend(1, 0, 2, range=(70.0, 160.0)).scan(load_molecule("water"), points=30)
    repeats = evaluate_profile(scan, Mine(noise(1e-3, 0.1))).evaluation.repeats
    along = 0.1 * np.linalg.norm(scan.tangents, axis=(1, 2)).mean()
    assert 0.5 * along < repeats.force < 2 * along


def test_noise_makes_no_findings_on_a_map():
    grid = make_grid(load_molecule("water"), BondStretch(0, 1), AngleBend(1, 0, 2), points=(41, 9))
    surface = run_map(grid, Mine(noise(2e-2, 5e-2)))
    assert "not-deterministic" in [note.kind.name for note in surface.evaluation.notes]
    assert surface.findings == ()


@pytest.mark.parametrize(("size", "judged"), [(0.0, True), (1e-6, True), (2e-3, False), (0.1, False)])
def test_a_limit_holds_only_where_noise_hides_nothing(scan, size, judged):
    analysis = run_study(scan, [Mine(noise(size, 10 * size))]).analyses[0]
    assert (why_not_judged(analysis) == "") is judged


def test_a_potential_without_an_answer_still_raises(scan):
    def nothing(energies, forces, positions):
        return energies * np.nan, forces

    with pytest.raises(PotentialError):
        evaluate_profile(scan, Mine(nothing))
