"""The viewer in a real browser: what NGL holds and what it draws, not only that an element is there."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from looking import HOST, SCENE, STAGE, coordinates, on_page, pixels, screenshot, wait_for_scene, wait_until_alive

APP = Path(__file__).with_name("viewer_app.py")
ETHANE_ATOMS, ASPIRIN_ATOMS = 8, 21
CAMERA = f"""() => {{
  const controls = {STAGE}.viewerControls
  return [...controls.rotation.toArray(), ...controls.position.toArray(), controls.getCameraDistance()]
}}"""
BONDS = f"""() => {{
  const bonds = [];
  {SCENE}.component.structure.eachBond((bond) => bonds.push([bond.atomIndex1, bond.atomIndex2, bond.bondOrder]))
  return bonds
}}"""


@pytest.fixture
def viewer(guarded: Any, serve: Callable[..., str]) -> Any:
    guarded.goto(serve(APP))
    wait_for_scene(guarded, ETHANE_ATOMS)
    return guarded


def press(page: Any, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def slide(page: Any, *keys: str) -> None:
    for key in keys:
        page.locator(".noUi-handle").press(key)


def bond_length(page: Any, i: int = 0, j: int = 1) -> float:
    positions = coordinates(page)
    return float(np.linalg.norm(positions[i] - positions[j]))


def picked(page: Any) -> str:
    return page.get_by_text(re.compile(r"^picked: ")).inner_text()


def wait_for_picked(page: Any, text: str) -> None:
    page.get_by_text(f"picked: {text}", exact=True).wait_for()


def settle(page: Any) -> None:
    page.wait_for_timeout(400)


def test_draws_the_molecule(viewer: Any) -> None:
    background = np.array([255, 255, 255])
    drawn = (np.abs(pixels(viewer) - background).max(axis=2) > 30).mean()
    assert 0.02 < drawn < 0.6
    host = viewer.get_by_label("3D structure of ethane")
    assert "R resets" in host.get_attribute("aria-label")
    viewer.wait_for_timeout(1500)  # NGL smooths the picture once it is still
    screenshot(viewer, "viewer-ethane")


@pytest.mark.slow
def test_lays_the_pulled_bond_from_left_to_right_with_every_frame_in_sight(viewer: Any) -> None:
    slide(viewer, "End")
    settle(viewer)
    script = f"() => {{ const b = {HOST}.getBoundingClientRect(); return [b.x, b.y, b.right, b.bottom] }}"
    box = viewer.evaluate(script)
    places = np.array([on_page(viewer, atom) for atom in range(ETHANE_ATOMS)])
    assert places[1, 0] - places[0, 0] > 100
    assert abs(places[1, 1] - places[0, 1]) < 0.4 * (places[1, 0] - places[0, 0])
    assert (places.min(axis=0) > np.array(box[:2]) + 5).all()
    assert (places.max(axis=0) < np.array(box[2:]) - 5).all()


@pytest.mark.slow
def test_slider_draws_every_frame_before_the_server_answers(viewer: Any) -> None:
    """Stepping through all frames in the browser: the atoms move at once, without a message having come back."""
    slide(viewer, "Home")
    settle(viewer)
    script = f"""async () => {{
      const slider = [...Bokeh.documents[0]._all_models.values()].find((m) => m.title === 'frame')
      const scene = {SCENE}
      const atoms = scene.component.structure.atomStore
      const [lengths, latencies, drawn] = [[], [], scene.drawn]
      for (let frame = 1; frame <= slider.end; frame++) {{
        const start = performance.now()
        slider.value = frame
        while (scene.frame !== frame) await new Promise((done) => setTimeout(done))
        latencies.push(performance.now() - start)
        lengths.push(Math.hypot(atoms.x[1] - atoms.x[0], atoms.y[1] - atoms.y[0], atoms.z[1] - atoms.z[0]))
        await new Promise(requestAnimationFrame)
      }}
      return {{lengths, latencies, drawn: scene.drawn - drawn}}
    }}"""
    result = viewer.evaluate(script)
    lengths = np.array(result["lengths"])
    assert result["drawn"] >= 100
    assert (np.diff(lengths) > 0).all()
    assert lengths[-1] / lengths[0] == pytest.approx(2.0 / (0.5 + 1.5 / 100), rel=1e-3)
    print(f"slider → coordinates: median {np.median(result['latencies']):.1f}, max {max(result['latencies']):.1f} ms")
    assert np.median(result["latencies"]) < 30


@pytest.mark.slow
def test_slider_needs_no_server(viewer: Any) -> None:
    """With the network cut, the frames are still drawn."""
    slide(viewer, "Home")
    settle(viewer)
    before = bond_length(viewer)
    viewer.context.set_offline(True)
    slide(viewer, "End")
    viewer.wait_for_function(f"() => {SCENE}.frame === 100")
    assert bond_length(viewer) == pytest.approx(4 * before, rel=1e-3)
    viewer.context.set_offline(False)


@pytest.mark.slow
def test_bonds_are_the_molecules_own_at_the_longest_stretch(viewer: Any) -> None:
    slide(viewer, "End")
    press(viewer, "aspirin O3–C4")
    wait_for_scene(viewer, ASPIRIN_ATOMS)
    settle(viewer)
    assert bond_length(viewer, 3, 4) > 2.5
    from rdkit import Chem

    molecule = Chem.AddHs(Chem.MolFromSmiles("CC(=O)Oc1ccccc1C(=O)O"))
    expected = {
        tuple(sorted((bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()))): bond.GetBondTypeAsDouble()
        for bond in molecule.GetBonds()
    }
    held = {tuple(sorted((i, j))): order for i, j, order in viewer.evaluate(BONDS)}
    assert held.keys() == expected.keys()
    aromatic = [pair for pair, order in expected.items() if order == 1.5]
    assert all(held[pair] == order for pair, order in expected.items() if order != 1.5)
    assert sorted(held[pair] for pair in aromatic) == [1, 1, 1, 2, 2, 2]
    viewer.wait_for_timeout(1500)
    screenshot(viewer, "viewer-aspirin-stretched")


@pytest.mark.slow
def test_pulled_bond_is_lit_and_moves_with_the_frame(viewer: Any) -> None:
    script = f"""() => {{
      const chain = {SCENE}.buffers.chain
      const at = (name) => Array.from(chain.geometry.attributes[name].array.slice(0, 3))
      return [chain.group.visible, at('position1'), at('position2')]
    }}"""
    lengths = []
    for key in ("Home", "End"):
        slide(viewer, key)
        settle(viewer)
        visible, first, second = viewer.evaluate(script)
        assert visible
        lengths.append(np.linalg.norm(np.subtract(first, second)))
    assert lengths[1] > lengths[0] + 1


def test_a_click_on_a_bond_picks_its_two_atoms(viewer: Any) -> None:
    camera = viewer.evaluate(CAMERA)
    x, y = on_page(viewer, 0, 1)
    viewer.mouse.move(x - 30, y - 4)
    viewer.mouse.move(x, y, steps=3)
    viewer.mouse.click(x, y)
    wait_for_picked(viewer, "[0, 1]")
    assert viewer.evaluate(CAMERA) == camera, "a click must not move the camera"
    viewer.mouse.click(x, y - 200)
    wait_for_picked(viewer, "[]")


@pytest.mark.slow
def test_a_click_on_an_atom_picks_it_until_it_is_forgotten(viewer: Any) -> None:
    viewer.mouse.click(*on_page(viewer, 1))
    wait_for_picked(viewer, "[1]")
    lit = f"() => {SCENE}.buffers.pickedAtoms.group.visible"
    assert viewer.evaluate(lit)
    viewer.mouse.move(300, 600)
    press(viewer, "forget pick")
    wait_for_picked(viewer, "[]")
    settle(viewer)
    assert not viewer.evaluate(lit)


@pytest.mark.slow
def test_a_tap_picks_too(guarded: Any, serve: Callable[..., str], browser: Any) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, has_touch=True)
    page = context.new_page()
    try:
        page.goto(serve(APP))
        wait_for_scene(page, ETHANE_ATOMS)
        x, y = on_page(page, 0, 1)
        page.touchscreen.tap(x, y + 6)
        wait_for_picked(page, "[0, 1]")
        assert page.evaluate(f"() => getComputedStyle({STAGE}.viewer.renderer.domElement).touchAction") == "pan-y"
    finally:
        context.close()


@pytest.mark.slow
def test_hover_names_the_bond_and_says_why_a_ring_bond_cannot_be_pulled(viewer: Any) -> None:
    tooltip = viewer.get_by_role("tooltip")
    viewer.mouse.move(*on_page(viewer, 0, 1))
    viewer.wait_for_function(f"() => {SCENE}.hovered?.atoms.length === 2")
    settle(viewer)
    assert tooltip.inner_text() == f"C0–C1, {bond_length(viewer):.2f} Å"
    cursor = f"() => {SCENE}.canvas.style.cursor"
    assert viewer.evaluate(cursor) == "pointer"
    press(viewer, "aspirin O3–C4")
    wait_for_scene(viewer, ASPIRIN_ATOMS)
    settle(viewer)
    viewer.mouse.move(*on_page(viewer, 5, 6))
    viewer.wait_for_function(f"() => {SCENE}.hovered?.atoms.length === 2")
    settle(viewer)
    assert "two rigid fragments" in tooltip.inner_text()
    assert viewer.evaluate(cursor) == "not-allowed"
    screenshot(viewer, "viewer-tooltip")
    viewer.mouse.move(5, 5)
    settle(viewer)
    assert not tooltip.is_visible()


@pytest.mark.slow
def test_drag_rotates_and_the_wheel_zooms(viewer: Any) -> None:
    x, y = on_page(viewer, 0, 1)
    camera = viewer.evaluate(CAMERA)
    viewer.mouse.move(x, y - 150)
    viewer.mouse.down()
    viewer.mouse.move(x + 80, y - 110, steps=5)
    viewer.mouse.up()
    turned = viewer.evaluate(CAMERA)
    assert not np.allclose(camera[:4], turned[:4])
    assert picked(viewer) == "picked: []"
    distance = f"() => {STAGE}.viewerControls.getCameraDistance()"
    far = viewer.evaluate(distance)
    viewer.mouse.wheel(0, -200)
    settle(viewer)
    assert viewer.evaluate(distance) < far
    assert viewer.evaluate("() => scrollY") == 0
    press(viewer, "reset view")
    settle(viewer)
    assert np.allclose(viewer.evaluate(CAMERA), camera, atol=1e-4)


@pytest.mark.slow
def test_a_page_that_is_being_scrolled_goes_on_over_the_viewer(viewer: Any) -> None:
    script = f"""async () => {{
      const canvas = {STAGE}.viewer.renderer.domElement
      const turn = (target) => {{
        const event = new WheelEvent('wheel', {{deltaY: 50, bubbles: true, composed: true, cancelable: true}})
        target.dispatchEvent(event)
        return event.defaultPrevented
      }}
      const begunBeside = [turn(document.body), turn(canvas), turn(canvas)]
      await new Promise((done) => setTimeout(done, 400))
      return [...begunBeside, turn(canvas)]
    }}"""
    assert viewer.evaluate(script) == [False, False, False, True]


@pytest.mark.slow
def test_keyboard_turns_zooms_and_resets(viewer: Any) -> None:
    camera = viewer.evaluate(CAMERA)
    viewer.get_by_label("3D structure of ethane").focus()
    for key in ("d", "w", "+"):
        viewer.keyboard.press(key)
    assert not np.allclose(viewer.evaluate(CAMERA), camera)
    viewer.keyboard.press("r")
    assert np.allclose(viewer.evaluate(CAMERA), camera, atol=1e-4)


@pytest.mark.slow
def test_arrows_and_colours_leave_structure_and_camera_alone(viewer: Any) -> None:
    viewer.evaluate(f"() => {{ {SCENE}.component.__same = true }}")
    x, y = on_page(viewer, 0, 1)
    viewer.mouse.move(x, y - 150)
    viewer.mouse.down()
    viewer.mouse.move(x + 40, y - 140, steps=3)
    viewer.mouse.up()
    camera = viewer.evaluate(CAMERA)
    before = pixels(viewer)
    for name in ("arrows", "force", "stronger"):
        press(viewer, name)
        settle(viewer)
        after = pixels(viewer)
        assert (np.abs(after - before).max(axis=2) > 40).sum() > 200, name
        before = after
    assert viewer.evaluate(CAMERA) == camera
    assert viewer.evaluate(f"() => {SCENE}.component.__same === true")
    assert viewer.evaluate(f"() => {SCENE}.buffers.arrows.group.visible")
    viewer.wait_for_timeout(1500)
    screenshot(viewer, "viewer-forces")


@pytest.mark.slow
def test_arrows_stay_short_on_the_wall_and_a_failed_frame_has_none(viewer: Any) -> None:
    press(viewer, "arrows")
    slide(viewer, "Home")
    settle(viewer)
    sizes = f"() => Array.from({{length: {ETHANE_ATOMS}}}, (_, i) => {SCENE}.force(i))"
    assert max(viewer.evaluate(sizes)) > 50
    assert arrow_pixels(viewer) > 300
    ends = viewer.evaluate(f"() => Array.from({SCENE}.buffers.arrows.splitPosition)")
    reach = np.linalg.norm(np.reshape(ends, (-1, 3)) - coordinates(viewer), axis=1)
    assert reach.max() < 3, "forces of the wall are a hundred times larger, their arrows are not"
    viewer.wait_for_timeout(1500)
    screenshot(viewer, "viewer-wall")
    slide(viewer, "ArrowRight", "ArrowRight", "ArrowRight")
    settle(viewer)
    assert viewer.evaluate(sizes) == [None] * ETHANE_ATOMS
    assert arrow_pixels(viewer) == 0


def arrow_pixels(page: Any) -> int:
    """How many pixels have the hue of the arrows (#d55e00), whatever the light on them."""
    red, green, blue = np.moveaxis(pixels(page), 2, 0)
    return int(((red > 110) & (green < 0.55 * red) & (blue < 0.25 * red)).sum())


@pytest.mark.slow
def test_another_bond_of_the_molecule_keeps_the_orientation(viewer: Any) -> None:
    press(viewer, "aspirin C0–C1")
    wait_for_scene(viewer, ASPIRIN_ATOMS)
    viewer.evaluate(f"() => {{ {SCENE}.component.__same = true }}")
    turned = f"() => {STAGE}.viewerControls.rotation.toArray()"
    before = viewer.evaluate(turned)
    press(viewer, "aspirin O3–C4")
    viewer.wait_for_function(f"() => {SCENE}.component.__same && {SCENE}.data && {bond_is(3, 4)}")
    assert viewer.evaluate(turned) == before


def bond_is(i: int, j: int) -> str:
    return f"[...Bokeh.documents[0]._all_models.values()].some((m) => m.data?.bond?.join?.() === '{i},{j}')"


@pytest.mark.slow
def test_dark_labels_and_tint(viewer: Any) -> None:
    press(viewer, "dark")
    press(viewer, "atom_labels")
    press(viewer, "tint")
    settle(viewer)
    assert pixels(viewer)[3, 3].max() < 40
    assert viewer.evaluate(f"() => {SCENE}.buffers.labels !== undefined")
    viewer.wait_for_timeout(1500)
    screenshot(viewer, "viewer-dark")


@pytest.mark.slow
def test_follows_the_size_of_the_page(viewer: Any) -> None:
    size = f"() => {{ const c = {STAGE}.viewer.renderer.domElement; return [c.clientWidth, c.clientHeight] }}"
    wide = viewer.evaluate(size)
    viewer.set_viewport_size({"width": 420, "height": 800})
    viewer.wait_for_function(f"() => {STAGE}.viewer.renderer.domElement.clientWidth <= 420")
    settle(viewer)
    narrow = viewer.evaluate(size)
    assert wide[0] > 900
    assert narrow[1] == wide[1]
    slide(viewer, "End")
    places = np.array([on_page(viewer, atom)[0] for atom in range(ETHANE_ATOMS)])
    assert places.min() > 0
    assert places.max() < narrow[0]
    screenshot(viewer, "viewer-phone")


@pytest.mark.slow
def test_nothing_to_show_is_said(viewer: Any) -> None:
    press(viewer, "empty")
    viewer.get_by_text("No molecule yet.").wait_for()
    press(viewer, "aspirin C0–C1")
    wait_for_scene(viewer, ASPIRIN_ATOMS)
    settle(viewer)
    assert not viewer.get_by_text("No molecule yet.").is_visible()


@pytest.mark.slow
def test_taken_out_and_put_back_leaves_one_stage_and_no_listeners(viewer: Any) -> None:
    viewer.evaluate(f"() => {{ globalThis.__old = new WeakRef({STAGE}.viewer.renderer) }}")
    press(viewer, "take out")
    viewer.wait_for_function(f"() => {HOST} === null")
    assert viewer.evaluate("() => globalThis.__old.deref()?.getContext().isContextLost() ?? true")
    press(viewer, "take out")
    wait_for_scene(viewer, ETHANE_ATOMS)
    viewer.mouse.click(*on_page(viewer, 0))
    wait_for_picked(viewer, "[0]")


@pytest.mark.slow
def test_leaves_no_globals(guarded: Any, serve: Callable[..., str]) -> None:
    guarded.goto(serve(APP))
    wait_for_scene(guarded, ETHANE_ATOMS)
    names = guarded.evaluate("() => Object.keys(globalThis)")
    assert not [name for name in names if re.search(r"ngl|bsct|molecule|define", name, re.IGNORECASE)]


@pytest.mark.slow
def test_without_webgl_says_so(guarded: Any, serve: Callable[..., str]) -> None:
    guarded.add_init_script("""
      const getContext = HTMLCanvasElement.prototype.getContext
      HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
        return kind.startsWith('webgl') ? null : getContext.call(this, kind, ...rest)
      }""")
    guarded.goto(serve(APP))
    guarded.get_by_text("3D needs WebGL").wait_for()
    screenshot(guarded, "viewer-without-webgl")


@pytest.mark.slow
def test_missing_bundle_is_said_in_its_place(guarded: Any, serve: Callable[..., str]) -> None:
    guarded.route("**/nglview-js-widgets/**", lambda route: route.fulfill(status=404))
    guarded.goto(serve(APP))
    guarded.get_by_text("could not be loaded").wait_for()
    guarded.watch.console = [line for line in guarded.watch.console if "404" not in line]


@pytest.mark.slow
@pytest.mark.parametrize(("options", "path"), [(("--prefix", "/lab/room"), None), (("--index", "viewer_app"), "/")])
def test_works_under_a_prefix_and_at_the_root(
    guarded: Any, serve: Callable[..., str], options: tuple[str, ...], path: str | None
) -> None:
    guarded.goto(serve(APP, *options, path=path))
    wait_for_scene(guarded, ETHANE_ATOMS)


@pytest.mark.slow
def test_works_in_jupyterlab_beside_nglviews_own_widget(guarded: Any, tmp_path: Path) -> None:
    """Both take NGL from the extension that nglview's wheel brings; executing the notebook alone would not tell."""
    cells = [
        f"import sys; sys.path.insert(0, {str(APP.parent)!r})\n"
        "from bsct_explorer.app.viewer import MoleculeViewer, nglview_widget\n"
        "import panel as pn; pn.extension(inline=True)\n"
        "from viewer_app import SCANS",
        "viewer = MoleculeViewer(width=500, height=300); viewer.show(SCANS['aspirin O3–C4'], frame=60); viewer",
        "nglview_widget(SCANS['aspirin O3–C4'], height='300px')",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nbformat.write(notebook, tmp_path / "viewer.ipynb")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "jupyterlab", "--allow-root", "--no-browser", f"--port={port}"]
    command += ["--IdentityProvider.token=", "--ServerApp.port_retries=0", f"--notebook-dir={tmp_path}"]
    environment = {**os.environ, "PYTHONPATH": str(APP.parents[2]), "JUPYTER_CONFIG_DIR": str(tmp_path / "config")}
    with (tmp_path / "log.txt").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment)
    try:
        wait_until_alive(process, f"http://127.0.0.1:{port}/api", tmp_path / "log.txt")
        guarded.goto(f"http://127.0.0.1:{port}/lab/tree/viewer.ipynb")
        guarded.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
        guarded.get_by_text(re.compile(r"\| Idle$")).first.wait_for()
        guarded.get_by_role("menuitem", name="Run", exact=True).click()
        guarded.get_by_text("Run All Cells", exact=True).click()
        wait_for_scene(guarded, ASPIRIN_ATOMS, timeout=90_000)
        assert bond_length(guarded, 3, 4) > 1.8
        widget = guarded.locator(".jp-OutputArea canvas").last
        widget.wait_for()
        assert "is not registered" not in guarded.locator(".jp-Notebook").inner_text()
        guarded.wait_for_timeout(2000)
        screenshot(guarded, "viewer-jupyterlab")
    finally:
        process.terminate()
        process.wait(20)
    guarded.watch.console = []  # JupyterLab's own, and its server is gone
