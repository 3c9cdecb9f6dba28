"""How forces are drawn: the scale of the arrows and the colours of their magnitudes, each with its words."""

from __future__ import annotations

import math

import numpy as np

from bsct_explorer.data import Floats
from bsct_explorer.words.numbers import number, short

# Å. An arrow grows linearly to ARROW_LINEAR, then with the logarithm (same slope where they meet), up to ARROW_LONGEST.
ARROW_LINEAR = 1.0
ARROW_LONGEST = 2.4


def arrow_reference(forces: Floats) -> float:
    """The force, in eV/Å, that is drawn 1 Å long: 1, 2 or 5 times a power of ten.

    It is near the median over the frames of each frame's largest force, so that the compressed wall, whose forces are
    a hundred times larger but which is a minority of the frames, leaves the rest readable.

    Parameters
    ----------
    forces
        eV/Å, shape (n_frames, n_atoms, 3); NaN in frames that failed.
    """
    lengths = np.linalg.norm(np.asarray(forces, dtype=float), axis=-1)
    largest = np.max(np.where(np.isfinite(lengths), lengths, 0.0), axis=1, initial=0.0)
    largest = largest[largest > 1e-6]
    return round_down(float(np.median(largest))) if largest.size else 1.0


def round_down(value: float) -> float:
    """The largest of 1, 2, 5 × 10ⁿ that is not above a positive value."""
    power = 10.0 ** math.floor(math.log10(value))
    factor = next((step for step in (5, 2) if step * power <= value * (1 + 1e-9)), 1)
    return float(f"{factor * power:.0e}")


def arrow_scale_text(reference: float) -> str:
    """The arrows' legend."""
    longest = reference * ARROW_LINEAR * math.exp(ARROW_LONGEST / ARROW_LINEAR - 1)
    return f"1 Å of arrow = {short(reference)} eV/Å, logarithmic above, capped at {number(longest, 2)} eV/Å"


def color_scale_text(maximum: float) -> str:
    """The legend of colours by force."""
    return f"|F| from 0 to {short(maximum)} eV/Å, linear; larger forces take the last colour"


def force_palette(n: int = 64) -> list[str]:
    """Colours from no force (pale yellow) to the largest (deep violet), as ``#rrggbb``.

    Perceptually uniform by construction: equal steps along a path in the OKLab-based OKLCh, with lightness falling
    evenly, so that it also reads in grey and for the colour-blind.
    """
    t = np.linspace(0, 1, n)
    lightness, chroma, hue = 0.93 - 0.53 * t, 0.06 + 0.13 * np.sqrt(t), np.radians(98 - 158 * t)
    a, b = chroma * np.cos(hue), chroma * np.sin(hue)
    lms = np.stack(
        [
            lightness + 0.3963377774 * a + 0.2158037573 * b,
            lightness - 0.1055613458 * a - 0.0638541728 * b,
            lightness - 0.0894841775 * a - 1.2914855480 * b,
        ]
    )
    to_linear_rgb = np.array(
        [
            [4.0767416621, -3.3077115913, 0.2309699292],
            [-1.2684380046, 2.6097574011, -0.3413193965],
            [-0.0041960863, -0.7034186147, 1.7076147010],
        ]
    )
    linear = np.clip(to_linear_rgb @ lms**3, 0, 1)
    rgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return ["#{:02x}{:02x}{:02x}".format(*color) for color in np.rint(255 * rgb.T).astype(int)]
