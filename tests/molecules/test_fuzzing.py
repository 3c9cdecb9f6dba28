"""Whatever bytes a file holds: read or refused in words, within 2 s and 1 GB. Thousands of files, so it is slow."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structure_texts import ALL, CH2, MOL, O2, V3000, glycinamide

from bsct_explorer.errors import MoleculeError
from bsct_explorer.molecules import guarded_reading, offered_structure

SEEDS = [
    *((text.encode(), format) for format, text in ALL.items()),
    (CH2.format(3).encode(), "mol"),
    (O2.encode(), "mol"),
    (V3000.encode(), "mol"),
    (V3000.replace("0.1178 0", "0.1178 0 CHG=1 RAD=2").encode(), "mol"),
    ((MOL + "> <charge>\n1\n\n$$$$\n").encode(), "sdf"),
    (glycinamide(locations={"O": "AB", "HA2": "B"}).encode(), "pdb"),
    (glycinamide(left=True, elements=False).encode(), "pdb"),
    (b'2\nProperties=species:S:1:pos:R:3:charges:R:1 charge=-1 spin=1 pbc="F F F"\nO 0 0 0 -1\nH 0 0 1 0\n', "extxyz"),
    ("2\ncharge: -1, mult 1 \u00c5\nO 0 0 0\nH 0 0 0.97\n".encode("utf-16"), "xyz"),
    (b"3\ncharge=-1\nF 0 0 -1.14\nH 0 0 0\nF 0 0 1.14\n", "xyz"),
]
TOKENS = [
    *(b"9" * 30, b"-1", b"1e308", b"nan", b"inf", b"-inf", b"0", b"355236452", b"\x00", b"\xff", b"\n", b"  ", b"="),
    *(b'"', b"[", b"{", b"charge=", b"mult=inf", b"spin=1e999", b"M  RAD  1   1   3\n", b"M  CHG  8", b"M  V30 "),
    *(b"COUNTS", b"END", b"CONECT    1    2", b"$$$$\n", b"D ", b"Xx", b"\xc2\xb2", b"1_0", b"999", b"-", b"*", b"A "),
    *(b"Properties=species:S:1:pos:R:3", b":R:999999999", b'Lattice="', b"pbc=T", b"MODEL ", b"CRYST1", b"RAD=3"),
    *(
        b"CFG=3",
        b"L ",
        b"\x0c",
        b"\r",
        b"\x1a",
        b"\xff\xfe",
        b"@<TRIPOS>ATOM\n",
        b"ar",
        b"> <charge>\n",
        b"2S+1=",
        b"\t",
    ),
]
OURS = ("takes longer", "process that reads it ended", "GB of memory", "cannot be read (", "gave no molecule")
"""Refusals that are the guard's: what it stops is a fault of the reading."""


@pytest.fixture(autouse=True)
def _two_seconds() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guarded_reading, "READ_SECONDS", 2.0)
        patch.setattr(guarded_reading, "EMBED_SECONDS", 10.0)
        yield


def read(content: bytes, format: str) -> bool:
    """Whether it is a molecule; the guard may have nothing to do."""
    refusal = ""
    try:
        assert len(offered_structure(content, format, "fuzz")) >= 2
    except MoleculeError as error:
        refusal = str(error)
    assert not any(words in refusal for words in OURS), (refusal, format, content)
    return not refusal


def mutated(chance: random.Random, content: bytes) -> bytes:
    """A file with a few of its bytes, numbers or lines changed, doubled, swapped with another's or taken out."""
    data = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 3, 5, 10))):
        at = chance.randrange(len(data) + 1)
        end = min(len(data), at + chance.choice((1, 2, 5, 20, 80)))
        way = chance.randrange(8)
        if way == 0:
            del data[at:end]
        elif way == 1:
            data[at:end] = chance.choice(TOKENS)
        elif way == 2:
            data[at:at] = chance.choice(TOKENS)
        elif way == 3:
            data[at:at] = data[at:end] * chance.choice((1, 2, 50))
        elif way == 4:
            data[at:end] = bytes(chance.randrange(256) for _ in range(min(3, end - at)))
        elif way == 5:
            other = chance.choice(SEEDS)[0]
            start = chance.randrange(len(other))
            data[at:at] = other[start : start + chance.randrange(200)]
        elif way == 6 and at < len(data):
            data[at] = ord(str(chance.randrange(10)))
        else:
            lines = bytes(data).split(b"\n")
            place = chance.randrange(len(lines))
            lines[place : place + chance.randrange(2)] = [lines[chance.randrange(len(lines))]] * chance.randrange(3)
            data = bytearray(b"\n".join(lines))
    return bytes(data)


