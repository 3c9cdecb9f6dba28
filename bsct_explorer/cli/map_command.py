"""`map`: two coordinates at once, to a summary on the terminal and to files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bsct_explorer.cli.argument_types import grid, span
from bsct_explorer.cli.command_record import Command
from bsct_explorer.cli.molecule_text import headline
from bsct_explorer.cli.options import Call, Once, Options, option, options_of
from bsct_explorer.cli.remarks_text import exit_code, remarks_text, strict_option
from bsct_explorer.cli.shared_options import (
    DEFAULT_MODEL,
    MODEL_HELP,
    MoleculeOptions,
    ResultOutputs,
    device_option,
    dtype_option,
    thresholds_of,
    thresholds_option,
    unit_option,
)
from bsct_explorer.cli.streams import ProgressLine, only_results_on_stdout, write_stdout
from bsct_explorer.cli.text_tables import table
from bsct_explorer.export.map_formats import MAP_FORMATS
from bsct_explorer.words.atoms import atoms_label
from bsct_explorer.words.numbers import short
from bsct_explorer.words.units import EnergyUnit, energy_unit, factor_of, unit_in, with_unit

if TYPE_CHECKING:
    from bsct_explorer.deformations import Deformation
    from bsct_explorer.export.file_format import FileFormat
    from bsct_explorer.study import SurfaceMap

_EXAMPLES = """\
examples:
  bsct-explorer map water --x bond:0-1 --y angle:1-0-2 --model ani1x
  bsct-explorer map butane --x torsion:0-1-2-3 --y bond:1-2 --y-range 0.8:1.6 --points 37x21 --npz butane.npz
