"""Energies in the unit that a person chose, alone and inside of sentences."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsct_explorer.words.numbers import decimal, number
from bsct_explorer.words.units import (
    ENERGY_UNIT_NAMES,
    ENERGY_UNITS,
    EV,
    energy_unit,
    factor_of,
    in_unit,
    quantity,
    scaled,
    unit_in,
    with_unit,
)

KJ, KCAL = energy_unit("kJ/mol"), energy_unit("kcal/mol")
OTHERS = [unit for unit in ENERGY_UNITS if unit != EV]


def read(text: str) -> float:
    mantissa, _, power = text.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")).partition(" × 10")
    return float(mantissa) * 10.0 ** int(power or 0)


def test_factors_are_those_of_codata() -> None:
    assert KJ.per_ev == pytest.approx(96.48533212331, rel=1e-12)
    assert KCAL.per_ev == pytest.approx(23.06054783, rel=1e-9)
    assert EV.per_ev == 1.0


def test_names_are_looked_up_and_a_wrong_one_is_told_what_there_is() -> None:
    assert [energy_unit(name) for name in ENERGY_UNIT_NAMES] == list(ENERGY_UNITS)
    with pytest.raises(ValueError, match=r"'Ry' is no unit of energy\. There are: eV, kJ/mol, kcal/mol"):
        energy_unit("Ry")


@pytest.mark.parametrize(
    ("unit", "factor", "text"),
    [
        ("eV", KCAL.per_ev, "kcal/mol"),
        ("eV/Å", KCAL.per_ev, "kcal/mol/Å"),
        ("eV/°", KCAL.per_ev, "kcal/mol/°"),
        ("meV/atom", KCAL.per_ev / 1e3, "kcal/mol/atom"),
        ("Å", 1.0, "Å"),
        ("Å⁻¹", 1.0, "Å⁻¹"),
        ("", 1.0, ""),
        ("cm⁻¹", 1.0, "cm⁻¹"),
    ],
)
def test_a_unit_and_its_factor(unit: str, factor: float, text: str) -> None:
    assert factor_of(unit, KCAL) == pytest.approx(factor)
    assert unit_in(unit, KCAL) == text
    assert factor_of(unit, EV) == 1.0
    assert unit_in(unit, EV) == unit


def test_quantities() -> None:
    assert quantity(0.72, "eV") == "0.720 eV"
    assert quantity(0.72, "eV", KCAL) == "16.6 kcal/mol"
    assert quantity(-0.05, "eV/Å", KJ) == "−4.82 kJ/mol/Å"
    assert quantity(None, "eV", KCAL) == "– kcal/mol"
    assert quantity(109.5, "°", KCAL, 4) == with_unit("109.5", "°") == "109.5°"


@pytest.mark.parametrize(
    ("value", "unit", "shown", "text"),
    [
        (0.012, "Å", EV, "12.0 mÅ"),
        (2.5e-7, "Å", EV, "0.250 µÅ"),
        (0.0012, "eV", EV, "1.20 meV"),
        (0.0012, "eV", KCAL, "27.7 cal/mol"),
        (0.0012, "eV/Å", KJ, "0.116 kJ/mol/Å"),
        (0.0, "eV", KJ, "0 kJ/mol"),
        (4.2e-11, "eV", EV, "4.20 × 10⁻¹¹ eV"),
    ],
)
def test_prefixes(value: float, unit: str, shown: object, text: str) -> None:
    assert scaled(value, unit, shown) == text  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("0.72 eV", "16.6 kcal/mol"),
        ("0.05 eV/Å", "1.2 kcal/mol/Å"),
        ("1.2 × 10⁻³ eV/°", "0.028 kcal/mol/°"),
        ("5 meV", "0.12 kcal/mol"),
        ("10⁻⁷ eV", "2.3 × 10⁻⁶ kcal/mol"),
        ("1e-05 eV/Å", "2.3 × 10⁻⁴ kcal/mol/Å"),
        ("between 0.1 and 0.2 eV", "between 2.3 and 4.6 kcal/mol"),
        ("0.1 to 0.2 eV", "2.3 to 4.6 kcal/mol"),
        ("0.1–0.2 eV", "2.3–4.6 kcal/mol"),
        ("−3 eV/Å", "−69 kcal/mol/Å"),
        ("by up to 0.3 eV/Å, where", "by up to 6.9 kcal/mol/Å, where"),
        ("0.00 eV", "0.0 kcal/mol"),
        ("At 2.45 Å and 0.3 eV", "At 2.45 Å and 6.9 kcal/mol"),
        (
            "between 2.10 and 2.20 Å the energy falls by 1.0 eV",
            "between 2.10 and 2.20 Å the energy falls by 23 kcal/mol",
        ),
        ("C0–C1 0.5 eV", "C0–C1 12 kcal/mol"),
        ("in frames 3 and 0.5 eV", "in frames 3 and 12 kcal/mol"),
        ("4 kT at 300 K (0.10 eV)", "4 kT at 300 K (2.3 kcal/mol)"),
    ],
)
def test_sentences(sentence: str, shown: str) -> None:
    assert in_unit(sentence, KCAL) == shown


@pytest.mark.parametrize("text", ["eVen 3 eVen", "3 keV", "2 eV²", "1 eV⁻¹", "0.5 eV_per_A", "in eV", "ε = 1", "3 Å"])
def test_what_is_no_quantity_in_ev_stays(text: str) -> None:
    assert in_unit(text, KCAL) == text


words = st.lists(
    st.sampled_from(
        ["the force", "falls", "by", "2.15 Å", "109°", "frame 31", "kT", "300 K", "3 keV", "eVen", "to", "5"]
    ),
    max_size=6,
).map(" ".join)
values = st.floats(-1e4, 1e4).filter(lambda x: abs(x) > 1e-8)


@given(st.text())
def test_ev_is_the_identity(text: str) -> None:
    assert in_unit(text, EV) is text


@given(st.text(alphabet=st.characters(exclude_characters="V")))
def test_text_without_ev_is_never_touched(text: str) -> None:
    for unit in OTHERS:
        assert in_unit(text, unit) == text


@given(values, st.integers(2, 5), st.sampled_from(["eV", "eV/Å", "eV/°", "meV", "meV/atom"]), st.sampled_from(OTHERS))
def test_a_quantity_can_be_taken_back(value, digits, unit, shown) -> None:
    said = number(value, digits)
    text, _, rest = in_unit(f"{said} {unit}", shown).rpartition(" ")
    assert rest == unit_in(unit, shown)
    back = read(text) / factor_of(unit, shown)
    assert back == pytest.approx(read(said), abs=0.501 * _step(said))
    assert read(text) == pytest.approx(read(said) * factor_of(unit, shown), rel=0.051)


@given(st.floats(1e-3, 1e3), st.integers(2, 4), st.sampled_from(OTHERS))
def test_what_is_known_in_full_reads_as_it_does_alone(value, digits, shown) -> None:
    for unit, known in (("eV", value), ("meV/Å", value / 1e3)):
        said = f"falls by {number(value, digits)} {unit}."
        places = len(number(value, digits).replace(".", "").lstrip("0"))
        alone = quantity(value, unit, shown, places)
        assert in_unit(said, shown, exact=[17.0 * value, -known]) == f"falls by {alone}."


def _step(text: str) -> float:
    """What the last digit that is written stands for."""
    mantissa, _, power = text.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")).partition(" × 10")
    return 10.0 ** (int(power or 0) - len(mantissa.partition(".")[2]))


@given(words, words, st.floats(0.01, 100), st.sampled_from(OTHERS))
def test_only_the_quantity_changes(before, after, value, shown) -> None:
    said = f"{before} by up to {decimal(value, 2)} eV/Å; {after}"
    changed = in_unit(said, shown)
    head, tail = f"{before} by up to ", f" {shown.name}/Å; {after}"
    assert changed.startswith(head)
    assert changed.endswith(tail)
    middle = changed[len(head) : -len(tail)]
    assert re.fullmatch(r"\d+(\.\d+)?", middle)
    assert in_unit(changed, shown) == changed
