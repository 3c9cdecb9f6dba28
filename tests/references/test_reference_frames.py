"""Frames as people have them: units that are stated or not, failed ones, another molecule's."""

from __future__ import annotations

import re

import numpy as np
import pytest

from bsct_explorer.data import Evaluation
from bsct_explorer.deformations import BondStretch
from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.molecules import load_molecule
from bsct_explorer.profiles import Profile
from bsct_explorer.references import load_reference_file

SCAN = BondStretch(0, 1, range=(0.6, 1.8)).scan(load_molecule("F"), points=40)
ETHANE = BondStretch(0, 1).scan(load_molecule("ethane"), points=30)
DEPTH, WIDTH, R0 = 6.0, 2.2, 0.92
EH, KCAL, BOHR = 27.211386245988, 23.0605478306, 0.529177210903


def energy(r: np.ndarray) -> np.ndarray:
    return DEPTH * (1 - np.exp(-WIDTH * (r - R0))) ** 2 - 140.0


def force(r: np.ndarray) -> np.ndarray:
    decay = np.exp(-WIDTH * (r - R0))
    return -2 * DEPTH * WIDTH * decay * (1 - decay)


def frames(
    scan=SCAN,
    *,
    more: str = "",
    energies: float = 1.0,
    forces: float = 1.0,
    lengths: float = 1.0,
    words: str = "energy=%s",
) -> str:
    """Extended xyz of a Morse curve on the scan, with units by factors and more keys in each comment line."""
    i, j = scan.atoms
    text = []
    for r, positions in zip(scan.values, scan.positions, strict=True):
        atomic = np.zeros_like(positions)
        atomic[j] = force(r) * (positions[j] - positions[i]) / r
        atomic[i] = -atomic[j]
        text += [
            str(len(positions)),
            f"Properties=species:S:1:pos:R:3:forces:R:3 {words % repr(float(energy(r)) * energies)} {more}",
        ]
        rows = np.hstack([positions * lengths, atomic * forces])
        text += [
            f"{symbol} {' '.join(f'{x:.10f}' for x in row)}"
            for symbol, row in zip(scan.molecule.symbols, rows, strict=True)
        ]
    return "\n".join(text) + "\n"


def read(text: str, scan=SCAN, **more: object) -> tuple[Profile, Evaluation]:
    found, answer = load_reference_file(text, scan, **{"name": "mine.xyz", **more})
    return Profile(found, answer), answer


def is_the_curve(profile: Profile) -> bool:
    r = profile.values
    return np.allclose(profile.energies, energy(r), atol=1e-5) and np.allclose(
        profile.generalized_forces, force(r), atol=1e-4
    )


def kinds(answer: Evaluation) -> list[str]:
    return [note.kind.name for note in answer.notes]


AU = {"energies": 1 / EH, "forces": BOHR / EH}


@pytest.mark.parametrize(
    "text",
    [
        frames(more="energy_unit=Hartree", **AU),
        frames(more='units="Eh, Eh/bohr"', **AU),
        frames(more="energy_units=eV force_units=Eh/bohr", forces=BOHR / EH),
        frames(more="unit=kcal/mol", energies=KCAL, forces=KCAL),
        frames(more="units=atomic length_unit=bohr", lengths=1 / BOHR, **AU),
        frames(words="energy_hartree=%s", **AU),
        frames(words="dft_energy_kcal_mol=%s", energies=KCAL, forces=KCAL),
        frames(more="energy_unit=Ha", energies=1 / EH, forces=1 / EH),
        frames(more="energy_unit=Ha", energies=1 / EH),
    ],
)
def test_units_that_frames_state_are_converted_and_said(text: str) -> None:
    profile, answer = read(text)
    assert is_the_curve(profile)
    assert "unit-converted" in kinds(answer)
    assert not [note for note in answer.notes if note.kind.doubt]


@pytest.mark.parametrize(
    ("units", "how"),
    [
        ("hartree", AU),
        ("hartree/bohr", AU),
        ("kcal/mol", {"energies": KCAL, "forces": KCAL}),
        ("hartree, eV/Å", {"energies": 1 / EH}),
    ],
)
def test_units_that_a_person_states(units: str, how: dict[str, float]) -> None:
    profile, answer = read(frames(**how), units=units)
    assert is_the_curve(profile)
    assert not [note for note in answer.notes if note.kind.doubt]


