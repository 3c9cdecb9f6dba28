"""A format is one file: added to a copy of the package, `scan` and `check` write it and the page offers it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

RECORD = '''
"""How many findings each potential has, as a table of Markdown."""

from bsct_explorer.export.file_format import FileFormat


def make(result, unit):
    from bsct_explorer.study import studies_of

    rows = [f"| {a.profile.info.name} | {len(a.artifacts)} |" for s in studies_of(result) for a in s.analyses]
    table = "\\\\n".join(["| potential | findings |", "| --- | --- |", *rows])
    return f"{table}\\\\n\\\\nEnergies in {unit.name}.\\\\n"


FORMAT = FileFormat(
    name="markdown",
    place=15,
    suffix="md",
    label="Markdown, how many findings",
    help="how many findings each potential has, as a table of Markdown",
    make=make,
)
'''.replace("\\\\n", "\\n")

SCAN = ("-m", "bsct_explorer", "scan", "water", "--bond", "0-1", "--points", "20", "--reference", "none")
MODELS = ("--model", "morse", "--model", "lennard-jones", "--no-refine")

DESK = Path(__file__).resolve().parents[1] / "app"

PAGE = """
import json, sys
sys.path.insert(0, sys.argv[1])
from desk import Session
from bsct_explorer.app.downloads import download_buttons, file_content
from bsct_explorer.export.formats import FORMATS

session = Session(molecule="water", energy_unit="kcal/mol").open()
buttons = download_buttons(lambda: session.comparison)
print(json.dumps({
    "labels": [button.label for button in buttons],
    "file": [button.filename for button in buttons][1],
    "content": file_content(FORMATS["markdown"], session.comparison).decode(),
}))
"""


def test_one_file_more_is_one_output_more_of_scan_and_check(package_copy) -> None:
    package_copy.write("export/formats/markdown.py", RECORD)
    for command in ("scan", "check"):
        help_text = package_copy.run("-m", "bsct_explorer", command, "--help").stdout
        assert "--markdown PATH" in help_text
        assert "how many findings each potential has" in help_text
    done = package_copy.run(*SCAN, *MODELS, "--markdown", "-", "--unit", "kJ/mol")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[2].startswith("| morse |")
    assert done.stdout.splitlines()[3].startswith("| lennard-jones |")
    assert done.stdout.endswith("Energies in kJ/mol.\n"), "and no table for a person behind it"
    package_copy.run(*SCAN, *MODELS, "--markdown", "found.md", "--json", "found.json")
    assert (package_copy.folder / "found.md").read_text(encoding="utf-8").startswith("| potential | findings |")
    clash = package_copy.run(*SCAN, *MODELS, "--markdown", "same", "--json", "same")
    assert clash.returncode == 2
    assert "--markdown" in clash.stderr


def test_one_file_more_is_one_download_more(package_copy) -> None:
    package_copy.write("export/formats/markdown.py", RECORD)
    done = package_copy.run("-c", PAGE, str(DESK))
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["labels"][:3] == ["CSV, curves", "Markdown, how many findings", "JSON, everything"]
    assert seen["file"] == "scan.md"
    assert "| morse |" in seen["content"]
    assert seen["content"].endswith("Energies in kcal/mol.\n")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("nothing", "", "export/formats/nothing.py holds no FileFormat as FORMAT"),
        ("other", RECORD, "export/formats/other.py holds the format 'markdown': name both the same"),
        ("markdown", RECORD.replace("place=15", "place=10"), "have the same place, 10"),
        ("markdown", RECORD.replace("    make=make,\n", ""), "missing 1 required positional argument"),
        ("markdown", RECORD.replace('suffix="md"', 'suffix=""'), "mend its suffix"),
    ],
)
def test_a_record_that_lacks_a_part_is_an_error_at_import(package_copy, name: str, text: str, said: str) -> None:
    package_copy.write(f"export/formats/{name}.py", text)
    done = package_copy.run("-c", "import bsct_explorer.export.formats")
    assert done.returncode != 0
    assert said in done.stderr
