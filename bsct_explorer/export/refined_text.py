"""What refinement found, as text that can be read back: for a stored case, and for whoever works on with a result.

The other exports are for people and their programs; this one is for `Analysis` itself, and loses nothing.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, get_origin

import numpy as np

from bsct_explorer.analysis import Analysis
from bsct_explorer.artifacts import Artifact, kind_of
from bsct_explorer.artifacts.refine.noise_floor import Noise
from bsct_explorer.remarks import REMARK_KINDS, Remark

if TYPE_CHECKING:
    from cattrs import Converter

FIELDS: dict[str, Any] = {
    "artifacts": tuple[Artifact, ...],
    "refuted": tuple[Artifact, ...],
    "undecided": tuple[Artifact, ...],
    "notes": tuple[str, ...],
    "noise": Noise | None,
    "refined_frames": int,
}
"""What `refine_analysis` changes of an analysis."""


def refined_to_text(analysis: Analysis) -> str:
    """What refinement added to an analysis, as one line of JSON; numbers come back to the last bit."""
    converter = _converter()
    stored = {name: converter.unstructure(getattr(analysis, name), FIELDS[name]) for name in FIELDS}
    stored["notes"] = [[note.kind.name if isinstance(note, Remark) else None, note] for note in analysis.notes]
    return json.dumps(stored)


def refined_from_text(analysis: Analysis, text: str) -> Analysis:
    """The analysis as it was after refinement.

    Parameters
    ----------
    analysis
        The same curve's, not refined.
    text
        From `refined_to_text`.

    Raises
    ------
    ValueError
        When the text is not from this version of the program.
    """
    from cattrs.errors import BaseValidationError

    try:
        stored = json.loads(text)
        stored["notes"], notes = [], stored["notes"]
        found = {name: _converter().structure(stored[name], kind) for name, kind in FIELDS.items()}
        found["notes"] = tuple(note if kind is None else REMARK_KINDS[kind].say(note) for kind, note in notes)
        for artifact in (*found["artifacts"], *found["refuted"], *found["undecided"]):
            kind_of(artifact.kind)  # a ValueError where this version has no such kind
    except (BaseValidationError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"this refinement was stored by another version of BSCT Explorer: {error}") from error
    return replace(analysis, **found)


@lru_cache(maxsize=1)
def _converter() -> Converter:
    """Data classes as objects, arrays as lists; numbers and words in `evidence` as they are."""
    from cattrs import Converter

    converter = Converter(forbid_extra_keys=True)

    def is_array(kind: Any) -> bool:
        return (get_origin(kind) or kind) is np.ndarray

    def is_plain(kind: Any) -> bool:
        return bool(kind == float | int | str)

    converter.register_unstructure_hook_func(is_array, lambda array: array.tolist())
    converter.register_structure_hook_func(is_array, lambda values, _: np.array(values, dtype=float))
    converter.register_structure_hook_func(is_plain, lambda value, _: value)
    return converter
