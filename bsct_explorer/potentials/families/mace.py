"""MACE from a file that the user has: ``mace:FILE`` (mace-torch).

No MACE weights can be had with a package, and mace-torch needs an e3nn that SevenNet cannot use, so it wants an
environment of its own: ``pip install 'bsct-explorer[mace]'``.
"""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import Any

from bsct_explorer.data import Floats, Ints, PotentialInfo
from bsct_explorer.errors import PotentialError
from bsct_explorer.packages import Package
from bsct_explorer.potentials.base import Batch, Potential
from bsct_explorer.potentials.execution import devices
from bsct_explorer.potentials.execution.chunks import reason_of
from bsct_explorer.potentials.execution.pair_lists import directed_pairs
from bsct_explorer.potentials.execution.tensor_batches import answer_of, frame_of_atom
from bsct_explorer.potentials.family import Family, FromFile, ModelFile

PACKAGE = Package(
    "mace-torch",
    "mace",
    extra="mace",
    advice="in an environment of its own, since it needs another e3nn than SevenNet",
)

MACE = PotentialInfo(
    name="mace",
    display_name="MACE",
    level_of_theory="as the file was trained; it does not say",
    devices=("cuda", "cpu"),
    licence="that of the file",
    citation="I. Batatia, D. P. Kovács, G. N. C. Simm, C. Ortner, G. Csányi, NeurIPS 35, 11423 (2022), "
    "arXiv:2206.07697",
    package=PACKAGE.distribution,
    extra=PACKAGE.extra,
)


def load_file(file: ModelFile) -> Potential:
    """Load ``mace:FILE``; called under `torch_state.loading`.

    Reading a MACE file runs code that it holds: only load files from people you trust.

    Raises
    ------
    PotentialError
        It is no MACE model.
    """
    path, place = file.path, devices.place(MACE, file.device, file.dtype)
    import torch

    try:
        model = torch.load(path, map_location=place.device, weights_only=False)
        elements = frozenset(int(z) for z in model.atomic_numbers)
        cutoff = float(model.r_max)
    except Exception as error:
        raise PotentialError(f"{file.spec} could not be read as a MACE model: {reason_of(error)}") from error
    base = file.own or replace(MACE, name=file.spec, display_name=f"MACE {path.stem}")
    model = model.to(device=torch.device(place.device), dtype=getattr(torch, place.dtype)).eval()
    for parameter in model.parameters():  # a compiled model has no requires_grad_
        parameter.requires_grad_(False)
    repulsion = "ZBL" if getattr(model, "pair_repulsion", False) else ""
    said = replace(base, elements=elements, cutoffs={"network": cutoff}, core_repulsion=repulsion)
    potential = MacePotential(said, place, model)
    potential.weights = (path,)
    return potential


class MacePotential(Potential):
    """A MACE model of one head, or the last head of several."""

    uses_torch = True
    sets_default_dtype = True
    good_batch_atoms = 200

    def __init__(self, info: PotentialInfo, placement: devices.Placement, model: Any) -> None:
        self._place(info, placement)
        self.model = model
        self._index = {int(z): k for k, z in enumerate(model.atomic_numbers)}

    def _compute(self, numbers: Ints, positions: Floats, charge: int, multiplicity: int) -> Batch:
        import torch

        b, n, _ = positions.shape
        dtype = getattr(torch, self.dtype)
        tensor = functools.partial(torch.tensor, device=self.device)
        x = tensor(positions, dtype=dtype)
        edges = directed_pairs(x, float(self.model.r_max))
        kinds = tensor([self._index[int(z)] for z in numbers]).repeat(b)
        heads = getattr(self.model, "heads", None) or ["Default"]
        data = {
            "positions": x.reshape(-1, 3),
            "node_attrs": torch.nn.functional.one_hot(kinds, len(self._index)).to(dtype),
            "edge_index": edges,
            "shifts": x.new_zeros(edges.shape[1], 3),
            "unit_shifts": x.new_zeros(edges.shape[1], 3),
            "cell": x.new_zeros(3 * b, 3),
            "batch": frame_of_atom(b, n, self.device),
            "ptr": torch.arange(0, b * n + 1, n, device=self.device),
            "head": torch.full((b,), len(heads) - 1, device=self.device),
        }
        out = self.model(data, compute_force=True, compute_stress=False)
        return answer_of(out["energy"], out["forces"], positions)


FAMILY = Family(title="MACE", order=80, package=PACKAGE, shipped=(), load=None, from_file=FromFile("mace", load_file))
