"""Morse curves and what is planted on them: place and size known exactly, the force consistent where it should be."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from bsct_explorer.data import Floats

DEPTH, WIDTH, R0 = 4.0, 2.0, 1.5
GRIDS = (20, 50, 100, 1000)


@dataclass(frozen=True)
class SampledCurve:
    """Coordinate (Å), energy (eV) and force along it (eV/Å) on one grid."""

    q: Floats
    energy: Floats
    force: Floats

    @property
    def arrays(self) -> tuple[Floats, Floats, Floats]:
        return self.q, self.energy, self.force

    @property
    def spacing(self) -> float:
        return float(self.q[1] - self.q[0])

    def energy_step(self, place: float, size: float) -> SampledCurve:
        """Energy up by `size` beyond `place`; the force knows nothing of it."""
        return replace(self, energy=self.energy + size * (self.q > place))

    def force_kink(self, place: float, size: float) -> SampledCurve:
        """Force up by `size` beyond `place`, the energy its integral."""
        beyond = self.q > place
        return replace(self, energy=self.energy - size * (self.q - place) * beyond, force=self.force + size * beyond)

    def well(self, place: float, depth: float, width: float) -> SampledCurve:
        """A Gaussian hole (negative depth: a hump) with its force."""
        shape = depth * np.exp(-(((self.q - place) / width) ** 2) / 2)
        return replace(self, energy=self.energy - shape, force=self.force - shape * (self.q - place) / width**2)

    def extra_force(self, size: float) -> SampledCurve:
        """A constant force that the energy knows nothing of."""
        return replace(self, force=self.force + size)

    def wiggle(self, lo: float, hi: float, size: float, period: float) -> SampledCurve:
        """A sine on the force between lo and hi, smoothly switched, with its energy (by quadrature on a fine grid)."""
        fine = np.linspace(self.q[0], self.q[-1], 20001)

        def shape(q: Floats) -> Floats:
            x = np.clip((q - lo) / (hi - lo), 0, 1)
            return size * np.sin(np.pi * x) ** 2 * np.sin(2 * np.pi * (q - lo) / period)

        force = shape(fine)
        work = np.concatenate(([0.0], np.cumsum(0.5 * (force[1:] + force[:-1]) * np.diff(fine))))
        return replace(self, energy=self.energy - np.interp(self.q, fine, work), force=self.force + shape(self.q))

    def without(self, *frames: int) -> SampledCurve:
        """The same with failed frames."""
        energy, force = self.energy.copy(), self.force.copy()
        energy[list(frames)] = force[list(frames)] = np.nan
        return replace(self, energy=energy, force=force)

    def in_float32(self, offset: float) -> SampledCurve:
        """Total energies rounded to float32 and the offset taken off afterwards; forces rounded as they are."""
        rounded = (self.energy + offset).astype(np.float32).astype(float) - offset
        return replace(self, energy=rounded, force=self.force.astype(np.float32).astype(float))


def sampled_morse(points: int = 100, depth: float = DEPTH, width: float = WIDTH, r0: float = R0) -> SampledCurve:
    """E = D [(1 − e^{−a (q − r0)})² − 1] from 0.5 to 2.0 r0."""
    q = np.linspace(0.5 * r0, 2.0 * r0, points)
    decay = np.exp(-width * (q - r0))
    return SampledCurve(q, depth * ((1 - decay) ** 2 - 1), -2 * depth * width * decay * (1 - decay))
