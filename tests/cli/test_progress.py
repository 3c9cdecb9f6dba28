"""The progress line: on a terminal only, one line, gone at the end."""

from __future__ import annotations

import io
import sys

import pytest

from bsct_explorer.cli.streams import ProgressLine


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_sees_one_line_that_is_painted_over(monkeypatch):
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    line = ProgressLine()
    line.say("Loading ANI-1x on cpu")
    line("ANI-1x", 100, 100)
    line.clear()
    painted = stream.getvalue().split("\r")
    assert painted[1:3] == ["Loading ANI-1x on cpu", "ANI-1x  100/100 frames"]
    assert painted[3].strip() == ""
    assert len(painted[3]) >= len(painted[2])
    assert "\n" not in stream.getvalue()


def test_repaints_are_few(monkeypatch):
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    line = ProgressLine()
    for done in range(1, 1001):
        line("m", done, 1000)
    assert stream.getvalue().count("\r") < 50
    assert "1000/1000" in stream.getvalue(), "the last is always shown"


@pytest.mark.parametrize("finish", [True, False])
def test_a_pipe_sees_nothing(monkeypatch, finish):
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    line = ProgressLine()
    line.say("Loading")
    line("m", 1, 1)
    if finish:
        line.clear()
    assert stream.getvalue() == ""
