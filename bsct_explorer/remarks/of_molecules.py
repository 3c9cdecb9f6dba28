"""What is remarked on a molecule and how it was read."""

from __future__ import annotations

from bsct_explorer.remarks.remark import RemarkKind

HOW_IT_WAS_MADE = RemarkKind(
    name="molecule",
    title="how the molecule was made",
    doubt=False,
    meaning="Where the geometry, the bonds, the charge and the multiplicity come from.",
)

# charge and spin

STATE_UNREAD = RemarkKind(
    name="unread-charge-or-spin",
    title="charge or spin not understood",
    doubt=True,
    meaning="The file has something that looks like a charge or a spin and is not understood, so that the molecule may "
    "be computed in another state than its author meant. Write charge=… and multiplicity=… in the comment line, or "
    "give them with --charge and --multiplicity.",
)
STATE_FOUND = RemarkKind(
    name="charge-or-spin-found",
    title="where charge or spin were read",
    doubt=False,
    meaning="Charge or multiplicity were read at a place that people may not think of: text of the comment, a data "
    "field, a sum over atoms.",
)
ODD_ELECTRONS = RemarkKind(
    name="odd-electrons",
    title="odd number of electrons",
    doubt=False,
    meaning="The number of electrons is odd and nobody gave a multiplicity: it is taken as a doublet.",
)
RADICAL_ELECTRONS = RemarkKind(
    name="radical-electrons",
    title="radical electrons",
    doubt=False,
    meaning="The SMILES string or the file marks radical electrons, which decided the multiplicity; another one can be "
    "given.",
)
OTHER_GROUND_STATE = RemarkKind(
    name="other-ground-state",
    title="not the ground state",
    doubt=True,
    meaning="The molecule is known to have a ground state of another multiplicity than the one that it is computed "
    "with, and nobody asked for this one. Give --multiplicity.",
)
STATE_GIVEN = RemarkKind(
    name="charge-or-spin-given",
    title="charge or spin of your own",
    doubt=False,
    meaning="Charge or multiplicity were given and differ from those of the source, whose geometry is kept.",
)

# what was read of a file

ENCODING = RemarkKind(
    name="encoding",
    title="encoding of the file",
    doubt=False,
    meaning="The file's text is not in UTF-8; the encoding that it was read in.",
)
FORMAT_BY_CONTENT = RemarkKind(
    name="format-by-content",
    title="format by content",
    doubt=False,
    meaning="The file's name promises no format or another one than its content has; the content decided.",
)
SEVERAL_STRUCTURES = RemarkKind(
    name="several-structures",
    title="several structures",
    doubt=False,
    meaning="The file holds more than one structure; the first was read.",
)
ALTERNATE_LOCATIONS = RemarkKind(
    name="alternate-locations",
    title="alternate locations",
    doubt=False,
    meaning="A PDB file has atoms at alternate locations; one conformer was chosen, the one of highest occupancy.",
)
NOT_READ = RemarkKind(
    name="part-not-read",
    title="part of the file not read",
    doubt=False,
    meaning="Something in the file is no part of the structure that was read.",
)
ISOTOPES = RemarkKind(
    name="isotopes",
    title="isotopes",
    doubt=False,
    meaning="The source names isotopes. All isotopes of an element have the same energy surface, so the element is "
    "computed; masses play no part.",
)
MISSING_HYDROGENS = RemarkKind(
    name="missing-hydrogens",
    title="hydrogens missing",
    doubt=True,
    meaning="The file seems to leave out hydrogen atoms; the structure is computed as it stands. Add them first.",
)

# bonds and geometry

BOND_ORDERS = RemarkKind(
    name="bond-orders",
    title="bond orders",
    doubt=False,
    meaning="Bond orders could not be assigned, so that bonds are known by connectivity alone.",
)
IMPLAUSIBLE_ORDERS = RemarkKind(
    name="implausible-bond-orders",
    title="implausible bond orders",
    doubt=True,
    meaning="By its atoms and charge the molecule needs double or triple bonds where the distances are those of single "
    "ones: atoms may be missing, or the charge may be another one.",
)
BRIDGING_HYDROGEN = RemarkKind(
    name="bridging-hydrogen",
    title="bridging hydrogen",
    doubt=False,
    meaning="A hydrogen atom lies about as close to two atoms as bonds are long, and is bonded to both.",
)
BOND_LENGTHS = RemarkKind(
    name="bond-lengths",
    title="unusual bond lengths",
    doubt=True,
    meaning="The file lists bonds that are much longer than bonds of these elements are: the unit of the coordinates "
    "or the bonds may be wrong.",
)
GEOMETRY_MADE = RemarkKind(
    name="geometry-made",
    title="how the geometry was made",
    doubt=False,
    meaning="The geometry is not the file's or not relaxed with GFN2-xTB: what was done instead, and why.",
)
BONDS_CHANGED = RemarkKind(
    name="bonds-changed",
    title="bonds changed",
    doubt=True,
    meaning="The relaxation broke bonds of the SMILES string: the molecule is another one than was typed.",
)

REMARKS = (
    HOW_IT_WAS_MADE,
    STATE_UNREAD,
    STATE_FOUND,
    ODD_ELECTRONS,
    RADICAL_ELECTRONS,
    OTHER_GROUND_STATE,
    STATE_GIVEN,
    ENCODING,
    FORMAT_BY_CONTENT,
    SEVERAL_STRUCTURES,
    ALTERNATE_LOCATIONS,
    NOT_READ,
    ISOTOPES,
    MISSING_HYDROGENS,
    BOND_ORDERS,
    IMPLAUSIBLE_ORDERS,
    BRIDGING_HYDROGEN,
    BOND_LENGTHS,
    GEOMETRY_MADE,
    BONDS_CHANGED,
)
