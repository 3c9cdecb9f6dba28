"""Causes of what is no jump: a collapsing wall, a guess beyond the training data, an electronic state."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bsct_explorer.artifacts import detect, make_curve
from bsct_explorer.artifacts.causes import context_of, explain
from bsct_explorer.artifacts.causes.extrapolation import UNCOVERED, spread
from bsct_explorer.artifacts.causes.hypothesis_ranking import CONFIDENCES, SPECIFIC, Judgement, best_of
from bsct_explorer.artifacts.causes.zbl import zbl_energy
from bsct_explorer.artifacts.refinement import CAUSE_KINDS, Cause
from bsct_explorer.deformations import BondStretch
from bsct_explorer.molecules import load_molecule
from bsct_explorer.planted.flawed_potentials import (
    FlawedPotential,
    FlawlessPotential,
    LiveFlawed,
    certified,
    pairs_and_vectors,
)
from bsct_explorer.study import evaluate_profile


class Collapsing(FlawedPotential):
    """−40 exp(−10 (d − 0.76)) eV on the bond 0–1: its wall turns over below 0.87 Å."""

    def extra(self, positions):
        d, u = pairs_and_vectors(positions)
        hole = 40 * np.exp(-10 * (d[:, 0, 1] - 0.76))
        forces = np.zeros_like(positions)
        forces[:, 1] = -10 * hole[:, None] * u[:, 0, 1]
        forces[:, 0] = -forces[:, 1]
        return -hole, forces


@pytest.fixture(scope="module")
def scan():
    return BondStretch(0, 1).scan(load_molecule("ethane"))


def curve_of(potential, scan, **changes):
    """The artifacts that a potential's curve shows, certified as they are, its context and the live potential."""
    profile = evaluate_profile(scan, potential)
    context = replace(context_of(profile), **changes)
    found = detect(make_curve(profile.values, context.energies, context.forces))
    return {a.kind: replace(a, certified=True) for a in found}, context, LiveFlawed(scan, potential)


def test_a_wall_that_turns_over_lacks_a_core_repulsion(scan):
    artifacts, context, live = curve_of(Collapsing("collapsing", core_repulsion=""), scan)
    cause = explain(artifacts["wall-collapse"], live, context)
    assert (cause.kind, cause.confidence) == ("missing-core-repulsion", "likely")
    assert cause.atoms == (0, 1)
    assert "C0–C1" in cause.statement
    assert cause.evidence["model_rise_inward_eV"] < 0 < cause.evidence["nuclear_repulsion_rise_inward_eV"]
    assert cause.evidence["fall_inward_with_ZBL_added_eV"] == 0
    wrong_way = explain(artifacts["spurious-force"], live, context)
    assert wrong_way.kind == "missing-core-repulsion"


def test_a_declared_core_repulsion_is_not_missing(scan):
    artifacts, context, live = curve_of(Collapsing("collapsing", core_repulsion="ZBL"), scan)
    cause = explain(artifacts["wall-collapse"], live, context)
    assert cause.kind == "unknown"
    assert "ZBL" in str(cause.evidence)


def test_a_reference_that_falls_as_well_refutes_it(scan):
    artifacts, context, live = curve_of(Collapsing("collapsing", core_repulsion=""), scan)
    same = replace(context, reference_energies=context.energies)
    assert explain(artifacts["wall-collapse"], live, same).kind == "unknown"
    rising = replace(context, reference_energies=context.values[::-1] ** 2)
    assert explain(artifacts["wall-collapse"], live, rising).evidence["reference_rise_inward_eV"] > 0


def test_outside_the_equilibrium_no_core_repulsion_is_missing(scan):
    _, context, live = curve_of(FlawlessPotential(core_repulsion=""), scan)
    assert explain(certified("artificial-minimum", 2.6, 0.1, "eV"), live, context).kind == "unknown"
    assert explain(certified("outer-fall", 2.6, 0.1, "eV"), live, context).kind == "unknown"


def members(context, widths):
    """Eight networks whose standard deviation of energies is `widths`, eV, shape (n_frames,)."""
    offsets = np.linspace(-1, 1, 8)
    offsets /= offsets.std(ddof=1)
    return context.energies + offsets[:, None] * widths


def test_networks_that_disagree_far_more_than_at_the_minimum_extrapolate(scan):
    artifact = certified("outer-fall", 2.6, 0.1, "eV")
    _, context, live = curve_of(FlawlessPotential(), scan)
    home, n = 0.005, len(scan.molecule)
    beyond = np.where(context.values > 2.3, 0.5, home)
    cause = explain(artifact, live, replace(context, member_energies=members(context, beyond)))
    assert (cause.kind, cause.confidence) == ("extrapolation", "likely")
    assert cause.evidence["ratio"] == pytest.approx(100, rel=1e-6)
    assert cause.evidence["spread_here_eV_per_sqrt_atom"] == pytest.approx(0.5 / np.sqrt(n))
    assert "100 times" in cause.statement
    same = explain(artifact, live, replace(context, member_energies=members(context, np.full(len(scan), home))))
    assert same.kind == "unknown"
    # A ratio alone is nothing: both spreads are far below what counts as not covered.
    tiny = explain(artifact, live, replace(context, member_energies=members(context, beyond * 1e-4)))
    assert tiny.kind == "unknown"


