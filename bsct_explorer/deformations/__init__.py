"""Deformations: one internal coordinate, two rigid groups, and the scan of frames that they give.

A bond stretch moves the two fragments of a bond apart along it (BSCT protocol, arXiv:2602.04861); an angle bend and a
torsion turn two groups against each other about an axis. Each group keeps its shape, each takes half of the change, and
nothing relaxes.
"""

from bsct_explorer.deformations.bend import AngleBend
from bsct_explorer.deformations.internal_coordinates import (
    KINDS,
    Coordinate,
    angles,
    check_coordinate,
    coordinate_spec,
    deformation_of,
    parse_atoms,
    parse_coordinate,
    torsions,
)
from bsct_explorer.deformations.scan import (
    DEFAULT_POINTS,
    FULL_TURN,
    MAX_POINTS,
    MIN_POINTS,
    Deformation,
    Fixed,
    Scan,
)
from bsct_explorer.deformations.stretch import DEFAULT_RANGE, WIDEST, BondStretch, spice_scan, sum_of_radii
from bsct_explorer.deformations.torsion import Torsion

__all__ = [
    "DEFAULT_POINTS",
    "DEFAULT_RANGE",
    "FULL_TURN",
    "KINDS",
    "MAX_POINTS",
    "MIN_POINTS",
    "WIDEST",
    "AngleBend",
    "BondStretch",
    "Coordinate",
    "Deformation",
    "Fixed",
    "Scan",
    "Torsion",
    "angles",
    "check_coordinate",
    "coordinate_spec",
    "deformation_of",
    "parse_atoms",
    "parse_coordinate",
    "spice_scan",
    "sum_of_radii",
    "torsions",
]
