"""Make the testbed's training data: structures of small molecules labelled with GFN2-xTB.

    python scripts/make_testbed_data.py testbed.npz [--count 110] [--seed 0] [--workers 1]

The molecules are those of `bsct_explorer/training/molecule_split.py`. The file stays out of git; its hash goes into
every checkpoint that was trained on it.
"""

from __future__ import annotations

import argparse
import sys
import time

from bsct_explorer.testbed.learning.data_set import KINDS, PARTS
from bsct_explorer.training.labelled_structures import make_dataset


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path")
    parser.add_argument("--count", type=int, default=110, help="structures of each molecule (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1, help="processes (default: %(default)s)")
    options = parser.parse_args()
    start = time.time()

    def progress(done: int, total: int) -> None:
        print(f"\r{done} of {total} molecules, {time.time() - start:.0f} s", end="", file=sys.stderr, flush=True)

    data = make_dataset(options.count, options.seed, workers=options.workers, progress=progress)
    data.save(options.path)
    print(file=sys.stderr)
    for part in PARTS:
        of = data.of(part)
        kinds = ", ".join(f"{(data.kinds[of] == k).sum()} {name}" for k, name in enumerate(KINDS))
        print(f"{part}: {len(of)} structures ({kinds})")
    print(f"sha256 {data.sha256}")


if __name__ == "__main__":
    main()
