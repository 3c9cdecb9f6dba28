"""`models`: the potentials, and what each says of itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bsct_explorer.cli.command_record import Command
from bsct_explorer.cli.options import Call, Options, option, options_of
from bsct_explorer.cli.shared_options import ListOutput
from bsct_explorer.cli.streams import only_results_on_stdout
from bsct_explorer.cli.text_tables import table, wrapped
from bsct_explorer.words.atoms import element_symbols
from bsct_explorer.words.numbers import short

if TYPE_CHECKING:
    from bsct_explorer.data import PotentialInfo


@dataclass(frozen=True, kw_only=True)
class ModelsOptions(Options):
    """Options of `models`."""

    names: tuple[str, ...] = option(nargs="*", metavar="NAME", help="show all that is known of these")
    output: ListOutput = options_of(ListOutput)
    call: Call = options_of(Call)


def models(options: ModelsOptions) -> int:
    """List potentials, or describe those that are named."""
    options.output.check()
    with only_results_on_stdout(options.call.debug):
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
    return options.output.answer({"models": documents}, text)


def _model_document(info: PotentialInfo, missing: str | None) -> dict[str, Any]:
    from bsct_explorer.export.plain_json import plain

    document: dict[str, Any] = plain(info)
    document["elements"] = None if info.elements is None else element_symbols(sorted(info.elements))
    document["installed"] = missing is None
    document["missing"] = missing
    return document


def _elements(symbols: list[str] | None) -> str:
    if symbols is None:
        return "any"
    return " ".join(symbols) if len(symbols) <= 10 else f"{len(symbols)} elements"


def _card(info: PotentialInfo, document: dict[str, Any]) -> str:
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


COMMAND = Command(
    name="models",
    place=30,
    help="list the potentials, or show what some of them say of themselves",
    options=ModelsOptions,
    run=models,
)
