"""Text that a stranger, a file or a model brings is shown as text: no element and no script comes of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import panel as pn
import pytest
from bokeh.models import ColumnDataSource, HoverTool
from panel.io.notifications import NotificationArea

from bsct_explorer.app import notices
from bsct_explorer.app.downloads import study_of
from bsct_explorer.app.layout import heading, with_help
from bsct_explorer.app.page import PageSession
from bsct_explorer.app.session.molecule_sources import load_shown_molecule, read_upload, structure_text
from bsct_explorer.app.state import ExplorerState
from bsct_explorer.export.html_report import html_text
from bsct_explorer.molecules import load_molecule, offered_molecule

EVIL = "<img src=x onerror=alert(1)></script><script>alert(2)</script>\"'&"
MODEL = f'''
"""A model with names that no model should have."""

from dataclasses import replace

from bsct_explorer.potentials.families.pair_potentials import MorsePotential

EVIL = {EVIL!r}


class Evil(MorsePotential):
    """Morse, with notes."""

    def __init__(self):
        super().__init__()
        self.notes = (EVIL,)
        self.info = replace(
            self.info, name="evil", display_name=EVIL, level_of_theory=EVIL, training_data=EVIL, licence=EVIL,
            citation=EVIL, notes=(EVIL,), cutoffs={{EVIL: 3.0}},
        )

    def _compute(self, numbers, positions, charge, multiplicity):
        if 35 in numbers:
            raise RuntimeError(EVIL)
        return super()._compute(numbers, positions, charge, multiplicity)


make = Evil
'''


class Elements(HTMLParser):
    """Counts elements and attributes that run something."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.scripts = 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        if tag in ("img", "iframe", "object") or any(name.startswith("on") for name, _ in attrs):
            self.found.append(f"{tag} {attrs}")


def wait(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not done() and time.monotonic() < end:
        time.sleep(0.01)
    assert done()


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., PageSession]:
    (tmp_path / "evil.py").write_text(MODEL)
    (tmp_path / "models.toml").write_text(
        f'[[model]]\nspec = "evil.py:make"\nname = "evil"\ndisplay_name = {json.dumps(EVIL)}\nlevel_of_theory = '
        f"{json.dumps(EVIL)}\n"
    )
    monkeypatch.setenv("BSCT_MODELS", str(tmp_path / "models.toml"))

    def open_page(molecule: str, **chosen: object) -> PageSession:
        values = {
            "molecule": molecule,
            "bond": "",
            "potentials": ["evil"],
            "reference": "morse",
            "points": 20,
            **chosen,
        }
        session = PageSession(ExplorerState(**values))
        session.explorer.start()
        answered = session.explorer.comparison
        wait(lambda: bool(answered.analyses or answered.evaluating.errors) and not answered.busy)
        return session

    return open_page


def shown(session: PageSession) -> list[str]:
    """The HTML of every pane and of every plot's tips, also of tabs and sections that are closed."""
    roots = [
        session.page,
        session.all_bonds.layout(),
        session.map.layout(),
        session.far_field.layout(),
        pn.Column(*session.controls.layout()),
    ]
    texts = [str(pane.object) for root in roots for pane in root.select(pn.pane.HTML)]
    for figure in (pane.object for root in roots for pane in root.select(pn.pane.Bokeh)):
        texts += [str(tool.tooltips) for tool in figure.select(HoverTool)]
        for source in figure.select(ColumnDataSource):
            texts += [str(text) for name in ("text", "tip") for text in source.data.get(name, ())]
    return texts


def test_no_pane_of_the_page_takes_a_name_for_html(opened: Callable[..., PageSession]) -> None:
    session = opened(f"CO {EVIL}", arrows="evil", colour="force")
    session.far_field.start()
    session.map.points.value = 9
    session.map.start()
    session.all_bonds.start()
    for tab in (session.far_field, session.map, session.all_bonds):
        wait(lambda tab=tab: not tab.stop.visible)
    texts = shown(session)
    assert any("onerror" in text for text in texts), "the test shows hostile names at all"
    for text in texts:
        assert Elements(text).found == [], text
        assert Elements(text).scripts == 0, text


def test_no_pane_takes_an_error_for_html(opened: Callable[..., PageSession]) -> None:
    session = opened(f"CBr {EVIL}", reference="")
    session.all_bonds.start()
    wait(lambda: not session.all_bonds.stop.visible)
    texts = shown(session)
    assert any("onerror" in text for text in texts)
    for text in texts:
        assert Elements(text).found == [], text


def test_the_report_shows_names_as_text(opened: Callable[..., PageSession]) -> None:
    session = opened(f"CO {EVIL}")
    study = study_of(session.explorer.comparison)
    ours = html_text(study)
    usual = opened("CO", potentials=["lennard-jones"])
    calm = html_text(study_of(usual.explorer.comparison))
    assert Elements(ours).found == []
    assert Elements(ours).scripts == Elements(calm).scripts
    assert "onerror" in ours


def test_a_smiles_names_its_molecule_by_itself_alone() -> None:
    assert offered_molecule(f"CO {EVIL}").name == "CO"
    assert load_molecule("CO methanol", relax=False).name == "CO"


def test_names_of_uploads_and_of_structures_in_the_address_are_plain() -> None:
    content = b"2\n\nH 0 0 0\nF 0 0 0.92\n"
    for name in (f"{EVIL}.xyz", f"C:\\fake\\{EVIL}.xyz", f"../../{EVIL}.xyz"):
        molecule = read_upload(name, content)
        assert not set(molecule.name) & set("<>&\"'/\\")
        assert load_shown_molecule("", structure=structure_text(molecule)).name == molecule.name
    hostile = f'2\nname="{EVIL}"\nH 0 0 0\nF 0 0 0.92\n'
    assert not set(load_shown_molecule("", structure=hostile).name) & set("<>&\"'")


def test_small_pieces_escape_what_they_are_given() -> None:
    assert Elements(with_help(EVIL, EVIL)).found == []
    assert Elements(str(heading(EVIL).object)).found == []


def test_a_notification_that_takes_html_gets_it_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    area = NotificationArea()
    monkeypatch.setattr(NotificationArea, "error", lambda self, text, duration: said.append(text))
    monkeypatch.setattr(notices, "pn", SimpleNamespace(state=SimpleNamespace(notifications=area)))
    notices.notify("error", EVIL)
    assert Elements(said[0]).found == []
    assert "&lt;img" in said[0]
