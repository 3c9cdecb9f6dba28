"""The analyses of what is shown, each made once for the same question."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from bsct_explorer.analysis import Analysis
from bsct_explorer.artifacts.far_field import FarField
from bsct_explorer.data import Evaluation
from bsct_explorer.deformations import Scan
from bsct_explorer.profiles import Profile
from bsct_explorer.study import StudySettings, analyse_profile


@dataclass(frozen=True, eq=False)
class Question:
    """What an analysis answers: these objects, judged by these settings."""

    scan: Scan
    evaluation: Evaluation
    reference: Evaluation | None
    settings: StudySettings

    def same(self, other: Question) -> bool:
        """Whether these are the same objects, and the same thresholds."""
        return (
            self.scan is other.scan
            and self.evaluation is other.evaluation
            and self.reference is other.reference
            and self.settings.thresholds == other.settings.thresholds
        )


class ShownAnalyses:
    """Analyses by the name that a potential has on the page, kept until another question is asked of it."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[Question, Analysis]] = {}

    def __len__(self) -> int:
        return len(self._made)

    def answer(self, name: str, question: Question) -> Analysis:
        """The analysis that is there, where it answers the same question; else a new one."""
        asked, analysis = self._made.get(name, (None, None))
        if analysis is None or asked is None or not asked.same(question):
            compared = Profile(question.scan, question.reference) if question.reference is not None else None
            analysis = analyse_profile(Profile(question.scan, question.evaluation), compared, question.settings)
        self._made[name] = (question, analysis)
        return analysis

    def refine(self, name: str, refined: Analysis) -> Analysis:
        """Put what refinement made of an analysis in its place; what was found far beyond the range stays."""
        question, old = self._made[name]
        analysis = replace(refined, far_field=old.far_field)
        self._made[name] = (question, analysis)
        return analysis

    def look_beyond(self, name: str, far: FarField) -> Analysis:
        """Put what was found far beyond the range into an analysis."""
        question, old = self._made[name]
        analysis = replace(old, far_field=far)
        self._made[name] = (question, analysis)
        return analysis

    def forget(self, names: Collection[str]) -> None:
        """Keep nothing of these."""
        for name in names:
            self._made.pop(name, None)
