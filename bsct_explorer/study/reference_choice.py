"""Which reference a person asked for: DFT of a BSCT-SPICE system, a file of their own, a potential, or none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bsct_explorer.errors import Cancelled, ExplorerError, ReferenceDataError
from bsct_explorer.study.evaluating import Potentials, StudyProgress, evaluate_profile

if TYPE_CHECKING:
    from bsct_explorer.data import PotentialInfo
    from bsct_explorer.deformations import Scan
    from bsct_explorer.potentials.base import Cancel
    from bsct_explorer.profiles import Profile

AUTO, DFT, NONE = "auto", "dft", "none"
DEFAULT_REFERENCE = "gfn2-xtb"
FILE_SUFFIXES = frozenset({".csv", ".tsv", ".dat", ".txt", ".xyz", ".extxyz"})


def is_file(spec: str | Path) -> bool:
    """Whether a reference is meant as a file: it has the suffix of one, or it is one."""
    return isinstance(spec, Path) or Path(spec).suffix.lower() in FILE_SUFFIXES or Path(spec).is_file()


def resolve_reference(
    spec: str | Path | None,
    scan: Scan,
    *,
    level: str | None = None,
    models: Sequence[str] = (),
    potentials: Potentials | None = None,
    progress: StudyProgress | None = None,
    cancel: Cancel | None = None,
) -> tuple[Profile | None, str]:
    """The reference that a person asked for.

    Parameters
    ----------
    spec
        None or ``none``; ``auto``: DFT where the scan is a BSCT-SPICE system's own, else GFN2-xTB unless that is the
        only potential judged; ``dft``: the BSCT-SPICE system's own; a file (extended xyz or CSV); or a potential.
    scan
        What is judged. A file with frames replaces it: use the returned profile's scan.
    level
        Level of theory of a file, as its owner names it.
    models
        Names of the potentials that are judged (``auto`` looks at them).
    potentials
        Where potentials are loaded from, so that a model that is also the reference is loaded once.

    Returns
    -------
    tuple
        The profile and an empty string; or None and the reason in a sentence.

    Raises
    ------
    ReferenceDataError
        A file or a BSCT-SPICE system cannot serve this scan: the person named it, so nothing else is taken instead.
    PotentialError
        A potential that was asked for by name gave no curve.
    """
    potentials = potentials or Potentials()
    if spec is None or spec == NONE:
        return None, "no reference was asked for"
    if isinstance(spec, str) and spec.lower() in (AUTO, DFT):
        return _named_reference(spec.lower(), scan, models, potentials, progress, cancel)
    if is_file(spec):
        from bsct_explorer.profiles import Profile
        from bsct_explorer.references.stored_curves import load_reference_file

        return Profile(*load_reference_file(spec, scan, level=level)), ""
    return evaluate_profile(scan, potentials.get(str(spec)), progress, cancel), ""


def _named_reference(
    spec: str,
    scan: Scan,
    models: Sequence[str],
    potentials: Potentials,
    progress: StudyProgress | None,
    cancel: Cancel | None,
) -> tuple[Profile | None, str]:
    from bsct_explorer.profiles import Profile
    from bsct_explorer.references.stored_curves import load_spice_reference

    if spec == DFT and scan.molecule.folder is None:
        raise ReferenceDataError(
            f"{scan.molecule.name} has no DFT reference: only BSCT-SPICE systems bring one. Give --reference gfn2-xtb, "
            "a file of your own, or none."
        )
    if scan.molecule.folder is not None:
        try:
            return Profile(scan, load_spice_reference(scan)), ""
        except ReferenceDataError:
            if spec == DFT:
                raise
    if models and set(models) == {DEFAULT_REFERENCE}:
        return None, f"{DEFAULT_REFERENCE} is the only potential judged, and it is the default reference"
    try:
        return evaluate_profile(scan, potentials.get(DEFAULT_REFERENCE), progress, cancel), ""
    except Cancelled:
        raise
    except ExplorerError as error:  # nobody asked for it by name: go on without
        return None, f"the default reference {DEFAULT_REFERENCE} failed: {error}"


def source_line(info: PotentialInfo) -> str:
    """Name and level of theory, once where one holds the other."""
    name, level = info.display_name, info.level_of_theory
    if name in level:
        return level
    return name if level in name else f"{name} ({level})"
