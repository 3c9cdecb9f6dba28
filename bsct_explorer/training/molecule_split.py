"""Which molecules the testbed is trained on, which decide when to stop, and which it never sees.

Whole molecules are held out: no conformation of a held-out molecule is in the training or validation data, whatever
SMILES it was written as (`check_split` compares canonical SMILES).
"""

from __future__ import annotations

from collections.abc import Iterable

HELD_OUT = {
    "ethanol": "CCO",
    "acetamide": "CC(N)=O",
    "glycine": "NCC(=O)O",
    "dimethyl ether": "COC",
    "pyrrolidine": "C1CCNC1",
    "ethyl acetate": "CCOC(C)=O",
    "alanine": "CC(N)C(=O)O",
    "anisole": "COc1ccccc1",
    "aspirin": "CC(=O)Oc1ccccc1C(=O)O",
}
"""By name. They appear in tests, tables and on the page, never in training."""

VALIDATION = ("CCN", "CC(=O)OC", "NCCO", "CNC(C)=O", "CCC(N)=O", "OCC(=O)O", "C1CCOC1", "Oc1ccccc1")
"""Molecules that choose the best checkpoint; they are not trained on either."""

_TRAINING = """
    [H][H] O N C CO C=O CC=O CC(C)=O OC=O CC(=O)O NC=O CN CNC CN(C)C CC C=C C#C CCC CC=C CC#C C#N CC#N COC=O CNC=O
    CN(C)C=O NC(N)=O NN NO OO CNN CON CNO CNNC COO C=N C=NC CC=N CC=NO C=C=C C=C=O N=C=O CN=C=O O=C=O CCCC
    CC(C)C CC=CC CC(C)=C CCC=C C=CC=C CC#CC C#CC=C CCC#C C#CC#C CCCO CC(C)O CC(C)(C)O CCCN CC(C)N CCNC CCN(C)C CCOCC
    CCOC CC(C)OC OCCO COCCO COCCOC OCO COCO COCOC NCCN NCN CNCN NCO OCCCO OCC(O)CO CC(O)CO CCCCO CCCCN CCCCC CC(C)CC
    C=CO C=CN C=COC C=CC=O CC=CO C=CCO C=CCN C=CC#N C=CC(=O)O C=CC(N)=O C=COC=O CC(=O)C=C CC=CC=O OC=CC=O C#CCO
    C#CC=O C#CC#N OCC=O COCC=O NCC=O CCC=O CCCC=O CC(C)C=O O=CC=O CC(=O)C=O CC(=O)C(C)=O O=CCC=O CCC(C)=O CC(=O)CO
    CC(=O)CN OCC(=O)CO CC(O)C=O CCC(=O)O CC(C)C(=O)O OC(=O)C=O OC(=O)C(=O)O OC(=O)CC(=O)O CC(=O)C(=O)O CC(O)C(=O)O
    CCOC=O CC(C)OC=O COC(=O)CO COC(=O)OC COC(=O)C=C CCC(=O)OC CC(=O)OC=C O=COC=O CC(=O)OC(C)=O COC(=O)CN COC(=O)C=O
    NC(=O)C=O NC(=O)CO NC(=O)CN NC(=O)C(N)=O CCNC=O CNC(=O)C=C CC(=O)N(C)C CNC(N)=O COC(N)=O CNC(=O)OC NC(=O)O
    CCC(=O)NC CC(=O)NC=O CC(=O)NCO CNC(=O)CN CC(=N)N CC(=O)NN NC=N CNC=N NC(N)=N CC#CO NCC#N CCC#N OCC#N CC(C)C#N
    N#CC#N N#CCC#N CC(O)C#N COCC#N CC(=O)C#N CN=NC N=N CC(C)=NO CC(=O)ON CC(=O)NO CNCCO NCC(O)C NCCCN NCC(N)C
    NC(C)C=O NCCC=O NCCC(=O)O CNCC(=O)O CC(C)(N)C=O NC(CO)C=O CC(N)C#N CC(N)CO NC(=O)NC=O O=C=C=C=O
    C1CC1 C1CO1 C1CN1 CC1CC1 CC1CO1 OC1CC1 NC1CC1 C=C1CC1 O=C1CC1 C1=CC1 C1CCC1 C1COC1 C1CNC1 OC1CCC1 O=C1CCC1
    O=C1CCO1 O=C1CCN1 C1=CCC1 C1CCCC1 O=C1CCCC1 O=C1CCCO1 O=C1CCCN1 C1=CCCC1 C1=CCOC1 C1=CCNC1 CC1CCCO1 OC1CCOC1
    C1COCO1 C1CNCN1 C1CNNC1 CC1CCCC1 CN1CCC1 CC1CCN1 NC1CCC1 C1CCNCC1 C1CCOCC1 C1CCCCC1 C1COCCN1 C1COCCO1 O=C1CCCCC1
    CN1CC1 C1CCC=CC1 C1=CC=CC1 CN1CCOC1 OC1CNC1 O=C1CNCCN1 O=C1C=CCO1 O=C1C=CC(=O)O1 O=C1CCC(=O)N1 O=C1NCCO1
    c1ccoc1 c1cc[nH]c1 c1cnoc1 c1cn[nH]c1 c1c[nH]cn1 c1cocn1 Cc1ccco1 Cc1ccc[nH]1 Cc1cnc[nH]1 OCc1ccco1 O=Cc1ccco1
    O=Cc1ccc[nH]1 Cn1cccc1 Cn1ccnc1 c1ccncc1 c1cnccn1 c1cncnc1 c1ccnnc1 Cc1ccncc1 Nc1ccccn1 Oc1ccccn1 O=Cc1ccccn1
    c1ccccc1 Cc1ccccc1 Nc1ccccc1 C=Cc1ccccc1 N#Cc1ccccc1 O=Cc1ccccc1 OCc1ccccc1 NCc1ccccc1 CCc1ccccc1 Cc1ccccc1C
    Cc1ccc(C)cc1 Oc1ccccc1O Oc1ccc(O)cc1 Cc1ccccc1O Cc1ccc(O)cc1 Nc1ccccc1O O=C(O)c1ccccc1 NC(=O)c1ccccc1 CC(=O)c1ccccc1
    O=Cc1ccccc1O CNc1ccccc1 C#Cc1ccccc1 O=COc1ccccc1 O=C(O)c1ccccc1O CC(=O)Oc1ccccc1 COc1ccco1 COc1ccccn1 COc1cnccn1
    CCOc1ccccc1 COc1ccccc1O COC(=O)c1ccccc1 O=CNc1ccccc1 O=Cc1ccccc1C=O CC(=O)Oc1ccco1 Cc1ccccc1C=O
"""

TRAINING = tuple(_TRAINING.split())
"""SMILES of the molecules that are trained on: closed shells of H, C, N and O, up to 10 heavy atoms."""


def canonical(smiles: str) -> str:
    """The SMILES that rdkit writes for a molecule, the same for every way of writing it.

    Raises
    ------
    ValueError
        The string is no SMILES.
    """
    from rdkit import Chem

    mol = Chem.MolFromSmiles(smiles)
    if mol is None:
        raise ValueError(f"{smiles!r} is no valid SMILES")
    # Without stereochemistry: an enantiomer of alanine is alanine to a potential.
    return str(Chem.MolToSmiles(mol, isomericSmiles=False))


def check_split(training: Iterable[str], validation: Iterable[str], held_out: Iterable[str]) -> None:
    """Raise ValueError where a molecule is in two parts of the split, or twice in one, by canonical SMILES."""
    owner: dict[str, str] = {}
    for part, molecules in (("training", training), ("validation", validation), ("held-out", held_out)):
        for smiles in molecules:
            key = canonical(smiles)
            if key in owner:
                raise ValueError(f"{smiles} ({key}) is in the {owner[key]} and in the {part} molecules: leave one out")
            owner[key] = part
