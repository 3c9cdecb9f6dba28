"""Force Smoothness Deviation and the errors that are printed beside it.

With k* = argmin of the reference energies, F the (n_atoms, 3) forces of a frame and |·|² summed over all atoms:

    dF_model(k) = F_model(k) − F_ref(k*)           # the REFERENCE's force at k*, for both
    dF_ref(k)   = F_ref(k)   − F_ref(k*)
    L(k)        = ln max(|dF_model(k)|², ε²) − ln max(|dF_ref(k)|², ε²)
    FSD         = max_k |L(k+1) − L(k)| / (q(k+1) − q(k))

`full` is the maximum over all frames, `compress` over frames up to k*, `stretch` over frames from k* on.

The denominator is a length. For a bond it is the change of the bond length q itself: that is the official figure. For
any coordinate it can be the length of the path that the molecule takes,

    s(k+1) − s(k) = ∫ |dx/dq| dq,   |·| the norm over all atoms and components

which does not depend on the coordinate's unit or on how it is parametrised, so that FSD stays in 1/Å for angles and
torsions too. Both are not one figure: a bond with both fragments moved by half has |dx/dq| = √n_atoms / 2, and its FSD
per arc length is 2/√n_atoms of the official one. They have names of their own (``fsd_full``, ``fsd_arc_full``).

Source: Liu, Qu, Kreiman, Blau, Krishnapriyan, arXiv:2602.04861 (2026), and its evaluation package
github.com/ryanliu30/bsct. Same arrays in, same nine numbers out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bsct_explorer.data import Floats, frozen_array

DEFAULT_EPS = 1.0
"""eV/Å, the paper's choice. FSD depends strongly on it, so it is always shown."""

Range = Literal["full", "compress", "stretch"]
RANGES: tuple[Range, ...] = ("full", "compress", "stretch")
Mask = NDArray[np.bool_]

_EMPTY = {
    "compress": "the reference's lowest energy is at the first frame, so there is nothing on the compressed side",
    "stretch": "the reference's lowest energy is at the last frame, so there is nothing on the stretched side",
}


@dataclass(frozen=True)
class FSDResult:
    """FSD on its three ranges, the curve behind it, and what it depends on.

    Attributes
    ----------
    curve_values
        The coordinate of the n frames that count, shape (n,).
    L
        L at `curve_values`, dimensionless, shape (n,).
    slope_values
        Midpoints between neighbouring frames, shape (n − 1,).
    slope
        (L(k+1) − L(k)) / (q(k+1) − q(k)) at `slope_values`, signed, 1/Å, shape (n − 1,); where `arc`,
        per s instead of q.
    full, compress, stretch
        Maximum of |slope| over the range, 1/Å; None where the range is empty.
    location
        Midpoint of the interval where |slope| is largest over the full range; None where there is no interval.
    eps
        ε in eV/Å.
    spacing
        Median distance of neighbouring frames, Å: FSD depends on the sampling.
    equilibrium
        The coordinate of k*.
    own
        False for the official figure; True when the model's own F(k*) was subtracted from its forces.
    arc
        Whether slopes, figures and `spacing` are per arc length; False for the official ones, per bond length.
    notes
        Reason by name for each figure that is None.
    """

    curve_values: Floats
    L: Floats
    slope_values: Floats
    slope: Floats
    full: float | None
    compress: float | None
    stretch: float | None
    location: float | None
    eps: float
    spacing: float | None
    equilibrium: float
    own: bool = False
    arc: bool = False
    notes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("curve_values", "L", "slope_values", "slope"):
            object.__setattr__(self, name, frozen_array(getattr(self, name)))

    def on(self, values: Floats) -> Floats:
        """L at the frames of a scan, shape (n_frames,), NaN where a frame was dropped.

        Parameters
        ----------
        values
            The scan's coordinate, shape (n_frames,), increasing; the frames that count are among them.
        """
        curve = np.full(len(values), np.nan)
        curve[np.searchsorted(values, self.curve_values)] = self.L
        return curve


def valid_frames(energies: Floats, forces: Floats) -> Mask:
    """Frames with a finite energy and only finite forces.

    Parameters
    ----------
    energies
        eV, shape (n_frames,).
    forces
        eV/Å, shape (n_frames, n_atoms, 3).

    Returns
    -------
    Mask
        Shape (n_frames,). A frame with a NaN energy is bad even where its forces are finite: such frames of BSCT-SPICE
        carry forces of exactly zero.
    """
    return np.asarray(np.isfinite(energies) & np.isfinite(forces).all(axis=(1, 2)))


def equilibrium_frame(energies: Floats) -> int:
    """k*, the frame of lowest energy, NaN left out; ValueError where every energy is NaN."""
    if not np.isfinite(energies).any():
        raise ValueError("every reference energy is missing, so there is no k*")
    return int(np.argmin(np.where(np.isfinite(energies), energies, np.inf)))


