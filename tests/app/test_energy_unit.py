"""The switch of the unit: everything on the page follows at once, nothing is computed, no place is lost."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import panel as pn
import pytest
from desk import Session

from bsct_explorer.app.downloads import file_content
from bsct_explorer.app.lab.walk import Walk
from bsct_explorer.app.page import PageSession
from bsct_explorer.app.state import ExplorerState, from_query, to_query
from bsct_explorer.app.views.comparison_views import ComparisonViews
from bsct_explorer.export.formats import FORMATS
from bsct_explorer.metrics import METRICS
from bsct_explorer.plots.looks import look_of
from bsct_explorer.potentials.families.transformer import name_of_variant
from bsct_explorer.words.units import ENERGY_UNIT_NAMES, energy_unit, factor_of, unit_in

OTHERS = ENERGY_UNIT_NAMES[1:]
FSD = "ε = 1 eV/Å"


def texts_of(item: Any) -> Iterator[str]:
    """Everything that a person could read in what goes to the browser."""
    if isinstance(item, str):
        yield item
    elif isinstance(item, dict | list | tuple):
        for part in item.values() if isinstance(item, dict) else item:
            yield from texts_of(part)


def shown_texts(views: ComparisonViews) -> list[str]:
    """What stands on the page: list, metrics, slider, structure and figures."""
    listed, metrics, player = views.findings.findings, views.metrics.metrics, views.player.player
    texts = [*texts_of(listed.items), *texts_of(listed.heads), listed.message, listed.tally, *texts_of(metrics.columns)]
    texts += [*texts_of(metrics.rows), metrics.note, *texts_of(metrics.notes)]
    texts += [player.energy_unit, player.energy_note, *texts_of(player.stops)]
    texts += [views.structure.legend.object, views.structure.viewer.energy_unit["name"]]
    for plot in views.curves.plots.plots.values():
        texts += [plot.figure.yaxis.axis_label, plot.figure.title.text]
        texts += [tip.tooltips for tip in plot._tips.values() if isinstance(tip.tooltips, str)]
    texts += views.curves.plots._data.symbols.data["text"]
    return texts


@pytest.fixture(scope="module")
def session() -> Session:
    """ANI-1x in ethane beside GFN2-xTB's place taken by Morse: there are findings, noise and causes."""
    made = Session(
        potentials=["ani1x"], reference="morse", high=2.5, points=100, energy_unit="eV", arrows="ani1x", colour="force"
    )
    made.views = ComparisonViews(made.comparison, lambda name: look_of(name), made.explorer.pick)
    made.open()
    made.desk.until(lambda: not made.comparison.busy)
    assert [item for item in made.views.findings.findings.items if not item["folded"]]
    return made


@pytest.mark.parametrize("name", OTHERS)
def test_no_ev_is_left_on_the_page_but_epsilon_of_fsd(session: Session, name: str) -> None:
    session.state.energy_unit = "eV"
    assert any("eV" in text for text in shown_texts(session.views))
    session.state.energy_unit = name
    left = [text for text in shown_texts(session.views) if "eV" in text.replace(FSD, "")]
    assert left == []
    assert FSD in session.views.metrics.metrics.note


@pytest.mark.parametrize("name", OTHERS)
def test_numbers_are_those_in_ev_times_the_factor(session: Session, name: str) -> None:
    player, metrics, listed = (
        session.views.player.player,
        session.views.metrics.metrics,
        session.views.findings.findings,
    )
    per_ev = energy_unit(name).per_ev
    session.state.energy_unit = "eV"
    before = [dict(row) for row in player.rows]
    sizes = [item["size"] for item in listed.items]
    cells = [dict(row["cells"]) for row in metrics.rows]
    session.state.energy_unit = name
    for old, new in zip(before, player.rows, strict=True):
        for key in ("energies", "forces"):
            np.testing.assert_allclose(np.array(new[key], float), per_ev * np.array(old[key], float), rtol=1e-12)
    for old, item in zip(sizes, listed.items, strict=True):
        (one, unit), (other, shown) = (text.replace("−", "-").split(" ") for text in (old, item["size"]))
        assert float(other) == pytest.approx(per_ev * float(one), rel=1e-2)
        assert shown == unit_in(unit, energy_unit(name))
    for old_cells, row in zip(cells, metrics.rows, strict=True):
        for key, cell in row["cells"].items():
            assert cell["value"] == old_cells[key]["value"], "sorted by the same numbers"
            if cell["value"] is not None and "×" not in cell["text"]:
                factor = factor_of(METRICS[key].unit, energy_unit(name))
                assert float(cell["text"].replace("−", "-")) == pytest.approx(factor * cell["value"], rel=6e-3)


def test_a_sentence_says_the_number_that_stands_beside_it(session: Session) -> None:
    session.state.energy_unit = "kcal/mol"
    checked = 0
    for item in session.views.findings.findings.items:
        size = float(item["size"].split(" ")[0].replace("−", ""))
        for said in re.findall(r"([\d.]+) kcal/mol", item["sentence"]):
            assert float(said) == pytest.approx(size, rel=6e-2)
            checked += 1
    assert checked


