"""Small models with random weights, and molecules to ask them about."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import torch

from bsct_explorer.testbed.model import Transformer
from bsct_explorer.testbed.model_config import ModelConfig

ETHANOL = torch.tensor(
    [
        [1.1879, -0.3829, 0.0],
        [0.0, 0.5526, 0.0],
        [-1.1867, -0.2472, 0.0],
        [-1.9237, 0.385, 0.0],
        [2.0985, 0.2306, 0.0],
        [1.1184, -1.0093, 0.8869],
        [1.1184, -1.0093, -0.8869],
        [-0.0227, 1.1812, 0.8852],
        [-0.0227, 1.1812, -0.8852],
    ],
    dtype=torch.float64,
)
NUMBERS = torch.tensor([6, 6, 8, 1, 1, 1, 1, 1, 1])


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def make() -> Callable[..., Transformer]:
    """A small model in float64 whose random weights are large enough that every part of it matters."""

    def model(**switches: object) -> Transformer:
        config = ModelConfig(**{"width": 16, "heads": 2, "hidden": 24, "gaussians": 24, **switches})
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(3)
            made = Transformer(config).double()
            for name, parameter in made.named_parameters():
                if parameter.ndim == 2 and "embedding" not in name:
                    parameter.data.mul_(1.5)
        return made.requires_grad_(False)

    return model


@pytest.fixture
def ethanol() -> tuple[torch.Tensor, torch.Tensor]:
    """Numbers (1, 9) and positions (1, 9, 3) of ethanol without its symmetry."""
    generator = torch.Generator().manual_seed(5)
    noise = torch.randn(1, 9, 3, generator=generator, dtype=torch.float64)
    return NUMBERS[None], ETHANOL[None] + 0.05 * noise