@pytest.mark.parametrize(
    ("how", "questions"),
    [
        ({}, []),
        (AU, ["are the energies in hartree?", "are they per bohr?"]),
        ({"energies": 1 / EH, "forces": 1 / EH}, ["are the energies in hartree?"]),
        ({"energies": KCAL, "forces": KCAL}, ["are the energies in kcal/mol?"]),
        ({"forces": BOHR}, ["are they per bohr?"]),
        ({"forces": -1.0}, ["are these gradients, with the other sign?"]),
        ({"lengths": 1 / BOHR, "forces": BOHR}, ["is it in bohr?"]),
    ],
)
def test_a_scale_that_fits_another_unit_is_said_and_not_converted(how: dict[str, float], questions: list[str]) -> None:
    profile, answer = read(frames(**how))
    np.testing.assert_allclose(profile.energies, energy(SCAN.values) * how.get("energies", 1.0), rtol=1e-9)
    doubts = [note for note in answer.notes if note.kind.name == "unit-doubted"]
    assert [question in doubt for question, doubt in zip(questions, doubts, strict=True)] == [True] * len(questions)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (frames(more="energy_unit=furlong"), "energy_unit=furlong, which is no unit"),
        (frames(more="units=zorkmid"), "units=zorkmid"),
        (frames(more="force_units=newton"), "force_units=newton"),
        (frames(more="energy_unit=Ha", energies=1 / EH, forces=0.37), "their slope in none of.*State their unit"),
        (
            frames(more="energy_unit=Ha", **AU).replace("energy_unit=Ha", "energy_unit=eV", 1),
            "other units than frame 0",
        ),
    ],
)
def test_unknown_units_are_refused(text: str, words: str) -> None:
    with pytest.raises(ReferenceDataError, match=words):
        read(text)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("charge=1", r"charge \+1 \(charge=1\)"),
        ("total_charge=-2", "−2"),
        ("Charge=1.0", r"\+1"),
        ("molecular_charge=1", r"\+1"),
        ("multiplicity=3", "multiplicity=3"),
        ("spin_multiplicity=2", "spin_multiplicity=2"),
        ("spin=3", "spin=3"),
    ],
)
def test_another_charge_or_spin_is_a_doubt(more: str, said: str) -> None:
    (doubt,) = [note for note in read(frames(more=more))[1].notes if note.kind.doubt]
    assert doubt.kind.name == "reference-of-another-molecule"
    assert re.search(said, doubt)


@pytest.mark.parametrize("more", ["charge=0", "multiplicity=1", "spin=0", "spin=1", "total_charge=0 mult=1", "q=none"])
def test_the_same_charge_and_spin_are_not_spoken_of(more: str) -> None:
    assert kinds(read(frames(more=more))[1]) == []


@pytest.mark.parametrize("column", ["initial_charges", "mulliken_charges", "q"])
@pytest.mark.parametrize("total", [0.0, 1.0])
def test_charges_of_the_atoms_that_add_up_to_another_charge_are_a_doubt(column: str, total: float) -> None:
    lines = frames().replace("forces:R:3", f"forces:R:3:{column}:R:1").splitlines()
    text = "\n".join(f"{line} {total / 2}" if line[:2] in ("F ", "H ") else line for line in lines)
    doubts = [note.kind.name for note in read(text)[1].notes if note.kind.doubt]
    assert doubts == (["reference-of-another-molecule"] if total else [])


def test_another_order_of_the_atoms_is_a_doubt() -> None:
    swapped = frames(ETHANE).splitlines()
    size = len(ETHANE.molecule) + 2
    for k in range(0, len(swapped), size):  # two hydrogens, one of each carbon
        swapped[k + 4], swapped[k + 9] = swapped[k + 9], swapped[k + 4]
    (doubt,) = [
        note for note in read("\n".join(swapped), ETHANE)[1].notes if note.kind.name == "reference-of-another-molecule"
    ]
    assert "another order of the atoms" in doubt
    assert kinds(read(frames(ETHANE), ETHANE)[1]) == []


@pytest.mark.parametrize("word", ["nan", "failed", "NaN", "n/a"])
def test_frames_without_an_energy_are_left_out(word: str) -> None:
    lines = frames().splitlines()
    lines[1 + 4 * 7] = f"Properties=species:S:1:pos:R:3:forces:R:3 energy={word}"
    profile, _ = read("\n".join(lines))
    assert profile.failed_frames == (7,)


@pytest.mark.parametrize("value", ["0.0", "0", "9999.0"])
def test_frames_with_a_placeholder_are_left_out_and_said(value: str) -> None:
    lines = frames().splitlines()
    lines[1 + 4 * 7] = f"Properties=species:S:1:pos:R:3:forces:R:3 energy={value}"
    profile, answer = read("\n".join(lines))
    assert profile.failed_frames == (7,)
    assert kinds(answer) == ["points-doubted"]
