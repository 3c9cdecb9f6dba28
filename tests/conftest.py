"""Fixtures that every room shares: where the test data lies."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

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
