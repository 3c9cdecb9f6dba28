"""Compute the page's opening case (ethane's C-C bond) and store it in the package.

Run from the repository's root after a change of the library's ethane, of a shipped potential, of the deformation or of
refinement:

    .venv/bin/python scripts/make_opening.py
"""

import json
from pathlib import Path

import numpy as np

from bsct_explorer.app.session.opening_case import FILE, opening_analyses, opening_names, opening_scan
from bsct_explorer.export.refined_text import refined_to_text
from bsct_explorer.potentials import load_potential
from bsct_explorer.study import evaluate_profile, refine_analysis

TARGET = Path(__file__).parents[1] / "bsct_explorer" / "app" / "data" / FILE


def main() -> None:
    """Evaluate on the CPU in float64 and write one compressed file."""
    scan = opening_scan()
    arrays, potentials = {}, {name: load_potential(name, device="cpu") for name in opening_names()}
    evaluations = {name: evaluate_profile(scan, potential).evaluation for name, potential in potentials.items()}
    for name, evaluation in evaluations.items():
        arrays[f"{name}/energies"], arrays[f"{name}/forces"] = evaluation.energies, evaluation.forces
        sent = {key: getattr(evaluation, key) for key in ("device", "dtype", "charge", "multiplicity")}
        arrays[f"{name}/sent"] = np.array(json.dumps(sent))
        if evaluation.member_energies is not None:
            arrays[f"{name}/members"] = evaluation.member_energies
        print(f"{name}: {len(scan)} frames, {evaluation.dtype}, {evaluation.device}")
    for name, analysis in opening_analyses(evaluations).items():
        refined = refine_analysis(analysis, potentials[name])
        arrays[f"{name}/refined"] = np.array(refined_to_text(refined))
        print(f"{name}: {len(refined.artifacts)} findings, {len(refined.refuted)} refuted")
    TARGET.parent.mkdir(exist_ok=True)
    np.savez_compressed(TARGET, **arrays)
    print(f"{TARGET}: {TARGET.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
