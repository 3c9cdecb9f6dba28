"""A Transformer's neighbours as the viewer hands them to the browser."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bsct_explorer.app.viewer import MoleculeViewer
from bsct_explorer.deformations import BondStretch, Scan
from bsct_explorer.molecules import load_molecule
from bsct_explorer.testbed.edges import LEAST, NOBODY, Neighbours
from bsct_explorer.testbed.model_config import ModelConfig

FRAMES = 20


@pytest.fixture
def scan() -> Scan:
    return BondStretch(0, 1).scan(load_molecule("water"), points=FRAMES)


@pytest.fixture
def neighbours(scan: Scan) -> Neighbours:
    """O–H1 always an edge, O–H2 in one frame only, H1–H2 never enough of one."""
    distances = np.linalg.norm(scan.positions[:, :, None] - scan.positions[:, None], axis=-1)
    envelope = np.zeros((FRAMES, 3, 3))
    for i, j, weights in (
        (0, 1, np.linspace(1, 0.2, FRAMES)),
        (0, 2, [0, 0, 1e-60, LEAST, *[0] * 16]),
        (1, 2, LEAST / 2),
    ):
        envelope[:, i, j] = envelope[:, j, i] = weights
    kth = np.arange(3 * FRAMES).reshape(FRAMES, 3) % 3
    following = np.full((FRAMES, 3), NOBODY)
    attention = np.random.default_rng(1).random((FRAMES, 3, 3))
    return Neighbours(
        ModelConfig(graph="hard-knn", k=1), distances, envelope, np.zeros_like(envelope), kth, following, attention, 0
    )


@pytest.fixture
def viewer(scan: Scan) -> MoleculeViewer:
    made = MoleculeViewer()
    made.show(scan)
    return made


def test_packs_pairs_weights_ends_and_attention(viewer, neighbours):
    viewer.set_graph(neighbours)
    graph = viewer.graph
    assert graph["pairs"] == [[0, 1], [0, 2]]
    assert graph["k"] == 1
    weights = np.frombuffer(graph["weights"], "<f4").reshape(FRAMES, 2)
    assert weights[:, 0] == pytest.approx(np.linspace(1, 0.2, FRAMES))
    assert weights[3, 1] == pytest.approx(LEAST)
    assert weights[3, 1] >= LEAST
    nearest = np.frombuffer(graph["nearest"], "<i2").reshape(FRAMES, 3, 2)
    assert (nearest[..., 0] == neighbours.kth).all()
    assert (nearest[..., 1] == NOBODY).all()
    attention = np.frombuffer(graph["attention"], "<f4").reshape(FRAMES, 3, 3)
    assert attention == pytest.approx(neighbours.attention, rel=1e-6)


def test_an_edge_too_faint_for_float32_is_not_none(viewer, neighbours):
    viewer.set_graph(neighbours)
    faint = np.frombuffer(viewer.graph["weights"], "<f4").reshape(FRAMES, 2)[:, 1]
    assert np.flatnonzero(faint > 0).tolist() == [2, 3]


def test_without_attention_and_without_edges(viewer, neighbours):
    viewer.set_graph(replace(neighbours, attention=None, block=None, envelope=np.zeros_like(neighbours.envelope)))
    assert viewer.graph["pairs"] == []
    assert viewer.graph["weights"] == b""
    assert viewer.graph["attention"] == b""


def test_neighbours_of_other_frames_are_refused(viewer, scan, neighbours):
    viewer.show(BondStretch(0, 1).scan(scan.molecule, points=FRAMES + 1))
    with pytest.raises(ValueError, match=r"\(20, 3\), but what is shown has \(21, 3\)"):
        viewer.set_graph(neighbours)
    viewer.show(BondStretch(0, 2).scan(scan.molecule, points=FRAMES))
    with pytest.raises(ValueError, match="other frames than those shown"):
        viewer.set_graph(neighbours)
    viewer.clear()
    with pytest.raises(ValueError, match=r"shown has \(0, 0\)"):
        viewer.set_graph(neighbours)
    assert viewer.graph == {}


def test_another_scan_removes_the_graph_and_the_same_one_keeps_it(viewer, scan, neighbours):
    viewer.set_graph(neighbours)
    viewer.show(scan, frame=2)
    assert viewer.graph
    viewer.show(BondStretch(0, 2).scan(scan.molecule, points=FRAMES))
    assert viewer.graph == {}
    viewer.show(scan)
    viewer.set_graph(neighbours)
    viewer.set_graph(None)
    assert viewer.graph == {}
