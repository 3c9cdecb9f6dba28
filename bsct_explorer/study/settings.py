"""What a study is asked, and what it tells while it runs: two frozen objects that every door hands on as they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bsct_explorer.artifacts import Thresholds
from bsct_explorer.errors import Cancelled
from bsct_explorer.metrics import DEFAULT_EPS
from bsct_explorer.words.energy_zeros import DEFAULT_ZERO, EnergyZero

if TYPE_CHECKING:
    from bsct_explorer.artifacts import Artifact
    from bsct_explorer.potentials import Potential
    from bsct_explorer.potentials.base import Cancel
    from bsct_explorer.profiles import Profile

StudyProgress = Callable[[str, int, int], None]
"""Called with (what is computed, how much of it is done, how much there is)."""

Decided = Callable[["Artifact"], None]
"""Called with each candidate as soon as it is decided: `certified` is True or False, `refinement` is there."""


@dataclass(frozen=True)
class UploadedFile:
    """A reference file whose content is at hand, because a browser sent it and no path may be opened for it.

    Attributes
    ----------
    name
        What its owner calls it; the suffix says how it is read.
    content
        Its bytes.
    """

    name: str
    content: bytes


@dataclass(frozen=True)
class StudySettings:
    """What is asked of a scan, a survey of all bonds or a map; the same object for the page and the command line.

    Attributes
    ----------
    reference
        None or ``none``; ``auto``, ``dft``, a file (its path, or `UploadedFile`), a potential or its name, or a profile
        that is there already (see `resolve_reference`).
    reference_level
        Level of theory of a reference file, as its owner names it.
    reference_unit
        Units of a reference file, as its owner names them: ``hartree``, ``hartree, bohr``, ``kcal/mol``. None for what
        the file states, else eV and Å or degrees.
    device, dtype
        For potentials that are loaded by name (see `load_potential`); None for each potential's own precision.
    thresholds
        What counts as an artifact.
    eps
        FSD's ε in eV/Å.
    refine
        Certify or refute every finding with the live potential (`refine_analysis`).
    causes
        While refining, look for the causes of what stays.
    far_field
        Also look far beyond the range with the live potential (`look_beyond`).
    energy_zero
        What energies are shown relative to, a key of `words.energy_zeros.ENERGY_ZEROS`. Nothing is judged by it.
    command
        What asked, for the provenance: the command line, or ``the page``; None for a call from Python.
    """

    reference: str | Path | UploadedFile | Potential | Profile | None = None
    reference_level: str | None = None
    reference_unit: str | None = None
    device: str = "auto"
    dtype: str | None = None
    thresholds: Thresholds = field(default_factory=Thresholds)
    eps: float = DEFAULT_EPS
    refine: bool = False
    causes: bool = True
    far_field: bool = False
    energy_zero: EnergyZero = DEFAULT_ZERO
    command: str | None = None


@dataclass(frozen=True)
class Hooks:
    """How a study talks to whoever started it; it may be called from the thread that computes.

    Attributes
    ----------
    progress
        See `StudyProgress`.
    cancel
        Asked between batches; True stops the work with `Cancelled`.
    decided
        See `Decided`.
    loading
        Called with a sentence while a potential is loaded.
    """

    progress: StudyProgress | None = None
    cancel: Cancel | None = None
    decided: Decided | None = None
    loading: Callable[[str], None] | None = None

    def tell(self, what: str, done: int, total: int) -> None:
        """Say how far the work is."""
        if self.progress is not None:
            self.progress(what, done, total)

    def stop_if_cancelled(self, message: str) -> None:
        """Raise `Cancelled` with this message where the person asked to stop."""
        if self.cancel is not None and self.cancel():
            raise Cancelled(message)

    def labelled(self, label: str) -> Hooks:
        """The same hooks, whose progress says first what it belongs to: ``C0–C1  ANI-1x``."""
        progress = self.progress
        if progress is None:
            return self
        return replace(self, progress=lambda what, done, total: progress(f"{label}  {what}", done, total))


NO_HOOKS = Hooks()
"""Nobody listens and nobody cancels."""
