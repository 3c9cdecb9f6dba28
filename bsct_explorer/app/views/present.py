"""From analyses to what stands on the page: pure functions, no Panel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from bsct_explorer.analysis import Analysis
from bsct_explorer.data import Floats
from bsct_explorer.metrics import METRICS
from bsct_explorer.plots.figures import FIGURES
from bsct_explorer.plots.figures.fsd_curve import NEAR_EQUILIBRIUM, from_minimum
from bsct_explorer.plots.looks import Look
from bsct_explorer.plots.shown_curves import ShownCurves
from bsct_explorer.profiles import Profile
from bsct_explorer.words.numbers import number, signed

if TYPE_CHECKING:
    from bsct_explorer.artifacts.refine.noise_floor import Noise

METRIC_GROUPS = {True: "against the reference", False: "from the curve alone"}


def player_rows(shown: ShownCurves, dark: bool) -> list[dict[str, Any]]:
    """Rows of the read-out under the slider: the numbers that the energy's and the force's figures draw."""
    drawn = {name: FIGURES[name].curves(shown) for name in ("energy", "force")}
    return [
        {
            "name": energy.name,
            "colour": energy.look.colour(dark),
            "dash": energy.look.dash,
            "energies": nulls(energy.ordinates.values),
            "forces": nulls(force.ordinates.values),
        }
        for energy, force in zip(drawn["energy"], drawn["force"], strict=True)
    ]


def nulls(values: Floats) -> list[float | None]:
    """A list for JSON: null where there is no number."""
    return [float(value) if np.isfinite(value) else None for value in values]


def metric_columns(with_reference: bool) -> list[dict[str, str]]:
    """Columns of the metrics table, those that need a reference first."""
    shown = [row for row in METRICS.values() if with_reference or not row.needs_reference]
    shown.sort(key=lambda row: not row.needs_reference)
    return [
        {
            "key": row.key,
            "label": row.label,
            "unit": row.unit,
            "tip": f"{row.description}\n{row.formula}\n{row.source}",
            "group": METRIC_GROUPS[row.needs_reference],
        }
        for row in shown
    ]


def metric_rows(analyses: Mapping[str, Analysis], looks: Mapping[str, Look], dark: bool) -> list[dict[str, Any]]:
    """One row a potential, the reference's own last."""
    rows = []
    for name, analysis in analyses.items():
        info = analysis.profile.info
        cells = {
            key: {"text": number(value), "value": value, "note": analysis.metrics.notes.get(key, "")}
            for key, value in analysis.metrics.values.items()
        }
        judged = fsd_judgement(analysis)
        if judged and "fsd_full" in cells:
            cells["fsd_full"]["note"] = judged
        rows.append(
            {
                "name": info.display_name + (" (reference)" if name == "reference" else ""),
                "colour": looks[name].colour(dark),
                "dash": looks[name].dash,
                "tip": potential_tip(analysis.profile, analysis.noise),
                "cells": cells,
            }
        )
    return rows


def fsd_judgement(analysis: Analysis) -> str:
    """Whether FSD's maximum is an error of the force at the minimum or roughness; empty where there is no FSD."""
    fsd, away = analysis.fsd, from_minimum(analysis)
    if fsd is None or away is None:
        return ""
    where = f"FSD's maximum, {number(fsd.full)} Å⁻¹, lies at {number(fsd.location)} Å"
    if away <= NEAR_EQUILIBRIUM:
        return f"{where}, at the reference's minimum: there it measures an error of the force, not roughness."
    return f"{where}, {number(away, 2)} Å from the reference's minimum: there it measures roughness."


ROUGH = 20.0
"""Å⁻¹ of FSD away from the minimum that is worth a sentence where nothing was found: a sine of 2 eV/Å and period 0.1 Å
has 18."""


def rough_without_findings(analyses: Mapping[str, Analysis]) -> list[str]:
    """Sentences on curves without a finding whose force still turns far more abruptly than the reference's somewhere.

    A smooth dive of the force is neither a jump nor a second minimum: only the comparison with the reference sees it.
    """
    sentences = []
    for analysis in analyses.values():
        fsd, away = analysis.fsd, from_minimum(analysis)
        if fsd is not None and away is not None and away > NEAR_EQUILIBRIUM and (fsd.full or 0.0) > ROUGH:
            name = analysis.profile.info.display_name
            sentences.append(f"But the force of {name} leaves the reference's abruptly. {fsd_judgement(analysis)}")
    return sentences


def notes_of(analyses: Mapping[str, Analysis]) -> list[str]:
    """What a person should know of these curves: what FSD means here, then each analysis's notes, each said once."""
    said: dict[str, list[str]] = {}
    for name, analysis in analyses.items():
        for note in filter(None, (fsd_judgement(analysis), *analysis.notes)):
            said.setdefault(note, []).append("reference" if name == "reference" else analysis.profile.info.display_name)
    curves = len([name for name in analyses if name != "reference"])
    # What holds for every potential is about the reference, and needs no names.
    return [note if len(names) == curves > 1 else f"{', '.join(names)}: {note}" for note, names in said.items()]


def potential_tip(profile: Profile, noise: Noise | None = None) -> str:
    """What a potential is, what it was sent and how well it knows its own numbers, for a tooltip."""
    evaluation, info = profile.evaluation, profile.info
    lines = [f"{info.display_name}: {info.level_of_theory}", f"{evaluation.device}, {evaluation.dtype}"]
    if evaluation.charge is None:
        lines.append("charge and multiplicity are not inputs of this potential")
    else:
        sent = f"sent: charge {signed(evaluation.charge)}"
        if evaluation.multiplicity is not None:
            sent += f", multiplicity {evaluation.multiplicity}"
        lines.append(sent)
    if evaluation.failed:
        lines.append(f"{len(evaluation.failed)} of {len(profile.scan)} frames failed")
    if noise is not None:
        lines.append(noise.sentence)
    return "\n".join([*lines, *evaluation.notes])
