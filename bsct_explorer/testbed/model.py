"""The Transformer: tokens of an atom's neighbours, attention among them, atomic energies.

    t_ij = a(Z_i) + b(Z_j) + W g(d_ij) + V y(u_ij),   t_ii = c(Z_i)           tokens of atom i and its neighbours
    t ← t + Attention(t, log e),   t ← t + MLP(t)                             among the tokens of one atom
    h_i ← h_i + MLP([t_ii, Σ_j e_ij t_ij]),   t_ij ← t_ij + A h_i + B h_j     after each block; i hears of j
    E = Σ_i MLP(h_i),   F = -∂E/∂x

Every MLP, A and B see their input brought to unit mean square. This is for smoothness as much as for training: what is
added up from block to block grows, and SiLU of a number in the thousands is a ReLU, whose kinks show in the forces.

g are Gaussians of the distance, u the unit vector to the neighbour, y its components and their second harmonics, e the
envelope. After MinDScAIP of arXiv:2602.04861: nothing forces the energy to be the same when the molecule is turned; it
is learned from turned molecules. Every place where a neighbour enters a sum is weighted by its envelope, so that one
that fades out leaves no trace. Only neighbours with an envelope above 0 become tokens: the result is the same, and for
k of them the cost is n·k, not n².
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn

from bsct_explorer.testbed.attention import Attention, RootMeanSquareNorm, legendre
from bsct_explorer.testbed.model_config import ModelConfig
from bsct_explorer.testbed.neighbour_graph import CLOSED, NeighbourGraph, neighbour_graph
from bsct_explorer.testbed.smearing import centres, gaussians

_POOL = 0.4
"""Σ_j e_ij t_ij is multiplied by this: about six neighbours of partial envelope then have unit size."""


class Slots(NamedTuple):
    """The neighbours of every real atom of a batch, packed: a atoms with s slots, slot 0 the atom itself.

    Attributes
    ----------
    atoms
        Index into the batch's b·n places of each real atom, shape (a,).
    neighbours
        Index into the same of each neighbour, shape (a, s); of empty slots the atom itself.
    distances
        Å, shape (a, s - 1).
    directions
        Unit vectors, shape (a, s - 1, 3).
    log_envelope, envelope
        Shape (a, s); 0 and 1 for the atom itself, `CLOSED` and 0 for empty slots.
    """

    atoms: Tensor
    neighbours: Tensor
    distances: Tensor
    directions: Tensor
    log_envelope: Tensor
    envelope: Tensor


def pack(graph: NeighbourGraph, mask: Tensor) -> Slots:
    """Keep the pairs with an envelope above 0 of real atoms, nearest first."""
    b, n = mask.shape
    atoms = mask.flatten().nonzero()[:, 0]
    with torch.no_grad():
        envelope = graph.envelope.reshape(b * n, n)[atoms]
        far = graph.distances.reshape(b * n, n)[atoms].masked_fill(envelope <= 0, torch.inf)
        most = int((envelope > 0).sum(-1).max()) if len(atoms) else 0
        columns = far.topk(most, dim=-1, largest=False).indices  # (a, most)
        filled = torch.isfinite(far.gather(-1, columns))
        frame = (atoms // n)[:, None] * n
        neighbours = torch.where(filled, frame + columns, atoms[:, None])

    def take(pairs: Tensor) -> Tensor:
        return pairs.reshape(b * n, n)[atoms].gather(-1, columns)

    distances = take(graph.distances)
    index = columns[..., None].expand(-1, -1, 3)
    vectors = graph.vectors.reshape(b * n, n, 3)[atoms].gather(1, index)
    safe = torch.where(filled, distances, torch.ones_like(distances))
    logs = torch.where(filled, take(graph.log_envelope), torch.full_like(distances, CLOSED))
    ones = logs.new_ones(len(atoms), 1)
    return Slots(
        atoms=atoms,
        neighbours=torch.cat([atoms[:, None], neighbours], dim=1),
        distances=distances,
        directions=torch.where(filled[..., None], vectors / safe[..., None], torch.zeros_like(vectors)),
        log_envelope=torch.cat([0 * ones, logs], dim=1),
        envelope=torch.cat([ones, torch.exp(logs)], dim=1),
    )


def harmonics(u: Tensor) -> Tensor:
    """Real spherical harmonics of degree 1 and 2 of unit vectors, each of unit mean square, shape (..., 8)."""
    x, y, z = u.unbind(-1)
    first = math.sqrt(3.0) * u
    root = math.sqrt(15.0)
    second = [x * y, y * z, x * z, 0.5 * (x * x - y * y), (3 * z * z - 1) / math.sqrt(12.0)]
    zero = (u == 0).all(-1, keepdim=True)  # an empty slot has no direction
    return torch.cat([first, torch.where(zero, torch.zeros_like(u[..., :1]), root * torch.stack(second, -1))], -1)


def perceptron(width_in: int, hidden: int, width_out: int) -> nn.Sequential:
    """Two linear layers with SiLU between them."""
    return nn.Sequential(nn.Linear(width_in, hidden), nn.SiLU(), nn.Linear(hidden, width_out))


class Block(nn.Module):
    """Attention and a network on tokens, both residual and with normalised inputs."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        width = config.width
        self.before_attention, self.before_mlp = RootMeanSquareNorm(width), RootMeanSquareNorm(width)
        self.attention = Attention(width, config.heads, config.tau, config.normalise, config.angular)
        self.mlp = perceptron(width, 2 * width, width)

    def forward(self, tokens: Tensor, log_envelope: Tensor, polynomials: Tensor | None) -> Tensor:
        tokens = tokens + self.attention(self.before_attention(tokens), log_envelope, polynomials)
        out: Tensor = tokens + self.mlp(self.before_mlp(tokens))
        return out


