"""The design lab in a real browser: switches, jumps that open and close, edges in the structure, the walk."""

from __future__ import annotations

import re
from typing import Any

import pytest
from looking import screenshot, until
from playwright.sync_api import expect
from test_page import MODELS, curves, wait_for_curve

ALANINE = "?mol=alanine&bond=0-1&tab=lab"
HARD = "testbed-D@graph=hard-knn"
JUMP = re.compile("Testbed D, hard kNN.*energy step.*certified", re.DOTALL)
# The lab's own viewer: the page's stands behind another tab and has no size.
SHOWN_ALL = """(() => {
  const found = []
  const walk = (node) => {
    if (node.__scene && node.clientWidth > 0) found.push(node)
    if (node.shadowRoot) walk(node.shadowRoot)
    for (const child of node.children ?? []) walk(child)
  }
  walk(document.body)
  return found
})()"""
SHOWN = f"({SHOWN_ALL}[0] ?? null)"
EDGES = f"""() => {{
  const graph = {SHOWN}?.__scene.graph
  if (!graph) return -1
  const drawn = (name) => {{
    const {{group, geometry: {{attributes: {{radius}}}}}} = graph.buffers[name]
    return group.visible ? Array.from(radius.array).filter((r) => r > 0).length : 0
  }}
  return ['edges0', 'edges1', 'edges2', 'edges3', 'sleeves', 'here'].reduce((sum, name) => sum + drawn(name), 0)
}}"""
WORDS = f"() => {SHOWN}?.__scene.graph?.words ?? ''"


def open_lab(page: Any, url: str, query: str = "", key: str = "testbed-D") -> None:
    page.goto(url + ALANINE + query)
    wait_for_curve(page, key)
    expect(page.locator(".state.checking:visible")).to_have_count(0)


def choose(page: Any, label: str, option: str) -> None:
    page.get_by_label(label, exact=True).first.click()
    page.get_by_role("menuitem", name=option, exact=True).click()


def strength(page: Any, key: str) -> float:
    """How strong a potential's line is drawn."""
    line = f"{MODELS}.find((m) => m.type === 'GlyphRenderer' && m.name === key && m.visible)"
    found: float = page.evaluate(f"(key) => {line}.glyph.line_alpha.value", key)
    return found


@pytest.fixture
def lab(guarded: Any, app_url: str) -> Any:
    guarded.set_viewport_size({"width": 1280, "height": 900})
    open_lab(guarded, app_url)
    return guarded


def test_a_switch_opens_certified_jumps_whose_edges_are_named_and_another_closes_them(lab: Any) -> None:
    jumps = lab.get_by_role("button", name=JUMP)
    expect(jumps).to_have_count(0)
    trained = curves(lab, "testbed-D")["energy"]
    lab.wait_for_function(f"() => ({EDGES})() > 0")
    own = lab.evaluate(EDGES)
    choose(lab, "Neighbours of", "all atoms")
    lab.wait_for_function(f"(own) => ({EDGES})() > own", arg=own)
    choose(lab, "Neighbours of", "nobody")
    lab.wait_for_function(f"() => ({EDGES})() === -1")
    choose(lab, "Neighbours of", "all atoms")
    choose(lab, "Neighbours", "hard kNN")
    wait_for_curve(lab, HARD)
    expect(jumps.first).to_be_visible()
    assert strength(lab, "testbed-D") < 0.5  # the trained setting, behind
    assert curves(lab, "testbed-D")["energy"] == trained
    lab.wait_for_function("() => location.search.includes('switch=graph')")
    screenshot(lab, "lab-hard")
    expect(lab.locator(".state.checking:visible")).to_have_count(0)
    jumps.first.click()
    lab.wait_for_function(f"() => /appear|vanish/.test(({WORDS})())")
    named = set(re.findall(r"[A-Z][a-z]?\d+", lab.evaluate(WORDS)))
    cause = lab.get_by_text(re.compile("leaves the 6 nearest neighbours of")).first
    expect(cause).to_be_visible()
    blamed = set(re.findall(r"[A-Z][a-z]?\d+", cause.inner_text()))
    assert len(blamed & named) >= 2  # a pair of the cause is an edge that comes or goes
    screenshot(lab, "lab-jump")
    lab.get_by_role("button", name="As trained").click()
    expect(lab.get_by_role("button", name=re.compile("hard kNN"))).to_have_count(0)
    wait_for_curve(lab, "testbed-D")
    assert curves(lab, HARD) == {}
    expect(jumps).to_have_count(0)


def test_attention_of_a_head_takes_the_edges_place_and_the_training_is_drawn(lab: Any) -> None:
    lab.wait_for_function(f"() => ({EDGES})() > 0")
    choose(lab, "Edges show", "attention, block 2, head 3")
    lab.wait_for_function(f"() => {SHOWN}.__scene.graph?.shares?.length > 0")
    lab.get_by_text("How they were trained").click()
    lab.wait_for_function(f"() => {MODELS}.some((m) => m.type === 'LinearAxis' && m.axis_label === 'training step')")
    screenshot(lab, "lab-attention")


@pytest.mark.slow
def test_two_variants_beside_each_other_and_what_they_learned(lab: Any) -> None:
    choose(lab, "Beside it", "Testbed A   hard kNN, raw attention, narrow smearing")
    wait_for_curve(lab, "testbed-A")
    assert strength(lab, "testbed-D") == 1
    expect(
        lab.get_by_role("button", name=re.compile("Testbed A.*energy step.*certified", re.DOTALL)).first
    ).to_be_visible()
    lab.get_by_text("How they were trained").click()
    lab.wait_for_function(f"() => {MODELS}.some((m) => m.type === 'LinearAxis' && m.axis_label === 'training step')")
    lab.get_by_text("The variants in numbers").click()
    lab.wait_for_timeout(1500)
    screenshot(lab, "lab-beside")


