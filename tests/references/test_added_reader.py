"""A format of reference files is one file: added to a copy of the package, `scan --reference` reads it."""

from __future__ import annotations

import json

import pytest

RECORD = '''
"""JSON with the lists r (Å) and e (eV)."""

import json

from bsct_explorer.references.readers import table_of_energies
from bsct_explorer.references.reference_reader import ReferenceReader, ReferenceText


def read(given):
    lists = json.loads(given.text)
    rows = "\\n".join(f"{r},{e}" for r, e in zip(lists["r"], lists["e"], strict=True))
    return table_of_energies.read(ReferenceText(rows, given.name, given.scan, level=given.level))


READER = ReferenceReader("JSON", 70, (".lists",), lambda text: text.lstrip().startswith("{"), read,
                         reads="Two lists.", units="eV, Å.", refuses=("other JSON",))
'''

SCAN = ("-m", "bsct_explorer", "scan", "water", "--bond", "0-1", "--points", "20", "--no-refine", "--model", "morse")


def test_one_file_more_is_one_format_more(package_copy) -> None:
    package_copy.write("references/readers/json_lists.py", RECORD)
    r = [0.4 + 0.1 * k for k in range(20)]
    file = package_copy.folder / "mine.lists"
    file.write_text(json.dumps({"r": r, "e": [(x - 1) ** 2 for x in r]}), encoding="utf-8")
    done = package_copy.run(*SCAN, "--reference", "mine.lists", "--reference-level", "mine", "--json", "-")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["reference"]["level_of_theory"] == "mine"
    assert found["reference"]["energies"][0] == pytest.approx((found["coordinate"]["values"][0] - 1) ** 2)
    accepted = package_copy.run("-c", "from bsct_explorer.references.readers import SUFFIXES; print(sorted(SUFFIXES))")
    assert "'.lists'" in accepted.stdout


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "references/readers/mine.py holds no ReferenceReader as READER"),
        (RECORD.replace(".lists", ".csv"), "Two readers of reference files claim .csv"),
        (RECORD.replace("70", "10"), "Two readers of reference files claim 10"),
        (RECORD.replace('units="eV, Å."', 'units=""'), "does not say what it reads"),
        (RECORD.replace('".lists"', '"lists"'), "suffixes with a dot"),
    ],
)
def test_a_record_that_lacks_a_part_is_an_error_at_import(package_copy, text: str, said: str) -> None:
    package_copy.write("references/readers/mine.py", text)
    done = package_copy.run("-c", "import bsct_explorer.references.readers")
    assert done.returncode != 0
    assert said in done.stderr
