"""What a finding's close-up shows: the points of every zoom level, and what they say in words."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from bsct_explorer.analysis import Analysis
from bsct_explorer.app.views.present import nulls
from bsct_explorer.artifacts import Artifact, kind_of
from bsct_explorer.artifacts.refinement import Cause, Confidence, Quantity, Verdict
from bsct_explorer.metrics import METRICS
from bsct_explorer.metrics.curve_measures import ENERGY_DEAD_BAND
from bsct_explorer.words.atoms import atom_label, atoms_label
from bsct_explorer.words.numbers import decimal, number
from bsct_explorer.words.units import EV, EnergyUnit, factor_of, in_unit, quantity, scaled, unit_in, with_unit

PLOTTED: Mapping[Quantity, str] = {"energy": "energies", "force": "forces"}
"""In which curve of the close-up a finding is seen."""

NARROWEST = 1e-6
"""Å or degrees: the width of the narrowest window."""

VERDICT_TITLES: Mapping[Verdict, str] = {
    "jump": "Certified: a jump",
    "real": "Certified: it is there",
    "smooth": "Refuted: smooth",
    "steep": "Certified: steep",
    "noise": "Refuted: noise",
    "unresolved": "Undecided",
}

CAUSE_TITLES = {
    "cutoff-pair": "A pair crosses the cutoff",
    "neighbour-switch": "The choice of neighbours changes",
    "internal-variable": "An internal variable switches",
    "missing-core-repulsion": "Nothing keeps the cores apart",
    "extrapolation": "Outside what the model has learned",
    "direct-forces": "The forces are predicted directly",
    "float-precision": "Numerical precision",
    "electronic-state": "The electronic state changes",
    "unknown": "Cause unknown",
}

CONFIDENCE_WORDS: Mapping[Confidence, str] = {
    "tested": "tested: an intervention did what this cause predicts",
    "likely": "likely: what was measured agrees, and nothing else does",
    "possible": "possible: it cannot be told from other causes",
    "none": "",
}

_PEERS = (
    "tortuosity",
    "energy_jump",
    "force_flips",
    "spearman_repulsion_energy",
    "spearman_attraction_energy",
    "spearman_descending_force",
    "spearman_ascending_force",
)
PEER_TOLERANCE = 0.005
"""How far a metric may be from its clean value and still count as clean: the third digit."""


def place_text(artifact: Artifact, unit: str) -> str:
    """The place with as many decimals as are known, six at most."""
    refined = artifact.refinement
    if artifact.certified and refined is not None and 0 < refined.location_error < 1e-3:
        decimals = min(6, math.floor(-math.log10(refined.location_error)))
        return f"{decimal(artifact.location, decimals)} {unit}"
    return f"{number(artifact.location, 4)} {unit}"


def refuted_sentence(artifact: Artifact, unit: str) -> str:
    """What became of a candidate that is no finding."""
    refined, (low, high) = artifact.refinement, artifact.interval
    where = f"Between {number(low, 4)} and {number(high, 4)} {unit}"
    if refined is None:
        return f"{where} the live potential does not show it."
    if refined.verdict == "smooth":
        over = f", over {scaled(refined.width, unit, digits=2)}" if refined.width else ""
        return f"{where} the grid was too coarse: on a finer one the curve is smooth{over}."
    if refined.verdict == "noise":
        return f"{where} nothing stands out from the potential's own numerical noise."
    if refined.verdict == "steep":
        return f"{where} it still shrinks at the smallest spacing evaluated: steep, but not proven to be a jump."
    return f"{where} the evaluations do not suffice to decide whether this is a jump."


def closeup_of(artifact: Artifact, analysis: Analysis, shown: EnergyUnit = EV) -> dict[str, Any]:
    """One finding's close-up, for the browser; the scan's own points come once for each potential (`curve_points`).

    Points and heights are in eV: the browser draws them in the unit that is shown.
    """
    refined, unit = artifact.refinement, analysis.profile.scan.unit
    levels = refined.levels if refined else ()
    spans = [float(level.values[-1] - level.values[0]) for level in levels if len(level.values) > 1]
    reach = 3.0 * float(np.median(np.diff(analysis.profile.values)))
    return {
        "unit": unit,
        "energyUnit": {"perEv": shown.per_ev, "names": [shown.name, *shown.smaller]},
        "symbol": "r" if unit == "Å" else "θ",
        "location": artifact.location,
        "interval": list(artifact.interval),
        "quantity": PLOTTED[kind_of(artifact.kind).quantity],
        "levels": [
            {"values": level.values.tolist(), "energies": nulls(level.energies), "forces": nulls(level.forces)}
            for level in levels
        ],
        "narrowest": max(NARROWEST, min(spans, default=reach)),
        "jump": bool(refined and refined.verdict == "jump"),
        "size": artifact.size if kind_of(artifact.kind).is_jump else None,
        "sizeText": scaled(abs(artifact.size), artifact.unit, shown),
        "smallest": smallest_spans(artifact, analysis),
        "title": VERDICT_TITLES[refined.verdict] if refined else "",
        "lesson": lesson(artifact, unit, shown),
        "facts": facts(artifact, analysis, shown),
        "table": [
            [scaled(level.spacing, unit, digits=2), scaled(level.size, artifact.unit, shown)] for level in levels
        ],
        "cause": cause_of(artifact.cause, analysis, shown) if artifact.cause else None,
        "peers": peers(analysis, shown) if unit == "Å" else [],
    }


def curve_points(analysis: Analysis) -> dict[str, list[float | None]]:
    """The scan's own points: what the widest window shows."""
    profile = analysis.profile
    return {
        "values": profile.values.tolist(),
        "energies": nulls(profile.energies),
        "forces": nulls(profile.generalized_forces),
    }


