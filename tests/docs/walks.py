"""Follow a walk of docs/ literally: write its files, make its edits, run its commands in a temporary copy of the house.

A walk is a page whose fenced blocks say what to do:

- a block with ``title="path"`` is a new file of that path;
- a ``diff`` block with ``title="path"`` is an edit: the lines that begin with a blank or ``-`` stand in the file once,
  together, and those that begin with a blank or ``+`` stand there afterwards;
- a ``sh`` block is run; a ``text`` block that follows is what it prints, where ``...`` stands for anything.

Other blocks are for reading only.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,}) ?(?P<language>[\w-]*)(?P<rest>[^`\n]*)$")
COPIED = (
    "bsct_explorer",
    "scripts",
    "docs",
    "tests",
    "pyproject.toml",
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "mkdocs.yml",
)
RUNS_FOR = 300
"""Seconds that one command of a walk may take."""


@dataclass(frozen=True)
class Block:
    """A fenced block of a page: its language, the file that it is or edits, its text, and the line that it opens on."""

    language: str
    title: str
    text: str
    line: int


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page in their order."""
    found: list[Block] = []
    lines = iter(enumerate(page.splitlines(), start=1))
    for number, line in lines:
        opening = FENCE.match(line)
        if not opening:
            continue
        indent = len(opening["indent"])
        title = re.search(r'title="([^"]*)"', opening["rest"])
        inside = list(_until(lines, opening["ticks"]))
        text = "".join(f"{row[indent:] if row[:indent].isspace() else row}\n" for row in inside)
        found.append(Block(opening["language"], title[1] if title else "", text, number))
    return found


def _until(lines: Iterator[tuple[int, str]], ticks: str) -> Iterator[str]:
    for _, line in lines:
        if line.strip() == ticks:
            return
        yield line
    raise ValueError("a fenced block has no end")


def edited(text: str, diff: str) -> str:
    """A file's text after the edit that a ``diff`` block shows.

    Raises
    ------
    ValueError
        What the edit starts from does not stand in the file exactly once.
    """
    for hunk in re.split(r"^@@.*\n", diff, flags=re.MULTILINE):
        if not hunk.strip():
            continue
        rows = hunk.splitlines()
        before = "".join(f"{row[1:]}\n" for row in rows if row[:1] != "+")
        after = "".join(f"{row[1:]}\n" for row in rows if row[:1] != "-")
        if text.count(before) != 1:
            raise ValueError(f"these lines stand in the file {text.count(before)} times, not once:\n{before}")
        text = text.replace(before, after)
    return text


def prints(expected: str, printed: str) -> bool:
    """Whether what was printed is what the page shows; ``...`` stands for anything, blanks at line ends for nothing."""
    wanted, got = ("\n".join(row.rstrip() for row in text.splitlines()).strip() for text in (expected, printed))
    return re.fullmatch(".*".join(re.escape(part) for part in wanted.split("...")), got, re.DOTALL) is not None


@dataclass
class Walk:
    """A page that is followed in a folder.

    Attributes
    ----------
    page
        Path of the page.
    house
        The temporary copy.
    files
        Paths that the page made or edited, in order, each once.
    printed
        What each command printed, by its text.
    """

    page: Path
    house: Path
    files: list[str] = field(default_factory=list)
    printed: dict[str, str] = field(default_factory=dict)

    def follow(self) -> Walk:
        """Do everything that the page says, in its order.

        Raises
        ------
        AssertionError
            A command failed, or printed something else than the page shows.
        """
        last = ""
        for block in blocks(self.page.read_text(encoding="utf-8")):
            if block.title:
                self._write(block)
            elif block.language == "sh":
                last = self.run(block.text)
            elif block.language == "text" and last:
                where = f"{self.page.name}, line {block.line}"
                assert prints(block.text, last), f"{where}: the page shows\n{block.text}\nand this is printed\n{last}"
                last = ""
        return self

    def write(self) -> Walk:
        """Make and edit the files of the page, in its order, and run nothing."""
        for block in blocks(self.page.read_text(encoding="utf-8")):
            if block.title:
                self._write(block)
        return self

    def _write(self, block: Block) -> None:
        path = (self.house / block.title).resolve()
        assert path.is_relative_to(self.house), f"line {block.line}: {block.title} lies outside"
        if block.language == "diff":
            path.write_text(edited(path.read_text(encoding="utf-8"), block.text), encoding="utf-8")
        else:
            assert not path.exists() or block.title in self.files, f"line {block.line}: {block.title} is there already"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        if block.title not in self.files:
            self.files.append(block.title)

    def run(self, command: str) -> str:
        """Run a shell command in the copy, with the copy's package; returns what it printed on standard output."""
        done = subprocess.run(
            ["sh", "-e", "-c", command],
            cwd=self.house,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=RUNS_FOR,
        )
        assert done.returncode == 0, f"{self.page.name}: {command}{done.stdout}{done.stderr}"
        self.printed[command] = done.stdout
        return done.stdout

    def python(self, code: str) -> str:
        """Run Python with the copy's package; returns what it printed, without blanks around."""
        command = [sys.executable, "-c", code]
        done = subprocess.run(
            command, cwd=self.house, env=self.environment(), capture_output=True, text=True, timeout=RUNS_FOR
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    def environment(self) -> dict[str, str]:
        """Variables under which the copy's package and its command line are found before any other."""
        path = os.pathsep.join((str(self.house / ".bin"), str(Path(sys.executable).parent), os.environ["PATH"]))
        return {**os.environ, "PYTHONPATH": str(self.house), "PATH": path}


def copy_of_the_house(folder: Path) -> Path:
    """A copy that a walk may change: the package, its scripts and pages, and the command line."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("*.png"))
        else:
            shutil.copy(source, folder / name)
    binary = folder / ".bin" / "bsct-explorer"
    binary.parent.mkdir()
    binary.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m bsct_explorer "$@"\n', encoding="utf-8")
    binary.chmod(0o755)
    return folder.resolve()
