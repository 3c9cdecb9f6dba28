"""All figures, one file each: `FIGURES` is made of what stands in this folder, in the order of the records' places.

A file has the name of its figure and holds one `FigureRecord` as `FIGURE`; docs/add-a-plot.md walks through it.
"""

from __future__ import annotations

from importlib import import_module
from itertools import pairwise
from pkgutil import iter_modules

from bsct_explorer.plots.figure_record import FigureRecord


def _found() -> dict[str, FigureRecord]:
    """Every record of this folder by name.

    Raises
    ------
    ImportError
        A file without a record, one of another name, or two for one place.
    """
    records = []
    for module in iter_modules(__path__):
        record = getattr(import_module(f"{__name__}.{module.name}"), "FIGURE", None)
        if not isinstance(record, FigureRecord):
            raise ImportError(f"plots/figures/{module.name}.py holds no FigureRecord as FIGURE")
        if record.name != module.name:
            raise ImportError(f"plots/figures/{module.name}.py holds the figure {record.name!r}: name both the same")
        records.append(record)
    records.sort(key=lambda record: record.place)
    for above, below in pairwise(records):
        if above.place == below.place:
            raise ImportError(f"The figures {above.name!r} and {below.name!r} have the same place, {above.place}")
    return {record.name: record for record in records}


FIGURES = _found()
"""By name, from top to bottom."""