def log_ratio(model: Floats, reference: Floats, model_origin: Floats, reference_origin: Floats, eps: float) -> Floats:
    """L(k) = ln max(|F_model(k) − F₀|², ε²) − ln max(|F_ref(k) − F₀,ref|², ε²).

    Parameters
    ----------
    model, reference
        Forces in eV/Å, shape (n_frames, n_atoms, 3).
    model_origin, reference_origin
        The force that is subtracted from each, shape (n_atoms, 3).
    eps
        eV/Å, positive.

    Returns
    -------
    Floats
        Shape (n_frames,), dimensionless.
    """

    def log_norm(forces: Floats, origin: Floats) -> Floats:
        square = ((forces - origin) ** 2).sum(axis=(1, 2))
        return np.asarray(np.log(np.maximum(square, eps * eps)))

    return log_norm(model, model_origin) - log_norm(reference, reference_origin)


def range_masks(values: Floats, equilibrium: float) -> dict[Range, Mask]:
    """Frames of each range: all, those up to k*, those from k* on (k* is in both), each shape (n_frames,)."""
    return {
        "full": np.ones(len(values), dtype=bool),
        "compress": values <= equilibrium,
        "stretch": values >= equilibrium,
    }


def fsd(
    values: Floats,
    reference: tuple[Floats, Floats],
    model: tuple[Floats, Floats],
    *,
    eps: float = DEFAULT_EPS,
    own: bool = False,
    arc: Floats | None = None,
) -> FSDResult:
    """Force Smoothness Deviation of a model against a reference on the same frames.

    Frames that the reference or the model lacks are dropped with their coordinate, as the official package does, and
    slopes are taken between the frames that are left. k* is the reference's own, whether or not the model has it.

    Parameters
    ----------
    values
        The coordinate q in Å, shape (n_frames,), strictly increasing.
    reference, model
        Energies in eV, shape (n_frames,), and forces in eV/Å, shape (n_frames, n_atoms, 3), of each.
    eps
        ε in eV/Å.
    own
        Subtract the model's own force at k* from its forces instead of the reference's. This takes a constant error of
        the force near the minimum out of the figure; it is not the official FSD.
    arc
        Length of the path up to each frame in Å, shape (n_frames,), strictly increasing (`Scan.arc_lengths`): slopes
        are then per arc length, and the coordinate may have any unit. None for the official figure, per bond length.

    Returns
    -------
    FSDResult

    Raises
    ------
    ValueError
        When no frame is common to both, or eps is not positive.
    """
    if not eps > 0:
        raise ValueError(f"eps must be positive, in eV/Å; got {eps}")
    (reference_energies, reference_forces), (model_energies, model_forces) = reference, model
    in_reference = valid_frames(reference_energies, reference_forces)
    in_both = in_reference & valid_frames(model_energies, model_forces)
    if not in_both.any():
        raise ValueError("the model and the reference have no frame in common")
    k_star = equilibrium_frame(np.where(in_reference, reference_energies, np.nan))
    equilibrium = float(values[k_star])
    notes: dict[str, str] = {}

    reference_origin = reference_forces[k_star]
    model_origin = model_forces[k_star] if own else reference_origin
    q = values[in_both]
    curve = log_ratio(model_forces[in_both], reference_forces[in_both], model_origin, reference_origin, eps)
    lengths = q if arc is None else arc[in_both]
    slope = np.diff(curve) / np.diff(lengths)
    if own and not in_both[k_star]:
        slope = np.full_like(slope, np.nan)
        notes = dict.fromkeys(RANGES, "the model has no force at the reference's minimum to subtract")

    figures: dict[str, float | None] = {}
    for name, mask in range_masks(q, equilibrium).items():
        inside = mask[1:] & mask[:-1]
        if name in notes:
            figures[name] = None
        elif not inside.any():
            figures[name] = None
            notes[name] = empty_reason(name, values[in_reference], equilibrium)
        else:
            figures[name] = float(np.abs(slope[inside]).max())
    middle = 0.5 * (q[1:] + q[:-1])
    return FSDResult(
        curve_values=q,
        L=curve,
        slope_values=middle,
        slope=slope,
        location=float(middle[np.abs(slope).argmax()]) if figures["full"] is not None else None,
        eps=float(eps),
        spacing=float(np.median(np.diff(lengths))) if len(q) > 1 else None,
        equilibrium=equilibrium,
        own=own,
        arc=arc is not None,
        notes=notes,
        full=figures["full"],
        compress=figures["compress"],
        stretch=figures["stretch"],
    )


def empty_reason(name: str, reference_values: Floats, equilibrium: float) -> str:
    """Why a range has no figure, as a sentence without its full stop."""
    at_end = {"compress": reference_values[0] == equilibrium, "stretch": reference_values[-1] == equilibrium}
    if at_end.get(name):
        return _EMPTY[name]
    return "fewer than two frames of this range have both a model's and a reference's answer"


def energy_mae(model: Floats, reference: Floats) -> float:
    """Mean |E_model − E_ref| in eV over frames, energies compared raw as the official package does; shapes (n,)."""
    return float(np.abs(model - reference).mean())


def forces_mae(model: Floats, reference: Floats) -> float:
    """Mean |F_model − F_ref| in eV/Å over frames, atoms and components; shapes (n, n_atoms, 3)."""
    return float(np.abs(model - reference).mean())
