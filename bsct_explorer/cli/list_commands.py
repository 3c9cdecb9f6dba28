"""`molecules`, `bonds` and `models`: what there is."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from bsct_explorer.cli.output_files import check_outputs, write
from bsct_explorer.cli.streams import complain, only_results_on_stdout, write_stdout
from bsct_explorer.cli.text_tables import table, wrapped
from bsct_explorer.words.atoms import element_symbols
from bsct_explorer.words.numbers import short, signed

if TYPE_CHECKING:
    from bsct_explorer.deformations import Coordinate
    from bsct_explorer.molecules import Molecule


def molecules(options: argparse.Namespace) -> int:
    """List the library, and the systems of BSCT-SPICE where a folder is known."""
    check_outputs([("--json", options.json)])
    with only_results_on_stdout(options.debug):
        from bsct_explorer.export.study_json import plain
        from bsct_explorer.molecules import library, list_systems, offered_systems

        entries = library()
        systems, problem = (list_systems(options.data), "") if options.data is not None else offered_systems()
    if problem:
        complain(problem, "warning")
    document = {
        "library": [plain(entry) for entry in entries],
        "bsct_spice": [f"bsct-spice:{name}" for name in systems],
    }
    rows = [(e.name, e.formula, str(e.n_atoms), ", ".join(e.bond_types), e.category, e.remark) for e in entries]
    text = table(rows, ("name", "formula", "atoms", "bonds that can be pulled", "category", "remark"), right=(2,))
    if systems:
        text += f"\nBSCT-SPICE, {len(systems)} systems\n" + "".join(f"bsct-spice:{name}\n" for name in systems)
    else:
        text += "\nBSCT-SPICE systems are listed too when their folder is known (--data DIR or BSCT_SPICE_DIR).\n"
    return _answer(options, document, text)


def bonds(options: argparse.Namespace) -> int:
    """List the bonds of one molecule."""
    check_outputs([("--json", options.json)])
    with only_results_on_stdout(options.debug):
        import numpy as np

        from bsct_explorer.export.study_json import bond_document, coordinate_entry, molecule_document, plain

        molecule = load(options)
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
    return _answer(options, document, text)


def _turned(options: argparse.Namespace, molecule: Molecule) -> dict[str, Sequence[Coordinate]]:
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


def models(options: argparse.Namespace) -> int:
    """List potentials, or describe those that are named."""
    check_outputs([("--json", options.json)])
    with only_results_on_stdout(options.debug):
        from bsct_explorer.potentials import info_of, offered, why_not_installed

        infos = [info_of(name) for name in options.names] if options.names else offered()
        missing = {info.name: why_not_installed(info) for info in infos}
        documents = [_model_document(info, missing[info.name]) for info in infos]
    if options.names:
        text = "\n".join(_card(info, document) for info, document in zip(infos, documents, strict=True))
    else:
        rows = [
            (
                info.name,
                info.display_name,
                info.level_of_theory,
                _elements(document["elements"]),
                info.dtypes[0],
                "gradient" if info.conservative else "direct",
                "no" if missing[info.name] else "yes",
            )
            for info, document in zip(infos, documents, strict=True)
        ]
        head = ("name", "potential", "level of theory", "elements", "precision", "forces", "installed")
        text = table(rows, head) + "\nAll that is known of one: bsct-explorer models NAME\n"
    return _answer(options, {"models": documents}, text)


def _pulled(reason: str | None) -> str:
    """``yes``, or ``no`` and what a reason says up to its first colon: the table has no room for all of it."""
    if reason is None:
        return "yes"
    short = reason.partition(":")[0].strip().rstrip(".")
    return f"no: {short[:1].lower()}{short[1:]}"


def load(options: argparse.Namespace) -> Any:
    """The molecule of a command line."""
    from bsct_explorer.molecules import load_molecule

    return load_molecule(
        options.molecule,
        data=options.data,
        charge=options.charge,
        multiplicity=options.multiplicity,
        relax=not options.no_relax,
    )


def headline(molecule: Any) -> str:
    """Name, formula and what is sent to the potentials."""
    charge = signed(molecule.charge)
    sent = f"{len(molecule)} atoms, charge {charge}, multiplicity {molecule.multiplicity}"
    return f"{molecule.name}  {molecule.formula}  {sent}\n" + "".join(wrapped(note, "  ") for note in molecule.notes)


def _answer(options: argparse.Namespace, document: dict[str, Any], text: str) -> int:
    from bsct_explorer.export.study_json import json_text

    if options.json:
        write(options.json, json_text(document))
    if options.json != "-":
        write_stdout(text)
    return 0


def _model_document(info: Any, missing: str | None) -> dict[str, Any]:
    from bsct_explorer.export.study_json import plain

    document: dict[str, Any] = plain(info)
    document["elements"] = None if info.elements is None else element_symbols(sorted(info.elements))
    document["installed"] = missing is None
    document["missing"] = missing
    return document


def _elements(symbols: list[str] | None) -> str:
    if symbols is None:
        return "any"
    return " ".join(symbols) if len(symbols) <= 10 else f"{len(symbols)} elements"


def _card(info: Any, document: dict[str, Any]) -> str:
    """All that a potential says of itself, one line a field."""
    fields: list[tuple[str, str]] = [
        ("level of theory", info.level_of_theory),
        ("training data", info.training_data),
        ("elements", "any" if document["elements"] is None else " ".join(document["elements"])),
        ("cutoffs", _pairs(info.cutoffs.items(), " Å")),
        ("parameters", _pairs(info.parameters.items())),
        ("core repulsion", info.core_repulsion or "none declared"),
        ("inner variables", "; ".join(f"{v.name}: {v.effect}" for v in info.internals)),
        ("precision", ", ".join(info.dtypes)),
        ("devices", ", ".join(info.devices)),
        ("forces", "gradient of the energy" if info.conservative else "predicted directly: not a gradient"),
        ("charge", "an input" if info.uses_charge else "no input: ignored"),
        ("multiplicity", "an input" if info.uses_multiplicity else "no input: ignored"),
        ("licence", info.licence),
        ("citation", info.citation),
        ("installed", document["missing"] or "yes"),
        *(("note", note) for note in info.notes),
    ]
    lines = [wrapped(f"{label + ':':17}{value}", "  ") for label, value in fields if value]
    return f"{info.name}  {info.display_name}\n" + "".join(lines)


def _pairs(items: Iterable[tuple[str, float]], unit: str = "") -> str:
    return ", ".join(f"{key} {short(value)}{unit}" for key, value in items)
