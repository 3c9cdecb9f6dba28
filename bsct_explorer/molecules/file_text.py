"""The text of a file that somebody else wrote: its encoding, its lines, and what is no text at all."""

from __future__ import annotations

import re

from bsct_explorer.errors import MoleculeError
from bsct_explorer.remarks import Remark
from bsct_explorer.remarks.of_molecules import ENCODING

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig", None),
    (b"\xff\xfe\x00\x00", "utf-32", "UTF-32"),
    (b"\x00\x00\xfe\xff", "utf-32", "UTF-32"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
"""Byte order marks, how Python calls the encoding, and what a person is told: nothing of UTF-8."""

_PACKED = (
    (b"\x1f\x8b", "is packed with gzip", "Unpack it (gunzip)"),
    (b"PK\x03\x04", "is a zip archive or an office document", "Unpack it"),
    (b"BZh", "is packed with bzip2", "Unpack it (bunzip2)"),
    (b"\xfd7zXZ", "is packed with xz", "Unpack it (unxz)"),
    (b"%PDF", "is a PDF document", "Give a structure file"),
    (b"\x89PNG", "is a picture", "Give a structure file"),
    (b"VjCD0100", "is a ChemDraw file", "Save it as a mol file"),
    (b"\x89HDF", "is an HDF5 file", "Save one structure of it as xyz"),
    (b"- of Ulm", "is a trajectory of ASE", "Save one frame of it as xyz"),
)
"""How files begin that are no text, what they are, and what to do."""

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f\x7f\ufffe\uffff]")
"""Characters that no text has. Form feed, vertical tab and the end-of-file sign of DOS (0x1a) are found in some."""


def lines_of(text: str) -> list[str]:
    """Lines as editors count them: only CR, LF and CR LF end one.

    `str.splitlines` also cuts at form feeds, at U+0085 and at other signs that stand within comments.
    """
    lines = re.split(r"\r\n|\n|\r", text)
    return lines[:-1] if lines and not lines[-1] else lines


def decoded(content: str | bytes, name: str) -> tuple[str, tuple[Remark, ...]]:
    """Text of a file's content, and a remark where its encoding is not UTF-8.

    A byte order mark decides. Without one it is UTF-8, or UTF-16 where every other byte is zero, or else Latin-1
    (as Windows-1252 has it), in which every byte means something: then only element symbols, numbers and keys matter,
    which all these encodings write alike.

    Raises
    ------
    MoleculeError
        The content is no text: packed, a picture, or full of control characters.
    """
    if isinstance(content, str):
        return _checked(content.removeprefix("\ufeff"), name), ()
    for start, what, advice in _PACKED:
        if content.startswith(start):
            raise MoleculeError(f"{name} {what}, not a text file. {advice}.")
    codec, said = _encoding(content)
    try:
        text = content.decode(codec)
    except UnicodeDecodeError:
        raise MoleculeError(_no_text(name)) from None
    notes = () if said is None else (ENCODING.say(f"The file's text is in {said}, not in UTF-8; it was read so."),)
    return _checked(text, name), notes


def _encoding(content: bytes) -> tuple[str, str | None]:
    for mark, codec, said in _MARKS:
        if content.startswith(mark):
            return codec, said
    head = content[:2000]
    if len(head) >= 8:
        even, odd = head[0::2].count(0), head[1::2].count(0)
        if odd > 0.4 * len(head) and even == 0:
            return "utf-16-le", "UTF-16"
        if even > 0.4 * len(head) and odd == 0:
            return "utf-16-be", "UTF-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "latin-1", "Latin-1"
    return "utf-8", None


def _checked(text: str, name: str) -> str:
    if _CONTROL.search(text) or (text.strip() and not re.search(r"[0-9A-Za-z]", text)):
        raise MoleculeError(_no_text(name))
    return text.replace("\x1a", "\n").replace("\ufeff", "")


def _no_text(name: str) -> str:
    return f"{name} is not a text file. Give an xyz, mol, sdf, mol2 or pdb file as plain text."
