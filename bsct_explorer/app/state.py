"""What one person is looking at, and its form in the page's address."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import param

from bsct_explorer.artifacts.threshold_reader import read_thresholds, write_thresholds
from bsct_explorer.deformations import DEFAULT_POINTS, DEFAULT_RANGE, MAX_POINTS, MIN_POINTS
from bsct_explorer.plots.figures import FIGURES
from bsct_explorer.plots.shown_curves import REFERENCE
from bsct_explorer.potentials.families.transformer import name_of_variant
from bsct_explorer.study import DEFAULT_REFERENCE
from bsct_explorer.words.energy_zeros import DEFAULT_ZERO, ENERGY_ZEROS
from bsct_explorer.words.units import ENERGY_UNIT_NAMES, EV, EnergyUnit, energy_unit

DEFAULT_POTENTIALS = ("ani1x", "so3lr")
COLOURS = {"element": "Element", "force": "Force", "fragment": "Fragment"}
DEVICES = {"auto": "best available", "cuda": "CUDA", "mps": "Apple MPS", "cpu": "CPU"}
DTYPES = {"own": "float64 where possible", "float64": "float64", "float32": "float32"}
TABS = {"bond": "One bond", "all": "All bonds", "map": "Map", "lab": "Design lab"}
FIXED = {
    "none": "none: both halves move",
    "first": "fragment of the first atom",
    "second": "fragment of the second atom",
}


class ExplorerState(param.Parameterized):
    """Everything that makes the same page again. Short names stand in the address (`ADDRESS`)."""

    molecule = param.String(default="ethane", doc="A library name, a SMILES string, or `bsct-spice:C-C/7648`.")
    structure = param.String(
        default="", doc="An uploaded structure as extended xyz; wins over `molecule` when not empty."
    )
    bond = param.String(default="0-1", doc="The bond as `i-j`; empty for the molecule's first bond that can be pulled.")
    angle = param.String(default="", doc="An angle as `i-j-k`; where it is not empty it is driven instead of the bond.")
    torsion = param.String(default="", doc="A torsion as `i-j-k-l`; where it is not empty it is driven instead.")
    turn_low = param.Number(default=None, allow_None=True, bounds=(-360.0, 720.0), doc="Degrees; None for the usual.")
    turn_high = param.Number(default=None, allow_None=True, bounds=(-360.0, 720.0), doc="Degrees; None for the usual.")
    low = param.Number(default=DEFAULT_RANGE[0], bounds=(0.1, 5.0))
    high = param.Number(default=DEFAULT_RANGE[1], bounds=(0.2, 10.0))
    points = param.Integer(default=DEFAULT_POINTS, bounds=(MIN_POINTS, MAX_POINTS))
    fixed = param.Selector(default="none", objects=list(FIXED))
    potentials = param.List(default=list(DEFAULT_POTENTIALS), item_type=str)
    reference = param.String(default=DEFAULT_REFERENCE, doc="A potential's name, `dft`, `file`, or empty for none.")
    charge = param.Integer(default=None, allow_None=True)
    multiplicity = param.Integer(default=None, allow_None=True, bounds=(1, None))
    device = param.Selector(default="auto", objects=list(DEVICES))
    dtype = param.Selector(default="own", objects=list(DTYPES), doc="Precision; `own` is each potential's default.")
    frame = param.Integer(default=0, bounds=(0, None))
    zero = param.Selector(default=DEFAULT_ZERO, objects=list(ENERGY_ZEROS))
    energy_unit = param.Selector(
        default=EV.name, objects=list(ENERGY_UNIT_NAMES), doc="What a person reads energies in; files stay in eV."
    )
    full_range = param.Boolean(default=False, doc="Show the whole repulsive wall.")
    integrated = param.Boolean(default=False, doc="Draw the path integral of the forces as the energy.")
    colour = param.Selector(default="element", objects=list(COLOURS))
    arrows = param.String(default="", doc="The potential whose forces are drawn; empty for none.")
    thresholds = param.String(default="", doc="What differs from the usual thresholds, as `step:0.002,kink:0.1`.")
    unfolded = param.List(default=[], item_type=str, doc="Figures that are folded away at first, and are open.")
    dark = param.Boolean(default=False)
    tab = param.Selector(default="bond", objects=list(TABS))
    variant = param.String(default=name_of_variant("D"), doc="The trained variant of the design lab.")
    switches = param.String(default="", doc="What-if switches of the lab, as `graph=hard-knn,k=4`.")
    beside = param.String(default="", doc="Another variant in the lab; empty for none.")
    neighbours_of = param.String(default="", doc="Index of an atom, `all` or `none`; empty for the coordinate's first.")
    edges_show = param.String(default="envelope", doc="`envelope`, or `attention-BLOCK-HEAD`.")

    @property
    def shown_unit(self) -> EnergyUnit:
        """The unit that energies are read in."""
        return energy_unit(self.energy_unit)


ADDRESS: Mapping[str, str] = {
    "mol": "molecule",
    "xyz": "structure",
    "bond": "bond",
    "angle": "angle",
    "torsion": "torsion",
    "from": "turn_low",
    "to": "turn_high",
    "lo": "low",
    "hi": "high",
    "n": "points",
    "fixed": "fixed",
    "models": "potentials",
    "ref": "reference",
    "charge": "charge",
    "mult": "multiplicity",
    "device": "device",
    "dtype": "dtype",
    "frame": "frame",
    "zero": "zero",
    "unit": "energy_unit",
    "full": "full_range",
    "integrated": "integrated",
    "colour": "colour",
    "arrows": "arrows",
    "thr": "thresholds",
    "unfold": "unfolded",
    "dark": "dark",
    "tab": "tab",
    "variant": "variant",
    "switch": "switches",
    "beside": "beside",
    "edges": "neighbours_of",
    "edgeby": "edges_show",
}

BETWEEN_POTENTIALS = re.compile(r",(?!\w+=)")
"""A comma, but not one between the switches of a what-if (``testbed-D@graph=hard-knn,k=4``)."""


def pack_text(text: str) -> str:
    """Compress a structure so that it fits into an address."""
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")


def unpack_text(packed: str, limit: int = 200_000) -> str:
    """Undo `pack_text`; at most `limit` bytes, so that an address cannot fill the server's memory.

    Raises
    ------
    ValueError
        The text is not what `pack_text` makes, or is too long.
    """
    try:
        inflate = zlib.decompressobj()
        data = inflate.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), limit)
        if not inflate.eof and not inflate.unconsumed_tail:
            raise ValueError("it is cut short")
        if inflate.unconsumed_tail:
            raise ValueError(f"the structure in the address is longer than {limit} bytes")
        return data.decode()
    except (zlib.error, UnicodeDecodeError, ValueError) as error:
        raise ValueError(f"the structure in the address cannot be read: {error}") from None


def to_query(state: ExplorerState) -> dict[str, str]:
    """The address's query: what differs from the defaults, and always molecule and bond."""
    query = {}
    for key, name in ADDRESS.items():
        value = getattr(state, name)
        if value == state.param[name].default and name not in ("molecule", "bond"):
            continue
        if name == "molecule" and state.structure:
            continue
        query[key] = _to_text(name, value)
    return query


