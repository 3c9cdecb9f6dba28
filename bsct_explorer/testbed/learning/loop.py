"""The training loop: validated on an average of the weights, resumable at every checkpoint, the same for the same seed.

A folder holds a run: ``config.json``, ``log.csv`` (a row for each validation), ``state.pt`` (to resume) and
``best.safetensors`` and ``last.safetensors``. The best checkpoint is the one with the lowest score,

    score = force MAE in meV/Å + 10 · energy MAE in meV/atom

of the averaged weights (`settled`) on validation molecules' structures whose forces are all below 10 eV/Å.
"""

from __future__ import annotations

import csv
import json
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.testbed.checkpoint import parameters, save_model
from bsct_explorer.testbed.learning.batches import Labelled, fit_shifts, rotated, rows_of_step
from bsct_explorer.testbed.learning.data_set import DataSet
from bsct_explorer.testbed.learning.loss import labelled_loss
from bsct_explorer.testbed.learning.rotations import random_rotations
from bsct_explorer.testbed.learning.training_config import TrainingConfig
from bsct_explorer.testbed.logs import read_rows
from bsct_explorer.testbed.model import Transformer

GENTLE = 10.0
"""eV/Å. Errors are given on structures whose force components are all below it, besides those on all."""


SETTLED_ON = 384
"""Structures of the training set by which the energy's constant is settled."""


class Callback(Protocol):
    """Something that is measured now and then; what it returns goes into the log's row of that step."""

    every: int

    def __call__(self, step: int, model: Transformer) -> Mapping[str, float]: ...


class Penalty(Protocol):
    """A term of the loss that needs no labels, for the weights in training at a step."""

    def __call__(self, step: int, model: Transformer) -> Tensor: ...


@dataclass(frozen=True)
class Errors:
    """Mean absolute errors: force components in meV/Å and energy in meV/atom, of gentle structures and of all."""

    force: float
    energy: float
    force_all: float
    energy_all: float

    @property
    def score(self) -> float:
        return self.force + 10 * self.energy


def evaluate(model: Transformer, data: Labelled, batch: int = 64, device: str = "cpu") -> Errors:
    """Errors of a model on labelled structures."""
    order = np.argsort(data.sizes, kind="stable")
    forces: list[tuple[float, float, bool]] = []
    energies: list[tuple[float, bool]] = []
    for start in range(0, len(order), batch):
        some = data.take(order[start : start + batch], device)
        predicted, pushed = model.energies_and_forces(some.numbers, some.positions)
        n = (some.numbers > 0).sum(-1)
        wrong = (pushed.detach() - some.forces).abs().sum((1, 2))  # 0 where padded
        gentle = some.forces.abs().amax((1, 2)) < GENTLE
        per_atom = (predicted.detach() - some.energies).abs() / n
        forces += zip(wrong.tolist(), (3 * n).tolist(), gentle.tolist(), strict=True)
        energies += zip(per_atom.tolist(), gentle.tolist(), strict=True)
    f, e = np.array(forces, dtype=float), np.array(energies, dtype=float)
    kind = f[:, 2] > 0

    def force_mae(which: Any) -> float:
        return float(1e3 * f[which, 0].sum() / f[which, 1].sum()) if which.any() else math.nan

    return Errors(
        force_mae(kind),
        float(1e3 * e[kind, 0].mean()) if kind.any() else math.nan,
        force_mae(np.ones_like(kind)),
        float(1e3 * e[:, 0].mean()),
    )


def settled(model: Transformer, data: Labelled, device: str = "cpu") -> Transformer:
    """A copy whose energy per atom has no error in the median over these structures of the training set.

    Averaged weights of a noisy run give energies that are off by one constant per atom (a tenth of an electronvolt
    in ten atoms is nothing to the loss of a step): the last bias takes it off.
    """
    copy = deepcopy(model)
    errors = []
    for start in range(0, len(data), 64):
        some = data.take(np.arange(start, min(start + 64, len(data))), device)
        with torch.no_grad():
            energies, _ = copy(some.numbers, some.positions)
        errors.append((energies - some.energies) / (some.numbers > 0).sum(-1))
    dict(copy.named_parameters())["read.2.bias"].data -= torch.cat(errors).median()
    return copy


def learning_rate(step: int, config: TrainingConfig) -> float:
    """Factor of the largest rate: linear up over the warm-up, then half a cosine down to 1 %."""
    done = min(1.0, step / config.steps)
    return min(1.0, (step + 1) / max(1, config.warmup)) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))


