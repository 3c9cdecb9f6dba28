"""SMILES to a geometry: rdkit embeds it with a fixed seed, MMFF94 tidies it, GFN2-xTB relaxes it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from bsct_explorer.data import Floats, Ints
from bsct_explorer.errors import MoleculeError
from bsct_explorer.molecules import checks
from bsct_explorer.molecules.bond_graph import Pair, pieces
from bsct_explorer.molecules.building import Origin, atomic_numbers_of, build_molecule
from bsct_explorer.molecules.isotopes import isotope_remark
from bsct_explorer.molecules.molecule import Molecule
from bsct_explorer.molecules.perception import orders_of, perceive_bonds
from bsct_explorer.molecules.rdkit_log import captured_errors
from bsct_explorer.molecules.relaxation import FMAX, RELAX_UP_TO, relax
from bsct_explorer.remarks import Remark, named
from bsct_explorer.remarks.of_molecules import (
    BONDS_CHANGED,
    GEOMETRY_MADE,
    HOW_IT_WAS_MADE,
    RADICAL_ELECTRONS,
    STATE_GIVEN,
)
from bsct_explorer.words.numbers import decimal

SEED = 0xB5C7
"""Seed of the embedding, so that one SMILES is one geometry everywhere."""

EMBED_SECONDS = 20
"""For one attempt to find a geometry, where nobody else limits it."""

FORCE_FIELD_STEPS = 200_000
"""Atoms times iterations of the force field at most: 2000 iterations of up to 100 atoms, fewer of larger molecules."""

BROKEN = 1.4
"""A bond longer than this times the sum of the covalent radii did not survive the relaxation."""


class InvalidSmilesError(MoleculeError):
    """The text is no SMILES string; the message gives rdkit's reason."""


def molecule_from_smiles(
    smiles: str,
    *,
    name: str | None = None,
    charge: int | None = None,
    multiplicity: int | None = None,
    relaxed: bool = True,
    fmax: float | None = None,
) -> Molecule:
    """Molecule from a SMILES string: heavy atoms in the order written, then the hydrogens.

    Parameters
    ----------
    charge, multiplicity
        None for the formal charge, and for 1 or 2 by the number of electrons.
    relaxed
        Relax with GFN2-xTB; where that fails the embedded geometry is kept and a note says so.
    fmax
        eV/Å at which the relaxation stops; None for the default.

    Raises
    ------
    InvalidSmilesError
        The string is no SMILES.
    MoleculeError
        No molecule in one piece can be made from it.
    """
    return _cached(smiles.strip(), name, charge, multiplicity, relaxed, fmax)


@lru_cache(maxsize=256)
def _cached(
    smiles: str,
    name: str | None,
    charge: int | None,
    multiplicity: int | None,
    relaxed: bool,
    fmax: float | None,
) -> Molecule:
    molecule = embedded_smiles(smiles, name or smiles, charge=charge, multiplicity=multiplicity)
    return relaxed_molecule(molecule, fmax) if relaxed else unrelaxed(molecule)


def embedded_smiles(smiles: str, name: str, *, charge: int | None = None, multiplicity: int | None = None) -> Molecule:
    """Molecule of a SMILES string with rdkit's geometry; parameters and errors as in `molecule_from_smiles`."""
    origin = Origin(name, source="smiles", smiles=smiles)
    return molecule_from_graph(parse_smiles(smiles), origin, charge=charge, multiplicity=multiplicity)


def parse_smiles(smiles: str) -> Any:
    """An rdkit molecule with hydrogens, heavy atoms first, or an `InvalidSmilesError` with rdkit's reason."""
    from rdkit import Chem

    if not smiles:
        raise MoleculeError("No molecule was given. Type a library name (ethane), a SMILES (CCO), or a file's path.")
    strange = next((character for character in smiles if not character.isascii()), None)
    if strange is not None:  # rdkit's own message on it may be cut within a character, which Python cannot read
        raise InvalidSmilesError(f"{smiles!r} is not a valid SMILES: {strange!r} is no character of one.")
    with captured_errors() as log:
        mol = Chem.MolFromSmiles(smiles)
    if mol is None:
        raise InvalidSmilesError(f"{smiles!r} is not a valid SMILES: {_reason(log.messages)}")
    return with_hydrogens(mol)


