"""`check`: 0 holds, 1 falls short, 2 could not run or could not be checked."""

from __future__ import annotations

import json
import re

import pytest

from bsct_explorer.cli.check_command import LimitRow, exit_code

BASE = ("check", "water", "--bond", "0-1", "--points", "100", "--reference", "none")


def test_holds(run, own):
    result = run(*BASE, "--model", own("Morse"), "--max", "energy-step=0", "--max", "tortuosity=1.01")
    assert result.code == 0, result.out + result.err
    assert re.search(r"^holds +0-1 +\S*models.py:Morse +energy-step +0 +0$", result.out, re.MULTILINE)
    assert re.search(r"^holds +0-1 +\S+ +tortuosity +1 +1\.01$", result.out, re.MULTILINE)
    assert "\n2 holds, 0 falls short, 0 not checked\n" in result.out, "remarks come after it"


def test_falls_short(run, own):
    result = run(*BASE, "--model", own("Morse"), "--model", own("Stepped"), "--max", "energy-step=0")
    assert result.code == 1
    assert re.search(r"^holds .*:Morse", result.out, re.MULTILINE)
    assert re.search(r"^falls short .*:Stepped +energy-step +1 +0$", result.out, re.MULTILINE)


def test_a_limit_is_allowed_to_be_reached(run, own):
    assert run(*BASE, "--model", own("Stepped"), "--max", "energy-step=1").code == 0


def test_a_metric_without_a_value_is_not_checked(run, own):
    result = run(*BASE, "--model", own("Morse"), "--max", "fsd_full=60")
    assert result.code == 2
    assert re.search(r"^not checked .* fsd_full +– +60 +Å⁻¹ +there is no reference", result.out, re.MULTILINE)
    assert result.err.startswith("bsct-explorer: error: 1 of 1 limits could not be checked.")


@pytest.mark.parametrize(("limit", "code", "verdict"), [("0", 2, "not checked"), ("1", 0, "holds")])
def test_what_is_undecided_is_not_checked_where_it_could_break_the_limit(run, own, limit, code, verdict):
    result = run(*BASE, "--model", own("Unanswered"), "--max", f"energy-step={limit}")
    assert result.code == code, result.out
    assert re.search(rf"^{verdict} .*:Unanswered +energy-step", result.out, re.MULTILINE)
    if code:
        assert "0 found and 1 undecided: Between 1.5" in result.out
        assert "frames there gave no answer" in result.err


def test_a_failing_potential_is_not_checked(run, own):
    result = run(*BASE, "--model", own("Morse"), "--model", own("Broken"), "--max", "energy-step=0")
    assert result.code == 2
    assert re.search(r"^not checked .*:Broken +energy-step .*no weights for this", result.out, re.MULTILINE)


HOLES = ("check", "[H]F", "--bond", "0-1", "--range", "0.6:3.0", "--points", "41", "--reference", "none", "--no-refine")


@pytest.mark.parametrize(
    ("name", "missing", "place"),
    [
        ("WithoutItsMinimum", 11, "from 1.74 to 2.27 Å"),
        ("InfiniteThere", 11, "from 1.74 to 2.27 Å"),
        ("NoForceThere", 11, "from 1.74 to 2.27 Å"),
        ("RaisesThere", 11, "from 1.74 to 2.27 Å"),
        ("NothingBeyond", 18, "from 1.74 to 2.64 Å"),
    ],
)
def test_what_hides_in_frames_without_an_answer_does_not_hold(run, own, name, missing, place):
    arguments = (*HOLES, "--model", own(name), "--max", "artificial-minimum=0")
    result = run(*arguments)
    assert result.code == 2
    assert f"not judged: {missing} of 41 frames have no answer, {place}" in result.err
    assert re.search(r"^not checked .*artificial-minimum +0 +0 +not judged: ", result.out, re.MULTILINE)
    assert run(*arguments, "--max", f"failed-frames={missing}").code == 0
    fewer = run(*arguments, "--max", f"failed-frames={missing - 1}")
    assert fewer.code == 1
    assert re.search(rf"^falls short .*failed-frames +{missing} +{missing - 1}$", fewer.out, re.MULTILINE)
    assert re.search(r"^not checked .*artificial-minimum", fewer.out, re.MULTILINE)


def test_a_model_that_answers_otherwise_from_call_to_call_holds_no_limit(run, own):
    result = run(*HOLES, "--model", own("Dropout"), "--max", "artificial-minimum=0")
    assert result.code == 2
    assert "artificial-minimum: not judged: one frame, asked again, differs by about" in result.err
    assert "! Dropout: Not deterministic" in result.out


def test_what_is_seen_beside_a_gap_falls_short_all_the_same(run, own):
    result = run(*HOLES, "--model", own("WithoutItsMinimum"), "--max", "tortuosity=0.5")
    assert result.code == 1


def test_fsd_against_the_default_reference(run):
    arguments = ("check", "water", "--bond", "0-1", "--points", "40", "--model", "morse", "--json", "-")
    result = run(*arguments, "--max", "fsd_full=1000")
    assert result.code == 0
    value = json.loads(result.out)["profiles"][0]["metrics"]["fsd_full"]
    assert run(*arguments, "--max", f"fsd_full={value * 1.001}").code == 0
    assert run(*arguments, "--max", f"fsd_full={value * 0.999}").code == 1


def test_all_bonds_are_checked(run, own):
    arguments = ("check", "water", "--all-bonds", "--points", "100", "--reference", "none", "--model", own("Stepped"))
    result = run(*arguments, "--max", "energy-step=0")
    assert result.code == 1
    assert re.search(r"^falls short +0-1", result.out, re.MULTILINE)
    assert re.search(r"^holds +0-2", result.out, re.MULTILINE)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (("--max", "fsd_ful=1"), ("fsd_ful", "fsd_full")),
        (("--max", "energy-steps=0"), ("energy-steps", "energy-step")),
        (("--max", "fsd_full"), ("fsd_full", "NAME=VALUE")),
        (("--max", "fsd_full=nan"), ("nan",)),
        ((), ("--max",)),
    ],
)
def test_wrong_limits_are_refused_before_anything_is_computed(run, limits, words):
    result = run(*BASE, "--model", "no-such-model", *limits)
    assert result.code == 2
    assert result.out == ""
    assert len(result.err.splitlines()) == 1
    for word in words:
        assert word in result.err


def test_an_exceeded_limit_outranks_one_that_was_not_checked():
    holds, short = LimitRow("0-1", "m", "a", 1.0, 2.0), LimitRow("0-1", "m", "b", 3.0, 2.0)
    unknown = LimitRow("0-1", "m", "c", None, 2.0, "why")
    assert exit_code([holds]) == 0
    assert exit_code([holds, unknown]) == 2
    assert exit_code([holds, unknown, short]) == 1
    assert exit_code([]) == 2
