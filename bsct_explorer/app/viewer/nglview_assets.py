"""Serve the JavaScript that pip installed with nglview, so that the page asks nobody else for it."""

from __future__ import annotations

import atexit
import shutil
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

NAME = "nglview-js-widgets"
MISSING = (
    f"nglview's viewer is not installed: no {NAME}/index.js under share/jupyter/nbextensions of {sys.prefix}. "
    "Reinstall nglview with pip in this environment."
)


def jupyter_folders(kind: str) -> Iterator[Path]:
    """Where Jupyter packages put their `kind` (``nbextensions``, ``labextensions``), this environment's own first."""
    from jupyter_core.paths import jupyter_path

    yield Path(sys.prefix) / "share" / "jupyter" / kind
    yield from (Path(folder) for folder in jupyter_path(kind))


def bundle_file() -> Path | None:
    """Nglview's AMD bundle as pip installed it, or None where it is missing."""
    files = (folder / NAME / "index.js" for folder in jupyter_folders("nbextensions"))
    return next((file for file in files if file.is_file()), None)


@cache
def publish() -> str | None:
    """Publish the bundle under Bokeh's static route, once per process.

    Returns
    -------
    The path below the server's root (``static/extensions/…``), or None where nglview's bundle is not installed. The
    query names the content, so that Tornado lets browsers keep it and a new nglview is fetched anew.
    """
    from bokeh.embed.bundle import extension_dirs

    source = bundle_file()
    if source is None:
        return None
    folder = Path(tempfile.mkdtemp(prefix="bsct-nglview-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    # A copy: Tornado refuses links that leave the folder, and share/ holds 24 MB that need not be public.
    shutil.copyfile(source, folder / "index.js")
    extension_dirs[NAME] = folder
    return f"static/extensions/{NAME}/index.js?v={sha256(source.read_bytes()).hexdigest()[:12]}"


def library_url() -> str:
    """The bundle's address relative to the page that is being made, or an empty text where it is missing."""
    from panel.io.state import state

    path = publish()
    if path is None:
        return ""
    # Set for pages that are served deeper than the root (/apps/explorer → ..); prefixes need nothing.
    return f"{state.rel_path}/{path}" if state.rel_path else path
