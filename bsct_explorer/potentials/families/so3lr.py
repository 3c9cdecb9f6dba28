"""SO3LR: an equivariant transformer with explicit repulsion, electrostatics and dispersion (so3krates-torch).

E = E_network + E_ZBL + E_electrostatic(learned charges) + E_dispersion(learned Hirshfeld ratios)
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from typing import Any

from bsct_explorer.data import Floats, InternalVariable, Ints, PotentialInfo
from bsct_explorer.packages import Package
from bsct_explorer.potentials.base import Batch, Potential
from bsct_explorer.potentials.execution.devices import Placement
from bsct_explorer.potentials.execution.pair_lists import directed_pairs
from bsct_explorer.potentials.execution.tensor_batches import answer_of, as_floats, frame_of_atom
from bsct_explorer.potentials.family import Family, Seat, Shipped, Status

PACKAGE = Package("so3krates-torch", "so3krates_torch", extra="models")

LONG_RANGE_CUTOFF = 12.0
"""Å; the package's default. Its authors advise 1000 for the gas phase; the two differ only for molecules with atoms
further apart than 5.4 Å (0.45 of it), where the electrostatics starts to be switched."""

DISPERSION_DAMPING = 2.0
"""Å before the long-range cutoff over which dispersion is switched off; the package's default."""

HIRSHFELD = InternalVariable(
    name="predicted Hirshfeld ratio",
    effect="The model takes its absolute value, which has a corner there, so the force jumps.",
    source="so3krates_torch, blocks/output_block.py, HirshfeldOutputHead.forward: "
    "hirshfeld_ratios = torch.abs(v_eff); it scales the dispersion's C6 and polarisability",
)

SO3LR = PotentialInfo(
    name="so3lr",
    display_name="SO3LR",
    level_of_theory="PBE0+MBD",
    training_data="4 million neutral and charged molecular fragments, dimers and clusters",
    elements=frozenset({1, 6, 7, 8, 9, 15, 16, 17}),
    cutoffs={"network": 4.5, "electrostatics and dispersion": LONG_RANGE_CUTOFF},
    devices=("cuda", "cpu"),
    uses_charge=True,
    uses_multiplicity=True,
    licence="MIT",
    citation="A. Kabylda, J. T. Frank, S. Suárez-Dou, A. Khabibrakhmanov, et al., J. Am. Chem. Soc. (2025), "
    "doi:10.1021/jacs.5c09558",
    package=PACKAGE.distribution,
    extra=PACKAGE.extra,
    parameters={
        "long-range cutoff (Å)": LONG_RANGE_CUTOFF,
        "electrostatics switched from (Å)": 0.45 * LONG_RANGE_CUTOFF,
        "dispersion damping (Å)": DISPERSION_DAMPING,
    },
    core_repulsion="ZBL",
    internals=(HIRSHFELD,),
    notes=(
        "Energies are relative: atomic references are left out, so totals cannot be compared with other potentials.",
        "Long-range cutoff 12 Å, the package's default; its authors advise 1000 Å for the gas phase.",
    ),
)


def load(info: PotentialInfo, placement: Placement, status: Status) -> Potential:
    """Load SO3LR; called under `torch_state.loading`, since the package sets torch's default dtype."""
    from so3krates_torch.calculator.so3 import SO3LRCalculator

    status("Reading SO3LR's weights")
    calculator = SO3LRCalculator(
        r_max_lr=LONG_RANGE_CUTOFF,
        dispersion_energy_cutoff_lr_damping=DISPERSION_DAMPING,
        device=placement.device,
        default_dtype=placement.dtype,
    )
    potential = So3lrPotential(info, placement, calculator.models[0].eval())
    potential.weights = PACKAGE.files("pretrained/so3lr/*.model")
    return potential


class So3lrPotential(Potential):
    """The pretrained SO3LR."""

    uses_torch = True
    sets_default_dtype = True
    good_batch_atoms = 200

    def __init__(self, info: PotentialInfo, placement: Placement, model: Any) -> None:
        self._place(info, placement)
        self.model = model

    def _compute(self, numbers: Ints, positions: Floats, charge: int, multiplicity: int) -> Batch:
        out = self.model(self._graph(numbers, positions, charge, multiplicity))
        return answer_of(out["energy"], out["forces"], positions)

    def _internals(self, numbers: Ints, positions: Floats, charge: int, multiplicity: int) -> Mapping[str, Floats]:
        """Hirshfeld ratios before the model takes their absolute value, shape (b, n): the head's own formula,

        v_i = s(Z_i) + q(Z_i)·k(f_i) / √d, without a gradient and without the energy's terms.
        """
        import torch

        b, n, _ = positions.shape
        graph = self._graph(numbers, positions, charge, multiplicity)
        head, z = self.model.hirshfeld_output_block, graph["atomic_numbers"]
        with torch.no_grad():
            features, _ = self.model.get_representation(graph, compute_force=False)
            k = head.transform_features(features)
            overlap = (head.q_embedding(z) * k).sum(-1) / math.sqrt(k.shape[-1])
            ratios = head.v_shift_embedding(z).squeeze(-1) + overlap
        return {HIRSHFELD.name: as_floats(ratios).reshape(b, n)}

    def _graph(self, numbers: Ints, positions: Floats, charge: int, multiplicity: int) -> dict[str, Any]:
        """The model's input for one batch."""
        import torch

        b, n, _ = positions.shape
        dtype = getattr(torch, self.dtype)
        tensor = functools.partial(torch.tensor, device=self.device)
        x = tensor(positions, dtype=dtype)
        near = directed_pairs(x, float(self.model.r_max))
        far = directed_pairs(x, float(self.model.r_max_lr))
        z = tensor(numbers).repeat(b)
        return {
            "positions": x.reshape(-1, 3),
            "edge_index": near,
            "edge_index_lr": far,
            "shifts": x.new_zeros(near.shape[1], 3),
            "shifts_lr": x.new_zeros(far.shape[1], 3),
            "cell": x.new_zeros(3 * b, 3),
            "node_attrs": torch.nn.functional.one_hot(z - 1, 118).to(dtype),
            "atomic_numbers": z,
            "batch": frame_of_atom(b, n, self.device),
            "ptr": torch.arange(0, b * n + 1, n, device=self.device),
            "head": torch.zeros(b, dtype=torch.long, device=self.device),
            "total_charge": x.new_full((b,), charge),
            # The model's input is S; it doubles it to the number of unpaired electrons.
            "total_spin": x.new_full((b,), (multiplicity - 1) / 2),
        }


FAMILY = Family(
    title="SO3LR",
    order=20,
    package=PACKAGE,
    shipped=(Shipped(SO3LR, Seat("blue", "solid"), cost=24.0),),
    load=load,
)
