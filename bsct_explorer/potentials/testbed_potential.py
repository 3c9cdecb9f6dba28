"""A Transformer of the testbed as a potential, and what it says of itself."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from bsct_explorer.data import Floats, Ints, PotentialInfo
from bsct_explorer.errors import PotentialError
from bsct_explorer.potentials.base import Batch, Potential
from bsct_explorer.potentials.execution import devices
from bsct_explorer.potentials.execution.tensor_batches import answer_of
from bsct_explorer.testbed.model_config import ModelConfig
from bsct_explorer.words.numbers import decimal

if TYPE_CHECKING:
    from torch import Tensor

    from bsct_explorer.testbed.edges import Neighbours
    from bsct_explorer.testbed.model import Transformer

CITATION = (
    "R. Liu, E. Qu, T. Kreiman, S. M. Blau, A. S. Krishnapriyan, arXiv:2602.04861 (2026), whose MinDScAIP it follows"
)
_KINDS = {
    "radius": "all neighbours within the cutoff, faded out",
    "radius-no-envelope": "all neighbours within the cutoff, cut off",
    "hard-knn": "hard k nearest neighbours",
    "diff-knn": "differentiable k nearest neighbours",
}


def info_of_model(name: str, display_name: str, config: ModelConfig, about: dict[str, Any]) -> PotentialInfo:
    """What a model of this config says of itself.

    Parameters
    ----------
    about
        What its file holds besides the config: ``data_sha256``, ``step``, ``validation``, ``training``; and a
        ``description`` of the variant.
    """
    nearest = {"nearest neighbours": float(config.k)} if config.graph in ("hard-knn", "diff-knn") else {}
    errors = about.get("validation", {})
    said: tuple[str, ...] = ()
    words = about.get("description", "")
    if {"force", "energy"} <= set(errors):
        said = (
            f"On structures of molecules that it was not trained on, with forces below 10 eV/Å, it was wrong by "
            f"{decimal(errors['force'], 0)} meV/Å and {decimal(errors['energy'], 1)} meV/atom on average, "
            "when it was chosen.",
        )
    digest = str(about.get("data_sha256", ""))[:12]
    return PotentialInfo(
        name=name,
        display_name=display_name,
        level_of_theory="GFN2-xTB",
        training_data=f"structures of small molecules of H, C, N and O with GFN2-xTB (data {digest})" if digest else "",
        elements=frozenset(config.elements),
        cutoffs={"graph": config.cutoff},
        devices=("cuda", "cpu"),
        conservative=config.force_head == "gradient",
        licence="MIT",
        citation=CITATION,
        parameters={
            **nearest,
            "attention temperature": config.tau,
            "width of smearing (Å)": config.sigma,
            "Gaussians": float(config.gaussians),
            **({"scale of the soft rank (Å)": config.rank_scale} if config.graph == "diff-knn" else {}),
        },
        notes=(
            *([f"{words[0].upper()}{words[1:]}."] if words else []),
            f"A testbed of design choices, not a potential for research: {_KINDS[config.graph]}, queries and keys "
            f"{'' if config.normalise else 'not '}normalised.",
            "Nothing forces its energy to stay the same when the molecule is turned: it learned that, nearly.",
            *said,
        ),
    )


class TestbedPotential(Potential):
    """A Transformer of the testbed.

    Parameters
    ----------
    info
        What it says of itself.
    placement
        Device and precision; the model is copied to it and left as it is.
    model
        The network.

    Attributes
    ----------
    trained
        Of a what-if (`what_if`), the potential whose weights it shares; else None.
    what_ifs
        Of a trained potential, its what-ifs by their switches; kept by `what_if`.
    """

    __test__ = False  # no test class, whatever pytest makes of its name
    uses_torch = True
    good_batch_atoms = 360
    trained: TestbedPotential | None = None
    what_ifs: OrderedDict[ModelConfig, TestbedPotential] | None = None

    def __init__(self, info: PotentialInfo, placement: devices.Placement, model: Transformer) -> None:
        import copy

        import torch

        self._place(info, placement)
        own = copy.deepcopy(model).to(device=torch.device(placement.device), dtype=getattr(torch, placement.dtype))
        # The Gaussians' centres and the shifts are computed, not learned: as precise as the precision allows.
        from bsct_explorer.testbed.smearing import centres

        own.means = centres(model.config.cutoff, model.config.gaussians).to(own.means)
        own.shifts = model.shifts.to(own.means.device)
        self.model = own.eval().requires_grad_(False)

    def relatives(self) -> Iterable[Potential]:
        """The what-ifs that share its weights."""
        return tuple((self.what_ifs or {}).values())

    @property
    def config(self) -> ModelConfig:
        """The switches."""
        return self.model.config

    def neighbours_at(
        self, numbers: ArrayLike, positions: ArrayLike, *, block: int | None = None, head: int | None = None
    ) -> Neighbours:
        """Each atom's neighbours along frames, as the model sees them: edges, ranks, the k-th, attention.

        Parameters
        ----------
        numbers
            Atomic numbers, shape (n_atoms,).
        positions
            Å, shape (n_frames, n_atoms, 3), or (n_atoms, 3) for one frame.
        block
            Give attention of this block too, 0 for the first; None for none.
        head
            Of this head; None for the mean over heads.

        Raises
        ------
        PotentialError
            The arrays have wrong shapes, an element is not covered, or there is no such block or head.
        """
        from bsct_explorer.testbed.edges import check_choice, joined

        positions = np.asarray(positions)
        z, frames = self._asked(numbers, positions[None] if positions.ndim == 2 else positions, 0, 1)
        try:
            check_choice(self.config, block, head)
        except ValueError as error:
            raise PotentialError(f"{self.info.display_name}: {error}") from error
        return joined(self._by_batch(lambda some: self._neighbours(z, some, block, head), frames))

    def _neighbours(self, numbers: Ints, frames: Floats, block: int | None, head: int | None) -> Neighbours:
        """`neighbours_at` of one batch."""
        from bsct_explorer.testbed.edges import neighbours_of_model

        return neighbours_of_model(self.model, *self._tensors(numbers, frames), block, head)

    def _tensors(self, numbers: Ints, positions: Floats) -> tuple[Tensor, Tensor]:
        """Numbers (b, n_atoms) and positions (b, n_atoms, 3) on the device and in the precision."""
        import torch

        x = torch.tensor(positions, dtype=getattr(torch, self.dtype), device=self.device)
        return torch.tensor(numbers, device=self.device).expand(len(positions), -1), x

    def _compute(self, numbers: Ints, positions: Floats, charge: int, multiplicity: int) -> Batch:
        z, x = self._tensors(numbers, positions)
        energies, forces = self.model.energies_and_forces(z, x)
        return answer_of(energies.double() + float(self.model.atomic_energies(z[:1])[0]), forces, positions)
