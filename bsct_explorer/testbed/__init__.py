"""The testbed: an unconstrained Transformer potential whose every smoothness switch can be turned (arXiv:2602.04861).

Only `config` can be imported without torch. Training stands in `bsct_explorer.training`, the potential in
`bsct_explorer.potentials.testbed`.
"""

from __future__ import annotations

from bsct_explorer.testbed.config import ModelConfig

__all__ = ["ModelConfig"]
