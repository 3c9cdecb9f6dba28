"""Which switches trained weights can take, and what a setting is called."""

from __future__ import annotations

from dataclasses import fields

import pytest

from bsct_explorer.testbed.model_config import VARIANTS, ModelConfig
from bsct_explorer.testbed.trained_switches import (
    GRAPH_WORDS,
    SWITCHES,
    difference,
    read_switches,
    turned,
    write_switches,
)

D = VARIANTS["D"]


def test_the_table_has_every_field_once():
    assert sorted(SWITCHES) == sorted(field.name for field in fields(ModelConfig))


def test_free_is_what_leaves_the_weights_shapes_alone_and_baked_what_does_not():
    """Shapes are the model's own answer; `force_head`, `heads` and `elements` have the reasons that the table gives."""
    from bsct_explorer.testbed.model import Transformer

    def shapes(**switches: object) -> dict[str, tuple[int, ...]]:
        return {name: tuple(x.shape) for name, x in Transformer(ModelConfig(**switches)).state_dict().items()}

    trained = shapes()
    other = {
        "graph": "hard-knn",
        "k": 3,
        "rank_scale": 0.1,
        "rank_step": "sine",
        "lse_scale": 0.2,
        "cutoff": 4.0,
        "tau": 1.0,
        "normalise": False,
        "sigma": 0.1,
        "angular": 2,
        "gaussians": 32,
        "force_head": "direct",
        "width": 32,
        "blocks": 3,
        "hidden": 64,
        "elements": (1, 6),
    }
    for name, value in other.items():
        assert (shapes(**{name: value}) == trained) is SWITCHES[name].free, name
    assert set(SWITCHES) - set(other) == {"heads", "rank_reach"}
    assert not SWITCHES["heads"].free


@pytest.mark.parametrize(
    ("switches", "name"),
    [
        ({}, ""),
        ({"graph": "diff-knn", "k": 6, "tau": 2.0}, ""),
        ({"graph": "hard-knn", "k": 4}, "hard kNN, k = 4"),
        ({"sigma": 0.04}, "σ = 0.04 Å"),
        ({"tau": 1, "normalise": False}, "τ = 1, raw q, k"),
        ({"cutoff": 4.0, "rank_scale": 0.05}, "rank scale = 0.05 Å, cutoff = 4 Å"),
        ({"lse_scale": 0.02}, "log-sum-exp scale = 0.02"),
        ({"rank_step": "sine", "rank_reach": 8}, "rank step = sine, rank reach = 8"),
        ({"graph": "radius-no-envelope"}, "all within the cutoff, no envelope"),
    ],
)
def test_names_say_what_differs(switches, name):
    assert difference(D, turned(D, switches)) == name


def test_what_does_nothing_is_left_as_trained():
    assert turned(D, {"graph": "radius", "k": 3, "rank_scale": 0.5}) == turned(D, {"graph": "radius"})
    assert turned(D, {"graph": "hard-knn", "lse_scale": 0.5}) == turned(D, {"graph": "hard-knn"})
    assert turned(VARIANTS["H"], {"rank_scale": 0.5}) == VARIANTS["H"]


def test_a_sum_that_was_cut_short_ends_with_the_sine():
    short = ModelConfig(rank_step="sine", rank_reach=8)
    assert turned(short, {"rank_step": "sigmoid"}) == D


@pytest.mark.parametrize(
    ("switches", "words"),
    [
        ({"gaussians": 32}, "Gaussians = 32 cannot be applied to weights trained with 64: each Gaussian has a column"),
        ({"width": 32}, "width = 32 cannot be applied .* size of nearly every weight"),
        ({"heads": 2}, "heads = 2 cannot be applied .* pieces"),
        ({"blocks": 1}, "blocks = 1 cannot be applied"),
        ({"hidden": 64}, "hidden layer = 64 cannot be applied"),
        ({"angular": 0}, "angular degree = 0 cannot be applied"),
        ({"force_head": "direct"}, "a direct head has weights of its own"),
        ({"elements": (1, 6)}, "each element has an embedding"),
        ({"cutoff": 6.0}, "no Gaussian stands out there"),
        ({"cutoff": 0.5}, "out of bounds: at least 1"),
        ({"k": 4.5}, "k = 4.5 must be a whole number"),
        ({"k": 0}, "k = 0 is out of bounds"),
        ({"tau": float("nan")}, "out of bounds"),
        ({"sigma": 10.0}, "out of bounds: 0.005 to 2"),
        ({"graph": "soft"}, "graph = 'soft' is not known"),
        ({"rank_reach": 4}, "rank_reach needs rank_step = 'sine'"),
        ({"taau": 1.0}, "no switch is called taau: free ones are graph, k,"),
    ],
)
def test_what_cannot_be_turned_is_refused_with_the_reason(switches, words):
    with pytest.raises(ValueError, match=words):
        turned(D, switches)


def test_baked_switches_may_be_named_with_their_own_value():
    assert turned(D, {"gaussians": 64, "elements": [1, 6, 7, 8], "force_head": "gradient"}) == D


def test_every_kind_of_graph_has_words():
    assert set(GRAPH_WORDS) == set(SWITCHES["tau"].graphs)


@pytest.mark.parametrize(
    "switches",
    [
        {},
        {"graph": "hard-knn", "k": 4},
        {"tau": 0.123456, "normalise": False, "sigma": 0.04},
        {"rank_step": "sine", "rank_reach": 20, "lse_scale": 0.01, "rank_scale": 0.5, "cutoff": 4.0},
    ],
)
def test_switches_as_text_come_back(switches):
    config = turned(D, switches)
    assert turned(D, read_switches(write_switches(D, config))) == config
    sine = ModelConfig(rank_step="sine", rank_reach=20)
    whole = turned(sine, {"rank_reach": None})
    assert write_switches(sine, whole) == "rank_reach=all"
    assert turned(sine, read_switches("rank_reach=all")) == whole


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("graph", "no switch: write name=value"),
        ("warmth=2", "no switch is called warmth"),
        ("k=many", "must be a whole number"),
        ("tau=hot", "must be a number"),
        ("normalise=perhaps", "must be yes or no"),
        ("width=8", "cannot be applied"),
    ],
)
def test_switches_that_make_no_sense_as_text_are_refused(text, said):
    with pytest.raises(ValueError, match=said):
        read_switches(text)
