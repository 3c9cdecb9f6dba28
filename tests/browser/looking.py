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
from pathlib import Path
from typing import Any

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


def wait_for_scene(page: Any, atoms: int | None = None, timeout: float = 90_000) -> None:
    """Wait until the viewer has drawn a structure (of so many atoms)."""
    page.wait_for_function(
        f"(atoms) => {{ const s = {SCENE}; return s?.drawn > 0 && s.component && s.data "
        "&& (atoms === null || s.component.structure.atomCount === atoms) }",
        arg=atoms,
        timeout=timeout,
    )


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
