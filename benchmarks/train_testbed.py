"""Train a queue of testbed variants, one after the other; run it again to go on where it stopped.

    python benchmarks/train_testbed.py benchmarks/testbed_queue.toml FOLDER --data testbed.npz [--only D A]

Each run has a folder of its own below FOLDER, with its log, its best model and what resuming needs. One that is
finished is skipped. A run that fails is said and the next one begins.
"""

from __future__ import annotations

import argparse
import time
import tomllib
import traceback
from pathlib import Path

from bsct_explorer.testbed.learning.training_config import TrainingConfig
from bsct_explorer.testbed.logs import read_rows
from bsct_explorer.training.training_run import train


def runs(path: Path, data: Path) -> list[tuple[str, TrainingConfig]]:
    """Names and configs of a queue."""
    queue = tomllib.loads(path.read_text(encoding="utf-8"))
    found = []
    for run in queue["run"]:
        own = {key: value for key, value in run.items() if key != "name"}
        found.append((run["name"], TrainingConfig.from_dict({**queue["common"], **own, "data": str(data.resolve())})))
    return found


def finished(folder: Path, config: TrainingConfig) -> bool:
    """Whether a run has come to its last step."""
    log = folder / "log.csv"
    return log.is_file() and any(row["step"] >= config.steps for row in read_rows(log)[-1:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("queue", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", nargs="*", help="names of the runs to do")
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    for name, config in runs(options.queue, options.data):
        folder = options.folder / name
        if (options.only and name not in options.only) or finished(folder, config):
            continue
        print(f"{time.strftime('%H:%M:%S')} {name}", flush=True)
        try:
            train(config, folder, device=options.device, tell=lambda line: print("  " + line, flush=True))
        except Exception:  # the others do not depend on it
            traceback.print_exc()


if __name__ == "__main__":
    main()
