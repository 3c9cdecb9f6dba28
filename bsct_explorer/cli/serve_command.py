"""`serve`: the page on this machine."""

from __future__ import annotations

import argparse


def serve(options: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    from bsct_explorer.app import serve as serve_page

    serve_page(options.port, options.address, show=options.show, allow_origin=tuple(options.allow_origin))
    return 0
