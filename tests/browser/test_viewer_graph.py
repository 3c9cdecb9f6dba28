"""The Transformer's neighbours in the viewer: what NGL holds of edges, halos and changes, and what the caption says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from looking import HOST, SCENE, on_page, pixels, screenshot, wait_for_scene
from test_viewer import APP, ASPIRIN_ATOMS, ETHANE_ATOMS, press, settle, slide

SWAP = 50  # in viewer_app.py: here atom 0 takes H7 for H6
# Buffer → the pairs that it draws, each with its radius: found by where their ends lie.
DRAWN = f"""() => {{
  const scene = {SCENE}
  const found = {{}}
  const near = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) < 1e-3
  for (const name of ['edges0', 'edges1', 'edges2', 'edges3', 'sleeves', 'here', 'gone']) {{
    const {{group, geometry: {{attributes: {{position1, position2, radius}}}}}} = scene.graph.buffers[name]
    found[name] = []
    if (!group.visible) continue
    for (const [i, j] of scene.graph.pairs) {{
      let [a, b] = [scene.surface(i, j), scene.surface(j, i)]
      const along = (share) => a.map((value, axis) => value + share * (b[axis] - value))
      if (name === 'gone') [a, b] = [along(0.2 / 9), along(0.8 / 9)]
      for (let k = 0; k < radius.count; k++) {{
        const at = (ends) => ends.array.slice(3 * k, 3 * k + 3)
        if (radius.array[k] === 0 || !near(at(position1), a) || !near(at(position2), b)) continue
        found[name].push([i, j, radius.array[k]])
        break
      }}
    }}
  }}
  return found
}}"""
FREE = ["edges0", "edges1", "edges2", "edges3"]


@pytest.fixture
def viewer(guarded: Any, serve: Callable[..., str]) -> Any:
    guarded.goto(serve(APP))
    wait_for_scene(guarded, ETHANE_ATOMS)
    press(guarded, "graph")
    guarded.wait_for_function(f"() => {SCENE}.graph")
    return guarded


def go_to(page: Any, frame: int) -> None:
    """By the slider, with the network cut: the browser has every frame."""
    page.context.set_offline(True)
    try:
        page.evaluate(
            """(frame) => {
              const models = [...Bokeh.documents[0]._all_models.values()]
              models.find((model) => model.title === 'frame').value = frame
            }""",
            frame,
        )
        page.wait_for_function(f"(frame) => {SCENE}.frame === frame", arg=frame)
    finally:  # other tests share the context
        page.context.set_offline(False)


def choose(page: Any, name: str) -> None:
    press(page, name)
    atom = {"atom 0": 0, "atom 2": 2, "all atoms": None}[name]
    page.wait_for_function(f"(atom) => {SCENE}.graph.atom === atom", arg=atom)


def drawn(page: Any, *names: str) -> dict[tuple[int, int], float]:
    found = page.evaluate(DRAWN)
    return {(i, j): radius for name in names or found for i, j, radius in found[name]}


def caption(page: Any) -> str:
    return page.evaluate(f"() => {HOST}.querySelector('.bsct-caption').textContent")


def weights(page: Any) -> dict[tuple[int, int], float]:
    """Envelopes that were sent for the frame that is shown."""
    script = f"""() => {{
      const {{graph, frame}} = {SCENE}
      return graph.pairs.map((pair, n) => [...pair, graph.weights[frame * graph.pairs.length + n]])
    }}"""
    return {(i, j): weight for i, j, weight in page.evaluate(script)}


def test_edges_are_thicker_and_stronger_the_more_weight_they_have(viewer: Any) -> None:
    go_to(viewer, 20)
    weight = weights(viewer)
    pairs = {pair for pair, value in weight.items() if value >= 1e-3}
    assert drawn(viewer).keys() == pairs
    bonds = {(0, 1), (0, 2), (0, 3), (0, 4), (1, 5), (1, 6), (1, 7)}
    assert drawn(viewer, "sleeves").keys() == bonds
    free = drawn(viewer, *FREE)
    assert free.keys() == pairs - bonds
    by_weight = sorted(free, key=weight.__getitem__)
    radii = [free[pair] for pair in by_weight]
    assert (np.diff(radii) > -1e-7).all()
    assert radii[0] < 0.7 * radii[-1] < 0.1, "and thinner than a bond"
    strengths = [next(n for n, name in enumerate(FREE) if pair in drawn(viewer, name)) for pair in by_weight[::4]]
    assert strengths == sorted(strengths)
    assert strengths[0] < strengths[-1]
    others = drawn(viewer, "sleeves")
    assert min(others[pair] for pair in bonds - {(0, 1)}) > 0.1
    assert others[0, 1] > 0.17, "the pulled bond's rod is thicker"


def test_one_atoms_edges_its_ends_and_its_attention(viewer: Any) -> None:
    choose(viewer, "atom 2")
    assert {2} == set.intersection(*map(set, drawn(viewer)))
    assert "C0" not in caption(viewer)
    assert caption(viewer) == "H2: 7 neighbours"
    choose(viewer, "atom 0")
    go_to(viewer, 20)
    assert caption(viewer) == "C0: 6 neighbours; 6th H6, 7th H7"
    ends = f"""() => ['kth', 'following'].map((name) => {{
      const buffer = {SCENE}.graph.buffers[name]
      return [buffer.group.visible, ...buffer.geometry.attributes.position.array.slice(0, 3)]
    }})"""
    for atom, (visible, *_) in zip((6, 7), viewer.evaluate(ends), strict=True):
        assert visible, atom
    places = [on_page(viewer, atom) for atom in (6, 7)]
    assert halo_saturation(viewer, *places[0]) > 1.3 * halo_saturation(viewer, *places[1]) > 0
    by_envelope = drawn(viewer)
    press(viewer, "attention")
    viewer.wait_for_function(f"() => {HOST}.querySelector('.bsct-caption').textContent.includes('attention')")
    assert caption(viewer).startswith("C0: 6 neighbours; 6th H6, 7th H7; most attention to ")
    by_attention = drawn(viewer)
    assert by_attention.keys() == by_envelope.keys()
    share = f"(j) => {{ const s = {SCENE}; return s.graph.shares[s.frame * 64 + j] }}"
    bonded = sorted([2, 3, 4], key=lambda j: viewer.evaluate(share, j))
    assert [by_attention[0, j] for j in bonded] == sorted(by_attention[0, j] for j in bonded)
    assert abs(by_attention[0, 5] - by_envelope[0, 5]) > 1e-3


def halo_saturation(page: Any, x: float, y: float) -> float:
    """How far from grey the ring just around an atom is."""
    box = page.evaluate(f"() => {{ const b = {HOST}.getBoundingClientRect(); return [b.x, b.y] }}")
    picture = pixels(page)
    rows, columns = np.indices(picture.shape[:2])
    away = np.hypot(columns - (x - box[0]), rows - (y - box[1]))
    ring = picture[away < 40]
    return float((ring.max(axis=1) - ring.min(axis=1)).mean())


@pytest.mark.parametrize("chosen", ["all atoms", "atom 0"])
def test_a_swap_is_lit_on_the_two_frames_beside_it(viewer: Any, chosen: str) -> None:
    choose(viewer, chosen)
    lit = {}
    for frame in (SWAP - 2, SWAP - 1, SWAP, SWAP + 1):
        go_to(viewer, frame)
        lit[frame] = [set(drawn(viewer, name)) for name in ("here", "gone")]
        said = "Edge C0–H7 appears, C0–H6 vanishes in " in caption(viewer)
        assert said == (frame in (SWAP - 1, SWAP))
        if frame in (SWAP - 1, SWAP):
            assert caption(viewer).endswith("the next frame" if frame < SWAP else "this frame")
            assert lit_pixels(viewer) > 50
            assert not set(drawn(viewer, *FREE, "sleeves")) & {(0, 6), (0, 7)}
        else:
            assert lit_pixels(viewer) == 0
    assert lit == {
        SWAP - 2: [set(), set()],
        SWAP - 1: [{(0, 6)}, {(0, 7)}],
        SWAP: [{(0, 7)}, {(0, 6)}],
        SWAP + 1: [set(), set()],
    }
    if chosen == "atom 0":
        choose(viewer, "atom 2")
        go_to(viewer, SWAP)
        assert not drawn(viewer, "here", "gone"), "the swap is another atom's"


def lit_pixels(page: Any) -> int:
    """How many pixels have the hue of what is lit (#d0209a), whatever the light on them."""
    red, green, blue = np.moveaxis(pixels(page), 2, 0)
    return int(((red > 110) & (green < 0.3 * red) & (blue > 0.5 * red) & (blue < 0.9 * red)).sum())


def test_no_graph_draws_nothing(viewer: Any) -> None:
    choose(viewer, "atom 0")
    go_to(viewer, SWAP)
    with_graph = viewer.evaluate(f"() => {SCENE}.stage.viewer.modelGroup.children.length")
    press(viewer, "graph")
    viewer.wait_for_function(f"() => {SCENE}.graph === null")
    assert viewer.evaluate(f"() => {SCENE}.stage.viewer.modelGroup.children.length") < with_graph
    assert caption(viewer) == ""
    press(viewer, "graph")
    viewer.wait_for_function(f"() => {SCENE}.graph")
    press(viewer, "aspirin C0–C1")
    wait_for_scene(viewer, ASPIRIN_ATOMS)
    viewer.wait_for_function(f"() => {SCENE}.graph === null")
    assert caption(viewer) == ""


@pytest.mark.slow
def test_a_large_graph_slides_without_the_server(viewer: Any) -> None:
    """Aspirin with all of its edges: the graph takes a small part of a frame's time."""
    press(viewer, "aspirin O3–C4")
    wait_for_scene(viewer, ASPIRIN_ATOMS)
    settle(viewer)
    press(viewer, "graph")
    viewer.wait_for_function(f"() => {SCENE}.graph?.pairs.length > 100")
    slide(viewer, "Home")
    settle(viewer)
    script = f"""async () => {{
      const slider = [...Bokeh.documents[0]._all_models.values()].find((m) => m.title === 'frame')
      const scene = {SCENE}
      const drawGraph = scene.graph.draw
      const [own, latencies] = [[], []]
      scene.graph.draw = function (options) {{
        const start = performance.now()
        drawGraph.call(this, options)
        own.push(performance.now() - start)
      }}
      for (let frame = 1; frame <= slider.end; frame++) {{
        const start = performance.now()
        slider.value = frame
        while (scene.frame !== frame) await new Promise((done) => setTimeout(done))
        latencies.push(performance.now() - start)
        await new Promise(requestAnimationFrame)
      }}
      return [own, latencies]
    }}"""
    own, latencies = viewer.evaluate(script)
    assert len(own) >= 100
    print(f"the graph's part {np.median(own):.2f} ms, slider → drawn {np.median(latencies):.0f} ms")
    assert np.median(own) < 5
    assert np.median(latencies) < 100, "with WebGL in software, on a core that others use"
    for name in ("all atoms", "atom 0"):
        for theme in ("light", "dark"):
            choose(viewer, name)
            viewer.wait_for_timeout(1500)
            screenshot(viewer, f"viewer-graph-{name.replace(' ', '-')}-{theme}")
            press(viewer, "dark")
