"""Are certified findings true? A sample of them, checked without this package's frames, potentials and detectors.

    python benchmarks/checked_findings.py [--model ani1x ...] [--count 40] [--seed 1] [--log FILE] [--write FILE]

Molecules, coordinates and whether there is a reference are drawn by seed, scanned and certified as `scan` does. Of what
is found, `--count` findings a potential are drawn, kinds in turn. Each is then held against energies of the package's
own ASE calculator (torchani, so3krates-torch, chgnet; tblite for the reference) on frames that are built here with
plain numpy from the molecule's positions and bonds:

| kind | what must be true |
| --- | --- |
| energy-step | the energy differs by the size across the place, and by nothing across the same width beside it |
| force-kink | the slope of the energy changes by the size across the place, and not beside it |
| steep-force | the force changes by nearly as much over the width, and smoothly inside it |
| artificial-minimum, second-minimum | a minimum there as deep as said; for the first, none of the reference |
| wall-collapse, outer-fall | the energy turns there and falls by so much to the end, and the reference's by less |
| spurious-force | the slope has the wrong sign all along the interval, and is somewhere as steep as said |
| rough-force | the slope has an extremum there that stands out as much |
| non-conservative | the calculator's force is not the slope of its energy |
| overpull, lets-go-early, … | the largest slope, or that at the end, stands to the reference's as said |

`--log FILE` keeps one JSON line a finding: a stopped run goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
from ase import Atoms

from bsct_explorer.artifacts import Artifact
from bsct_explorer.deformations import AngleBend, BondStretch, Scan, Torsion, angles, torsions
from bsct_explorer.errors import ExplorerError
from bsct_explorer.molecules import Molecule, load_molecule
from bsct_explorer.study import Potentials, StudySettings, run_study

MODELS = ("ani1x", "so3lr", "chgnet")
SMILES = (
    "CC",
    "CCO",
    "C=C",
    "C#C",
    "CO",
    "CN",
    "CC=O",
    "CC(=O)O",
    "CC(=O)N",
    "COC",
    "CCN",
    "N#CC",
    "C1CC1",
    "c1ccccc1",
    "CC#C",
    "C=C=C",
    "OO",
    "NN",
    "CN=O",
    "C[N+](=O)[O-]",
    "NO",
    "O=C=O",
    "C=O",
    "OC=O",
    "CC(C)O",
    "C1CO1",
    "c1ccoc1",
    "c1cc[nH]c1",
    "c1ccncc1",
    "NC=O",
    "NCC(=O)O",
    "CCCC",
    "C=CC=C",
    "C=CO",
    "N=C",
    "O=C=C=C=O",
    "CNC",
    "NC(=O)N",
    "CCOC",
    "C(C)(C)C",
    "CC(C)=O",
    "CON",
    "C=NO",
)
WHOLE, NEAR = 1201, 401
LEAST, SHARE = 2e-3, 0.05
"""eV or eV per unit, and share of a size, by which a check may differ: slopes are taken from single-precision energies
where the package has no others."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", nargs="*", default=MODELS)
    parser.add_argument("--count", type=int, default=40, help="findings a potential")
    parser.add_argument("--scans", type=int, default=40, help="scans a potential, from which they are drawn")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", type=Path, help="one JSON line a finding; what is in it is not computed again")
    parser.add_argument("--write", type=Path, help="write the Markdown here as well")
    options = parser.parse_args(arguments)
    records = [json.loads(line) for line in options.log.read_text().splitlines()] if _there(options.log) else []
    for model in options.model:
        if any(record["model"] == model for record in records):
            continue
        for record in checked(model, options.count, options.scans, options.seed):
            records.append(record)
            print("  ".join(str(record[key]) for key in COLUMNS), file=sys.stderr, flush=True)
            if options.log:
                with options.log.open("a", encoding="utf-8") as log:
                    log.write(json.dumps(record) + "\n")
    text = markdown(records, options.seed)
    print(text)
    if options.write:
        options.write.write_text(text, encoding="utf-8")
    return 1 if any(record["verdict"] == "FALSE" for record in records) else 0


