"""The address says what the page shows, and a broken one harms nothing."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from bsct_explorer.app.state import ADDRESS, ExplorerState, from_query, pack_text, to_query, unpack_text


def test_every_choice_survives_the_address() -> None:
    chosen = {
        "molecule": "CC(=O)O[C@H](C)/C=C/N",
        "bond": "1-4",
        "angle": "1-4-5",
        "torsion": "0-1-4-5",
        "turn_low": -90.0,
        "turn_high": 120.5,
        "low": 0.6,
        "high": 2.45,
        "points": 137,
        "fixed": "second",
        "potentials": ["chgnet", "ani1ccx"],
        "reference": "",
        "charge": -1,
        "multiplicity": 2,
        "device": "cpu",
        "dtype": "float32",
        "frame": 17,
        "zero": "longest",
        "full_range": True,
        "integrated": True,
        "energy_unit": "kcal/mol",
        "colour": "force",
        "arrows": "chgnet",
        "thresholds": "step:0.002,kink:0.1",
        "unfolded": ["fsd_curve"],
        "dark": True,
        "tab": "lab",
        "variant": "testbed-A",
        "switches": "graph=diff-knn,tau=0.5",
        "beside": "testbed-D",
        "neighbours_of": "3",
        "edges_show": "attention-1-2",
    }
    assert set(chosen) == set(ADDRESS.values()) - {"structure"}
    query = urlencode(to_query(ExplorerState(**chosen)))
    values, problems = from_query("?" + query)
    assert problems == []
    assert values == chosen


def test_defaults_are_not_spelled_out() -> None:
    assert to_query(ExplorerState()) == {"mol": "ethane", "bond": "0-1"}


def test_an_uploaded_structure_travels_in_the_address() -> None:
    text = "3\ncharge=0 spin=1 name=mine\nO 0 0 0.119\nH 0 0.763 -0.477\nH 0 -0.763 -0.477\n"
    values, problems = from_query(urlencode(to_query(ExplorerState(structure=text))))
    assert values["structure"] == text
    assert "molecule" not in values
    assert problems == []


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("n=7", "n=7"),
        ("n=many", "n=many"),
        ("lo=-1", "lo=-1"),
        ("zero=sea-level", "zero=sea-level"),
        ("unfold=fsd_curve,nothing", "unfold=fsd_curve,nothing"),
        ("unfold=energy", "unfold=energy"),
        ("thr=step:-1", "thr=step:-1"),
        ("thr=coarse_points:1e300", "thr=coarse_points:1e300"),
        ("xyz=%%%", "xyz="),
        ("lo=2&hi=1", "lo in the address is not below hi"),
        ("from=90&to=30", "from and to in the address"),
        ("from=90", "from and to in the address"),
    ],
)
def test_what_cannot_be_used_is_named_and_left_out(query: str, named: str) -> None:
    values, problems = from_query(f"mol=water&{query}")
    assert values == {"molecule": "water"}
    assert len(problems) == 1
    assert named in problems[0]


def test_an_address_cannot_fill_the_memory() -> None:
    bomb = pack_text("C" * 5_000_000)
    assert len(bomb) < 10_000
    with pytest.raises(ValueError, match="longer than"):
        unpack_text(bomb)


def test_unknown_keys_are_somebody_elses() -> None:
    assert from_query("utm_source=mail&mol=water") == ({"molecule": "water"}, [])