class Transformer(nn.Module):
    """The testbed's network.

    Parameters
    ----------
    config
        All switches and sizes.

    Attributes
    ----------
    shifts
        Energy of each of the config's elements in eV, shape (n_elements,), float64: what is added to the network's
        answer, from a fit to the training data.
    """

    shifts: Tensor
    means: Tensor
    index: Tensor

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        width, count = config.width, len(config.elements)
        self.register_buffer("means", centres(config.cutoff, config.gaussians).to(torch.get_default_dtype()))
        self.register_buffer("shifts", torch.zeros(count, dtype=torch.float64))
        index = torch.full((max(config.elements) + 1,), -1, dtype=torch.long)
        index[list(config.elements)] = torch.arange(count)
        self.register_buffer("index", index, persistent=False)
        self.centre, self.neighbour, self.itself = (nn.Embedding(count, width) for _ in range(3))
        self.radial = nn.Linear(config.gaussians, width)
        self.directional = nn.Linear(8, width, bias=False)
        self.before_pair = RootMeanSquareNorm(width)
        self.pair = perceptron(width, width, width)
        self.blocks = nn.ModuleList([Block(config) for _ in range(config.blocks)])
        self.atom_mlps = nn.ModuleList([perceptron(2 * width, config.hidden, width) for _ in range(config.blocks)])
        self.before_atoms = nn.ModuleList([RootMeanSquareNorm(2 * width) for _ in range(config.blocks)])
        self.before_message = nn.ModuleList([RootMeanSquareNorm(width) for _ in range(config.blocks - 1)])
        self.to_own = nn.ModuleList([nn.Linear(width, width) for _ in range(config.blocks - 1)])
        self.to_others = nn.ModuleList([nn.Linear(width, width, bias=False) for _ in range(config.blocks - 1)])
        self.read_norm = RootMeanSquareNorm(width)
        self.read = perceptron(width, config.hidden, 1)
        self.push = perceptron(width, width, 1) if config.force_head == "direct" else None

    def forward(self, numbers: Tensor, positions: Tensor) -> tuple[Tensor, Tensor | None]:
        """Energies without `shifts`, and the direct forces.

        Parameters
        ----------
        numbers
            Atomic numbers, shape (b, n), 0 where a smaller molecule is padded.
        positions
            Å, shape (b, n, 3).

        Returns
        -------
        tuple
            eV, shape (b,); eV/Å, shape (b, n, 3), with a direct force head, else None.
        """
        b, n = numbers.shape
        if b * n == 0:  # no frames, or no atoms: nothing to sum
            zero = positions.sum(dim=(1, 2)) * 0
            return zero, torch.zeros_like(positions) if self.push is not None else None
        mask = numbers > 0
        slots = pack(neighbour_graph(positions, mask, self.config), mask)
        tokens, atoms = self.represent(numbers, slots)
        per_atom = self.read(self.read_norm(atoms))[:, 0]
        energies = per_atom.new_zeros(b).index_add(0, slots.atoms // n, per_atom)
        if self.push is None:
            return energies, None
        # F_i = Σ_j e_ij f(t_ij) u_ij: a push along each neighbour's direction, no gradient of anything.
        strengths = self.push(tokens[:, 1:]) * slots.envelope[:, 1:, None]
        pushed = (strengths * slots.directions).sum(1)
        return energies, torch.zeros_like(positions).reshape(b * n, 3).index_copy(0, slots.atoms, pushed).view(b, n, 3)

    def represent(self, numbers: Tensor, slots: Slots) -> tuple[Tensor, Tensor]:
        """Tokens (a, s, width) and atoms (a, width) after the last block."""
        kinds = self.index[numbers.flatten()]
        places = torch.zeros_like(kinds)
        places[slots.atoms] = torch.arange(len(slots.atoms), device=kinds.device)
        heard = places[slots.neighbours]  # row of `atoms` of each slot's neighbour
        own = kinds[slots.atoms]
        tokens = self.embed(own, kinds[slots.neighbours[:, 1:]], slots)
        polynomials = self.angles(slots.directions)
        envelope = slots.envelope[:, None, 1:]
        atoms: Tensor | None = None
        for k, block in enumerate(self.blocks):
            tokens = block(tokens, slots.log_envelope, polynomials)
            pooled = _POOL * (envelope @ tokens[:, 1:])[:, 0]
            seen = self.atom_mlps[k](self.before_atoms[k](torch.cat([tokens[:, 0], pooled], dim=-1)))
            atoms = tokens[:, 0] + seen if atoms is None else atoms + seen
            if k < len(self.blocks) - 1:
                message = self.before_message[k](atoms)
                tokens = tokens + self.to_own[k](message)[:, None] + self.to_others[k](message)[heard]
        assert atoms is not None
        return tokens, atoms

    def embed(self, own: Tensor, others: Tensor, slots: Slots) -> Tensor:
        """Tokens before the first block, shape (a, s, width)."""
        seen = self.radial(gaussians(slots.distances, self.means, self.config.sigma))
        seen = seen + self.directional(harmonics(slots.directions))
        tokens = torch.cat([self.itself(own)[:, None], self.neighbour(others) + seen], dim=1)
        tokens = tokens + self.centre(own)[:, None]
        out: Tensor = tokens + self.pair(self.before_pair(tokens))
        return out

    def angles(self, directions: Tensor) -> Tensor | None:
        """Legendre polynomials between all slots of an atom, 0 where one is the atom itself; (a, s, s, angular)."""
        if not self.config.angular:
            return None
        # cos θ = 0 is an angle like any other, so slots without a direction must be masked after the polynomials.
        u = torch.cat([directions.new_zeros(len(directions), 1, 3), directions], dim=1)
        there = (u != 0).any(-1).to(u)
        polynomials = legendre(u @ u.transpose(1, 2), self.config.angular)
        return polynomials * (there[:, :, None] * there[:, None, :])[..., None]

    def energies_and_forces(self, numbers: Tensor, positions: Tensor, train: bool = False) -> tuple[Tensor, Tensor]:
        """Energies (b,) without `shifts`, and forces (b, n, 3), 0 for padding.

        Parameters
        ----------
        train
            Keep the graph, so that a loss on the forces can be differentiated again.
        """
        if self.push is not None:
            with torch.set_grad_enabled(train):
                energies, forces = self(numbers, positions)
            return energies, forces
        with torch.enable_grad():
            positions = positions if positions.requires_grad else positions.detach().requires_grad_()
            energies, _ = self(numbers, positions)
            (gradient,) = torch.autograd.grad(energies.sum(), positions, create_graph=train)
        return (energies if train else energies.detach()), -gradient

    def atomic_energies(self, numbers: Tensor) -> Tensor:
        """Σ_i shift(Z_i) of each molecule, eV, shape (b,), float64."""
        padded = torch.cat([self.shifts, self.shifts.new_zeros(1)])  # index -1, padding, takes the last
        return padded[self.index[numbers]].sum(-1)
