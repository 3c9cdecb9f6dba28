"""Stories: one cause or one phenomenon, each finding in exactly one, told with true places and sizes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bsct_explorer.artifacts.artifact import Artifact
from bsct_explorer.artifacts.refinement import Cause
from bsct_explorer.artifacts.stories import stories_of


def found(kind: str, lo: float, hi: float, size: float, **changes: object) -> Artifact:
    unit = "eV" if kind in ("energy-step", "artificial-minimum", "outer-fall", "wall-collapse") else "eV/Å"
    artifact = Artifact(
        kind=kind,
        location=0.5 * (lo + hi),
        interval=(lo, hi),
        size=size,
        unit=unit,
        severity="moderate",
        explanation=f"{kind} at {lo:g} Å.",
        certified=True,
        evidence={"at_stake_eV": abs(size)},
    )
    return replace(artifact, **changes)  # type: ignore[arg-type]


def cutoff(length: float, pair: tuple[int, int] = (0, 1)) -> Cause:
    return Cause("cutoff-pair", "tested", "A pair.", atoms=pair, evidence={"cutoff_Å": length})


def test_one_cutoff_is_one_story_whichever_pairs_cross_it() -> None:
    steps = [found("energy-step", x, x, (-1) ** k * 0.1 * (k + 1), cause=cutoff(2.9, (0, k)))
             for k, x in enumerate((1.0, 1.5, 2.25))]  # fmt: skip
    kink = found("force-kink", 1.5, 1.5, 0.7, cause=cutoff(2.9))
    other = found("energy-step", 1.2, 1.2, 0.2, cause=cutoff(5.0))
    stories = stories_of([*steps, kink, other], "Å")
    assert [len(story.parts) for story in stories] == [4, 1]
    assert stories[0].sentence == (
        "Sharp cutoff at 2.9 Å: 3 energy steps of up to 0.300 eV and a force kink of 0.700 eV/Å, from 1.00 to 2.25 Å."
    )
    assert stories[0].interval == (1.0, 2.25)
    assert stories[1].sentence == other.explanation


def test_a_false_minimum_with_its_fall_and_its_force_is_one_story() -> None:
    minimum = found("artificial-minimum", 3.0, 3.6, 0.08, severity="severe")
    fall, push = found("outer-fall", 2.15, 4.0, 0.72), found("spurious-force", 2.15, 3.25, 0.9)
    elsewhere = found("rough-force", 0.7, 0.9, 30.0)
    stories = stories_of([push, elsewhere, fall, minimum], "Å")
    assert [[part.kind for part in story.parts] for story in stories] == [
        ["artificial-minimum", "outer-fall", "spurious-force"],
        ["rough-force"],
    ]
    assert stories[0].sentence.endswith("With it: an outer fall of 0.720 eV and a spurious force of 0.900 eV/Å.")
    assert stories[0].severity == "severe"


def test_two_minima_are_two_stories() -> None:
    one, two = found("artificial-minimum", 2.0, 3.0, 0.1), found("artificial-minimum", 2.2, 2.8, 0.05)
    assert len(stories_of([one, two], "Å")) == 2


def test_jumps_without_a_common_cause_stay_alone() -> None:
    unknown = Cause("unknown", "none", "Not known.")
    jumps = [found("energy-step", x, x, 0.1, cause=unknown) for x in (1.0, 1.1)]
    assert [len(story.parts) for story in stories_of(jumps, "Å")] == [1, 1]


def test_the_energy_and_its_slope_that_jump_at_one_place_are_one_event() -> None:
    step, kink = found("energy-step", 1.5, 1.5, 0.2), found("force-kink", 1.5000001, 1.5000001, 3.0)
    beside = found("force-kink", 1.501, 1.501, 3.0)
    assert sorted(len(story.parts) for story in stories_of([step, kink, beside], "Å")) == [1, 2]


@pytest.mark.parametrize("count", [0, 1, 7])
def test_each_finding_is_in_exactly_one_story(count: int) -> None:
    kinds = ("energy-step", "force-kink", "artificial-minimum", "outer-fall", "spurious-force", "rough-force")
    given = [found(kinds[k % len(kinds)], 1 + 0.1 * k, 1.3 + 0.1 * k, 0.1 + k) for k in range(count)]
    parts = [part for story in stories_of(given, "Å") for part in story.parts]
    assert sorted(map(id, parts)) == sorted(map(id, given))
