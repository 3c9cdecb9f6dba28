"""Starting the server: `bsct-explorer serve` runs the same `panel serve` as a checkout's `app.py`."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

from bsct_explorer.errors import ExplorerError
from bsct_explorer.packages import PAGE, require

APP = Path(__file__).with_name("app.py")
PATIENCE = 120_000
"""Milliseconds for which a page that was sent waits for its browser to connect."""


def serve(
    port: int = 5006, address: str = "localhost", *, show: bool | None = None, allow_origin: tuple[str, ...] = ()
) -> None:
    """Serve the page until it is interrupted.

    Parameters
    ----------
    port
        0 takes a free one.
    address
        Interface to listen on; ``0.0.0.0`` for other machines too (then name their way in as `allow_origin`).
    show
        Open a browser; None to do so where there is a display.
    allow_origin
        Further ``host:port`` under which browsers may reach the server.

    Raises
    ------
    ExplorerError
        The port is taken, or a package of the extra ``page`` is not installed.
    """
    require("The page", PAGE)
    port = checked_port(port, address)
    where = "localhost" if address in ("0.0.0.0", "::", "127.0.0.1") else address
    url = f"http://{where}:{port}/app"
    command = ["panel", "serve", str(APP), "--port", str(port), "--address", address, "--liveness", "--warm"]
    # A slow browser may take longer than Panel's 15 s until it connects.
    command += ["--unused-session-lifetime", str(PATIENCE)]
    for origin in (f"{where}:{port}", f"127.0.0.1:{port}", *allow_origin):
        command += ["--allow-websocket-origin", origin]
    if has_display() if show is None else show:
        command.append("--show")
    print(f"BSCT Explorer: {url}   (Ctrl-C stops it)", flush=True)
    from panel.command import main

    given, sys.argv = sys.argv, command  # panel reads the command line itself, whatever `main` is given
    try:
        main()
    finally:
        sys.argv = given


def checked_port(port: int, address: str) -> int:
    """A port that can be listened on: the one asked for, or a free one for 0."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise ExplorerError(
                f"port {port} on {address} cannot be used: {error.strerror}. Stop the program that listens there, or "
                "give --port 0 for any free port (make app PORT=0)."
            ) from None
        taken: int = probe.getsockname()[1]
        return taken


def has_display() -> bool:
    """Whether a browser can be opened here."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
