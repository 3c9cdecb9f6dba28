"""The sidebar takes what is possible and says what is not; the list of bonds fits every molecule."""

from __future__ import annotations

import time
from operator import attrgetter
from urllib.parse import urlencode

import pytest

from bsct_explorer.app.page import PageSession
from bsct_explorer.app.sidebar import range_controls, state_writer
from bsct_explorer.app.sidebar.choices import bond_list
from bsct_explorer.app.state import ExplorerState, from_query, to_query
from bsct_explorer.molecules import load_molecule

RINGS = "S1SSSSSSS1"


@pytest.fixture
def page() -> PageSession:
    session = PageSession(ExplorerState(molecule="ethane", bond="0-1", potentials=["morse"], reference="", points=20))
    session.explorer.start()
    settle(session)
    return session


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    texts: list[str] = []
    for module in (range_controls, state_writer):
        monkeypatch.setattr(module, "notify", lambda kind, text: texts.append(text))
    return texts


def settle(session: PageSession, name: str = "ethane") -> None:
    """Wait until a molecule of this name is shown and nothing is being done."""
    explorer, comparison = session.explorer, session.explorer.comparison

    def done() -> bool:
        shown = explorer.molecule is not None and explorer.molecule.name == name and comparison.scan is not None
        return shown and not explorer._loading and not comparison.busy

    end = time.monotonic() + 120
    while not done() and time.monotonic() < end:
        time.sleep(0.01)
    assert done()


def test_an_old_folder_of_bsct_spice_costs_no_page(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("BSCT_SPICE_DIR", "/no/such/folder")
    groups = PageSession(ExplorerState()).controls.molecule.molecule.groups
    assert "BSCT-SPICE" not in groups
    assert "BSCT-SPICE folder /no/such/folder does not exist." in caplog.text


def test_the_bond_list_of_a_chain_of_a_ring_and_of_rings_alone() -> None:
    chain = bond_list(load_molecule("ethane"), "0-1")
    assert chain["value"] == "0-1"
    assert chain["disabled_options"] == []
    ring = bond_list(load_molecule("benzene"), "0-1")  # in benzene 0-1 is a bond of the ring
    assert "0-1" in ring["disabled_options"]
    assert ring["value"] == "0-6"
    assert sum("in a ring" in text for text in ring["options"]) == 6
    alone = bond_list(load_molecule(RINGS, relax=False), "0-1")
    assert alone["value"] == ""
    assert len(alone["disabled_options"]) == 8


@pytest.mark.parametrize("others", [["benzene", "ethane"], ["benzene", "water"], [RINGS, "benzene"]])
def test_one_molecule_after_the_other(page: PageSession, others: list[str]) -> None:
    """From ethane's C0-C1 to a molecule whose 0-1 is in a ring: the list never holds what it must not."""
    for name in others:
        page.state.param.update(molecule=name, structure="", bond="")
        settle(page, "ethane" if name == RINGS else name)  # rings alone cannot be pulled: back to what was there
        molecule = page.explorer.molecule
        assert molecule is not None
        expected = bond_list(molecule, page.state.bond)
        assert page.controls.bond.options == expected["options"]
        assert page.controls.bond.value == expected["value"] == page.state.bond


def test_angles_and_torsions_of_one_molecule_after_the_other(page: PageSession) -> None:
    """Rings alone have no angle that can be driven, and what an open list held is gone with its molecule."""
    page.state.angle = "1-0-2"
    settle(page)
    page.state.param.update(molecule=RINGS, structure="", bond="")
    settle(page, "ethane")
    page.state.param.update(molecule="butane", structure="", bond="")
    settle(page, "butane")
    page.state.param.update(angle="", torsion="0-1-2-3")
    settle(page, "butane")
    shown = page.controls.coordinate.lists["torsion"]
    assert shown.value == "0-1-2-3"
    assert set(shown.disabled_options) <= set(shown.options.values())
    page.state.param.update(molecule="toluene", structure="", bond="")
    settle(page, "toluene")
    for widget in page.controls.coordinate.lists.values():
        assert set(widget.disabled_options) <= set(widget.options.values())
        assert widget.value not in widget.disabled_options


@pytest.mark.parametrize(
    ("widget", "field", "value", "words"),
    [
        ("range.points", "points", 5, "The number of points must be from 20 to 1000: 5 was not taken."),
        ("range.points", "points", 10_000, "The number of points must be from 20 to 1000: 10000 was not taken."),
        ("molecule.multiplicity", "multiplicity", 0, "The multiplicity must be 1 or more: 0 was not taken."),
        ("range.low", "low", 0.01, "The range's ends must be from 0.1 to 5: 0.01 was not taken."),
        ("range.high", "high", 20.0, "The range's ends must be from 0.2 to 10: 20 was not taken."),
        ("range.low", "low", 3.0, "The range must rise: 3 is not below 2."),
    ],
)
def test_an_impossible_value_is_said_and_the_old_one_stays(
    page: PageSession, said: list[str], widget: str, field: str, value: float, words: str
) -> None:
    field_widget = attrgetter(widget)(page.controls)
    field_widget.param["value"].bounds = None  # a browser hands over what was typed, whatever the widget's own ends
    before, old = getattr(page.state, field), field_widget.value
    field_widget.value = value
    assert said == [words]
    assert getattr(page.state, field) == before
    assert field_widget.value == old


def test_a_possible_value_is_taken_and_the_address_fills_the_widget(page: PageSession, said: list[str]) -> None:
    page.controls.range.points.value = 30
    assert page.state.points == 30
    page.state.points = 40
    assert page.controls.range.points.value == 40
    assert said == []


def test_what_ifs_of_the_address_are_offered_and_what_cannot_be_is_said() -> None:
    values, problems = from_query(
        "?mol=alanine&bond=0-1&models=morse,testbed-D@k=8,graph=hard-knn,testbed-D@k=-3,testbed-D"
    )
    assert not problems
    assert values["potentials"] == ["morse", "testbed-D@k=8,graph=hard-knn", "testbed-D@k=-3", "testbed-D"]
    session = PageSession(ExplorerState(**values))
    hard = "testbed-D@graph=hard-knn,k=8"
    assert session.state.potentials == ["morse", hard, "testbed-D"]
    assert session.explorer.comparison.potentials.infos[hard].display_name in session.controls.boxes.boxes[hard].label
    assert session.controls.boxes.boxes[hard].value
    assert "k = -3 is out of bounds" in session.problems[0]
    again, _ = from_query("?" + urlencode(to_query(session.state)))
    assert again["potentials"] == session.state.potentials


def test_a_file_that_an_address_names_is_not_opened(tmp_path) -> None:
    file = f"testbed:{tmp_path}/x.safetensors"
    session = PageSession(ExplorerState(potentials=[f"{file}@k=8", file, "morsel", "MORSE"]))
    assert session.state.potentials == ["morse"]
    assert ["left out" in problem for problem in session.problems] == [True, True, True]
    assert "Did you mean morse" in session.problems[2]
