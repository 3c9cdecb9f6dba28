"""ANI-1x and ANI-1ccx: ensembles of eight networks on atomic environment vectors (torchani).

    E = Σ_i mean_m N_m^{Z_i}(AEV_i) + Σ_i E_self(Z_i)

The descriptors are torchani's. The networks are the same numbers as torchani's, but the eight members of an element
are run as one batched matrix product, so that each batch costs four of them an element and not thirty-two, and each
member's energy is there for nothing.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from bsct_explorer.data import Floats, Ints, PotentialInfo
from bsct_explorer.packages import Package
from bsct_explorer.potentials.base import Batch, Potential
from bsct_explorer.potentials.execution.devices import Placement
from bsct_explorer.potentials.execution.tensor_batches import as_floats
from bsct_explorer.potentials.family import Family, Seat, Shipped, Status

if TYPE_CHECKING:
    import torch

PACKAGE = Package("torchani", "torchani")
CUTOFFS = {"radial": 5.2, "angular": 3.5}
PARAMETERS = {"ensemble members": 8.0}

ANI1X = PotentialInfo(
    name="ani1x",
    display_name="ANI-1x",
    level_of_theory="ωB97X/6-31G*",
    training_data="ANI-1x: 5 million conformations of organic molecules and dimers, chosen by active learning",
    elements=frozenset({1, 6, 7, 8}),
    cutoffs=CUTOFFS,
    licence="MIT",
    citation="J. S. Smith, B. Nebgen, N. Lubbers, O. Isayev, A. E. Roitberg, J. Chem. Phys. 148, 241733 (2018), "
    "doi:10.1063/1.5023802",
    package=PACKAGE.distribution,
    parameters=PARAMETERS,
    notes=(
        "Trained near equilibrium and on non-reactive conformations: long and short bonds are extrapolation.",
        "No charge and no spin; nothing beyond 5.2 Å.",
    ),
)
ANI1CCX = PotentialInfo(
    name="ani1ccx",
    display_name="ANI-1ccx",
    level_of_theory="CCSD(T)*/CBS",
    training_data="ANI-1x's weights transfer-learned to 0.5 million conformations at DLPNO-CCSD(T) extrapolated to the "
    "basis set limit",
    elements=frozenset({1, 6, 7, 8}),
    cutoffs=CUTOFFS,
    licence="MIT",
    citation="J. S. Smith et al., Nat. Commun. 10, 2903 (2019), doi:10.1038/s41467-019-10827-4",
    package=PACKAGE.distribution,
    parameters=PARAMETERS,
    notes=ANI1X.notes,
)
WEIGHTS = {"ani1x": "ani-1x_8x", "ani1ccx": "ani-1ccx_8x"}
"""Folders of the package."""


def load(info: PotentialInfo, placement: Placement, status: Status) -> Potential:
    """Load one of the two; called under `torch_state.loading`."""
    import torch
    import torchani

    status(f"Reading the eight networks of {info.display_name}")
    make = {"ani1x": torchani.models.ANI1x, "ani1ccx": torchani.models.ANI1ccx}[info.name]
    model = make(periodic_table_index=True).requires_grad_(False)
    model = model.to(device=torch.device(placement.device), dtype=getattr(torch, placement.dtype))
    potential = AniPotential(info, placement, model, torchani.units.HARTREE_TO_EV)
    potential.weights = PACKAGE.files(f"resources/{WEIGHTS[info.name]}/**/*")
    return potential


class AniPotential(Potential):
    """An ANI ensemble."""

    uses_torch = True
    good_batch_atoms = 330
    good_batch_atoms_gpu = 20_000

    def __init__(self, info: PotentialInfo, placement: Placement, model: Any, hartree: float) -> None:
        self._place(info, placement)
        self.model = model
        self._hartree = hartree
        # One entry for each of torchani's species indices (H, C, N, O).
        self._networks = [
            stack_layers([list(member.values())[s] for member in model.neural_networks])
            for s in range(len(model.species))
        ]

    def _compute(self, numbers: Ints, positions: Floats, charge: int, multiplicity: int) -> Batch:
        import torch

        tensor = functools.partial(torch.tensor, device=self.device)
        species = self.model.species_converter.conv_tensor[tensor(numbers)]
        coordinates = tensor(positions, dtype=getattr(torch, self.dtype)).requires_grad_()
        aevs = self.model.aev_computer((species.expand(len(positions), -1), coordinates)).aevs
        by_element = [network_energies(self._networks[s], aevs[:, species == s]) for s in species.unique().tolist()]
        members = torch.stack(by_element).sum(0)  # (n_members, b), hartree
        forces = -torch.autograd.grad(members.mean(0).sum(), coordinates)[0]
        # Summed by torch, whose order of the terms is not numpy's: energies stay the same to the last bit.
        shift = float(self.model.energy_shifter.self_energies.detach().cpu().double()[species.cpu()].sum())
        energies = (as_floats(members) + shift) * self._hartree
        return Batch(energies.mean(0), as_floats(forces) * self._hartree, member_energies=energies)


Layers = list[tuple["torch.Tensor", "torch.Tensor"]]


def stack_layers(members: list[Any]) -> tuple[Layers, float]:
    """Weights (n_members, n_in, n_out) and biases (n_members, 1, n_out) of every linear layer, and CELU's α.

    Parameters
    ----------
    members
        The same element's network of each member: linear layers with CELU between them.
    """
    import torch

    linear = [[layer for layer in member if isinstance(layer, torch.nn.Linear)] for member in members]
    celu = {layer.alpha for layer in members[0] if isinstance(layer, torch.nn.CELU)}
    if len(celu) != 1 or len(members[0]) != 2 * len(linear[0]) - 1:
        raise RuntimeError(
            f"this torchani's networks are built otherwise than linear layers with CELU between: {members[0]}"
        )
    layers = [
        (torch.stack([layer.weight.T for layer in same]), torch.stack([layer.bias for layer in same]).unsqueeze(1))
        for same in zip(*linear, strict=True)
    ]
    return layers, float(celu.pop())


def network_energies(network: tuple[Layers, float], aevs: torch.Tensor) -> torch.Tensor:
    """Each member's energy of one element's atoms, summed over them.

    Parameters
    ----------
    network
        As `stack_layers` gives it.
    aevs
        Shape (b, n, n_features), the n atoms of the element in each frame.

    Returns
    -------
    torch.Tensor
        Hartree, shape (n_members, b).
    """
    import torch

    layers, alpha = network
    b, n, _ = aevs.shape
    x = aevs.reshape(1, b * n, -1).expand(len(layers[0][0]), -1, -1)
    for k, (weight, bias) in enumerate(layers):
        x = torch.baddbmm(bias, x, weight)
        if k < len(layers) - 1:
            x = torch.nn.functional.celu(x, alpha)
    return x.reshape(-1, b, n).sum(-1)


FAMILY = Family(
    title="ANI",
    order=10,
    package=PACKAGE,
    shipped=(
        Shipped(ANI1X, Seat("vermilion", "solid"), cost=6.0),
        Shipped(ANI1CCX, Seat("orange", "solid"), cost=6.1),
    ),
    load=load,
)
