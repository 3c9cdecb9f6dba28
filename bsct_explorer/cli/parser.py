"""Arguments of every command, with help and examples. Only argparse is imported here: help must be quick."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from bsct_explorer import __version__
from bsct_explorer.cli.argument_types import angle, bond, grid, limit, port, positive, setting, span, torsion, whole
from bsct_explorer.cli.streams import complain
from bsct_explorer.words.units import ENERGY_UNIT_NAMES, EV

DEFAULT_MODEL = "ani1x"
DEFAULT_PORT = 5006
SPANS = ("--range", "--x-range", "--y-range")
"""Options whose value may begin with a minus sign."""

_MOLECULE_HELP = (
    "a library name (see `molecules`), a SMILES string, a structure file (xyz, extxyz, mol, sdf, pdb), or a BSCT-SPICE "
    "system such as bsct-spice:C-C/7648"
)

_SCAN_EXAMPLES = """\
examples:
  bsct-explorer scan ethane --bond 0-1 --model ani1x --model so3lr --html ethane.html
  bsct-explorer scan CCO --bond 1-2 --range 0.6:2.5 --points 200 --json - | jq .profiles[0].metrics
  bsct-explorer scan aspirin --all-bonds --json bonds.json
  bsct-explorer scan water --angle 1-0-2 --range 70:170 --model ani1x
  bsct-explorer scan butane --torsion 0-1-2-3 --model ani1x --model so3lr
  bsct-explorer scan bsct-spice:C-C/7648 --data ~/bsct_spice --model my_model.py:calculator
  bsct-explorer scan ethane --bond 0-1 --reference my_dft.csv --reference-level "CCSD(T)/CBS"
"""

_MAP_EXAMPLES = """\
examples:
  bsct-explorer map water --x bond:0-1 --y angle:1-0-2 --model ani1x
  bsct-explorer map butane --x torsion:0-1-2-3 --y bond:1-2 --y-range 0.8:1.6 --points 37x21 --npz butane.npz
"""

_CHECK_EXAMPLES = """\
exit code:
  0 every limit holds for every model; 1 a limit is exceeded; 2 something could not be computed or checked

examples:
  bsct-explorer check ethane --bond 0-1 --model my_model.py:calculator --max artificial-minimum=0 --max energy-step=0
  bsct-explorer check bsct-spice:C-C/7648 --data ~/bsct_spice --model ani1x --max fsd_full=60
"""


_TRAIN_EXAMPLES = """\
examples:
  python scripts/make_testbed_data.py testbed.npz
  printf 'variant = "D"\\ndata = "testbed.npz"\\nsteps = 10000\\nsmoothness_every = 2500\\n' > D.toml
  bsct-explorer train D.toml --until 5000 && bsct-explorer train D.toml
  bsct-explorer scan ethanol --bond 0-1 --model testbed:D/best.safetensors
"""


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line; argparse would print the usage too."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Take ``--range -180:180`` as it is meant: argparse would see an option in what begins with a minus."""
        given = list(sys.argv[1:] if args is None else args)
        joined: list[str] = []
        for word in given:
            if joined and joined[-1] in SPANS and word[:1] == "-" and ":" in word:
                joined[-1] += f"={word}"
            else:
                joined.append(word)
        return super().parse_known_args(joined, namespace)

    def error(self, message: str) -> NoReturn:
        """Exit with code 2."""
        command = self.prog.partition(" ")[2]
        complain(f"{message}. See `bsct-explorer {command + ' ' if command else ''}--help`.")
        sys.exit(2)


