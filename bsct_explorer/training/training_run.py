"""A whole run from its config: data, the smoothness test on validation bonds, the penalty of variant F, the loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from bsct_explorer.metrics.fsd import equilibrium_frame
from bsct_explorer.potentials.base import Potential
from bsct_explorer.potentials.execution.devices import Placement
from bsct_explorer.profiles import Profile
from bsct_explorer.testbed.learning.data_set import DataSet, read_dataset
from bsct_explorer.testbed.learning.loop import Callback, Errors, Penalty, Trainer
from bsct_explorer.testbed.learning.penalty import FsdPenalty, ReferenceScan, ScanPenalty
from bsct_explorer.testbed.learning.training_config import TrainingConfig
from bsct_explorer.testbed.model import Transformer
from bsct_explorer.training.smoothness_test import SmoothnessTest, cases_of

PENALISED = 40
"""Training molecules whose bonds the penalty scans: every so-manyth of the list, so that all kinds are there."""

COMPARED = 80
"""Bonds of these molecules whose reference scan the penalty from FSD's definition compares with."""


def train(
    config: TrainingConfig,
    folder: str | Path,
    *,
    device: str = "cpu",
    until: int | None = None,
    tell: Callable[[str], None] = lambda line: None,
) -> Errors:
    """Train, or go on with a run that the folder holds.

    Parameters
    ----------
    folder
        See `loop`.
    device
        ``cpu`` or ``cuda``.
    until
        Stop at this step; None for the config's last.
    tell
        Called with lines of progress.

    Returns
    -------
    Errors
        Of the last validation.

    Raises
    ------
    ReferenceDataError
        The data cannot be read, or the folder holds another run.
    """
    data = read_dataset(config.data)
    tell(f"{len(data)} structures of {len(data.smiles)} molecules, sha256 {data.sha256[:12]}")
    callbacks: list[Callback] = []
    if config.smoothness_every:
        tell(f"Reference curves of {config.smoothness_bonds} validation bonds")
        callbacks.append(smoothness_test(config, data))
    penalty = None
    if config.penalty:
        tell("Molecules for the smoothness penalty")
        penalty = smoothness_penalty(config, data)
    trainer = Trainer(config, data, folder, callbacks=callbacks, penalty=penalty, tell=tell, device=device)
    if trainer.step:
        tell(f"Going on at step {trainer.step}")
    return trainer.run(until)


def smoothness_test(config: TrainingConfig, data: DataSet) -> SmoothnessTest:
    """The test on bonds of the data's validation molecules."""
    smiles = [s for s, part in zip(data.smiles, data.parts, strict=True) if part == 1]
    return SmoothnessTest(cases_of(smiles, config.smoothness_bonds), as_potential, every=config.smoothness_every)


def smoothness_penalty(config: TrainingConfig, data: DataSet) -> Penalty:
    """Variant F's term of the loss, on bonds of the data's training molecules."""
    molecules = molecules_of(data, "training", PENALISED)
    if config.penalty_form == "fsd":
        scans = reference_scans(cases_of(molecules, COMPARED))
        return FsdPenalty(scans, config.penalty_scale, seed=config.seed)
    return ScanPenalty(molecules, config.penalty_scale, seed=config.seed)


def reference_scans(cases: Sequence[Profile]) -> list[ReferenceScan]:
    """Those of the reference's profiles on which no frame failed, for the penalty from FSD's definition."""
    found = []
    for case in cases:
        forces, energies = case.evaluation.forces, case.evaluation.energies
        if forces is not None and np.isfinite(forces).all() and np.isfinite(energies).all():
            found.append(ReferenceScan(case.scan, forces, forces[equilibrium_frame(energies)]))
    return found


def as_potential(model: Transformer) -> Potential:
    """A copy of a model in training as a potential in float64 on the CPU."""
    from bsct_explorer.potentials.testbed_potential import TestbedPotential, info_of_model

    info = info_of_model("testbed:in-training", "in training", model.config, {})
    return TestbedPotential(info, Placement("cpu", "float64"), model)


def molecules_of(data: DataSet, part: str, count: int):  # type: ignore[no-untyped-def]
    """Relaxed molecules of a part of the data, spread evenly over its list."""
    from bsct_explorer.molecules.smiles import molecule_from_smiles
    from bsct_explorer.testbed.learning.data_set import PARTS

    smiles = [s for s, p in zip(data.smiles, data.parts, strict=True) if p == PARTS.index(part)]
    chosen = np.unique(np.linspace(0, len(smiles) - 1, min(count, len(smiles))).astype(int))
    return [molecule_from_smiles(smiles[k]) for k in chosen]
