"""Put trained variants into the package: weights (config, seed and data hash inside) and training logs.

    python scripts/ship_testbed.py RUNS D A H ...

RUNS is the folder of `benchmarks/train_testbed.py`. The names become ``testbed-D`` and so on.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from bsct_explorer.potentials.families.transformer import WEIGHTS
from bsct_explorer.testbed.header import read_header
from bsct_explorer.testbed.model_config import VARIANTS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path)
    parser.add_argument("variants", nargs="+", choices=list(VARIANTS))
    options = parser.parse_args()
    WEIGHTS.mkdir(exist_ok=True)
    for variant in options.variants:
        folder = options.runs / variant
        config, about = read_header(folder / "best.safetensors")
        if config != VARIANTS[variant]:
            parser.error(f"{folder} was trained with other switches than variant {variant}'s")
        for source, suffix in (("best.safetensors", "safetensors"), ("log.csv", "csv")):
            target = WEIGHTS / f"{variant}.{suffix}"
            shutil.copyfile(folder / source, target)
            target.chmod(0o644)
        print(f"testbed-{variant}: step {about['step']}, {about['validation']}")


if __name__ == "__main__":
    main()
