"""SevenNet: NequIP-like equivariant message passing networks trained on crystals (sevenn)."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

from bsct_explorer.data import Floats, Ints, PotentialInfo
from bsct_explorer.packages import Package
from bsct_explorer.potentials.base import Batch, Potential
from bsct_explorer.potentials.execution.devices import Placement
from bsct_explorer.potentials.execution.pair_lists import directed_pairs
from bsct_explorer.potentials.execution.tensor_batches import answer_of, frame_of_atom
from bsct_explorer.potentials.family import Family, Seat, Shipped, Status

PACKAGE = Package("sevenn", "sevenn", extra="models")
ELEMENTS = frozenset(range(1, 84)) | frozenset(range(89, 95))
NOTES = ("Trained on crystals with PBE and PBE+U: molecules and broken bonds are out of its domain.",)

SEVENNET_0 = PotentialInfo(
    name="7net-0",
    display_name="SevenNet-0",
    level_of_theory="PBE/PBE+U",
    training_data="MPtrj: 1.6 million structures of relaxations of crystals in the Materials Project",
    elements=ELEMENTS,
    cutoffs={"network": 5.0},
    devices=("cuda", "cpu"),
    licence="MIT",
    citation="Y. Park, J. Kim, S. Hwang, S. Han, J. Chem. Theory Comput. 20, 4857 (2024), doi:10.1021/acs.jctc.4c00190",
    package=PACKAGE.distribution,
    extra=PACKAGE.extra,
    parameters={"message passing layers": 5.0, "highest degree": 2.0},
    notes=NOTES,
)
SEVENNET_L3I5 = PotentialInfo(
    name="7net-l3i5",
    display_name="SevenNet-l3i5",
    level_of_theory="PBE/PBE+U",
    training_data=SEVENNET_0.training_data,
    elements=ELEMENTS,
    cutoffs={"network": 5.0},
    devices=("cuda", "cpu"),
    licence="MIT",
    citation=SEVENNET_0.citation,
    package=PACKAGE.distribution,
    extra=PACKAGE.extra,
    parameters={"message passing layers": 5.0, "highest degree": 3.0},
    notes=NOTES,
)


def load(info: PotentialInfo, placement: Placement, status: Status) -> Potential:
    """Load one of the two; called under `torch_state.loading`."""
    import sevenn.util
    import torch

    status(f"Reading the weights of {info.display_name}")
    model = sevenn.util.load_checkpoint(info.name).build_model()
    model.set_is_batch_data(True)
    model = model.to(device=torch.device(placement.device), dtype=getattr(torch, placement.dtype)).eval()
    keep_precision(model, getattr(torch, placement.dtype))
    potential = SevenNetPotential(info, placement, model.requires_grad_(False))
    potential.weights = (Path(sevenn.util.pretrained_name_to_path(info.name)),)
    return potential


def keep_precision(model: Any, dtype: Any) -> None:
    """Have the one-hot embedding hand on `dtype`: the package writes float32 there, whatever the weights are.

    Zeros and ones lose nothing by the conversion.
    """
    from sevenn.nn.node_embedding import OnehotEmbedding

    def cast(module: Any, inputs: Any, data: Any) -> Any:
        for name in (module.key_output, module.key_additional_output):
            if name is not None:
                data[name] = data[name].to(dtype)
        return data

    for module in model.modules():
        if isinstance(module, OnehotEmbedding):
            module.register_forward_hook(cast)


class SevenNetPotential(Potential):
    """A pretrained SevenNet."""

    uses_torch = True
    good_batch_atoms = 150

    def __init__(self, info: PotentialInfo, placement: Placement, model: Any) -> None:
        self._place(info, placement)
        self.model = model

    def _compute(self, numbers: Ints, positions: Floats, charge: int, multiplicity: int) -> Batch:
        import sevenn._keys as key
        import torch
        from sevenn.atom_graph_data import AtomGraphData

        b, n, _ = positions.shape
        tensor = functools.partial(torch.tensor, device=self.device)
        x = tensor(positions, dtype=getattr(torch, self.dtype))
        edges = directed_pairs(x, float(self.model.cutoff))
        flat = x.reshape(-1, 3)
        z = tensor(numbers).repeat(b)
        data = AtomGraphData(
            **{
                key.NODE_FEATURE: z,
                key.ATOMIC_NUMBERS: z,
                key.POS: flat,
                key.EDGE_IDX: edges,
                key.EDGE_VEC: flat[edges[1]] - flat[edges[0]],
                key.CELL_VOLUME: x.new_zeros(b),
                key.NUM_ATOMS: torch.full((b,), n, device=self.device),
                key.BATCH: frame_of_atom(b, n, self.device),
            }
        )
        out = self.model(data)
        forces = out[key.PRED_FORCE] if key.PRED_FORCE in out else torch.zeros_like(flat)
        return answer_of(out[key.PRED_TOTAL_ENERGY], forces, positions)


FAMILY = Family(
    title="SevenNet",
    order=30,
    package=PACKAGE,
    shipped=(
        Shipped(SEVENNET_0, Seat("green", "solid"), cost=280.0),
        Shipped(SEVENNET_L3I5, Seat("sky", "solid"), cost=1060.0),
    ),
    load=load,
)
