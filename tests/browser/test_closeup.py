"""Findings in a real browser: verdicts as they come, the close-up, what is lit, filters, thresholds."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from looking import SCENE, at_rest, coordinates, pixels, screenshot, until, wait_for_scene
from playwright.sync_api import expect

WATER = "?mol=water&bond=0-1&models=hard-cutoff,morse&ref="
FILTERS = {
    "Show findings of kind": "all kinds",
    "Show findings by certainty": "any certainty",
    "Show findings of severity": "any severity",
}
LIT = f"() => {{ const s = {SCENE}; return [s.buffers.litAtoms, s.buffers.litPairs].map((b) => b.visible) }}"


@pytest.fixture
def water(kept_page: Callable[..., Any], planted_url: str) -> Any:
    def ready(page: Any) -> None:
        wait_for_scene(page, 3)
        wait_until_checked(page)

    def restore(page: Any) -> None:
        for label, everything in FILTERS.items():
            page.get_by_label(label).select_option(everything)
        opened = page.locator("button.row[aria-expanded=true]")
        while opened.count():
            opened.first.click()
        expect(opened).to_have_count(0)
        page.mouse.wheel(0, -9000)
        expect(page.locator(".bsct-viewer").first).to_be_in_viewport(ratio=0.9)
        page.mouse.move(0, 0)

    return kept_page(planted_url + WATER, ready, restore)


def wait_until_checked(page: Any, timeout: float = 120_000) -> None:
    expect(page.locator("button.row").first).to_be_attached(timeout=timeout)
    expect(page.locator(".state.checking")).to_have_count(0, timeout=timeout)


def row(page: Any, text: str) -> Any:
    return page.locator("button.row", has_text=re.compile(text)).first


def window(page: Any) -> float:
    """Width of the close-up's window, Å."""
    value, unit = page.locator(".window").inner_text().split()[:2]
    return float(value) * {"Å": 1.0, "mÅ": 1e-3, "µÅ": 1e-6, "nÅ": 1e-9}[unit]


def test_a_planted_step_is_certified_in_its_place(water: Any) -> None:
    expect(row(water, "energy step")).to_contain_text("✓ certified")
    expect(row(water, "energy step")).to_contain_text(re.compile(r"1\.71606\d Å"))
    # Nothing is refuted on this curve that is no finding either: Morse has none.
    expect(water.locator("ul:not(.attic) > li[data-key]", has_text="Morse")).to_have_count(0)


def test_the_close_up_opens_zooms_and_closes(water: Any) -> None:
    row(water, "energy step").click()
    plot = water.locator(".plot")
    expect(plot).to_be_visible()
    expect(water.get_by_text("However far you zoom in, the jump stays 0.332 eV tall")).to_be_visible()
    expect(row(water, "energy step")).to_have_attribute("aria-expanded", "true")
    before = at_rest(water, lambda: window(water))
    plot.hover()
    for _ in range(5):
        water.mouse.wheel(0, -240)
        water.wait_for_timeout(40)
    until(water, lambda: window(water) < before / 20)
    by_wheel = at_rest(water, lambda: window(water))
    water.get_by_role("button", name="Zoom in").click()
    until(water, lambda: window(water) == pytest.approx(by_wheel / 10**0.5, rel=0.15))
    at_rest(water, lambda: window(water))
    plot.focus()
    water.keyboard.press("-")
    until(water, lambda: window(water) == pytest.approx(by_wheel, rel=0.15))
    at_rest(water, lambda: window(water))
    slider = water.get_by_label(re.compile("Width of the window"))
    slider.fill("1")
    until(water, lambda: window(water) < 3e-6)
    expect(water.locator(".plot .sized")).to_have_text("0.332 eV")
    expect(water.locator(".plot")).to_have_attribute("aria-label", re.compile("µÅ wide"))
    water.get_by_role("button", name="Force", exact=True).click()
    expect(water.locator(".plot .label").last).to_contain_text("Force")
    screenshot(water, "closeup-wide")
    row(water, "energy step").focus()
    water.keyboard.press("Escape")
    expect(plot).to_have_count(0)
    expect(row(water, "energy step")).to_have_attribute("aria-expanded", "false")


def test_the_pair_behind_a_finding_is_lit_and_goes_dark_again(water: Any) -> None:
    water.wait_for_function(f"() => ({LIT})().every((lit) => !lit)")
    dark = pixels(water)
    row(water, "energy step").click()
    expect(water.get_by_text("A pair crosses the cutoff")).to_be_visible()
    expect(water.get_by_text(re.compile("^Lit: H1–H2, the pair"))).to_be_attached()
    water.wait_for_function(f"() => ({LIT})().every((lit) => lit)")
    pink = lambda image: ((image[..., 0] > 150) & (image[..., 1] < 90) & (image[..., 2] > 110)).sum()  # noqa: E731
    assert pink(dark) == 0
    until(water, lambda: pink(pixels(water)) > 100)
    row(water, "energy step").click()
    water.wait_for_function(f"() => ({LIT})().every((lit) => !lit)")
    expect(water.get_by_text(re.compile("^Lit:"))).to_have_count(0)


def test_what_is_clicked_stays_under_the_pointer_though_a_row_above_it_closes(water: Any) -> None:
    first, second = water.locator("button.row").nth(0), water.locator("button.row").nth(1)
    first.click()
    expect(first).to_have_attribute("aria-expanded", "true")
    at_rest(water, second.bounding_box)
    second.evaluate("(node) => node.scrollIntoView({block: 'center'})")
    box = at_rest(water, second.bounding_box)
    # Heard behind the row's own listener: where the row stands as soon as the other one is closed.
    second.evaluate(
        "(node) => node.addEventListener('click', () => { node.after_click = node.getBoundingClientRect().y })"
    )
    water.mouse.move(box["x"] + 200, box["y"] + 10)
    water.mouse.down()
    water.mouse.up()
    expect(second).to_have_attribute("aria-expanded", "true")
    assert second.evaluate("(node) => node.after_click") == pytest.approx(box["y"], abs=2), "it leaps nowhere"
    expect(first).to_have_attribute("aria-expanded", "false")
    expect(second).to_be_in_viewport()  # however far it glides to show its close-up


