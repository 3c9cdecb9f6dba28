"""Colours in the lab: a what-if has its variant's colour, and the trained variant behind it is its ghost."""

from __future__ import annotations

from dataclasses import replace

from bsct_explorer.app.session.lab_session import LabSession
from bsct_explorer.plots.looks import Look, look_of
from bsct_explorer.potentials.potential_names import split_name


def lab_look(session: LabSession, name: str) -> Look:
    """Colour and dash of a potential of the lab."""
    look = replace(look_of(split_name(name)[0], tuple(session.comparison.potentials.infos)), dash="solid")
    return replace(look, ghost=True, dash="dotted") if name == session.shown.ghost else look
