"""One scan, several potentials, one reference, all analysed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bsct_explorer.errors import Cancelled, ExplorerError, PotentialError
from bsct_explorer.provenance import Provenance, gather
from bsct_explorer.study.evaluating import Potentials, StudyProgress, evaluate_profile
from bsct_explorer.study.reference_choice import resolve_reference
from bsct_explorer.study.refine import look_beyond, refine_analysis

if TYPE_CHECKING:
    from bsct_explorer.analysis import Analysis
    from bsct_explorer.artifacts import Thresholds
    from bsct_explorer.deformations import Scan
    from bsct_explorer.potentials import Potential
    from bsct_explorer.potentials.base import Cancel
    from bsct_explorer.profiles import Profile


@dataclass(frozen=True)
class Failure:
    """A potential that gave no curve, and why."""

    model: str
    error: str


@dataclass(frozen=True)
class Study:
    """One scan with everything that was asked about it.

    Attributes
    ----------
    scan
        The frames; those of the reference file where it brought its own.
    reference
        The reference's profile, or None; `reference_note` says why there is none.
    reference_analysis
        The reference judged by itself: its own artifacts, and the metrics that need no reference.
    analyses
        One per potential that gave a curve, in the order asked.
    failed
        Potentials that gave none.
    provenance
        Versions, weights, command and date.
    thresholds, eps
        What artifacts and FSD (eV/Å) were judged with; None takes those of the analyses.
    reference_note
        Why there is no reference, else empty.
    """

    scan: Scan
    reference: Profile | None
    reference_analysis: Analysis | None
    analyses: tuple[Analysis, ...]
    failed: tuple[Failure, ...]
    provenance: Provenance
    thresholds: Thresholds | None = None
    eps: float | None = None
    reference_note: str = ""

    def __post_init__(self) -> None:
        from bsct_explorer.artifacts import Thresholds
        from bsct_explorer.metrics import DEFAULT_EPS

        known = [*self.analyses, *([self.reference_analysis] if self.reference_analysis else [])]
        if self.thresholds is None:
            object.__setattr__(self, "thresholds", known[0].thresholds if known else Thresholds())
        if self.eps is None:
            object.__setattr__(self, "eps", known[0].metrics.eps if known else DEFAULT_EPS)

    def require_a_curve(self) -> None:
        """Raise `PotentialError` where no potential gave a curve."""
        if self.analyses:
            return
        if len(self.failed) == 1:
            raise PotentialError(self.failed[0].error)
        reasons = "; ".join(f"{failure.model}: {failure.error}" for failure in self.failed)
        raise PotentialError(f"No potential gave a curve. {reasons}")


def run_study(
    scan: Scan,
    models: Sequence[str | Potential],
    reference: str | Path | Profile | None = None,
    *,
    reference_level: str | None = None,
    device: str = "auto",
    dtype: str | None = None,
    thresholds: Thresholds | None = None,
    eps: float = 1.0,
    refine: bool = False,
    far_field: bool = False,
    progress: StudyProgress | None = None,
    cancel: Cancel | None = None,
    command: str | None = None,
    potentials: Potentials | None = None,
) -> Study:
    """Evaluate and analyse a scan with several potentials.

    Parameters
    ----------
    scan
        The frames.
    models
        Names as on the command line, or loaded potentials. A repeated name counts once.
    reference
        A profile, or what `resolve_reference` takes.
    reference_level
        Level of theory of a reference file.
    device, dtype
        For potentials that are loaded by name; None for each potential's own precision.
    thresholds
        For artifacts; None for the defaults.
    eps
        Of FSD, eV/Å.
    refine
        Certify or refute every finding with the live potential, and look for causes (`refine_analysis`).
    far_field
        Also look far beyond the range with the live potential (`look_beyond`).
    progress, cancel
        See `StudyProgress`; `cancel` stops between batches with `Cancelled`.
    command
        The command line, for the provenance.
    potentials
        Shared between studies, so that nothing is loaded twice; then `device` and `dtype` are its own.

    Raises
    ------
    ReferenceDataError, PotentialError
        The reference that was asked for cannot be had. A potential that fails goes to `Study.failed`.
    """
    from bsct_explorer.artifacts import Thresholds

    thresholds = thresholds or Thresholds()
    store = potentials or Potentials(device, dtype)
    names = _register(models, store)
    note = ""
    if isinstance(reference, str | Path) or reference is None:
        reference, note = resolve_reference(
            reference,
            scan,
            level=reference_level,
            models=names,
            potentials=store,
            progress=progress,
            cancel=cancel,
        )
    if reference is not None:
        scan = reference.scan
    answers, failed = _evaluate_all(scan, names, reference, store, progress, cancel)
    profiles = [profile for profile, _ in answers]
    analyses = [_analyse(profile, reference, thresholds, eps) for profile in profiles]
    own = None if reference is None else _analyse(reference, None, thresholds, eps)
    if refine:
        analyses = [
            refine_analysis(analysis, potential, progress=progress, cancel=cancel)
            for analysis, (_, potential) in zip(analyses, answers, strict=True)
        ]
        if own is not None:
            live = next((p for p in store.loaded.values() if p.info == own.profile.info), None)
            own = refine_analysis(own, live, progress=progress, cancel=cancel)
    if far_field:
        analyses = [
            look_beyond(analysis, potential, cancel=cancel)
            for analysis, (_, potential) in zip(analyses, answers, strict=True)
        ]
    infos = [profile.info for profile in (*profiles, *([reference] if reference is not None else []))]
    used = {potential.info.name: potential for potential in store.loaded.values() if potential.info in infos}
    return Study(
        scan=scan,
        reference=reference,
        reference_analysis=own,
        analyses=tuple(analyses),
        failed=failed,
        provenance=gather(used, command, [p.info.package for p in used.values() if p.info.package]),
        thresholds=thresholds,
        eps=eps,
        reference_note=note,
    )


def _register(models: Sequence[str | Potential], store: Potentials) -> tuple[str, ...]:
    """Names of what was asked for, once each; loaded potentials go into the store under theirs."""
    names: dict[str, None] = {}
    for model in models:
        if isinstance(model, str):
            names[model] = None
            continue
        name = model.info.name
        if store.loaded.get(name, model) is not model:
            name = next(f"{name}#{k}" for k in range(2, len(models) + 2) if f"{name}#{k}" not in store.loaded)
        store.loaded[name] = model
        names[name] = None
    return tuple(names)


def _evaluate_all(
    scan: Scan,
    names: Sequence[str],
    reference: Profile | None,
    store: Potentials,
    progress: StudyProgress | None,
    cancel: Cancel | None,
) -> tuple[list[tuple[Profile, Potential]], tuple[Failure, ...]]:
    answers: list[tuple[Profile, Potential]] = []
    failed: list[Failure] = []
    for name in names:
        try:
            potential = store.get(name)
            if any(profile.info == potential.info for profile, _ in answers):
                continue  # asked for twice, as ani1x and ANI-1x
            if reference is not None and reference.scan is scan and potential.info == reference.info:
                profile = reference  # it is one of the models: it has answered already
            else:
                profile = evaluate_profile(scan, potential, progress, cancel)
            answers.append((profile, potential))
        except Cancelled:
            raise
        except ExplorerError as error:
            failed.append(Failure(name, str(error)))
    return answers, tuple(failed)


def _analyse(profile: Profile, reference: Profile | None, thresholds: Thresholds, eps: float) -> Analysis:
    from bsct_explorer.analysis import analyse

    return analyse(profile, reference=reference, thresholds=thresholds, eps=eps)