def mutants(seed: int, count: int) -> Iterator[tuple[bytes, str]]:
    chance = random.Random(seed)
    for _ in range(count):
        content, format = chance.choice(SEEDS)
        if chance.random() < 0.2:
            format = chance.choice(("", "txt", *ALL))
        yield mutated(chance, content), format


def test_the_seeds_are_molecules_and_some_mutants_are() -> None:
    assert all(read(content, format) for content, format in SEEDS)
    found = [read(content, format) for content, format in mutants(0, 60)]
    assert 3 < sum(found) < 57


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 9))
def test_mutated_files(seed: int) -> None:
    for content, format in mutants(seed, 1000):
        read(content, format)


MANY = settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))
FORMATS = st.sampled_from(["", *ALL])
NUMBERS = st.one_of(
    st.sampled_from([0, 0, 0.75, 1.1, -1.1, 1.5, 2.2]),
    st.floats(-20, 20),
    st.floats(),
    st.integers(-3, 9),
    st.integers(),
    st.sampled_from(["1_0", "\u0663", "1e999", ""]),
)
_WORDS = (
    "charge Charge q total_charge spin mult multiplicity uhf total_spin nelec-unpaired pbc Lattice smiles charges D H "
    "anion triplet radical = : [ ] { } \" ' , ; - + T F"
)
WORDS = st.sampled_from(_WORDS.split())
SYMBOLS = st.sampled_from(["H", "O", "C", "N", "D", "Xe", "8", "Xx", "C1", "Fe", "*", "R#"])
MARKS = st.sampled_from(["CHG=1", "RAD=3", "RAD=2", "MASS=2", "CFG=3", "CHG=99", "VAL=-1", "X"])


@pytest.mark.slow
@MANY
@given(content=st.one_of(st.binary(max_size=400), st.text(max_size=400).map(lambda t: t.encode())), format=FORMATS)
def test_any_bytes(content: bytes, format: str) -> None:
    read(content, format)


@pytest.mark.slow
@MANY
@given(
    comment=st.lists(st.one_of(WORDS, NUMBERS.map(str), st.text(max_size=5)), max_size=12),
    glue=st.sampled_from(["", " ", "="]),
    rows=st.lists(st.tuples(SYMBOLS, *[NUMBERS] * 3), max_size=8),
    off=st.sampled_from([0, 0, 0, 1, -1]),
)
def test_any_xyz(comment: list[str], glue: str, rows: list[tuple[object, ...]], off: int) -> None:
    lines = [str(len(rows) + off), glue.join(comment), *(" ".join(map(str, row)) for row in rows)]
    read("\n".join(lines).encode("utf-8", "replace"), "xyz")


@pytest.mark.slow
@MANY
@given(
    atoms=st.lists(st.tuples(SYMBOLS, *[NUMBERS] * 3), min_size=1, max_size=12),
    bonds=st.lists(st.tuples(*[st.integers(0, 13)] * 3), max_size=40),
    marks=st.lists(MARKS, max_size=3),
    flat=st.booleans(),
)
def test_any_v3000(
    atoms: list[tuple[object, ...]], bonds: list[tuple[int, int, int]], marks: list[str], flat: bool
) -> None:
    rows = [f"M  V30 {k + 1} {' '.join(map(str, atom))} 0 {' '.join(marks)}" for k, atom in enumerate(atoms)]
    pairs = [f"M  V30 {k + 1} {order} {i} {j}" for k, (order, i, j) in enumerate(bonds)]
    counts = f"M  V30 COUNTS {len(rows)} {len(pairs)} 0 0 0"
    head = ["x", f"  hand          {'2D' if flat else '3D'}", "", "  0  0  0     0  0            999 V3000"]
    body = [counts, "M  V30 BEGIN ATOM", *rows, "M  V30 END ATOM", "M  V30 BEGIN BOND", *pairs, "M  V30 END BOND"]
    read("\n".join([*head, *body, "M  END"]).encode("utf-8", "replace"), "mol")
