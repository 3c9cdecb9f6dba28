"""What the whole way through finds on real systems: nothing on GFN2-xTB, SO3LR's kinks with their cause."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from bsct_explorer.deformations import spice_scan
from bsct_explorer.molecules import list_systems, load_molecule
from bsct_explorer.study import Potentials, StudySettings, run_study

ARCHIVE = "bsct_spice_387.tar.xz"
HCNO = frozenset("HCNO")
HOW_MANY = 56


@pytest.fixture(scope="module")
def all_systems(bsct_spice_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the 387 systems, taken out of their archive."""
    archive = bsct_spice_dir.parent / ARCHIVE
    if not archive.is_file():
        pytest.skip(f"needs {archive}")
    folder = tmp_path_factory.mktemp("bsct_spice")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return folder / "bsct_spice"


def studied(name, folder, model, store):
    scan = spice_scan(load_molecule(f"bsct-spice:{name}", data=folder))
    return run_study(scan, [model], StudySettings("dft", refine=True), potentials=store)


@pytest.mark.slow
def test_gfn2_has_nothing_on_56_systems(all_systems: Path) -> None:
    store, looked = Potentials(), 0
    for name in list_systems(all_systems):
        if not set(load_molecule(f"bsct-spice:{name}", data=all_systems).symbols) <= HCNO:
            continue
        found = studied(name, all_systems, "gfn2-xtb", store).analyses[0]
        assert found.artifacts == (), name
        looked += 1
        if looked == HOW_MANY:
            break
    assert looked == HOW_MANY


@pytest.fixture(scope="module")
def methanol(bsct_spice_dir: Path):
    pytest.importorskip("so3krates_torch", reason="needs the extra `models`")
    if "C-O/21541" not in list_systems(bsct_spice_dir):
        pytest.skip("needs C-O/21541 of BSCT-SPICE")
    return studied("C-O/21541", bsct_spice_dir, "so3lr", Potentials())


def test_so3lrs_kinks_on_methanol_are_placed_and_their_cause_named(methanol) -> None:
    """O0's ratio passes through zero twice: where it was known to, and back again in the scan's last interval."""
    kinks = sorted((a for a in methanol.analyses[0].artifacts if a.kind == "force-kink"), key=lambda a: a.location)
    assert [kink.location for kink in kinks] == pytest.approx([2.452556, 2.821859], abs=1e-6)
    assert [kink.size for kink in kinks] == pytest.approx([0.0723, 0.0209], abs=1e-4)
    for kink in kinks:
        assert kink.certified is True
        assert kink.cause.kind == "internal-variable"
        assert kink.cause.confidence == "tested"
        assert kink.cause.atoms == (0,)
        assert "Hirshfeld" in kink.cause.statement


@pytest.mark.slow
def test_so3lr_on_the_sample_jumps_only_in_its_force(bsct_spice_dir: Path) -> None:
    pytest.importorskip("so3krates_torch", reason="needs the extra `models`")
    store, kinks = Potentials(), {}
    for name in list_systems(bsct_spice_dir)[:18]:
        study = studied(name, bsct_spice_dir, "so3lr", store)
        if study.failed:
            assert "does not cover" in study.failed[0].error
            continue
        found = study.analyses[0].artifacts
        assert "energy-step" not in {a.kind for a in found}, name
        kinks[name] = [a for a in found if a.kind == "force-kink"]
        for kink in kinks[name]:
            assert kink.refinement.verdict == "jump"
            assert kink.cause.kind == "internal-variable", (name, kink.location, kink.cause)
    assert sum(map(len, kinks.values())) >= 8