def _there(path: Path | None) -> bool:
    return path is not None and path.is_file()


COLUMNS = ("model", "molecule", "coordinate", "reference", "kind", "place", "size", "seen", "verdict")


def checked(model: str, count: int, scans: int, seed: int) -> Iterator[dict[str, Any]]:
    """Findings of one potential, drawn by seed, each with what the independent curve shows."""
    rng = np.random.default_rng(seed)
    store = Potentials()
    by_kind: dict[str, list[tuple[Claim, Artifact]]] = {}
    for _ in range(scans):
        scan, reference = _drawn(rng)
        try:
            study = run_study(scan, [model], StudySettings(reference, refine=True, causes=False), potentials=store)
        except ExplorerError as error:
            print(f"{model}  {scan.molecule.name}: {error}", file=sys.stderr)
            continue
        for analysis in study.analyses:
            claim = Claim(scan, model, reference)
            for artifact in analysis.artifacts:
                by_kind.setdefault(artifact.kind, []).append((claim, artifact))
    for each in by_kind.values():
        rng.shuffle(each)  # type: ignore[arg-type]
    in_turn = [pair for row in zip_longest(*(by_kind[kind] for kind in sorted(by_kind))) for pair in row if pair]
    for claim, artifact in in_turn[:count]:
        seen, verdict = verdict_of(claim, artifact)
        yield {
            "model": model,
            "molecule": claim.scan.molecule.name,
            "coordinate": f"{claim.scan.kind} {'-'.join(map(str, claim.scan.atoms))}",
            "reference": claim.reference or "none",
            "kind": artifact.kind,
            "place": round(artifact.location, 5),
            "size": round(artifact.size, 5),
            "unit": artifact.unit,
            "seen": seen,
            "verdict": {True: "true", False: "FALSE", None: "not checked"}[verdict],
            "explanation": artifact.explanation,
        }


def _drawn(rng: np.random.Generator) -> tuple[Scan, str | None]:
    """A scan of a molecule along one of its coordinates, and the reference: half of them have one."""
    while True:
        molecule = load_molecule(SMILES[int(rng.integers(len(SMILES)))])
        kind, reference = rng.choice(["bond", "bond", "angle", "torsion"]), rng.choice(["gfn2-xtb", ""])
        bonds = [bond.atoms for bond in molecule.bonds if bond.scannable]
        found = {"bond": bonds, "angle": _driven(angles(molecule)), "torsion": _driven(torsions(molecule))}[kind]
        if found:
            atoms = found[int(rng.integers(len(found)))]
            drive: Any = {"bond": BondStretch, "angle": AngleBend, "torsion": Torsion}[kind]
            return drive(*atoms).scan(molecule), str(reference) or None


def _driven(coordinates: Any) -> list[tuple[int, ...]]:
    return [coordinate.atoms for coordinate in coordinates if coordinate.scannable]


# Frames and energies, without this package


def frame_at(molecule: Molecule, atoms: tuple[int, ...], value: float) -> np.ndarray:
    """The rigid frame with the coordinate at `value` (Å or degrees): one side is moved, the other stays."""
    x, bonds = molecule.positions, [bond.atoms for bond in molecule.bonds]
    if len(atoms) == 2:
        i, j = atoms
        moved, axis = _side(bonds, j, i), x[j] - x[i]
        y = x.copy()
        y[moved] += axis / np.linalg.norm(axis) * (value - np.linalg.norm(axis))
        return y
    if len(atoms) == 3:
        i, j, k = atoms
        moved = _side(bonds, i, j)
        if k in moved:  # i is in a ring with j: the other bond is cut
            i, k = k, i
            moved = _side(bonds, i, j)
        a, b = x[i] - x[j], x[k] - x[j]
        normal = np.cross(a, b)
        if np.linalg.norm(normal) < np.sin(np.radians(1.0)) * np.linalg.norm(a) * np.linalg.norm(b):
            if np.linalg.norm(np.cross(x - x[j], b), axis=1).max() > 0.02 * np.linalg.norm(b):
                raise NotImplementedError("a linear angle in a molecule that is not: its plane is a convention")
            normal = np.cross(b, [1.0, 0.0, 0.0] if abs(b[0]) < 0.9 * np.linalg.norm(b) else [0.0, 1.0, 0.0])
            return _turned(x, moved, x[j], -normal, value - 180.0)
        own = np.degrees(np.arctan2(np.linalg.norm(normal), a @ b))
        return _turned(x, moved, x[j], -normal, value - own)  # about −n the arm of i opens away from that of k
    i, j, k, last = atoms
    moved = _side(bonds, k, j)
    return _turned(x, moved, x[j], x[k] - x[j], value - _dihedral(x, i, j, k, last))