class Once(argparse.Action):
    """An option that a command takes once: argparse would keep the last value and say nothing."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option_string: str | None = None) -> None:
        """Keep the value; a second one is an error."""
        if getattr(namespace, self.dest) is not None:
            parser.error(f"{option_string} is given twice, and this command takes one: run it once for each")
        setattr(namespace, self.dest, values)


def build_parser() -> Parser:
    """The parser of all commands; each sets `run`, the function that does it."""
    parser = Parser(
        prog="bsct-explorer",
        description="Pull a bond and see where and why a machine-learned potential's energy surface is wrong.",
        epilog="`bsct-explorer COMMAND --help` shows the options and examples of a command.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"bsct-explorer {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=Parser)
    _add_molecules(commands)
    _add_bonds(commands)
    _add_models(commands)
    _add_scan(commands)
    _add_check(commands)
    _add_map(commands)
    _add_train(commands)
    _add_serve(commands)
    return parser


def _command(commands: Any, name: str, help: str, run: Callable[[argparse.Namespace], int], **texts: str) -> Parser:
    parser: Parser = commands.add_parser(
        name,
        help=help,
        description=texts.get("description", help),
        epilog=texts.get("epilog"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--debug", action="store_true", help="show warnings, and the whole traceback of an error")
    parser.set_defaults(run=run)
    return parser


def _add_molecules(commands: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from bsct_explorer.cli.list_commands import molecules

        return molecules(options)

    parser = _command(commands, "molecules", "list the molecules that have a name", run)
    _data(parser)
    _json(parser)


def _add_bonds(commands: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from bsct_explorer.cli.list_commands import bonds

        return bonds(options)

    parser = _command(commands, "bonds", "list the bonds of a molecule, and which can be pulled", run)
    _molecule(parser)
    parser.add_argument("--angles", action="store_true", help="list the angles too, and which can be bent")
    parser.add_argument("--torsions", action="store_true", help="list the torsions too, and which can be turned")
    _json(parser)


def _add_models(commands: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from bsct_explorer.cli.list_commands import models

        return models(options)

    parser = _command(commands, "models", "list the potentials, or show what some of them say of themselves", run)
    parser.add_argument("names", nargs="*", metavar="NAME", help="show all that is known of these")
    _json(parser)


def _add_scan(commands: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from bsct_explorer.cli.scan_command import scan

        return scan(options)

    parser = _command(
        commands,
        "scan",
        "pull a bond (or bend an angle, or turn a torsion), and list what is wrong with the curves",
        run,
        description="Pull one bond (or every bond) of a molecule rigidly apart, bend an angle or turn a torsion,\n"
        "and judge each potential's curve.\n"
        "Exit code 0 while at least one potential gave a curve, 2 when none did.",
        epilog=_SCAN_EXAMPLES,
    )
    _scan_options(parser)


def _add_check(commands: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from bsct_explorer.cli.check_command import check

        return check(options)

    parser = _command(
        commands,
        "check",
        "scan, and fail where a limit is exceeded (for CI)",
        run,
        description="Scan as `scan` does, then hold metrics and numbers of findings against limits.",
        epilog=_CHECK_EXAMPLES,
    )
    parser.add_argument(
        "--max",
        dest="limits",
        action="append",
        required=True,
        type=limit,
        metavar="NAME=VALUE",
        help="greatest value allowed of a metric (fsd_full=60) or number of findings of a kind "
        "(energy-step=0); may be repeated",
    )
    _scan_options(parser)


def _add_map(commands: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from bsct_explorer.cli.map_command import surface

        return surface(options)

    parser = _command(
        commands,
        "map",
        "drive two coordinates at once and map the energy surface",
        run,
        description="Drive two coordinates of a molecule rigidly, evaluate every pair of values, and look for\n"
        "artifacts along the lines of the map.",
        epilog=_MAP_EXAMPLES,
    )
    _molecule(parser)
    what = parser.add_argument_group("coordinates", "bond:I-J, angle:I-J-K or torsion:I-J-K-L")
    what.add_argument("--x", action=Once, required=True, metavar="KIND:ATOMS", help="for instance bond:0-1")
    what.add_argument("--y", action=Once, required=True, metavar="KIND:ATOMS", help="for instance angle:0-1-2")
    for axis in ("x", "y"):
        what.add_argument(
            f"--{axis}-range",
            type=span,
            metavar="LO:HI",
            help="in sums of covalent radii for a bond, in degrees otherwise (default: as in `scan`)",
        )
    what.add_argument(
        "--points",
        type=grid,
        default=(31, 31),
        metavar="NXxNY",
        help="number of values, 9 to 121 each (default: 31x31)",
    )
    judged = parser.add_argument_group("potential and reference")
    judged.add_argument(
        "--model",
        action=Once,
        metavar="M",
        help=f"a name from `models`, FILE.py:NAME or package.module:NAME (default: {DEFAULT_MODEL})",
    )
    judged.add_argument(
        "--reference",
        default="auto",
        metavar="R",
        help="a potential's name or none (default: gfn2-xtb unless it is judged)",
    )
    judged.add_argument("--device", default="auto", metavar="D", help="auto, cpu, cuda, cuda:1 or mps (default: auto)")
    judged.add_argument("--dtype", choices=("float32", "float64"), help="default: float64 unless the potential cannot")
    judged.add_argument(
        "--thresholds",
        action="append",
        default=[],
        type=setting,
        metavar="KEY=VALUE",
        help="as in `scan`; repeatable",
    )
    outputs = parser.add_argument_group("outputs", "PATH - is stdout; then nothing else is written there")
    outputs.add_argument("--json", metavar="PATH", help="everything but atomic forces, as one JSON object")
    outputs.add_argument("--csv", metavar="PATH", help="a row a frame")
    outputs.add_argument("--npz", metavar="PATH", help="all arrays, positions and forces too, for numpy")
    _unit(outputs, "on the terminal; files are in eV")


def _add_train(commands: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from bsct_explorer.cli.train_command import train

        return train(options)

    parser = _command(
        commands,
        "train",
        "train a variant of the testbed's Transformer, or go on with a run",
        run,
        description="Train the testbed's Transformer as a TOML file says, with its smoothness measured on the way.\n"
        "A run that the folder holds is gone on with. scripts/make_testbed_data.py makes the data.",
        epilog=_TRAIN_EXAMPLES,
    )
    parser.add_argument("config", metavar="CONFIG", help="TOML file: variant, data, steps, … (see the examples)")
    parser.add_argument("--out", metavar="DIR", help="folder of the run (default: CONFIG without .toml)")
    parser.add_argument("--until", type=whole, metavar="N", help="stop at this step; the same command goes on later")
    parser.add_argument("--device", default="cpu", metavar="D", help="cpu or cuda (default: cpu)")
    parser.add_argument("--quiet", action="store_true", help="no progress on stderr")


def _add_serve(commands: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from bsct_explorer.cli.serve_command import serve

        return serve(options)

    parser = _command(commands, "serve", "serve the page on this machine", run)
    parser.add_argument(
        "--port", type=port, default=DEFAULT_PORT, help="port, 0 for any that is free (default: %(default)s)"
    )
    parser.add_argument(
        "--address", default="localhost", help="address to listen on; others reach the page when it is not localhost"
    )
    parser.add_argument(
        "--show",
        action=argparse.BooleanOptionalAction,
        help="open the page in a browser (default: where there is a display)",
    )
    parser.add_argument(
        "--allow-origin",
        action="append",
        default=[],
        metavar="HOST:PORT",
        help="address by which browsers reach the page through a proxy or from other machines; may be repeated",
    )


def _scan_options(parser: Parser) -> None:
    _molecule(parser)
    what = parser.add_argument_group("what is pulled")
    which = what.add_mutually_exclusive_group()
    which.add_argument(
        "--bond",
        type=bond,
        action=Once,
        metavar="I-J",
        help="0-based indices of the two atoms, as `bonds` lists them; a BSCT-SPICE system needs none: its own frames "
        "and fragments are used",
    )
    which.add_argument(
        "--angle",
        type=angle,
        action=Once,
        metavar="I-J-K",
        help="bend an angle: what hangs on I turns against the rest (`bonds --angles` lists them)",
    )
    which.add_argument(
        "--torsion",
        type=torsion,
        action=Once,
        metavar="I-J-K-L",
        help="turn about the bond J-K, both sides rigid (`bonds --torsions` lists them)",
    )
    which.add_argument("--all-bonds", action="store_true", help="every bond that can be pulled, worst first")
    what.add_argument(
        "--range",
        type=span,
        metavar="LO:HI",
        help="of a bond in sums of the covalent radii of the two atoms (default: 0.5:2.0); of an angle in degrees "
        "(default: 60:180, or 60 to both sides of an angle near an end of that); of a torsion in degrees (default: a "
        "full turn, 0:360, or -180:180 where the molecule's own is near 0)",
    )
    what.add_argument("--points", type=whole, metavar="N", help="number of frames, 20 to 1000 (default: 100)")
    what.add_argument(
        "--fixed",
        choices=("none", "first", "second"),
        help="fragment or group that stays in place (default: none, both move by half)",
    )
    judged = parser.add_argument_group("potentials and reference")
    judged.add_argument(
        "--model",
        dest="models",
        action="append",
        metavar="M",
        help=f"a name from `models`, FILE.py:NAME or package.module:NAME; may be repeated (default: {DEFAULT_MODEL})",
    )
    judged.add_argument(
        "--reference",
        default="auto",
        metavar="R",
        help="a potential's name, dft (a BSCT-SPICE system's own), a file of your own (extended xyz with energies and "
        "forces: its frames are the scan; or CSV of coordinate, energy[, generalized force]), or none. Default: dft "
        "for a BSCT-SPICE system's own scan, else gfn2-xtb unless it is the only model",
    )
    judged.add_argument("--reference-level", metavar="TEXT", help="level of theory of a reference file, as you name it")
    judged.add_argument("--device", default="auto", metavar="D", help="auto, cpu, cuda, cuda:1 or mps (default: auto)")
    judged.add_argument("--dtype", choices=("float32", "float64"), help="default: float64 unless the potential cannot")
    judged.add_argument(
        "--thresholds",
        action="append",
        default=[],
        type=setting,
        metavar="KEY=VALUE",
        help="change a threshold of the detectors, such as prominence=0.02 (eV); a wrong key lists all; repeatable",
    )
    judged.add_argument(
        "--no-refine",
        dest="refine",
        action="store_false",
        help="keep what the frames show; by default every finding is certified or refuted with the live potential on "
        "ever finer grids, and its cause is looked for",
    )
    judged.add_argument(
        "--far-field",
        action="store_true",
        help="also pull the bond on to 20 Å: does the force die out, and is the energy that of the fragments alone",
    )
    judged.add_argument(
        "--eps", type=positive, default=1.0, metavar="X", help="eps of FSD in eV/Å (default: 1, the paper's)"
    )
    outputs = parser.add_argument_group("outputs", "PATH - is stdout; then nothing else is written there")
    outputs.add_argument("--json", metavar="PATH", help="everything, as one JSON object")
    outputs.add_argument("--csv", metavar="PATH", help="the curves as one table")
    outputs.add_argument("--xyz", metavar="PATH", help="all frames with energies and forces as extended xyz")
    outputs.add_argument("--html", metavar="PATH", help="a report in one file that needs no network")
    _unit(outputs, "on the terminal and in --html; other files, --max, --thresholds and --eps are in eV")


def _molecule(parser: Parser) -> None:
    parser.add_argument("molecule", metavar="MOLECULE", help=_MOLECULE_HELP)
    _data(parser)
    parser.add_argument(
        "--charge", type=whole, metavar="Q", help="total charge in e (default: what the molecule says, else 0)"
    )
    parser.add_argument(
        "--multiplicity", type=whole, metavar="M", help="2S + 1 (default: 1, or 2 with an odd number of electrons)"
    )
    parser.add_argument("--no-relax", action="store_true", help="do not relax a SMILES' geometry with GFN2-xTB")


def _unit(parser: Any, where: str) -> None:
    parser.add_argument("--unit", choices=ENERGY_UNIT_NAMES, default=EV.name, help=f"energies {where} (default: eV)")


def _data(parser: Parser) -> None:
    parser.add_argument("--data", metavar="DIR", help="folder of BSCT-SPICE (default: the variable BSCT_SPICE_DIR)")


def _json(parser: Parser) -> None:
    parser.add_argument("--json", metavar="PATH", help="write the list as JSON; - is stdout")