def with_hydrogens(mol: Any) -> Any:
    """Add the missing hydrogens and put all hydrogens behind the heavy atoms, orders otherwise kept."""
    from rdkit import Chem

    full = Chem.AddHs(mol, addCoords=mol.GetNumConformers() > 0)
    for atom in full.GetAtoms():
        atom.SetAtomMapNum(0)
    order = sorted(range(full.GetNumAtoms()), key=lambda a: full.GetAtomWithIdx(a).GetAtomicNum() == 1)
    return Chem.RenumberAtoms(full, order) if order else full


def molecule_from_graph(
    mol: Any, origin: Origin, *, charge: int | None = None, multiplicity: int | None = None
) -> Molecule:
    """Embed an rdkit molecule that has all its hydrogens; parameters as in `molecule_from_smiles`."""
    from rdkit import Chem

    name, symbols = origin.name, [atom.GetSymbol() for atom in mol.GetAtoms()]
    checks.check_size(name, len(symbols))
    numbers = atomic_numbers_of(name, symbols)
    orders = orders_of(mol)
    checks.check_one_piece(name, symbols, pieces(len(symbols), orders))
    formal = int(Chem.GetFormalCharge(mol))
    total = formal if charge is None else charge
    if total != formal:
        note = f"Computed with charge {total:+d}, not the formal charge {formal:+d} of the SMILES."
        origin = origin.noting(STATE_GIVEN.say(note))
    stated, said = radical_state(mol) if multiplicity is None and total == formal else (None, ())
    isotopes = [(atom.GetSymbol(), atom.GetIsotope()) for atom in mol.GetAtoms() if atom.GetIsotope()]
    wanted = multiplicity if stated is None else stated
    checks.spin_state(name, numbers, total, wanted)  # before the geometry is made, which may take long
    return build_molecule(
        origin.noting(*isotope_remark(isotopes), *said),
        symbols,
        embed(mol, name),
        charge=total,
        multiplicity=wanted,
        orders=orders,
    )


def unrelaxed(molecule: Molecule) -> Molecule:
    """An embedded molecule that stays as it is, and says so."""
    note = GEOMETRY_MADE.say("The geometry is embedded with rdkit (ETKDG, MMFF94) and not relaxed with GFN2-xTB.")
    return replace(molecule, notes=(note, *molecule.notes))


def relaxed_molecule(molecule: Molecule, fmax: float | None = None, seconds: float | None = None) -> Molecule:
    """An embedded molecule relaxed with GFN2-xTB; where that fails it stays as it is, and a remark says so.

    Parameters
    ----------
    fmax
        eV/Å at which the relaxation stops; None for the default.
    seconds
        After which it stops early; None for no limit.
    """
    orders: dict[Pair, float | None] = {bond.atoms: bond.order for bond in molecule.bonds}
    positions, known, notes = _relaxed(molecule, orders, fmax, seconds)
    said = named(molecule.notes, HOW_IT_WAS_MADE)
    origin = Origin(molecule.name, molecule.source, molecule.smiles, notes=(*notes, *said))
    return build_molecule(
        origin,
        molecule.symbols,
        positions,
        charge=molecule.charge,
        multiplicity=molecule.multiplicity,
        orders=known,
    )


def radical_state(mol: Any) -> tuple[int | None, tuple[Remark, ...]]:
    """Multiplicity by the radical electrons of a graph, None where it has at most one; and what to say of it.

    Electrons of different atoms count as parallel. Two of one atom (a carbene, a nitrene) are parallel as well, unless
    a neighbour has a lone pair or the atom is heavier than those of the second row: such carbenes and silylenes are
    singlets (Bourissou et al., Chem. Rev. 100, 39 (2000)).
    """
    atoms = [atom for atom in mol.GetAtoms() if atom.GetNumRadicalElectrons()]
    count = sum(atom.GetNumRadicalElectrons() for atom in atoms)
    if count < 2:
        return None, ()
    unpaired = sum(0 if _paired(atom) else atom.GetNumRadicalElectrons() for atom in atoms)
    how = (
        "taken as parallel" if unpaired == count else "paired as in stabilised carbenes" if not unpaired else "in part"
    )
    return unpaired + 1, (
        RADICAL_ELECTRONS.say(
            f"It has {count} radical electrons, {how}: multiplicity {unpaired + 1}. Give another one if that is wrong."
        ),
    )


def _paired(atom: Any) -> bool:
    """Whether two radical electrons of one atom are a lone pair in the ground state."""
    if atom.GetNumRadicalElectrons() != 2:
        return False
    heavy = atom.GetAtomicNum() > 10
    terminal_carbon = atom.GetAtomicNum() == 6 and any(bond.GetBondTypeAsDouble() > 1 for bond in atom.GetBonds())
    donors = {7, 8, 9, 15, 16, 17, 35, 53}
    return heavy or terminal_carbon or any(other.GetAtomicNum() in donors for other in atom.GetNeighbors())


