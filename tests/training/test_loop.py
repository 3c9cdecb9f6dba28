"""The loop: it learns, a seed repeats it, a resumed run is the run, and the log says what was measured."""

from __future__ import annotations

import dataclasses
import json
import math

import numpy as np
import pytest
import torch

from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.testbed.checkpoint import load_model
from bsct_explorer.testbed.learning.batches import Labelled, fit_shifts, rotated, rows_of_step
from bsct_explorer.testbed.learning.loop import Trainer, evaluate, learning_rate, settled
from bsct_explorer.testbed.learning.rotations import random_rotations
from bsct_explorer.testbed.learning.training_config import TrainingConfig, read_config
from bsct_explorer.testbed.logs import read_rows
from bsct_explorer.testbed.model_config import ModelConfig

SMALL = ModelConfig(width=16, heads=2, hidden=16, gaussians=24, k=4)


def config(**changes) -> TrainingConfig:
    usual = {"steps": 12, "batch": 16, "validate_every": 4, "checkpoint_every": 4, "warmup": 3, "muon": 4e-3}
    return TrainingConfig(**{"model": SMALL, **usual, **changes})


def weights(trainer: Trainer) -> torch.Tensor:
    return torch.cat([p.detach().flatten() for p in trainer.average.parameters()])


def test_an_epoch_has_every_structure_once_and_the_next_another_order():
    sizes = np.random.default_rng(0).integers(2, 20, size=103)
    epoch = [rows_of_step(sizes, 10, 0, step) for step in range(10)]
    rows = np.concatenate(epoch)
    assert len(set(rows)) == 100
    assert not np.array_equal(rows[:10], rows_of_step(sizes, 10, 0, 10))
    assert np.array_equal(epoch[3], rows_of_step(sizes, 10, 0, 3))
    # Sorted in chunks, so molecules of a batch are alike in size.
    assert np.mean([np.ptp(sizes[b]) for b in epoch]) < 0.5 * np.ptp(sizes)


def test_rotations_are_rotations_and_turn_positions_and_forces_alike(toy):
    turn = random_rotations(50, 0, 3)
    assert np.einsum("bij,bkj->bik", turn, turn) == pytest.approx(np.broadcast_to(np.eye(3), (50, 3, 3)), abs=1e-12)
    assert np.linalg.det(turn) == pytest.approx(np.ones(50))
    assert np.abs(turn.mean(0)).max() < 0.3
    data = Labelled(toy, toy.of("training"), fit_shifts(toy, toy.of("training"), (1, 6, 7, 8)), torch.float64)
    batch = data.take(np.arange(50))
    moved = rotated(batch, turn)
    dots = [(b.positions * b.forces).sum((1, 2)) for b in (batch, moved)]
    assert torch.allclose(*dots, atol=1e-10)
    assert not torch.allclose(batch.positions, moved.positions)


def test_shifts_take_the_atoms_energies_off(toy):
    shifts = fit_shifts(toy, toy.of("training"), (1, 6, 7, 8))
    labelled = Labelled(toy, toy.of("training"), shifts)
    assert labelled.energies.abs().max() < 5.0
    assert np.abs(toy.energies).max() > 90.0


def test_padding_changes_no_error(toy):
    """Errors of all structures in one padded batch are those of one at a time."""
    trainer_shifts = fit_shifts(toy, toy.of("training"), (1, 6, 7, 8))
    data = Labelled(toy, toy.of("training")[::20], trainer_shifts)
    torch.manual_seed(0)
    from bsct_explorer.testbed.model import Transformer

    model = Transformer(SMALL)
    one, many = evaluate(model, data, batch=1), evaluate(model, data, batch=64)
    assert dataclasses.astuple(one) == pytest.approx(dataclasses.astuple(many), rel=1e-4)


def test_settling_takes_a_constant_per_atom_off_and_nothing_else(toy):
    from bsct_explorer.testbed.model import Transformer

    data = Labelled(toy, toy.of("training"), fit_shifts(toy, toy.of("training"), (1, 6, 7, 8)))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = Transformer(SMALL)
    off = Transformer(SMALL)
    off.load_state_dict(model.state_dict())
    off.read[-1].bias.data += 0.7
    one, other = settled(model, data), settled(off, data)
    assert one.read[-1].bias.item() == pytest.approx(other.read[-1].bias.item(), abs=1e-5)
    batch = data.take(np.arange(len(data)))
    wrong = (one(batch.numbers, batch.positions)[0] - batch.energies) / (batch.numbers > 0).sum(-1)
    assert wrong.median().item() == pytest.approx(0.0, abs=1e-5)
    assert torch.equal(one.radial.weight, model.radial.weight)


def test_the_rate_rises_then_falls():
    rates = [learning_rate(step, config(steps=100, warmup=10)) for step in range(100)]
    assert rates[0] == pytest.approx(0.1, rel=0.01)
    assert int(np.argmax(rates)) in range(8, 12)
    assert rates[-1] < 0.02


def test_a_run_repeats_with_its_seed_and_goes_on_where_it_stopped(toy, tmp_path):
    whole = Trainer(config(), toy, tmp_path / "whole")
    whole.run()
    again = Trainer(config(), toy, tmp_path / "again")
    again.run()
    assert torch.equal(weights(whole), weights(again))
    other = Trainer(config(seed=1), toy, tmp_path / "other")
    other.run()
    assert not torch.equal(weights(whole), weights(other))
    Trainer(config(), toy, tmp_path / "parts").run(until=8)
    rest = Trainer(config(), toy, tmp_path / "parts")
    assert rest.step == 8
    rest.run()
    assert torch.equal(weights(whole), weights(rest))
    assert [row["step"] for row in read_rows(tmp_path / "parts" / "log.csv")] == [4, 8, 12]


