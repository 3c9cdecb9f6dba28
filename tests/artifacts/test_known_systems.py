"""Real curves: DFT and GFN2-xTB show nothing, ANI-1x what is known of it."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from bsct_explorer.artifacts import KINDS, detect, make_curve
from bsct_explorer.artifacts.detect.pulls import compared_pulls
from bsct_explorer.artifacts.detect.scene import scene_of
from bsct_explorer.data import Evaluation, PotentialInfo
from bsct_explorer.deformations import Scan, spice_scan
from bsct_explorer.molecules import list_systems, load_molecule
from bsct_explorer.molecules.xyz_format import parse_xyz
from bsct_explorer.profiles import Profile
from bsct_explorer.references import load_spice_reference

ARCHIVE = "bsct_spice_387.tar.xz"
GFN2 = Path(__file__).parent / "data" / "gfn2_bonds.npz"
SMOOTH_AND_WRONG = ("overpull", "lets-go-early", "misplaced-pull")
ELECTRONIC = {"N-P/12544": (2.35, 2.51)}
"""An avoided crossing of the closed-shell reference: real, and the one thing that may be found on DFT."""


def arrays(profile: Profile) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return profile.values, *profile.clean_curve()


def scans(folder: Path) -> Iterator[tuple[str, Scan]]:
    for name in list_systems(folder):
        yield name, spice_scan(load_molecule(f"bsct-spice:{name}", data=folder))


def model_profile(name: str, scan: Scan, numbers: np.lib.npyio.NpzFile) -> Profile | None:
    key = name.replace("/", "__")
    if f"{key}__energies" not in numbers:
        return None
    info = PotentialInfo(name="stored", display_name="Stored", level_of_theory="")
    return Profile(scan, Evaluation(info, numbers[f"{key}__energies"], numbers[f"{key}__forces"]))


@pytest.fixture(scope="module")
def sample(bsct_spice_dir: Path) -> list[tuple[str, Profile]]:
    """DFT profiles of at most 18 systems."""
    found = []
    for name, scan in scans(bsct_spice_dir):
        found.append((name, Profile(scan, load_spice_reference(scan))))
        if len(found) == 18:
            break
    return found


@pytest.mark.parametrize("stride", [1, 2, 3, 5], ids=lambda s: f"{-(-100 // s)} points")
def test_dft_shows_nothing(sample: list[tuple[str, Profile]], stride: int) -> None:
    for name, profile in sample:
        found = detect(make_curve(*(a[::stride] for a in arrays(profile))))
        assert name in ELECTRONIC or found == (), name


def test_gfn2_shows_nothing(sample: list[tuple[str, Profile]], official_metrics_dir: Path) -> None:
    numbers = np.load(official_metrics_dir / "sample_gfn2.npz")
    looked = 0
    for name, reference in sample:
        profile = model_profile(name, reference.scan, numbers)
        if profile is not None:
            looked += 1
            assert detect(make_curve(*arrays(profile))) == (), name
            assert detect(make_curve(*arrays(profile)), make_curve(*arrays(reference))) == (), name
    assert looked or not sample


@pytest.mark.parametrize(
    ("name", "kind", "place", "size"),
    [
        ("C-N/15301", "outer-fall", 2.09, 0.62),
        ("C-N/2696", "outer-fall", 2.64, 0.29),
        ("C-O/21541", "outer-fall", 2.00, 1.57),
        ("N-N/44342", "outer-fall", 1.98, 1.60),
        ("N-O/12446", "outer-fall", 1.99, 1.19),
        ("N-O/4583", "wall-collapse", 0.78, 0.12),
        ("N-O/12446", "artificial-minimum", 2.63, 0.007),
        ("C-O/21541", "spurious-force", 2.00, 3.75),
        ("C-N/2696", "rough-force", 1.00, 31.7),
    ],
)
def test_what_is_known_of_ani1x(
    sample: list[tuple[str, Profile]], official_metrics_dir: Path, name: str, kind: str, place: float, size: float
) -> None:
    numbers = np.load(official_metrics_dir / "sample_ani1x.npz")
    reference = dict(sample).get(name)
    if reference is None:
        pytest.skip(f"{name} is not in the data folder")
    profile = model_profile(name, reference.scan, numbers)
    assert profile is not None
    for theirs in (None, make_curve(*arrays(reference))):
        found = [a for a in detect(make_curve(*arrays(profile)), theirs) if a.kind == kind]
        best = min(found, key=lambda a: abs(a.location - place))
        assert best.location == pytest.approx(place, abs=0.02)
        assert best.size == pytest.approx(size, rel=0.05)


def test_ani1x_is_smooth_and_conservative(sample: list[tuple[str, Profile]], official_metrics_dir: Path) -> None:
    """None of the candidates on ANI-1x survived refinement: the stored-curve thresholds must not claim any."""
    numbers = np.load(official_metrics_dir / "sample_ani1x.npz")
    for name, reference in sample:
        profile = model_profile(name, reference.scan, numbers)
        if profile is not None:
            kinds = {a.kind for a in detect(make_curve(*arrays(profile)))}
            assert not kinds & {"energy-step", "force-kink", "non-conservative"}, name
            coarse = {a.kind for a in detect(make_curve(*(a[::2] for a in arrays(profile))))}
            assert not coarse & {"energy-step", "non-conservative"}, name


@pytest.mark.slow
def test_387_dft_curves_show_nothing_but_named_electronic_features(bsct_spice_dir: Path) -> None:
    files = archived_systems(bsct_spice_dir)
    assert len(files) == 387
    for name, system in files.items():
        found = detect(make_curve(*archived_curve(system)))
        feature = ELECTRONIC.get(name)
        if feature is None:
            assert found == (), name
        else:
            assert all(feature[0] <= a.location <= feature[1] for a in found), name


@pytest.mark.slow
def test_two_good_methods_pull_alike(bsct_spice_dir: Path) -> None:
    """DFT against GFN2-xTB, the other way round, and each alone: of the kinds that are smooth and wrong, one is seen.

    GFN2-xTB's bond of C-P/8643 lets go by a hair. Its curves are those of `benchmarks/smooth_and_wrong.py`.
    """
    files, gfn2 = archived_systems(bsct_spice_dir), np.load(GFN2)
    compared, false = 0, []
    for key in gfn2.files:
        name = key.replace("__", "/")
        places, *dft = archived_curve(files[name])
        ours, theirs = make_curve(places, *dft), make_curve(places, *gfn2[key].astype(np.float64))
        for curve, reference in ((ours, theirs), (theirs, ours), (ours, None), (theirs, None)):
            scene = scene_of(curve, reference)
            compared += compared_pulls(scene) is not None
            false += [(name, kind) for kind in SMOOTH_AND_WRONG if KINDS[kind].detect(scene)]
    assert compared > 0.98 * 2 * len(gfn2.files) > 500
    assert false in ([], [("C-P/8643", "lets-go-early")])


def archived_systems(data: Path) -> dict[str, dict[str, bytes]]:
    """The files of the 387 systems by their names."""
    archive = data.parent / ARCHIVE
    if not archive.is_file():
        pytest.skip(f"needs {archive}")
    files: dict[str, dict[str, bytes]] = {}
    with tarfile.open(archive) as tar:
        for member in tar:
            path = Path(member.name)
            wanted = path.name.startswith("atoms_") or path.name == "partition.npz"
            content = tar.extractfile(member) if member.isfile() and wanted else None
            if content is not None:
                files.setdefault("/".join(path.parts[-3:-1]), {})[path.name] = content.read()
    return files


def archived_curve(system: dict[str, bytes]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    lo, hi, n = np.load(io.BytesIO(system["partition.npz"]))["perturb_range"]
    frames = [parse_xyz(system[f"atoms_{k}.xyz"].decode())[0][0] for k in range(int(n))]
    positions = np.array([frame.positions for frame in frames])
    tangent = (positions[-1] - positions[0]) / (hi - lo)
    energies = np.array([float(frame.info["energy"]) for frame in frames])
    forces = np.array([frame.columns["forces"] for frame in frames], dtype=float)
    return np.linspace(lo, hi, int(n)), energies, np.einsum("kai,ai->k", forces, tangent)
