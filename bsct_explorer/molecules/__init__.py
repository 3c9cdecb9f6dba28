"""Molecules: where they come from, their bonds, and the two fragments that a cut leaves.

Importing this package is quick: rdkit, ase and tblite are imported where they are first needed.
"""

from bsct_explorer.molecules.bond_graph import fragments
from bsct_explorer.molecules.bsct_spice import find_data_dir, list_systems, offered_systems
from bsct_explorer.molecules.library import LibraryEntry, library
from bsct_explorer.molecules.loading import load_molecule, offered_molecule, offered_structure
from bsct_explorer.molecules.molecule import Bond, Molecule
from bsct_explorer.molecules.structure_files import MAX_ATOMS, STRUCTURE_SUFFIXES, read_structure, read_structure_file

__all__ = [
    "MAX_ATOMS",
    "STRUCTURE_SUFFIXES",
    "Bond",
    "LibraryEntry",
    "Molecule",
    "find_data_dir",
    "fragments",
    "library",
    "list_systems",
    "load_molecule",
    "offered_molecule",
    "offered_structure",
    "offered_systems",
    "read_structure",
    "read_structure_file",
]
