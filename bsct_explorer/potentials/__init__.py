"""Potentials: one contract (`Potential.evaluate`), one file a family, a registry, and the user's own.

Importing this imports neither torch nor any potential's package; loading one does.
"""

from bsct_explorer.potentials.base import Batch, Cancel, Evaluation, Potential, Progress
from bsct_explorer.potentials.info import InternalVariable, PotentialInfo
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
from bsct_explorer.potentials.validate import check_potential

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