def test_nothing_is_computed_and_no_place_is_lost(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    session.state.energy_unit = "eV"
    views, listed = session.views, session.views.findings.findings
    item = next(item for item in listed.items if not item["folded"])
    listed.selected = item["key"]
    listed.clicks += 1
    energy = views.curves.plots.figures["energy"]
    energy.x_range.update(start=1.2, end=1.7)
    kept = (session.state.frame, listed.selected, views.player.player.stop, views.structure.viewer.lit)
    analyses, curves = dict(session.comparison.analyses), listed.curves
    asked = session.hold(monkeypatch)
    told = len(session.told)
    session.state.energy_unit = "kJ/mol"
    session.desk.work()
    assert asked == []
    assert len(session.told) == told
    assert (session.state.frame, listed.selected, views.player.player.stop, views.structure.viewer.lit) == kept
    assert (energy.x_range.start, energy.x_range.end) == (1.2, 1.7)
    assert listed.curves is curves, "points stay in eV, and are not sent again"
    assert all(session.comparison.analyses[name] is analysis for name, analysis in analyses.items())


def test_files_stay_in_ev_and_the_report_does_not(session: Session) -> None:
    session.state.energy_unit = "eV"
    files = [
        file_content(FORMATS["csv"], session.comparison).decode(),
        file_content(FORMATS["json"], session.comparison).decode(),
    ]
    session.state.energy_unit = "kcal/mol"
    assert files[0] == file_content(FORMATS["csv"], session.comparison).decode()
    date = re.compile(r'"date": "[^"]*"')
    assert date.sub("", files[1]) == date.sub("", file_content(FORMATS["json"], session.comparison).decode())
    assert "Energy / kcal/mol" in file_content(FORMATS["html"], session.comparison).decode()


def test_the_address_carries_it_and_tells_an_unknown_one() -> None:
    assert to_query(ExplorerState(energy_unit="kcal/mol"))["unit"] == "kcal/mol"
    assert "unit" not in to_query(ExplorerState())
    assert from_query("?unit=kJ%2Fmol") == ({"energy_unit": "kJ/mol"}, [])
    values, problems = from_query("?unit=Ry")
    assert values == {}
    assert problems == [
        "unit=Ry in the address was left out: 'Ry' is no unit of energy. There are: eV, kJ/mol, kcal/mol."
    ]


@pytest.fixture(scope="module")
def opened() -> PageSession:
    chosen = {"molecule": "water", "potentials": ["morse"], "reference": "lennard-jones", "energy_unit": "kcal/mol"}
    made = PageSession(ExplorerState(**chosen))
    made.explorer.start()
    wait(lambda: bool(made.explorer.comparison.analyses) and not made.explorer.comparison.busy)
    return made


def wait(done: Any) -> None:
    end = time.monotonic() + 120
    while not done() and time.monotonic() < end:
        time.sleep(0.01)
    assert done()


def test_the_far_field(opened: PageSession) -> None:
    panel, per_ev = opened.far_field, energy_unit("kcal/mol").per_ev
    panel.start()
    wait(lambda: not panel.stop.visible)
    far = panel.found["morse"]
    np.testing.assert_allclose(panel._sources["morse"].data["force"], per_ev * far.forces)
    labels = [plot.yaxis.axis_label for plot in (panel.force, panel.energy)]
    assert labels == ["Force / kcal/mol/Å", "Energy / kcal/mol"]
    tips = [hover.tooltips for tips in panel._tips.values() for hover in tips.values()]
    assert [text for text in (panel.words.object, *tips) if "eV" in text] == []
    top = panel.force.y_range.end
    opened.state.energy_unit = "eV"
    np.testing.assert_array_equal(panel._sources["morse"].data["force"], far.forces)
    assert top == pytest.approx(per_ev * panel.force.y_range.end)
    assert all("eV" in text for text in [hover.tooltips for hover in panel._tips["morse"].values()])
    opened.state.energy_unit = "kcal/mol"


def test_the_map(opened: PageSession) -> None:
    tab = opened.map
    tab.points.value = 9
    tab.start()
    wait(lambda: tab.surface is not None and not tab.stop.visible)
    tab.read(3, 4)
    read = html.unescape(tab.values.object)
    assert "kcal/mol" in read
    assert "eV" not in read
    assert tab.plot.bar.title == "Energy / kcal/mol"
    highest = tab.plot.mapper.high
    opened.state.energy_unit = "eV"
    assert tab.plot.bar.title == "Energy / eV"
    assert highest == pytest.approx(energy_unit("kcal/mol").per_ev * tab.plot.mapper.high)
    assert "eV" in tab.values.object, "the frame that was read is told anew"
    opened.state.energy_unit = "kcal/mol"


def test_the_cards_of_all_bonds(opened: PageSession) -> None:
    tab = opened.all_bonds
    tab.start()
    wait(lambda: tab.survey is not None and not tab.stop.visible)

    def labels() -> set[str]:
        figures = [pane.object for card in tab._cards.values() for pane in card if isinstance(pane, pn.pane.Bokeh)]
        return {figure.yaxis.axis_label for figure in figures}

    assert labels() == {"Energy / kcal/mol"}
    opened.state.energy_unit = "eV"
    assert labels() == {"Energy / eV"}


@pytest.mark.parametrize("reference", ["dft", "file"])
def test_all_bonds_do_not_go_without_a_reference_that_was_chosen(
    opened: PageSession, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr("bsct_explorer.app.tabs.all_bonds.notify", lambda kind, words: said.append(f"{kind}: {words}"))
    before = opened.all_bonds.explorer.state.reference
    opened.all_bonds.explorer.state.reference = reference
    opened.all_bonds.start()
    opened.all_bonds.explorer.state.reference = before
    assert not opened.all_bonds.stop.visible
    assert len(said) == 1
    assert said[0].startswith("error: The reference is")
    assert "belongs to one scan" in said[0]


def test_the_guided_walk_is_told_in_the_unit() -> None:
    state = ExplorerState(energy_unit="kJ/mol")
    walk = Walk(state, [name_of_variant(letter) for letter in "ABCDEFG"])
    walk.go(next(k for k, step in enumerate(walk.steps) if "eV" in step.text))
    assert "58 kJ/mol/Å" in walk.words.object
    assert "eV" not in walk.words.object
    state.energy_unit = "eV"
    assert "0.6 eV/Å" in walk.words.object
