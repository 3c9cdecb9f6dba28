"""Findings for list, plots and slider: pure functions from the board to plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bsct_explorer.analysis import Analysis, verdict_line
from bsct_explorer.app.session.finding_board import FOLDED, Finding, State
from bsct_explorer.app.views import closeups
from bsct_explorer.artifacts import kind_of
from bsct_explorer.artifacts.shown_units import told_in
from bsct_explorer.molecules import Molecule
from bsct_explorer.plots.finding_marks import Mark, frame_of, mark_of
from bsct_explorer.plots.looks import SEVERITY_MARKS, Look
from bsct_explorer.remarks import named
from bsct_explorer.remarks.of_molecules import HOW_IT_WAS_MADE
from bsct_explorer.study import remarks_on, source_line
from bsct_explorer.words.numbers import signed
from bsct_explorer.words.units import EV, EnergyUnit, in_unit, quantity

STATE_WORDS: Mapping[State, str] = {
    "checking": "checking…",
    "candidate": "not checked",
    "certified": "certified",
    "stored": "on the curve",
    "refuted": "refuted",
    "noise": "noise",
    "undecided": "undecided",
}

STATE_TIPS: Mapping[State, str] = {
    "checking": "A candidate: the potential is being evaluated on ever finer grids around this place.",
    "candidate": "A candidate: refinement was stopped before the potential was evaluated around this place.",
    "certified": "The potential was evaluated on ever finer grids around this place: the finding stays.",
    "stored": "Read off the curve as it was computed; the potential was not evaluated again.",
    "refuted": "The potential was evaluated on ever finer grids around this place: nothing is wrong here.",
    "noise": "It does not stand out from the potential's own numerical noise.",
    "undecided": "The potential gave too few answers around this place: this is neither confirmed nor refuted.",
}


def finding_items(
    findings: Sequence[Finding],
    analyses: Mapping[str, Analysis],
    looks: Mapping[str, Look],
    dark: bool,
    shown: EnergyUnit = EV,
) -> list[dict[str, Any]]:
    """Items of the list, in its order, energies in `shown`."""
    items = []
    for rank, finding in enumerate(findings):
        artifact = told_in(finding.artifact, shown)
        analysis, look = analyses[finding.potential], looks[finding.potential]
        state, unit = finding.state, analysis.profile.scan.unit
        items.append(
            {
                "key": finding.key,
                "name": finding.potential,
                "rank": rank,
                "severity": artifact.severity,
                "mark": SEVERITY_MARKS[artifact.severity],
                "potential": display_name(finding.potential, analysis),
                "colour": look.colour(dark),
                "dash": look.dash,
                "kind": kind_of(artifact.kind).title,
                "frame": frame_of(artifact, analysis.profile.values),
                "place": closeups.place_text(artifact, unit),
                "size": quantity(artifact.size, artifact.unit, shown),
                "sentence": closeups.refuted_sentence(artifact, unit) if state in FOLDED else artifact.explanation,
                "state": state,
                "status": STATE_WORDS[state],
                "tip": STATE_TIPS[state],
                "folded": state in FOLDED,
                "why": "" if state in FOLDED else kind_of(artifact.kind).why_it_matters(analysis.profile.scan.kind),
                "closeup": closeups.closeup_of(artifact, analysis, shown),
            }
        )
    return items


def curve_heads(
    analyses: Mapping[str, Analysis], looks: Mapping[str, Look], dark: bool, shown: EnergyUnit = EV
) -> list[dict[str, Any]]:
    """What is said of each curve as a whole: its verdict, what casts doubt on it, and further remarks."""
    heads = [_molecule_head(analysis.profile.scan.molecule, shown) for analysis in analyses.values()][:1]
    heads = [head for head in heads if head["doubts"] or head["remarks"]]
    for name, analysis in analyses.items():
        said = remarks_on(analysis)
        heads.append(
            {
                "name": name,
                "potential": display_name(name, analysis),
                "colour": looks[name].colour(dark),
                "dash": looks[name].dash,
                "line": in_unit(_line_of(name, analysis), shown),
                "doubts": [in_unit(remark, shown) for remark in said if remark.kind.doubt],
                "remarks": [in_unit(remark, shown) for remark in said if not remark.kind.doubt],
            }
        )
    return heads


def _molecule_head(molecule: Molecule, shown: EnergyUnit) -> dict[str, Any]:
    said = named(molecule.notes, HOW_IT_WAS_MADE)
    sent = f"{molecule.formula}, charge {signed(molecule.charge)}, multiplicity {molecule.multiplicity}"
    return {
        "name": "molecule",
        "potential": molecule.name,
        "colour": "transparent",
        "dash": "solid",
        "line": sent,
        "doubts": [in_unit(remark, shown) for remark in said if remark.kind.doubt],
        "remarks": [in_unit(remark, shown) for remark in said if not remark.kind.doubt],
    }


def _line_of(name: str, analysis: Analysis) -> str:
    """The verdict on a potential's curve; of the reference, what it is."""
    return source_line(analysis.profile.info) if name == "reference" else verdict_line(analysis)


def display_name(potential: str, analysis: Analysis) -> str:
    return "Reference" if potential == "reference" else analysis.profile.info.display_name


def marks_of(
    findings: Sequence[Finding], analyses: Mapping[str, Analysis], selected: str = "", shown: EnergyUnit = EV
) -> list[Mark]:
    """Shades and symbols for the plots; of what was refuted only the selected one."""
    marks = []
    for finding in findings:
        artifact, analysis = told_in(finding.artifact, shown), analyses[finding.potential]
        if finding.state in FOLDED and finding.key != selected:
            continue
        status, firm = STATE_WORDS[finding.state], finding.state in ("certified", "stored")
        marks.append(mark_of(finding.key, finding.potential, artifact, analysis, status=status, firm=firm))
    return marks


def stops_of(items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Ticks of the slider: what counts as a finding."""
    return [
        {
            "key": item["key"],
            "frame": item["frame"],
            "colour": item["colour"],
            "text": f"{item['potential']}: {item['kind']} at {item['place']}",
        }
        for item in items
        if not item["folded"]
    ]


def tally(findings: Sequence[Finding]) -> str:
    """How many candidates came to nothing, for the line that they fold into: ``4 refuted · 1 noise``."""
    counts = {state: sum(finding.state == state for finding in findings) for state in ("refuted", "noise")}
    return " · ".join(f"{count} {STATE_WORDS[state]}" for state, count in counts.items() if count)  # type: ignore[index]
