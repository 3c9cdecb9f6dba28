"""Hypothesis: a variable inside the model changes sign, and the model does something abrupt with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bsct_explorer.artifacts.causes.atom_names import Names
from bsct_explorer.artifacts.causes.geometric_switches import Condition, Switch, frames_at
from bsct_explorer.data import Floats

if TYPE_CHECKING:
    from bsct_explorer.artifacts.live_curve import LiveScan


def internal_switches(live: LiveScan, place: float, tolerance: float) -> list[Switch]:
    """Declared internal variables that change sign within the tolerance of the place; two frames.

    Parameters
    ----------
    place, tolerance
        Where, and how far off the change may be, in the coordinate's unit.
    """
    if not live.info.internals:
        return []
    names = Names(live.scan.molecule.symbols, live.scan.unit)
    around = place + tolerance * np.array([-1.0, 1.0])
    seen = live.internals(frames_at(live.scan, None, around))
    found = []
    for variable in live.info.internals:
        if variable.name not in seen:
            continue
        values = np.asarray(seen[variable.name], dtype=np.float64)
        per_atom = values.ndim == 2
        columns = values if per_atom else values[:, None]
        for a in np.flatnonzero((columns[0] < 0) != (columns[1] < 0)):
            atom = int(a) if per_atom else None
            owner = f" of {names.atom(atom)}" if atom is not None else ""
            found.append(
                Switch(
                    kind="internal-variable",
                    condition=_variable(live, variable.name, atom),
                    atoms=() if atom is None else (atom,),
                    first=f"the {variable.name}{owner} passes through zero",
                    second=variable.effect,
                    asks=True,
                    evidence={
                        "variable": variable.name,
                        "atom": "" if atom is None else names.atom(atom),
                        "before": float(columns[0, a]),
                        "after": float(columns[1, a]),
                    },
                    source=variable.source,
                )
            )
    return found


def _variable(live: LiveScan, name: str, atom: int | None) -> Condition:
    def condition(positions: Floats) -> Floats:
        values = np.asarray(live.internals(positions)[name], dtype=np.float64)
        return values if atom is None else values[:, atom]

    return condition
