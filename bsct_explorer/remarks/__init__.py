"""Every kind of remark, grouped by what it is about: each file of this folder that defines some has a tuple `REMARKS`.

See `remarks.remark` for what a remark is.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from bsct_explorer.remarks.remark import Remark, RemarkKind, named


class IncompleteRemark(ImportError):
    """A file of this folder holds no whole records; the message names the file and what is missing."""


def _table() -> dict[str, RemarkKind]:
    found: list[RemarkKind] = []
    for name in sorted(module.name for module in iter_modules(__path__) if module.name != "remark"):
        where = f"remarks/{name}.py"
        try:
            records = getattr(import_module(f"{__name__}.{name}"), "REMARKS", None)
        except TypeError as error:
            raise IncompleteRemark(f"{where} holds no whole record of a remark: {error}") from error
        if not isinstance(records, tuple) or not all(isinstance(record, RemarkKind) for record in records):
            raise IncompleteRemark(f"{where} has no tuple `REMARKS` of `RemarkKind`")
        found += records
    table = {kind.name: kind for kind in found}
    if len(table) < len(found):
        twice = sorted({kind.name for kind in found if sum(other.name == kind.name for other in found) > 1})
        raise IncompleteRemark(f"two remarks have one name: {', '.join(twice)}")
    return table


REMARK_KINDS: Mapping[str, RemarkKind] = _table()
"""Every kind of remark by its name."""

__all__ = ["REMARK_KINDS", "IncompleteRemark", "Remark", "RemarkKind", "named"]
