"""The walks of docs/ work: a test follows each literally, in a copy of the house, and looks behind every door."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from walks import Walk, blocks, copy_of_the_house, edited, prints


def walk(page: str, folder: Path) -> Walk:
    """A page that stands in the folder, followed there."""
    path = folder / "page.md"
    path.write_text(textwrap.dedent(page), encoding="utf-8")
    return Walk(path, folder).follow()


def test_blocks_are_read_with_their_files() -> None:
    page = '# A page\n\n```python title="a/b.py"\nx = 1\n```\n\n1. Indented:\n\n    ```sh\n    ls\n    ```\n'
    found = blocks(page)
    assert [(block.language, block.title, block.text) for block in found] == [
        ("python", "a/b.py", "x = 1\n"),
        ("sh", "", "ls\n"),
    ]
    assert found[0].line == 3


def test_an_edit_must_fit_the_file_once() -> None:
    assert edited("a\nb\nc\n", " a\n-b\n+B\n+BB\n c\n") == "a\nB\nBB\nc\n"
    assert edited("a\nb\n", "@@ first @@\n-a\n+A\n@@ second @@\n-b\n+B\n") == "A\nB\n"
    with pytest.raises(ValueError, match="0 times"):
        edited("a\nb\n", "-x\n+y\n")
    with pytest.raises(ValueError, match="2 times"):
        edited("a\na\n", "-a\n+b\n")


def test_what_is_printed_is_compared() -> None:
    assert prints("one\n...\nthree\n", "one\ntwo\nthree\n")
    assert prints("a ... b\n", "a 1.234 b  \n")
    assert not prints("one\nthree\n", "one\ntwo\nthree\n")
    assert not prints("one\n", "one\ntwo\n")


def test_a_walk_is_followed_and_a_page_that_lies_is_noticed(tmp_path: Path) -> None:
    page = """\
        ```python title="new.py"
        print("one")
        ```
        ```diff title="new.py"
        -print("one")
        +print("two")
        ```
        ```sh
        python new.py
        ```
        ```text
        two
        ```
        """
    done = walk(page, tmp_path)
    assert done.files == ["new.py"]
    assert done.printed == {"python new.py\n": "two\n"}
    (tmp_path / "new.py").unlink()
    with pytest.raises(AssertionError, match="the page shows"):
        walk(page.replace("\n        two", "\n        three"), tmp_path)
    with pytest.raises(AssertionError, match="is there already"):
        walk(page, tmp_path)
    with pytest.raises(AssertionError, match="No such file"):
        walk("```sh\ncat nothing\n```\n", tmp_path)
    with pytest.raises(AssertionError, match="lies outside"):
        walk('```python title="../new.py"\n```\n', tmp_path)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the house that a walk may change."""
    return copy_of_the_house(tmp_path)


def test_the_copy_is_what_a_walk_asks(house: Path) -> None:
    copied = Walk(Path("none.md"), house)
    assert Path(copied.python("import bsct_explorer; print(bsct_explorer.__file__)")).is_relative_to(house)
    assert "ethane" in copied.run("bsct-explorer molecules")
