"""Fixtures that every room shares: where the test data lies."""

from __future__ import annotations

import os

if "PYTEST_XDIST_WORKER" in os.environ:
    # Workers share the cores: one thread each, in what they start, too. Read when torch and numpy are loaded.
    for _name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(_name, "1")

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "bsct_explorer"
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def bsct_spice_dir() -> Path:
    """Folder of BSCT-SPICE's bond types: `BSCT_SPICE_DIR`, else the sample beside the repository."""
    named = os.environ.get("BSCT_SPICE_DIR")
    if named:
        from bsct_explorer.molecules import find_data_dir

        return find_data_dir(named)
    sample = SHARED / "bsct_spice_sample"
    if not sample.is_dir():
        pytest.skip(f"needs BSCT-SPICE: set BSCT_SPICE_DIR to its folder, or put the sample at {sample}")
    return sample


@pytest.fixture(scope="session")
def official_metrics_dir() -> Path:
    """Folder of the official package's metrics on the sample systems."""
    folder = SHARED / "official_metrics"
    if not folder.is_dir():
        pytest.skip(f"needs the official package's metrics at {folder}")
    return folder


ADDRESS = re.compile(r" at 0x[0-9a-f]+")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """No id has an address in memory: each worker has other ones, and all must know a test by one name."""
    for item in items:
        if " at 0x" in item.nodeid:
            item._nodeid = ADDRESS.sub("", item.nodeid)


@dataclass(frozen=True)
class PackageCopy:
    """A copy of the package in a folder, to which a test may add files."""

    folder: Path

    def write(self, path: str, text: str) -> None:
        """Add a file of the package: ``cli/hello_command.py``."""
        (self.folder / "bsct_explorer" / path).write_text(text, encoding="utf-8")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python with the copy's package and these arguments."""
        environment = {**os.environ, "PYTHONPATH": str(self.folder)}
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=300, check=False
        )


@pytest.fixture
def package_copy(tmp_path: Path) -> PackageCopy:
    """A copy of the package without what only a potential or a student needs."""
    left_out = shutil.ignore_patterns("*.npz", "*.safetensors")
    shutil.copytree(PACKAGE, tmp_path / "bsct_explorer", ignore=left_out)
    return PackageCopy(tmp_path)
