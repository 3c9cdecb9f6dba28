"""Which switch makes a jump: candidates at its place, distinguished by interventions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from bsct_explorer.artifacts.artifact import Artifact
from bsct_explorer.artifacts.causes.atom_names import Names, shift
from bsct_explorer.artifacts.causes.cutoff_pair import cutoff_pairs, undeclared_cutoffs
from bsct_explorer.artifacts.causes.geometric_switches import Switch
from bsct_explorer.artifacts.causes.hypothesis_ranking import Judgement
from bsct_explorer.artifacts.causes.internal_variable import internal_switches
from bsct_explorer.artifacts.causes.intervene import (
    JumpToExplain,
    Nudge,
    displacements,
    nudge,
    predictions,
    shake,
    window_around,
)
from bsct_explorer.artifacts.causes.neighbour_switch import declared_neighbours, neighbour_switches
from bsct_explorer.artifacts.causes.relocate import gap_of, jumps_at, relocate, relocate_all
from bsct_explorer.artifacts.kinds import kind_of
from bsct_explorer.artifacts.refinement import Cause, Confidence, Quantity
from bsct_explorer.words.numbers import short

if TYPE_CHECKING:
    from bsct_explorer.artifacts.live_curve import LiveScan

Evidence = dict[str, float | int | str]

_SMALLEST = 0.3
"""Share of the artifact's size that must be seen at its place for it to be the place."""

_BLIND_AMPLITUDE = 0.002
_MOST = 40
"""Candidates that are tried at most."""


def is_jump(artifact: Artifact) -> bool:
    """Whether an artifact is a jump of the energy or of the force, as far as is known."""
    if artifact.refinement is not None and artifact.refinement.verdict == "jump":
        return True
    return artifact.refinement is None and kind_of(artifact.kind).is_jump


def find_jump(artifact: Artifact, live: LiveScan, dtype: str) -> JumpToExplain | None:
    """The artifact's jump as the potential shows it at its place, looked for in its interval where it is not there."""
    gap = gap_of(dtype, live.scan.unit)
    quantity: Quantity = "energy" if artifact.unit == "eV" else "force"
    least = _SMALLEST * abs(artifact.size)
    size = float(jumps_at(live, np.array([artifact.location]), gap).of(quantity)[0])
    if artifact.certified and abs(size) >= least:
        return JumpToExplain(artifact.location, quantity, size, gap)
    found = relocate(live, *artifact.interval, quantity, gap / 5)
    if found is None or abs(found.size) < least:
        return None
    size = float(jumps_at(live, np.array([found.place]), gap).of(quantity)[0])
    return JumpToExplain(found.place, quantity, size, gap) if abs(size) >= least else None


def candidates(live: LiveScan, jump: JumpToExplain, error: float) -> list[Switch]:
    """Every switch that happens at the jump's place: within the gap across which it is measured, or its error."""
    tolerance = max(jump.gap, 3 * error)
    k = declared_neighbours(live.info.parameters)
    return [
        *internal_switches(live, jump.place, tolerance),
        *cutoff_pairs(live.scan, jump.place, tolerance, live.info.cutoffs),
        *neighbour_switches(live.scan, jump.place, tolerance, k),
    ][:_MOST]


def judge_switches(artifact: Artifact, live: LiveScan, jump: JumpToExplain) -> Judgement:
    """The switch that makes a jump, tested by moving atoms."""
    error = artifact.refinement.location_error if artifact.refinement is not None else 0.0
    found = candidates(live, jump, error)
    if found:
        judgement = tell_apart(found, live, jump)
        if judgement.cause is not None:
            return judgement
        blind = follow_blindly(live, jump)
        return (
            blind
            if blind.cause is not None
            else Judgement(None, f"{judgement.why} {blind.why}".strip(), judgement.untested or blind.untested)
        )
    blind = follow_blindly(live, jump)
    if blind.cause is not None:
        return blind
    return Judgement(
        None,
        "No pair is at a declared cutoff there, no two neighbours of an atom are equally far and no declared internal "
        f"variable changes sign. {blind.why}",
    )


def tell_apart(found: Sequence[Switch], live: LiveScan, jump: JumpToExplain) -> Judgement:
    """Try all candidates with one displacement, and the one that is left with a second."""
    trial = shake(found, live, jump)
    if trial is None:
        listed = _list([switch.first for switch in found])
        if len(found) > 1:
            return Judgement(None, f"Several things switch there and could not be distinguished: {listed}.", listed)
        return Judgement(_cause(found, "possible", live, jump, None, {"test": "no displacement moves its place"}))
    confirmed = trial.confirmed(jump)
    tried: Evidence = {
        "candidates": len(found),
        "atoms_moved_by_at_most_Å": trial.largest,
        f"left_at_old_place_{_unit(live, jump)}": trial.left,
    }
    if not confirmed.any():
        unpredicted = [s for s, p in zip(found, trial.predicted, strict=True) if not np.isfinite(p)]
        if len(unpredicted) == len(found) == 1:
            return Judgement(_cause(found, "possible", live, jump, None, tried))
        listed = _list([switch.first for switch in found])
        return Judgement(
            None,
            f"Ruled out, since the jump did not follow when atoms were moved by up to {trial.largest:g} Å: {listed}.",
        )
    order = [int(s) for s in np.argsort(-np.abs(np.nan_to_num(trial.sizes))) if confirmed[s]]
    kind = found[order[0]].kind
    chosen = [found[s] for s in order if found[s].kind == kind]
    first = order[0]
    tried |= {
        f"predicted_shift_all_moved_{live.scan.unit}": float(trial.predicted[first] - jump.place),
        f"jump_at_predicted_place_{_unit(live, jump)}": float(trial.sizes[first]),
        f"jump_before_{_unit(live, jump)}": jump.size,
        "ruled_out": len(found) - int(confirmed.sum()),
    }
    pushed = nudge(chosen[0], live, jump)
    confidence: Confidence = "likely"
    if pushed is not None and pushed.agrees(jump) and trial.distinct:
        confidence = "tested"
    elif pushed is not None and not pushed.agrees(jump):
        confidence = "possible"
    return Judgement(_cause(chosen, confidence, live, jump, pushed, tried))


