"""What a format of reference files is: one record says how it is recognised and read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bsct_explorer.data import Evaluation, PotentialInfo
from bsct_explorer.deformations import Scan
from bsct_explorer.molecules.molecule import Molecule
from bsct_explorer.remarks import Remark

FILE = "reference"
"""Name of the source of all curves that were read from a file."""


@dataclass(frozen=True)
class ReferenceText:
    """A reference file's text with what is known of it.

    Attributes
    ----------
    text
        All of it.
    name
        The file's name, for messages.
    scan
        The scan at hand; None where the file has to bring one.
    molecule, bond
        The molecule of the file's frames and the two atoms of its coordinate; None to find them out.
    level
        Level of theory as its owner names it; None where nobody did.
    units
        Units as its owner names them, ``hartree``; None where nobody did. They count before those of the file.
    remarks
        What was remarked before the file's format was known.
    """

    text: str
    name: str
    scan: Scan | None = None
    molecule: Molecule | None = None
    bond: tuple[int, int] | None = None
    level: str | None = None
    units: str | None = None
    remarks: tuple[Remark, ...] = ()

    @property
    def info(self) -> PotentialInfo:
        """What the file says of itself."""
        return PotentialInfo(
            name=FILE,
            display_name=self.level or f"Reference ({self.name})",
            level_of_theory=self.level or "not stated",
            training_data=f"none: read from {self.name}",
            dtypes=("float64",),
            devices=("cpu",),
        )


@dataclass(frozen=True)
class ReferenceReader:
    """One format of reference files.

    Attributes
    ----------
    name
        As a person calls it.
    place
        Readers are asked in this order whether a text is theirs, where its suffix says nothing.
    suffixes
        Of its files, with the dot, in lower case; at least one.
    recognises
        Whether a text is of this format.
    read
        The scan that the answers belong to (the file's frames, or the one at hand), and the answers. It raises
        `ReferenceDataError` where the file cannot be read or does not belong to the scan.
    reads, units
        What is read of it and in which units, for the docs.
    refuses
        What is refused, each in a few words, for the docs.
    """

    name: str
    place: int
    suffixes: tuple[str, ...]
    recognises: Callable[[str], bool]
    read: Callable[[ReferenceText], tuple[Scan, Evaluation]]
    reads: str
    units: str
    refuses: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.name or not self.suffixes or any(not suffix.startswith(".") for suffix in self.suffixes):
            raise ValueError(
                f"The reader {self.name!r} cannot be used as it is: it needs a name and suffixes with a dot."
            )
        if not self.reads or not self.units or not self.refuses:
            raise ValueError(
                f"The reader {self.name!r} does not say what it reads, in which units, and what it refuses."
            )
