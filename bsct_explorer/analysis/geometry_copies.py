"""Places of a scan where the molecule is the same again: beyond a straight angle, and as a methyl group turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bsct_explorer.artifacts import Artifact
from bsct_explorer.data import Floats
from bsct_explorer.deformations import FULL_TURN, Scan
from bsct_explorer.profiles import Profile
from bsct_explorer.words.numbers import decimal, number
from bsct_explorer.words.units import with_unit

_SAME_SIZE = 0.05
"""Relative difference of the sizes of one finding at two copies of a geometry."""

_SAME_FRAME = 1e-6
"""Å by which distances of two frames may differ that are one geometry."""


def without_copies(artifacts: Sequence[Artifact], scan: Scan) -> list[Artifact]:
    """The findings with each geometry once: of several at copies of one, that nearest to the molecule's own.

    A minimum that is the equilibrium itself, at a copy of its geometry, is none beside it. The other places stand in
    the evidence and the explanation of the one that is kept.

    Parameters
    ----------
    artifacts
        In any order, which is kept.
    scan
        Of an angle or a torsion: along a bond no geometry comes twice. Frames from files are left as they are.
    """
    if scan.kind == "bond" or scan.deformation is None:
        return list(artifacts)
    alike = _Alike(scan)
    own = scan.own_value
    kept: list[Artifact] = []
    copies: dict[int, list[float]] = {}
    for artifact in sorted(artifacts, key=lambda a: abs(a.location - own)):
        equilibrium = artifact.evidence.get(f"equilibrium_{scan.unit}")
        if equilibrium is not None and alike(artifact.location, float(equilibrium)):
            continue
        twin = next((k for k, other in enumerate(kept) if _twins(artifact, other, alike)), None)
        if twin is None:
            kept.append(artifact)
        else:
            copies.setdefault(twin, []).append(artifact.location)
    found = {id(artifact): artifact for artifact in kept}
    for k, places in copies.items():
        found[id(kept[k])] = _with_copies(kept[k], sorted(places), scan.unit)
    return [found[id(artifact)] for artifact in artifacts if id(artifact) in found]


def _twins(a: Artifact, b: Artifact, alike: _Alike) -> bool:
    """Whether two findings are one at two copies of a geometry.

    Of two minima of one energy each is as deep as the way to somewhere lower, which rounding decides: sizes of minima
    are not compared.
    """
    same_size = abs(abs(a.size) - abs(b.size)) <= _SAME_SIZE * max(abs(a.size), abs(b.size))
    is_minimum = any(name.startswith("equilibrium_") for name in a.evidence)
    return a.kind == b.kind and (same_size or is_minimum) and alike(a.location, b.location)


def _with_copies(artifact: Artifact, places: list[float], unit: str) -> Artifact:
    shown = ", ".join(with_unit(decimal(place, 0), unit) for place in places)
    return replace(
        artifact,
        explanation=f"{artifact.explanation} The same geometry, and with it the same, comes again at {shown}.",
        evidence={**artifact.evidence, f"same_geometry_at_{unit}": ", ".join(decimal(place, 2) for place in places)},
    )


class _Alike:
    """Whether two places of a scan are one geometry: the same distances between the same elements."""

    def __init__(self, scan: Scan) -> None:
        self.scan = scan
        first, second = np.triu_indices(len(scan.molecule), 1)
        numbers = np.sort(scan.molecule.numbers[np.stack((first, second))], axis=0)
        self._pairs = first, second
        self._kinds = numbers[0] * 1000 + numbers[1]
        reach = float(np.linalg.norm(scan.tangents, axis=-1).max())
        # A place that was read off the grid is known to half a spacing.
        self._tolerance = float(np.median(np.diff(scan.values))) * reach
        self._known: dict[float, Floats] = {}

    def __call__(self, a: float, b: float) -> bool:
        return bool(np.abs(self._distances(a) - self._distances(b)).max() <= self._tolerance)

    def _distances(self, place: float) -> Floats:
        """Distances in Å, those between the same two elements in order, shape (n_pairs,)."""
        if place not in self._known:
            positions = self.scan.at([place]).positions[0]
            apart = np.linalg.norm(positions[self._pairs[0]] - positions[self._pairs[1]], axis=-1)
            self._known[place] = apart[np.lexsort((apart, self._kinds))]
        return self._known[place]


def mirror_difference(profile: Profile) -> tuple[float, float, float] | None:
    """Two frames that are mirror images of each other and whose energies differ most: |ΔE| in eV, and the two places.

    Beyond 180° an angle goes on through the straight line, and where the moving atoms mirror each other, 180° + d has
    all the distances of 180° − d; a torsion of a symmetric molecule has them at q and −q. None without such frames.
    """
    scan, energies = profile.scan, profile.clean_curve()[0]
    if scan.kind == "bond":
        return None
    q = scan.values
    worst: tuple[float, float, float] | None = None
    for k in range(len(q)):
        left = (q[k] + q[k + 1 :]) % FULL_TURN
        for m in k + 1 + np.flatnonzero(np.minimum(left, FULL_TURN - left) < _SAME_FRAME):
            difference = float(abs(energies[k] - energies[m]))
            larger = np.isfinite(difference) and (worst is None or difference > worst[0])
            if larger and _same_distances(scan.positions[k], scan.positions[m]):
                worst = difference, float(q[k]), float(q[m])
    return worst


def _same_distances(a: Floats, b: Floats) -> bool:
    first, second = (np.linalg.norm(x[:, None] - x[None, :], axis=-1) for x in (a, b))
    return bool(np.abs(first - second).max() < _SAME_FRAME)


def mirror_sentence(difference: float, a: float, b: float, unit: str) -> str:
    """What is said of mirror images with different energies."""
    return (
        f"At {with_unit(decimal(a, 1), unit)} and {with_unit(decimal(b, 1), unit)} all distances between the atoms are "
        f"the same, and the energies differ by {number(difference, 2)} eV: the potential tells mirror images apart, "
        "depends on how the molecule is turned in space, or has no single value."
    )
