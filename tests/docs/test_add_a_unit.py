"""docs/add-a-unit.md, followed in a copy of the house: one record in one file, and every door has the unit."""

from __future__ import annotations

from pathlib import Path

from walks import ROOT, Walk, copy_of_the_house


def test_a_unit_is_one_record_in_one_file(tmp_path: Path) -> None:
    house = copy_of_the_house(tmp_path)
    walk = Walk(ROOT / "docs" / "add-a-unit.md", house).follow()
    assert walk.files == ["bsct_explorer/words/units.py"]
    for command in ("scan", "check", "map"):
        assert "{eV,kJ/mol,kcal/mol,Eh}" in walk.run(f"bsct-explorer {command} --help")
    page = (
        "from bsct_explorer.app.state import ExplorerState, to_query\n"
        "state = ExplorerState(energy_unit='Eh')\n"
        "from bsct_explorer.words.units import in_unit\n"
        "print(state.param.energy_unit.objects, to_query(state)['unit'], in_unit('by 27.2 eV/Å', state.shown_unit))"
    )
    assert walk.python(page) == "['eV', 'kJ/mol', 'kcal/mol', 'Eh'] Eh by 1.000 Eh/Å"