def test_a_run_that_was_cut_off_writes_no_row_twice(toy, tmp_path):
    first = Trainer(config(checkpoint_every=8), toy, tmp_path)
    first.run(until=8)
    first.config = config(checkpoint_every=100)
    first._save_state = lambda: None  # the machine goes down before the next checkpoint
    first.run(until=12)
    assert [row["step"] for row in read_rows(tmp_path / "log.csv")] == [4, 8, 12]
    Trainer(config(checkpoint_every=8), toy, tmp_path).run()
    assert [row["step"] for row in read_rows(tmp_path / "log.csv")] == [4, 8, 12]


def test_the_best_checkpoint_is_the_row_with_the_lowest_score(toy, tmp_path):
    Trainer(config(steps=40), toy, tmp_path).run()
    rows = read_rows(tmp_path / "log.csv")
    best = min(rows, key=lambda row: row["score"])
    _, about = load_model(tmp_path / "best.safetensors")
    assert about["step"] == best["step"]
    assert best["score"] == pytest.approx(best["force_mae_meV/Å"] + 10 * best["energy_mae_meV/atom"])
    assert about["data_sha256"] == toy.sha256


def test_another_config_in_the_same_folder_is_refused(toy, tmp_path):
    Trainer(config(), toy, tmp_path).run(until=4)
    with pytest.raises(ReferenceDataError, match="holds a run of another config"):
        Trainer(config(rate=1e-4), toy, tmp_path)


def test_a_run_from_before_a_setting_existed_goes_on(toy, tmp_path):
    Trainer(config(), toy, tmp_path).run(until=4)
    path = tmp_path / "config.json"
    kept = json.loads(path.read_text())
    del kept["training"]["penalty_form"]
    path.write_text(json.dumps(kept))
    assert Trainer(config(), toy, tmp_path).step == 4
    with pytest.raises(ReferenceDataError, match="another config"):
        Trainer(config(penalty_form="fsd"), toy, tmp_path)
    path.write_text(json.dumps({**kept, "data_sha256": "other"}))
    with pytest.raises(ReferenceDataError, match="other data"):
        Trainer(config(), toy, tmp_path)


def test_too_little_data_is_said(toy, tmp_path):
    with pytest.raises(ReferenceDataError, match="243 structures to train on"):
        Trainer(config(batch=500), toy, tmp_path)


def test_it_stops_early_and_a_step_without_a_finite_gradient_changes_nothing(toy, tmp_path):
    trainer = Trainer(config(steps=40, patience=2, rate=1e-12, muon=1e-12), toy, tmp_path / "a")
    trainer.average = trainer.model  # no average: nothing can get better
    trainer.best = -1.0
    trainer.run()
    assert trainer.step == 8
    spoiled = Trainer(
        config(penalty=1.0), toy, tmp_path / "b", penalty=lambda step, model: model.read[0].bias.sum() * math.nan
    )
    before = weights(spoiled).clone()
    spoiled.run(until=4)
    assert spoiled.skipped == 4
    assert torch.equal(weights(spoiled), before)


def test_training_leaves_threads_generator_and_dtype_as_they_were(toy, tmp_path):
    torch.set_num_threads(2)
    state = torch.random.get_rng_state()
    Trainer(config(threads=1), toy, tmp_path).run(until=4)
    assert torch.get_num_threads() == 2
    assert torch.equal(torch.random.get_rng_state(), state)
    assert torch.get_default_dtype() == torch.float32
    assert torch.tensor(1e-40) * 1 > 0  # denormals are numbers again


def test_a_config_is_read_from_toml(tmp_path):
    path = tmp_path / "d.toml"
    path.write_text('variant = "A"\nsteps = 7\ndata = "x.npz"\n[model]\nk = 9\n')
    found = read_config(path)
    assert (found.model.graph, found.model.k, found.model.sigma, found.steps) == ("hard-knn", 9, 0.04, 7)
    assert found.data == str(tmp_path / "x.npz")
    for text, words in [
        ("step = 7", "no setting is called step"),
        ('variant = "Z"', "'Z' is none of A, B"),
        ("[model]\ntemperature = 1", "no switch is called temperature"),
        ("steps = 0", "steps = 0 must be above 0"),
        ('penalty_form = "tv"', "'tv' is none of third-differences, fsd"),
        ("steps", "is no training config"),
    ]:
        path.write_text(text)
        with pytest.raises(ReferenceDataError, match=words):
            read_config(path)


def test_200_steps_lower_the_loss_and_log_the_smoothness(toy, tmp_path):
    from bsct_explorer.training.smoothness_test import SmoothnessTest, cases_of
    from bsct_explorer.training.training_run import as_potential

    cases = cases_of(["water", "methanol"], 2, points=40)
    test = SmoothnessTest(cases, as_potential, every=200, nve_time=0.01)
    settings = config(steps=200, validate_every=50, warmup=20, rate=1e-2, muon=3e-2, average=0.9)
    Trainer(settings, toy, tmp_path, callbacks=[test]).run()
    rows = read_rows(tmp_path / "log.csv")
    assert rows[-1]["loss"] < 0.6 * rows[0]["loss"]
    assert rows[-1]["force_mae_meV/Å"] < 0.8 * rows[0]["force_mae_meV/Å"]
    assert "fsd_median_1/Å" not in rows[0]
    for name in ("fsd_median_1/Å", "fsd_own_median_1/Å", "certified_jumps", "extra_minima", "nve_drift_meV/atom/ps"):
        assert math.isfinite(rows[-1][name]), name
    assert rows[-1]["certified_jumps"] == 0  # Diff-kNN