def embed(mol: Any, name: str) -> Floats:
    """Positions (n_atoms, 3) in Å from ETKDG with a fixed seed, then MMFF94 where it has parameters.

    Raises
    ------
    MoleculeError
        rdkit finds no geometry.
    """
    from rdkit import rdBase
    from rdkit.Chem import rdDistGeom, rdForceFieldHelpers

    parameters: Any = rdDistGeom.ETKDGv3()
    parameters.randomSeed = SEED
    parameters.timeout = EMBED_SECONDS
    with rdBase.BlockLogs():
        found = rdDistGeom.EmbedMolecule(mol, parameters)
        if found < 0:
            parameters.useRandomCoords = True
            found = rdDistGeom.EmbedMolecule(mol, parameters)
        if found < 0:
            raise MoleculeError(
                f"{name}: rdkit finds no three-dimensional geometry for it (strained rings, contradictory "
                f"stereochemistry, or more than {EMBED_SECONDS} s of search). Give a structure file (xyz, mol) with "
                "coordinates instead."
            )
        steps = min(2000, FORCE_FIELD_STEPS // mol.GetNumAtoms())
        if rdForceFieldHelpers.MMFFHasAllMoleculeParams(mol):
            rdForceFieldHelpers.MMFFOptimizeMolecule(mol, maxIters=steps)
    return np.array(mol.GetConformer().GetPositions())


def _relaxed(
    molecule: Molecule, orders: dict[Pair, float | None], fmax: float | None, seconds: float | None
) -> tuple[Floats, dict[Pair, float | None] | None, tuple[Remark, ...]]:
    """Positions after relaxation, the bonds (None: perceive them anew), and notes."""
    symbols, numbers, positions = molecule.symbols, molecule.numbers, molecule.positions
    if len(numbers) > RELAX_UP_TO:
        return (
            positions,
            orders,
            (GEOMETRY_MADE.say(f"Not relaxed with GFN2-xTB: it has more than {RELAX_UP_TO} atoms."),),
        )
    try:
        result = relax(
            numbers,
            positions,
            charge=molecule.charge,
            multiplicity=molecule.multiplicity,
            fmax=fmax or FMAX,
            seconds=seconds,
        )
    except Exception as error:
        words = f"Not relaxed: GFN2-xTB failed on it ({error}). The geometry is rdkit's."
        return positions, orders, (GEOMETRY_MADE.say(words),)
    notes: tuple[Remark, ...] = ()
    if not result.converged:
        words = f"The relaxation with GFN2-xTB stopped early, at a largest force of {decimal(result.fmax, 3)} eV/Å."
        notes = (GEOMETRY_MADE.say(words),)
    broken = [pair for pair in orders if _stretch(numbers, result.positions, pair) > BROKEN]
    if not broken:
        return result.positions, orders, notes
    names = ", ".join(f"{i}-{j}" for i, j in broken)
    if len(pieces(len(symbols), perceive_bonds(symbols, result.positions, molecule.charge)[0])) > 1:
        words = f"Not relaxed: GFN2-xTB tears it apart (bonds {names}). The geometry is rdkit's."
        return positions, orders, (GEOMETRY_MADE.say(words),)
    changed = f"The relaxation broke bonds of the SMILES ({names}): the bonds listed are those of the relaxed geometry."
    return result.positions, None, (*notes, BONDS_CHANGED.say(changed))


def _stretch(numbers: Ints, positions: Floats, pair: Pair) -> float:
    from ase.data import covalent_radii

    i, j = pair
    return float(
        np.linalg.norm(positions[j] - positions[i]) / (covalent_radii[numbers[i]] + covalent_radii[numbers[j]])
    )


def _reason(messages: str) -> str:
    """What rdkit logged, as one sentence: what is wrong and where, without time stamps and repetition."""
    lines = [line.split("] ", 1)[-1].replace("SMILES Parse Error: ", "").strip() for line in messages.splitlines()]
    lines = [line.split(" for input:")[0].split(" while parsing:")[0].rstrip(".:") for line in lines if line]
    if not lines:
        return "rdkit cannot read it."
    where = next((line for line in lines if "position" in line and line != lines[0]), "")
    return f"{lines[0]}{', ' + where if where else ''}."
