"""What is measured of the testbed's variants, what it aims at, and whether it is met; plain numbers in, a table out.

Limits are held against the worst seed. Comparisons with A are between means, and "not worse" allows for half of the
larger spread over the seeds: what seeds differ by is no difference between variants.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from bsct_explorer.testbed.model_config import DESCRIPTIONS, VARIANTS
from bsct_explorer.testbed.results import Cell, Column, Results, VariantRow

BLEW_UP = "blew up: no drift can be given"
Cells = Mapping[str, Mapping[str, Cell]]
"""By variant and column."""


@dataclass(frozen=True)
class Aim:
    """One aim in one column.

    Attributes
    ----------
    holds
        Whether a cell meets it, given A's cell of the same column; None where that is not known.
    """

    column: str
    variants: tuple[str, ...]
    text: str
    holds: Callable[[Cell, Cell | None], bool | None]


def at_most(limit: float) -> Callable[[Cell, Cell | None], bool | None]:
    return lambda cell, _: None if cell.high is None else cell.high <= limit


def above(limit: float) -> Callable[[Cell, Cell | None], bool | None]:
    return lambda cell, _: None if cell.low is None else cell.low > limit


def share_of_a(share: float) -> Callable[[Cell, Cell | None], bool | None]:
    def holds(cell: Cell, a: Cell | None) -> bool | None:
        return None if cell.mean is None or a is None or a.mean is None else cell.mean <= share * a.mean

    return holds


def not_worse_than_a(cell: Cell, a: Cell | None) -> bool | None:
    if a is None or None in (cell.mean, cell.low, cell.high, a.mean, a.low, a.high):
        return None
    spread = max(cell.high - cell.low, a.high - a.low)  # type: ignore[operator]
    return cell.mean <= a.mean + spread / 2  # type: ignore[operator]


DRIFT = 0.1
"""meV/atom/ps that D may drift by."""

FINAL = ("D", "G")
"""The designs that everything is wanted of: D with as many neighbours as the others, G with two more."""

SOFT = tuple(name for name, config in VARIANTS.items() if config.graph == "diff-knn")
HARD = ("A", "H")

AIMS = (
    Aim("force", FINAL, "at most 150 meV/Å", at_most(150.0)),
    Aim("energy", FINAL, "at most 8 meV/atom", at_most(8.0)),
    Aim("fsd", FINAL, "at most a third of A's", share_of_a(1 / 3)),
    Aim("largest_jump", SOFT, "none above 0.01 meV", at_most(0.01)),
    Aim("large_with_jumps", HARD, "above 50 %: the fault that hard neighbours are there to show", above(50.0)),
    Aim("extra_minima", FINAL, "none", at_most(0.0)),
    Aim("nve_drift", FINAL, f"below {DRIFT:g} meV/atom/ps", at_most(DRIFT)),
    Aim("nve_drift", ("A",), f"runs away: above {10 * DRIFT:g} meV/atom/ps, or blows up", above(10 * DRIFT)),
    *(
        Aim(key, FINAL, "not worse than A", not_worse_than_a)
        for key in ("bond_length", "rmsd", "wavenumber", "barrier", "not_relaxed")
    ),
)

_ERRORS, _SMOOTH, _NVE, _SHAPES, _TURNED = (
    "Errors",
    "Smoothness of bond scans",
    "At constant energy",
    "Errors of shapes and vibrations",
    "When turned",
)
_COLUMNS = (
    Column("force", "Force MAE", "meV/Å", "Mean absolute error of the force components.", _ERRORS),
    Column("energy", "Energy MAE", "meV/atom", "Mean absolute error of the energy per atom.", _ERRORS),
    Column(
        "fsd",
        "FSD",
        "Å⁻¹",
        "Force smoothness deviation (Liu et al., 2026), median over the bonds: how much more abruptly the force "
        "changes along a bond than the reference's.",
        _SMOOTH,
    ),
    Column("fsd_own", "FSD, own minimum", "Å⁻¹", "FSD with the force change at the model's own minimum.", _SMOOTH),
    Column("jumps", "Jumps", "", "Certified steps of the energy, of all bonds together.", _SMOOTH),
    Column(
        "largest_jump",
        "Largest jump",
        "meV",
        "Largest step of the energy, certified or found by fifth differences on a grid made finer to 4 × 10⁻⁸ Å; steps "
        "below 0.01 meV are not looked for and count as 0.",
        _SMOOTH,
    ),
    Column("with_jumps", "Bonds with jumps", "%", "Share of the bonds with a step of the energy.", _SMOOTH),
    Column(
        "large_with_jumps",
        "… of ≥ 10 atoms",
        "%",
        "The same share among bonds of molecules of ten atoms or more, where neighbours compete for places.",
        _SMOOTH,
    ),
    Column(
        "extra_minima",
        "Extra minima",
        "",
        "Certified minima of the energy that the reference does not have, of all bonds together.",
        _SMOOTH,
    ),
    Column(
        "nve_drift",
        "Drift",
        "meV/atom/ps",
        "Slope of the total energy in a run at constant energy from 300 K; the worse of two molecules.",
        _NVE,
    ),
    Column("nve_temperature", "Hottest", "K", "Highest kinetic temperature in these runs.", _NVE),
    Column(
        "nve_time", "Ran for", "ps", "How long the shorter of these runs lasted; less where it blew up.", _NVE, "higher"
    ),
    Column("bond_length", "Bond lengths", "mÅ", "Mean absolute error of the relaxed molecules' bond lengths.", _SHAPES),
    Column("rmsd", "RMSD", "mÅ", "Root mean square deviation of the atoms of the relaxed molecules.", _SHAPES),
    Column("wavenumber", "Wavenumbers", "cm⁻¹", "Mean absolute error of the harmonic wavenumbers.", _SHAPES),
    Column("barrier", "Torsion barriers", "meV", "Mean absolute error of the barriers of rigid turns.", _SHAPES),
    Column("not_relaxed", "Not relaxed", "", "Molecules that did not relax within 300 steps, of all nine.", _SHAPES),
    Column(
        "rotation_energy",
        "Energy",
        "meV/atom",
        "Standard deviation of the energy over random orientations: this Transformer learns that turning a molecule "
        "changes nothing, nothing in it makes that so.",
        _TURNED,
    ),
    Column("rotation_force", "Force", "meV/Å", "How far forces fail to turn with the molecule, rms.", _TURNED),
)


def _with_aims(column: Column) -> Column:
    aims = [f"{', '.join(aim.variants)}: {aim.text}" for aim in AIMS if aim.column == column.key]
    return Column(**{**vars(column), "aim": "; ".join(aims)})


COLUMNS = tuple(_with_aims(column) for column in _COLUMNS)


def variant_of(run: str) -> str:
    """The variant that a run is a seed of: ``D`` of ``D-1``, ``F-fsd`` of ``F-fsd-seed-1``.

    A control such as ``D-tau-4`` is one of its own.
    """
    return re.sub(r"^([A-Z])-\d+$", r"\1", re.sub(r"-seed-\d+$", "", run))


def tabulated(runs: Mapping[str, Mapping[str, float]], measured: str, controls: Mapping[str, str]) -> Results:
    """The table of what was measured, seeds of a variant joined, variants in their order and controls after them.

    Parameters
    ----------
    runs
        By the name of the run and the column's key; infinite where a run blew up, absent or NaN where there is none.
    measured
        Sentence for `Results.measured`.
    controls
        What is different in each run that is no variant, by its name.
    """
    seeds: dict[str, list[str]] = {}
    for run in runs:
        seeds.setdefault(variant_of(run), []).append(run)
    order = _in_order(seeds)
    cells: dict[str, dict[str, Cell]] = {
        name: {c.key: _cell([runs[run].get(c.key, math.nan) for run in seeds[name]]) for c in COLUMNS} for name in order
    }
    described = {**controls, **DESCRIPTIONS}
    rows = tuple(
        VariantRow(name, described.get(name, ""), tuple(sorted(seeds[name])), _judged(name, cells)) for name in order
    )
    return Results(measured, COLUMNS, rows)


def joined(old: Results, new: Results) -> Results:
    """A table of before with what was measured since: variants and seeds that it lacks, and cells that it left empty.

    What is known of a seed stays as it is; aims are judged again. ``measured`` is `new`'s.

    Raises
    ------
    ValueError
        The tables have other columns.
    """
    if [column.key for column in old.columns] != [column.key for column in new.columns]:
        raise ValueError("The tables have other columns: measure all runs again.")
    before, since = ({row.variant: row for row in table.rows} for table in (old, new))
    rows = {name: before.get(name) or since[name] for name in _in_order({**before, **since})}
    rows |= {name: _joined_row(before[name], since[name]) for name in rows if name in before and name in since}
    cells = {name: row.cells for name, row in rows.items()}
    judged = tuple(replace(row, cells=_judged(name, cells)) for name, row in rows.items())
    return replace(new, columns=COLUMNS, rows=judged)


def _joined_row(old: VariantRow, new: VariantRow) -> VariantRow:
    runs = tuple(sorted({*old.runs, *new.runs}))

    def part(cell: Cell, of: VariantRow) -> Cell:
        """What is known of some runs, as a cell of all of them."""
        few = f"of {len(of.runs)} of {len(runs)} runs"
        if len(of.runs) == len(runs) or (cell.mean is None and not cell.note.endswith(BLEW_UP)):
            return cell
        return replace(cell, note=f"{cell.note}, {few}" if BLEW_UP in cell.note else cell.note or few)

    def joined_cell(one: Cell, two: Cell) -> Cell:
        if one.mean is None and BLEW_UP not in one.note:
            return part(two, new)
        if set(old.runs) & set(new.runs) or one.note or two.note or None in (one.mean, two.mean):
            return part(one, old)
        n, m = len(old.runs), len(new.runs)
        mean = (n * one.mean + m * two.mean) / (n + m)  # type: ignore[operator]
        return Cell(mean, min(one.low, two.low), max(one.high, two.high))  # type: ignore[type-var]

    return replace(old, runs=runs, cells={key: joined_cell(cell, new.cells[key]) for key, cell in old.cells.items()})


def _in_order(names: Collection[str]) -> list[str]:
    """Variants in their order and controls after them."""
    return [name for name in VARIANTS if name in names] + sorted(set(names) - set(VARIANTS))


def _cell(values: Sequence[float]) -> Cell:
    known = [float(value) for value in values if math.isfinite(value)]
    blown = sum(math.isinf(value) for value in values)
    note = "not measured" if not known else f"of {len(known)} of {len(values)} runs" if len(known) < len(values) else ""
    if blown:
        note = BLEW_UP if blown == len(values) else f"{blown} of {len(values)} runs {BLEW_UP}"
    if not known:
        return Cell(None, None, None, note=note)
    return Cell(sum(known) / len(known), min(known), max(known), note=note)


def _judged(variant: str, cells: Cells) -> dict[str, Cell]:
    found = dict(cells[variant])
    for aim in AIMS:
        if variant in aim.variants:
            cell = found[aim.column]
            met = aim.holds(cell, cells.get("A", {}).get(aim.column))
            if BLEW_UP in cell.note:
                met = variant not in SOFT  # what blows up runs away, and drifts by no little
            found[aim.column] = Cell(cell.mean, cell.low, cell.high, met, aim.text, cell.note)
    return found
