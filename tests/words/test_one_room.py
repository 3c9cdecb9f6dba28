"""Numbers, units and atom labels are written in one room: no module writes its own."""

from __future__ import annotations

import ast
import re
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "bsct_explorer"

FOR_MACHINES = {
    "app/session/finding_board.py",  # a finding's key
    "app/session/molecule_sources.py",  # a structure as extended xyz
    "app/viewer/forces.py",  # rounding, read back at once
    "app/viewer/structure.py",  # a structure as a molfile
    "molecules/mol_blocks.py",  # columns of a mol block, which rdkit reads
    "potentials/contract_checks.py",  # an assertion
    "testbed/learning/loop.py",  # a training log
}
"""Modules whose formatted numbers no person reads."""

LABEL = re.compile(r"symbols\[(\w+)\]\}\{\1\}")


def sources() -> dict[str, str]:
    paths = [path for path in PACKAGE.rglob("*.py") if path.parent.name != "words"]
    return {str(path.relative_to(PACKAGE)): path.read_text(encoding="utf-8") for path in paths}


def own_formats(source: str) -> list[str]:
    """Numbers with decimals or significant digits that an f-string of this source writes by itself."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            spec = "".join(part.value for part in node.format_spec.values if isinstance(part, ast.Constant))
            if re.fullmatch(r".*\.\d*[fegEG]|\.?\d*[eE]", spec):
                found.append(ast.unparse(node))
    return found


def test_numbers() -> None:
    own = {name: formats for name, source in sources().items() if (formats := own_formats(source))}
    assert {name: formats for name, formats in own.items() if name not in FOR_MACHINES} == {}
    assert set(own) == FOR_MACHINES, "and no module is excused that needs no excuse"
    assert own_formats('f"{x:.3f} Å"'), "the test would see one"


def test_minus_signs_and_powers() -> None:
    own = [name for name, text in sources().items() if '"-", "−"' in text or "maketrans" in text or "× 10{" in text]
    assert own == []


def test_atom_labels() -> None:
    assert [name for name, text in sources().items() if LABEL.search(text)] == []
    assert LABEL.search('f"{molecule.symbols[i]}{i}"'), "the test would see one"
