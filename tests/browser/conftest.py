"""A real Chromium on a real `panel serve`, with no way out to any other host.

Fixtures: `serve(file, *options)` → the page's address, `app_url` (the product's own page), `guarded` (a page that fails
the test when it asks another host, or when an error or a warning reaches its console). What the viewer draws is read
with `looking.py` beside this file.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from looking import wait_until_alive

REPOSITORY = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LAUNCH_ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # WebGL in software: the same picture with and without a graphics card.
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    # The page around it is put together without WebGL: in software that took most of each test's time.
    "--disable-gpu-compositing",
]
# Said of the machine or by NGL of itself, not of the page.
NOT_OURS = re.compile(
    "GPU stall due to ReadPixels"
    "|Automatic fallback to software WebGL"
    "|THREE.WebGLRenderer: The property .useLegacyLights has been deprecated"
)


def browser_executable() -> str | None:
    """Chromium from CHROMIUM or the PATH, or None."""
    named = os.environ.get("CHROMIUM")
    return named if named else next(filter(None, map(shutil.which, BROWSERS)), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the folder, and skip it with a sentence where there is nothing to drive."""
    reason = None
    try:
        import pytest_playwright  # noqa: F401
    except ImportError:
        reason = "pytest-playwright is not installed: install the `test` extra to run the browser tests"
    if reason is None and browser_executable() is None:
        reason = "no Chromium: set CHROMIUM to its executable, or install it (Debian: apt install chromium)"
    for item in items:
        if HERE in Path(item.path).parents:
            item.add_marker(pytest.mark.browser)
            if reason:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """pytest-playwright's hook: the system's Chromium instead of a downloaded one."""
    return {**browser_type_launch_args, "executable_path": browser_executable(), "args": LAUNCH_ARGUMENTS}


@pytest.fixture(scope="session", autouse=True)
def patience() -> None:
    """Two shared cores draw WebGL in software and compute as well: what takes a second elsewhere may take ten."""
    from playwright.sync_api import expect

    expect.set_options(timeout=120_000)


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """pytest-playwright's hook: the smallest screen that the page is made for."""
    return {**browser_context_args, "viewport": {"width": 1280, "height": 800}}


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """``serve(file, *options, path=None, environment={})``: `panel serve` on a free port; the page's address.

    The same call again gives the same server.
    """
    servers: dict[tuple[object, ...], tuple[subprocess.Popen[bytes], str]] = {}

    def start(
        file: Path | str, *options: str, path: str | None = None, environment: dict[str, str] | None = None
    ) -> str:
        key = (str(file), options, path, tuple(sorted((environment or {}).items())))
        if key not in servers:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            log = tmp_path_factory.mktemp("serve") / "log.txt"
            command = [sys.executable, "-m", "panel", "serve", str(file), "--port", str(port), "--address", "127.0.0.1"]
            command += [
                "--allow-websocket-origin",
                f"127.0.0.1:{port}",
                "--liveness",
                "--unused-session-lifetime",
                "120000",
                *options,
            ]
            with log.open("wb") as output:
                process = subprocess.Popen(
                    command,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    cwd=REPOSITORY,
                    env={**os.environ, **(environment or {})},
                )
            prefix = options[options.index("--prefix") + 1].strip("/") if "--prefix" in options else ""
            root = f"http://127.0.0.1:{port}" + (f"/{prefix}" if prefix else "")
            page = path if path is not None else f"/{Path(file).stem}"
            wait_until_alive(process, f"{root}/liveness", log)
            servers[key] = (process, root + page)
        return servers[key][1]

    yield start
    for process, _ in servers.values():
        process.terminate()
    for process, _ in servers.values():
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.fixture(scope="session")
def app_url(serve: Callable[..., str]) -> str:
    """The product's page."""
    return serve(REPOSITORY / "app.py")


