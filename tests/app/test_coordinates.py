"""Angles and torsions on the page: from the state to a scan, what fits another molecule, and the sidebar's widgets."""

from __future__ import annotations

import time

import numpy as np
import pytest

from bsct_explorer.app.page import PageSession
from bsct_explorer.app.session.coordinate_choice import fitting, frame_nearest, kind_of, turned_deformation
from bsct_explorer.app.state import ExplorerState
from bsct_explorer.deformations import AngleBend, BondStretch, Torsion
from bsct_explorer.errors import DeformationError
from bsct_explorer.molecules import load_molecule

ETHANOL = load_molecule("ethanol")
TURN = "0-1-2-8"


def session(**chosen: object) -> PageSession:
    """A page outside of a browser, with a potential that is quick, after its first scan."""
    state = ExplorerState(**{"molecule": "ethanol", "potentials": ["morse"], "reference": "", "points": 20, **chosen})
    page = PageSession(state)
    page.explorer.start()
    settle(page)
    return page


def settle(page: PageSession) -> None:
    end = time.monotonic() + 120
    while (page.explorer.comparison.busy or page.explorer.comparison.scan is None) and time.monotonic() < end:
        time.sleep(0.01)
    assert not page.explorer.comparison.busy
    # Outside of a browser the worker's own thread shows what it found: wait until it has left the widgets.
    time.sleep(0.1)
    while page.controls.range._writer.silent and time.monotonic() < end:
        time.sleep(0.01)


def test_the_kind_is_what_the_state_names() -> None:
    assert kind_of(ExplorerState()) == "bond"
    assert kind_of(ExplorerState(angle="0-1-2")) == "angle"
    assert kind_of(ExplorerState(torsion=TURN)) == "torsion"
    assert turned_deformation(ExplorerState(angle="0-1-2", fixed="first")) == AngleBend(0, 1, 2, fixed="first")
    state = ExplorerState(torsion=TURN, turn_low=-90.0, turn_high=90.0)
    assert turned_deformation(state) == Torsion(0, 1, 2, 8, range=(-90, 90))
    with pytest.raises(DeformationError, match="3 atom indices"):
        turned_deformation(ExplorerState(angle="0-1"))


def test_what_fits_another_molecule() -> None:
    assert fitting(ExplorerState(bond="0-1"), ETHANOL) == ({}, "")
    assert fitting(ExplorerState(angle="0-1-2"), ETHANOL) == ({}, "")
    changes, note = fitting(ExplorerState(angle="0-1-2"), load_molecule("water"))
    assert changes == {"angle": "1-0-2", "turn_low": None, "turn_high": None}
    assert "not bonded" in note
    assert "H1–O0–H2 is shown" in note
    changes, note = fitting(ExplorerState(torsion=TURN), load_molecule("water"))
    assert changes["torsion"] == ""
    assert "no torsion" in note
    assert fitting(ExplorerState(angle="0-1-2", reference="dft"), ETHANOL)[0] == {"reference": "gfn2-xtb"}


def test_the_frame_to_open_at() -> None:
    turn = Torsion(0, 1, 2, 8).scan(ETHANOL, points=73)
    assert frame_nearest(turn, 359.0) in (0, 72)
    assert frame_nearest(turn, -90.0) == 54
    assert turn.own_value == pytest.approx(Torsion(0, 1, 2, 8).measure(ETHANOL.positions[None])[0])
    stretch = BondStretch(0, 1).scan(ETHANOL)
    assert stretch.own_value == pytest.approx(1.51, abs=0.03)
    assert frame_nearest(stretch, stretch.own_value) == int(np.argmin(np.abs(stretch.values - stretch.own_value)))


def test_an_address_opens_a_torsion() -> None:
    page = session(torsion=TURN)
    scan = page.explorer.comparison.scan
    assert scan is not None
    assert (scan.kind, scan.atoms, scan.unit) == ("torsion", (0, 1, 2, 8), "°")
    assert page.views.structure.viewer.bond == [0, 1, 2, 8]
    assert page.views.player.player.unit == "°"
    controls = page.controls
    assert controls.coordinate.kind.value == "torsion"
    assert controls.coordinate.lists["torsion"].value == TURN
    assert [controls.range.low.value, controls.range.high.value] == [0.0, 360.0]
    assert controls.range.low.label == "From °"
    assert not controls.bond.visible


def test_choosing_kind_atoms_and_range() -> None:
    page = session()
    controls, state = page.controls, page.explorer.state
    assert controls.range.low.label == "From ×"
    controls.coordinate.kind.value = "angle"
    settle(page)
    assert state.angle == "0-1-2"
    assert page.explorer.comparison.scan is not None
    assert page.explorer.comparison.scan.kind == "angle"
    controls.coordinate.lists["angle"].value = "1-2-8"
    settle(page)
    assert page.explorer.comparison.scan.atoms == (1, 2, 8)
    controls.range.high.value = 150.0
    settle(page)
    assert (state.turn_low, state.turn_high) == (60.0, 150.0)
    assert page.explorer.comparison.scan.values[-1] == 150.0
    assert state.low == 0.5
    controls.coordinate.by_hand.value = "8-2-1"
    settle(page)
    assert page.explorer.comparison.scan.atoms == (8, 2, 1)
    assert controls.coordinate.lists["angle"].value == "8-2-1"
    controls.coordinate.kind.value = "bond"
    settle(page)
    assert page.explorer.comparison.scan.kind == "bond"
    assert (state.angle, state.turn_low, controls.range.low.value, controls.bond.visible) == ("", None, 0.5, True)


def test_what_cannot_be_turned_changes_nothing() -> None:
    page = session(angle="0-1-2")
    controls, state = page.controls, page.explorer.state
    controls.coordinate.by_hand.value = "0-2-1"
    assert state.angle == "0-1-2"
    state.angle = "0-1-77"  # whoever sets it
    settle(page)
    assert state.angle == "0-1-2"
    assert page.explorer.comparison.scan is not None
    assert page.explorer.comparison.scan.atoms == (0, 1, 2)
    state.param.update(turn_low=100.0, turn_high=90.0)
    assert (state.turn_low, state.turn_high) == (None, None)


def test_another_molecule_keeps_the_kind() -> None:
    page = session(torsion=TURN)
    page.explorer.state.molecule = "butane"
    settle(page)
    end = time.monotonic() + 120
    while page.explorer.molecule.name != "butane" and time.monotonic() < end:
        time.sleep(0.01)
    settle(page)
    scan = page.explorer.comparison.scan
    assert scan is not None
    assert scan.kind == "torsion"
    assert len(scan.molecule) == 14


def test_a_click_on_a_bond_drives_the_bond() -> None:
    page = session(angle="0-1-2")
    page.explorer.pick([1, 2])
    settle(page)
    assert page.explorer.comparison.scan is not None
    assert (page.explorer.comparison.scan.kind, page.explorer.comparison.scan.atoms) == ("bond", (1, 2))
    assert page.controls.coordinate.kind.value == "bond"
