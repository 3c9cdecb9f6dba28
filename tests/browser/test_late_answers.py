"""A slow server: what it says of a field comes when something else is typed there already, and takes nothing away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from looking import wait_for_scene
from playwright.sync_api import expect
from test_page import TOYS, choose

# What the server says is held back while `held` is a list, and heard in its order afterwards.
SLOW_LINE = """
globalThis.held = null
globalThis.WebSocket = class extends WebSocket {
  set onmessage(hear) {
    super.onmessage = (event) => {
      globalThis.words?.push(String(event.data))
      if (globalThis.held) globalThis.held.push(() => hear.call(this, event))
      else hear.call(this, event)
    }
  }
}
"""


@contextmanager
def held_back(page: Any) -> Iterator[None]:
    """Hold back what the server says until the block is done."""
    page.evaluate("() => { globalThis.held = []; globalThis.words = [] }")
    yield
    page.evaluate("() => { const late = globalThis.held; globalThis.held = null; late.forEach((hear) => hear()) }")


def wait_for_word(page: Any, word: str) -> None:
    """Wait until the server has said it, heard or not."""
    page.wait_for_function("(word) => globalThis.words.some((text) => text.includes(word))", arg=word)


def test_a_late_answer_never_takes_the_place_of_newer_text(guarded: Any, app_url: str) -> None:
    page = guarded
    page.add_init_script(SLOW_LINE)
    page.goto(f"{app_url}?mol=CN&bond=0-1&{TOYS}")
    wait_for_scene(page, 7)
    smiles = page.get_by_label(re.compile("SMILES"))
    expect(smiles).to_have_value("CN")

    with held_back(page):
        choose(page, "Molecule", re.compile("^water"))  # which empties the field
        wait_for_word(page, '"shown"')
        smiles.fill("CC(=O")
    wait_for_scene(page, 3)
    expect(smiles).to_have_value("CC(=O")

    with held_back(page):
        smiles.press("Enter")
        wait_for_word(page, "is not a valid SMILES")
        smiles.fill("CO")
    expect(page.get_by_text(re.compile("is not a valid SMILES")).first).to_be_visible()
    expect(smiles).to_have_value("CO")
    expect(smiles).to_have_attribute("aria-invalid", "false")
    smiles.press("Enter")
    wait_for_scene(page, 6)
    expect(smiles).to_have_value("CO")

    points = page.get_by_label("Points", exact=True)
    with held_back(page):
        points.fill("5")
        points.press("Enter")
        wait_for_word(page, "5 was not taken")
        points.fill("60")
    expect(page.get_by_text(re.compile("5 was not taken")).first).to_be_visible()
    expect(points).to_have_value("60")
    points.press("Enter")
    page.wait_for_url(re.compile("n=60"))
    points.fill("7")
    points.press("Enter")
    expect(points).to_have_value("60")  # an answer in time is shown

    page.get_by_role("button", name="Thresholds").click()
    step, kink = page.get_by_label("Energy step in eV"), page.get_by_label("Force kink in eV/Å")
    expect(step).to_have_value("0.005")
    with held_back(page):
        step.fill("0.5")
        step.press("Enter")
        wait_for_word(page, '"rows"')
        kink.fill("5")
    expect(page.get_by_role("button", name="Usual thresholds")).to_be_enabled()
    expect(kink).to_have_value("5")
    kink.press("Enter")
    page.wait_for_url(re.compile("thr=step:0.5,kink:5"))
