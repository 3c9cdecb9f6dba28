"""A stranger's file is read in a process of its own: nothing that it does there reaches this one."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from bsct_explorer.errors import MoleculeError
from bsct_explorer.molecules import guarded_reading, load_molecule, offered_molecule, offered_structure, read_structure
from bsct_explorer.molecules.guarded_reading import Limits, Readers, guarded_structure
from bsct_explorer.molecules.plain_molecule import from_plain, to_plain

HF = b"2\nspin=1\nH 0 0 0\nF 0 0 0.92\n"
REQUEST = {"what": "structure", "content": "", "format": "xyz", "name": "upload", "charge": None, "multiplicity": None}
BOOT = """
import json, os, sys, time; sys.path[:] = json.loads(sys.argv[1])
from bsct_explorer.molecules import reading_worker as worker, structure_files
worker.limit()
print("{{}}", flush=True)
def respond(request, say):
    {}
worker.serve(sys.stdin, sys.stdout, respond)
"""
"""A worker that does something else with a request; without rdkit, so that it starts quickly."""


@pytest.fixture
def readers() -> Iterator[Callable[..., Readers]]:
    """Readers whose processes do what is given."""
    opened = []
    with pytest.MonkeyPatch.context() as patch:

        def make(body: str) -> Readers:
            patch.setattr(guarded_reading, "_BOOT", BOOT.format(body))
            opened.append(Readers(1))
            return opened[-1]

        yield make
        for each in opened:
            each.close()


def refusal(readers: Readers, seconds: float = 20) -> str:
    with pytest.raises(MoleculeError) as caught:
        readers.ask(REQUEST, Limits(seconds, "Save it anew."))
    assert "upload" in str(caught.value)
    assert "Save it anew." in str(caught.value)
    return str(caught.value)


def test_a_file_that_takes_too_long_is_ended(readers: Callable[..., Readers]) -> None:
    slow = readers("time.sleep(60 if request['name'] == 'upload' else 0); return {'pid': os.getpid()}")
    fine = {**REQUEST, "name": "other"}
    first = slow.ask(fine, Limits(20, ""))["pid"]
    start = time.perf_counter()
    assert "longer than the 0.3 s" in refusal(slow, 0.3)
    assert time.perf_counter() - start < 5
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)
    again = slow.ask(fine, Limits(20, ""))["pid"]
    assert again != first
    assert slow.ask(fine, Limits(20, ""))["pid"] == again, "the next one is kept"


def test_a_drawing_has_more_time_than_a_file_and_only_once(
    readers: Callable[..., Readers], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarded_reading, "EMBED_SECONDS", 1.0)
    wait = "say({{'embedding': True}}); time.sleep(request['charge']); return {{'done': True}}"
    slow = readers(wait.replace("{{", "{").replace("}}", "}"))
    assert slow.ask({**REQUEST, "charge": 0.5}, Limits(0.2, "")) == {"done": True}
    with pytest.raises(MoleculeError, match="longer"):
        slow.ask({**REQUEST, "charge": 30}, Limits(0.2, ""))
    again = readers("say({'embedding': True}); say({'embedding': True}); return {'done': True}")
    assert "ended" in refusal(again)


@pytest.mark.parametrize(
    "body",
    [
        "os._exit(3)",
        "os.kill(os.getpid(), 9)",
        "raise SystemExit",
        "print('nonsense', flush=True)",
        "print('[1]', flush=True)",
        "print('x' * 20_000_000, flush=True)",
    ],
)
def test_a_process_that_ends_or_talks_nonsense_is_a_refusal(readers: Callable[..., Readers], body: str) -> None:
    assert "the process that reads it ended" in refusal(readers(body))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no limits of memory on this system")
def test_memory_is_limited(readers: Callable[..., Readers], monkeypatch: pytest.MonkeyPatch) -> None:
    eat = (
        "structure_files.read_unrelaxed = lambda *a, **k: bytearray(2_000_000_000); return worker.answer(request, say)"
    )
    assert readers(eat).ask(REQUEST, Limits(20, "")) == {"memory": True}
    monkeypatch.setattr(guarded_reading, "_readers", readers(eat))
    with pytest.raises(MoleculeError, match="upload needs more than 1 GB of memory"):
        guarded_structure(HF, "xyz", "upload", None, None)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no limits of files on this system")
def test_a_process_writes_no_files_and_knows_no_secrets(
    readers: Callable[..., Readers], monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("SOME_TOKEN", "secret")
    asks = readers("return dict(os.environ)").ask(REQUEST, Limits(20, ""))
    assert "PATH" in asks
    assert not any("secret" in value for value in asks.values())
    write = f"open({str(tmp_path / 'x')!r}, 'wb').write(b'x' * 100_000)"  # type: ignore[operator]
    assert "ended" in refusal(readers(write))


@pytest.mark.parametrize("answer", ["{'molecule': {'name': 'x'}}", "{'molecule': 7, 'embedded': 0}", "{}", "{'x': 1}"])
def test_what_is_no_molecule_is_a_refusal(
    readers: Callable[..., Readers], monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.setattr(guarded_reading, "_readers", readers(f"return {answer}"))
    with pytest.raises(MoleculeError, match="upload cannot be read: its reading gave no molecule"):
        guarded_structure(HF, "xyz", "upload", None, None)


@pytest.mark.parametrize("spec", ["ethanol", "CO", "O=O", "benzene"])
def test_a_molecule_comes_back_as_it_went(spec: str) -> None:
    import json

    molecule = load_molecule(spec, relax=False)
    back = from_plain(json.loads(json.dumps(to_plain(molecule))))
    np.testing.assert_array_equal(back.positions, molecule.positions)
    assert (back.bonds, back.charge, back.multiplicity) == (molecule.bonds, molecule.charge, molecule.multiplicity)
    assert (back.smiles, back.source, back.notes) == (molecule.smiles, molecule.source, molecule.notes)
    assert [note.kind.name for note in back.notes] == [getattr(n, "kind", note.kind).name for n, note in
                                                       zip(molecule.notes, back.notes, strict=True)]  # fmt: skip


def test_both_doors_read_alike_and_the_second_time_at_once() -> None:
    for text in (HF, b"3\ncharge=-1\nF 0 0 -1.14\nH 0 0 0\nF 0 0 1.14\n", b"2\nchargex=1\nO 0 0 0\nO 0 0 1.2\n"):
        one, other = offered_structure(text, "xyz", "upload"), read_structure(text, "xyz", "upload")
        np.testing.assert_array_equal(one.positions, other.positions)
        assert (one.bonds, one.charge, one.notes) == (other.bonds, other.charge, other.notes)
    for text, word in ((b"hello", "line 1"), (b"4\n\nH 0 0 0\n", "4 atoms"), (b"\x1f\x8b00", "gzip")):
        with pytest.raises(MoleculeError, match=word):
            offered_structure(text, "xyz", "upload")
    start = time.perf_counter()
    offered_structure(HF, "xyz", "upload")
    assert time.perf_counter() - start < 1


def test_a_count_of_millions_is_refused_at_once() -> None:
    head = b"x\n\n\n  0  0  0     0  0            999 V3000\nM  V30 BEGIN CTAB\n"
    text = head + b"M  V30 COUNTS 355236452 0 0 0\nM  V30 END CTAB\n"
    with pytest.raises(MoleculeError, match="355236452 atoms, and 0 rows"):
        offered_structure(text, "mol", "upload")


def test_a_drawing_and_a_smiles_are_embedded_there(monkeypatch: pytest.MonkeyPatch) -> None:
    from rdkit import Chem
    from rdkit.Chem import AllChem

    from bsct_explorer.molecules import loading, smiles

    monkeypatch.setattr(smiles, "embed", lambda *_: pytest.fail("embedded in this process"))
    monkeypatch.setattr(smiles, "relax", lambda *_, **__: (_ for _ in ()).throw(RuntimeError("none here")))
    drawn = Chem.MolFromSmiles("CN")
    AllChem.Compute2DCoords(drawn)
    molecule = offered_structure(Chem.MolToMolBlock(drawn).encode(), "mol", "drawn")
    assert molecule.formula == "CH5N"
    assert {note.kind.name for note in molecule.notes} == {"geometry-made"}
    loading._offered_smiles.cache_clear()
    assert offered_molecule("NCF").formula == "CH4FN"
    loading._offered_smiles.cache_clear()
    with pytest.raises(MoleculeError, match="unclosed ring"):
        offered_molecule("C1CC")


def test_many_at_once_share_few_processes() -> None:
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.append(len(offered_structure(HF, "xyz", "upload")))) for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert found == [2] * 12


def test_a_process_ends_with_its_parent() -> None:
    import subprocess
    import sys

    code = (
        "from bsct_explorer.molecules import guarded_reading as g, offered_structure\n"
        f"offered_structure({HF!r}, 'xyz', 'x')\n"
        "print(g._readers._places.get()._process.pid, flush=True)\n"
        "import os; os._exit(0)"
    )
    pid = int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail("it still runs")
