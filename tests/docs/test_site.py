"""The documentation builds strictly, without a network, and its pages load nothing from elsewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

pytest.importorskip("material", reason="needs the extra `docs`")
pytest.importorskip("mkdocstrings", reason="needs the extra `docs`")

ROOT = Path(__file__).resolve().parents[2]
OUTSIDE = re.compile(r"^\s*(?:[a-z][a-z+.-]*:)?//", re.IGNORECASE)
NO_NETWORK = """
import socket, sys
def refuse(*_, **__): raise AssertionError("the build asked the network")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
from mkdocs.__main__ import cli
cli(sys.argv[1:])
"""


class Loads(HTMLParser):
    """What a page loads by itself when it is opened; a link that a person may click is none."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "link" and values.get("rel") not in ("canonical", "prev", "next"):
            self.found.append(values.get("href", ""))
        if tag in ("script", "img", "iframe", "source", "video", "audio", "embed", "image"):
            self.found += [values.get("src", ""), values.get("srcset", ""), values.get("href", "")]
        if tag == "object":
            self.found.append(values.get("data", ""))
        self.found += re.findall(r"url\(['\"]?([^)'\"]+)", values.get("style", ""))


def loads(html: str) -> list[str]:
    """Addresses that the page loads from another server."""
    parser = Loads()
    parser.feed(html)
    return [address for address in parser.found if OUTSIDE.match(address)]


def build(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Build into a folder as `make docs` does; with ``--quiet`` MkDocs would not count its warnings."""
    command = [sys.executable, "-c", NO_NETWORK, "build", "--strict", "--site-dir", str(folder), *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site."""
    folder = tmp_path_factory.mktemp("site")
    done = build(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_a_broken_link_stops_the_build(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "index.md").write_text("# One page\n\nA [link](nowhere.md) to nowhere.\n", encoding="utf-8")
    config = tmp_path / "mkdocs.yml"
    config.write_text(f"INHERIT: {ROOT / 'mkdocs.yml'}\ndocs_dir: {pages}\nnav: [index.md]\n", encoding="utf-8")
    done = build(tmp_path / "site", "--config-file", str(config))
    assert done.returncode != 0
    assert "nowhere.md" in done.stdout + done.stderr


def test_a_page_that_loads_from_elsewhere_is_noticed() -> None:
    assert loads('<link rel="stylesheet" href="https://fonts.googleapis.com/css?family=Roboto">')
    assert loads('<script src="//cdn.example.org/x.js"></script>')
    assert loads('<p style="background: url(http://example.org/x.png)">')
    assert not loads('<a href="https://arxiv.org/abs/2602.04861">the paper</a><img src="page.png">')


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 15
    found = {page.name: loads(page.read_text(encoding="utf-8")) for page in pages}
    assert {name: addresses for name, addresses in found.items() if addresses} == {}
    for sheet in site.rglob("*.css"):
        assert not re.search(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//", sheet.read_text(encoding="utf-8")), sheet


def test_no_page_asks_for_mermaid(site: Path) -> None:
    """The theme would load it from a server of others where a page has such a diagram."""
    assert [page for page in site.rglob("*.html") if 'class="mermaid"' in page.read_text(encoding="utf-8")] == []


def test_every_directive_was_filled_in(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"<!-- (include|help|table):", text), page


def test_the_pages_have_the_texts_of_their_homes(site: Path) -> None:
    from bsct_explorer.metrics import METRICS

    commands = (site / "command-line.html").read_text(encoding="utf-8")
    assert "--all-bonds" in commands
    assert "what is pulled" in commands
    metrics = (site / "metrics.html").read_text(encoding="utf-8")
    assert [key for key in METRICS if f"<code>{key}</code>" not in metrics] == []
    assert "Drag the slider" in (site / "first-five-minutes.html").read_text(encoding="utf-8")
    assert 'id="bsct_explorer.molecules.load_molecule"' in (site / "api" / "molecules.html").read_text(encoding="utf-8")


def test_a_directive_that_names_nothing_stops_the_build() -> None:
    from scripts.docs_texts import filled

    with pytest.raises(ValueError, match="no section 'No such'"):
        filled("<!-- include: README.md#No such -->")
    with pytest.raises(ValueError, match="no command 'nosuch'"):
        filled("<!-- help: nosuch -->")
    with pytest.raises(ValueError, match="no table 'nosuch'"):
        filled("<!-- table: nosuch -->")