def test_what_is_lit_stays_in_sight_beside_its_close_up(water: Any) -> None:
    """On a small screen the structure is scrolled away: it follows as a small picture, and goes back to its place."""
    inset = water.locator(".bsct-inset")
    expect(inset).to_have_count(0)
    row(water, "energy step").click()
    expect(water.locator(".plot")).to_be_visible()
    at_rest(water, row(water, "energy step").bounding_box)
    water.mouse.wheel(0, 600)
    expect(inset).to_have_count(1)
    box = inset.bounding_box()
    assert box["y"] >= 52
    assert box["x"] + box["width"] <= 1280
    assert coordinates(water).shape == (3, 3)
    water.wait_for_timeout(500)
    screenshot(water, "closeup-inset")
    water.get_by_role("button", name="Put the small picture away").click()
    expect(inset).to_have_count(0)
    water.mouse.wheel(0, -3000)
    expect(water.locator(".bsct-viewer").first).to_be_in_viewport(ratio=0.9)
    water.evaluate("() => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)))")
    water.mouse.wheel(0, 3000)
    expect(inset).to_have_count(1)  # seen again meanwhile, so it follows again
    row(water, "energy step").focus()
    water.keyboard.press("Escape")
    expect(inset).to_have_count(0)


def test_filters(water: Any) -> None:
    rows = water.locator("ul:not(.attic) > li[data-key]")
    everything = rows.count()
    assert everything >= 2
    water.get_by_label("Show findings of kind").select_option("force kink")
    expect(rows).to_have_count(1)
    water.get_by_label("Show findings of kind").select_option("all kinds")
    water.get_by_label("Show findings by certainty").select_option("candidates")
    expect(rows).to_have_count(0)
    expect(water.get_by_text("No finding passes the filters.")).to_be_visible()
    water.get_by_label("Show findings by certainty").select_option("certified")
    expect(rows).to_have_count(everything)
    water.get_by_label("Show findings of severity").select_option("severe")
    expect(rows).to_have_count(1)


def test_thresholds_judge_the_same_curves_anew(water: Any) -> None:
    water.get_by_role("button", name="Thresholds").click()
    step = water.get_by_label("Energy step in eV")
    kink = water.get_by_label("Force kink in eV/Å")
    expect(step).to_have_value("0.005")
    step.fill("0.5")
    step.press("Enter")
    water.wait_for_url(re.compile("thr=step:0.5"))
    kink.fill("5")
    kink.press("Enter")
    water.wait_for_url(re.compile("thr=step:0.5,kink:5"))
    expect(water.get_by_text(re.compile("Nothing found on this grid"))).to_be_visible()
    step.fill("-1")
    step.press("Enter")
    expect(water.get_by_text(re.compile("is negative, so everything would count")).first).to_be_visible()
    expect(step).to_have_value("0.5")
    water.get_by_role("button", name="Usual thresholds").click()
    expect(row(water, "energy step")).to_be_attached()
    wait_until_checked(water)
    expect(step).to_have_value("0.005")


@pytest.mark.slow
def test_narrow_close_up(guarded: Any, planted_url: str) -> None:
    guarded.set_viewport_size({"width": 390, "height": 844})
    guarded.goto(planted_url + WATER)
    wait_until_checked(guarded)
    row(guarded, "energy step").click()
    expect(guarded.locator(".plot")).to_be_visible()
    box = at_rest(guarded, guarded.locator(".plot").bounding_box)
    assert guarded.evaluate("() => document.documentElement.scrollWidth") <= 390
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    screenshot(guarded, "closeup-narrow")


@pytest.mark.slow
def test_candidates_are_there_at_once_and_refuted_ones_fold(guarded: Any, app_url: str) -> None:
    """ANI-1x on ethane: candidates that melt away; nothing above them moves, and they end in one quiet line."""
    guarded.goto(f"{app_url}?mol=ethane&bond=0-1&hi=2.5&n=101&models=ani1x,so3lr&ref=gfn2-xtb")  # not the stored case
    expect(guarded.locator(".state.checking").first).to_be_attached()
    first = guarded.locator("button.row").first
    expect(guarded.locator(".tail")).to_contain_text(re.compile("checking"))
    tops = []
    while guarded.locator(".state.checking").count():
        tops.append(first.bounding_box()["y"])
        guarded.wait_for_timeout(300)
        assert len(tops) < 400
    assert len(set(tops)) == 1
    tail = guarded.locator(".tail")
    expect(tail).to_contain_text(re.compile(r"▸ \d+ refuted"))
    expect(guarded.locator("ul:not(.attic) > li[data-key] .state.refuted")).to_have_count(0)
    tail.click()
    expect(guarded.locator(".attic .state.refuted").first).to_be_visible()


@pytest.mark.slow
def test_so3lrs_kink_in_methanol(guarded: Any, app_url: str) -> None:
    guarded.goto(f"{app_url}?mol=methanol&bond=0-1&models=so3lr&ref=")
    wait_until_checked(guarded, 180_000)
    expect(row(guarded, "force kink")).to_contain_text("✓ certified")
    row(guarded, "force kink").click()
    expect(guarded.get_by_text(re.compile("An internal variable switches"))).to_be_visible()
    expect(guarded.get_by_text(re.compile("^Lit: "))).to_be_attached()
