"""Which device and precision a potential computes in, and why another was refused."""

from __future__ import annotations

from dataclasses import dataclass

from bsct_explorer.data import PotentialInfo
from bsct_explorer.errors import PotentialError

ORDER = ("cuda", "mps", "cpu")
"""The order of `device="auto"`."""


@dataclass(frozen=True)
class Placement:
    """Where and in which precision a potential will compute.

    Attributes
    ----------
    device
        ``cuda``, ``cuda:1``, ``mps`` or ``cpu``.
    dtype
        ``float64`` or ``float32``.
    notes
        Sentences for the person: a device that is there and was refused, a precision that is not the usual one.
    refused
        Reason by device type, for every device that comes before the chosen one.
    """

    device: str
    dtype: str
    notes: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        reasons = "; ".join(f"not {device}: {reason}" for device, reason in self.refused)
        return f"{self.device} in {self.dtype}" + (f" ({reasons})" if reasons else "")


def place(info: PotentialInfo, device: str = "auto", dtype: str | None = None) -> Placement:
    """Choose device and precision for a potential.

    Parameters
    ----------
    device
        ``auto`` takes the first of CUDA, MPS and CPU that is there and can do it; else that device or an error.
    dtype
        ``float64``, ``float32``, or None for the potential's default.

    Raises
    ------
    PotentialError
        A device that is not there or that the potential does not run on, a precision that it does not have.
    """
    chosen_dtype = choose_dtype(info, dtype)
    notes = []
    if dtype is None and chosen_dtype != "float64":
        notes.append(f"{info.display_name} computes in {chosen_dtype}: it has no float64.")
    if device != "auto":
        kind = device.split(":")[0]
        reason = why_not(kind, device, info, chosen_dtype)
        if reason:
            raise PotentialError(f"device {device!r} cannot be used for {info.display_name}: {reason}. {NEXT_STEP}")
        return Placement(device, chosen_dtype, tuple(notes))
    refused: list[tuple[str, str]] = []
    for kind in ORDER:
        reason = why_not(kind, kind, info, chosen_dtype)
        if reason is None:
            return Placement(kind, chosen_dtype, tuple(notes), tuple(refused))
        refused.append((kind, reason))
        if kind != "cpu" and kind in info.devices and is_there(kind) is None:
            # Hardware that a person paid for is refused only in words.
            notes.append(f"Not computed on {kind}: {reason}.")
    raise PotentialError(f"no device can run {info.display_name}: " + "; ".join(f"{d}: {r}" for d, r in refused))


NEXT_STEP = (
    "Use device='auto' or 'cpu', or install a PyTorch build for your device (https://pytorch.org/get-started/locally)"
)


def choose_dtype(info: PotentialInfo, dtype: str | None) -> str:
    """The precision asked for, if the potential has it."""
    if dtype is None:
        return info.dtypes[0]
    if dtype not in info.dtypes:
        has = " or ".join(info.dtypes)
        raise PotentialError(f"{info.display_name} cannot compute in {dtype!r}: it computes in {has}; leave dtype out")
    return dtype


def why_not(kind: str, device: str, info: PotentialInfo, dtype: str) -> str | None:
    """Why this device cannot be used for this potential, or None where it can."""
    if kind not in ORDER:
        return "the devices are cuda, mps and cpu"
    if kind not in info.devices:
        return f"{info.display_name} runs on {' or '.join(info.devices)} only"
    if kind == "cpu":
        return None
    missing = is_there(kind, device)
    if missing:
        return missing
    if kind == "mps" and dtype == "float64":
        return "MPS has no float64; dtype='float32' would run there"
    return None


def first_there(kinds: tuple[str, ...]) -> str:
    """The first of these kinds of device that torch can reach; the last where it reaches none."""
    return next((kind for kind in kinds if kind == "cpu" or is_there(kind) is None), kinds[-1])


def is_there(kind: str, device: str = "") -> str | None:
    """Why torch cannot reach this kind of device, or None where it can."""
    import torch

    if kind == "cuda":
        if torch.version.cuda is None and torch.version.hip is None:
            return f"this PyTorch ({torch.__version__}) was built without CUDA"
        if not torch.cuda.is_available():
            return "PyTorch finds no CUDA device or driver"
        index = device.partition(":")[2]
        if index and (not index.isdigit() or int(index) >= torch.cuda.device_count()):
            return f"there are {torch.cuda.device_count()} CUDA devices, counted from 0"
        return None
    if not torch.backends.mps.is_built():
        return "this PyTorch was built without MPS (it is for Apple silicon)"
    if not torch.backends.mps.is_available():
        return "PyTorch finds no MPS device"
    return None
