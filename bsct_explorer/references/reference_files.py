"""Reference files of the user's own: read by whichever reader knows their format."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from bsct_explorer.data import Evaluation
from bsct_explorer.deformations import Scan
from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.molecules.molecule import Molecule
from bsct_explorer.references.readers import READERS
from bsct_explorer.references.reference_reader import ReferenceReader, ReferenceText
from bsct_explorer.remarks import Remark
from bsct_explorer.remarks.of_references import TEXT_READ
from bsct_explorer.words.numbers import decimal

MAX_BYTES = 60_000_000


def load_reference_file(
    source: str | Path | bytes,
    scan: Scan | None = None,
    *,
    molecule: Molecule | None = None,
    bond: tuple[int, int] | None = None,
    level: str | None = None,
    name: str | None = None,
    units: str | None = None,
) -> tuple[Scan, Evaluation]:
    """A user's own reference: extended xyz, whose frames become the scan, or CSV on the given scan's grid.

    Parameters
    ----------
    source
        Path of a file, or its content (bytes, or text of more than one line), as from an upload.
    scan
        The scan at hand. CSV needs it; for extended xyz it says the molecule and the bond.
    molecule, bond
        For extended xyz without a scan: the molecule (None to make it from the frames) and the two atoms of the
        coordinate (None for the bond whose length changes most).
    level
        Level of theory as the user names it.
    name
        The file's name, for messages; None for the path's.
    units
        The file's units as the user names them, ``hartree`` or ``hartree, bohr``; None for what the file says, else
        eV and Å or degrees.

    Returns
    -------
    scan
        The scan that the evaluation belongs to: the file's frames, or the one given.
    evaluation
        Energies in eV and forces in eV/Å. A CSV has no atomic forces: `generalized_forces` come from its third column
        or from the spline through its energies, as the notes say.

    Raises
    ------
    ReferenceDataError
        The file cannot be read, has no energies, or does not belong to the scan.
    """
    data, name = _content(source, name)
    given = data if isinstance(data, ReferenceText) else _decoded(data, name)
    return _read(replace(given, scan=scan, molecule=molecule, bond=bond, level=level, units=units))


def read_reference(
    content: bytes, scan: Scan, *, name: str, level: str | None = None, units: str | None = None
) -> tuple[Scan, Evaluation]:
    """The content of a reference file that a browser sent; never a path. Otherwise as `load_reference_file`.

    Raises
    ------
    ReferenceDataError
        It is no content, or none that serves the scan.
    """
    if not isinstance(content, bytes):
        raise ReferenceDataError(f"{name} did not arrive as a file. Upload it again.")
    return _read(replace(_decoded(content, name), scan=scan, level=level, units=units))


def _read(given: ReferenceText) -> tuple[Scan, Evaluation]:
    return reader_of(given).read(given)


def reader_of(given: ReferenceText) -> ReferenceReader:
    """The reader that knows the text, else the one that its name goes to, else that of tables."""
    *known, last = READERS
    named = [(len(suffix), reader) for reader in READERS for suffix in reader.suffixes if _ends(given.name, suffix)]
    by_name = max(named, key=lambda each: each[0])[1] if named else last
    return next((reader for reader in known if reader.recognises(given.text)), by_name)


def _ends(name: str, suffix: str) -> bool:
    return name.lower().endswith(suffix)


def _content(source: str | Path | bytes, name: str | None) -> tuple[bytes | ReferenceText, str]:
    """Bytes of a path or of a content, or a text that was given, and a name for messages."""
    if isinstance(source, str) and "\n" in source:
        name = name or "the reference"
        return ReferenceText(source, name), name
    if isinstance(source, bytes):
        return source, name or "the reference"
    path = Path(source).expanduser()
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ReferenceDataError(_too_large(str(path)))
        data = path.read_bytes()
    except OSError as error:
        raise ReferenceDataError(f"Reference file {path} cannot be read: {error.strerror}. Check the path.") from None
    except ValueError:  # a NUL in it
        raise ReferenceDataError(f"Reference file {str(path)!r} cannot be read: that is no path. Check it.") from None
    return data, name or path.name


def _too_large(name: str) -> str:
    return f"{name} has more than {decimal(MAX_BYTES / 1e6, 0)} MB. Give the frames of one scan only."


_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def _decoded(data: bytes, name: str) -> ReferenceText:
    """The text of a file: UTF-8 or what its byte order mark says, else Latin-1 (in Windows' form), which is remarked.

    Raises
    ------
    ReferenceDataError
        It is too large, a workbook, or no text.
    """
    if len(data) > MAX_BYTES:
        raise ReferenceDataError(_too_large(name))
    if data[:4] == b"PK\x03\x04":
        raise ReferenceDataError(
            f"{name} is a workbook or an archive and no text file. Save the sheet as CSV, or unpack the file."
        )
    encoding = next((encoding for mark, encoding in _BOMS if data.startswith(mark)), "utf-8")
    said: tuple[Remark, ...] = ()
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
        said = (
            TEXT_READ.say(f"{name} is no UTF-8 and was read as Latin-1: check names and units with other letters."),
        )
    if _CONTROL.search(text):
        raise ReferenceDataError(f"{name} is not a text file. Give extended xyz or CSV as plain text.") from None
    return ReferenceText(text, name, remarks=said)
