"""Reference files of the user's own: read by whichever reader knows their format."""

from __future__ import annotations

from pathlib import Path

from bsct_explorer.data import Evaluation
from bsct_explorer.deformations import Scan
from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.molecules.molecule import Molecule
from bsct_explorer.references.readers import READERS
from bsct_explorer.references.reference_reader import ReferenceText
from bsct_explorer.words.numbers import decimal

MAX_BYTES = 200_000_000


def load_reference_file(
    source: str | Path | bytes,
    scan: Scan | None = None,
    *,
    molecule: Molecule | None = None,
    bond: tuple[int, int] | None = None,
    level: str | None = None,
    name: str | None = None,
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
    text, name = _content(source, name)
    return _read(ReferenceText(text, name, scan, molecule, bond, level))


def read_reference(content: bytes, scan: Scan, *, name: str, level: str | None = None) -> tuple[Scan, Evaluation]:
    """The content of a reference file that a browser sent; never a path. Otherwise as `load_reference_file`.

    Raises
    ------
    ReferenceDataError
        It is no content, or none that serves the scan.
    """
    if not isinstance(content, bytes):
        raise ReferenceDataError(f"{name} did not arrive as a file. Upload it again.")
    return _read(ReferenceText(_decoded(content, name), name, scan, level=level))


def _read(given: ReferenceText) -> tuple[Scan, Evaluation]:
    """By the file's suffix, else by what stands in it."""
    suffix = Path(given.name).suffix.lower()
    for reader in READERS:
        if suffix in reader.suffixes:
            return reader.read(given)
    return next(reader for reader in READERS if reader.recognises(given.text)).read(given)


def _content(source: str | Path | bytes, name: str | None) -> tuple[str, str]:
    """Text of a path or of a content, and a name for messages."""
    if isinstance(source, str) and "\n" in source:
        return source, name or "the reference"
    if isinstance(source, bytes):
        data = source
        name = name or "the reference"
    else:
        path = Path(source).expanduser()
        name = name or path.name
        try:
            if path.stat().st_size > MAX_BYTES:
                raise ReferenceDataError(
                    f"{path} has more than {decimal(MAX_BYTES / 1e6, 0)} MB. Give the frames of one scan only."
                )
            data = path.read_bytes()
        except OSError as error:
            raise ReferenceDataError(
                f"Reference file {path} cannot be read: {error.strerror}. Check the path."
            ) from None
    return _decoded(data, name), name


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ReferenceDataError(f"{name} is not a text file. Give extended xyz or CSV as plain text.") from None
