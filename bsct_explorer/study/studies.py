"""One scan, several potentials, one reference, all analysed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bsct_explorer.analysis import RelativeCurve, equilibrium_frame, relative_curve
from bsct_explorer.errors import Cancelled, ExplorerError, PotentialError
from bsct_explorer.provenance import Provenance, gather
from bsct_explorer.study.one_curve import analyse_profile, evaluate_profile
from bsct_explorer.study.potential_store import Potentials
from bsct_explorer.study.reference_choice import resolve_reference
from bsct_explorer.study.refining import look_beyond, refine_analysis
from bsct_explorer.study.settings import NO_HOOKS, Hooks, StudySettings

if TYPE_CHECKING:
    from bsct_explorer.analysis import Analysis
    from bsct_explorer.artifacts import Thresholds
    from bsct_explorer.deformations import Scan
    from bsct_explorer.potentials import Potential
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
    analyses
        One per potential that gave a curve, in the order asked.
    reference_analysis
        The reference judged by itself: its own artifacts, and the metrics that need no reference. None where there is
        no reference; `reference_note` says why.
    provenance
        Versions, weights, command and date.
    settings
        What was asked.
    failed
        Potentials that gave no curve.
    reference_note
        Why there is no reference, else empty.
    """

    scan: Scan
    analyses: tuple[Analysis, ...]
    reference_analysis: Analysis | None
    provenance: Provenance
    settings: StudySettings = field(default_factory=StudySettings)
    failed: tuple[Failure, ...] = ()
    reference_note: str = ""

    @property
    def reference(self) -> Profile | None:
        """The reference's profile, or None."""
        return None if self.reference_analysis is None else self.reference_analysis.profile

    @property
    def thresholds(self) -> Thresholds:
        """What artifacts were judged with."""
        return self.settings.thresholds

    @property
    def eps(self) -> float:
        """FSD's ε in eV/Å."""
        return self.settings.eps

    def relative(self, analysis: Analysis) -> RelativeCurve:
        """The curve of one of these analyses with its energies relative to the zero that the settings ask for."""
        return relative_curve(analysis, self.settings.energy_zero, equilibrium_frame(self.reference_analysis))

    @property
    def by_label(self) -> dict[str, Analysis]:
        """The analyses, each by a name of its own: two models of one user may share theirs; ``reference`` is taken."""
        found: dict[str, Analysis] = {}
        for analysis in self.analyses:
            name = analysis.profile.info.name
            same = sum(label.split("#")[0] == name for label in ("reference", *found))
            found[f"{name}#{same + 1}" if same else name] = analysis
        return found

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
    settings: StudySettings | None = None,
    hooks: Hooks = NO_HOOKS,
    *,
    potentials: Potentials | None = None,
) -> Study:
    """Evaluate and analyse a scan with several potentials.

    The steps are those that the page takes one by one: `resolve_reference`, `evaluate_profile`, `analyse_profile`,
    `refine_analysis`, `look_beyond`, `gather_study`.

    Parameters
    ----------
    scan
        The frames.
    models
        Names as on the command line, or loaded potentials. A repeated name counts once.
    settings
        What is asked; None for the defaults: no reference, nothing refined.
    hooks
        Who hears of the progress, and who may stop the work.
    potentials
        Shared between studies, so that nothing is loaded twice.

    Raises
    ------
    ReferenceDataError, PotentialError
        The reference that was asked for cannot be had. A potential that fails goes to `Study.failed`.
    Cancelled
        The hooks said so.
    """
    settings = settings or StudySettings()
    potentials = potentials or Potentials()
    names = potentials.register(models)
    reference, note = resolve_reference(scan, settings, hooks, models=names, potentials=potentials)
    if reference is not None:
        scan = reference.scan
    answers, failed = _evaluate_all(_Asked(scan, names, reference), settings, hooks, potentials)
    analyses = [analyse_profile(profile, reference, settings) for profile, _ in answers]
    own = None if reference is None else analyse_profile(reference, None, settings)
    if settings.refine:
        analyses = [
            refine_analysis(analysis, potential, hooks, causes=settings.causes)
            for analysis, (_, potential) in zip(analyses, answers, strict=True)
        ]
        if own is not None:
            live = next((p for p in potentials if p.info == own.profile.info), None)
            own = refine_analysis(own, live, hooks, causes=settings.causes)
    if settings.far_field:
        analyses = [
            look_beyond(analysis, potential, hooks) for analysis, (_, potential) in zip(analyses, answers, strict=True)
        ]
    found = [*analyses, *([own] if own is not None else [])]
    return gather_study(
        scan,
        analyses,
        own,
        settings,
        failed=failed,
        reference_note=note,
        live=potentials.behind([analysis.profile.info for analysis in found]),
    )


def gather_study(
    scan: Scan,
    analyses: Sequence[Analysis],
    reference_analysis: Analysis | None,
    settings: StudySettings,
    *,
    failed: Sequence[Failure] = (),
    reference_note: str = "",
    live: Mapping[str, Potential] | None = None,
) -> Study:
    """Put what was found on a scan together as a study, with its provenance.

    Parameters
    ----------
    scan
        What all the analyses are of.
    settings
        What they were made with.
    live
        Loaded potentials behind the curves by name, for the hashes of their weights. A curve whose potential is not
        among them was stored.
    """
    known = [*analyses, *([reference_analysis] if reference_analysis is not None else [])]
    packages = [analysis.profile.info.package for analysis in known]
    return Study(
        scan=scan,
        analyses=tuple(analyses),
        reference_analysis=reference_analysis,
        provenance=gather(live or {}, settings.command, [package for package in packages if package]),
        settings=settings,
        failed=tuple(failed),
        reference_note=reference_note,
    )


@dataclass(frozen=True)
class _Asked:
    """A scan, the names of the potentials that are to answer, and the reference, which may be one of them."""

    scan: Scan
    names: tuple[str, ...]
    reference: Profile | None


def _evaluate_all(
    asked: _Asked, settings: StudySettings, hooks: Hooks, potentials: Potentials
) -> tuple[list[tuple[Profile, Potential]], tuple[Failure, ...]]:
    answers: list[tuple[Profile, Potential]] = []
    failed: list[Failure] = []
    reference = asked.reference
    for name in asked.names:
        try:
            potential = potentials.get(name, settings, hooks)
            if any(profile.info == potential.info for profile, _ in answers):
                continue  # asked for twice, as ani1x and ANI-1x
            if reference is not None and reference.scan is asked.scan and potential.info == reference.info:
                profile = reference  # it is one of the models: it has answered already
            else:
                profile = evaluate_profile(asked.scan, potential, hooks)
            answers.append((profile, potential))
        except Cancelled:
            raise
        except ExplorerError as error:
            failed.append(Failure(name, str(error)))
    return answers, tuple(failed)