def _side(bonds: list[tuple[int, int]], start: int, other: int) -> list[int]:
    """Atoms that hang on `start` when the bond to `other` is cut."""
    seen, ahead = {start}, [start]
    while ahead:
        here = ahead.pop()
        for a, b in bonds:
            for one, two in ((a, b), (b, a)):
                if one == here and two not in seen and {one, two} != {start, other}:
                    seen.add(two)
                    ahead.append(two)
    return sorted(seen)


def _turned(x: np.ndarray, moved: list[int], origin: np.ndarray, axis: np.ndarray, degrees: float) -> np.ndarray:
    """Rodrigues' rotation of some atoms about an axis through a point."""
    n, angle, y = axis / np.linalg.norm(axis), np.radians(degrees), x.copy()
    v = x[moved] - origin
    y[moved] = origin + v * np.cos(angle) + np.cross(n, v) * np.sin(angle) + np.outer(v @ n, n) * (1 - np.cos(angle))
    return y


def _dihedral(x: np.ndarray, i: int, j: int, k: int, last: int) -> float:
    a, b, c = x[j] - x[i], x[k] - x[j], x[last] - x[k]
    n, m = np.cross(a, b), np.cross(b, c)
    return float(np.degrees(np.arctan2(np.linalg.norm(b) * (a @ m), n @ m)))


@cache
def calculator(model: str, charge: int, multiplicity: int) -> Any:
    """The package's own ASE calculator."""
    if model == "ani1x":
        import torchani

        return torchani.models.ANI1x().double().ase()
    if model == "so3lr":
        from so3krates_torch.calculator.so3 import SO3LRCalculator

        return SO3LRCalculator(
            r_max_lr=12.0, dispersion_energy_cutoff_lr_damping=2.0, device="cpu", default_dtype="float64"
        )
    if model == "chgnet":
        from chgnet.model.dynamics import CHGNetCalculator

        return CHGNetCalculator(use_device="cpu")
    if model == "gfn2-xtb":
        from tblite.ase import TBLite

        return TBLite(method="GFN2-xTB", charge=charge, multiplicity=multiplicity, verbosity=0, accuracy=0.1)
    raise SystemExit(f"{model} has no calculator of its own here: add it to `calculator`")


