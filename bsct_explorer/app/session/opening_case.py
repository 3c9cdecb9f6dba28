"""The page's opening case, already computed: `scripts/make_opening.py` wrote what potentials answered, on the scan's
frames and between them.

Both go into the caches under the keys that the live computation would use, so that there is one way to show them; a
test holds them against the live potentials.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np

from bsct_explorer.analysis import Analysis
from bsct_explorer.app.work.evaluations import CACHE, evaluation_key
from bsct_explorer.app.work.refinements import REFINED, refined_key
from bsct_explorer.data import Evaluation
from bsct_explorer.deformations import BondStretch, Scan
from bsct_explorer.errors import PotentialError
from bsct_explorer.export.refined_text import refined_from_text
from bsct_explorer.molecules import load_molecule
from bsct_explorer.potentials import info_of
from bsct_explorer.profiles import Profile
from bsct_explorer.study import StudySettings, analyse_profile

FILE = "opening.npz"

OPENING: Mapping[str, Any] = {
    "molecule": "ethane",
    "bond": "0-1",
    "low": 0.5,
    "high": 2.5,
    "potentials": ["ani1x", "so3lr"],
    "reference": "gfn2-xtb",
    "frame": 81,
}
"""What an address without a query opens on: ANI-1x holds a stretched ethane in a false minimum near 3.26 Å."""


def opening_scan() -> Scan:
    """The opening case's scan, in BSCT's 100 points."""
    i, j = (int(part) for part in OPENING["bond"].split("-"))
    return BondStretch(i, j, range=(OPENING["low"], OPENING["high"])).scan(load_molecule(OPENING["molecule"]))


def opening_names() -> tuple[str, ...]:
    """The potentials of the opening case, the reference last."""
    return (*OPENING["potentials"], OPENING["reference"])


def opening_analyses(evaluations: Mapping[str, Evaluation]) -> dict[str, Analysis]:
    """The opening case's analyses by potential, not refined: what the page makes of these answers."""
    scan, reference = opening_scan(), OPENING["reference"]
    profiles = {name: Profile(scan, evaluation) for name, evaluation in evaluations.items()}
    return {
        name: analyse_profile(profile, profiles.get(reference) if name != reference else None, StudySettings())
        for name, profile in profiles.items()
    }


def _stored() -> Any:
    return np.load(io.BytesIO(resources.files("bsct_explorer.app").joinpath("data", FILE).read_bytes()))


@lru_cache(maxsize=1)
def stored_evaluations() -> dict[str, Evaluation]:
    """The stored answers by potential; empty where the file does not fit this version's potentials."""
    evaluations = {}
    with _stored() as data:
        for name in opening_names():
            try:
                info = info_of(name)
            except PotentialError:
                continue
            sent = json.loads(str(data[f"{name}/sent"]))
            members = data.get(f"{name}/members")
            evaluations[name] = Evaluation(
                info, data[f"{name}/energies"], data[f"{name}/forces"], member_energies=members, **sent
            )
    return evaluations


@lru_cache(maxsize=1)
def stored_refined() -> dict[str, Analysis]:
    """The stored answers' analyses with what refinement found; without those that another version stored."""
    refined = {}
    with _stored() as data:
        for name, analysis in opening_analyses(stored_evaluations()).items():
            with suppress(KeyError, ValueError):
                refined[name] = refined_from_text(analysis, str(data[f"{name}/refined"]))
    return refined


@lru_cache(maxsize=1)
def fill_cache() -> None:
    """Put the stored answers where the page looks for evaluations and refined analyses; once a process."""
    scan = opening_scan()
    refined = stored_refined()
    for name, evaluation in stored_evaluations().items():
        key = evaluation_key(scan, name)
        CACHE.put(key, evaluation)
        if name in refined:
            REFINED.put(refined_key(key, refined[name]), refined[name])
