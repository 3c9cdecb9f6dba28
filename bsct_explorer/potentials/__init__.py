"""Potentials: one contract (`Potential.evaluate`), one file a family, a registry, and the user's own.

Importing this imports neither torch nor any potential's package; loading one does.
"""

from bsct_explorer.data import Evaluation, InternalVariable, PotentialInfo
from bsct_explorer.potentials.base import Batch, Cancel, Potential, Progress
from bsct_explorer.potentials.contract_checks import check_potential
from bsct_explorer.potentials.registry import (
    available,
    forget_loaded,
    info_of,
    is_installed,
    load_offered,
    load_potential,
    offered,
    why_not_installed,
)

__all__ = [
    "Batch",
    "Cancel",
    "Evaluation",
    "InternalVariable",
    "Potential",
    "PotentialInfo",
    "Progress",
    "available",
    "check_potential",
    "forget_loaded",
    "info_of",
    "is_installed",
    "load_offered",
    "load_potential",
    "offered",
    "why_not_installed",
]
