"""A command is one file: added to a copy of the package, it is listed, takes its options, and runs."""

from __future__ import annotations

import pytest

RECORD = '''
"""`weigh`: the mass of a molecule."""

from dataclasses import dataclass

from bsct_explorer.cli.command_record import Command
from bsct_explorer.cli.options import Call, Options, option, options_of
from bsct_explorer.cli.shared_options import ListOutput, MoleculeOptions


@dataclass(frozen=True, kw_only=True)
class WeighOptions(Options):
    molecule: MoleculeOptions = options_of(MoleculeOptions)
    factor: float = option("--factor", type=float, default=1.0, metavar="X", help="what the mass is multiplied by")
    output: ListOutput = options_of(ListOutput)
    call: Call = options_of(Call)


def weigh(options: WeighOptions) -> int:
    from ase.data import atomic_masses

    options.output.check()
    mass = options.factor * float(atomic_masses[options.molecule.load().numbers].sum())
    return options.output.answer({"mass": mass, "command": options.call.command_line}, f"{mass:.2f} u\\n")


COMMAND = Command(name="weigh", place=45, help="weigh a molecule", options=WeighOptions, run=weigh)
'''

LINE = ("-m", "bsct_explorer")


def test_one_file_more_is_one_command_more(package_copy) -> None:
    package_copy.write("cli/weigh_command.py", RECORD)
    listed = package_copy.run(*LINE, "--help").stdout
    assert listed.index("    scan ") < listed.index("    weigh ") < listed.index("    check ")
    assert "weigh a molecule" in listed
    help_text = package_copy.run(*LINE, "weigh", "--help").stdout
    assert all(words in help_text for words in ("MOLECULE", "--charge", "--factor X", "--json PATH", "--debug"))
    assert package_copy.run(*LINE, "weigh", "water", "--factor", "2").stdout == "36.03 u\n"
    as_json = package_copy.run(*LINE, "weigh", "water", "--json", "-").stdout
    assert '"command": "bsct-explorer weigh water --json -"' in as_json
    wrong = package_copy.run(*LINE, "weigh", "water", "--factor", "much")
    assert wrong.returncode == 2
    assert "See `bsct-explorer weigh --help`" in wrong.stderr


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("nothing", "", "cli/nothing_command.py holds no Command as COMMAND"),
        ("other", RECORD, "cli/other_command.py holds the command 'weigh': name both the same"),
        ("weigh", RECORD.replace("place=45", "place=40"), "'scan' and 'weigh' have the same place, 40"),
        ("weigh", RECORD.replace('help="weigh a molecule", ', ""), "missing 1 required positional argument"),
        ("weigh", RECORD.replace('"weigh a molecule"', '""'), "needs a one-word name and a help"),
    ],
)
def test_a_record_that_lacks_a_part_is_an_error_at_import(package_copy, name: str, text: str, said: str) -> None:
    package_copy.write(f"cli/{name}_command.py", text)
    done = package_copy.run("-c", "import bsct_explorer.cli.commands")
    assert done.returncode != 0
    assert said in done.stderr
