"""Artifacts: what is wrong with a curve, where, and how much. numpy only."""

from __future__ import annotations

from bsct_explorer.artifacts.artifact import KT_300K, SEVERITIES, Artifact, Severity
from bsct_explorer.artifacts.certification import Certification, Noise, certify, measure_noise
from bsct_explorer.artifacts.curve import Curve, make_curve
from bsct_explorer.artifacts.detection import detect
from bsct_explorer.artifacts.equilibrium import Equilibrium, find_equilibrium, own_equilibrium
from bsct_explorer.artifacts.kind_record import KindOfFinding
from bsct_explorer.artifacts.kinds import KINDS, kind_of
from bsct_explorer.artifacts.live_curve import Answer, Line, LiveScan, drive
from bsct_explorer.artifacts.refinement import CAUSE_KINDS, Cause, Refinement, Verdict, ZoomLevel
from bsct_explorer.artifacts.thresholds import Thresholds

__all__ = [
    "CAUSE_KINDS",
    "KINDS",
    "KT_300K",
    "SEVERITIES",
    "Answer",
    "Artifact",
    "Cause",
    "Certification",
    "Curve",
    "Equilibrium",
    "KindOfFinding",
    "Line",
    "LiveScan",
    "Noise",
    "Refinement",
    "Severity",
    "Thresholds",
    "Verdict",
    "ZoomLevel",
    "certify",
    "detect",
    "drive",
    "find_equilibrium",
    "kind_of",
    "make_curve",
    "measure_noise",
    "own_equilibrium",
]
