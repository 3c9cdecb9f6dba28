"""The testbed: an unconstrained Transformer potential whose every smoothness switch can be turned (arXiv:2602.04861).

What torch computes is in `graph`, `attention`, `smearing`, `model`, `checkpoint` and most of `learning`; the rest
imports without it. Data and runs stand in `bsct_explorer.training`, the potential in `potentials.testbed`.
"""

from __future__ import annotations

from bsct_explorer.testbed.model_config import ModelConfig

__all__ = ["ModelConfig"]
