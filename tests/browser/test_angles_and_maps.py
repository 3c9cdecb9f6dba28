"""Angles, torsions and the map in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
from looking import coordinates, screenshot, wait_for_scene
from playwright.sync_api import expect

TOYS = "models=morse&ref=lennard-jones"
MODELS = "[...(globalThis.Bokeh?.documents?.[0]?._all_models.values() ?? [])]"


def slider(page: Any) -> Any:
    return page.locator("input[data-frames]")


def settle(page: Any, unit: str) -> None:
    expect(slider(page)).to_have_attribute("aria-valuetext", re.compile(f"{unit}, frame"))


def torsion(positions: np.ndarray, i: int, j: int, k: int, l: int) -> float:  # noqa: E741
    axis = positions[k] - positions[j]
    axis /= np.linalg.norm(axis)
    u, v = positions[i] - positions[j], positions[l] - positions[k]
    sin, cos = np.cross(u, v) @ axis, np.cross(axis, u) @ np.cross(axis, v)
    return float(np.degrees(np.arctan2(sin, cos)) % 360)


def test_a_torsion_from_the_address_and_an_angle_from_the_sidebar(guarded: Any, app_url: str) -> None:
    page = guarded
    page.goto(f"{app_url}?mol=butane&torsion=0-1-2-3&n=73&frame=12&{TOYS}")
    wait_for_scene(page, 14)
    settle(page, "°")
    # Frame 12 of 73 is 60°: the atoms stand so.
    assert abs(torsion(coordinates(page), 0, 1, 2, 3) - 60.0) < 0.01
    expect(page.get_by_label("From °")).to_have_value(re.compile("0"))
    page.get_by_role("button", name="Bend", exact=True).click()
    page.wait_for_function("() => location.search.includes('angle=0-1-2')")
    assert "torsion" not in page.url
    settle(page, "°")
    lit = page.evaluate(f"() => {MODELS}.map((m) => m.data?.bond).find((b) => Array.isArray(b) && b.length)")
    assert lit == [0, 1, 2]
    screenshot(page, "angle")
    page.get_by_role("button", name="Stretch", exact=True).click()
    page.wait_for_function("() => !location.search.includes('angle')")
    settle(page, "Å")


def test_a_map_is_computed_and_read(guarded: Any, app_url: str) -> None:
    page = guarded
    page.goto(f"{app_url}?mol=water&bond=0-1&lo=0.7&hi=1.6&{TOYS}")
    wait_for_scene(page, 3)
    settle(page, "Å")
    address = page.url
    page.get_by_role("tab", name="Map").click()
    page.get_by_role("button", name="Compute map").click()
    expect(page.get_by_text("31 × 31 frames")).to_be_visible()
    image = f"""() => {{
      const source = {MODELS}.find((m) => m.type === 'Image' || m.glyph?.type === 'Image')?.data_source
      const data = source?.data.get?.('image') ?? source?.data.image
      return data ? Array.from(data[0]).length : 0
    }}"""
    page.wait_for_function(f"() => ({image})() === 961")
    plot = page.locator(".bk-Canvas").last.bounding_box()
    page.mouse.click(plot["x"] + 0.5 * plot["width"], plot["y"] + 0.5 * plot["height"])
    expect(page.get_by_text("Force error", exact=True).first).to_be_visible()
    expect(page.get_by_text(re.compile(r"eV/°")).first).to_be_visible()
    screenshot(page, "map")
    assert page.url == f"{address}&tab=map"


def test_a_ring_is_refused_and_the_page_stays(guarded: Any, app_url: str, serve: Callable[..., str]) -> None:
    page = guarded
    page.goto(f"{app_url}?mol=toluene&torsion=7-0-1-2&{TOYS}&n=20")
    wait_for_scene(page, 15)
    settle(page, "°")
    field = page.get_by_label("Atom numbers, then Enter")
    field.fill("1-2-3-4")
    field.press("Enter")
    expect(page.get_by_text(re.compile("the bond is in a ring")).first).to_be_visible()
    assert "torsion=7-0-1-2" in page.url
