"""Options are typed, frozen data classes: what argparse was told is what the fields hold."""

from __future__ import annotations

import argparse
from dataclasses import FrozenInstanceError, dataclass, fields, is_dataclass

import pytest

from bsct_explorer.cli.commands import COMMANDS
from bsct_explorer.cli.options import Options, option, options_of
from bsct_explorer.cli.parser import build_parser
from bsct_explorer.cli.scan_options import ScanOptions
from bsct_explorer.export.formats import FORMATS
from bsct_explorer.words.energy_zeros import DEFAULT_ZERO


@dataclass(frozen=True, kw_only=True)
class Inner(Options):
    TITLE = "inside"
    names: tuple[str, ...] = option("--name", action="append", default=[], metavar="N", help="a name")
    left: bool = option("--left", action="store_true", exclusive=True, help="left")
    right: bool = option("--right", action="store_true", exclusive=True, help="right")


@dataclass(frozen=True, kw_only=True)
class Outer(Options):
    what: str = option(metavar="WHAT", help="what")
    inner: Inner = options_of(Inner)


def read(*words: str) -> Outer:
    parser = argparse.ArgumentParser()
    Outer.add_to(parser)
    return Outer.read(parser.parse_args(words))


def test_fields_hold_what_was_given_and_lists_are_tuples():
    assert read("x", "--name", "a", "--name", "b", "--left") == Outer(
        what="x", inner=Inner(names=("a", "b"), left=True, right=False)
    )
    assert read("x").inner.names == ()
    with pytest.raises(FrozenInstanceError):
        read("x").what = "y"  # type: ignore[misc]


def test_exclusive_options_exclude_each_other(capsys):
    with pytest.raises(SystemExit):
        read("x", "--left", "--right")
    assert "not allowed with" in capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda command: command.name)
def test_every_command_has_frozen_options_of_its_own(command):
    assert is_dataclass(command.options)
    assert command.options.__dataclass_params__.frozen
    assert "Attributes" in command.options.__doc__ or command.options.__doc__
    assert len({other.options for other in COMMANDS.values()}) == len(COMMANDS)


def scanned(*words: str) -> ScanOptions:
    parsed = build_parser().parse_args(["scan", "water", *words])
    parsed.command_line = "as typed"
    return parsed.command.options.read(parsed)


def test_a_scans_options_become_the_settings_of_a_study():
    plain = scanned().settings()
    assert (plain.reference, plain.refine, plain.eps, plain.energy_zero) == ("auto", True, 1.0, DEFAULT_ZERO)
    judged = ("--no-refine", "--eps", "0.5", "--thresholds", "step=0.01", "--dtype", "float32")
    asked = scanned(*judged, "--energy-zero", "longest").settings()
    assert (asked.refine, asked.eps, asked.thresholds.step) == (False, 0.5, 0.01)
    assert (asked.energy_zero, asked.dtype, asked.command) == ("longest", "float32", "as typed")


def test_outputs_are_the_table_of_formats():
    words = [word for name, record in FORMATS.items() for word in (record.option, f"{name}.out")]
    assert scanned(*words).outputs.paths == {name: f"{name}.out" for name in FORMATS}
    assert scanned().outputs.paths == {}
    assert scanned("--json", "-").outputs.on_stdout
    assert "paths" in {each.name for each in fields(scanned().outputs)}


@pytest.mark.parametrize("low", ["-180", "-1.5", "-.5", "-1e1"])
def test_a_range_may_begin_below_zero(low):
    assert scanned("--torsion", "1-0-2-3", "--range", f"{low}:90").driven.range == (float(low), 90.0)
