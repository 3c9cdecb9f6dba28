"""Findings, told in the unit of energy that a person chose. What is computed and stored stays in eV."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bsct_explorer.artifacts.artifact import Artifact
from bsct_explorer.artifacts.far_field import FarField
from bsct_explorer.artifacts.refinement import Cause
from bsct_explorer.artifacts.stories import Story
from bsct_explorer.words.units import EV, EnergyUnit, in_unit


def told_in(artifact: Artifact, shown: EnergyUnit) -> Artifact:
    """The same finding with its sentences in another unit; its numbers, and `unit`, stay as they are.

    Numbers in its sentences are rounded from the finding's own, so that they agree with those beside them.
    """
    if shown == EV:
        return artifact
    exact = [artifact.size, *_numbers(artifact.evidence)]
    if artifact.refinement is not None:
        exact += [artifact.refinement.size, *_numbers(artifact.refinement.evidence)]
    cause = artifact.cause
    if cause is not None:
        exact += _numbers(cause.evidence)
    return replace(
        artifact,
        explanation=in_unit(artifact.explanation, shown, exact),
        cause=None if cause is None else _cause_in(cause, shown, exact),
    )


def told_story(story: Story, shown: EnergyUnit) -> str:
    """A story's sentence in another unit."""
    return in_unit(story.sentence, shown, [part.size for part in story.parts])


def far_field_in(far: FarField, shown: EnergyUnit) -> FarField:
    """The same far field with its sentences and notes in another unit."""
    if shown == EV:
        return far
    exact = [far.residual_force, far.tail, far.unexplained[0], far.size_inconsistency or 0.0]
    return replace(
        far,
        sentences=tuple(in_unit(sentence, shown, exact) for sentence in far.sentences),
        notes=tuple(in_unit(note, shown) for note in far.notes),
    )


def _cause_in(cause: Cause, shown: EnergyUnit, exact: list[float]) -> Cause:
    evidence = {
        name: in_unit(value, shown, exact) if isinstance(value, str) else value
        for name, value in cause.evidence.items()
    }
    return replace(cause, statement=in_unit(cause.statement, shown, exact), evidence=evidence)


def _numbers(evidence: Mapping[str, float | int | str]) -> list[float]:
    return [float(value) for value in evidence.values() if not isinstance(value, str)]
