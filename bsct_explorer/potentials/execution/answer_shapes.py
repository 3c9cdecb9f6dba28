"""What a person's own model returned as the arrays that it stands for, where only one meaning is possible.

An energy is a number whether it comes as ``-3.2``, as an array of shape (), (1,) or (1, 1), or as a torch tensor that
still has its gradient; forces of shape (1, n, 3) or (3n,) are those of n atoms. Whatever could mean something else is
refused in words.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from bsct_explorer.data import Floats


def plain_array(value: Any, what: str) -> Floats:
    """Any array, tensor or number as float64.

    Raises
    ------
    ValueError
        It is none, or holds what is no real number; the message names `what`.
    """
    if value is None:
        raise ValueError(f"it returned no {what}")
    if callable(getattr(value, "detach", None)):  # a torch tensor, maybe on a device and with a gradient
        value = value.detach().cpu()
        value = value.resolve_conj().numpy() if hasattr(value, "resolve_conj") else value.numpy()
    if isinstance(value, np.ma.MaskedArray):
        value = np.ma.filled(value.astype(np.float64), np.nan)
    try:
        array = np.asarray(value)
        if np.iscomplexobj(array) and not np.imag(array).any():
            array = np.real(array)
        if np.iscomplexobj(array) or array.dtype == np.bool_:
            raise TypeError
        return np.asarray(array, dtype=np.float64)
    except (TypeError, ValueError, RuntimeError):
        raise ValueError(f"its {what} {_shown(value)} cannot be read as real numbers") from None


def energies_in(value: Any, frames: int) -> Floats:
    """Energies of so many frames, shape (frames,)."""
    array = plain_array(value, "energy")
    if array.size != frames or sum(length > 1 for length in array.shape) > 1:
        more = " Are they energies of atoms? Their sum is due." if frames == 1 and array.size > 1 else ""
        raise ValueError(f"its energy has shape {array.shape} where {_one_each(frames)}.{more}")
    return array.reshape(frames)


def forces_in(value: Any, frames: int, atoms: int) -> Floats:
    """Forces of so many frames of so many atoms, shape (frames, atoms, 3)."""
    array = plain_array(value, "forces")
    wanted = (frames, atoms, 3)
    meant = {_long(wanted), _long((frames, 3 * atoms)), _long((frames * atoms, 3)), _long((frames * atoms * 3,))}
    if array.size != frames * atoms * 3 or _long(array.shape) not in meant:
        turned = array.size == frames * atoms * 3 and array.shape[-1:] == (atoms,)
        more = " Are they transposed?" if turned else ""
        raise ValueError(f"its forces have shape {array.shape} where {wanted[frames == 1 :]} is due.{more}")
    return array.reshape(wanted)


def _long(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape without its axes of length one."""
    return tuple(length for length in shape if length != 1)


def _one_each(frames: int) -> str:
    return "one number is due" if frames == 1 else f"{frames} numbers are due, one a frame"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"of type {type(value).__name__}"
