"""What the 3D viewer of a page holds and draws: JavaScript expressions and functions for browser tests.

Beside the tests and not in conftest.py, so that it can be imported by name: ``from looking import coordinates``.
"""

from __future__ import annotations

import base64
import io
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from PIL import Image

PICTURES = Path(__file__).resolve().parents[2] / "test-output"

# The viewer's element, wherever it stands: Bokeh nests shadow roots.
_FIND = """(() => {
  const found = []
  const walk = (node) => {
    if (node.__stage) found.push(node)
    if (node.shadowRoot) walk(node.shadowRoot)
    for (const child of node.children ?? []) walk(child)
  }
  walk(document.body)
  return found[0] ?? null
})()"""
HOST = _FIND
STAGE = f"({_FIND}?.__stage ?? null)"
SCENE = f"({_FIND}?.__scene ?? null)"


def wait_for_scene(page: Any, atoms: int | None = None, timeout: float = 120_000) -> None:
    """Wait until the viewer has drawn a structure (of so many atoms)."""
    page.wait_for_function(
        f"(atoms) => {{ const s = {SCENE}; return s?.drawn > 0 && s.component && s.data "
        "&& (atoms === null || s.component.structure.atomCount === atoms) }",
        arg=atoms,
        timeout=timeout,
    )


def until(page: Any, holds: Callable[[], object], seconds: float = 120) -> None:
    """Wait until this holds: a machine that is slow or busy shows it later, not otherwise."""
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        page.wait_for_timeout(50)
    assert holds()


Read = TypeVar("Read")


def at_rest(page: Any, read: Callable[[], Read]) -> Read:
    """What is read once it is the same for a quarter of a second: where something has come to."""
    before, end = read(), time.monotonic() + 60
    while time.monotonic() < end:
        page.wait_for_timeout(250)
        now = read()
        if now == before:
            break
        before = now
    return before


def coordinates(page: Any) -> np.ndarray:
    """Positions that NGL itself holds, shape (n_atoms, 3), Å."""
    script = f"() => {{ const a = {SCENE}.component.structure.atomStore; const n = a.count; "
    script += "return ['x', 'y', 'z'].map((axis) => Array.from(a[axis].subarray(0, n))) }"
    return np.array(page.evaluate(script)).T


def on_page(page: Any, *atoms: int) -> tuple[float, float]:
    """Where on the page the middle of some atoms is drawn, in CSS px, by NGL's own projection."""
    script = f"""(atoms) => {{
      const stage = {STAGE}
      const store = {SCENE}.component.structure.atomStore
      const mean = (axis) => atoms.reduce((sum, i) => sum + store[axis][i], 0) / atoms.length
      const point = stage.viewer.camera.position.clone().set(mean('x'), mean('y'), mean('z'))
      const place = stage.viewerControls.getPositionOnCanvas(point)
      const box = stage.viewer.renderer.domElement.getBoundingClientRect()
      return [box.left + place.x, box.bottom - place.y]
    }}"""
    x, y = page.evaluate(script, list(atoms))
    return x, y


def pixels(page: Any) -> np.ndarray:
    """What the viewer's canvas shows, over its background, shape (height, width, 3)."""
    script = f"""() => {{
      const stage = {STAGE}
      stage.viewer.render()
      const canvas = stage.viewer.renderer.domElement
      const copy = document.createElement('canvas')
      copy.width = canvas.width
      copy.height = canvas.height
      const context = copy.getContext('2d')
      context.fillStyle = canvas.style.backgroundColor
      context.fillRect(0, 0, copy.width, copy.height)
      context.drawImage(canvas, 0, 0)
      return copy.toDataURL('image/png').split(',')[1]
    }}"""
    with Image.open(io.BytesIO(base64.b64decode(page.evaluate(script)))) as image:
        return np.asarray(image.convert("RGB")).astype(int)


def drawn_share(page: Any, figure: str, key: str) -> float:
    """How much of a potential's line is really painted: the share of its points in sight that have its colour.

    Parameters
    ----------
    figure
        Name of the figure's record, ``energy``.
    key
        Name of the potential.

    Returns
    -------
    float
        Of the points that lie within the axes, those with a pixel of the line's colour within 3 px of where the axes
        put them; 0 where the figure has no size or fewer than ten points are in sight.
    """
    script = """([figure, key]) => {
      const find = (view, model) => view.model === model ? view
        : (view.children?.() ?? []).map((child) => find(child, model)).find((hit) => hit) ?? null
      const models = [...Bokeh.documents[0]._all_models.values()]
      const views = models.filter((m) => m.type === 'Figure' && m.name === figure)
        .flatMap((m) => Object.values(Bokeh.index).map((root) => find(root, m)))
      const view = views.find((v) => v?.el.offsetParent)
      const line = view?.model.renderers.find((r) => r.name === key && r.visible)
      const canvas = view?.canvas_view.compose().canvas
      if (!line || !canvas.width) return 0
      const hex = line.glyph.line_color.value
      const rgb = [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16))
      const ratio = canvas.width / view.bbox.width
      const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
      const near = (px, py) => [...Array(49).keys()].some((k) => {
        const p = 4 * ((py + Math.floor(k / 7) - 3) * canvas.width + px + (k % 7) - 3)
        return rgb.every((value, c) => Math.abs(data[p + c] - value) < 12)
      })
      const column = (name) => Array.from(line.data_source.data[name] ?? line.data_source.data.get(name))
      const [xs, ys] = [column('x'), column(line.glyph.y.field)]
      const {x_scale, y_scale, bbox} = view.frame
      let seen = 0, painted = 0
      xs.forEach((x, k) => {
        const [sx, sy] = [x_scale.compute(x), y_scale.compute(ys[k])]
        const inside = sx > bbox.left + 4 && sx < bbox.right - 4 && sy > bbox.top + 4 && sy < bbox.bottom - 4
        if (!inside) return
        seen += 1
        if (near(Math.round(sx * ratio), Math.round(sy * ratio))) painted += 1
      })
      return seen < 10 ? 0 : painted / seen
    }"""
    return float(page.evaluate(script, [figure, key]))


def screenshot(page: Any, name: str, **options: Any) -> Path:
    """A picture of the page in test-output/, for people to look at."""
    PICTURES.mkdir(exist_ok=True)
    file = PICTURES / f"{name}.png"
    page.screenshot(path=file, **options)
    return file


def wait_until_alive(process: subprocess.Popen[bytes], address: str, log: Path, seconds: float = 90) -> None:
    """Wait until a server answers; if it does not, stop it and show its log."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    process.kill()
    pytest.fail(f"the server does not answer at {address}; its log says:\n{log.read_text(errors='replace')}")
