"""Causes: why an artifact is there, tested where a test is possible. numpy only; the potential is asked through
`LiveScan`.

Jumps are traced to a *switch*: a condition on the atoms' positions that changes sign at the artifact's place (a pair's
distance against a cutoff, two neighbours' distances against each other, a variable inside the model). Each switch
predicts where the jump goes when atoms are moved a little, and the live potential says where it went.
"""

from __future__ import annotations

from bsct_explorer.artifacts.causes.cause_context import CauseContext, context_of
from bsct_explorer.artifacts.causes.explain import explain

__all__ = ["CauseContext", "context_of", "explain"]