def smallest_spans(artifact: Artifact, analysis: Analysis) -> dict[str, float]:
    """The smallest height of the plot, eV and eV per unit: that of the jump looked for, and never the noise alone.

    With it a jump stays as tall as it is while one zooms in, and a smooth curve becomes a level line.
    """
    noise = analysis.noise
    energy = 20 * float(noise.energy) if noise is not None else 0.0
    force = 20 * float(noise.force_at(artifact.location)) if noise is not None else 0.0
    spans = {"energies": max(energy, 1e-9), "forces": max(force, 1e-8)}
    if kind_of(artifact.kind).is_jump and np.isfinite(artifact.size):
        levels = artifact.refinement.levels if artifact.refinement else ()
        seen = artifact.size if artifact.certified or not levels else levels[0].size
        which = PLOTTED[kind_of(artifact.kind).quantity]
        spans[which] = max(spans[which], 1.6 * abs(seen))
    return spans


def lesson(artifact: Artifact, unit: str, shown: EnergyUnit = EV) -> str:
    """What zooming in teaches, in one sentence."""
    refined = artifact.refinement
    if refined is None:
        return "These are the scan's own points; the potential was not evaluated between them."
    size = scaled(abs(refined.size), refined.unit, shown)
    match refined.verdict:
        case "jump":
            return f"However far you zoom in, the jump stays {size} tall, while a smooth curve would straighten out."
        case "smooth":
            over = f" over {scaled(refined.width, unit, digits=2)}" if refined.width else ""
            return f"Zoom in and it straightens out{over}: what looks like a jump on the grid is a smooth curve."
        case "noise":
            return "Zoom in and what is left is no larger than the potential's own numerical noise."
        case "steep":
            return "Zoom in and it straightens out, but only far below the way of one step of molecular dynamics."
        case "real":
            return "A finer grid around this place shows it again: the scan's grid is not to blame."
    return "The evaluations allowed did not suffice to tell a jump from a smooth curve."


def facts(artifact: Artifact, analysis: Analysis, shown: EnergyUnit = EV) -> list[list[str]]:
    """Label and text of the numbers behind a finding."""
    unit, refined = analysis.profile.scan.unit, artifact.refinement
    low, high = artifact.interval
    rows = []
    if refined is not None:
        rows.append(["place", _with_error(refined.location, refined.location_error, unit, shown)])
        rows.append(["size", _with_error(refined.size, refined.size_error, refined.unit, shown)])
        if refined.width is not None:
            rows.append(["width", scaled(refined.width, unit)])
    rows.append(["interval", f"{number(low, 4)} – {number(high, 4)} {unit}"])
    evidence = {**artifact.evidence, **(refined.evidence if refined else {})}
    rows += [_labelled(label, value, shown) for label, value in evidence.items()]
    if refined is not None:
        rows.append(["evaluated", f"{refined.evaluations} further frames in {len(refined.levels)} zoom levels"])
    if analysis.noise is not None:
        rows.append(["noise floor", noise_text(analysis, shown)])
    return rows


