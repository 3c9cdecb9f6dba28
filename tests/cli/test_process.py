"""The command as a process of its own: start-up time, imports, pipes, signals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

COMMAND = [sys.executable, "-m", "bsct_explorer"]
HEAVY = ("torch", "panel", "bokeh", "ase", "rdkit", "numpy", "scipy")


def processor_seconds() -> float:
    """Of the processes that were started and have ended."""
    used = os.times()
    return used.children_user + used.children_system


@pytest.mark.parametrize("arguments", [["--help"], ["scan", "--help"], ["check", "--help"], ["--version"]])
def test_help_takes_less_than_a_second_and_imports_nothing_heavy(arguments):
    code = (
        "import sys, bsct_explorer.cli\n"
        "try: bsct_explorer.cli.main(sys.argv[1:])\n"
        "except SystemExit as exit: assert exit.code == 0\n"
        f"heavy = [name for name in {HEAVY} if name in sys.modules]\n"
        "assert not heavy, heavy\n"
    )
    times = []
    for _ in range(3):  # the processor's seconds, and the best of three: the machine may be busy with something else
        start = processor_seconds()
        done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
        times.append(processor_seconds() - start)
        assert done.returncode == 0, done.stderr
        assert "bsct-explorer" in done.stdout
    assert min(times) < 1.0


def test_help_has_examples_and_says_what_the_default_reference_is():
    done = subprocess.run([*COMMAND, "scan", "--help"], capture_output=True, text=True, check=True)
    assert "examples:" in done.stdout
    assert "gfn2-xtb unless it is the only model" in " ".join(done.stdout.split())


def test_json_on_stdout_is_clean_in_a_posix_locale():
    environment = {**os.environ, "LC_ALL": "POSIX", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    arguments = ["scan", "water", "--bond", "0-1", "--points", "20", "--model", "gfn2-xtb", "--json", "-"]
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, env=environment, check=True)
    assert json.loads(done.stdout.decode())["coordinate"]["unit"] == "Å"


def test_a_reader_that_goes_away_is_no_error():
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([*COMMAND, "molecules"], stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert done.returncode == 141
    assert done.stderr == ""


def test_ctrl_c_stops_a_running_scan(tmp_path):
    model = tmp_path / "slow.py"
    model.write_text(
        "import sys, time\n"
        "from bsct_explorer.potentials.families.pair_potentials import MorsePotential\n"
        "class Slow(MorsePotential):\n"
        "    def _compute(self, *arguments):\n"
        "        sys.stderr.write('computing\\n'); sys.stderr.flush()\n"
        "        time.sleep(60)\n"
        "slow = Slow()\n",
        encoding="utf-8",
    )
    arguments = ["scan", "water", "--bond", "0-1", "--reference", "none", "--model", f"{model}:slow", "--json", "-"]
    with subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's `&` has tests run with it ignored
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "computing\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert out == ""
    assert err == "bsct-explorer: interrupted: stopped by Ctrl-C; nothing was written\n"


def test_the_address_that_serve_prints_is_the_pages():
    server = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", "--no-show"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        address = server.stdout.readline().split()[2]
        page = fetched(address)
    finally:
        server.terminate()
        server.wait(20)
    assert "<title>BSCT Explorer</title>" in page


def fetched(address, patience=90.0):
    """The text at an address, once its server listens."""
    end = time.monotonic() + patience
    while True:
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError:
            raise  # it listens, and has no such page
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.5)
