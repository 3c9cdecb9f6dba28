"""docs/architecture.md says what the imports say: the same rooms, in their order, and the same arrows."""

from __future__ import annotations

import re
from pathlib import Path

from scripts import house
from scripts.rooms_figure import below, curve, levels, places, reduced, rooms_figure

PAGE = Path(__file__).resolve().parents[2] / "docs" / "architecture.md"


def told() -> dict[str, tuple[str, list[str]]]:
    """Rooms of the page's table from above to below, with what they hold and whom they call."""
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \|(.*)\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {room: (holds, re.findall(r"`(\w+)`", calls)) for room, holds, calls in rows}


def test_the_page_has_every_room_in_its_order() -> None:
    assert list(told()) == [*reversed(house.ROOMS)]


def test_the_pages_arrows_are_the_imports() -> None:
    order = [*reversed(house.ROOMS)]
    graph = below()
    for room, (_, calls) in told().items():
        true = sorted(graph[room], key=order.index)
        assert calls == true, f"{room} calls {' '.join(f'`{name}`' for name in true)}"


def test_the_page_names_no_file_that_is_not_there() -> None:
    text = PAGE.read_text(encoding="utf-8")
    root = PAGE.parents[1]
    for name in re.findall(r"`([\w./]+(?:/|\.py))`", text):
        assert (root / name).exists() or (house.PACKAGE / name).exists(), name


def test_the_figure_has_every_room_and_no_arrow_that_follows_from_others() -> None:
    figure = rooms_figure()
    for room in house.ROOMS:
        assert f">{room}</text>" in figure
    drawn = set(re.findall(r'data-from="(\w+)" data-to="(\w+)"', figure))
    assert drawn == reduced(below())
    assert drawn < house.room_arrows()
    assert reached(drawn) == reached(house.room_arrows())
    spots = places(below())
    assert len(set(spots.values())) == len(spots), "two rooms are drawn on top of each other"
    for room, target in drawn:
        assert spots[room][1] < spots[target][1], f"the arrow from {room} to {target} goes up"


def reached(arrows: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """All pairs of which one reaches the other."""
    found = set(arrows)
    while True:
        more = {(a, d) for a, b in found for c, d in arrows if b == c} - found
        if not more:
            return found
        found |= more


def test_levels_and_reduction_of_a_known_graph() -> None:
    graph = {**{room: set() for room in house.ROOMS}, "cli": {"app", "data"}, "app": {"data"}}
    assert levels(graph)["cli"] == 2
    assert reduced(graph) == {("cli", "app"), ("app", "data")}
    assert curve((0, 0), (0, 100)).startswith("M0 ")
