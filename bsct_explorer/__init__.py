"""BSCT Explorer: pull a bond and see where and why a potential's energy surface is wrong.

Names are looked up when they are first used, so that importing the package pulls in neither torch nor panel.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bsct_explorer.analysis import Analysis, analyse
    from bsct_explorer.artifacts import Artifact, Thresholds
    from bsct_explorer.data import Evaluation, PotentialInfo
    from bsct_explorer.deformations import AngleBend, BondStretch, Scan, Torsion
    from bsct_explorer.molecules import Bond, Molecule, load_molecule
    from bsct_explorer.potentials import Potential, load_potential
    from bsct_explorer.profiles import Profile
    from bsct_explorer.study import refine_analysis

__version__ = "0.1.0"

_HOMES = {
    "Analysis": "analysis",
    "analyse": "analysis",
    "Artifact": "artifacts",
    "Thresholds": "artifacts",
    "AngleBend": "deformations",
    "BondStretch": "deformations",
    "Scan": "deformations",
    "Torsion": "deformations",
    "Bond": "molecules",
    "Molecule": "molecules",
    "load_molecule": "molecules",
    "Evaluation": "potentials",
    "Potential": "potentials",
    "PotentialInfo": "potentials",
    "load_potential": "potentials",
    "Profile": "profiles",
    "refine_analysis": "study",
}

__all__ = [
    "Analysis",
    "AngleBend",
    "Artifact",
    "Bond",
    "BondStretch",
    "Evaluation",
    "Molecule",
    "Potential",
    "PotentialInfo",
    "Profile",
    "Scan",
    "Thresholds",
    "Torsion",
    "__version__",
    "analyse",
    "load_molecule",
    "load_potential",
    "refine_analysis",
]


def __getattr__(name: str) -> Any:
    try:
        home = _HOMES[name]
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
    return getattr(importlib.import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
