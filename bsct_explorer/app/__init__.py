"""The page. `serve` starts it; Panel is imported only here and below."""

from bsct_explorer.app.serving import serve

__all__ = ["serve"]
