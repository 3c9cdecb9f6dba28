"""A study as one table: a row a frame, columns for each potential, units in the column names.

| column | unit | what |
| --- | --- | --- |
| ``atoms`` | | atoms of the coordinate, ``0-1`` |
| ``frame`` | | 0-based |
| ``coordinate_A`` | Å | or ``coordinate_deg`` |
| ``<model>_energy_eV`` | eV | raw, as the potential gives it |
| ``<model>_relative_energy_eV`` | eV | above that zero |
| ``<model>_generalized_force_eV_per_A`` | eV/Å | positive pushes apart |
| ``<model>_path_energy_eV`` | eV | path integral of the forces, above that zero |
| ``energy_zero`` | | what relative energies are relative to, a key of `words.energy_zeros.ENERGY_ZEROS` |
| ``<model>_fsd_curve`` | | L, whose steepest slope is FSD; with a reference only |
| ``<model>_relative_energy_spread_eV`` | eV | standard deviation over an ensemble's members; for ensembles only |
| ``<model>_force_spread_eV_per_A`` | eV/Å | likewise, of the members' slopes |

The reference's columns come first, as ``reference_…``. What could not be had is an empty field. Names are ASCII, so
that a spreadsheet shows them whatever encoding it guesses.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from bsct_explorer.data import Floats
    from bsct_explorer.study import Study

UNITS = {"Å": "A", "°": "deg"}


def csv_text(studies: Study | Sequence[Study]) -> str:
    """Comma-separated table of one study, or of several below one another (all bonds of a molecule)."""
    several = [studies] if not isinstance(studies, Sequence) else list(studies)
    tables = [_columns(study) for study in several]
    header = list(dict.fromkeys(name for table in tables for name in table))
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    for table in tables:
        n_rows = len(table["frame"])
        writer.writerows([table[name][k] if name in table else "" for name in header] for k in range(n_rows))
    return stream.getvalue()


def _columns(study: Study) -> dict[str, list[str]]:
    scan = study.scan
    unit = UNITS.get(scan.unit, scan.unit)
    columns = {
        "atoms": ["-".join(map(str, scan.atoms))] * len(scan),
        "frame": [str(k) for k in range(len(scan))],
        f"coordinate_{unit}": _fields(scan.values),
    }
    sources = {} if study.reference_analysis is None else {"reference": study.reference_analysis}
    sources |= study.by_label
    # What came later stands behind, so that nobody's column numbers move.
    more: dict[str, Floats | None] = {}
    for name, analysis in sources.items():
        relative = study.relative(analysis)
        columns[f"{name}_energy_eV"] = _fields(analysis.profile.clean_curve()[0])
        columns[f"{name}_relative_energy_eV"] = _fields(relative.energies)
        columns[f"{name}_generalized_force_eV_per_{unit}"] = _fields(relative.forces)
        columns[f"{name}_path_energy_eV"] = _fields(relative.path_energies)
        more[f"{name}_fsd_curve"] = analysis.fsd_curve
        more[f"{name}_relative_energy_spread_eV"] = relative.relative_energy_spread
        more[f"{name}_force_spread_eV_per_{unit}"] = relative.force_spread
    columns["energy_zero"] = [study.settings.energy_zero] * len(scan)
    return columns | {name: _fields(values) for name, values in more.items() if values is not None}


def _fields(values: Floats) -> list[str]:
    """Numbers with all their digits, empty where there is none."""
    return [repr(float(value)) if np.isfinite(value) else "" for value in values]