"""

_RANGE_HELP = "in sums of covalent radii for a bond, in degrees otherwise (default: as in `scan`)"


@dataclass(frozen=True, kw_only=True)
class CoordinatesOptions(Options):
    """The two coordinates and their values."""

    TITLE: ClassVar[str] = "coordinates"
    DESCRIPTION: ClassVar[str | None] = "bond:I-J, angle:I-J-K or torsion:I-J-K-L"

    x: str = option("--x", action=Once, required=True, metavar="KIND:ATOMS", help="for instance bond:0-1")
    y: str = option("--y", action=Once, required=True, metavar="KIND:ATOMS", help="for instance angle:0-1-2")
    x_range: tuple[float, float] | None = option("--x-range", type=span, metavar="LO:HI", help=_RANGE_HELP)
    y_range: tuple[float, float] | None = option("--y-range", type=span, metavar="LO:HI", help=_RANGE_HELP)
    points: tuple[int, int] = option(
        "--points",
        type=grid,
        default=(31, 31),
        metavar="NXxNY",
        help="number of values, 9 to 121 each (default: 31x31)",
    )

    def driven(self) -> tuple[Deformation, Deformation]:
        """What is driven along x and along y."""
        from bsct_explorer.deformations import deformation_of, parse_coordinate

        both = ((self.x, self.x_range), (self.y, self.y_range))
        x, y = (deformation_of(*parse_coordinate(text), limits) for text, limits in both)
        return x, y


@dataclass(frozen=True, kw_only=True)
class MapJudgingOptions(Options):
    """The potential, its reference, and what counts."""

    TITLE: ClassVar[str] = "potential and reference"

    model: str | None = option("--model", action=Once, metavar="M", help=f"{MODEL_HELP} (default: {DEFAULT_MODEL})")
    reference: str = option(
        "--reference",
        default="auto",
        metavar="R",
        help="a potential's name or none (default: gfn2-xtb unless it is judged)",
    )
    device: str = device_option()
    dtype: str | None = dtype_option()
    thresholds: tuple[tuple[str, str], ...] = thresholds_option("as in `scan`; repeatable")


@dataclass(frozen=True, kw_only=True)
class MapOutputs(ResultOutputs):
    """Files of a map."""

    strict: bool = strict_option()
    unit: str = unit_option("on the terminal; files are in eV")

    @classmethod
    def formats(cls) -> Mapping[str, FileFormat[SurfaceMap]]:
        return MAP_FORMATS


@dataclass(frozen=True, kw_only=True)
class MapOptions(Options):
    """Options of `map`."""

    molecule: MoleculeOptions = options_of(MoleculeOptions)
    coordinates: CoordinatesOptions = options_of(CoordinatesOptions)
    judging: MapJudgingOptions = options_of(MapJudgingOptions)
    outputs: MapOutputs = options_of(MapOutputs)
    call: Call = options_of(Call)


def surface(options: MapOptions) -> int:
    """Run the command."""
    from bsct_explorer.study import remarks_of_map

    options.outputs.check()
    progress = ProgressLine()
    try:
        with only_results_on_stdout(options.call.debug):
            result = _compute(options, progress)
    finally:
        progress.clear()
    outputs = options.outputs.write(result)
    if not options.outputs.on_stdout:
        shown = energy_unit(options.outputs.unit)
        write_stdout(report(result, shown) + remarks_text(remarks_of_map(result), shown))
    outputs.raise_failures()
    return exit_code(remarks_of_map(result), strict=options.outputs.strict)


def _compute(options: MapOptions, progress: ProgressLine) -> SurfaceMap:
    from bsct_explorer.study import Hooks, StudySettings, make_grid, run_map

    judging = options.judging
    settings = StudySettings(
        reference=judging.reference,
        device=judging.device,
        dtype=judging.dtype,
        thresholds=thresholds_of(judging.thresholds),
        command=options.call.command_line,
    )
    grid = make_grid(options.molecule.load(), *options.coordinates.driven(), options.coordinates.points)
    return run_map(grid, judging.model or DEFAULT_MODEL, settings, Hooks(progress, loading=progress.say))


def report(result: SurfaceMap, shown: EnergyUnit) -> str:
    """What a person reads on the terminal."""
    import numpy as np

    from bsct_explorer.study.map_quantities import QUANTITIES

    grid = result.grid
    text = headline(grid.molecule, shown)
    for name, coordinate, values in (("x", grid.x, grid.x_values), ("y", grid.y, grid.y_values)):
        atoms = atoms_label(grid.molecule.symbols, coordinate.atoms)
        span = f"{short(values[0])} to {with_unit(short(values[-1]), coordinate.unit)}"
        text += f"{name}  {coordinate.kind} {atoms}, {span}, {len(values)} values\n"
    judge = f"none ({result.reference_note})" if result.reference is None else result.reference.info.display_name
    text += f"{result.evaluation.info.display_name}; reference: {judge}\n\n"
    rows = []
    for key in result.available:
        values = result.quantity(key)
        if not np.isfinite(values).any():
            continue
        low, high = (np.unravel_index(pick(values), values.shape) for pick in (np.nanargmin, np.nanargmax))
        rows.append(
            (
                key,
                unit_in(result.unit_of(key), shown),
                *(short(values[at] * factor_of(result.unit_of(key), shown)) for at in (low, high)),
                *(f"{short(grid.x_values[at[1]])}, {short(grid.y_values[at[0]])}" for at in (low, high)),
                QUANTITIES[key].description,
            )
        )
    text += table(rows, ("quantity", "unit", "least", "greatest", "least at x, y", "greatest at", "what"), right=(2, 3))
    counts = Counter((finding.artifact.kind, finding.along) for finding in result.findings)
    if not counts:
        return text + "\nFindings on its lines: none\n"
    found = [(kind, along, str(count)) for (kind, along), count in counts.most_common()]
    return (
        text
        + "\nFindings on its lines, read off the frames\n"
        + table(found, ("kind", "along", "how many"), right=(2,), indent="  ")
    )


COMMAND = Command(
    name="map",
    place=60,
    help="drive two coordinates at once and map the energy surface",
    options=MapOptions,
    run=surface,
    description="Drive two coordinates of a molecule rigidly, evaluate every pair of values, and look for\n"
    "artifacts along the lines of the map.",
    epilog=_EXAMPLES,
)
