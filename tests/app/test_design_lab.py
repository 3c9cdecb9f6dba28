"""The design lab: what it shows for what a person chose, whose work is done, and the walk."""

from __future__ import annotations

import time

import numpy as np
import pytest

from bsct_explorer.app.lab.lab_looks import lab_look
from bsct_explorer.app.lab.walk import KEPT, PLACE, Walk, steps_with
from bsct_explorer.app.lab.walk import STEPS as STOPS
from bsct_explorer.app.page import PageSession
from bsct_explorer.app.session.lab_choices import (
    STEPS,
    Shown,
    attention_of,
    drawn_choices,
    graph_atom,
    idle,
    shown,
    steps_of,
    variants_among,
    with_switch,
)
from bsct_explorer.app.state import TABS, ExplorerState, from_query, to_query
from bsct_explorer.deformations import BondStretch
from bsct_explorer.molecules import load_molecule
from bsct_explorer.potentials import load_potential
from bsct_explorer.testbed.model_config import VARIANTS, ModelConfig
from bsct_explorer.testbed.trained_switches import read_switches, turned

D = VARIANTS["D"]


def test_a_what_if_leads_and_the_trained_variant_is_its_ghost():
    assert shown("testbed-D", D, "") == Shown("testbed-D")
    found = shown("testbed-D", D, "graph=hard-knn", "testbed-A")
    assert found == Shown("testbed-D@graph=hard-knn", "testbed-D", "testbed-A")
    assert found.names == ("testbed-D@graph=hard-knn", "testbed-D", "testbed-A")
    assert shown("testbed-D", D, "k=6,tau=2") == Shown("testbed-D")  # as trained
    assert shown("testbed-D", D, "", "testbed-D") == Shown("testbed-D")  # nobody stands beside himself
    with pytest.raises(ValueError, match="width"):
        shown("testbed-D", D, "width=3")


def test_turning_a_switch_back_leaves_nothing():
    text = with_switch(D, "", "graph", "hard-knn")
    assert text == "graph=hard-knn"
    assert with_switch(D, text, "graph", D.graph) == ""
    assert read_switches(with_switch(D, text, "k", 4)) == {"graph": "hard-knn", "k": 4}


def test_sliders_offer_the_trained_value_and_that_of_now_and_nothing_that_is_refused():
    own = ModelConfig(tau=1.3, cutoff=4.2)
    now = turned(own, {"tau": 0.7})
    assert {1.3, 0.7} <= set(steps_of("tau", own, now))
    for field in STEPS:
        values = steps_of(field, own, own)
        assert values == sorted(set(values))
        assert getattr(own, field) in values
        for value in values:
            turned(own, {field: int(value) if field == "k" else value})
    assert idle("k", turned(D, {"graph": "radius"}))
    assert idle("rank_scale", turned(D, {"graph": "hard-knn"}))
    assert not idle("tau", D)


def test_whose_edges_and_what_they_show():
    assert graph_atom("", (3, 5), 9) == 3
    assert graph_atom("7", (3, 5), 9) == 7
    assert graph_atom("12", (3, 5), 9) == 3  # another molecule's atom
    assert graph_atom("²", (3, 5), 9) == 3
    assert graph_atom("all", (3, 5), 9) is None
    for choice in drawn_choices(D).values():
        block, head = attention_of(choice)
        assert (block is None) == (choice == "envelope")
        assert head is None or 0 <= head < D.heads
    assert attention_of("attention-1-2") == (1, 2)
    assert attention_of("attention-1-mean") == (1, None)


def test_every_stop_of_the_walk_can_be_shown_and_leads_where_jumps_can_be():
    for stop in STOPS:
        trained = VARIANTS[stop.variant]
        turned(trained, read_switches(stop.switches))
        assert not stop.beside or stop.beside in VARIANTS
    molecule = load_molecule(PLACE["molecule"])
    assert len(molecule) >= D.k + 4
    assert molecule.bond(0, 1).scannable
    assert steps_with(["testbed-A", "testbed-D"]) == [s for s in STOPS if {s.variant, s.beside} <= {"A", "D", ""}]


def test_what_the_walk_says_of_the_forces_is_so():
    molecule = load_molecule(PLACE["molecule"])
    scan = BondStretch(0, 1).scan(molecule, 200)
    out, r = {}, scan.values
    for name in ("testbed-B", "testbed-C", "testbed-D", "testbed-D@k=8", "testbed-F", "testbed-G", "gfn2-xtb"):
        forces = load_potential(name, "cpu").evaluate(molecule.numbers, scan.positions).forces
        out[name] = (forces * scan.tangents).sum((1, 2))
    way = (r > 1.2) & (r < 2.2)
    bend = {name: np.median(np.abs(np.diff(g[way], 2))) for name, g in out.items()}
    assert bend["testbed-C"] > 0.8 * bend["testbed-B"]  # as rough as before
    assert bend["testbed-C"] > 10 * bend["testbed-D"]
    assert bend["testbed-D"] < 1.5 * bend["gfn2-xtb"]  # about as smooth
    fades = (r > 2.2) & (r < 2.35)
    pull = {name: -g[fades].min() for name, g in out.items()}
    assert pull["testbed-D"] > 3 * pull["gfn2-xtb"]
    assert pull["testbed-D@k=8"] < 1.3 * pull["gfn2-xtb"]
    assert pull["testbed-F"] < 0.5 * pull["testbed-D"]
    way = (r > 1.2) & (r < 2.7)
    error = {name: np.abs(g - out["gfn2-xtb"])[way].max() for name, g in out.items()}
    assert error["testbed-G"] < 0.6
    assert error["testbed-D"] > 9
    near = (r > 1.9) & (r < 2.1)
    assert -out["testbed-F"][near].min() > 1.5 * -out["gfn2-xtb"][near].min()


