"""Two results of `bsct-explorer … --json` field by field: `python scripts/compare_json.py OLD NEW [OLD2 NEW2 …]`.

Prints what was added, removed and changed, each field once with how often and an example, and exits with 1 where
something was removed or changed. Numbers must be equal to the last bit. What differs from run to run by design (date,
versions, timings, the command) is left out; where two lists have different lengths, that is the change.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

What = Literal["added", "removed", "changed"]

VARIES = re.compile(r"(^|\.)provenance\.(date|command|version|packages(\..*)?)$|(^|\.)(seconds|wall_time|timing)$")
"""Paths that differ between two runs of the same command."""

LONGEST = 90
"""Characters of a value that are printed."""


@dataclass(frozen=True)
class Difference:
    """One field that differs.

    Attributes
    ----------
    what
        Whether it is new, gone, or another value.
    path
        Where it stands: ``profiles[0].metrics.fsd_full``.
    old, new
        Both values; None on the side that lacks it.
    """

    what: What
    path: str
    old: Any = None
    new: Any = None

    @property
    def field(self) -> str:
        """The path without places in lists: ``profiles[].metrics.fsd_full``."""
        return re.sub(r"\[\d+\]", "[]", self.path)


def differences(old: Any, new: Any, path: str = "") -> Iterator[Difference]:
    """Every field in which two documents differ, in the order of the old one."""
    if VARIES.search(path):
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            place = f"{path}.{key}" if path else key
            if key not in new:
                yield Difference("removed", place, old=old[key])
            elif key not in old:
                yield Difference("added", place, new=new[key])
            else:
                yield from differences(old[key], new[key], place)
    elif _texts(old) and _texts(new) and old != new:
        # Sentences: one that came or went changes none of the others.
        yield from (Difference("removed", f"{path}[]", old=text) for text in old if text not in new)
        yield from (Difference("added", f"{path}[]", new=text) for text in new if text not in old)
        if sorted(old) == sorted(new):
            yield Difference("changed", path, old, new)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for k, pair in enumerate(zip(old, new, strict=True)):
            yield from differences(*pair, f"{path}[{k}]")
    elif isinstance(old, bool) is not isinstance(new, bool) or old != new:
        yield Difference("changed", path, old, new)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) for item in value)


def report(found: Sequence[Difference]) -> str:
    """The differences as text, those of one field together."""
    together: dict[tuple[str, str], list[Difference]] = {}
    for difference in found:
        together.setdefault((difference.what, difference.field), []).append(difference)
    lines = []
    for (what, field), several in together.items():
        first = several[0]
        often = f" ({len(several)} times)" if len(several) > 1 else ""
        example = {"added": _short(first.new), "removed": _short(first.old)}.get(
            what, f"{_short(first.old)} → {_short(first.new)}"
        )
        lines.append(f"  {what:8}{field}{often}: {example}\n")
    return "".join(lines) or "  equal\n"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def main(arguments: Sequence[str]) -> int:
    """Compare each pair of files; 0 where nothing was removed or changed, 2 for wrong arguments."""
    if not arguments or len(arguments) % 2:
        print("Give pairs of files: python scripts/compare_json.py OLD NEW [OLD2 NEW2 …]", file=sys.stderr)
        return 2
    worst = 0
    for old, new in zip(arguments[::2], arguments[1::2], strict=True):
        found = list(differences(*(json.loads(Path(path).read_text(encoding="utf-8")) for path in (old, new))))
        print(f"{old} → {new}\n{report(found)}", end="")
        worst = max(worst, int(any(difference.what != "added" for difference in found)))
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