@dataclass(frozen=True)
class Claim:
    """Where something was found, with the independent curves to hold it against."""

    scan: Scan
    model: str
    reference: str | None

    def energies(self, values: np.ndarray, model: str) -> np.ndarray:
        """eV, shape (n,), NaN where the calculator fails."""
        return np.array([self._asked(value, model)[0] for value in values])

    def force(self, value: float) -> float:
        """The calculator's own force along the coordinate, eV per unit: F · dx/dq."""
        h = 1e-4
        ahead, behind = (frame_at(self.scan.molecule, self.scan.atoms, value + d) for d in (h, -h))
        return float(np.sum(self._asked(value, self.model)[1] * (ahead - behind)) / (2 * h))

    def _asked(self, value: float, model: str) -> tuple[float, np.ndarray]:
        molecule = self.scan.molecule
        atoms = Atoms(numbers=molecule.numbers, positions=frame_at(molecule, self.scan.atoms, value))
        if model == "chgnet":  # it wants a crystal: a cell that is far wider than its cutoff
            atoms.set_cell(np.diag(np.ptp(atoms.positions, axis=0) + 20.0))
            atoms.pbc = True
        atoms.info.update(charge=molecule.charge, multiplicity=molecule.multiplicity)
        import torch

        torch.set_default_dtype(torch.float32 if model == "chgnet" else torch.float64)  # so3krates-torch sets it too
        atoms.calc = calculator(model, molecule.charge, molecule.multiplicity)
        try:
            return float(np.ravel(atoms.get_potential_energy())[0]), atoms.get_forces()
        except Exception:
            return float("nan"), np.full((len(atoms), 3), np.nan)

    @cached_property
    def whole(self) -> tuple[np.ndarray, np.ndarray]:
        """The range and the model's energies on it."""
        q = np.linspace(self.scan.values[0], self.scan.values[-1], WHOLE)
        return q, self.energies(q, self.model)

    @cached_property
    def judge(self) -> np.ndarray | None:
        """The reference's energies on the range, fewer of them and interpolated."""
        if self.reference is None:
            return None
        q = np.linspace(self.scan.values[0], self.scan.values[-1], 241)
        return np.interp(self.whole[0], q, self.energies(q, self.reference))

    def near(self, place: float, half: float, count: int = NEAR) -> tuple[np.ndarray, np.ndarray]:
        q = np.linspace(place - half, place + half, count)
        return q, self.energies(q, self.model)


# What must be true


def verdict_of(claim: Claim, artifact: Artifact) -> tuple[str, bool | None]:
    """What the independent curve shows, and whether that is what was claimed; None where it cannot be checked."""
    try:
        return CHECKS[artifact.kind](claim, artifact)
    except KeyError:
        return f"no check of {artifact.kind}", None
    except NotImplementedError as error:
        return str(error), None


def _agrees(claimed: float, seen: float) -> bool:
    return abs(claimed - seen) <= SHARE * abs(claimed) + LEAST


def energy_step(claim: Claim, artifact: Artifact) -> tuple[str, bool]:
    h = max(1e-4, 4 * _location_error(artifact))
    e = claim.energies(artifact.location + h * np.array([-3.0, -1.0, 1.0, 3.0]), claim.model)
    seen, beside = e[2] - e[1] - 0.5 * (e[1] - e[0] + e[3] - e[2]), max(abs(e[1] - e[0]), abs(e[3] - e[2]))
    return f"{seen:.4f} eV across {2 * h:.0e}", _agrees(artifact.size, seen) and beside < 0.5 * abs(seen)


def force_kink(claim: Claim, artifact: Artifact) -> tuple[str, bool]:
    """Size: force after − force before, from the calculator's forces; the slopes of the energy must agree."""
    h = max(1e-4, 4 * _location_error(artifact))
    f = [claim.force(artifact.location + d * h) for d in (-3, -1, 1, 3)]
    trend = 0.5 * (f[1] - f[0] + f[3] - f[2])
    seen, beside = f[2] - f[1] - trend, max(abs(f[1] - f[0] - trend), abs(f[3] - f[2] - trend))
    wide = 2e-3 if claim.scan.unit == "Å" else 0.1
    e = claim.energies(artifact.location + wide * np.array([-2.0, -1.0, 0.0, 1.0, 2.0]), claim.model)
    corner = -(e[3] - 2 * e[2] + e[1]) / wide
    ok = _agrees(artifact.size, seen) and beside < 0.5 * abs(seen)
    return f"{seen:.4f} across {2 * h:.0e}; the energy's slope: {corner:.3f}", ok


def steep_force(claim: Claim, artifact: Artifact) -> tuple[str, bool]:
    """Size: what the force changes by over the width, its trend beside it taken off, from the calculator's forces."""
    width = float(getattr(artifact.refinement, "width", None) or 0.0)
    f = [claim.force(artifact.location + d * width) for d in (-3.0, -1.0, -0.05, 0.05, 1.0, 3.0)]
    trend = 0.5 * (f[1] - f[0] + f[5] - f[4])  # over two widths, as the change is
    seen, middle = f[4] - f[1] - trend, abs(f[3] - f[2])
    ok = seen * artifact.size > 0 and abs(seen) >= 0.7 * abs(artifact.size) and middle < 0.5 * abs(seen)
    return f"{seen:.4f} over twice {width:.1e}, {middle:.4f} over a tenth of it", ok


