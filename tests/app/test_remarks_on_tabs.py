"""Map and all bonds say the remarks that JSON says of the same result; doubts are in sight."""

from __future__ import annotations

import time
from html import unescape

from bsct_explorer.app.page import PageSession
from bsct_explorer.app.state import ExplorerState
from bsct_explorer.app.views.remarks_block import remarks_block
from bsct_explorer.remarks.of_curves import CURVE_NOTE
from bsct_explorer.remarks.of_potentials import CHARGE_IGNORED
from bsct_explorer.study import Said, remarks_of_all, remarks_of_map
from bsct_explorer.words.units import EV, energy_unit


def charged() -> PageSession:
    page = PageSession(ExplorerState(molecule="water", charge=1, potentials=["morse"], reference="", points=20))
    page.explorer.start()
    return page


def waited(tab: object) -> None:
    end = time.monotonic() + 120
    while tab.stop.visible and time.monotonic() < end:  # type: ignore[attr-defined]
        time.sleep(0.01)
    assert not tab.stop.visible  # type: ignore[attr-defined]


def test_a_map_says_its_remarks() -> None:
    tab = charged().map
    tab.points.value = 9
    tab.start()
    waited(tab)
    assert tab.surface is not None
    said = remarks_of_map(tab.surface)
    assert any(each.remark.kind == CHARGE_IGNORED for each in said)
    assert all(str(each.remark) in unescape(tab.remarks.object) for each in said)


def test_all_bonds_say_theirs_once_and_another_molecule_takes_them_away() -> None:
    tab = charged().all_bonds
    tab.start()
    waited(tab)
    assert tab.survey is not None
    said = remarks_of_all(tab.survey.studies)
    assert len(tab.survey.studies) == 2
    assert unescape(tab.remarks.object).count("charge +1 was ignored") == 1
    assert all(str(each.remark) in unescape(tab.remarks.object) for each in said)
    tab._forget()
    assert tab.remarks.object == ""


def test_doubts_are_in_sight_and_nothing_is_html() -> None:
    doubt = Said("a", "<b>A", CHARGE_IGNORED.say("The charge <i>was</i> ignored; 1.0 eV."))
    other = Said("a", "A", CURVE_NOTE.say("By the way."))
    block = remarks_block([other, doubt], energy_unit("kcal/mol"))
    assert block.index("⚠") < block.index("<details>") < block.index("By the way")
    assert "<i>" not in block
    assert "kcal/mol" in block
    assert remarks_block([], EV) == ""
