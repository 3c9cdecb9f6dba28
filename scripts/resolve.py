"""Can pip install every extra from wheels alone on each Python that pyproject.toml names? Nothing is installed.

    python scripts/resolve.py              # all Pythons of the classifiers
    python scripts/resolve.py 3.13         # one

pip is asked with ``--python-version`` and ``--only-binary=:all:``, so a package that would need a compiler is refused,
and with ``--dry-run`` and ``fast-deps``, so that of a wheel of many megabytes only the description is fetched. Two
things pip does not do then, and this script does: it reads the markers of pyproject.toml and constraints.txt for the
Python that is asked for, not for the one that it runs on; and it makes the wheels of the few packages that PyPI has
only as sources, and checks that they hold nothing compiled. The platform is this machine's.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NAME = PROJECT["name"]
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input")
NEWEST = ".99"
"""The newest patch release of a Python: some packages ask for more than the first."""

SOURCES_ONLY = ("bibtexparser", "nglview", "nvidia-ml-py3", "python-hostlist")
"""Packages that PyPI has only as sources. They are Python alone, so whoever installs them needs no compiler."""

TOGETHER = ("app", "benchmark", "docs", "notebooks", "test", "torchsim")
"""Extras that one environment can have, the one that constraints.txt is of; each other extra needs one of its own."""


def pythons() -> list[str]:
    """The minor versions of Python that the classifiers name."""
    found = (re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", text) for text in PROJECT["classifiers"])
    return [match[1] for match in found if match]


def environments() -> list[tuple[str, ...]]:
    """Extras of each environment: those that go together, and every other one alone."""
    extras = PROJECT["optional-dependencies"]
    among = {name for extra in TOGETHER for name in (extra, *included(extra))}
    return [TOGETHER, *((extra,) for extra in extras if extra not in among)]


def included(extra: str) -> set[str]:
    """Extras of this project that an extra stands for, all the way down."""
    listed = map(Requirement, PROJECT["optional-dependencies"][extra])
    own = {name for one in listed if one.name == NAME for name in one.extras}
    return own | {further for name in own for further in included(name)}


def requirements(extras: Iterable[str], python: str) -> list[str]:
    """What an installation with these extras asks for on a Python, without this project itself and without markers."""
    every = {name for extra in extras for name in (extra, *included(extra))}
    listed = [*PROJECT["dependencies"], *(t for name in sorted(every) for t in PROJECT["optional-dependencies"][name])]
    return for_python((text for text in listed if Requirement(text).name != NAME), python)


def constraints(python: str) -> list[str]:
    """The versions of constraints.txt that hold for a Python."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return for_python((line for line in lines if line and not line.startswith("#")), python)


def for_python(texts: Iterable[str], python: str) -> list[str]:
    """Requirements whose marker holds for a Python, the marker taken off."""
    environment = {"python_version": python, "python_full_version": python + NEWEST}
    kept = []
    for one in map(Requirement, texts):
        if one.marker is None or one.marker.evaluate(environment):
            one.marker = None
            kept.append(str(one))
    return kept


def make_wheels(folder: str) -> None:
    """Make the wheels of `SOURCES_ONLY`.

    Raises
    ------
    SystemExit
        One of them holds compiled code: a person would need a compiler.
    """
    held = {Requirement(text).name: text for text in constraints(pythons()[0])}
    wanted = [held.get(name, name) for name in SOURCES_ONLY]
    subprocess.run(
        [*PIP, "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, *wanted], check=True, stderr=subprocess.DEVNULL
    )
    compiled = [path.name for path in Path(folder).iterdir() if not path.name.endswith("-none-any.whl")]
    if compiled:
        sys.exit(f"not Python alone: {', '.join(compiled)}")


def resolve(python: str, extras: tuple[str, ...], wheels: str) -> tuple[bool, str]:
    """Whether pip finds wheels for all of it, and how many, or its reason; `wheels` is where `make_wheels` put some."""
    with tempfile.TemporaryDirectory() as folder:
        held = Path(folder) / "constraints.txt"
        held.write_text("\n".join(constraints(python) if extras == TOGETHER else []) + "\n", encoding="utf-8")
        command = [*PIP, "install", "--dry-run", "--ignore-installed", "--use-feature=fast-deps"]
        command += ["--report", f"{folder}/report.json", "--find-links", wheels]
        command += ["--python-version", python + NEWEST, "--only-binary=:all:", "--target", f"{folder}/none"]
        done = subprocess.run(
            [*command, "--constraint", str(held), *requirements(extras, python)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            _, _, reason = done.stdout.partition("The conflict is caused by:\n")
            return False, reason or done.stderr
        report = json.loads((Path(folder) / "report.json").read_text(encoding="utf-8"))
        return True, f"{len(report['install'])} wheels"


def main(arguments: list[str]) -> int:
    """Print what was found; 0 where everything can be installed."""
    failed = False
    with tempfile.TemporaryDirectory() as wheels:
        make_wheels(wheels)
        for python in arguments or pythons():
            for extras in environments():
                good, said = resolve(python, extras, wheels)
                failed |= not good
                missing = sorted(set(requirements(extras, pythons()[0])) - set(requirements(extras, python)))
                without = f" without {', '.join(missing)}" if missing else ""
                verdict = said if good else f"NOT POSSIBLE\n{said}"
                print(f"Python {python}, {NAME}[{','.join(extras)}]{without}: {verdict}", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
