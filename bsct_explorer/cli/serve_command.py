"""`serve`: the page on this machine."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from bsct_explorer.cli.argument_types import port
from bsct_explorer.cli.command_record import Command
from bsct_explorer.cli.options import Options, option

DEFAULT_PORT = 5006


@dataclass(frozen=True, kw_only=True)
class ServeOptions(Options):
    """Options of `serve`."""

    port: int = option(
        "--port", type=port, default=DEFAULT_PORT, help="port, 0 for any that is free (default: %(default)s)"
    )
    address: str = option(
        "--address", default="localhost", help="address to listen on; others reach the page when it is not localhost"
    )
    show: bool | None = option(
        "--show",
        action=argparse.BooleanOptionalAction,
        help="open the page in a browser (default: where there is a display)",
    )
    allow_origin: tuple[str, ...] = option(
        "--allow-origin",
        action="append",
        default=[],
        metavar="HOST:PORT",
        help="address by which browsers reach the page through a proxy or from other machines; may be repeated",
    )


def serve(options: ServeOptions) -> int:
    """Serve until Ctrl-C."""
    from bsct_explorer.app import serve as serve_page

    serve_page(options.port, options.address, show=options.show, allow_origin=options.allow_origin)
    return 0


COMMAND = Command(name="serve", place=80, help="serve the page on this machine", options=ServeOptions, run=serve)
