"""Make bsct_explorer/molecules/data/library.extxyz: SMILES → ETKDG with a fixed seed → MMFF94 → GFN2-xTB → shakes.

Run `python scripts/make_library.py` to write the file anew, or with names to relax only these and keep the rest.
Each geometry is a minimum of GFN2-xTB to 0.001 eV/Å; the file is extended xyz, readable with ASE or by eye.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from bsct_explorer.molecules.molecule import Molecule
from bsct_explorer.molecules.relaxation import relax
from bsct_explorer.molecules.smiles import molecule_from_smiles

TARGET = Path(__file__).resolve().parents[1] / "bsct_explorer" / "molecules" / "data" / "library.extxyz"
FMAX = 0.001
SEED, SHAKES, SHAKE = 20260, 4, 0.12  # number of shakes, and their size in Å

# name, aliases, SMILES, remark; by category.
LIBRARY: dict[str, list[tuple[str, str, str, str]]] = {
    "hydrides": [
        ("water", "h2o", "O", "O–H in three atoms"),
        ("ammonia", "nh3", "N", "N–H"),
        ("methane", "ch4", "C", "C–H; ANI-1x has a false energy maximum near 2.2 Å"),
        ("phosphine", "ph3", "P", "P–H"),
        ("hydrogen sulfide", "h2s", "S", "S–H"),
        ("hydrogen peroxide", "h2o2", "OO", "O–O, one of the weakest single bonds"),
        ("hydrazine", "n2h4", "NN", "N–N and N–H in six atoms"),
        ("hydroxylamine", "nh2oh", "NO", "N–O, N–H and O–H in five atoms"),
    ],
    "hydrocarbons": [
        ("ethane", "c2h6", "CC", "C–C; ANI-1x has a false minimum near 3.26 Å"),
        ("propane", "c3h8", "CCC", "C–C beside a third carbon"),
        ("butane", "n-butane", "CCCC", "C–C in the middle of a chain"),
        ("isobutane", "", "CC(C)C", "C–C at a branched carbon"),
        ("neopentane", "", "CC(C)(C)C", "C–C at a crowded carbon"),
        ("ethylene", "ethene,c2h4", "C=C", "C=C, a double bond pulled rigidly"),
        ("acetylene", "ethyne,c2h2", "C#C", "C≡C, a triple bond"),
        ("propene", "propylene", "CC=C", "C–C beside C=C"),
        ("benzene", "", "c1ccccc1", "aromatic C–H; the ring bonds cannot be pulled"),
        ("toluene", "", "Cc1ccccc1", "C–C between a ring and a methyl group"),
        ("biphenyl", "", "c1ccccc1-c1ccccc1", "C–C between two rings that move as wholes"),
    ],
    "alcohols, ethers, peroxides": [
        ("methanol", "ch3oh", "CO", "C–O and O–H"),
        ("ethanol", "", "CCO", "C–C, C–O and O–H in nine atoms"),
        ("isopropanol", "2-propanol", "CC(C)O", "C–O at a branched carbon"),
        ("phenol", "", "Oc1ccccc1", "C–O at a ring"),
        ("dimethyl ether", "", "COC", "C–O of an ether"),
        ("anisole", "methoxybenzene", "COc1ccccc1", "two kinds of C–O, alkyl and aryl"),
        ("dimethyl peroxide", "", "COOC", "O–O between carbons"),
    ],
    "carbonyl compounds": [
        ("formaldehyde", "ch2o", "C=O", "C=O, the smallest"),
        ("acetaldehyde", "", "CC=O", "C–C beside C=O"),
        ("acetone", "", "CC(=O)C", "C–C of a ketone"),
        ("formic acid", "", "OC=O", "C–O, C=O and O–H in five atoms"),
        ("acetic acid", "", "CC(=O)O", "C–C, C–O and O–H of an acid"),
        ("ethyl acetate", "", "CCOC(C)=O", "the two C–O bonds of an ester"),
        ("acetamide", "", "CC(N)=O", "the amide C–N"),
        ("n-methylacetamide", "nma", "CC(=O)NC", "the peptide bond's smallest model"),
        ("urea", "", "NC(N)=O", "C–N on both sides of a carbonyl"),
    ],
    "nitrogen compounds": [
        ("methylamine", "", "CN", "C–N and N–H"),
        ("trimethylamine", "", "CN(C)C", "C–N of a tertiary amine"),
        ("aniline", "", "Nc1ccccc1", "C–N at a ring"),
        ("acetonitrile", "", "CC#N", "C–C beside C≡N"),
        ("nitromethane", "", "C[N+](=O)[O-]", "C–N and N–O of a nitro group"),
        ("n,n-dimethylhydrazine", "udmh", "CN(C)N", "N–N with methyl groups on one side"),
        ("n,o-dimethylhydroxylamine", "", "CNOC", "N–O between carbons"),
        ("acetone oxime", "", "CC(C)=NO", "N–O of an oxime"),
        ("pyrrolidine", "", "C1CCNC1", "C–H and N–H beside a ring that cannot be pulled"),
        ("pyridine", "", "c1ccncc1", "C–H of an aromatic ring with nitrogen"),
    ],
    "sulfur compounds": [
        ("methanethiol", "methyl mercaptan", "CS", "C–S and S–H"),
        ("dimethyl sulfide", "dms", "CSC", "C–S"),
        ("dimethyl disulfide", "dmds", "CSSC", "S–S, as in proteins, and C–S"),
        ("dimethyl sulfoxide", "dmso", "CS(C)=O", "C–S and S=O"),
        ("dimethyl sulfone", "", "CS(C)(=O)=O", "C–S at hexavalent sulfur"),
        ("thioanisole", "", "CSc1ccccc1", "two kinds of C–S"),
    ],
    "phosphorus compounds": [
        ("methylphosphine", "", "CP", "C–P in eight atoms"),
        ("trimethylphosphine", "", "CP(C)C", "C–P"),
        ("trimethyl phosphate", "", "COP(=O)(OC)OC", "O–P and C–O of a phosphate"),
        ("dimethyl methylphosphonate", "dmmp", "COP(C)(=O)OC", "C–P and O–P in one molecule"),
        ("aminophosphine", "", "NP", "N–P in six atoms"),
        ("hexamethylphosphoramide", "hmpa", "CN(C)P(=O)(N(C)C)N(C)C", "N–P"),
    ],
    "halogen compounds": [
        ("fluoromethane", "", "CF", "C–F"),
        ("chloromethane", "", "CCl", "C–Cl"),
        ("bromomethane", "", "CBr", "C–Br"),
        ("hexafluoroethane", "", "FC(F)(F)C(F)(F)F", "C–C between two CF3 groups"),
    ],
    "amino acids": [
        ("glycine", "", "NCC(=O)O", "the smallest amino acid"),
        ("alanine", "l-alanine", "C[C@H](N)C(=O)O", "C–C, C–N and C–O round one carbon"),
        ("serine", "l-serine", "N[C@@H](CO)C(=O)O", "an amino acid with a hydroxyl group"),
        ("cysteine", "l-cysteine", "N[C@@H](CS)C(=O)O", "an amino acid with C–S and S–H"),
        ("phenylalanine", "l-phenylalanine", "N[C@@H](Cc1ccccc1)C(=O)O", "benzyl C–C of an amino acid"),
    ],
    "drug-like": [
        ("paracetamol", "acetaminophen", "CC(=O)Nc1ccc(O)cc1", "amide C–N between a ring and a carbonyl"),
        (
            "aspirin",
            "acetylsalicylic acid",
            "CC(=O)Oc1ccccc1C(=O)O",
            "ester C–O, acid C–C and ring bonds in one molecule",
        ),
        ("ibuprofen", "", "CC(C)Cc1ccc(cc1)[C@H](C)C(=O)O", "C–C bonds of five kinds"),
        ("caffeine", "", "CN1C=NC2=C1C(=O)N(C(=O)N2C)C", "C–N of three methyl groups on fused rings"),
        ("nicotine", "", "CN1CCC[C@H]1c1cccnc1", "C–C between two rings"),
        ("dopamine", "", "NCCc1ccc(O)c(O)c1", "a flexible chain on a ring with two O–H"),
        ("sulfanilamide", "", "Nc1ccc(cc1)S(N)(=O)=O", "C–S and N–S of a sulfonamide"),
    ],
}


def relaxed(name: str, smiles: str) -> Molecule:
    """Geometry of one molecule, at the lowest of the minima that small shakes lead to.

    A force field's symmetric geometry can be a saddle of GFN2-xTB (eclipsed methyl groups): without the shakes the
    relaxation would stay there.
    """
    molecule = molecule_from_smiles(smiles, name=name, fmax=FMAX)
    if molecule.notes:
        raise SystemExit(f"{name}: {molecule.notes}")
    rng = np.random.default_rng(SEED)
    best, lowest = molecule.positions, np.inf
    for _ in range(SHAKES):
        start = best + rng.normal(scale=SHAKE, size=best.shape)
        result = relax(molecule.numbers, start, fmax=FMAX, steps=1000)
        if result.converged and result.energy < lowest - 1e-5 and same_bonds(molecule, result.positions):
            best, lowest = result.positions, result.energy
    if not np.isfinite(lowest):
        raise SystemExit(f"{name}: no relaxation converged to {FMAX} eV/Å")
    return replace(molecule, positions=best - best.mean(axis=0))


def same_bonds(molecule: Molecule, positions: np.ndarray) -> bool:
    """Whether no bond changed its length by more than 0.1 Å."""
    pairs = np.array([bond.atoms for bond in molecule.bonds])
    before, after = (np.linalg.norm(x[pairs[:, 1]] - x[pairs[:, 0]], axis=1) for x in (molecule.positions, positions))
    return bool(np.abs(after - before).max() < 0.1)


def frame(molecule: Molecule, category: str, aliases: str, remark: str) -> str:
    """One frame of extended xyz, positions to 1e-6 Å."""
    bonds = ",".join(f"{b.i}-{b.j}:{b.order:g}" for b in molecule.bonds)
    comment = (
        f'Properties=species:S:1:pos:R:3 name="{molecule.name}" aliases="{aliases}" smiles="{molecule.smiles}" '
        f'category="{category}" charge={molecule.charge} spin={molecule.multiplicity} bonds="{bonds}" '
        f'remark="{remark}" pbc="F F F"'
    )
    rows = [
        f"{symbol:<2} {x:12.6f} {y:12.6f} {z:12.6f}"
        for symbol, (x, y, z) in zip(molecule.symbols, molecule.positions, strict=True)
    ]
    return "\n".join([str(len(molecule)), comment, *rows]) + "\n"


def kept_frames() -> dict[str, str]:
    """Frames of the present file by name."""
    from bsct_explorer.molecules.xyz_format import parse_xyz

    if not TARGET.exists() or not TARGET.stat().st_size:
        return {}
    text = TARGET.read_text(encoding="utf-8")
    lines = iter(text.splitlines(keepends=True))
    frames = {}
    for parsed in parse_xyz(text)[0]:
        frames[parsed.info["name"]] = "".join(next(lines) for _ in range(len(parsed.symbols) + 2))
    return frames


def main(names: list[str]) -> None:
    """Write the file; `names` restricts the relaxation to these."""
    old = kept_frames() if names else {}
    out = []
    for category, molecules in LIBRARY.items():
        for name, aliases, smiles, remark in molecules:
            if name in old and name not in names:
                out.append(old[name])
                continue
            molecule = relaxed(name, smiles)
            out.append(frame(molecule, category, aliases, remark))
            print(f"{name:28s} {molecule.formula:14s} {len(molecule):3d} atoms", flush=True)
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text("".join(out), encoding="utf-8")
    print(f"{len(out)} molecules in {TARGET}")


if __name__ == "__main__":
    main(sys.argv[1:])
