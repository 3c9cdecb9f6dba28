"""What a close-up shows: points, units, words, and what other metrics say of the same curve."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from bsct_explorer.analysis import Analysis, analyse
from bsct_explorer.app.sidebar.threshold_rows import form_rows
from bsct_explorer.app.views import closeups, present
from bsct_explorer.app.views.finding_items import curve_heads
from bsct_explorer.artifacts import Artifact, Thresholds
from bsct_explorer.artifacts.refine.noise_floor import Noise
from bsct_explorer.artifacts.refinement import CAUSE_KINDS, Cause, Refinement, Verdict, ZoomLevel
from bsct_explorer.deformations import BondStretch
from bsct_explorer.molecules import load_molecule
from bsct_explorer.plots.figures import FIGURES
from bsct_explorer.plots.looks import look_of
from bsct_explorer.plots.shown_curves import ShownCurves
from bsct_explorer.potentials import load_potential
from bsct_explorer.profiles import Profile
from bsct_explorer.remarks.of_curves import NO_FORCES
from bsct_explorer.words.units import energy_unit, quantity

PLACE = 2.4525563


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    scan = BondStretch(0, 1).scan(load_molecule("methanol"))
    evaluate = load_potential("morse").evaluate
    reference = Profile(scan, evaluate(scan.molecule.numbers, scan.positions))
    return analyse(reference, reference)


def level(spacing: float, jump: float = 0.0723) -> ZoomLevel:
    values = PLACE + spacing * np.linspace(-4, 4, 9)
    forces = -1.0 + 3.0 * (values - PLACE) + jump * (values > PLACE)
    return ZoomLevel(values, -2175.0 + (values - PLACE), forces, spacing, jump)


def kink(verdict: Verdict | None = "jump", **changes: object) -> Artifact:
    levels = tuple(level(10.0**-k) for k in range(2, 8))
    refined = None
    if verdict is not None:
        width = 0.012 if verdict == "smooth" else None
        refined = Refinement(verdict, PLACE, 4e-8, 0.0723, 2e-6, "eV/Å", width, levels, 80)
    certified = None if refined is None else refined.confirmed
    artifact = Artifact(
        "force-kink", PLACE, (2.43, 2.47), 0.0723, "eV/Å", "minor", "The force jumps.", certified, refinement=refined
    )
    return replace(artifact, **changes)  # type: ignore[arg-type]


def test_a_place_has_the_digits_that_are_known(analysis: Analysis) -> None:
    assert closeups.place_text(kink(), "Å") == "2.452556 Å"
    assert closeups.place_text(kink(None), "Å") == "2.453 Å"
    facts = dict(closeups.facts(kink(), analysis))
    assert facts["place"] == "2.45255630 Å ± 40.0 nÅ".replace("40.0", "40")
    assert facts["size"] == "0.072300 eV/Å ± 2.0 µeV/Å"


def test_points_of_every_level_go_to_the_browser(analysis: Analysis) -> None:
    data = closeups.closeup_of(kink(), analysis)
    assert [len(part["values"]) for part in data["levels"]] == [9] * 6
    assert data["levels"][0]["forces"] == pytest.approx(level(1e-2).forces)
    assert data["narrowest"] == closeups.NARROWEST
    assert data["jump"]
    assert data["quantity"] == "forces"
    curve = closeups.curve_points(analysis)
    assert {len(column) for column in curve.values()} == {100}


def test_a_gap_is_null_for_the_browser(analysis: Analysis) -> None:
    broken = level(1e-2)
    energies = np.array(broken.energies)
    energies[3] = math.nan
    refined = replace(kink().refinement, levels=(replace(broken, energies=energies),))  # type: ignore[type-var]
    data = closeups.closeup_of(kink(refinement=refined), analysis)
    assert data["levels"][0]["energies"][3] is None


def test_without_refinement_the_close_up_ends_at_the_scans_own_points(analysis: Analysis) -> None:
    data = closeups.closeup_of(kink(None), analysis)
    assert data["levels"] == []
    assert data["title"] == ""
    assert not data["jump"]
    assert data["narrowest"] == pytest.approx(3 * np.diff(analysis.profile.values).mean())


def test_the_plot_is_never_lower_than_the_jump_nor_than_the_noise(analysis: Analysis) -> None:
    assert closeups.smallest_spans(kink(), analysis)["forces"] > 0.0723
    noisy = replace(analysis, noise=Noise(1e-4, 2e-2, 1e-4))
    spans = closeups.smallest_spans(kink(), noisy)
    assert spans["forces"] >= 0.2
    assert spans["energies"] >= 1e-3


@pytest.mark.parametrize("verdict", ["jump", "real", "smooth", "steep", "noise", "unresolved", None])
def test_every_verdict_is_one_sentence(analysis: Analysis, verdict: Verdict | None) -> None:
    data = closeups.closeup_of(kink(verdict), analysis)
    assert data["lesson"].endswith(".")
    assert data["lesson"].count(". ") == 0
    if verdict == "smooth":
        assert "12 mÅ" in data["lesson"]
    if verdict in ("smooth", "noise", "steep", "unresolved"):
        assert closeups.refuted_sentence(kink(verdict), "Å").endswith(".")


@pytest.mark.parametrize("kind", CAUSE_KINDS)
def test_every_cause_has_a_title_and_names_its_atoms(analysis: Analysis, kind: str) -> None:
    cause = Cause(kind, "tested", "Because.", (1, 5), ((1, 5),), {"cutoff_A": 5.2, "shift": "as predicted"}, "a paper")  # type: ignore[arg-type]
    shown = closeups.cause_of(cause, analysis)
    assert shown["title"]
    assert shown["lit"] == "O1–H5"
    assert ["cutoff", "5.200 Å"] in shown["evidence"]
    words = closeups.lit_words(kink(cause=cause), analysis)
    assert words == "Lit: O1–H5, the pair behind this finding"
    assert closeups.lit_words(kink(), analysis) == ""


def test_peers_do_not_see_a_clean_curve_and_see_a_wiggle(analysis: Analysis) -> None:
    clean = closeups.peers(analysis)
    assert len(clean) == 7
    assert not any(peer["seen"] for peer in clean), clean
    old = analysis.profile.evaluation
    wiggle = 0.3 * np.sin(40 * analysis.profile.values)
    info = replace(old.info, name="wiggly")
    bad = analyse(Profile(analysis.profile.scan, replace(old, info=info, energies=old.energies + wiggle)))
    assert sum(peer["seen"] for peer in closeups.peers(bad)) >= 3


def test_what_fsd_means_is_said_by_where_its_maximum_lies(analysis: Analysis) -> None:
    fsd = analysis.fsd
    assert fsd is not None
    near = replace(analysis, fsd=replace(fsd, full=40.0, location=fsd.equilibrium + 0.1))
    far = replace(analysis, fsd=replace(fsd, full=40.0, location=fsd.equilibrium + 0.9))
    for judged, words in ((near, "error of the force, not roughness"), (far, "measures roughness")):
        assert any(words in remark for remark in heads_of(judged)[-1]["remarks"])
        assert (
            words in present.metric_rows({"a": judged}, {"a": look_of("morse")}, False)[0]["cells"]["fsd_full"]["note"]
        )
    assert "force error at the minimum" in FIGURES["fsd_curve"].title(ShownCurves({"a": near}))
    assert "rough force" in FIGURES["fsd_curve"].title(ShownCurves({"a": far}))
    assert "Steepest" not in FIGURES["fsd_curve"].title(ShownCurves({"a": replace(analysis, fsd=None)}))


def test_a_smooth_dive_of_the_force_is_said_where_nothing_was_found(analysis: Analysis) -> None:
    fsd = analysis.fsd
    assert fsd is not None

    def found(full: float, away: float) -> list[str]:
        changed = replace(analysis, fsd=replace(fsd, full=full, location=fsd.equilibrium + away))
        return present.rough_without_findings({"a": changed, "reference": replace(analysis, fsd=None)})

    (sentence,) = found(100.0, 0.9)
    assert sentence.startswith("But the force of Morse leaves the reference's abruptly. FSD's maximum, 100")
    assert found(100.0, 0.1) == found(10.0, 0.9) == []


def heads_of(*analyses: Analysis) -> list[dict[str, Any]]:
    named = {str(k): analysis for k, analysis in enumerate(analyses)}
    return curve_heads(named, dict.fromkeys(named, look_of("morse")), dark=False)


def test_doubts_stand_at_their_curve_and_everything_else_behind_it(analysis: Analysis) -> None:
    doubt = NO_FORCES.say("There is no force.")
    molecule = replace(analysis.profile.scan.molecule, notes=("Read from a file.",))
    profile = replace(analysis.profile, scan=replace(analysis.profile.scan, molecule=molecule))
    heads = heads_of(replace(analysis, profile=profile, fsd=None, notes=(doubt, "By the way.")), analysis)
    assert [head["name"] for head in heads] == ["molecule", "0", "1"]
    assert heads[0]["remarks"] == ["Read from a file."]
    assert heads[1]["doubts"] == [doubt]
    assert "By the way." in heads[1]["remarks"]
    assert doubt not in heads[1]["remarks"] + heads[2]["doubts"]
    assert all(head["line"] for head in heads)


def test_the_noise_floor_stands_in_the_tooltip_and_the_numbers(analysis: Analysis) -> None:
    noisy = replace(analysis, noise=Noise(3e-5, 2e-4, 3e-5))
    row = present.metric_rows({"morse": noisy}, {"morse": look_of("morse")}, False)[0]
    assert "3.0 × 10⁻⁵ eV" in row["tip"]
    assert dict(closeups.facts(kink(), noisy))["noise floor"] == "30 µeV, 0.20 meV/Å"


def texts_of(item: Any) -> list[str]:
    """Everything that a person could read in what goes to the browser."""
    if isinstance(item, str):
        return [item]
    inner = item.values() if isinstance(item, dict) else item if isinstance(item, list) else []
    return [text for part in inner for text in texts_of(part)]


@pytest.mark.parametrize("verdict", ["jump", "smooth", "noise", None])
@pytest.mark.parametrize("name", ["kJ/mol", "kcal/mol"])
def test_no_ev_is_left_in_another_unit_and_points_stay_as_they_are(
    analysis: Analysis, verdict: Verdict | None, name: str
) -> None:
    shown = energy_unit(name)
    noisy = replace(analysis, noise=Noise(3e-5, 2e-4, 3e-5))
    evidence: dict[str, float | int | str] = {"rounding_eV": 0.00012, "said": "by 0.3 eV/Å", "shift_Å": 0.004}
    artifact = kink(verdict, cause=Cause("unknown", "none", "Unknown.", evidence=evidence))
    in_ev, told = closeups.closeup_of(artifact, noisy), closeups.closeup_of(artifact, noisy, shown)
    assert [text for text in texts_of(told) if "eV" in text] == []
    assert told["levels"] == in_ev["levels"]
    assert told["smallest"] == in_ev["smallest"]
    assert told["energyUnit"] == {"perEv": shown.per_ev, "names": [name, *shown.smaller]}
    size, unit = told["sizeText"].split(" ")
    thousandth = 1e-3 if unit.removesuffix("/Å") != name else 1.0
    assert float(size) * thousandth == pytest.approx(0.0723 * shown.per_ev, rel=5e-3)
    assert ["rounding", quantity(0.00012, "eV", shown, 4)] in told["cause"]["evidence"]


def test_every_threshold_has_a_row_with_its_help_and_unit() -> None:
    rows = {row["name"]: row for row in form_rows(Thresholds(step=0.002))}
    assert set(rows) == {field.name for field in fields(Thresholds)}
    assert (rows["step"]["value"], rows["step"]["usual"], rows["step"]["main"]) == (0.002, 5e-3, True)
    assert (rows["step"]["unit"], rows["kink"]["unit"], rows["kink_noise"]["unit"]) == ("eV", "eV/Å", "")
    assert rows["prominence_noise"]["help"].endswith(
        "Decides on: artificial minimum, second minimum, wall collapse and outer fall."
    )
    assert all(row["label"] for row in rows.values())
    assert [row["name"] for row in form_rows(Thresholds())][:3] == ["step", "kink", "prominence"]
