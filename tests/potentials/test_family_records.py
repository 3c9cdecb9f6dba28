"""The record of a family: complete, or an error when it is imported; one file adds a family to every door."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import bsct_explorer
from bsct_explorer.packages import Package
from bsct_explorer.potentials.families import FAMILIES, SHIPPED, checked, in_file, pair_potentials
from bsct_explorer.potentials.family import Family, FromFile, Seat, Shipped

PACKAGE = Path(bsct_explorer.__file__).parent

A_FAMILY = '''"""A spring between all atoms and the origin: a family in one file."""

from bsct_explorer.data import PotentialInfo
from bsct_explorer.potentials.base import Batch, Potential
from bsct_explorer.packages import Package
from bsct_explorer.potentials.family import Family, Seat, Shipped

PACKAGE = Package("colorsys-of-springs", "colorsys", extra="springs")
INFO = PotentialInfo(
    name="spring",
    display_name="Spring",
    level_of_theory="E = |x|²/2",
    training_data="None",
    licence="MIT",
    citation="R. Hooke (1678)",
    package=PACKAGE.distribution,
    extra=PACKAGE.extra,
    devices=("cpu",),
    dtypes=("float64",),
)


class Spring(Potential):
    info = INFO

    def _compute(self, numbers, positions, charge, multiplicity):
        return Batch((positions**2).sum((1, 2)) / 2, -positions)


FAMILY = Family(
    title="springs",
    order=15,
    package=PACKAGE,
    shipped=(Shipped(INFO, Seat("purple", "dash-dot"), cost=8.0),),
    load=lambda info, placement, status: Spring(),
)
'''

LOOK_EVERYWHERE = """
import colorsys, json, sys
from bsct_explorer.app.work.evaluations import by_cost
from bsct_explorer.plots.looks import FREE_SEATS, look_of
from bsct_explorer.potentials import load_offered, offered
from bsct_explorer.potentials.family import Seat
from bsct_explorer.provenance import WATCHED

answer = load_offered("spring").evaluate([1, 1], [[[0, 0, 0], [0, 0, 2.0]]])
print(json.dumps({
    "offered": [info.name for info in offered()],
    "energy": answer.energies[0],
    "look": [look_of("spring").light, look_of("spring").dash],
    "free": Seat("purple", "dash-dot") in FREE_SEATS,
    "cost": by_cost(["so3lr", "spring", "ani1x"]),
    "watched": WATCHED.get("colorsys-of-springs"),
    "torch": "torch" in sys.modules,
}))
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the package that holds one file more; runs Python or the command line in it."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(PACKAGE, folder / "bsct_explorer")
    (folder / "bsct_explorer" / "potentials" / "families" / "springs.py").write_text(A_FAMILY, encoding="utf-8")

    def run(*arguments):
        done = subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_one_file_adds_a_family_to_every_list(copy):
    found = json.loads(copy("-c", LOOK_EVERYWHERE))
    assert found["offered"][:4] == ["ani1x", "ani1ccx", "spring", "so3lr"]
    assert found["energy"] == pytest.approx(2.0)
    assert found["look"] == ["#B4558B", "dashdot"]
    assert not found["free"]
    assert found["cost"] == ["ani1x", "spring", "so3lr"]
    assert found["watched"] == "colorsys"
    assert not found["torch"], "a family without torch does not load it, and neither do the others"


def test_and_to_the_command_line(copy):
    (model,) = json.loads(copy("-m", "bsct_explorer", "models", "spring", "--json", "-"))["models"]
    assert (model["display_name"], model["installed"], model["package"]) == ("Spring", True, "colorsys-of-springs")
    assert "\nspring " in copy("-m", "bsct_explorer", "models")


def test_finding_the_families_imports_no_package_of_theirs():
    heavy = sorted({"torch", *(family.package.module for family in FAMILIES if family.package)})
    code = f"import sys, bsct_explorer.potentials.registry; print(*(name for name in {heavy} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def family(**parts):
    return Family(
        **{
            "title": "toys",
            "order": 1,
            "package": None,
            "shipped": pair_potentials.FAMILY.shipped[:1],
            "load": pair_potentials.load,
            **parts,
        }
    )


MORSE = pair_potentials.FAMILY.shipped[0]


@pytest.mark.parametrize("part", ["name", "display_name", "level_of_theory", "training_data", "licence", "citation"])
def test_a_potential_without_a_part_is_an_error(part):
    family()
    with pytest.raises(ValueError, match=f"lacks its {part}"):
        family(shipped=(replace(MORSE, info=replace(MORSE.info, **{part: ""})),))


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"title": ""}, "needs a title"),
        ({"load": None}, "nothing says how"),
        ({"load": None, "shipped": ()}, "nothing says how"),
        ({"package": Package("a", "a")}, "another package than the family"),
        ({"shipped": (replace(MORSE, cost=0.0),)}, "cost 0.0"),
    ],
)
def test_a_family_that_contradicts_itself_is_an_error(parts, said):
    with pytest.raises(ValueError, match=said):
        family(**parts)


def test_a_record_needs_every_field():
    with pytest.raises(TypeError, match="seat"):
        Shipped(MORSE.info, cost=1.0)
    with pytest.raises(TypeError, match="package"):
        Family(title="toys", order=1, shipped=(), load=None)


def test_no_two_share_a_name_a_seat_or_a_prefix():
    with pytest.raises(ValueError, match="two potentials are called morse"):
        checked([family(), family()])
    other = replace(MORSE, info=replace(MORSE.info, name="other"))
    with pytest.raises(ValueError, match="other has the seat of morse, orange and dash-dot"):
        checked([family(shipped=(MORSE, other))])
    reader = FromFile("toy", lambda file: pair_potentials.MorsePotential())
    with pytest.raises(ValueError, match="two families load files named toy:FILE"):
        checked([family(from_file=reader), family(shipped=(), from_file=reader)])


def test_a_file_without_a_record_is_an_error(copy, tmp_path):
    shutil.copytree(PACKAGE, tmp_path / "bsct_explorer", ignore=shutil.ignore_patterns("*.safetensors"))
    (tmp_path / "bsct_explorer" / "potentials" / "families" / "forgotten.py").write_text("FAMILLY = 3\n")
    code = "import bsct_explorer.potentials"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "TypeError: forgotten.py in potentials/families declares no FAMILY" in done.stderr


def test_a_prefix_names_its_family_and_a_file():
    found, path = in_file("mace:~/water.model")
    assert found.title == "MACE"
    assert path == Path.home() / "water.model"
    assert in_file("mine.py:make") is None
    assert in_file("ani1x") is None


def test_every_seat_is_one_potentials():
    seats = [one.seat for one in SHIPPED.values()]
    assert len(set(seats)) == len(seats)
    assert Seat("blue", "solid") in seats
