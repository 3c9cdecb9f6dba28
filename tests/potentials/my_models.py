"""A person's own models, as they would write them."""

from ase.calculators.emt import EMT

from bsct_explorer.potentials import Potential
from bsct_explorer.potentials.families.pair_potentials import MorsePotential

calculator = EMT()
not_a_model = 42


def emt():
    return EMT()


def picky(device, dtype="float64"):
    """Takes both parameters and keeps them."""
    potential = MorsePotential()
    potential.device, potential.dtype = device, dtype
    return potential


def broken():
    raise FileNotFoundError("weights.pt")


class Stiff(MorsePotential):
    """A Potential of one's own: the class itself is named."""

    def __init__(self):
        super().__init__(stiffness=3.0)


class Half(Potential):
    """A Potential without information of its own."""

    def _compute(self, numbers, positions, charge, multiplicity):
        return MorsePotential()._compute(numbers, positions, charge, multiplicity)


def torchsim_springs():
    """E = Σ (r_ij - 1.2)² / 2 over the pairs of each system."""
    import torch
    from torch_sim.models.interface import ModelInterface

    class Springs(ModelInterface):
        def __init__(self):
            super().__init__()
            self._device, self._dtype = torch.device("cpu"), torch.float64
            self._compute_forces, self._compute_stress = True, False
            self.batches = []

        def forward(self, state):
            x = state.positions.detach().requires_grad_()
            same = state.system_idx[:, None] == state.system_idx
            i, j = same.triu(1).nonzero(as_tuple=True)
            pair = ((x[i] - x[j]).norm(dim=1) - 1.2) ** 2 / 2
            energy = torch.zeros(state.n_systems, dtype=x.dtype).index_add(0, state.system_idx[i], pair)
            self.batches.append(state.n_systems)
            return {"energy": energy.detach(), "forces": -torch.autograd.grad(energy.sum(), x)[0]}

    return Springs()


def torchsim_morse():
    """Their Morse; only for its energies: in 0.3.0 the forces of their pair potentials are twice the gradient."""
    import torch
    from torch_sim.models.morse import MorseModel

    return MorseModel(sigma=1.2, epsilon=4.0, alpha=2.0, cutoff=50.0, dtype=torch.float64, compute_forces=True)


def torchsim_energies_only():
    import torch
    from torch_sim.models.morse import MorseModel

    return MorseModel(dtype=torch.float64, compute_forces=False, use_neighbor_list=False)
