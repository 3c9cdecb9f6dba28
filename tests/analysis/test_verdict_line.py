"""The verdict in one line: the range that can be trusted ends where the curve departs or where something was found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bsct_explorer.analysis import Analysis, analyse, trusted_range, verdict_line
from bsct_explorer.artifacts import Artifact
from bsct_explorer.data import Evaluation, Floats, PotentialInfo
from bsct_explorer.deformations import BondStretch, Scan
from bsct_explorer.molecules import load_molecule
from bsct_explorer.profiles import Profile
from bsct_explorer.remarks.of_models import NOT_DETERMINISTIC

SCAN: Scan = BondStretch(0, 1).scan(load_molecule("ethane"), points=100)
INFO = PotentialInfo(name="toy", display_name="Toy", level_of_theory="analytic")
Q = SCAN.values


def bond(depth: float = 5.0, departs: float = np.inf) -> Profile:
    """A Morse curve whose force is 30 % of the strongest pull off beyond a place; the energy's integral of it."""
    x = np.exp(-2.0 * (Q - 1.53))
    out = np.clip(Q - departs, 0.0, None)
    off = 0.3 * depth
    energies: Floats = depth * (1 - x) ** 2 - off * out
    forces = -4 * depth * x * (1 - x) + off * (out > 0)
    return Profile(SCAN, Evaluation(INFO, energies, None, generalized_forces=forces))


def with_finding(analysis: Analysis, kind: str, lo: float, hi: float, severity: str = "severe") -> Analysis:
    size = 0.5
    found = Artifact(kind, 0.5 * (lo + hi), (lo, hi), size, "eV", severity, "Found.", True)  # type: ignore[arg-type]
    return replace(analysis, artifacts=(found,))


def clean(analysis: Analysis) -> Analysis:
    return replace(analysis, artifacts=(), notes=())


def test_a_curve_like_its_reference_follows_it_everywhere() -> None:
    analysis = clean(analyse(bond(5.2), bond(5.0)))
    assert trusted_range(analysis) == (0, 99)
    assert verdict_line(analysis) == "Follows the reference over the whole range."


@pytest.mark.parametrize("departs", [1.9, 2.4])
def test_the_range_ends_where_the_force_departs(departs: float) -> None:
    analysis = clean(analyse(bond(5.0, departs), bond(5.0)))
    found = trusted_range(analysis)
    assert found is not None
    assert Q[found.last] <= departs < Q[found.last + 1]
    assert f"to {Q[found.last]:.2f} Å" in verdict_line(analysis)


def test_a_finding_ends_it_and_is_named() -> None:
    analysis = with_finding(clean(analyse(bond(), None)), "outer-fall", 2.2, 3.04)
    found = trusted_range(analysis)
    assert found is not None
    assert Q[found.last] < 2.2 <= Q[found.last + 1]
    assert verdict_line(analysis).endswith("; worst (severe): outer fall of 0.500 eV at 2.62 Å.")


def test_a_jump_between_two_frames_ends_it_and_a_minor_finding_does_not() -> None:
    analysis = clean(analyse(bond(), bond()))
    at = 0.5 * (Q[70] + Q[71])
    assert trusted_range(with_finding(analysis, "energy-step", at, at)) == (0, 70)
    assert trusted_range(with_finding(analysis, "energy-step", at, at, "minor")) == (0, 99)


def test_where_the_equilibrium_is_wrong_nothing_is_trusted() -> None:
    analysis = with_finding(clean(analyse(bond(), bond())), "rough-force", 1.4, 1.7)
    assert trusted_range(analysis) is None
    assert verdict_line(analysis).startswith("Differs from the reference at its very equilibrium")


def test_without_a_reference_it_says_so() -> None:
    assert verdict_line(clean(analyse(bond(), None))) == "Nothing was found; there is no reference to compare with."


def test_frames_without_an_answer_are_counted() -> None:
    profile = bond()
    energies = profile.energies.copy()
    energies[80:] = np.nan
    gone = replace(profile, evaluation=replace(profile.evaluation, energies=energies))
    line = verdict_line(clean(analyse(gone, bond())))
    assert line.startswith("Follows the reference from")
    assert line.endswith("20 of 100 frames have no answer.")


def test_a_minor_finding_and_a_doubt_are_not_hidden_behind_nothing_found() -> None:
    minor = with_finding(clean(analyse(bond(), None)), "second-minimum", 2.0, 2.2, "minor")
    assert verdict_line(minor).startswith("Nothing above minor was found")
    noisy = replace(clean(analyse(bond(), None)), notes=(NOT_DETERMINISTIC.say("Noisy."),))
    assert verdict_line(noisy).endswith("; in doubt: not deterministic.")
