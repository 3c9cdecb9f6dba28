"""Spelling, switches behind a name, and messages that tell nothing of the machine's files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsct_explorer.errors import PotentialError
from bsct_explorer.potentials import info_of, load_offered, load_potential
from bsct_explorer.potentials.potential_names import MARK, canonical, split_name, unknown

HERE = str(Path(__file__).resolve())


def test_a_name_is_split_at_its_switches_only():
    assert split_name("testbed-D@graph=hard-knn,k=4") == ("testbed-D", "graph=hard-knn,k=4")
    assert split_name("testbed-D") == ("testbed-D", "")
    assert split_name("testbed:/home/me@work/D.safetensors") == ("testbed:/home/me@work/D.safetensors", "")
    assert split_name("testbed:/tmp/run@lr=0.1/A.safetensors") == ("testbed:/tmp/run@lr=0.1/A.safetensors", "")
    assert split_name("testbed:/home/me@work/D@tau=1") == ("testbed:/home/me@work/D", "tau=1")


@given(st.text(alphabet="ab-:/@=, .", max_size=20))
def test_a_split_name_can_be_put_together_again(name):
    base, text = split_name(name)
    assert name == (f"{base}{MARK}{text}" if text else base)


@given(st.sampled_from(["ani1x", "7net-0", "gfn2-xtb"]), st.randoms())
def test_case_spaces_and_punctuation_are_forgiven(name, random):
    spelt = "".join(random.choice((c.upper(), c, f"{c} ", f"-{c}")) for c in name)
    assert canonical(spelt, ["ani1x", "7net-0", "gfn2-xtb"]) == name


def test_a_path_is_never_taken_for_a_name():
    assert canonical("mace:/models/a", ["mace:a", "macemodelsa"]) is None


SPELLINGS = ["{}", " {} ", "testbed:{}", "mace:{}", "{}:make", "testbed:{}@k=3", "./{}", "file://{}"]


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("ask", [info_of, load_offered])
def test_a_browser_does_not_learn_whether_a_file_exists(ask, spelling):
    """The words are the same for a file that is there and for one that is not, but for the name that was asked for."""
    said = []
    for path in (HERE, HERE + ".gone"):
        with pytest.raises(PotentialError) as refusal:
            ask(spelling.format(path))
        said.append(str(refusal.value).replace(path, "PATH"))
    assert said[0] == said[1]
    assert said[0].startswith("no potential is called")


def test_a_person_on_the_server_is_told_how_a_files_own_is_named():
    with pytest.raises(PotentialError, match=r"A file's own is FILE\.py:NAME"):
        load_potential(HERE)


def test_close_names_are_offered():
    assert unknown("ani2x", ["ani1x", "so3lr"]).startswith("no potential is called 'ani2x'. Did you mean ani1x? There")
