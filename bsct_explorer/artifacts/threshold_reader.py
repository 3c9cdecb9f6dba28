"""Thresholds from what a person wrote, the same way and with the same messages on every door.

The command line has `KEY=VALUE` pairs, the page's form one value at a time, and the page's address one text,
``step:0.002,kink:0.1``.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable
from dataclasses import replace

from bsct_explorer.artifacts.thresholds import ABOUT, USUAL, Thresholds
from bsct_explorer.errors import ThresholdError
from bsct_explorer.words.numbers import short

_SHOWN = 40
"""Characters of what was written that a message repeats."""


def threshold_value(name: str, written: object) -> float | int:
    """What was written for a threshold, as a number that it can have.

    Parameters
    ----------
    name
        A field of `Thresholds`.
    written
        A number or the text of one; a minus sign may be a hyphen or a true one.

    Raises
    ------
    ThresholdError
        There is no such threshold, or it cannot be that; the message says why.
    """
    if name not in ABOUT:
        close = difflib.get_close_matches(name, ABOUT, n=1)
        hint = f"Did you mean {close[0]}? " if close else ""
        raise ThresholdError(f"There is no threshold {name[:_SHOWN]!r}. {hint}There are: {', '.join(ABOUT)}.")
    about, whole = ABOUT[name], isinstance(USUAL[name], int)
    given = f"{about.label} ({name}): {str(written).strip()[:_SHOWN]!r}"
    try:
        number = float(str(written).replace("−", "-"))
    except ValueError:
        raise ThresholdError(f"{given} is not a number.") from None
    if not math.isfinite(number):
        raise ThresholdError(f"{given} is not a finite number.")
    if number < about.least:
        negative = "negative, so everything would count" if about.least == 0 else "too small"
        raise ThresholdError(f"{given} is {negative}: give {short(about.least)} or more.")
    if number > about.most:
        raise ThresholdError(f"{given} is too large: give {short(about.most)} at most.")
    if whole and number != int(number):
        raise ThresholdError(f"{given} is not a whole number, and it counts something.")
    return int(number) if whole else number


def with_changes(thresholds: Thresholds, changes: Iterable[tuple[str, object]]) -> Thresholds:
    """Thresholds with some of them as they were written, pairs of name and value; errors as `threshold_value`."""
    return replace(thresholds, **{name: threshold_value(name, written) for name, written in changes})  # type: ignore[arg-type]


def read_thresholds(text: str) -> Thresholds:
    """The usual thresholds with the changes of a text ``step:0.002,kink:0.1``; errors as `threshold_value`."""
    pairs = (item.partition(":") for item in text.split(",") if item.strip())
    return with_changes(Thresholds(), ((name.strip(), value) for name, _, value in pairs))


def write_thresholds(thresholds: Thresholds) -> str:
    """What differs from the usual thresholds, as `read_thresholds` reads it."""
    values = {name: getattr(thresholds, name) for name in USUAL}
    return ",".join(f"{name}:{_exactly(value)}" for name, value in values.items() if value != USUAL[name])


def _exactly(value: float) -> str:
    """The shortest text that is read as the same number: ``1``, ``0.002``."""
    text = f"{value:g}"
    return text if float(text) == value else repr(value)
