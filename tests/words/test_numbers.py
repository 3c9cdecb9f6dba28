"""Numbers as a person reads them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsct_explorer.words.numbers import decimal, listed, nearest_power, number, power_of_ten, short, signed

RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")


def read(text: str) -> float:
    """The number that a person reads in a text."""
    mantissa, _, power = text.translate(RAISED).partition(" × 10")
    return float(mantissa) * 10.0 ** int(power or 0)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (None, 3, "–"),
        (float("nan"), 3, "–"),
        (float("inf"), 3, "∞"),
        (-math.inf, 3, "−∞"),
        (-0.684, 3, "−0.684"),
        (1975.32, 3, "1975"),
        (3.2471, 3, "3.25"),
        (0.00012, 3, "1.20 × 10⁻⁴"),
        (-0.00012, 3, "−1.20 × 10⁻⁴"),
        (123456.0, 3, "123456"),
        (0.9996, 3, "1.00"),
        (0.0, 3, "0"),
        (-3, 3, "−3"),
        (12345, 3, "12 345"),
        (0.113, 2, "0.11"),
        (0.00733, 2, "0.0073"),
        (1.64, 2, "1.6"),
        (33.4, 2, "33"),
        (131.0, 2, "131"),
        (-9.96e299, 2, "−1.0 × 10³⁰⁰"),
        (1.2e-300, 2, "1.2 × 10⁻³⁰⁰"),
    ],
)
def test_a_measured_number(value: float | None, digits: int, text: str) -> None:
    assert number(value, digits) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (40.0, "40"), (0.05, "0.05"), (1.25, "1.25"), (100.0, "100"), (-0.5, "−0.5"), (1e-5, "1 × 10⁻⁵")],
)
def test_a_chosen_number_has_no_zeros_at_its_end(value: float | None, text: str) -> None:
    assert short(value) == text


def test_decimals_signs_and_powers() -> None:
    assert decimal(-1.5, 2) == "−1.50"
    assert [signed(charge) for charge in (1, -2, 0)] == ["+1", "−2", "0"]
    assert power_of_ten(-7) == "10⁻⁷"
    assert nearest_power(0.8e-7) == "10⁻⁷"
    assert [listed(words) for words in (["a"], ["a", "b"], ["a", "b", "c"])] == ["a", "a and b", "a, b and c"]


@given(st.floats(-1e12, 1e12).filter(lambda x: x == 0 or abs(x) > 1e-12), st.integers(2, 6))
def test_what_is_read_is_what_was_meant(value: float, digits: int) -> None:
    for text in (number(value, digits), short(value, digits)):
        assert read(text) == pytest.approx(value, rel=0.51 * 10 ** (1 - digits))
        assert "-" not in text
        assert "e" not in text


@given(st.floats(1e-3, 999.0), st.integers(3, 6))
def test_significant_digits_are_all_there(value: float, digits: int) -> None:
    assert len(number(value, digits).replace(".", "").lstrip("0")) == digits


@given(st.floats(-1e5, 1e5), st.floats(-1e5, 1e5))
def test_the_larger_number_reads_no_smaller(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert read(number(low)) <= read(number(high))
