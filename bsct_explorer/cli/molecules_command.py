"""`molecules`: the library, and the systems of BSCT-SPICE."""

from __future__ import annotations

from dataclasses import dataclass

from bsct_explorer.cli.command_record import Command
from bsct_explorer.cli.options import Call, Options, options_of
from bsct_explorer.cli.shared_options import ListOutput, data_option
from bsct_explorer.cli.streams import complain, only_results_on_stdout
from bsct_explorer.cli.text_tables import table


@dataclass(frozen=True, kw_only=True)
class MoleculesOptions(Options):
    """Options of `molecules`."""

    data: str | None = data_option()
    output: ListOutput = options_of(ListOutput)
    call: Call = options_of(Call)


def molecules(options: MoleculesOptions) -> int:
    """List the library, and the systems of BSCT-SPICE where a folder is known."""
    options.output.check()
    with only_results_on_stdout(options.call.debug):
        from bsct_explorer.export.plain_json import plain
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
    return options.output.answer(document, text)


COMMAND = Command(
    name="molecules",
    place=10,
    help="list the molecules that have a name",
    options=MoleculesOptions,
    run=molecules,
)