_UNIT_AT_END = re.compile(r"_(m?eV(?:/\S+|_per_\w+)?|Å|A|°|per_cm|cm-1|1/cm|amu\S*)$")
_SPELLED_UNITS = {
    "A": "Å",
    "eV_per_A": "eV/Å",
    "eV_per_Å": "eV/Å",
    "eV_per_sqrt_atom": "eV/√atom",
    "per_cm": "cm⁻¹",
    "cm-1": "cm⁻¹",
    "1/cm": "cm⁻¹",
}
"""Units in names of evidence that a person reads otherwise."""


def _labelled(name: str, value: float | int | str, shown: EnergyUnit) -> list[str]:
    """A label and its text; the unit that ends a name goes behind the number."""
    found = _UNIT_AT_END.search(name)
    unit = _SPELLED_UNITS.get(found[1], found[1]) if found else ""
    label = (name[: found.start()] if found else name).replace("_", " ")
    if isinstance(value, str):
        return [label, in_unit(with_unit(value, unit), shown)]
    return [label, quantity(value, unit, shown, 4)]


def _with_error(value: float, error: float, unit: str, shown: EnergyUnit) -> str:
    if not (math.isfinite(error) and error > 0):
        return quantity(value, unit, shown, 5)
    factor = factor_of(unit, shown)
    decimals = min(max(0, math.ceil(-math.log10(factor * error))), 9)
    return f"{decimal(factor * value, decimals)} {unit_in(unit, shown)} ± {scaled(error, unit, shown, digits=2)}"


def noise_text(analysis: Analysis, shown: EnergyUnit = EV) -> str:
    """The potential's noise floor in energy and force; empty where it was not measured."""
    noise = analysis.noise
    if noise is None:
        return ""
    unit = analysis.profile.scan.unit
    return f"{scaled(float(noise.energy), 'eV', shown, 2)}, {scaled(float(noise.force), f'eV/{unit}', shown, 2)}"


def cause_of(cause: Cause, analysis: Analysis, shown: EnergyUnit = EV) -> dict[str, Any]:
    """A cause, for the browser."""
    symbols = analysis.profile.scan.molecule.symbols
    lit = [atoms_label(symbols, pair) for pair in cause.pairs] or [atom_label(symbols, i) for i in cause.atoms]
    return {
        "title": CAUSE_TITLES[cause.kind],
        "confidence": cause.confidence,
        "confidenceWords": CONFIDENCE_WORDS[cause.confidence],
        "statement": cause.statement,
        "lit": ", ".join(lit),
        "evidence": [_labelled(name, value, shown) for name, value in cause.evidence.items()],
        "source": cause.source,
    }


def lit_words(artifact: Artifact, analysis: Analysis) -> str:
    """What is lit in the structure, for its legend; empty where nothing is."""
    if artifact.cause is None or not (artifact.cause.atoms or artifact.cause.pairs):
        return ""
    lit = cause_of(artifact.cause, analysis)["lit"]
    pair = bool(artifact.cause.pairs)
    return f"Lit: {lit}, the {'pair' if pair and len(artifact.cause.pairs) == 1 else 'atoms'} behind this finding"


def peers(analysis: Analysis, shown: EnergyUnit = EV) -> list[dict[str, Any]]:
    """What the curve metrics of MLIP Arena say of this potential's whole curve."""
    rows = []
    for key in _PEERS:
        value, metric = analysis.metrics.values.get(key), METRICS[key]
        if value is None:
            continue
        clean = _clean_energy_jump(analysis) if key == "energy_jump" else metric.ideal
        if clean is None:
            continue
        seen = abs(value - clean) > PEER_TOLERANCE
        rows.append(
            {
                "label": metric.label,
                "text": quantity(value, metric.unit, shown),
                "clean": quantity(clean, metric.unit, shown),
                "seen": seen,
                "says": "shows that something is wrong, not where" if seen else "does not see it",
            }
        )
    return rows


def _clean_energy_jump(analysis: Analysis) -> float | None:
    """What a curve with this one minimum and no jump has: the two differences around it, in eV."""
    energies = analysis.profile.energies
    if not np.isfinite(energies).all():
        return None
    k, steps = int(np.argmin(energies)), np.abs(np.diff(energies))
    inward, outward = steps[:k][steps[:k] >= ENERGY_DEAD_BAND], steps[k:][steps[k:] >= ENERGY_DEAD_BAND]
    return float(inward[-1] + outward[0]) if inward.size and outward.size else 0.0
