"""Texts and tables that the documentation takes from elsewhere: a Markdown extension, named in mkdocs.yml.

A page holds a comment on a line of its own, and the build puts the text in its place, so that each text and each table
has one home:

    <!-- include: README.md#The first five minutes -->   the section below that heading, without the heading
    <!-- include: CHANGELOG.md -->                        the whole file
    <!-- help: scan -->                                   what `bsct-explorer scan --help` prints
    <!-- table: metrics -->                               a table of `TABLES` below
    <!-- table: rooms -->                                 or a figure, as SVG

What is not found stops the build. It is an extension of Python-Markdown and not a hook of MkDocs, so that the pages can
move to another generator: Zensical, the successor of Material for MkDocs, builds them from the same mkdocs.yml.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

ROOT = Path(__file__).resolve().parents[1]

DIRECTIVE = re.compile(r"^<!-- (include|help|table): ?(.*?) -->$", re.MULTILINE)
HEADING = re.compile(r"^(#+) (.+)$")


class Texts(Preprocessor):
    """Puts the texts that a page's comments name in their places, before anything else reads the page."""

    def run(self, lines: list[str]) -> list[str]:
        """The page's lines with every directive replaced."""
        return filled("\n".join(lines)).split("\n")


class TextsExtension(Extension):
    """Registers `Texts`."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Run before code blocks are taken out (priority 25) and whitespace is normalised (30)."""
        md.preprocessors.register(Texts(md), "docs_texts", 40)


def makeExtension(**_: object) -> TextsExtension:
    """What Python-Markdown asks an extension's module for."""
    return TextsExtension()


def filled(markdown: str) -> str:
    """The page's text with every directive replaced.

    Raises
    ------
    ValueError
        A directive names a section, a command or a table that does not exist.
    """
    makers: dict[str, Callable[[str], str]] = {"include": included, "help": help_of, "table": table_of}
    return DIRECTIVE.sub(lambda found: makers[found[1]](found[2]), markdown)


def included(name: str) -> str:
    """A file of the repository or, behind ``#``, one of its sections; its links are rewritten for a page in docs/."""
    path, _, heading = name.partition("#")
    text = (ROOT / path).read_text(encoding="utf-8")
    text = section(text, heading, path) if heading else text
    return re.sub(r"\]\((?!\w+:|#)(?:docs/)?([^)]*)\)", relinked, text)


def relinked(link: re.Match[str]) -> str:
    """A link of a file in the repository's root, as seen from docs/."""
    pages = {"CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md", "README.md": "index.md"}
    return f"]({pages.get(link[1], link[1])})"


def section(text: str, heading: str, path: str) -> str:
    """What stands below a heading, to the next one of its level or a higher one; code blocks hold no headings."""
    lines: list[str] = []
    level = 0
    fenced = False
    for line in text.splitlines():
        fenced ^= line.lstrip().startswith("```")
        found = None if fenced else HEADING.match(line)
        if level and found and len(found[1]) <= level:
            break
        if level:
            lines.append(line)
        elif found and found[2] == heading:
            level = len(found[1])
    if not level:
        raise ValueError(f"{path} has no section {heading!r}")
    return "\n".join(lines).strip()


def help_of(command: str) -> str:
    """What a command's ``--help`` prints, as a block of text; of no command, the list of them."""
    from bsct_explorer.cli.parser import build_parser

    text, width = io.StringIO(), os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = "100"
    try:
        with contextlib.redirect_stdout(text), contextlib.suppress(SystemExit):
            build_parser().parse_args([*command.split(), "--help"])
    finally:
        os.environ.pop("COLUMNS")
        if width is not None:
            os.environ["COLUMNS"] = width
    if not text.getvalue():
        raise ValueError(f"there is no command {command!r}")
    return f"```text\n{text.getvalue().strip()}\n```"


def table_of(name: str) -> str:
    """A table of the records that the package holds."""
    if name not in TABLES:
        raise ValueError(f"there is no table {name!r}; there are {', '.join(TABLES)}")
    return TABLES[name]()


def rows(head: Iterable[str], lines: Iterable[Iterable[object]]) -> str:
    """A Markdown table; a bar in a cell is escaped."""

    def row(cells: Iterable[object]) -> str:
        return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"

    head = list(head)
    return "\n".join([row(head), row("---" for _ in head), *map(row, lines)])


