"""A map as JSON (`map_schema.json` beside this file), as a table, and as numpy arrays.

The table has a row a frame:

| column | unit | what |
| --- | --- | --- |
| ``x_A`` or ``x_deg``, ``y_…`` | Å or ° | the coordinates |
| ``energy_eV`` | eV | raw, as the potential gives it |
| ``relative_energy_eV`` | eV | relative to the lowest frame |
| ``force_x_eV_per_…``, ``force_y_…`` | eV per unit | generalized forces |
| ``reference_energy_eV`` | eV | relative to its lowest frame |
| ``energy_error_eV``, ``force_error_eV_per_A`` | eV, eV/Å | as in `bsct_explorer.study.map_quantities.QUANTITIES` |
"""

from __future__ import annotations

import csv
import io
import json
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from bsct_explorer.export.curves_csv import UNITS
from bsct_explorer.export.plain_json import Json, plain
from bsct_explorer.export.study_json import artifact_document, molecule_document, provenance_document, remarks_document

if TYPE_CHECKING:
    from bsct_explorer.data import Evaluation, Floats
    from bsct_explorer.deformations import Deformation
    from bsct_explorer.study.map_lines import MapFinding
    from bsct_explorer.study.surface_map import SurfaceMap

FRAME_FAILED = "frames that failed are null; failed_frames names them"


def map_schema() -> Json:
    """JSON Schema (draft 2020-12) of `map_document`, with the names of the kinds that are."""
    from bsct_explorer.artifacts import KINDS

    text = resources.files("bsct_explorer.export").joinpath("map_schema.json").read_text(encoding="utf-8")
    document: Json = json.loads(text)
    document["properties"]["findings"]["items"]["properties"]["kind"] = {"enum": list(KINDS)}
    return document


def map_document(surface: SurfaceMap) -> Json:
    """A map as plain lists, dicts, numbers and None; quantities are lists of rows, one a value of y."""
    from bsct_explorer.study import remarks_of_map
    from bsct_explorer.study.map_quantities import QUANTITIES

    grid = surface.grid
    notes = {} if surface.reference is not None else {"reference": surface.reference_note}
    notes |= {key: surface.reference_note for key in QUANTITIES if key not in surface.available}
    bad = np.argwhere(~np.isfinite(surface.energies))
    if len(bad):
        notes["quantities"] = FRAME_FAILED
    return {
        "molecule": molecule_document(grid.molecule),
        "x": _axis(grid.x, grid.x_values),
        "y": _axis(grid.y, grid.y_values),
        "model": _source(surface.evaluation),
        "reference": None if surface.reference is None else _source(surface.reference),
        "energies": plain(surface.energies),
        "quantities": {
            key: {"unit": surface.unit_of(key), "values": plain(surface.quantity(key))} for key in surface.available
        },
        "failed_frames": [[int(row), int(column)] for row, column in bad],
        "remarks": remarks_document(remarks_of_map(surface)),
        "findings": [_finding(finding) for finding in surface.findings],
        "settings": {"points": [len(grid.x_values), len(grid.y_values)], "thresholds": plain(surface.thresholds)},
        "provenance": provenance_document(surface.provenance),
        "notes": notes,
    }


def _axis(coordinate: Deformation, values: Floats) -> Json:
    return {
        "kind": coordinate.kind,
        "atoms": list(coordinate.atoms),
        "unit": coordinate.unit,
        "values": plain(values),
        "fixed": getattr(coordinate, "fixed", "none"),
    }


def _source(evaluation: Evaluation) -> Json:
    info = evaluation.info
    return {
        "model": info.name,
        "display_name": info.display_name,
        "level_of_theory": info.level_of_theory,
        "device": evaluation.device,
        "dtype": evaluation.dtype,
        "conservative": info.conservative,
        "remarks": list(evaluation.notes),
    }


def _finding(finding: MapFinding) -> Json:
    return {
        "along": finding.along,
        "index": finding.index,
        "at": plain(finding.at),
        **{
            key: value
            for key, value in artifact_document(finding.artifact).items()
            if key in ("kind", "location", "interval", "size", "unit", "severity", "explanation", "evidence")
        },
    }


def map_csv(surface: SurfaceMap) -> str:
    """Comma-separated table, a row a frame, x changing fastest; what could not be had is an empty field."""
    grid = surface.grid
    ny, nx = grid.shape
    units = {name: UNITS.get(coordinate.unit, coordinate.unit) for name, coordinate in (("x", grid.x), ("y", grid.y))}
    columns = {
        f"x_{units['x']}": np.tile(grid.x_values, ny),
        f"y_{units['y']}": np.repeat(grid.y_values, nx),
        "energy_eV": surface.energies.ravel(),
    }
    names = {
        "energy": "relative_energy_eV",
        "force_x": f"force_x_eV_per_{units['x']}",
        "force_y": f"force_y_eV_per_{units['y']}",
        "reference_energy": "reference_energy_eV",
        "energy_error": "energy_error_eV",
        "force_error": "force_error_eV_per_A",
    }
    columns |= {names[key]: surface.quantity(key).ravel() for key in surface.available}
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    for row in zip(*columns.values(), strict=True):
        writer.writerow([repr(float(value)) if np.isfinite(value) else "" for value in row])
    return stream.getvalue()


def map_npz(surface: SurfaceMap) -> bytes:
    """All arrays of a map: coordinates, positions, tangents, energies and forces, quantities; a file for numpy.load.

    ``x``, ``y``; ``positions``, ``x_tangents``, ``y_tangents``, ``forces`` (ny, nx, n_atoms, 3); ``numbers``;
    ``energies`` and each quantity (ny, nx); ``about``, the JSON text of `map_document` without the arrays.
    """
    grid = surface.grid
    shape = grid.positions.shape
    arrays = {
        "x": grid.x_values,
        "y": grid.y_values,
        "numbers": grid.molecule.numbers,
        "positions": grid.positions,
        "x_tangents": grid.x_tangents,
        "y_tangents": grid.y_tangents,
        "energies": surface.energies,
    }
    for name, evaluation in (("forces", surface.evaluation), ("reference_forces", surface.reference)):
        if evaluation is not None and evaluation.forces is not None:
            arrays[name] = evaluation.forces.reshape(shape)
    arrays |= {key: surface.quantity(key) for key in surface.available}
    about = {key: value for key, value in map_document(surface).items() if key not in ("energies", "quantities")}
    file = io.BytesIO()
    np.savez_compressed(file, about=np.array(json.dumps(about, ensure_ascii=False)), **arrays)  # type: ignore[arg-type]
    return file.getvalue()
