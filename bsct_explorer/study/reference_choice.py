"""Which reference a person asked for: DFT of a BSCT-SPICE system, a file of their own, a potential, or none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bsct_explorer.errors import Cancelled, ExplorerError, ReferenceDataError
from bsct_explorer.profiles import Profile
from bsct_explorer.references import load_reference_file, load_spice_reference, read_reference
from bsct_explorer.references.readers import SUFFIXES
from bsct_explorer.study.one_curve import evaluate_profile
from bsct_explorer.study.potential_store import Potentials
from bsct_explorer.study.settings import NO_HOOKS, Hooks, StudySettings, UploadedFile

if TYPE_CHECKING:
    from bsct_explorer.data import PotentialInfo
    from bsct_explorer.deformations import Scan

AUTO, DFT, NONE = "auto", "dft", "none"
DEFAULT_REFERENCE = "gfn2-xtb"

NOT_ASKED = "no reference was asked for"


def is_file(spec: object) -> bool:
    """Whether a reference is meant as a file: it has the suffix of one, or it is one."""
    if isinstance(spec, Path | UploadedFile):
        return True
    return isinstance(spec, str) and (Path(spec).suffix.lower() in SUFFIXES or Path(spec).is_file())


def of_one_scan(spec: object) -> str:
    """What a reference is called that belongs to one scan and can serve no survey and no map; else empty.

    A file, the DFT of a BSCT-SPICE system, a curve that is there already.
    """
    if isinstance(spec, Profile):
        return f"the curve of {spec.info.display_name}"
    if isinstance(spec, str) and spec.lower() == DFT:
        return "the DFT of a BSCT-SPICE system"
    if not is_file(spec):
        return ""
    return f"the file {spec.name if isinstance(spec, UploadedFile) else spec}"


def not_of_all_bonds(reference: str) -> str:
    """The sentence that refuses a reference, as `of_one_scan` calls it, for a survey of all bonds."""
    return (
        f"The reference is {reference}, which belongs to one scan. Name its bond instead of all bonds, or take a "
        "potential as the reference, such as gfn2-xtb, or none."
    )


def resolve_reference(
    scan: Scan,
    settings: StudySettings,
    hooks: Hooks = NO_HOOKS,
    *,
    models: Sequence[str] = (),
    potentials: Potentials | None = None,
) -> tuple[Profile | None, str]:
    """The reference that the settings ask for.

    ``auto`` is DFT where the scan is a BSCT-SPICE system's own, else GFN2-xTB unless that is the only potential judged;
    ``dft`` the BSCT-SPICE system's own; a file is extended xyz or CSV.

    Parameters
    ----------
    scan
        What is judged. A file with frames replaces it: use the returned profile's scan.
    settings
        `reference`, `reference_level`, `reference_unit`, and device and precision of a potential.
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
    spec = settings.reference
    if spec is None or spec == NONE:
        return None, NOT_ASKED
    if isinstance(spec, Profile):
        return spec, ""
    stored = stored_reference(scan, settings)
    if stored is not None:
        return stored, ""
    potentials = potentials or Potentials()
    if isinstance(spec, str) and spec.lower() == AUTO:
        return _default_reference(scan, settings, hooks, models, potentials)
    potential = potentials.get(spec, settings, hooks) if isinstance(spec, str) else spec
    assert not isinstance(potential, Path | UploadedFile)  # `stored_reference` has read those
    return evaluate_profile(scan, potential, hooks), ""


def stored_reference(scan: Scan, settings: StudySettings) -> Profile | None:
    """The reference where it was computed elsewhere, so that no potential is asked; None where one has to be.

    That is ``dft``, a file, and ``auto`` for the own scan of a BSCT-SPICE system.

    Raises
    ------
    ReferenceDataError
        It cannot serve this scan.
    """
    spec = settings.reference
    if isinstance(spec, UploadedFile):
        level, unit = settings.reference_level, settings.reference_unit
        return Profile(*read_reference(spec.content, scan, name=spec.name, level=level, units=unit))
    named = spec.lower() if isinstance(spec, str) else ""
    if named not in (AUTO, DFT):
        if not isinstance(spec, str | Path) or not is_file(spec):
            return None
        level, unit = settings.reference_level, settings.reference_unit
        return Profile(*load_reference_file(spec, scan, level=level, units=unit))
    if scan.molecule.folder is None:
        if named == AUTO:
            return None
        raise ReferenceDataError(
            f"{scan.molecule.name} has no DFT reference: only BSCT-SPICE systems bring one. Give --reference gfn2-xtb, "
            "a file of your own, or none."
        )
    try:
        return Profile(scan, load_spice_reference(scan))
    except ReferenceDataError:
        if named == DFT:
            raise
    return None


def _default_reference(
    scan: Scan, settings: StudySettings, hooks: Hooks, models: Sequence[str], potentials: Potentials
) -> tuple[Profile | None, str]:
    if models and set(models) == {DEFAULT_REFERENCE}:
        return None, f"{DEFAULT_REFERENCE} is the only potential judged, and it is the default reference"
    try:
        return evaluate_profile(scan, potentials.get(DEFAULT_REFERENCE, settings, hooks), hooks), ""
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
