"""One line on a curve: how far it can be trusted, and what is worst about it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bsct_explorer.analysis.curve_analysis import Analysis
from bsct_explorer.artifacts import kind_of
from bsct_explorer.data import Ints
from bsct_explorer.remarks import Remark
from bsct_explorer.remarks.of_curves import ANOTHER_DEPTH, FRAMES_WITHOUT_ANSWER
from bsct_explorer.remarks.of_refinement import UNDECIDED
from bsct_explorer.words.numbers import decimal, listed, number
from bsct_explorer.words.units import with_unit

FOLLOWS = 0.15
"""A choice, no calibration. A curve follows its reference where the forces differ by less than this share of the
reference's force there, or of its strongest pull beyond the equilibrium where that is more."""


class TrustedRange(NamedTuple):
    """Where a curve can be trusted: frames `first` to `last`, around the equilibrium."""

    first: int
    last: int


def trusted_range(analysis: Analysis) -> TrustedRange | None:
    """The frames around the equilibrium that follow the reference and in which nothing above minor was found.

    Without a reference only the findings count. A jump ends it between the frames that it lies between.

    Returns
    -------
    TrustedRange or None
        None where not even the frame nearest to the equilibrium can be trusted.
    """
    profile = analysis.profile
    q, good = profile.values, np.isfinite(profile.energies)
    start = _start(analysis)
    if start is None:
        return None
    good &= ~_departs(analysis)
    ends: list[float] = []
    for artifact in analysis.artifacts:
        if artifact.severity == "minor":
            continue
        if kind_of(artifact.kind).is_jump:
            ends.append(artifact.location)
        else:
            lo, hi = artifact.interval
            good &= ~((q >= lo) & (q <= hi))
    if not good[start]:
        return None
    above, below = (max([e for e in ends if e <= q[start]], default=-np.inf),
                    min([e for e in ends if e > q[start]], default=np.inf))  # fmt: skip
    good &= (q >= above) & (q <= below)
    bad = np.flatnonzero(~good)
    first = int(max(bad[bad < start], default=-1)) + 1
    last = int(min(bad[bad > start], default=len(q))) - 1
    return TrustedRange(first, last)


def verdict_line(analysis: Analysis) -> str:
    """What is to be said of a curve in one line, energies in eV: its trusted range, and the worst thing beyond it.

    ``Follows the reference from 1.26 to 1.82 Å; pulling the bond to 3.04 Å costs 1.0 eV, and 5.6 eV with the reference;
    worst: outer fall of 0.695 eV at 2.15 Å, and 2 more.``
    """
    parts = [_range_in_words(analysis), *_depth(analysis), *_worst(analysis), *_open(analysis)]
    return "; ".join(parts) + "."


def _start(analysis: Analysis) -> int | None:
    """The frame of the curve's equilibrium, else that of the reference's, else the lowest."""
    if analysis.equilibrium is not None:
        return analysis.equilibrium.frame
    for profile in (analysis.reference, analysis.profile):
        if profile is not None and np.isfinite(profile.energies).any():
            return int(np.nanargmin(profile.energies))
    return None


def _departs(analysis: Analysis) -> Ints:
    """Frames (n_frames,), bool, that have no force, or another one than a reference; none without a reference."""
    profile, reference = analysis.profile, analysis.reference
    if reference is None:
        return np.zeros(len(profile.values), dtype=bool)
    ours, theirs = profile.generalized_forces, reference.generalized_forces
    if not np.isfinite(theirs).any():
        return np.zeros(len(profile.values), dtype=bool)
    middle = int(np.nanargmin(reference.energies))
    beyond = theirs[middle:]
    pull = float(np.nanmax(-beyond)) if np.isfinite(beyond).any() else 0.0
    near = np.abs(ours - theirs) <= FOLLOWS * np.maximum(np.abs(theirs), max(pull, 0.0))
    return np.asarray(~near)


def _range_in_words(analysis: Analysis) -> str:
    trusted, q = trusted_range(analysis), analysis.profile.values
    unit, places = analysis.profile.scan.unit, 2 if analysis.profile.scan.unit == "Å" else 0
    compared = analysis.reference is not None
    if trusted is None:
        return "Differs from the reference at its very equilibrium" if compared else "Not to be trusted anywhere"
    nothing = "Nothing above minor was found" if analysis.artifacts else "Nothing was found"
    what = "Follows the reference" if compared else nothing
    if trusted == (0, len(q) - 1):
        return f"{what} over the whole range" if compared else f"{what}; there is no reference to compare with"
    span = f"from {decimal(q[trusted.first], places)} to {with_unit(decimal(q[trusted.last], places), unit)}"
    return f"{what} {span}"


def _depth(analysis: Analysis) -> list[str]:
    said = [note for note in analysis.notes if isinstance(note, Remark) and note.kind == ANOTHER_DEPTH]
    return [f"{note[:1].lower()}{note[1:].rstrip('.')}" for note in said[:1]]


def _worst(analysis: Analysis) -> list[str]:
    stories = analysis.stories
    if not stories:
        return []
    lead, unit = stories[0].lead, analysis.profile.scan.unit
    place = with_unit(decimal(lead.location, 2 if unit == "Å" else 0), unit)
    size = with_unit(number(abs(lead.size)), lead.unit)
    more = f", and {len(stories) - 1} more" if len(stories) > 1 else ""
    return [f"worst ({stories[0].severity}): {kind_of(lead.kind).title} of {size} at {place}{more}"]


def _open(analysis: Analysis) -> list[str]:
    said, undecided = [], len(analysis.undecided)
    failed = len(analysis.profile.failed_frames)
    if failed:
        said.append(f"{failed} of {len(analysis.profile.scan)} frames have no answer")
    notes = (*analysis.notes, *analysis.profile.evaluation.notes)
    doubts = [note.kind.title for note in notes if isinstance(note, Remark) and note.kind.doubt]
    doubts = [title for title in doubts if title not in (FRAMES_WITHOUT_ANSWER.title, UNDECIDED.title)]
    if doubts:
        said.append(f"in doubt: {listed(list(dict.fromkeys(doubts)))}")
    if undecided:
        said.append(f"{undecided} {'place' if undecided == 1 else 'places'} undecided")
    return said
