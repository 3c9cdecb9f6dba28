"""Colours that can be told apart and read."""

from __future__ import annotations

import pytest

from bsct_explorer.plots.looks import DARK_SURFACE, LIGHT_SURFACE, look_of
from bsct_explorer.potentials import available


def luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_shipped_potentials_have_looks_of_their_own() -> None:
    looks = [look_of(info.name) for info in available()]
    assert len(set(looks)) == len(looks)


def test_a_persons_own_potentials_differ_from_the_shipped_and_from_each_other() -> None:
    names = tuple(info.name for info in available())
    own = tuple(f"mine-{k}" for k in range(4))
    looks = [look_of(name, (*names, *own)) for name in (*names, *own)]
    assert len(set(looks)) == len(looks)


@pytest.mark.parametrize("dark", [False, True])
def test_lines_stand_out_from_the_background(dark: bool) -> None:
    surface = DARK_SURFACE if dark else LIGHT_SURFACE
    for info in available():
        assert contrast(look_of(info.name).colour(dark), surface.background) >= 3.0, info.name
    assert contrast(surface.text, surface.background) >= 7.0
    assert contrast(surface.muted, surface.background) >= 4.5
