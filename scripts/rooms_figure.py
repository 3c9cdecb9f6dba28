"""The rooms of the house and the arrows between them as SVG, drawn from the imports (`scripts/house.py`).

An arrow that follows from others is left out: where `app` calls `study` and `study` calls `metrics`, that `app` calls
`metrics` too goes without saying. Colours are those of the page around, so it is read in a light and a dark theme.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from scripts.house import ROOMS, room_arrows

ROW, COLUMN, WIDE, HIGH = 58, 140, 110, 28
"""Pixels between rows and between columns, and of a room's box."""

COLUMNS = {
    "planted": 0,
    "artifacts": 0,
    "metrics": 0,
    "errors": 0,
    "training": 2,
    "references": 2,
    "words": 2,
    "remarks": 3,
    "provenance": 3,
    "potentials": 3,
    "testbed": 3,
    "packages": 4,
}
"""Columns of rooms that do not stand in the middle one; of a room that is new, the last."""
MIDDLE, LAST = 1, 4


def below() -> dict[str, set[str]]:
    """Rooms that each room calls."""
    found: dict[str, set[str]] = {room: set() for room in ROOMS}
    for room, target in room_arrows():
        found.setdefault(room, set()).add(target)
    return found


def levels(graph: Mapping[str, set[str]]) -> dict[str, int]:
    """How high each room stands: one above the highest that it calls."""
    found: dict[str, int] = {}
    for room in [*ROOMS, *(room for room in graph if room not in ROOMS)]:
        found[room] = 1 + max((found[target] for target in graph[room]), default=-1)
    return found


def reduced(graph: Mapping[str, set[str]]) -> set[tuple[str, str]]:
    """Arrows that do not follow from others."""

    def reached(room: str) -> set[str]:
        return graph[room] | {further for target in graph[room] for further in reached(target)}

    return {
        (room, target)
        for room, targets in graph.items()
        for target in targets
        if not any(target in reached(other) for other in targets - {target})
    }


def places(graph: Mapping[str, set[str]]) -> dict[str, tuple[float, float]]:
    """Centre of each room's box: whom it calls stands below it."""
    level = levels(graph)
    top = max(level.values())
    return {
        room: (
            (COLUMNS.get(room, MIDDLE if room in ROOMS else LAST) + 0.5) * COLUMN,
            (top - at + 0.5) * ROW,
        )
        for room, at in level.items()
    }


def curve(start: tuple[float, float], end: tuple[float, float]) -> str:
    """An arrow's path from one box to another; past boxes of its own column it goes around, out of the side."""
    (x1, y1), (x2, y2) = start, end
    y2 -= HIGH / 2
    if x1 != x2 and y2 - y1 > ROW:
        side = x1 + (WIDE / 2 if x2 > x1 else -WIDE / 2)
        return f"M{side:.0f} {y1:.0f}Q{x2:.0f} {y1:.0f} {x2:.0f} {y2:.0f}"
    y1 += HIGH / 2
    half = (y1 + y2) / 2
    return f"M{x1:.0f} {y1:.0f}C{x1:.0f} {half:.0f} {x2:.0f} {half:.0f} {x2:.0f} {y2:.0f}"


def rooms_figure() -> str:
    """The figure as one SVG element."""
    graph = below()
    place = places(graph)
    width, height = (max(at) + ROW for at in zip(*place.values(), strict=True))
    parts = [
        f'<svg viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="The rooms and what they call" '
        f'style="max-width: {width:.0f}px; width: 100%" xmlns="http://www.w3.org/2000/svg">',
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="currentColor"/></marker></defs>',
    ]
    for room, target in sorted(reduced(graph)):
        parts.append(
            f'<path data-from="{room}" data-to="{target}" d="{curve(place[room], place[target])}" fill="none" '
            'stroke="currentColor" stroke-opacity="0.6" marker-end="url(#arrow)"/>'
        )
    for room, (x, y) in place.items():
        parts.append(
            f'<rect x="{x - WIDE / 2:.0f}" y="{y - HIGH / 2:.0f}" width="{WIDE}" height="{HIGH}" rx="5" '
            'fill="var(--md-default-bg-color, white)" stroke="currentColor"/>'
            f'<text x="{x:.0f}" y="{y + 5:.0f}" text-anchor="middle" fill="currentColor" font-size="14">'
            f"{escape(room)}</text>"
        )
    return "".join([*parts, "</svg>"])
