"""ORCA's tables of a relaxed scan, NAME.relaxscanact.dat and NAME.relaxscanscf.dat, with energies in hartree."""

from __future__ import annotations

from bsct_explorer.data import Evaluation
from bsct_explorer.deformations import Scan
from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.references.program_curves import hartree_of, relaxed_doubt
from bsct_explorer.references.readers.table_of_energies import read_table
from bsct_explorer.references.reference_reader import ReferenceReader, ReferenceText
from bsct_explorer.references.stored_curves import scan_of
from bsct_explorer.references.table_text import split_table
from bsct_explorer.remarks.of_references import REFERENCE_NOTE


def read(given: ReferenceText) -> tuple[Scan, Evaluation]:
    """The table on the scan's grid."""
    scan, table = scan_of(given), split_table(given.text, given.name)
    if table.width > 2 and table.header is None:
        raise ReferenceDataError(
            f"{given.name} has {table.width} columns: it is the table of a scan of several coordinates. Give a scan of "
            "one, as a table of coordinate and energy."
        )
    remarks = relaxed_doubt(scan, f"{given.name} is ORCA's table of a relaxed scan.")
    if given.name.lower().endswith("scf.dat"):
        said = "holds SCF energies, without dispersion and correlation: NAME.relaxscanact.dat has the whole energy."
        remarks.append(REFERENCE_NOTE.say(f"{given.name} {said}"))
    return read_table(given, hartree_of("ORCA"), tuple(remarks))


READER = ReferenceReader(
    name="ORCA's table of a scan",
    place=40,
    suffixes=(".relaxscanact.dat", ".relaxscanscf.dat"),
    # Two columns of numbers: the name alone tells.
    recognises=lambda text: False,
    read=read,
    reads="The two columns of a relaxed scan, known by the file's name; that the scan was relaxed is said.",
    units="hartree, Å, °.",
    refuses=("a scan of several coordinates",),
)
