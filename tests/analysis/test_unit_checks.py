"""Units and signs of a model are named where they do not fit, and never of an honest model, however wrong it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bsct_explorer.analysis import analyse
from bsct_explorer.analysis.unit_checks import force_over_slope, steady
from bsct_explorer.data import Evaluation, PotentialInfo
from bsct_explorer.deformations import AngleBend, BondStretch
from bsct_explorer.molecules import load_molecule
from bsct_explorer.potentials.families.pair_potentials import MorsePotential
from bsct_explorer.profiles import Profile
from bsct_explorer.words.units import ANGSTROM_PER_BOHR as BOHR
from bsct_explorer.words.units import EV_PER_HARTREE as HARTREE
from bsct_explorer.words.units import energy_unit

KCAL, KJ = energy_unit("kcal/mol").per_ev, energy_unit("kJ/mol").per_ev

INFO = PotentialInfo(name="mine", display_name="Mine", level_of_theory="")
D, A = 4.5, 2.0


@pytest.fixture(scope="module")
def scan():
    return BondStretch(0, 1, range=(0.6, 2.5)).scan(load_molecule("[H]F"), points=60)


def curve(scan, energy=1.0, force=1.0, change=None):
    """A Morse curve of the bond, with energies and forces times these factors."""
    z, x = scan.molecule.numbers, scan.positions
    batch = MorsePotential(D, A)._compute(z, x, 0, 1)
    energies, forces = batch.energies * energy, batch.forces * force
    if change is not None:
        energies, forces = change(scan.values, energies, forces)
    return Profile(scan, Evaluation(info=INFO, energies=energies, forces=forces))


def said(profile, reference=None):
    """Sentences on units that an analysis has."""
    notes = analyse(profile, reference).notes
    return [str(note) for note in notes if note.kind.name == "units"]


@pytest.mark.parametrize(
    ("energy", "force", "words"),
    [
        (1.0, -1.0, ("sign", "gradients")),
        (1.0, BOHR, ("0.529 times", "eV/bohr")),
        (1.0, 1 / BOHR, ("1.89 times", "eV/bohr")),
        (1.0, KCAL, ("23.1 times", "in kcal/mol/Å while energies are in eV")),
        (KCAL, 1.0, ("0.0434 times", "energies in kcal/mol while forces are in eV/Å")),
        (KJ, 1.0, ("energies in kJ/mol",)),
        (1 / HARTREE, 1.0, ("27.2 times", "energies in hartree")),
        (1 / HARTREE, BOHR / HARTREE, ("0.529 times", "per bohr")),
        (1.0, BOHR / HARTREE, ("in hartree/bohr while energies are in eV",)),
        (1.0, -BOHR / HARTREE, ("hartree/bohr and gradients",)),
        (1.0, -BOHR, ("−0.529 times", "gradients in eV/bohr")),
        (0.5, 1.0, ("2.00 times", "per atom, of which there are 2")),
        (1.0, 1000.0, ("meV/Å",)),
        (1.0, 10.0, ("per nm",)),
        (1.0, 1.35, ("1.35 times", "same unit")),
    ],
)
def test_a_constant_ratio_of_force_and_slope_is_named(scan, energy, force, words):
    (sentence,) = said(curve(scan, energy, force))
    for word in words:
        assert word in sentence


@pytest.mark.parametrize("factor", [KCAL, KJ, 1000.0, 1 / HARTREE, 2 / HARTREE])
def test_a_curve_in_another_unit_is_named_against_the_reference_and_without_one(scan, factor):
    name = {KCAL: "kcal/mol", KJ: "kJ/mol", 1000.0: "meV", 1 / HARTREE: "hartree", 2 / HARTREE: "rydberg"}[factor]
    other = curve(scan, change=lambda q, e, f: (1.3 * e, 1.3 * f * (1 + 0.2 * np.sin(q))[:, None, None]))
    assert name in said(curve(scan, factor, factor), curve(scan, 1.2, 1.2))[0]
    alone = said(curve(scan, factor, factor))
    assert name in alone[0] if factor > 1 else alone == []
    assert said(other, curve(scan)) == []


@pytest.mark.parametrize("atoms", [(1, 0, 2)])
def test_an_angle_shows_it_too(atoms):
    scan = AngleBend(*atoms, range=(60.0, 160.0)).scan(load_molecule("water"), points=60)
    assert "eV/bohr" in said(curve(scan, 1.0, BOHR))[0]
    assert said(curve(scan)) == []


def noisy(size):
    draw = np.random.default_rng(0)
    return lambda q, e, f: (e + draw.normal(0, size, e.shape), f + draw.normal(0, 10 * size, f.shape))


HONEST = {
    "smooth": None,
    "an offset": lambda q, e, f: (e - 2e4, f),
    "noise": noisy(1e-3),
    "much noise": noisy(5e-2),
    "direct forces, a tenth too large": lambda q, e, f: (e, 1.04 * f),
    "direct forces, wrong by place": lambda q, e, f: (e, f * (1.5 + 0.5 * np.sin(6 * q))[:, None, None]),
    "direct forces that let go": lambda q, e, f: (e, f * np.exp(-2 * (q - 0.9))[:, None, None]),
    "no forces at all": lambda q, e, f: (e, 0 * f),
    "no energy": lambda q, e, f: (0 * e, f),
    "a step": lambda q, e, f: (e + 0.5 * (q > 1.3), f),
    "steps everywhere": lambda q, e, f: (np.round(e, 1), f),
    "frames missing": lambda q, e, f: (np.where((q > 1.0) & (q < 1.8), np.nan, e), f),
    "three frames": lambda q, e, f: (np.where(q < q[-3], np.nan, e), f),
}


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_curve_gets_no_word_however_wrong_it_is(scan, name):
    assert said(curve(scan, change=HONEST[name]), curve(scan)) == []
    assert said(curve(scan, change=HONEST[name])) == []


@pytest.mark.parametrize("depth", [0.8, 2.0, 12.0])
@pytest.mark.parametrize("stiffness", [1.0, 2.0, 3.0])
def test_weak_and_strong_bonds_are_no_other_unit(scan, depth, stiffness):
    """From 0.8 eV and 2 eV/Å², hardly a bond, to 12 eV and 200 eV/Å², more than nitrogen has."""
    z, x = scan.molecule.numbers, scan.positions
    batch = MorsePotential(depth, stiffness)._compute(z, x, 0, 1)
    profile = Profile(scan, Evaluation(info=INFO, energies=batch.energies, forces=batch.forces))
    assert said(profile, curve(scan)) == []
    assert said(profile) == []


@pytest.mark.parametrize(("factor", "words"), [(-1.0, "gradients"), (KCAL, "kcal/mol"), (1 / HARTREE, "hartree")])
def test_direct_forces_in_another_unit_are_named_though_they_are_no_gradient(scan, factor, words):
    def direct(q, e, f):
        return e, factor * f * (1 + 0.15 * np.sin(12 * q))[:, None, None]

    assert words in said(curve(scan, change=direct))[0]


def test_the_ratio_is_measured_to_a_part_in_a_thousand(scan):
    assert steady(force_over_slope(curve(scan, 1.0, 1.7))) == pytest.approx(1.7, rel=1e-3)
    assert steady(force_over_slope(curve(scan, change=noisy(0.05)))) is None


def test_a_direct_force_model_and_those_that_ship_get_no_word():
    from bsct_explorer.potentials import available, is_installed, load_potential
    from bsct_explorer.study import evaluate_profile

    scan = BondStretch(0, 1).scan(load_molecule("ethane"), points=30)
    names = [info.name for info in available() if is_installed(info)]
    quick = [name for name in names if name in ("ani1x", "so3lr", "gfn2-xtb", "testbed-E", "morse", "lennard-jones")]
    profiles = {name: evaluate_profile(scan, load_potential(name)) for name in quick}
    for profile in profiles.values():
        assert said(profile) == []
        assert said(profile, profiles.get("gfn2-xtb")) == []
        other = replace(profile.evaluation, forces=profile.forces * BOHR)
        if profile.info.conservative and profile.info.name != "lennard-jones":
            assert said(Profile(scan, other)) != []
