"""Far beyond the range: decay, leftover steps and size consistency, each against a potential where it is known."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from bsct_explorer.artifacts.far_field import DEAD, far_field
from bsct_explorer.deformations import AngleBend, BondStretch
from bsct_explorer.errors import DeformationError, PotentialError
from bsct_explorer.molecules import load_molecule
from bsct_explorer.planted.flawed_potentials import (
    FlawedPotential,
    FlawlessPotential,
    HardCutoff,
    LiveFlawed,
    pairs_and_vectors,
)


@pytest.fixture(scope="module")
def scan():
    return BondStretch(0, 1).scan(load_molecule("ethanol"))


class Charges(FlawedPotential):
    """Coulomb between fixed charges of atoms 0 and 1, ± 0.5 e: −3.6 eV Å / d."""

    def extra(self, positions):
        if positions.shape[1] != 9:  # a fragment alone has only one of the two
            return np.zeros(len(positions)), np.zeros_like(positions)
        d, u = pairs_and_vectors(positions)
        r = d[:, 0, 1]
        forces = np.zeros_like(positions)
        forces[:, 1] = -3.6 / r[:, None] ** 2 * u[:, 0, 1]
        forces[:, 0] = -forces[:, 1]
        return -3.6 / r, forces


class Shared(FlawedPotential):
    """0.001 eV times the square of the number of atoms: nothing that a molecule may know of."""

    def extra(self, positions):
        return np.full(len(positions), 1e-3 * positions.shape[1] ** 2), np.zeros_like(positions)


def test_a_smooth_short_ranged_potential_dies_out_and_is_size_consistent(scan):
    found = far_field(LiveFlawed(scan, FlawlessPotential()))
    assert abs(found.residual_force) < 1e-9
    k = np.flatnonzero(np.abs(found.forces) >= DEAD)[-1]
    assert found.values[k] < found.dies_out_at <= found.values[k + 1]
    assert found.size_inconsistency == pytest.approx(0.0, abs=1e-9)
    assert found.size_consistent is True
    assert abs(found.unexplained[0]) < 1e-4
    assert found.values[0] == scan.values[-1]
    assert found.values[-1] == 20.0
    assert len(found.sentences) == 2


def test_the_tail_of_charges_is_told_with_its_power(scan):
    """Beside Morse only the Coulomb force is left: g = −3.6/r², and −3.6/r of energy is still to come."""
    found = far_field(LiveFlawed(scan, Charges("charges")))
    assert found.dies_out_at is None
    assert found.residual_force == pytest.approx(-3.6 / 400, rel=1e-6)
    assert found.decay == pytest.approx(2.0, abs=1e-3)
    assert "1/r^2.0" in found.sentences[0]
    # What atom 0 and 1 alone do not have: their mutual energy, still −0.18 eV at 20 Å. Charges are size-consistent.
    assert found.separated_energy - found.fragments_energy == pytest.approx(-3.6 / 20, abs=1e-6)
    assert found.tail == pytest.approx(3.6 / 20, rel=1e-3)
    assert found.size_inconsistency == pytest.approx(0.0, abs=1e-4)
    assert found.size_consistent
    assert "0.18 eV" in found.sentences[-1]


def test_a_step_beyond_the_range_is_seen(scan):
    """O2–C0 and others cross 5 Å beyond the range's end."""
    found = far_field(LiveFlawed(scan, HardCutoff(5.0)))
    size, place = found.unexplained
    assert size < -0.01
    assert 3.0 < place < 6.0
    assert any("does not explain" in sentence for sentence in found.sentences)


def test_size_inconsistency_is_measured(scan):
    found = far_field(LiveFlawed(scan, Shared("shared")))
    sizes = np.bincount(scan.labels)
    assert found.size_inconsistency == pytest.approx(1e-3 * (sizes.sum() ** 2 - (sizes**2).sum()), abs=1e-9)
    assert found.size_consistent is False
    assert "not size-consistent" in found.sentences[-1]


def test_spin_and_charge_are_said_to_be_ambiguous(scan):
    potential = FlawlessPotential(uses_multiplicity=True, uses_charge=True)
    found = far_field(LiveFlawed(scan, potential))
    assert found.spin_changes
    assert any("doublet" in note for note in found.notes)
    ion = replace(scan, molecule=replace(scan.molecule, charge=1, multiplicity=2))
    charged = far_field(LiveFlawed(ion, potential))
    assert sorted(charged.charges) == [0, 1]
    assert any("charge +1 is not settled" in note for note in charged.notes)
    plain = far_field(LiveFlawed(scan, FlawlessPotential()))
    assert plain.notes == ()
    assert not plain.spin_changes


def test_frames_that_fail_are_left_out_and_said(scan):
    class Failing(FlawlessPotential):
        def _compute(self, numbers, positions, charge, multiplicity):
            batch = super()._compute(numbers, positions, charge, multiplicity)
            far = np.linalg.norm(positions.max(axis=1) - positions.min(axis=1), axis=1) > self.limit
            return type(batch)(np.where(far, np.nan, batch.energies), batch.forces)

    potential = Failing()
    potential.limit = 12.0
    found = far_field(LiveFlawed(scan, potential))
    (note,) = found.notes
    assert re.fullmatch(
        r"\d+ of 64 frames .* left out, between .* and 20.0 Å: its energy or forces are not finite .*", note
    )
    assert list(found.failed) == list(np.flatnonzero(np.isnan(found.energies)))
    assert np.isfinite(found.separated_energy)
    potential.limit = 6.0
    with pytest.raises(PotentialError, match="too few"):
        far_field(LiveFlawed(scan, potential), points=12)


class TwoCurves(FlawlessPotential):
    """0.02 eV higher wherever the distance of atoms 0 and 1 is in an odd interval of 3 Å."""

    def extra(self, positions):
        _, forces = super().extra(positions)
        d, _ = pairs_and_vectors(positions)
        return 0.02 * (d[:, 0, 1] // 3 % 2) if positions.shape[1] == 9 else np.zeros(len(positions)), forces


def test_a_curve_that_goes_back_and_forth_is_said_to_and_a_methods_two_solutions_are_named(scan):
    found = far_field(LiveFlawed(scan, TwoCurves()))
    assert [place for _, place in found.steps] == pytest.approx([6, 9, 12, 15, 18], abs=0.3)
    assert [step for step, _ in found.steps] == pytest.approx([-0.02, 0.02, -0.02, 0.02, -0.02], abs=1e-3)
    assert "At 5 places from 6.0 to 18.0 Å" in found.sentences[1]
    assert "back and forth" in found.sentences[1]
    assert "self-consistent" not in found.sentences[1]
    assert any("which of its curves the last frame lies on, by up to 0.020 eV" in note for note in found.notes)
    method = far_field(LiveFlawed(scan, TwoCurves(solves_for_electrons=True)))
    assert "more than one self-consistent solution" in method.sentences[1]


def test_only_bonds_have_a_far_field(scan):
    angle = AngleBend(0, 1, 2).scan(scan.molecule)
    with pytest.raises(DeformationError, match="never separate"):
        far_field(LiveFlawed(angle, FlawlessPotential()))
    with pytest.raises(DeformationError, match="lies within"):
        far_field(LiveFlawed(scan, FlawlessPotential()), reach=2.0)
