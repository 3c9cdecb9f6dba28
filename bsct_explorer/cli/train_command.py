"""`bsct-explorer train`: train a variant of the testbed."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bsct_explorer.cli.streams import only_results_on_stdout, write_stdout
from bsct_explorer.words.numbers import decimal


def train(options: argparse.Namespace) -> int:
    """Run or resume a training; lines of progress go to stderr, the last errors and the folder to stdout."""
    from bsct_explorer.testbed.learning.training_config import read_config
    from bsct_explorer.training.training_run import train as run

    config = read_config(options.config)
    folder = Path(options.out) if options.out else Path(options.config).with_suffix("")
    tell = (lambda line: None) if options.quiet else (lambda line: print(line, file=sys.stderr, flush=True))
    with only_results_on_stdout(options.debug):
        errors = run(config, folder, device=options.device, until=options.until, tell=tell)
    write_stdout(
        f"{folder}: force MAE {decimal(errors.force, 1)} meV/Å, energy MAE {decimal(errors.energy, 2)} meV/atom on "
        "validation molecules' structures with forces below 10 eV/Å\n"
    )
    return 0
