"""`--unit`: what a person reads on the terminal changes, files and limits do not."""

from __future__ import annotations

import re

import pytest

from bsct_explorer.words.units import ENERGY_UNIT_NAMES, energy_unit

STEPPED = ("water", "--bond", "0-1", "--points", "60", "--reference", "morse")
OTHERS = ENERGY_UNIT_NAMES[1:]


def metric(out: str, name: str) -> tuple[str, float]:
    """Unit and value of a metric's line."""
    unit, value = re.search(rf"^\s*{name}\s+(\S+)\s+(\S+)", out, re.M).groups()
    return unit, float(value.replace("−", "-"))


@pytest.mark.parametrize("unit", OTHERS)
def test_findings_metrics_and_remarks_are_in_the_unit(run, own, unit):
    in_ev = run("scan", *STEPPED, "--model", own("Stepped")).out
    told = run("scan", *STEPPED, "--model", own("Stepped"), "--unit", unit).out
    assert "energy-step" in told
    left = [line for line in told.splitlines() if "eV" in line]
    assert [line for line in left if "eps 1 eV/Å" not in line] == []
    assert len(left) == 1, "FSD's ε is a setting: it is said as it was given"
    factor = energy_unit(unit).per_ev
    for name, per in (("energy_mae_full", ""), ("forces_mae_full", "/Å")):
        assert metric(told, name)[0] == unit + per
        assert metric(told, name)[1] == pytest.approx(factor * metric(in_ev, name)[1], rel=1e-3)
    assert metric(told, "fsd_full") == metric(in_ev, "fsd_full")
    size = re.search(r"energy-step at [\d.]+ Å, (−?[\d.]+) eV", in_ev)[1]
    same = re.search(rf"energy-step at [\d.]+ Å, (−?[\d.]+) {unit}", told)[1]
    assert float(same.replace("−", "-")) == pytest.approx(factor * float(size.replace("−", "-")), rel=1e-2)


def test_files_stay_in_ev(run, own, tmp_path):
    def files(*more):
        paths = [tmp_path / f"{len(more)}.{suffix}" for suffix in ("csv", "extxyz")]
        run("scan", *STEPPED, "--model", own("Stepped"), "--csv", paths[0], "--xyz", paths[1], *more)
        return [path.read_text(encoding="utf-8").replace("--unit kcal/mol", "") for path in paths]

    assert files("--unit", "kcal/mol") == files()
    json = (run("scan", *STEPPED, "--model", "morse", "--json", "-", *more).out for more in ((), ("--unit", "kJ/mol")))
    one, other = (re.search(r'"energies":.*', text, re.S)[0].partition('"provenance"')[0] for text in json)
    assert one == other


def test_limits_are_read_in_ev_and_it_is_said(run, own):
    out = run("check", *STEPPED, "--model", own("Stepped"), "--max", "energy_mae_full=100", "--unit", "kcal/mol").out
    row = re.search(r"^(holds|falls short) .*energy_mae_full\s+\S+\s+(\S+)\s+(\S+)", out, re.M)
    assert row.groups() == ("holds", "2306", "kcal/mol")
    assert "--max is read in eV" in out
    assert "--max is read" not in run("check", *STEPPED, "--model", own("Stepped"), "--max", "energy_mae_full=100").out


def test_a_maps_least_and_greatest(run):
    command = ("map", "water", "--x", "bond:0-1", "--y", "angle:1-0-2", "--points", "9x9", "--model", "morse")
    in_ev, told = run(*command).out, run(*command, "--unit", "kJ/mol").out
    assert "eV" not in told
    greatest = [float(re.search(r"^energy\s+\S+\s+\S+\s+(\S+)", out, re.M)[1]) for out in (in_ev, told)]
    assert greatest[1] == pytest.approx(energy_unit("kJ/mol").per_ev * greatest[0], rel=1e-3)


def test_a_wrong_unit_is_told_what_there_is(run):
    result = run("scan", *STEPPED, "--unit", "Ry")
    assert result.code == 2
    assert all(name in result.err for name in ENERGY_UNIT_NAMES)


def test_a_molecules_notes_are_told_in_the_unit_too():
    from dataclasses import replace

    from bsct_explorer.cli.molecule_text import headline
    from bsct_explorer.molecules import load_molecule

    noted = replace(load_molecule("water"), notes=("The relaxation stopped early, at a largest force of 0.250 eV/Å.",))
    assert "at a largest force of 5.77 kcal/mol/Å" in headline(noted, energy_unit("kcal/mol"))