def test_the_end_of_the_walk_gives_back_what_was_there():
    state = ExplorerState(molecule="benzene", bond="0-6", variant="testbed-A", switches="tau=0.5", tab="lab")
    before = {name: getattr(state, name) for name in KEPT}
    walk = Walk(state, ["testbed-A", "testbed-B", "testbed-D"])
    walk.start()
    assert state.molecule == PLACE["molecule"]
    seen = []
    while walk.at is not None:
        seen.append((state.variant, state.switches, state.beside))
        walk.go(walk.at + 1)
    assert seen == [(s.settings["variant"], s.switches, s.settings["beside"]) for s in walk.steps]
    assert {name: getattr(state, name) for name in KEPT} == before
    walk.start()
    walk.go(-1)
    assert walk.at == 0


def test_the_address_brings_the_lab_back():
    state = ExplorerState(tab="lab", variant="testbed-A", switches="graph=diff-knn", beside="testbed-D")
    values, problems = from_query("&".join(f"{k}={v}" for k, v in to_query(state).items()))
    assert not problems
    assert {name: values[name] for name in ("tab", "variant", "beside")} == {
        "tab": "lab",
        "variant": "testbed-A",
        "beside": "testbed-D",
    }
    assert values["switches"] == "graph=diff-knn"


@pytest.fixture
def session():
    made = PageSession(ExplorerState(molecule="ethane", bond="0-1", potentials=["morse"], points=30, tab="lab"))
    yield made
    made.close()


def wait(condition, seconds=60.0):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    assert condition()


def test_only_the_tab_in_front_computes(session):
    session.explorer.start()
    lab = session.lab.comparison
    wait(lambda: "testbed-D" in lab.analyses and not lab.busy)
    assert session.explorer.comparison.asleep
    assert not session.explorer.comparison.evaluating.evaluations
    assert session.front is lab
    session.tabs.active = list(TABS).index("bond")
    wait(lambda: "morse" in session.explorer.comparison.analyses and not session.explorer.comparison.busy)
    assert lab.asleep
    session.state.molecule = "methane"
    wait(lambda: not session.explorer.comparison.busy and session.explorer.molecule.name == "methane")
    assert lab.scan.molecule.name == "ethane"  # it did not hear of it
    session.tabs.active = list(TABS).index("lab")
    wait(lambda: lab.scan.molecule.name == "methane" and "testbed-D" in lab.analyses and not lab.busy)


def test_a_what_if_opens_jumps_beside_its_ghost_and_another_takes_them_away(session):
    session.state.points = 100
    session.explorer.start()
    session.state.molecule = "alanine"
    lab = session.lab.comparison
    wait(lambda: lab.scan is not None and lab.scan.molecule.name == "alanine" and "testbed-D" in lab.analyses)

    def jumps(name):
        found = lab.analyses[name].artifacts
        return [a for a in found if a.kind == "energy-step" and a.certified]

    session.state.switches = "graph=hard-knn"
    name = "testbed-D@graph=hard-knn"
    wait(lambda: name in lab.analyses and jumps(name) and not lab.busy)
    assert not jumps("testbed-D")
    ghost, lead = (lab_look(session.lab.session, n) for n in ("testbed-D", name))
    assert ghost.ghost
    assert not lead.ghost
    assert lead.colour(False) == ghost.colour(False)
    wait(lambda: session.lab.graph.lead.neighbours is not None)
    assert session.lab.graph.lead.neighbours.config.graph == "hard-knn"
    session.state.switches = "graph=hard-knn,k=16"  # more than there are: none is selected
    name = "testbed-D@graph=hard-knn,k=16"
    wait(lambda: name in lab.analyses and lab.analyses[name].refined_frames and not lab.busy)
    assert not jumps(name)


def test_what_an_address_cannot_mean_becomes_the_trained_setting():
    session = PageSession(ExplorerState(molecule="ethane", bond="0-1", tab="lab", variant="testbed-Q", switches="k=x"))
    assert (session.state.variant, session.state.switches) == ("testbed-D", "")
    session.close()


def test_variants_are_told_from_other_potentials():
    assert variants_among(["ani1x", "testbed-D", "testbed-D@k=3", "testbed:mine"]) == ["testbed-D", "testbed:mine"]