@pytest.fixture(scope="session")
def planted_url(serve: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The product's page with models of a person's own: an ASE calculator, and two with a name for what they do."""
    settings = tmp_path_factory.mktemp("models") / "models.toml"
    models = {
        "hard-cutoff": ("hard_cutoff.py", "Hard cutoff"),
        "endless": ("endless.py", "Endless, hard kNN, k = 8"),
        "mine": ("my_calculator.py", "My model"),
    }
    settings.write_text(
        "".join(
            f'[[model]]\nspec = "{HERE / file}:make"\nname = "{name}"\ndisplay_name = "{title}"\n\n'
            for name, (file, title) in models.items()
        )
    )
    return serve(REPOSITORY / "app.py", environment={"BSCT_MODELS": str(settings)})


class Watch:
    """What a page did that it must not do. A test that provokes an error on purpose empties `console`."""

    def __init__(self) -> None:
        self.outside: list[str] = []
        self.console: list[str] = []

    def attach(self, page: Any) -> None:
        """Cut the page off from other hosts, and listen to its console."""
        page.route("**/*", self._route)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.console.append(f"uncaught: {error}"))

    def _route(self, route: Any) -> None:
        address = urlsplit(route.request.url)
        if address.scheme in ("data", "blob") or address.hostname in ("127.0.0.1", "localhost"):
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort()

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning") and not NOT_OURS.search(message.text):
            self.console.append(f"{message.type}: {message.text}")

    def check(self) -> None:
        assert not self.outside, f"the page asked other hosts: {self.outside}"
        assert not self.console, "the page's console says:\n" + "\n".join(self.console)


@pytest.fixture(scope="session")
def shared_context(browser: Any, browser_context_args: dict[str, Any]) -> Iterator[Any]:
    """One browser profile for all tests: its cache spares all pages but the first compiling 10 MB of scripts."""
    context = browser.new_context(**browser_context_args)
    yield context
    context.close()


def new_page(context: Any) -> Any:
    """A new page without what an earlier one stored."""
    context.clear_cookies()
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.add_init_script("try { localStorage.clear(); sessionStorage.clear() } catch {}")
    return page


def guard(page: Any) -> Any:
    """Cut a page off from other hosts; `page.watch` holds what it did."""
    page.watch = Watch()
    page.watch.attach(page)
    return page


@pytest.fixture
def page(shared_context: Any, kept: dict[str, Any]) -> Iterator[Any]:
    """A page of the test's own."""
    put_away(kept)
    page = new_page(shared_context)
    yield page
    page.close()


@pytest.fixture
def guarded(page: Any) -> Iterator[Any]:
    """A page without other hosts; `guarded.watch` is checked when the test ends."""
    guard(page)
    yield page
    page.watch.check()


@pytest.fixture(scope="session")
def kept(shared_context: Any) -> Iterator[dict[str, Any]]:
    """The page that the next test may take over, by its address."""
    pages: dict[str, Any] = {}
    yield pages
    put_away(pages)


def put_away(kept: dict[str, Any]) -> None:
    """Close what is kept: an open page costs time even where nobody looks."""
    while kept:
        kept.popitem()[1].close()


PASSED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Note whether a test has passed, for `kept_page`."""
    report = yield
    if call.when == "call":
        item.stash[PASSED] = report.passed
    return report


@pytest.fixture
def kept_page(
    request: pytest.FixtureRequest, shared_context: Any, kept: dict[str, Any]
) -> Iterator[Callable[[str, Callable[[Any], None], Callable[[Any], None]], Any]]:
    """``kept_page(address, ready, restore)``: a guarded page that tests take over from each other.

    Opening one takes several times as long as most tests. `ready` waits until a new one is there. `restore` brings it
    back to what it was, by its own controls, for the next test with this address. After a failure one is opened anew.
    """
    used: list[tuple[str, Any, Callable[[Any], None]]] = []

    def take(address: str, ready: Callable[[Any], None], restore: Callable[[Any], None]) -> Any:
        page = kept.pop(address, None)
        if page is None:
            put_away(kept)
            page = guard(new_page(shared_context))
            page.goto(address)
            ready(page)
        used.append((address, page, restore))
        return page

    yield take
    for address, page, restore in used:
        try:
            page.watch.check()
            if request.node.stash.get(PASSED, False):
                restore(page)
                kept[address] = page
        finally:
            if kept.get(address) is not page:
                page.close()
