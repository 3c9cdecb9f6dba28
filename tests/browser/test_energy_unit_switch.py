"""The switch of the energy unit in a real browser: axes, findings, metrics, slider and close-up follow, in place."""

from __future__ import annotations

import re
from typing import Any

import pytest
from looking import at_rest, screenshot, until, wait_for_scene
from playwright.sync_api import expect

from bsct_explorer.words.units import energy_unit

ETHANE = "?mol=ethane&bond=0-1&hi=2.5&models=ani1x,so3lr&ref=gfn2-xtb&frame=81"
KCAL = energy_unit("kcal/mol").per_ev
MODELS = "[...(globalThis.Bokeh?.documents?.[0]?._all_models.values() ?? [])]"
AXES = f"() => {MODELS}.filter((m) => m.type === 'LinearAxis' && m.visible).map((m) => m.axis_label)"


def number(text: str) -> float:
    """The first number of a text."""
    return float(re.search(r"−?\d+(\.\d+)?", text)[0].replace("−", "-"))  # type: ignore[index]


def at_frame(page: Any) -> list[float]:
    """Energy and force of the first potential in the slider's table."""
    return [number(text) for text in page.locator("tbody tr").first.locator("td").all_inner_texts()[1:3]]


def metric(page: Any, label: str) -> tuple[float, str]:
    """A metric of the first potential, and its column's unit."""
    heads = page.locator("thead tr:last-child th")
    column = next(k for k in range(heads.count()) if label in heads.nth(k).inner_text())
    table = page.locator("table", has=page.locator("thead tr.group"))
    cell = table.locator("tbody tr").first.locator("th, td").nth(column)
    return number(cell.inner_text()), heads.nth(column).locator("small").inner_text()


def choose_unit(page: Any, name: str) -> None:
    page.get_by_role("button", name="Display").click()
    page.get_by_label("Energies in", exact=True).first.click()
    page.get_by_role("menuitem", name=name, exact=True).first.click()


def open_worst(page: Any) -> Any:
    row = page.locator("button.row").first
    expect(row).to_be_attached()
    row.click()
    expect(page.locator(".plot").first).to_be_visible()
    return row


def test_everything_follows_the_switch_and_stays_in_its_place(guarded: Any, app_url: str) -> None:
    guarded.goto(app_url + ETHANE)
    wait_for_scene(guarded, 8)
    row = open_worst(guarded)
    expect(guarded.locator(".state.checking")).to_have_count(0)
    frame = guarded.locator("input[data-frames]").input_value()
    size, energies = number(row.locator(".size").inner_text()), at_frame(guarded)
    mae, unit = metric(guarded, "Energy MAE")
    assert unit == "eV"
    choose_unit(guarded, "kcal/mol")
    guarded.wait_for_function(f"() => ({AXES})().includes('Energy / kcal/mol')")
    labels = guarded.evaluate(AXES)
    assert "Force / kcal/mol/Å" in labels
    assert not [label for label in labels if label and "eV" in label]
    expect(row).to_have_attribute("aria-expanded", "true")
    expect(row.locator(".size")).to_contain_text("kcal/mol")
    assert number(row.locator(".size").inner_text()) == pytest.approx(KCAL * size, rel=1e-2)
    expect(row.locator(".sentence")).to_contain_text(re.compile(r"[\d.]+ kcal/mol"))
    expect(row.locator(".sentence")).not_to_contain_text("eV")
    expect(guarded.locator(".plot .label").last).to_contain_text(re.compile(r"/ k?cal/mol"))
    expect(guarded.get_by_text("energy / kcal/mol", exact=True)).to_be_visible()
    until(guarded, lambda: at_frame(guarded) == pytest.approx([KCAL * value for value in energies], abs=0.02))
    until(guarded, lambda: metric(guarded, "Energy MAE") == (pytest.approx(KCAL * mae, rel=1e-2), "kcal/mol"))
    assert guarded.locator("input[data-frames]").input_value() == frame
    guarded.wait_for_function("() => location.search.includes('unit=kcal/mol')")
    sizes = guarded.locator(".size").evaluate_all("(all) => all.every((one) => one.scrollWidth <= one.clientWidth)")
    assert sizes, "the longest unit has room in its column"
    screenshot(guarded, "unit-wide", full_page=True)


def test_narrow_in_the_longest_unit(guarded: Any, app_url: str) -> None:
    guarded.set_viewport_size({"width": 390, "height": 844})
    guarded.goto(f"{app_url}{ETHANE}&unit=kcal/mol")
    wait_for_scene(guarded, 8)
    # The controls are put away: the structure is what a phone shows first.
    expect(guarded.get_by_role("combobox", name="Molecule")).to_be_hidden()
    at_rest(guarded, open_worst(guarded).bounding_box)
    assert guarded.evaluate("() => document.documentElement.scrollWidth") <= 390
    box = guarded.locator(".plot").first.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    screenshot(guarded, "unit-narrow", full_page=True)


@pytest.mark.slow
def test_an_unknown_unit_in_the_address_is_said(guarded: Any, app_url: str) -> None:
    guarded.goto(f"{app_url}?mol=water&bond=0-1&models=morse&ref=&unit=Ry")
    expect(guarded.get_by_text("'Ry' is no unit of energy. There are: eV, kJ/mol, kcal/mol.")).to_be_visible()
    guarded.wait_for_function(f"() => ({AXES})().includes('Energy / eV')")