def test_new_frames_of_the_same_bond_get_their_own_graph(session):
    session.explorer.start()
    lab = session.lab
    wait(lambda: lab.graph.lead.neighbours is not None)
    session.state.points = 40
    wait(lambda: lab.graph.lead.neighbours is not None and len(lab.graph.lead.neighbours.distances) == 40)
    wait(lambda: len(lab.views.structure.viewer.graph.get("nearest", b"")) == 40 * 8 * 2 * 2)
    session.state.neighbours_of = "none"
    assert lab.views.structure.viewer.graph == {}


def test_a_variant_beside_another_has_a_structure_of_its_own(session):
    session.state.param.update(beside="testbed-H", colour="force")
    session.explorer.start()
    lab = session.lab
    wait(lambda: {"testbed-D", "testbed-H"} <= set(lab.comparison.analyses) and not lab.comparison.busy)
    first, second = lab.views.structure.viewer, lab.second.viewer
    wait(lambda: first.graph and second.graph)
    assert (first.title, second.title) == ("Testbed D", "Testbed H")
    assert first.twin == second.twin != ""
    assert lab.graph.lead.neighbours.config.graph == "diff-knn"
    assert lab.graph.beside.neighbours.config.graph == "hard-knn"
    for viewer, name in ((first, "testbed-D"), (second, "testbed-H")):
        forces = np.frombuffer(viewer.forces, "<f4")
        assert forces == pytest.approx(lab.comparison.analyses[name].profile.forces.ravel(), abs=1e-4)
    assert first.color_maximum == second.color_maximum
    assert "each variant" in lab.views.structure.legend.object
    session.state.points = 40
    wait(lambda: second.scene["n_frames"] == 40 and second.graph and not lab.comparison.busy)
    session.state.beside = ""
    assert not lab.second.box.visible
    assert (first.title, first.twin) == ("", "")
    before = second.scene
    session.state.points = 50
    wait(lambda: first.scene["n_frames"] == 50)
    assert second.scene is before  # nobody sees it
    session.state.beside = "testbed-A"
    assert second.scene["n_frames"] == 50
    assert second.graph == {}  # H's neighbours are not A's
    wait(lambda: second.graph)
    assert second.title == "Testbed A"


def test_neighbours_of_a_scan_that_is_gone_are_not_drawn(session):
    session.explorer.start()
    lab = session.lab
    wait(lambda: lab.graph.lead.neighbours is not None and not lab.comparison.busy)
    found = lab.graph.lead.neighbours
    lab.comparison.sleep()  # nothing of the next scan is computed
    lab.comparison.show(BondStretch(0, 1).scan(load_molecule("ethane"), 50))
    lab.graph.lead.take(found)
    assert lab.views.structure.viewer.graph == {}


def test_asleep_it_judges_nothing(session):
    session.explorer.start()
    lab = session.lab.comparison
    wait(lambda: "testbed-D" in lab.analyses and not lab.busy)
    session.tabs.active = list(TABS).index("bond")
    said = []
    lab.on_activity.listen(said.append)
    session.state.thresholds = "step:0.002"
    assert not lab.busy
    assert not said


def test_the_frame_is_the_pages(session):
    session.state.frame = 7
    session.explorer.comparison.frame_wanted = 7
    session.explorer.start()
    lab = session.lab.comparison
    wait(lambda: "testbed-D" in lab.analyses and not lab.busy)
    assert session.lab.views.player.player.frame == 7
    session.lab.views.player.player.frame = 12
    assert session.state.frame == 12
    session.tabs.active = list(TABS).index("bond")
    assert session.views.player.player.frame == 12


def test_many_turns_of_a_switch_leave_nothing_behind(session):
    session.explorer.start()
    lab = session.lab.comparison
    wait(lambda: "testbed-D" in lab.analyses and not lab.busy)
    sizes, energy = [], session.lab.views.curves.plots.figures["energy"]
    for tau in (0.5, 1.0, 4.0, 8.0):
        session.state.switches = f"tau={tau}"
        wait(lambda tau=tau: f"testbed-D@tau={tau:g}" in lab.analyses and not lab.busy)
        sizes.append((len(lab.potentials.infos), len(lab._analysed), len(energy.renderers)))
    assert len(set(sizes)) == 1, sizes
    drawn = {r.name for r in energy.renderers if r.visible and r.name}
    assert {"testbed-D", "testbed-D@tau=8"} <= drawn
    assert "testbed-D@tau=0.5" not in {r.name for r in energy.renderers}


def test_a_model_that_cannot_be_read_is_left_out(monkeypatch):
    monkeypatch.setenv("BSCT_MODELS", "testbed:/nowhere/mine.safetensors")
    session = PageSession(ExplorerState(molecule="ethane", bond="0-1", tab="lab"))
    assert "testbed:mine" not in session.lab.configs
    assert "testbed-D" in session.lab.configs
    session.close()


def test_one_unknown_thing_in_the_address_costs_no_other():
    chosen = {"variant": "testbed-A", "switches": "k=4", "beside": "testbed-Q"}
    session = PageSession(ExplorerState(molecule="ethane", bond="0-1", tab="lab", **chosen))
    assert (session.state.variant, session.state.switches, session.state.beside) == ("testbed-A", "k=4", "")
    session.close()
