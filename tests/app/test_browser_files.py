"""The page's ES modules are joined to the one that Panel hands to the browser."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bsct_explorer.app import browser_files
from bsct_explorer.app.browser_files import APP, exported, script

ENTRIES = sorted(
    str(path.relative_to(APP)) for path in APP.rglob("*.js") if "render" in exported(path.read_text(encoding="utf-8"))
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(browser_files, "APP", tmp_path)
    return tmp_path


def test_what_is_imported_stands_before_it_once_and_in_a_scope_of_its_own(folder: Path) -> None:
    (folder / "in").mkdir()
    (folder / "a.js").write_text("export const one = 1;\nconst own = 2;\nexport function two() {\n  return own;\n}\n")
    (folder / "in" / "b.js").write_text('import { one } from "../a.js";\n\nexport const three = one + 2;\n')
    (folder / "c.js").write_text(
        'import { one, two } from "./a.js";\nimport {\n  three,\n} from "./in/b.js";\n\n'
        "export const render = [one, two, three];\n"
    )
    text = script("c.js")
    assert text.count("const own = 2;") == 1
    assert text.index("const own") < text.index("one + 2") < text.index("render")
    assert "import" not in text
    assert exported(text) == ["render"]
    assert "return { one, two };" in text
    assert "const { one } = module0;" in text
    assert "const { three } = module1;" in text


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ('import { four } from "./a.js";\n', "imports four, which a.js does not export"),
        ('import all from "./a.js";\n', "import all"),
        ('import * as all from "./a.js";\n', "not understood"),
        ('import { one as first } from "./a.js";\n', "one as first"),
        ("export default 1;\n", "export default"),
        ("const one = 1;\nexport { one };\n", "not understood"),
        ('import { itself } from "./b.js";\nexport const itself = 1;\n', "b.js imports itself through b.js"),
        ('import "https://elsewhere.example/x.js";\n', "not understood"),
    ],
)
def test_what_cannot_be_joined_is_refused(folder: Path, code: str, words: str) -> None:
    (folder / "a.js").write_text("export const one = 1;\n")
    (folder / "b.js").write_text(code)
    with pytest.raises(ValueError, match=words):
        script("b.js")


@pytest.mark.parametrize("name", ENTRIES)
def test_a_joined_module_knows_every_name_that_it_uses(name: str, tmp_path: Path) -> None:
    oxlint = shutil.which("oxlint", path=f"{Path(sys.executable).parent}")
    if oxlint is None:
        pytest.skip("needs oxlint: install the extra `test`")
    file = tmp_path / "joined.js"
    file.write_text(script(name), encoding="utf-8")
    command = [oxlint, "--allow=all", "--deny=no-undef", "--deny=no-redeclare", "--format=unix", "joined.js"]
    (tmp_path / ".oxlintrc.json").write_text('{"env": {"browser": true, "es2024": true}}', encoding="utf-8")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    file.write_text(script(name) + "\nrender(whoIsThis);\n", encoding="utf-8")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, text=True).returncode == 1


def test_there_are_components() -> None:
    assert {"components/findings.js", "components/player.js", "viewer/viewer.js"} <= set(ENTRIES)
