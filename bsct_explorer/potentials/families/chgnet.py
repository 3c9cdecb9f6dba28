"""CHGNet: a graph network on atoms, bonds and angles, trained on crystals (chgnet).

The package builds its graphs with pymatgen, one periodic structure at a time. Here the same graph of a molecule in
vacuum is built for the whole batch in torch: no cell, so no box that a stretched molecule outgrows, and float64 all
the way.
"""

from __future__ import annotations

import functools
from typing import Any

from bsct_explorer.data import Floats, Ints, PotentialInfo
from bsct_explorer.packages import Package
from bsct_explorer.potentials.base import Batch, Potential
from bsct_explorer.potentials.execution.devices import Placement
from bsct_explorer.potentials.execution.pair_lists import directed_pairs, pairs_of_equal
from bsct_explorer.potentials.execution.tensor_batches import answer_of, frame_of_atom
from bsct_explorer.potentials.family import Family, Seat, Shipped, Status

PACKAGE = Package("chgnet", "chgnet", extra="models", newest_python=(3, 12))
ELEMENTS = frozenset(range(1, 84)) | frozenset(range(89, 95))
CUTOFFS = {"atoms and bonds": 6.0, "angles": 3.0}
NOTES = (
    "Trained on crystals: molecules and broken bonds are out of its domain.",
    "Computed in vacuum, without the periodic box that its own calculator needs.",
)

CHGNET = PotentialInfo(
    name="chgnet",
    display_name="CHGNet 0.3.0",
    level_of_theory="PBE/PBE+U",
    training_data="MPtrj: 1.6 million structures of relaxations of crystals in the Materials Project",
    elements=ELEMENTS,
    cutoffs=CUTOFFS,
    devices=("cuda", "cpu"),
    licence="BSD-3-Clause (modified)",
    citation="B. Deng et al., Nat. Mach. Intell. 5, 1031 (2023), doi:10.1038/s42256-023-00716-3",
    package=PACKAGE.distribution,
    extra=PACKAGE.extra,
    notes=NOTES,
)
CHGNET_R2SCAN = PotentialInfo(
    name="chgnet-r2scan",
    display_name="CHGNet r2SCAN",
    level_of_theory="r2SCAN",
    training_data="CHGNet 0.3.0 transfer-learned to MP-r2SCAN, structures of crystals in the Materials Project",
    elements=ELEMENTS,
    cutoffs=CUTOFFS,
    devices=("cuda", "cpu"),
    licence="BSD-3-Clause (modified)",
    citation="X. Huang, B. Deng et al., Cross-functional transferability in foundation machine learning "
    "interatomic potentials, npj Comput. Mater. (2025)",
    package=PACKAGE.distribution,
    extra=PACKAGE.extra,
    notes=NOTES,
)
VERSIONS = {"chgnet": "0.3.0", "chgnet-r2scan": "r2scan"}


def load(info: PotentialInfo, placement: Placement, status: Status) -> Potential:
    """Load one of the two; called under `torch_state.loading`."""
    import torch
    from chgnet.model.model import CHGNet

    status(f"Reading the weights of {info.display_name}")
    model = CHGNet.load(model_name=VERSIONS[info.name], use_device=placement.device, verbose=False)
    model = model.to(getattr(torch, placement.dtype)).eval().requires_grad_(False)
    potential = ChgnetPotential(info, placement, model)
    potential.weights = PACKAGE.files(f"pretrained/{VERSIONS[info.name]}/*.pth.tar")
    return potential


class ChgnetPotential(Potential):
    """A pretrained CHGNet."""

    uses_torch = True
    good_batch_atoms = 150

    def __init__(self, info: PotentialInfo, placement: Placement, model: Any) -> None:
        self._place(info, placement)
        self.model = model

    def _compute(self, numbers: Ints, positions: Floats, charge: int, multiplicity: int) -> Batch:
        import torch

        n = len(numbers)
        tensor = functools.partial(torch.tensor, device=self.device)
        x = tensor(positions, dtype=getattr(torch, self.dtype)).requires_grad_()
        z = tensor(numbers)
        # `_compute` with compute_force=False: with True it would keep a second graph for training on forces.
        energies = self.model._compute(self._graph(z, x))["e"]
        if self.model.is_intensive:
            energies = energies * n
        forces = -torch.autograd.grad(energies.sum(), x)[0]
        energies = energies.detach().double() + self._composition_energy(z)
        return answer_of(energies, forces, positions)

    def _composition_energy(self, z: Any) -> float:
        """Sum of the elements' reference energies, eV: the same for all frames."""
        composition = self.model.composition_model
        return 0.0 if composition is None else float(composition.fc.weight[0].double()[z - 1].sum())

    def _graph(self, z: Any, x: Any) -> Any:
        """The batch's `BatchedGraph`: atoms, directed and undirected bonds, angles.

        Every bond is one undirected edge (with the features) and two directed ones. An angle is an ordered pair of
        directed edges from the same atom, both shorter than the angle cutoff.
        """
        import torch
        from chgnet.model.model import BatchedGraph

        b, n, _ = x.shape
        converter = self.model.graph_converter
        flat = x.reshape(-1, 3)
        edges = directed_pairs(x, float(converter.atom_graph_cutoff))
        centre, neighbour = edges
        vectors = flat[centre] - flat[neighbour]
        lengths = vectors.norm(dim=1)
        vectors = vectors / lengths[:, None]
        undirected_to_directed = (centre < neighbour).nonzero().flatten()
        directed_to_undirected = number_undirected(edges, undirected_to_directed, b * n)
        bond_lengths = lengths[undirected_to_directed]
        short = (lengths.detach() <= float(converter.bond_graph_cutoff)).nonzero().flatten()
        first, second = (short[k] for k in pairs_of_equal(centre[short], b * n))
        expand = self.model.bond_basis_expansion
        angles = self.model.angle_basis_expansion(vectors[first], vectors[second])
        return BatchedGraph(
            atomic_numbers=z.repeat(b),
            bond_bases_ag=expand.rbf_expansion_ag(bond_lengths),
            bond_bases_bg=expand.rbf_expansion_bg(bond_lengths),
            angle_bases=angles,
            batched_atom_graph=edges.T,
            batched_bond_graph=torch.stack(
                (centre[first], directed_to_undirected[first], directed_to_undirected[second]), dim=1
            ),
            atom_owners=frame_of_atom(b, n, self.device),
            directed2undirected=directed_to_undirected,
            atom_positions=[flat],
            strains=[],
            volumes=[],
        )


def number_undirected(edges: Any, forward: Any, n_atoms: int) -> Any:
    """The undirected edge of each directed one.

    Parameters
    ----------
    edges
        Directed edges, each with its reverse, shape (2, n_edges).
    forward
        Indices of those with the first atom below the second, in the order in which undirected edges are numbered.
    """
    import torch

    low, high = edges.min(0).values, edges.max(0).values
    keys = low * n_atoms + high
    # `forward` is sorted by (low, high), since the directed edges are.
    return torch.searchsorted(keys[forward].contiguous(), keys)


FAMILY = Family(
    title="CHGNet",
    order=40,
    package=PACKAGE,
    shipped=(
        Shipped(CHGNET, Seat("purple", "solid"), cost=125.0),
        Shipped(CHGNET_R2SCAN, Seat("olive", "solid"), cost=126.0),
    ),
    load=load,
)