def artificial_minimum(claim: Claim, artifact: Artifact) -> tuple[str, bool]:
    q, e = claim.whole
    near_q, near_e = claim.near(artifact.location, 3 * (q[1] - q[0]))
    at, low = near_q[near_e.argmin()], near_e.min()
    inside = 0 < near_e.argmin() < len(near_e) - 1
    left, right = e[q < at], e[q > at]
    depth = min(_rise(left[::-1], low), _rise(right, low))
    ok = inside and abs(at - artifact.location) <= 2 * (near_q[1] - near_q[0]) + 2e-3 and _agrees(artifact.size, depth)
    theirs = ""
    if claim.judge is not None and artifact.kind == "artificial-minimum":
        span = 0.04 * (q[-1] - q[0])
        window = claim.judge[(q > at - span) & (q < at + span)]
        real = 0 < window.argmin() < len(window) - 1
        theirs, ok = f"; the reference {'has one as well' if real else 'has none'}", ok and not real
    return f"minimum at {at:.4f}, {depth:.4f} eV deep{theirs}", ok


def _rise(energies: np.ndarray, low: float) -> float:
    """How high the energy rises on the way from a minimum to something lower, or to the end of the range."""
    lower = np.flatnonzero(energies < low)
    way = energies[: lower[0]] if len(lower) else energies
    return float(np.nanmax(way) - low) if len(way) else 0.0


def fall(claim: Claim, artifact: Artifact) -> tuple[str, bool]:
    q, e = claim.whole
    inward = artifact.kind == "wall-collapse"
    part = q <= artifact.interval[1] if inward else q >= artifact.interval[0]
    top, end = q[part][np.nanargmax(e[part])], e[part][0 if inward else -1]
    seen = float(np.nanmax(e[part]) - end)
    theirs = 0.0
    if claim.judge is not None:
        j = claim.judge[part]
        theirs = float(np.nanmax(j) - j[0 if inward else -1])
    ok = _agrees(artifact.size, seen) or _agrees(artifact.size, seen - theirs)
    return f"turns at {top:.4f}, falls {seen:.4f} eV, the reference {theirs:.4f}", ok and seen > theirs


def _slope(claim: Claim, lo: float, hi: float, count: int = NEAR) -> tuple[np.ndarray, np.ndarray]:
    q = np.linspace(lo, hi, count)
    return q, -np.gradient(claim.energies(q, claim.model), q)


def spurious_force(claim: Claim, artifact: Artifact) -> tuple[str, bool]:
    lo, hi = artifact.interval
    q, g = _slope(claim, lo, hi)
    inner = g[(q > lo + 0.05 * (hi - lo)) & (q < hi - 0.05 * (hi - lo))]
    one_way = bool((inner > -LEAST).all() or (inner < LEAST).all())
    seen = float(np.abs(g).max())
    ok = one_way and _agrees(artifact.size, seen)
    theirs = ""
    if claim.judge is not None:
        whole, slope = claim.whole[0], -np.gradient(claim.judge, claim.whole[0])
        there = float(np.interp(q[np.abs(g).argmax()], whole, slope))
        theirs, ok = f"; the reference's there: {there:.3f}", ok and there * float(g[np.abs(g).argmax()]) <= 0
    return f"one sign: {one_way}; up to {seen:.4f}{theirs}", ok


def rough_force(claim: Claim, artifact: Artifact) -> tuple[str, bool]:
    """The largest prominence of an extremum of the force within two grid spacings of the place."""
    from scipy.signal import find_peaks

    spacing = claim.scan.values[1] - claim.scan.values[0]
    q, e = claim.whole
    g = -np.gradient(e, q)
    # Bumps on the wall are narrower than the grid: around the place the calculator's own forces stand for it.
    fine = np.linspace(artifact.location - 3 * spacing, artifact.location + 3 * spacing, 3 * NEAR)
    fine = fine[(fine > q[0]) & (fine < q[-1])]
    away = (q < fine[0]) | (q > fine[-1])
    q, g = np.concatenate((q[away], fine)), np.concatenate((g[away], [claim.force(value) for value in fine]))
    q, g = q[np.argsort(q)], g[np.argsort(q)]
    best = 0.0
    for sign in (1, -1):
        peaks, about = find_peaks(sign * g, prominence=1e-3)
        near = np.abs(q[peaks] - artifact.location) <= 2 * spacing
        best = max([best, *about["prominences"][near]])
    return f"stands out by {best:.4f}", best >= (1 - SHARE) * artifact.size - LEAST


