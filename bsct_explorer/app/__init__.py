"""The page. `serve` starts it; Panel is imported only here and below."""

import os

from bsct_explorer.app.serving import serve

# The page's server shares its cores with the browser that draws it. OpenMP's threads spin while they wait for each
# other, and when another process holds one of the cores a batch of 0.4 s takes up to 11 s (measured on 2 cores); asleep
# they cost nothing then. It is read when torch is first imported, and a person's own setting wins.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

__all__ = ["serve"]
