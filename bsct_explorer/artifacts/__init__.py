"""Artifacts: what is wrong with a curve, where, and how much. numpy only."""

from __future__ import annotations

from bsct_explorer.artifacts.artifact import KINDS, KT_300K, SEVERITIES, Artifact, Kind, Severity
from bsct_explorer.artifacts.detect.every_kind import ReferenceCurve, detect
from bsct_explorer.artifacts.equilibrium import Equilibrium, find_equilibrium
from bsct_explorer.artifacts.live_curve import Answer, Line, LiveScan, drive
from bsct_explorer.artifacts.refine.certify import Certification, Noise, certify, measure_noise
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
    "Equilibrium",
    "Kind",
    "Line",
    "LiveScan",
    "Noise",
    "ReferenceCurve",
    "Refinement",
    "Severity",
    "Thresholds",
    "Verdict",
    "ZoomLevel",
    "certify",
    "detect",
    "drive",
    "find_equilibrium",
    "measure_noise",
]