def from_query(query: str) -> tuple[dict[str, Any], list[str]]:
    """Read an address.

    Returns
    -------
    dict
        Values for `ExplorerState`, each valid.
    list of str
        A sentence for every part that could not be used, for a notification.
    """
    values: dict[str, Any] = {}
    problems: list[str] = []
    for key, text in parse_qsl(query.lstrip("?"), keep_blank_values=True):
        name = ADDRESS.get(key)
        if name is None:
            continue
        try:
            value = _from_text(name, text)
            ExplorerState(**{name: value})
        except ValueError as error:
            problems.append(f"{key}={text[:40]} in the address was left out: {error}")
        else:
            values[name] = value
    if values.get("low", DEFAULT_RANGE[0]) >= values.get("high", DEFAULT_RANGE[1]):
        problems.append("lo in the address is not below hi: the default range is shown")
        values.pop("low", None)
        values.pop("high", None)
    begin, end = values.get("turn_low"), values.get("turn_high")
    if (begin is None) != (end is None) or (begin is not None and end is not None and begin >= end):
        problems.append(
            "from and to in the address must be two angles, the first below the second: the usual range is shown"
        )
        values.pop("turn_low", None)
        values.pop("turn_high", None)
    return values, problems


def _to_text(name: str, value: Any) -> str:
    if name == "structure":
        return pack_text(value)
    if name in ("potentials", "unfolded"):
        return ",".join(value)
    if isinstance(value, bool):
        return "1" if value else "0"
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _from_text(name: str, text: str) -> Any:
    parameter = ExplorerState.param[name]
    if name == "structure":
        return unpack_text(text)
    if name == "thresholds":
        return write_thresholds(read_thresholds(text))
    if name == "energy_unit":
        return energy_unit(text).name
    if name == "potentials":
        return [item for item in BETWEEN_POTENTIALS.split(text) if item]
    if name == "unfolded":
        return _figures_that_fold(text)
    if isinstance(parameter, param.Boolean):
        return text in ("1", "true")
    if isinstance(parameter, param.Integer):
        return int(text) if text else None
    if isinstance(parameter, param.Number):
        return float(text)
    return text


def _figures_that_fold(text: str) -> list[str]:
    names = [name for name in text.split(",") if name]
    for name in names:
        if name not in FIGURES or not FIGURES[name].folded:
            raise ValueError(f"no figure {name!r} can be folded away")
    return names


__all__ = ["ADDRESS", "REFERENCE", "TABS", "ExplorerState", "from_query", "to_query"]
