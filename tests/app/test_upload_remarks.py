"""An upload keeps its bonds and what was remarked on it, although the page's state has its atoms alone."""

from __future__ import annotations

import pytest

from bsct_explorer.app.session import molecule_sources
from bsct_explorer.app.session.molecule_sources import load_shown_molecule, read_upload, structure_text

HEAVY_WATER = b"3\nchargeX=0\nO 0 0 0.117790\nD 0 0.755450 -0.471161\nD 0 -0.755450 -0.471161\n"
ROW = "HETATM{:5d}  {:<3} UNL A   1    {:8.3f}{:8.3f}{:8.3f}  1.00  0.00           {}\n"
FAR = "".join(ROW.format(k + 1, f"{s}{k}", 0.0, 0.0, z, s) for k, (s, z) in enumerate([("F", 0.0), ("H", 1.6)]))
WIDE = (FAR + "CONECT    1    2\nEND\n").encode()


@pytest.mark.parametrize(
    ("name", "content", "kinds"),
    [
        ("water.xyz", HEAVY_WATER, {"isotopes", "unread-charge-or-spin"}),
        ("water.txt", HEAVY_WATER.replace(b"D ", b"H "), {"format-by-content", "unread-charge-or-spin"}),
        ("wide.pdb", WIDE, {"bond-lengths"}),
    ],
)
def test_remarks_and_bonds_of_an_upload_are_shown(name: str, content: bytes, kinds: set[str]) -> None:
    molecule = read_upload(name, content)
    shown = load_shown_molecule("ethane", structure=structure_text(molecule))
    assert kinds <= {note.kind.name for note in shown.notes}
    assert shown.bonds == molecule.bonds
    charged = load_shown_molecule("ethane", structure=structure_text(molecule), charge=1)
    assert (charged.charge, charged.multiplicity) == (1, 2)
    assert kinds <= {note.kind.name for note in charged.notes}


def test_few_uploads_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(molecule_sources, "KEPT_UPLOADS", 2)
    texts = [structure_text(read_upload(f"{k}.xyz", HEAVY_WATER)) for k in range(4)]
    assert list(molecule_sources._uploads)[-2:] == texts[-2:]
    assert len(molecule_sources._uploads) == 2
    assert load_shown_molecule("ethane", structure=texts[0]).formula == "H2O"
