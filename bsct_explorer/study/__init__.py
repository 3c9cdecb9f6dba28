"""A study: one scan, several potentials, one reference, all analysed. The way that every door takes.

What is asked is one frozen object, `StudySettings`; who hears of the progress and who may stop the work is another,
`Hooks`. Both go through all of this room unchanged, whoever calls: the command line and notebooks in one piece with
`run_study`, `all_bonds` and `run_map`; the page, which shows each curve as it comes, step by step with the functions
that `run_study` is made of::

    settings = StudySettings(reference="gfn2-xtb", refine=True)
    reference, note = resolve_reference(scan, settings, hooks)        # or `stored_reference`, which asks no potential
    profile = evaluate_profile(scan, potential, hooks)
    analysis = analyse_profile(profile, reference, settings)
    analysis = refine_analysis(analysis, potential, hooks)
    analysis = look_beyond(analysis, potential, hooks)
    study = gather_study(scan, [analysis], analyse_profile(reference, None, settings), settings)

This room holds no physics of its own.
"""

from bsct_explorer.study.live_potential import LivePotential
from bsct_explorer.study.map_grid import CoordinateGrid, make_grid
from bsct_explorer.study.map_quantities import QUANTITIES, MapQuantity
from bsct_explorer.study.one_curve import analyse_profile, evaluate_profile
from bsct_explorer.study.potential_store import Potentials, as_explorer_error
from bsct_explorer.study.reference_choice import (
    DEFAULT_REFERENCE,
    is_file,
    resolve_reference,
    source_line,
    stored_reference,
)
from bsct_explorer.study.refining import candidates_of, live_thresholds, look_beyond, refine_analysis, why_not_refined
from bsct_explorer.study.remarks_list import Said, doubts, remarks_of, remarks_of_all, remarks_of_map, remarks_on
from bsct_explorer.study.settings import NO_HOOKS, Hooks, StudyProgress, StudySettings, UploadedFile
from bsct_explorer.study.studies import Failure, Study, gather_study, run_study
from bsct_explorer.study.surface_map import SurfaceMap, run_map
from bsct_explorer.study.survey import BondSurvey, Pull, all_bonds, score, studies_of

__all__ = [
    "DEFAULT_REFERENCE",
    "NO_HOOKS",
    "QUANTITIES",
    "BondSurvey",
    "CoordinateGrid",
    "Failure",
    "Hooks",
    "LivePotential",
    "MapQuantity",
    "Potentials",
    "Pull",
    "Said",
    "Study",
    "StudyProgress",
    "StudySettings",
    "SurfaceMap",
    "UploadedFile",
    "all_bonds",
    "analyse_profile",
    "as_explorer_error",
    "candidates_of",
    "doubts",
    "evaluate_profile",
    "gather_study",
    "is_file",
    "live_thresholds",
    "look_beyond",
    "make_grid",
    "refine_analysis",
    "remarks_of",
    "remarks_of_all",
    "remarks_of_map",
    "remarks_on",
    "resolve_reference",
    "run_map",
    "run_study",
    "score",
    "source_line",
    "stored_reference",
    "studies_of",
    "why_not_refined",
]