def follow_blindly(live: LiveScan, jump: JumpToExplain) -> Judgement:
    """Find the jump again after two displacements, and ask which pair's distance it follows.

    For potentials that have a cutoff and do not declare it. A pair must predict both new places to within what the
    search resolves: of a hundred pairs, which spread over some mÅ, one does so by chance in less than 1 % of cases.
    """
    scan = live.scan
    hypotheses = undeclared_cutoffs(scan, jump.place)
    window = window_around(scan, jump.place)
    left = np.ones(len(hypotheses), dtype=bool)
    places = 0
    for move in displacements(scan, _BLIND_AMPLITUDE, 2):
        predicted = predictions(hypotheses, scan, move, window, jump.place)
        if not np.isfinite(predicted).any():
            return Judgement(None)
        lo, hi = float(np.nanmin(predicted)), float(np.nanmax(predicted))
        margin = 0.1 * (hi - lo) + 2 * jump.gap
        finest, least = jump.gap / 5, _SMALLEST * abs(jump.size)
        found = relocate_all(live.displaced(move), lo - margin, hi + margin, jump.quantity, finest, least)
        if found is None:
            why = "Where the atoms are moved, frames fail, or the jumps are too many to tell them apart."
            return Judgement(None, why, "an undeclared cutoff")
        if not found:
            return Judgement(
                None,
                f"With atoms moved by up to {_BLIND_AMPLITUDE:g} Å the jump was not found where any pair's distance "
                "predicts it.",
            )
        places += len(found)
        left &= np.any([np.abs(predicted - one.place) <= 2 * one.error + finest for one in found], axis=0)
    matching = [hypothesis for hypothesis, ok in zip(hypotheses, left, strict=True) if ok]
    if len(matching) != 1:
        many = "no pair's distance" if not matching else f"the distances of {len(matching)} pairs alike"
        return Judgement(
            None,
            f"With atoms moved twice by up to {_BLIND_AMPLITUDE:g} Å it moved to places that {many} would predict.",
        )
    evidence: Evidence = {
        "atoms_moved_by_at_most_Å": _BLIND_AMPLITUDE,
        "pairs_tried": len(hypotheses),
        "jumps_seen_near": places,
        "test": f"all atoms moved twice by up to {_BLIND_AMPLITUDE:g} Å: both times the jump stood where this pair's "
        "distance alone says",
    }
    return Judgement(_cause(matching, "tested", live, jump, None, evidence))


def _cause(
    chosen: Sequence[Switch],
    confidence: Confidence,
    live: LiveScan,
    jump: JumpToExplain,
    pushed: Nudge | None,
    evidence: Evidence,
) -> Cause:
    """The cause that one switch makes, or several that are equal by symmetry."""
    unit = live.scan.unit
    names = Names(live.scan.molecule.symbols, unit)
    first = chosen[0]
    others = f", and the same holds for {len(chosen) - 1} more at the same place" if len(chosen) > 1 else ""
    merged = {**first.evidence, **evidence}
    if len(chosen) > 1:
        merged["together_with"] = "; ".join(
            names.several([names.atom(a) for a in switch.atoms]) for switch in chosen[1:]
        )
    if pushed is not None:
        merged |= {
            "moved_atom": names.atom(pushed.atom),
            "moved_by_Å": pushed.distance,
            f"predicted_shift_{unit}": pushed.predicted,
            f"measured_shift_{unit}": pushed.measured,
            f"measured_shift_error_{unit}": pushed.error,
            "test": f"{names.atom(pushed.atom)} moved by {short(pushed.distance)} Å: the jump should move "
            f"by {shift(pushed.predicted, unit)} and moved by {shift(pushed.measured, unit)}",
        }
    atoms = dict.fromkeys(a for switch in chosen for a in switch.atoms)
    pairs = dict.fromkeys(p for switch in chosen for p in switch.pairs)
    return Cause(
        kind=first.kind,
        confidence=confidence,
        statement=f"At {names.place(jump.place)} {first.first}{others}. {first.second}",
        atoms=tuple(atoms),
        pairs=tuple(pairs),
        evidence=merged,
        source=first.source,
    )


def _unit(live: LiveScan, jump: JumpToExplain) -> str:
    return "eV" if jump.quantity == "energy" else f"eV/{live.scan.unit}"


def _list(words: Sequence[str]) -> str:
    return "; ".join(words)