def make_optimisers(model: Transformer, config: TrainingConfig) -> list[torch.optim.Optimizer]:
    """AdamW on everything, or Muon on the matrices inside and AdamW on the rest."""
    matrices = [p for name, p in model.named_parameters() if p.ndim == 2 and _inside(name)] if config.muon else []
    ids = {id(p) for p in matrices}
    rest = [p for p in model.parameters() if id(p) not in ids]
    found: list[torch.optim.Optimizer] = [torch.optim.AdamW(rest, lr=config.rate, weight_decay=config.decay)]
    if matrices:
        found.append(
            torch.optim.Muon(matrices, lr=config.muon, weight_decay=config.decay, adjust_lr_fn="match_rms_adamw")
        )
    for optimiser in found:
        for group in optimiser.param_groups:
            group["largest"] = group["lr"]
    return found


def _inside(name: str) -> bool:
    """Whether a weight is a matrix between hidden layers: not an embedding, nor what reads the inputs or the energy."""
    return name.split(".")[0] in ("blocks", "atom_mlps", "to_own", "to_others", "pair")


@contextmanager
def process_state(threads: int) -> Iterator[None]:
    """Torch threads and denormals as training wants them, and as they were afterwards.

    The tails of products of Gaussians are denormal numbers, which a CPU computes with at a tenth of its speed.
    """
    before = torch.get_num_threads()
    if threads:
        torch.set_num_threads(threads)
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_num_threads(before)
        torch.set_flush_denormal(False)