def test_networks_that_disagree_everywhere_say_so(scan):
    _, context, live = curve_of(FlawlessPotential(), scan)
    everywhere = members(context, np.full(len(scan), 20 * UNCOVERED * np.sqrt(len(scan.molecule))))
    cause = explain(certified("outer-fall", 2.6, 0.1, "eV"), live, replace(context, member_energies=everywhere))
    assert (cause.kind, cause.confidence) == ("extrapolation", "possible")
    assert "at the minimum as well" in cause.statement


def test_spread_is_that_of_ani():
    energies = np.random.default_rng(0).normal(size=(8, 5))
    assert spread(energies, 9) == pytest.approx(energies.std(axis=0, ddof=1) / 3)
    assert pytest.approx(0.00997, abs=1e-5) == UNCOVERED


def test_a_method_with_electrons_may_change_its_state(scan):
    """A kink that points up is where a lower state takes over; one that points down is not."""
    _, context, _ = curve_of(FlawlessPotential(solves_for_electrons=True), scan)
    up = explain(certified("force-kink", 2.4, 0.5, "eV/Å"), None, context)
    assert (up.kind, up.confidence) == ("electronic-state", "likely")
    down = explain(certified("force-kink", 2.4, -0.5, "eV/Å"), None, context)
    assert (down.kind, down.confidence) == ("electronic-state", "possible")
    _, learned, _ = curve_of(FlawlessPotential(), scan)
    assert explain(certified("force-kink", 2.4, 0.5, "eV/Å"), None, learned).kind == "unknown"


def steepened(context, by, width):
    """The context with a force that rises by `by` eV/Å over `width` Å at 2.4 Å."""
    rise = by / (1 + np.exp(-4 * (context.values - 2.4) / width))
    return replace(context, forces=context.forces + rise)


@pytest.mark.parametrize(
    ("by", "width", "steep"), [(5.0, 0.1, True), (3.0, 0.05, True), (2.0, 0.3, False), (0.0, 0.1, False)]
)
@pytest.mark.parametrize("kind", ["rough-force", "outer-fall"])
def test_a_shape_needs_evidence_of_another_state(scan, kind, by, width, steep):
    _, context, _ = curve_of(FlawlessPotential(solves_for_electrons=True), scan)
    shape = certified(kind, 2.4, 0.5, "eV/Å", half=0.1)
    cause = explain(shape, None, steepened(context, by, width))
    assert (cause.kind == "electronic-state") == steep
    if steep:
        assert cause.evidence["force_rises_by_eV/Å²"] > 10


def test_no_state_is_named_where_the_reference_says_nothing(scan):
    _, context, _ = curve_of(FlawlessPotential(solves_for_electrons=True), scan)
    shape, steep = certified("rough-force", 2.4, 0.5, "eV/Å", half=0.1), steepened(context, 5.0, 0.1)
    there = replace(steep, reference_energies=context.energies)
    ends = replace(steep, reference_energies=np.where(scan.values < 2.3, context.energies, np.nan))
    assert explain(shape, None, there).kind == "electronic-state"
    assert explain(shape, None, ends).kind == "unknown"


def test_zbl_is_the_published_one():
    """C–C at 1 Å: 518.39 eV bare, screened by φ(1/0.15514…); and it falls monotonically to nothing."""
    a = 0.46850 / (2 * 6**0.23)
    x = 1 / a
    phi = 0.18175 * np.exp(-3.1998 * x) + 0.50986 * np.exp(-0.94229 * x)
    phi += 0.28022 * np.exp(-0.4029 * x) + 0.02817 * np.exp(-0.20162 * x)
    r = np.array([0.5, 1.0, 2.0, 6.0])
    positions = np.zeros((4, 2, 3))
    positions[:, 1, 0] = r
    energies = zbl_energy(np.array([6, 6]), positions)
    assert energies[1] == pytest.approx(36 * 14.3996454 * phi)
    assert (np.diff(energies) < 0).all()
    assert energies[3] < 2e-3


def test_order_of_causes():
    """Confidence first; of equal confidence the one that says most."""
    assert set(SPECIFIC) == set(CAUSE_KINDS)
    made = [Cause(kind, confidence, "") for kind in SPECIFIC for confidence in CONFIDENCES]
    rng = np.random.default_rng(1)
    for _ in range(20):
        some = [made[k] for k in rng.choice(len(made), 5, replace=False)]
        best = best_of([Judgement(cause) for cause in some] + [Judgement(None)])
        first = min(CONFIDENCES.index(cause.confidence) for cause in some)
        equal = [cause for cause in some if CONFIDENCES.index(cause.confidence) == first]
        assert best is min(equal, key=lambda cause: SPECIFIC.index(cause.kind))
    assert best_of([Judgement(None, "why")]) is None


def test_other_causes_are_named_too(scan):
    """A collapsing wall where the networks disagree as well: the cause that says more, and the other beside it."""
    artifacts, context, live = curve_of(Collapsing("collapsing", core_repulsion=""), scan)
    wide = np.where(context.values < 0.9, 1.0, 0.005)
    cause = explain(artifacts["wall-collapse"], live, replace(context, member_energies=members(context, wide)))
    assert cause.kind == "missing-core-repulsion"
    assert "extrapolation (likely)" in cause.evidence["also_considered"]