def test_each_variant_has_its_own_graph_and_both_structures_turn_and_slide_together(lab: Any) -> None:
    choose(lab, "Beside it", "Testbed H   as D, with hard kNN")
    wait_for_curve(lab, "testbed-H")
    lab.wait_for_function(f"() => {SHOWN_ALL}.length === 2 && {SHOWN_ALL}.every((host) => host.__scene.graph)")

    def each(expression: str) -> list[Any]:
        found: list[Any] = lab.evaluate(f"() => {SHOWN_ALL}.map((host) => host.__scene).map((s) => {expression})")
        return found

    titles = [host.text_content() for host in lab.locator(".bsct-title:visible").all()]
    assert titles == ["Testbed D", "Testbed H"]
    hosts = lab.locator(".bsct-viewer:visible")
    left, right = (hosts.nth(k).bounding_box() for k in (0, 1))
    assert abs(left["y"] - right["y"]) < 2
    assert left["height"] == right["height"]
    slider = lab.locator("input[data-frames]:visible").first
    assert left["y"] + left["height"] <= slider.bounding_box()["y"]  # lower than one alone, and nothing is covered
    assert right["x"] > left["x"] + left["width"] / 2

    # the graphs are those of two models: a hard neighbour's edge has its weight whole, a soft one's fades
    weights = each("Array.from(s.graph.weights)")
    assert weights[0] != weights[1]

    slider.focus()
    before = each("s.frame")
    lab.keyboard.press("ArrowRight")
    lab.wait_for_function(f"(k) => {SHOWN_ALL}.every((host) => host.__scene.frame === k + 1)", arg=before[0])

    turned = "s.stage.viewer.rotationGroup.quaternion.toArray()"
    first = each(turned)
    for own, other in ((0, 1), (1, 0)):
        box = hosts.nth(own).bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + 40
        lab.mouse.move(x, y)
        lab.mouse.down()
        lab.mouse.move(x + 60, y + 30, steps=4)
        lab.mouse.up()
        now = each(turned)
        assert now[own] == pytest.approx(now[other], abs=1e-6)
        assert now[own] != pytest.approx(first[own], abs=1e-2)
        first = now
    hosts.nth(1).focus()
    lab.keyboard.press("+")
    near = each("s.controls.getCameraDistance()")
    assert near[0] == pytest.approx(near[1], rel=1e-6)

    jump = lab.get_by_role("button", name=re.compile("Testbed H.*energy step.*certified", re.DOTALL)).first
    expect(jump).to_be_visible()
    expect(lab.locator(".state.checking:visible")).to_have_count(0)
    jump.click()
    lit = f"{SHOWN_ALL}.map((host) => host.__scene.buffers.litAtoms.group.visible)"
    lab.wait_for_function(f"() => {{ const [first, second] = {lit}; return second && !first }}")
    screenshot(lab, "lab-two-structures")
    choose(lab, "Beside it", "nothing")
    lab.wait_for_function(f"() => {SHOWN_ALL}.length === 1")
    expect(lab.locator(".bsct-title:visible")).to_have_count(0)
    hosts.first.focus()
    lab.keyboard.press("a")  # turned alone
    choose(lab, "Beside it", "Testbed H   as D, with hard kNN")
    lab.wait_for_function(f"() => {SHOWN_ALL}.length === 2")
    until(lab, lambda: each(turned)[0] == pytest.approx(each(turned)[1], abs=1e-6))


def test_the_walk_leads_through_the_variants_and_back(guarded: Any, app_url: str) -> None:
    guarded.goto(f"{app_url}?mol=ethane&bond=0-1&tab=lab&switch=tau%3D0.5")
    wait_for_curve(guarded, "testbed-D@tau=0.5")
    guarded.get_by_role("button", name="Guided walk").click()
    wait_for_curve(guarded, "testbed-A", start=0.76)
    expect(guarded.get_by_text("A, the baseline")).to_be_visible()
    guarded.get_by_role("button", name="Next").click()
    wait_for_curve(guarded, "testbed-A@graph=diff-knn")
    screenshot(guarded, "lab-walk")
    guarded.get_by_role("button", name="End the walk").click()
    wait_for_curve(guarded, "testbed-D@tau=0.5", start=0.76)
    expect(guarded.get_by_text("What if A had Diff-kNN?")).to_be_hidden()
    guarded.wait_for_function("() => location.search.includes('mol=ethane')")  # it follows a little later


def test_narrow_and_dark(guarded: Any, app_url: str) -> None:
    guarded.set_viewport_size({"width": 400, "height": 860})
    open_lab(guarded, app_url, "&dark=1")
    expect(guarded.get_by_label("Molecule", exact=True)).to_be_hidden()  # the controls have made room
    guarded.wait_for_timeout(1500)
    assert guarded.evaluate("document.documentElement.scrollWidth") <= 401
    screenshot(guarded, "lab-narrow-dark")


def test_cancel_stays_in_reach_of_a_narrow_page(guarded: Any, planted_url: str) -> None:
    """What is asked is at work until it is cancelled, however slow or quick the machine is."""
    guarded.set_viewport_size({"width": 400, "height": 860})
    guarded.goto(planted_url + "?mol=alanine&bond=0-1&models=endless&ref=&n=1000")
    cancel = guarded.get_by_role("button", name="Cancel")
    # As long as the longest words that a shipped potential has.
    expect(guarded.get_by_text("Endless, hard kNN, k = 8: ", exact=False).first).to_be_attached()
    expect(cancel).to_be_visible()
    box = cancel.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 400
    cancel.click()
    expect(cancel).to_be_hidden()
