"""All formats of reference files, one file each: `READERS` is made of what stands in this folder.

A file holds one `ReferenceReader` as `READER`.
"""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from pkgutil import iter_modules

from bsct_explorer.references.reference_reader import ReferenceReader


def _found() -> tuple[ReferenceReader, ...]:
    """Every reader of this folder in the order of their places.

    Raises
    ------
    ImportError
        A file without a record, or a suffix or a place that two of them claim.
    """
    readers = []
    for module in iter_modules(__path__):
        reader = getattr(import_module(f"{__name__}.{module.name}"), "READER", None)
        if not isinstance(reader, ReferenceReader):
            raise ImportError(f"references/readers/{module.name}.py holds no ReferenceReader as READER")
        readers.append(reader)
    claims = Counter(claim for reader in readers for claim in (reader.place, *reader.suffixes))
    twice = [str(claim) for claim, count in claims.items() if count > 1]
    if twice:
        raise ImportError(f"Two readers of reference files claim {', '.join(twice)}")
    return tuple(sorted(readers, key=lambda reader: reader.place))


READERS = _found()

SUFFIXES = frozenset(suffix for reader in READERS for suffix in reader.suffixes)
"""Of all reference files, with the dot."""
