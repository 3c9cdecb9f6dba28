"""All formats of a study, one file each: `FORMATS` is made of what stands in this folder, in the order of their places.

A file has the name of its format and holds one `FileFormat` as `FORMAT`; docs/add-a-format.md walks through it. The
options of `scan` and `check` and the page's downloads are made from the table.
"""

from __future__ import annotations

from importlib import import_module
from itertools import pairwise
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from bsct_explorer.export.file_format import FileFormat

if TYPE_CHECKING:
    from bsct_explorer.study import BondSurvey, Study

    StudyFormat = FileFormat[Study | BondSurvey]


def _found() -> dict[str, StudyFormat]:
    """Every record of this folder by name.

    Raises
    ------
    ImportError
        A file without a record, one of another name, or two for one place.
    """
    records: list[StudyFormat] = []
    for module in iter_modules(__path__):
        record = getattr(import_module(f"{__name__}.{module.name}"), "FORMAT", None)
        if not isinstance(record, FileFormat):
            raise ImportError(f"export/formats/{module.name}.py holds no FileFormat as FORMAT")
        if record.name != module.name:
            raise ImportError(f"export/formats/{module.name}.py holds the format {record.name!r}: name both the same")
        records.append(record)
    records.sort(key=lambda record: record.place)
    for before, after in pairwise(records):
        if before.place == after.place:
            raise ImportError(f"The formats {before.name!r} and {after.name!r} have the same place, {before.place}")
    return {record.name: record for record in records}


FORMATS = _found()
"""By name, in the order of their places."""
