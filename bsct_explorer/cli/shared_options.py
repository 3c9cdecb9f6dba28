"""Options that several commands share: the molecule, what is driven, the potentials, and where results go."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Self

from bsct_explorer.cli.argument_types import setting, whole
from bsct_explorer.cli.options import Options, option
from bsct_explorer.cli.output_files import STDOUT, OutputError, Outputs, check_outputs
from bsct_explorer.cli.streams import write_stdout
from bsct_explorer.packages import require
from bsct_explorer.words.energy_zeros import DEFAULT_ZERO, ENERGY_ZEROS
from bsct_explorer.words.units import ENERGY_UNIT_NAMES, EV, EnergyUnit

if TYPE_CHECKING:
    from bsct_explorer.artifacts import Thresholds
    from bsct_explorer.export.file_format import FileFormat
    from bsct_explorer.molecules import Molecule

DEFAULT_MODEL = "ani1x"
MODEL_HELP = "a name from `models`, FILE.py:NAME or package.module:NAME"


def data_option() -> Any:
    """The folder of BSCT-SPICE."""
    return option("--data", metavar="DIR", help="folder of BSCT-SPICE (default: the variable BSCT_SPICE_DIR)")


@dataclass(frozen=True, kw_only=True)
class MoleculeOptions(Options):
    """The molecule, and what is sent to the potentials with it."""

    molecule: str = option(
        metavar="MOLECULE",
        help="a library name (see `molecules`), a SMILES string, a structure file (xyz, mol, sdf, mol2, pdb), or a "
        "BSCT-SPICE system such as bsct-spice:C-C/7648",
    )
    data: str | None = data_option()
    charge: int | None = option(
        "--charge", type=whole, metavar="Q", help="total charge in e (default: what the molecule says, else 0)"
    )
    multiplicity: int | None = option(
        "--multiplicity", type=whole, metavar="M", help="2S + 1 (default: 1, or 2 with an odd number of electrons)"
    )
    relax: bool = option("--no-relax", action="store_false", help="do not relax a SMILES' geometry with GFN2-xTB")

    def load(self) -> Molecule:
        """The molecule.

        Raises
        ------
        MoleculeError
            There is none, or it cannot be read.
        """
        from bsct_explorer.molecules import load_molecule

        return load_molecule(
            self.molecule, data=self.data, charge=self.charge, multiplicity=self.multiplicity, relax=self.relax
        )


def device_option() -> Any:
    """Where potentials compute."""
    return option("--device", default="auto", metavar="D", help="auto, cpu, cuda, cuda:1 or mps (default: auto)")


def dtype_option() -> Any:
    """In which precision potentials compute."""
    return option("--dtype", choices=("float32", "float64"), help="default: float64 unless the potential cannot")


def thresholds_option(help: str) -> Any:
    """What counts as a finding."""
    return option("--thresholds", action="append", default=[], type=setting, metavar="KEY=VALUE", help=help)


def thresholds_of(changes: tuple[tuple[str, str], ...]) -> Thresholds:
    """The usual thresholds with what was changed.

    Raises
    ------
    ThresholdError
        A key does not exist, or a value is not possible.
    """
    from bsct_explorer.artifacts import Thresholds
    from bsct_explorer.artifacts.threshold_reader import with_changes

    return with_changes(Thresholds(), changes)


def unit_option(where: str) -> Any:
    """The unit of energy that a person reads."""
    return option("--unit", choices=ENERGY_UNIT_NAMES, default=EV.name, help=f"energies {where} (default: eV)")


def zero_option() -> Any:
    """What energies are shown relative to."""
    choices = "; ".join(f"{zero}: {words}" for zero, words in ENERGY_ZEROS.items())
    return option(
        "--energy-zero",
        choices=tuple(ENERGY_ZEROS),
        default=DEFAULT_ZERO,
        help=f"what relative energies are relative to; {choices} (default: {DEFAULT_ZERO})",
    )


@dataclass(frozen=True, kw_only=True)
class ResultOutputs(Options):
    """Files of a result, one option a format.

    Attributes
    ----------
    paths
        Path by the format's name, of those that were asked for.
    """

    TITLE: ClassVar[str] = "outputs"
    DESCRIPTION: ClassVar[str | None] = "PATH - is stdout; then nothing else is written there"

    paths: Mapping[str, str]

    @classmethod
    def formats(cls) -> Mapping[str, FileFormat[Any]]:
        """The table of formats; subclasses say which."""
        raise NotImplementedError

    @classmethod
    def add_to(cls, parser: argparse.ArgumentParser) -> None:
        """One option a format, then the fields."""
        place = parser.add_argument_group(cls.TITLE, cls.DESCRIPTION)
        for record in cls.formats().values():
            place.add_argument(record.option, dest=f"{record.name}_path", metavar="PATH", help=record.help)
        cls._add_fields(parser, place)

    @classmethod
    def read(cls, parsed: argparse.Namespace) -> Self:
        found = {name: getattr(parsed, f"{name}_path") for name in cls.formats()}
        return cls(paths={name: path for name, path in found.items() if path is not None}, **cls._read_fields(parsed))

    def check(self) -> None:
        """Refuse what could not be written, before anything is computed.

        Raises
        ------
        OutputError
            Two outputs share a place, a path cannot be written, or a file was to go to standard output.
        MissingPackageError
            A format needs a package that is not installed.
        """
        asked = [(self.formats()[name], path) for name, path in self.paths.items()]
        check_outputs([(record.option, path) for record, path in asked])
        for record, path in asked:
            if path == STDOUT and record.file_only:
                raise OutputError(f"{record.option} - is not possible: {record.file_only}. Give its path.")
            require(record.option, record.packages)

    @property
    def on_stdout(self) -> bool:
        """Whether a machine reads stdout, so that no table may be there."""
        return STDOUT in self.paths.values()

    def write(self, result: object, unit: EnergyUnit = EV, *, has_a_curve: bool = True) -> Outputs:
        """Write every file that can be written; the errors of those that cannot are raised by what is returned."""
        outputs = Outputs()
        for name, path in self.paths.items():
            record = self.formats()[name]
            if has_a_curve or not record.needs_a_curve:
                outputs.write(path, partial(record.make, result, unit))
        return outputs


@dataclass(frozen=True, kw_only=True)
class ListOutput(Options):
    """A list goes to the terminal, or as JSON to a file."""

    json: str | None = option("--json", metavar="PATH", help="write the list as JSON; - is stdout")

    def check(self) -> None:
        """Refuse a path that cannot be written, before anything is looked up."""
        check_outputs([("--json", self.json)])

    def answer(self, document: dict[str, Any], text: str) -> int:
        """Write the list; returns the exit code."""
        from bsct_explorer.cli.output_files import write
        from bsct_explorer.export.plain_json import json_text

        if self.json:
            write(self.json, json_text(document))
        if self.json != STDOUT:
            write_stdout(text)
        return 0
