"""The table of the testbed's variants: errors, smoothness and what smoothness costs, on molecules held out of training.

    python benchmarks/testbed_table.py RUNS --data testbed.npz [--out FILE] [--bonds 40] [--nve 20] [--only D A]

RUNS is the folder of `benchmarks/train_testbed.py`; of each run that has one, ``best.safetensors`` is measured. Runs
``D``, ``D-1`` and ``D-2`` are seeds of one variant: their mean and spread (largest less smallest) are given. What was
measured is kept in ``table.json`` in each run's folder, and measured again only where the weights changed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import re
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np

from bsct_explorer.molecules import load_molecule
from bsct_explorer.potentials import load_potential
from bsct_explorer.testbed.checkpoint import load_model
from bsct_explorer.training.batches import Labelled
from bsct_explorer.training.dataset import read_dataset
from bsct_explorer.training.loop import evaluate
from bsct_explorer.training.molecules import HELD_OUT
from bsct_explorer.training.nve import conservation
from bsct_explorer.training.quality import (
    bond_length_error,
    relaxed,
    root_mean_square_deviation,
    rotation_error,
    torsion_barrier_error,
    wavenumbers,
)
from bsct_explorer.training.smoothness import cases_of, measure

COLUMNS = {
    "force": "F MAE, meV/Å",
    "energy": "E MAE, meV/atom",
    "fsd": "FSD, Å⁻¹",
    "fsd_own": "FSD own F(k*)",
    "jumps": "certified jumps",
    "bonds_with_jumps": "bonds with jumps",
    "largest_jump": "largest, meV",
    "extra_minima": "extra minima",
    "nve_drift": "NVE drift, meV/atom/ps",
    "nve_temperature": "NVE hottest, K",
    "nve_time": "NVE, ps",
    "bond_length": "bond lengths, mÅ",
    "rmsd": "RMSD, mÅ",
    "wavenumber": "wavenumbers, cm⁻¹",
    "barrier": "torsion barriers, meV",
    "rotation_energy": "rotation, meV/atom",
    "rotation_force": "rotation, meV/Å",
    "not_relaxed": "not relaxed",
}


def mean(values: list[float]) -> float:
    """Mean of the numbers among these; NaN without any."""
    known = [value for value in values if math.isfinite(value)]
    return float(np.mean(known)) if known else math.nan


def measured(weights: Path, data, cases, molecules, nve_time: float) -> dict[str, float]:  # type: ignore[no-untyped-def]
    """Every column of one run."""
    model, _ = load_model(weights)
    shifts = {z: float(e) for z, e in zip(model.config.elements, model.shifts.tolist(), strict=True)}
    errors = evaluate(model, Labelled(data, data.of("held-out"), shifts))
    potential = load_potential(f"testbed:{weights}", device="cpu")
    reference = load_potential("gfn2-xtb")
    smooth = asdict(measure(potential, cases, nve_time=0))
    runs = [conservation(molecule, potential, time=nve_time) for molecule in molecules[:2]]
    found: dict[str, list[float]] = {}
    for molecule in molecules:
        energy, force = rotation_error(molecule, potential)
        row = {"rotation_energy": energy, "rotation_force": force}
        row["barrier"] = 1e3 * torsion_barrier_error(molecule, potential, reference)
        theirs, ours = relaxed(molecule, reference), relaxed(molecule, potential)
        row["not_relaxed"] = float(ours is None)
        if theirs is not None and ours is not None:
            row["bond_length"] = 1e3 * bond_length_error(theirs, ours)
            row["rmsd"] = 1e3 * root_mean_square_deviation(theirs.positions, ours.positions)
            row["wavenumber"] = float(np.abs(wavenumbers(ours, potential) - wavenumbers(theirs, reference)).mean())
        for name, value in row.items():
            found.setdefault(name, []).append(value)
    return {
        "force": errors.force,
        "energy": errors.energy,
        **{name: float(smooth[name]) for name in COLUMNS if name in smooth},
        "nve_drift": max(run.drift for run in runs),
        "nve_temperature": max(run.temperature for run in runs),
        "nve_time": min(run.time for run in runs),
        **{name: (sum(values) if name == "not_relaxed" else mean(values)) for name, values in found.items()},
    }


def cell(values: list[float]) -> str:
    """Mean and, of several seeds, spread, to three digits."""
    known = [value for value in values if math.isfinite(value)]
    if not known:
        return "–"
    text = f"{np.mean(known):.3g}"
    return text if len(values) == 1 else f"{text} ± {np.ptp(known) / 2:.2g}"


def table(rows: dict[str, dict[str, float]]) -> str:
    """The rows as Markdown, seeds of a variant joined, quantities down and variants across."""
    variants: dict[str, list[dict[str, float]]] = {}
    for name, row in rows.items():
        variants.setdefault(re.sub(r"-\d$", "", name), []).append(row)
    lines = ["| | " + " | ".join(variants) + " |", "| --- |" + " --- |" * len(variants)]
    lines.append("| seeds | " + " | ".join(str(len(some)) for some in variants.values()) + " |")
    for key, title in COLUMNS.items():
        cells = [cell([row.get(key, math.nan) for row in some]) for some in variants.values()]
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, help="Markdown file; else standard output")
    parser.add_argument("--bonds", type=int, default=40, help="bonds of held-out molecules that are scanned")
    parser.add_argument("--nve", type=float, default=20.0, help="ps at constant energy")
    parser.add_argument("--only", nargs="*")
    options = parser.parse_args()
    data = read_dataset(options.data)
    molecules = [load_molecule(smiles) for smiles in HELD_OUT.values()]
    cases = None
    rows: dict[str, dict[str, float]] = {}
    for weights in sorted(options.runs.glob("*/best.safetensors")):
        name = weights.parent.name
        if options.only and name not in options.only:
            continue
        asked = {"bonds": options.bonds, "nve_ps": options.nve, "data": data.sha256}
        key = hashlib.sha256(weights.read_bytes() + json.dumps(asked).encode()).hexdigest()
        kept = weights.with_name("table.json")
        known = json.loads(kept.read_text()) if kept.is_file() else {}
        if known.get("key") != key:
            print(f"measuring {name}", file=sys.stderr, flush=True)
            cases = cases or cases_of(molecules, options.bonds)
            known = {"key": key, **asked, "row": measured(weights, data, cases, molecules, options.nve)}
            kept.write_text(json.dumps(known, indent=1))
        rows[name] = known["row"]
    text = (
        f"Held out: {', '.join(HELD_OUT)}. Errors on their structures with forces below 10 eV/Å against GFN2-xTB; "
        f"{options.bonds} bonds scanned; {options.nve:g} ps at constant energy from 300 K (ethanol and acetamide, 4 "
        "replicas each, worst of the two). ± is half of the difference between the largest and the smallest of the "
        f"seeds. Data {data.sha256[:12]}.\n\n{table(rows)}\n"
    )
    if options.out:
        options.out.write_text(text, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
