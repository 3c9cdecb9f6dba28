"""`train`: train a variant of the testbed."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from bsct_explorer.cli.argument_types import whole
from bsct_explorer.cli.command_record import Command
from bsct_explorer.cli.options import Call, Options, option, options_of
from bsct_explorer.cli.streams import only_results_on_stdout, write_stdout
from bsct_explorer.words.numbers import decimal

_EXAMPLES = """\
examples:
  python scripts/make_testbed_data.py testbed.npz
  printf 'variant = "D"\\ndata = "testbed.npz"\\nsteps = 10000\\nsmoothness_every = 2500\\n' > D.toml
  bsct-explorer train D.toml --until 5000 && bsct-explorer train D.toml
  bsct-explorer scan ethanol --bond 0-1 --model testbed:D/best.safetensors
"""


@dataclass(frozen=True, kw_only=True)
class TrainOptions(Options):
    """Options of `train`."""

    config: str = option(metavar="CONFIG", help="TOML file: variant, data, steps, … (see the examples)")
    out: str | None = option("--out", metavar="DIR", help="folder of the run (default: CONFIG without .toml)")
    until: int | None = option(
        "--until", type=whole, metavar="N", help="stop at this step; the same command resumes the run"
    )
    device: str = option("--device", default="cpu", metavar="D", help="cpu or cuda (default: cpu)")
    quiet: bool = option("--quiet", action="store_true", help="no progress on stderr")
    call: Call = options_of(Call)


def train(options: TrainOptions) -> int:
    """Run or resume a training; lines of progress go to stderr, the last errors and the folder to stdout."""
    from bsct_explorer.testbed.learning.training_config import read_config
    from bsct_explorer.training.training_run import train as run

    config = read_config(options.config)
    folder = Path(options.out) if options.out else Path(options.config).with_suffix("")
    tell = (lambda line: None) if options.quiet else (lambda line: print(line, file=sys.stderr, flush=True))
    with only_results_on_stdout(options.call.debug):
        errors = run(config, folder, device=options.device, until=options.until, tell=tell)
    write_stdout(
        f"{folder}: force MAE {decimal(errors.force, 1)} meV/Å, energy MAE {decimal(errors.energy, 2)} meV/atom on "
        "validation molecules' structures with forces below 10 eV/Å\n"
    )
    return 0


COMMAND = Command(
    name="train",
    place=70,
    help="train a variant of the testbed's Transformer, or resume a run",
    options=TrainOptions,
    run=train,
    description="Train the testbed's Transformer as a TOML file says, with its smoothness measured on the way.\n"
    "Resumes the run where the folder holds one. scripts/make_testbed_data.py makes the data.",
    epilog=_EXAMPLES,
)
