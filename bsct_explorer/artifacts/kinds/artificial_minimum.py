"""artificial-minimum: a minimum of the energy that should not be there."""

from __future__ import annotations

from functools import partial

from bsct_explorer.artifacts.artifact import severity_of_trap
from bsct_explorer.artifacts.kind_record import KindOfFinding
from bsct_explorer.artifacts.kinds._minima import (
    ARTIFICIAL,
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
    at, deep = words.place(minimum.at), f"{number(minimum.depth, 2)} eV deep"
    if words.bond:
        side = "stretched" if minimum.at > (minimum.missing or minimum.equilibrium) else "compressed"
        what = f"a {side} bond"
    else:
        what = "the molecule"
    if minimum.missing is not None:
        where = f"not at {words.place(minimum.missing)}, where the reference's is"
        return f"The energy's only minimum is at {at}, {deep}, {where}: {what} would be trapped there."
    if minimum.judge == "the reference":
        return f"The energy has a minimum at {at}, {deep}, where the reference has none: {what} would be trapped there."
    beside = ", which no real bond does" if words.bond else ""
    return f"The energy has a second minimum at {at}, {deep}: {what} would be trapped there{beside}."


KIND = KindOfFinding(
    name=ARTIFICIAL,
    order=30,
    title="artificial minimum",
    on_bond="The energy has a minimum where the reference has none, or a second one; a real single bond has one.",
    on_angle="The energy has a minimum where the reference has none.",
    on_torsion="The energy has a minimum where the reference has none: a conformer that does not exist.",
    effect="A molecule gets caught in it: reaction barriers, relaxed structures and dynamics at high temperature are "
    "wrong there.",
    remedy="What usually mends it: training data where the bond is stretched or half broken, and for a minimum on the "
    "repulsive wall an explicit repulsion of the nuclei.",
    quantity="energy",
    symbol="inverted_triangle",
    reading=0,
    thresholds=("prominence", "prominence_noise"),
    meaning="against a reference",
    severity=severity_of_trap,
    detect=partial(see_minima, artificial=True, sentence=_sentence),
    confirm=polish_minimum,
    settle=partial(settle_minimum, sentence=_sentence),
    noun="a second minimum",
    step_error=None,
    causes=frozenset({"missing-core-repulsion", "extrapolation"}),
    between_frames=partial(minima_between_frames, artificial=True, sentence=_sentence),
    left_without_steps=left_of_minimum,
)
