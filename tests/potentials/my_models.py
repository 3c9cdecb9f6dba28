"""A person's own models, as they would write them."""

from ase.calculators.emt import EMT

from bsct_explorer.potentials import Potential
from bsct_explorer.potentials.toys import MorsePotential

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


def torchsim_morse():
    import torch
    from torch_sim.models.morse import MorseModel

    return MorseModel(
        sigma=1.2, epsilon=4.0, alpha=2.0, cutoff=50.0, dtype=torch.float64, compute_forces=True, use_neighbor_list=True
    )


def torchsim_energies_only():
    import torch
    from torch_sim.models.morse import MorseModel

    return MorseModel(dtype=torch.float64, compute_forces=False, use_neighbor_list=False)
