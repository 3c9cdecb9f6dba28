"""`bonds`: what of a molecule can be pulled, bent and turned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bsct_explorer.cli.command_record import Command
from bsct_explorer.cli.molecule_text import headline
from bsct_explorer.cli.options import Call, Options, option, options_of
from bsct_explorer.cli.shared_options import ListOutput, MoleculeOptions
from bsct_explorer.cli.streams import only_results_on_stdout
from bsct_explorer.cli.text_tables import table
from bsct_explorer.words.numbers import short

if TYPE_CHECKING:
    from bsct_explorer.deformations import Coordinate
    from bsct_explorer.molecules import Molecule


@dataclass(frozen=True, kw_only=True)
class BondsOptions(Options):
    """Options of `bonds`."""

    molecule: MoleculeOptions = options_of(MoleculeOptions)
    angles: bool = option("--angles", action="store_true", help="list the angles too, and which can be bent")
    torsions: bool = option("--torsions", action="store_true", help="list the torsions too, and which can be turned")
    output: ListOutput = options_of(ListOutput)
    call: Call = options_of(Call)


def bonds(options: BondsOptions) -> int:
    """List the bonds of one molecule."""
    options.output.check()
    with only_results_on_stdout(options.call.debug):
        import numpy as np

        from bsct_explorer.export.plain_json import plain
        from bsct_explorer.export.study_json import bond_document, coordinate_entry, molecule_document

        molecule = options.molecule.load()
        at = molecule.positions
        lengths = [float(np.linalg.norm(at[bond.i] - at[bond.j])) for bond in molecule.bonds]
        described = [
            {**bond_document(bond), "length": plain(length), "length_unit": "Å"}
            for bond, length in zip(molecule.bonds, lengths, strict=True)
        ]
        document = {"molecule": molecule_document(molecule), "bonds": described}
        turned = _turned(options, molecule)
        document |= {kind: [coordinate_entry(entry) for entry in found] for kind, found in turned.items()}
        heading = headline(molecule)
    rows = [
        (f"{b.i}-{b.j}", b.label, b.type, short(b.order), short(length), _pulled(b.reason))
        for b, length in zip(molecule.bonds, lengths, strict=True)
    ]
    text = heading + table(rows, ("bond", "atoms", "type", "order", "length Å", "can be pulled"), right=(3, 4))
    for kind, found in turned.items():
        entries = [(c.text, c.label, short(c.value), _driven(c)) for c in found]
        what = {"angles": "can be bent", "torsions": "can be turned"}[kind]
        text += f"\n{kind.capitalize()}\n" + table(entries, (kind[:-1], "atoms", "°", what), right=(2,))
    return options.output.answer(document, text)


def _turned(options: BondsOptions, molecule: Molecule) -> dict[str, Sequence[Coordinate]]:
    """Angles and torsions, as far as they were asked for."""
    from bsct_explorer.deformations import angles, torsions

    found: dict[str, Sequence[Coordinate]] = {}
    if options.angles:
        found["angles"] = angles(molecule)
    if options.torsions:
        found["torsions"] = torsions(molecule)
    return found


def _driven(coordinate: Coordinate) -> str:
    """``yes``, or ``no`` and the middle of the reason, which names the coordinate before and what to do after it."""
    if coordinate.reason is None:
        return "yes"
    _, _, rest = coordinate.reason.partition(": ")
    return f"no: {(rest or coordinate.reason).partition(',')[0].rstrip('.')}"


def _pulled(reason: str | None) -> str:
    """``yes``, or ``no`` and what a reason says up to its first colon: the table has no room for all of it."""
    if reason is None:
        return "yes"
    short = reason.partition(":")[0].strip().rstrip(".")
    return f"no: {short[:1].lower()}{short[1:]}"


COMMAND = Command(
    name="bonds",
    place=20,
    help="list the bonds of a molecule, and which can be pulled",
    options=BondsOptions,
    run=bonds,
)
