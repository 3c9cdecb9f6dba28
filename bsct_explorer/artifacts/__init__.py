"""Artifacts: what is wrong with a curve, where, and how much. numpy only."""

from __future__ import annotations

from bsct_explorer.artifacts.artifact import KINDS, KT_300K, SEVERITIES, Artifact, Kind, Severity
from bsct_explorer.artifacts.detect import ReferenceCurve, detect
from bsct_explorer.artifacts.equilibrium import Equilibrium, find_equilibrium
from bsct_explorer.artifacts.thresholds import Thresholds

__all__ = [
    "KINDS",
    "KT_300K",
    "SEVERITIES",
    "Artifact",
    "Equilibrium",
    "Kind",
    "ReferenceCurve",
    "Severity",
    "Thresholds",
    "detect",
    "find_equilibrium",
]
