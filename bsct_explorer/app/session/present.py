"""From analyses to what stands on the page: pure functions, no Panel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from bsct_explorer.analysis import Analysis
from bsct_explorer.artifacts import Artifact
from bsct_explorer.data import Floats
from bsct_explorer.metrics import METRICS
from bsct_explorer.plots.curve_figures import Curve
from bsct_explorer.plots.looks import REFERENCE_LOOK, Look
from bsct_explorer.profiles import Profile
from bsct_explorer.words.numbers import number, signed

if TYPE_CHECKING:
    from bsct_explorer.artifacts.refine.noise_floor import Noise

METRIC_GROUPS = {True: "against the reference", False: "from the curve alone"}


def curve_of(
    analysis: Analysis,
    look: Look,
    *,
    zero: str,
    reference_frame: int | None,
    integrated: bool = False,
    is_reference: bool = False,
) -> Curve:
    """A potential's curve with its energy zero put where the person wants it.

    Parameters
    ----------
    zero
        ``minimum``: at the curve's own equilibrium; ``reference``: at frame `reference_frame`; ``longest``: at the last
        frame with an energy.
    integrated
        Draw the path integral of the forces in place of the potential's own energies.
    """
    profile = analysis.profile
    equilibrium = analysis.equilibrium.frame if analysis.equilibrium else None
    energies = path_or_own_energies(profile, integrated, equilibrium)
    origin = zero_frame(energies, zero, equilibrium, reference_frame)
    energy_spread, force_spread = spreads(profile, origin)
    return Curve(
        key="reference" if is_reference else profile.info.name,
        name=profile.info.display_name,
        look=REFERENCE_LOOK if is_reference else look,
        values=profile.values,
        energies=energies - energies[origin] if origin is not None else energies,
        forces=profile.generalized_forces,
        energy_spread=energy_spread,
        force_spread=force_spread,
        deviation=deviation_of(analysis),
        equilibrium=equilibrium,
        is_reference=is_reference,
        unit=profile.scan.unit,
        periodic=profile.scan.period is not None,
    )


def path_or_own_energies(profile: Profile, integrated: bool, equilibrium: int | None) -> Floats:
    """The potential's energies, or the integral of its forces from the equilibrium, eV, shape (n_frames,)."""
    if not integrated:
        return profile.energies
    return profile.path_energies(equilibrium if equilibrium is not None else len(profile.scan) // 2)


def zero_frame(energies: Floats, zero: str, equilibrium: int | None, reference_frame: int | None) -> int | None:
    """The frame whose energy is called zero; None where no frame has an energy."""
    finite = np.flatnonzero(np.isfinite(energies))
    if not finite.size:
        return None
    wanted = {"reference": reference_frame, "longest": int(finite[-1])}.get(zero)
    wanted = wanted if wanted is not None else equilibrium
    if wanted is not None and np.isfinite(energies[wanted]):
        return wanted
    return int(finite[np.argmin(energies[finite])])


def spreads(profile: Profile, origin: int | None) -> tuple[Floats | None, Floats | None]:
    """Standard deviation over an ensemble's members of the relative energy and of the force along the coordinate.

    Returns
    -------
    tuple
        eV and eV per unit of the coordinate, each of shape (n_frames,), or None for a single model. The force of a
        member is the derivative of its energy along the scan, by central differences: it serves a band, no number.
    """
    members = profile.evaluation.member_energies
    if members is None or origin is None:
        return None, None
    relative = members - members[:, origin : origin + 1]
    slopes = np.gradient(members - profile.energies, profile.values, axis=1)
    return np.std(relative, axis=0, ddof=1), np.std(slopes, axis=0, ddof=1)


def deviation_of(analysis: Analysis) -> Floats | None:
    """L(r) of FSD on the scan's own frames, NaN where a frame was dropped; None without a reference."""
    if analysis.fsd is None:
        return None
    values = np.full(len(analysis.profile.scan), np.nan)
    values[np.searchsorted(analysis.profile.values, analysis.fsd.curve_values)] = analysis.fsd.L
    return values


def player_rows(curves: Sequence[Curve], dark: bool) -> list[dict[str, Any]]:
    """Rows of the read-out under the slider."""
    return [
        {
            "name": curve.name,
            "colour": curve.look.colour(dark),
            "dash": curve.look.dash,
            "energies": nulls(curve.energies),
            "forces": nulls(curve.forces),
        }
        for curve in curves
    ]


def nulls(values: Floats) -> list[float | None]:
    """A list for JSON: null where there is no number."""
    return [float(value) if np.isfinite(value) else None for value in values]


def frame_of(artifact: Artifact, values: Floats) -> int:
    """The frame nearest to an artifact's place."""
    return int(np.argmin(np.abs(values - artifact.location)))


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


NEAR_EQUILIBRIUM = 0.15
"""Å from the reference's minimum within which FSD's maximum measures a force error there: all scans of SO3LR, SevenNet
and GFN2-xTB on 57 systems have it there, smooth as they are."""


def from_minimum(analysis: Analysis) -> float | None:
    """How far FSD's maximum lies from the reference's minimum, Å; None where there is no FSD along a bond."""
    fsd = analysis.fsd
    if fsd is None or fsd.location is None or fsd.full is None or analysis.profile.scan.unit != "Å":
        return None
    return abs(fsd.location - fsd.equilibrium)


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


def steepest_of(analyses: Mapping[str, Analysis]) -> str:
    """Where L(r) is steepest for each potential and what that means, short enough for the plot's title."""
    parts = []
    for analysis in analyses.values():
        away = from_minimum(analysis)
        if analysis.fsd is not None and away is not None:
            words = "force error at the minimum" if away <= NEAR_EQUILIBRIUM else "rough force"
            parts.append(f"{analysis.profile.info.display_name} {number(analysis.fsd.location)} Å, {words}")
    return f"Steepest: {'; '.join(parts)}" if parts else ""


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
