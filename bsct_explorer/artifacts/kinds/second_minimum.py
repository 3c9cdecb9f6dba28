"""second-minimum: a minimum beside the equilibrium of which nothing says whether it is real."""

from __future__ import annotations

from functools import partial

from bsct_explorer.artifacts.artifact import severity_of
from bsct_explorer.artifacts.kind_record import KindOfFinding
from bsct_explorer.artifacts.kinds._minima import (
    SECOND,
    SeenMinimum,
    left_of_minimum,
    minima_between_frames,
    see_minima,
    settle_minimum,
)
from bsct_explorer.artifacts.refine.shape_polish import polish_minimum
from bsct_explorer.artifacts.sentences import Words
from bsct_explorer.words.numbers import number


def _sentence(words: Words, minimum: SeenMinimum) -> str:
    return (
        f"The energy has a second minimum at {words.place(minimum.at)}, {number(minimum.depth, 2)} eV deep, beside the "
        f"one at {words.place(minimum.equilibrium)}; no reference tells there whether it is real."
    )


KIND = KindOfFinding(
    name=SECOND,
    order=35,
    title="second minimum",
    on_bond="The energy has a second minimum. Along a multiple bond, or where a fragment meets another part of the "
    "molecule, there are real ones, and no reference covers the place.",
    on_angle="The energy has a second minimum, and no reference covers the place. Angles have real ones: ozone has its "
    "ring.",
    on_torsion="A torsion has several minima, so this is reported for bonds and angles only.",
    effect="If it is real, it is another isomer or conformer; if it is not, molecules get caught in it.",
    remedy="A reference tells: compute the scan with a quantum-chemical method and compare.",
    quantity="energy",
    symbol="inverted_triangle",
    reading=1,
    thresholds=("prominence", "prominence_noise"),
    meaning="between two ends",
    severity=severity_of,
    detect=partial(see_minima, artificial=False, sentence=_sentence),
    confirm=polish_minimum,
    settle=partial(settle_minimum, sentence=_sentence),
    noun="a second minimum",
    step_error=None,
    causes=frozenset(),
    between_frames=partial(minima_between_frames, artificial=False, sentence=_sentence),
    left_without_steps=left_of_minimum,
)