def non_conservative(claim: Claim, artifact: Artifact) -> tuple[str, bool]:
    lo, hi = artifact.interval
    q, slope = _slope(claim, lo, hi, 41)
    worst = max(abs(claim.force(value) - g) for value, g in zip(q[2:-2], slope[2:-2], strict=True))
    return f"force and slope differ by up to {worst:.4f}", worst > 10 * LEAST


def _pull(q: np.ndarray, e: np.ndarray) -> tuple[float, float, float]:
    """Largest pull beyond the minimum, its place, and the pull at the end."""
    g = -np.gradient(e, q)
    beyond = q > q[np.nanargmin(np.where((q > q[0]) & (q < q[-1]), e, np.inf))]
    at = np.flatnonzero(beyond)[np.nanargmin(g[beyond])]
    return float(-g[at]), float(q[at]), float(-g[-2])


def pulls(claim: Claim, artifact: Artifact) -> tuple[str, bool]:
    q, e = claim.whole
    ours = _pull(q, e)
    if claim.judge is None:
        return f"pull {ours[0]:.3f} at {ours[1]:.3f}, at the end {ours[2]:.3f}", _agrees(artifact.size, ours[0])
    coarse = np.linspace(q[0], q[-1], 241)
    theirs = _pull(coarse, np.interp(coarse, q, claim.judge))
    true = {
        "overpull": ours[0] > 2.0 * (1 - SHARE) * theirs[0],
        "lets-go-early": ours[2] < 0.035 * ours[0] and theirs[2] > 0.11 * theirs[0],
        "misplaced-pull": abs(ours[1] - theirs[1]) > 0.29,
    }
    said = (f"{name} {pull:.3f} at {place:.3f}, at the end {end:.3f}" for name, (pull, place, end) in
            (("pull", ours), ("the reference's", theirs)))  # fmt: skip
    return "; ".join(said), true[artifact.kind]


CHECKS: dict[str, Callable[[Claim, Artifact], tuple[str, bool]]] = {
    "energy-step": energy_step,
    "force-kink": force_kink,
    "steep-force": steep_force,
    "artificial-minimum": artificial_minimum,
    "wall-collapse": fall,
    "outer-fall": fall,
    "spurious-force": spurious_force,
    "rough-force": rough_force,
    "non-conservative": non_conservative,
    "overpull": pulls,
    "lets-go-early": pulls,
    "misplaced-pull": pulls,
    "second-minimum": artificial_minimum,
}


def _location_error(artifact: Artifact) -> float:
    return float(getattr(artifact.refinement, "location_error", 0.0) or 0.0)


def markdown(records: list[dict[str, Any]], seed: int) -> str:
    """Counts by potential and kind, then every finding with what was seen."""
    lines = [
        "# Findings, checked independently",
        "",
        f"Made by `python benchmarks/checked_findings.py --seed {seed}`; what must be true of each kind stands there.",
        "",
        "| potential | kind | drawn | true |",
        "| --- | --- | --- | --- |",
    ]
    groups = sorted({(record["model"], record["kind"]) for record in records})
    for model, kind in groups:
        mine = [record for record in records if (record["model"], record["kind"]) == (model, kind)]
        lines.append(f"| {model} | {kind} | {len(mine)} | {sum(r['verdict'] == 'true' for r in mine)} |")
    lines += ["", "| " + " | ".join(COLUMNS) + " |", "|" + " --- |" * len(COLUMNS)]
    lines += ["| " + " | ".join(str(record[key]) for key in COLUMNS) + " |" for record in records]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