def same_run(kept: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether two ``config.json`` are of one run; a setting that did not exist when one was written has its default."""

    def settings(identity: Mapping[str, Any]) -> TrainingConfig:
        return TrainingConfig.from_dict(identity["training"])

    try:
        return kept["data_sha256"] == now["data_sha256"] and settings(kept) == settings(now)
    except (KeyError, TypeError, ValueError):
        return False


class Trainer:
    """One run in one folder.

    Parameters
    ----------
    config
        What to train and how.
    data
        The structures; those of ``training`` are trained on, those of ``validation`` choose the best checkpoint.
    folder
        Where the run is written; a run that is there already is resumed if its config is the same.
    callbacks
        Measured every so often, and at the end.
    penalty
        Added to the loss with the weight `config.penalty`.
    tell
        Called with a line of progress.

    Raises
    ------
    ReferenceDataError
        The folder holds a run of another config, or the data has no structures of one of the two parts.
    """

    def __init__(
        self,
        config: TrainingConfig,
        data: DataSet,
        folder: str | Path,
        *,
        callbacks: Sequence[Callback] = (),
        penalty: Penalty | None = None,
        tell: Callable[[str], None] = lambda line: None,
        device: str = "cpu",
    ) -> None:
        self.config, self.folder, self.callbacks = config, Path(folder), tuple(callbacks)
        self.penalty, self.tell, self.device = penalty, tell, device
        training, validation = data.of("training"), data.of("validation")
        if len(training) < config.batch or not len(validation):
            raise ReferenceDataError(
                f"The data has {len(training)} structures to train on and {len(validation)} to validate on; a batch of "
                f"{config.batch} needs at least as many, and validation at least one."
            )
        self.data_hash = data.sha256
        self.shifts = fit_shifts(data, training, config.model.elements)
        self.training = Labelled(data, training, self.shifts)
        chosen = np.random.default_rng(0).permutation(validation)[: config.validation_size]
        self.validation = Labelled(data, np.sort(chosen), self.shifts)
        some = np.random.default_rng(1).permutation(training)[:SETTLED_ON]
        self.settling = Labelled(data, np.sort(some), self.shifts)
        with torch.random.fork_rng(devices=[]):  # the process's own generator is left as it is
            torch.manual_seed(config.seed)
            self.model = Transformer(config.model).to(device)
        self.model.shifts.copy_(torch.tensor([self.shifts[z] for z in config.model.elements]))
        self.average = deepcopy(self.model).requires_grad_(False)
        self.optimisers = make_optimisers(self.model, config)
        self.step, self.best, self.stale, self.seconds, self.skipped = 0, math.inf, 0, 0.0, 0
        self.folder.mkdir(parents=True, exist_ok=True)
        self._resume()

    def run(self, until: int | None = None) -> Errors:
        """Train to the end, or to a step; returns the last validation's errors.

        A step whose gradient is not finite changes nothing and is counted.
        """
        last = self.config.steps if until is None else min(until, self.config.steps)
        losses: list[float] = []
        errors = None
        start, before = time.perf_counter(), self.seconds
        with process_state(self.config.threads):
            while self.step < last and not self._stopped():
                losses.append(self._one_step())
                self.step += 1
                self.seconds = before + time.perf_counter() - start
                if self.step % self.config.validate_every == 0 or self.step == last:
                    errors = self._validate(losses)
                    losses = []
                if self.step % self.config.checkpoint_every == 0 or self.step == last:
                    self._save_state()
            if errors is None:
                errors = evaluate(
                    settled(self.average, self.settling, self.device), self.validation, device=self.device
                )
            return errors

    def _one_step(self) -> float:
        config = self.config
        self.model.train()
        batch = self.training.take(rows_of_step(self.training.sizes, config.batch, config.seed, self.step), self.device)
        batch = rotated(batch, random_rotations(len(batch.energies), config.seed, self.step))
        energies, forces = self.model.energies_and_forces(batch.numbers, batch.positions, train=True)
        loss = labelled_loss(energies, forces, batch, config)
        if self.penalty is not None and config.penalty:
            loss = loss + config.penalty * self.penalty(self.step, self.model)
        for optimiser in self.optimisers:
            optimiser.zero_grad()
            for group in optimiser.param_groups:
                group["lr"] = group["largest"] * learning_rate(self.step, config)
        loss.backward()  # type: ignore[no-untyped-call]
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), config.clip)
        if torch.isfinite(norm):
            for optimiser in self.optimisers:
                optimiser.step()
        else:
            self.skipped += 1
        # A short average at first: the initial weights are soon forgotten.
        decay = min(config.average, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for mean, now in zip(self.average.parameters(), self.model.parameters(), strict=True):
                mean.lerp_(now, 1 - decay)
        return float(loss.detach())

    def _validate(self, losses: Sequence[float]) -> Errors:
        model = settled(self.average, self.settling, self.device)
        errors = evaluate(model, self.validation, device=self.device)
        row: dict[str, float] = {
            "step": self.step,
            "seconds": round(self.seconds, 1),
            "loss": float(np.mean(losses)) if losses else math.nan,
            "force_mae_meV/Å": errors.force,
            "energy_mae_meV/atom": errors.energy,
            "force_mae_all_meV/Å": errors.force_all,
            "energy_mae_all_meV/atom": errors.energy_all,
            "score": errors.score,
            "skipped_steps": self.skipped,
        }
        if errors.score < self.best:
            self.best, self.stale = errors.score, 0
            self._save_model("best.safetensors", model, errors)
        else:
            self.stale += 1
        self._save_model("last.safetensors", model, errors)
        for callback in self.callbacks:
            if callback.every and (self.step % callback.every == 0 or self.step == self.config.steps):
                row.update(callback(self.step, model))
        self._log(row)
        self.tell("  ".join(f"{name} {value:.4g}" for name, value in row.items()))
        return errors

    def _stopped(self) -> bool:
        return bool(self.config.patience) and self.stale >= self.config.patience

    def _save_model(self, name: str, model: Transformer, errors: Errors) -> None:
        about = {
            "variant": self.config.variant,
            # The name alone: a path says more of the machine than of the model.
            "training": {**self.config.to_dict(), "data": Path(self.config.data).name},
            "data_sha256": self.data_hash,
            "step": self.step,
            "parameters": parameters(self.model),
            "validation": {k: v for k, v in vars(errors).items() if math.isfinite(v)},
        }
        temporary = self.folder / f"{name}.part"
        save_model(temporary, model, about)
        temporary.replace(self.folder / name)  # whoever reads it never sees half a file

    def _save_state(self) -> None:
        state = {
            "model": self.model.state_dict(),
            "average": self.average.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
            "step": self.step,
            "best": self.best,
            "stale": self.stale,
            "seconds": self.seconds,
            "skipped": self.skipped,
        }
        temporary = self.folder / "state.pt.part"
        torch.save(state, temporary)
        temporary.replace(self.folder / "state.pt")

    def _resume(self) -> None:
        settings = self.config.to_dict()
        settings.pop("data")  # the file may have moved; its hash says what it holds
        identity = {"training": settings, "data_sha256": self.data_hash}
        path = self.folder / "config.json"
        if not (self.folder / "state.pt").is_file():
            path.write_text(json.dumps(identity, indent=1))
            (self.folder / "log.csv").unlink(missing_ok=True)
            return
        if not same_run(json.loads(path.read_text()), identity):
            raise ReferenceDataError(
                f"{self.folder} holds a run of another config or other data: name another folder, or remove this one."
            )
        # weights_only: tensors and plain values, nothing that runs.
        state = torch.load(self.folder / "state.pt", map_location=self.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.average.load_state_dict(state["average"])
        for optimiser, saved in zip(self.optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(saved)
        self.step, self.best, self.stale = state["step"], state["best"], state["stale"]
        self.seconds, self.skipped = state["seconds"], state["skipped"]
        self._cut_log()

    def _cut_log(self) -> None:
        """Drop rows after the step that is resumed at: they will be written again."""
        path = self.folder / "log.csv"
        rows = read_rows(path) if path.is_file() else []
        path.unlink(missing_ok=True)
        for row in rows:
            if row["step"] <= self.step:
                self._log(row)

    def _log(self, row: Mapping[str, float]) -> None:
        """Add a row; a new column appears in all of them."""
        path = self.folder / "log.csv"
        rows: list[Mapping[str, float]] = [*(read_rows(path) if path.is_file() else []), row]
        names = list(dict.fromkeys(name for known in rows for name in known))
        temporary = self.folder / "log.csv.part"
        with open(temporary, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, names)
            writer.writeheader()
            writer.writerows(rows)
        temporary.replace(path)
