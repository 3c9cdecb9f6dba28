"""`map`: two coordinates at once, to a summary on the terminal and to files."""

from __future__ import annotations

import argparse
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from bsct_explorer.cli.list_commands import headline, load
from bsct_explorer.cli.output_files import STDOUT, OutputError, Outputs, check_outputs
from bsct_explorer.cli.parser import DEFAULT_MODEL
from bsct_explorer.cli.streams import ProgressLine, only_results_on_stdout, write_stdout
from bsct_explorer.cli.text_tables import table
from bsct_explorer.words.atoms import atoms_label
from bsct_explorer.words.numbers import short
from bsct_explorer.words.units import EnergyUnit, energy_unit, factor_of, unit_in, with_unit

if TYPE_CHECKING:
    from bsct_explorer.deformations import Deformation
    from bsct_explorer.study.surface_map import SurfaceMap


def surface(options: argparse.Namespace) -> int:
    """Run the command."""
    check_outputs([("--json", options.json), ("--csv", options.csv), ("--npz", options.npz)])
    if options.npz == STDOUT:
        raise OutputError("--npz - is not possible: arrays are a file. Give its path.")
    progress = ProgressLine()
    try:
        with only_results_on_stdout(options.debug):
            result = _compute(options, progress)
    finally:
        progress.clear()
    outputs = _write_files(options, result)
    if STDOUT not in (options.json, options.csv):
        write_stdout(report(result, energy_unit(options.unit)))
    outputs.raise_failures()
    return 0


def _compute(options: argparse.Namespace, progress: ProgressLine) -> SurfaceMap:
    from bsct_explorer.artifacts import Thresholds
    from bsct_explorer.artifacts.threshold_reader import with_changes
    from bsct_explorer.study import Hooks, StudySettings, make_grid, run_map

    settings = StudySettings(
        reference=options.reference,
        device=options.device,
        dtype=options.dtype,
        thresholds=with_changes(Thresholds(), options.thresholds),
        command=options.command_line,
    )
    x, y = _coordinate(options.x, options.x_range), _coordinate(options.y, options.y_range)
    grid = make_grid(load(options), x, y, options.points)
    return run_map(grid, options.model or DEFAULT_MODEL, settings, Hooks(progress, loading=progress.say))


def _coordinate(text: str, span: tuple[float, float] | None) -> Deformation:
    from bsct_explorer.deformations import deformation_of, parse_coordinate

    return deformation_of(*parse_coordinate(text), span)


def _write_files(options: argparse.Namespace, result: SurfaceMap) -> Outputs:
    from bsct_explorer.export.map_files import map_csv, map_document, write_map_npz
    from bsct_explorer.export.study_json import json_text

    outputs = Outputs()
    outputs.write(options.json, lambda: json_text(map_document(result)))
    outputs.write(options.csv, lambda: map_csv(result))
    outputs.write_with(options.npz, lambda path: write_map_npz(result, path))
    return outputs


def report(result: SurfaceMap, shown: EnergyUnit) -> str:
    """What a person reads on the terminal."""
    from bsct_explorer.study.map_quantities import QUANTITIES

    grid = result.grid
    text = headline(grid.molecule)
    for name, coordinate, values in (("x", grid.x, grid.x_values), ("y", grid.y, grid.y_values)):
        atoms = atoms_label(grid.molecule.symbols, coordinate.atoms)
        span = f"{short(values[0])} to {with_unit(short(values[-1]), coordinate.unit)}"
        text += f"{name}  {coordinate.kind} {atoms}, {span}, {len(values)} values\n"
    judge = f"none ({result.reference_note})" if result.reference is None else result.reference.info.display_name
    text += f"{result.evaluation.info.display_name}; reference: {judge}\n\n"
    rows = []
    for key in result.available:
        values = result.quantity(key)
        if not np.isfinite(values).any():
            continue
        low, high = (np.unravel_index(pick(values), values.shape) for pick in (np.nanargmin, np.nanargmax))
        rows.append(
            (
                key,
                unit_in(result.unit_of(key), shown),
                *(short(values[at] * factor_of(result.unit_of(key), shown)) for at in (low, high)),
                *(f"{short(grid.x_values[at[1]])}, {short(grid.y_values[at[0]])}" for at in (low, high)),
                QUANTITIES[key].description,
            )
        )
    text += table(rows, ("quantity", "unit", "least", "greatest", "least at x, y", "greatest at", "what"), right=(2, 3))
    counts = Counter((finding.artifact.kind, finding.along) for finding in result.findings)
    if not counts:
        return text + "\nFindings on its lines: none\n"
    found = [(kind, along, str(count)) for (kind, along), count in counts.most_common()]
    return (
        text
        + "\nFindings on its lines, read off the frames\n"
        + table(found, ("kind", "along", "how many"), right=(2,), indent="  ")
    )
