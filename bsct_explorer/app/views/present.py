"""From analyses to what stands on the page: pure functions, no Panel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from bsct_explorer.analysis import Analysis
from bsct_explorer.data import Floats
from bsct_explorer.metrics import METRICS
from bsct_explorer.plots.figures import FIGURES
from bsct_explorer.plots.looks import Look
from bsct_explorer.plots.shown_curves import ShownCurves
from bsct_explorer.profiles import Profile
from bsct_explorer.words.numbers import number, signed
from bsct_explorer.words.units import EV, EnergyUnit, factor_of, in_unit, unit_in

if TYPE_CHECKING:
    from bsct_explorer.artifacts.refine.noise_floor import Noise

METRIC_GROUPS = {True: "against the reference", False: "from the curve alone"}
DETAILS = "details"


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


def metric_columns(with_reference: bool, shown: EnergyUnit = EV) -> list[dict[str, str]]:
    """Columns of the metrics table, those that need a reference first, details last."""
    metrics = [row for row in METRICS.values() if with_reference or not row.needs_reference]
    metrics.sort(key=lambda row: (row.detail, not row.needs_reference))
    return [
        {
            "key": row.key,
            "label": row.label,
            "unit": unit_in(row.unit, shown),
            "tip": in_unit(f"{row.description}\n{row.formula}\n{row.source}", shown),
            "group": DETAILS if row.detail else METRIC_GROUPS[row.needs_reference],
        }
        for row in metrics
    ]


def metric_rows(
    analyses: Mapping[str, Analysis], looks: Mapping[str, Look], dark: bool, shown: EnergyUnit = EV
) -> list[dict[str, Any]]:
    """One row a potential, the reference's own last."""
    rows = []
    for name, analysis in analyses.items():
        info = analysis.profile.info
        cells = {
            key: {
                "text": number(value if value is None else value * factor_of(METRICS[key].unit, shown)),
                "value": value,
                "note": in_unit(analysis.metrics.notes.get(key, ""), shown),
            }
            for key, value in analysis.metrics.values.items()
        }
        if analysis.fsd_maximum is not None and "fsd_full" in cells:
            cells["fsd_full"]["note"] = analysis.fsd_maximum.sentence
        rows.append(
            {
                "name": info.display_name + (" (reference)" if name == "reference" else ""),
                "colour": looks[name].colour(dark),
                "dash": looks[name].dash,
                "tip": potential_tip(analysis.profile, analysis.noise, shown),
                "cells": cells,
            }
        )
    return rows


def rough_without_findings(analyses: Mapping[str, Analysis]) -> list[str]:
    """Sentences on curves without a finding whose force leaves the reference's abruptly somewhere."""
    said = [
        place.alarm(analysis.profile.info.display_name)
        for analysis in analyses.values()
        if (place := analysis.fsd_maximum) is not None
    ]
    return [sentence for sentence in said if sentence]


def potential_tip(profile: Profile, noise: Noise | None = None, shown: EnergyUnit = EV) -> str:
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
        lines.append(in_unit(noise.sentence, shown, (float(noise.energy), float(noise.force))))
    return "\n".join([*lines, *(in_unit(note, shown) for note in evaluation.notes)])
