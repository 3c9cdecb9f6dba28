"""Options of `scan`, which `check` takes too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bsct_explorer.cli.argument_types import angle, bond, positive, span, torsion, whole
from bsct_explorer.cli.options import Call, Once, OptionError, Options, option, options_of
from bsct_explorer.cli.remarks_text import strict_option
from bsct_explorer.cli.shared_options import (
    DEFAULT_MODEL,
    MODEL_HELP,
    MoleculeOptions,
    ResultOutputs,
    device_option,
    dtype_option,
    thresholds_of,
    thresholds_option,
    unit_option,
    zero_option,
)
from bsct_explorer.errors import DeformationError
from bsct_explorer.export.formats import FORMATS
from bsct_explorer.words.energy_zeros import EnergyZero

if TYPE_CHECKING:
    from bsct_explorer.deformations import Fixed, Scan
    from bsct_explorer.export.formats import StudyFormat
    from bsct_explorer.molecules import Molecule
    from bsct_explorer.study import Pull, StudySettings

MOST_BONDS_NAMED = 12


@dataclass(frozen=True, kw_only=True)
class DrivenOptions(Options):
    """What is driven, and how far."""

    TITLE: ClassVar[str] = "what is pulled"

    bond: tuple[int, int] | None = option(
        "--bond",
        type=bond,
        action=Once,
        metavar="I-J",
        exclusive=True,
        help="0-based indices of the two atoms, as `bonds` lists them; a BSCT-SPICE system needs none: its own frames "
        "and fragments are used",
    )
    angle: tuple[int, ...] | None = option(
        "--angle",
        type=angle,
        action=Once,
        metavar="I-J-K",
        exclusive=True,
        help="bend an angle: what hangs on I turns against the rest (`bonds --angles` lists them)",
    )
    torsion: tuple[int, ...] | None = option(
        "--torsion",
        type=torsion,
        action=Once,
        metavar="I-J-K-L",
        exclusive=True,
        help="turn about the bond J-K, both sides rigid (`bonds --torsions` lists them)",
    )
    all_bonds: bool = option(
        "--all-bonds", action="store_true", exclusive=True, help="every bond that can be pulled, worst first"
    )
    range: tuple[float, float] | None = option(
        "--range",
        type=span,
        metavar="LO:HI",
        help="of a bond in sums of the covalent radii of the two atoms (default: 0.5:2.0); of an angle in degrees "
        "(default: 60:180, or 60 to both sides of an angle near an end of that); of a torsion in degrees (default: a "
        "full turn, 0:360, or -180:180 where the molecule's own is near 0)",
    )
    points: int | None = option("--points", type=whole, metavar="N", help="number of frames, 20 to 1000 (default: 100)")
    fixed: Fixed | None = option(
        "--fixed",
        choices=("none", "first", "second"),
        help="fragment or group that stays in place (default: none, both move by half)",
    )

    def pull(self) -> Pull:
        """How each of all bonds is pulled."""
        from bsct_explorer.deformations import DEFAULT_POINTS, DEFAULT_RANGE
        from bsct_explorer.study import Pull

        return Pull(
            range=self.range or DEFAULT_RANGE,
            points=DEFAULT_POINTS if self.points is None else self.points,
            fixed=self.fixed or "none",
        )

    def scan(self, molecule: Molecule) -> Scan:
        """The scan that the options describe.

        Raises
        ------
        DeformationError
            No coordinate is named and the molecule brings none, or it cannot be driven.
        """
        from bsct_explorer.deformations import DEFAULT_POINTS, deformation_of, spice_scan

        chosen = {"bond": self.bond, "angle": self.angle, "torsion": self.torsion}
        named = [(kind, atoms) for kind, atoms in chosen.items() if atoms is not None]
        if named:
            ((kind, atoms),) = named
            deformation = deformation_of(kind, atoms, self.range, self.fixed or "none")
            return deformation.scan(molecule, DEFAULT_POINTS if self.points is None else self.points)
        if molecule.source != "bsct-spice":
            raise DeformationError(f"No bond is named. {_bonds_in_words(molecule)}")
        own = {"--range": self.range, "--points": self.points, "--fixed": self.fixed}
        changed = [name for name, value in own.items() if value is not None]
        if changed:
            raise OptionError(
                f"{', '.join(changed)} cannot change the scan of a BSCT-SPICE system, whose own frames are used. "
                "Name a bond with --bond I-J to scan it otherwise."
            )
        return spice_scan(molecule)


def _bonds_in_words(molecule: Molecule) -> str:
    pulled = [f"{bond.i}-{bond.j} ({bond.type})" for bond in molecule.bonds if bond.scannable]
    if not pulled:
        return f"{molecule.name} has none that can be pulled; `bsct-explorer bonds` says why."
    more = f" and {len(pulled) - MOST_BONDS_NAMED} more" if len(pulled) > MOST_BONDS_NAMED else ""
    return (
        f"{molecule.name} has {', '.join(pulled[:MOST_BONDS_NAMED])}{more}: give one with --bond I-J, or --all-bonds."
    )


@dataclass(frozen=True, kw_only=True)
class JudgingOptions(Options):
    """Potentials, the reference, and what counts."""

    TITLE: ClassVar[str] = "potentials and reference"

    models: tuple[str, ...] | None = option(
        "--model", action="append", metavar="M", help=f"{MODEL_HELP}; may be repeated (default: {DEFAULT_MODEL})"
    )
    reference: str = option(
        "--reference",
        default="auto",
        metavar="R",
        help="a potential's name, dft (a BSCT-SPICE system's own), a file of your own (extended xyz with energies and "
        "forces: its frames are the scan; CSV of coordinate, energy[, generalized force]; or a scan of ORCA, Gaussian, "
        "TorsionDrive or xtb as they write it), or none. Default: dft for a BSCT-SPICE system's own scan, else gfn2-xtb"
        " unless it is the only model",
    )
    reference_level: str | None = option(
        "--reference-level", metavar="TEXT", help="level of theory of a reference file, as you name it"
    )
    reference_unit: str | None = option(
        "--reference-unit",
        metavar="UNIT",
        help="units of a reference file: of its energies, and of its coordinate where that is not Å or degrees, as in "
        "hartree or 'hartree, bohr' (default: what the file states, else eV)",
    )
    device: str = device_option()
    dtype: str | None = dtype_option()
    thresholds: tuple[tuple[str, str], ...] = thresholds_option(
        "change a threshold of the detectors, such as prominence=0.02 (eV); a wrong key lists all; repeatable"
    )
    refine: bool = option(
        "--no-refine",
        action="store_false",
        help="keep what the frames show; by default every finding is certified or refuted with the live potential on "
        "ever finer grids, and its cause is looked for",
    )
    far_field: bool = option(
        "--far-field",
        action="store_true",
        help="also pull the bond on to 20 Å: does the force die out, and is the energy that of the fragments alone",
    )
    eps: float = option(
        "--eps", type=positive, default=1.0, metavar="X", help="eps of FSD in eV/Å (default: 1, the paper's)"
    )

    def check(self) -> None:
        """Refuse a level of theory or a unit for a reference that has its own: they would be left out without a word.

        Raises
        ------
        OptionError
            The reference is no file.
        """
        from bsct_explorer.study import is_file

        if is_file(self.reference):
            return
        for name, value, what in (
            ("--reference-level", self.reference_level, "a level"),
            ("--reference-unit", self.reference_unit, "a unit"),
        ):
            if value is not None:
                raise OptionError(
                    f"{name} {value!r} is for a reference file, and --reference is {self.reference!r}, which has "
                    f"{what} of its own or none. Leave one of the two out, or give a file."
                )


@dataclass(frozen=True, kw_only=True)
class StudyOutputs(ResultOutputs):
    """Files of a study or of all bonds, and what is shown on the terminal."""

    strict: bool = strict_option()
    energy_zero: EnergyZero = zero_option()
    unit: str = unit_option("on the terminal and in --html; other files, --max, --thresholds and --eps are in eV")

    @classmethod
    def formats(cls) -> Mapping[str, StudyFormat]:
        return FORMATS


@dataclass(frozen=True, kw_only=True)
class ScanOptions(Options):
    """Options of `scan`."""

    molecule: MoleculeOptions = options_of(MoleculeOptions)
    driven: DrivenOptions = options_of(DrivenOptions)
    judging: JudgingOptions = options_of(JudgingOptions)
    outputs: StudyOutputs = options_of(StudyOutputs)
    call: Call = options_of(Call)

    def settings(self) -> StudySettings:
        """What is asked of a study."""
        from bsct_explorer.study import StudySettings

        judging = self.judging
        return StudySettings(
            reference=judging.reference,
            reference_level=judging.reference_level,
            reference_unit=judging.reference_unit,
            device=judging.device,
            dtype=judging.dtype,
            thresholds=thresholds_of(judging.thresholds),
            eps=judging.eps,
            refine=judging.refine,
            far_field=judging.far_field,
            energy_zero=self.outputs.energy_zero,
            command=self.call.command_line,
        )
