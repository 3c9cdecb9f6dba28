"""All formats of a map, in the order in which they are offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bsct_explorer.export.file_format import FileFormat

if TYPE_CHECKING:
    from bsct_explorer.study import SurfaceMap
    from bsct_explorer.words.units import EnergyUnit


def _json(surface: SurfaceMap, unit: EnergyUnit) -> str:
    from bsct_explorer.export.map_files import map_document
    from bsct_explorer.export.plain_json import json_text

    return json_text(map_document(surface))


def _csv(surface: SurfaceMap, unit: EnergyUnit) -> str:
    from bsct_explorer.export.map_files import map_csv

    return map_csv(surface)


def _npz(surface: SurfaceMap, unit: EnergyUnit) -> bytes:
    from bsct_explorer.export.map_files import map_npz

    return map_npz(surface)


_RECORDS = (
    FileFormat("json", 10, "json", "JSON", "everything but atomic forces, as one JSON object", _json),
    FileFormat("csv", 20, "csv", "CSV", "a row a frame", _csv),
    FileFormat(
        "npz",
        30,
        "npz",
        "NPZ",
        "all arrays, positions and forces too, for numpy",
        _npz,
        file_only="arrays are a file",
    ),
)

MAP_FORMATS: dict[str, FileFormat[SurfaceMap]] = {record.name: record for record in _RECORDS}
"""By name."""
