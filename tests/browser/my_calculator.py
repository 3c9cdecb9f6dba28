"""A model of a person's own as most people have one: a function that makes an ASE calculator."""

from __future__ import annotations

from ase.calculators.lj import LennardJones


def make() -> LennardJones:
    return LennardJones(rc=20.0)
