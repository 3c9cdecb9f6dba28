"""A study: one scan, several potentials, one reference, all analysed. The way through for every door.

The page, the command line and notebooks call this; it holds no physics of its own.
"""

from bsct_explorer.study.evaluating import Potentials, StudyProgress, as_explorer_error, evaluate_profile
from bsct_explorer.study.live_potential import LivePotential
from bsct_explorer.study.reference_choice import DEFAULT_REFERENCE, is_file, resolve_reference, source_line
from bsct_explorer.study.refine import candidates_of, live_thresholds, look_beyond, refine_analysis, why_not_refined
from bsct_explorer.study.studies import Failure, Study, run_study
from bsct_explorer.study.surface_map import SurfaceMap, run_map
from bsct_explorer.study.survey import BondSurvey, all_bonds, score

__all__ = [
    "DEFAULT_REFERENCE",
    "BondSurvey",
    "Failure",
    "LivePotential",
    "Potentials",
    "Study",
    "StudyProgress",
    "SurfaceMap",
    "all_bonds",
    "as_explorer_error",
    "candidates_of",
    "evaluate_profile",
    "is_file",
    "live_thresholds",
    "look_beyond",
    "refine_analysis",
    "resolve_reference",
    "run_map",
    "run_study",
    "score",
    "source_line",
    "why_not_refined",
]
