"""The page inside JupyterLab."""

from __future__ import annotations

from typing import Any

import panel as pn

from bsct_explorer.app.page import PageSession
from bsct_explorer.app.session.opening_case import OPENING, fill_cache
from bsct_explorer.app.state import ExplorerState


def explorer(**choices: Any) -> pn.viewable.Viewable:
    """The page, to be the last line of a notebook's cell.

    Parameters
    ----------
    choices
        What to open with, as the fields of `ExplorerState`: ``molecule="aspirin"``, ``bond="0-1"``,
        ``potentials=["ani1x"]``, ``reference="gfn2-xtb"``, ``low=0.5``, ``high=2.0``, ``points=100``. Nothing opens
        ethane's C–C bond.
    """
    # BokehJS travels in the notebook: nothing is asked of another host.
    pn.extension(inline=True, notifications=True)
    fill_cache()
    session = PageSession(ExplorerState(**(choices or dict(OPENING))))
    session.explorer.start()
    return session.page