def metrics() -> str:
    """Every metric: what it says, how it is defined, who defined it."""
    from bsct_explorer.metrics import METRICS

    better = {True: "lower", False: "higher", None: "–"}
    blocks = []
    for metric in METRICS.values():
        facts = rows(
            ("unit", "better", "ideal", "needs a reference", "defined by"),
            [
                (
                    metric.unit or "–",
                    better[metric.lower_is_better],
                    "–" if metric.ideal is None else f"{metric.ideal:g}".replace("-", "−"),
                    "yes" if metric.needs_reference else "no",
                    metric.source,
                )
            ],
        )
        blocks.append(
            f"## {metric.label}\n\n`{metric.key}`\n\n{metric.description}\n\n```text\n{metric.formula}\n```\n\n{facts}"
        )
    return "\n\n".join(blocks)


def kinds() -> str:
    """Every kind of finding: what it means on each coordinate, what it does, what mends it, what decides on it."""
    from bsct_explorer.artifacts import KINDS

    blocks = []
    for kind in KINDS.values():
        means = rows(
            ("on", "it means"),
            [("a bond", kind.on_bond), ("an angle", kind.on_angle), ("a torsion", kind.on_torsion)],
        )
        facts = rows(
            ("its size is", "symbol in plots", "thresholds"),
            [
                (
                    "in eV" if kind.quantity == "energy" else "in eV/Å or eV/°",
                    kind.symbol.replace("_", " "),
                    ", ".join(f"[`{name}`](thresholds.md)" for name in kind.thresholds),
                )
            ],
        )
        blocks.append(
            f"## {kind.title.capitalize()}\n\n`{kind.name}`\n\n{means}\n\n{kind.effect}\n\n{kind.remedy}\n\n{facts}"
        )
    return "\n\n".join(blocks)


def remarks() -> str:
    """Every kind of remark: its name, whether it casts doubt, when it is said."""
    from bsct_explorer.remarks import REMARK_KINDS

    ordered = sorted(REMARK_KINDS.values(), key=lambda kind: (not kind.doubt, kind.name))
    return rows(
        ("name", "casts doubt", "about", "when it is said"),
        [(f"`{kind.name}`", "yes" if kind.doubt else "no", kind.title, kind.meaning) for kind in ordered],
    )


def thresholds() -> str:
    """Every threshold: its key, unit, usual value, what it does, and on which kinds it decides."""
    from bsct_explorer.artifacts import KINDS
    from bsct_explorer.artifacts.thresholds import ABOUT, USUAL

    blocks = []
    for name, about in ABOUT.items():
        titles = [f"[{kind.title}](kinds.md)" for kind in KINDS.values() if name in kind.thresholds]
        usual = f"{USUAL[name]:g} {about.unit}".strip()
        facts = rows(("key", "usual value", "decides on"), [(f"`{name}`", usual, ", ".join(titles) or "–")])
        blocks.append(f"## {about.label}\n\n{about.help}\n\n{facts}")
    return "\n\n".join(blocks)


def commands() -> str:
    """The options of every command."""
    from bsct_explorer.cli.commands import COMMANDS

    return "\n\n".join(f"## {name}\n\n{help_of(name)}" for name in COMMANDS)


def references() -> str:
    """Every format of reference files: what is read of it, in which units, and what is refused."""
    from bsct_explorer.references.readers import READERS

    return rows(
        ("format", "known by", "what is read", "units", "what is refused"),
        [
            (
                reader.name,
                ", ".join(f"`{suffix}`" for suffix in reader.suffixes),
                reader.reads,
                reader.units,
                "; ".join(reader.refuses),
            )
            for reader in READERS
        ],
    )


def rooms() -> str:
    """The rooms and the arrows between them, as SVG."""
    from scripts.rooms_figure import rooms_figure

    return rooms_figure()


def structure_formats() -> str:
    """Every format of structure files: what is read of it and what is refused."""
    from bsct_explorer.molecules.structure_formats import STRUCTURE_FORMATS

    return rows(
        ("format", "endings", "read", "refused"),
        [
            (
                each.name,
                ", ".join(f"`{suffix}`" for suffix in each.suffixes),
                "; ".join(each.reads),
                "; ".join(each.refuses),
            )
            for each in STRUCTURE_FORMATS
        ],
    )


TABLES: dict[str, Callable[[], str]] = {
    "commands": commands,
    "kinds": kinds,
    "metrics": metrics,
    "remarks": remarks,
    "thresholds": thresholds,
    "references": references,
    "rooms": rooms,
    "structure-formats": structure_formats,
}
