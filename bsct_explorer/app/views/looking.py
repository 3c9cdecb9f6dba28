"""What several views of one comparison need: names, colours, and changes that are sent together."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import panel as pn

from bsct_explorer.app.session.comparison import Comparison
from bsct_explorer.app.state import REFERENCE
from bsct_explorer.plots.looks import REFERENCE_LOOK, Look

LookOf = Callable[[str], Look]
"""Colour and dash of a potential, by its name."""


def together() -> AbstractContextManager[None]:
    """Send what changes inside in one message."""
    return pn.io.hold() if pn.state.loaded else nullcontext()  # type: ignore[no-any-return]


def looks_of(comparison: Comparison, look: LookOf) -> dict[str, Look]:
    """Colour and dash of every potential that is shown, the reference's among them."""
    return {name: REFERENCE_LOOK if name == REFERENCE else look(name) for name in comparison.analyses}
