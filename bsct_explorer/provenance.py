"""Where numbers come from: versions, weights, command and date, gathered once for a study."""

from __future__ import annotations

import hashlib
import platform
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from bsct_explorer import __version__
from bsct_explorer.potentials.families import FAMILIES

WATCHED = {
    **{name: name for name in ("numpy", "scipy", "ase", "rdkit", "torch")},
    "torch-sim-atomistic": "torch_sim",
    **{family.package.distribution: family.package.module for family in FAMILIES if family.package},
}
"""Distribution → module that shows that it was used: the version of what was never imported is no provenance."""

NO_WEIGHTS = "the potential names no file of weights"


@dataclass(frozen=True)
class Provenance:
    """What it takes to get the same numbers again.

    Attributes
    ----------
    version
        Version of BSCT Explorer.
    command
        The command line, or None for a call from Python.
    packages
        Version by distribution, of those that were in use.
    weights_sha256
        SHA-256 of each potential's weights by the potential's name; None where there is no file to hash.
    date
        ISO 8601, UTC, whole seconds.
    notes
        Why something is None, by its key.
    """

    version: str
    command: str | None
    packages: Mapping[str, str]
    weights_sha256: Mapping[str, str | None]
    date: str
    notes: Mapping[str, str] = field(default_factory=dict)


def package_versions(distributions: Iterable[str] = ()) -> dict[str, str]:
    """Versions of Python, of the watched packages that are imported, and of `distributions`, sorted by name.

    A name that is no installed distribution is left out: a potential built into this package has none.
    """
    versions = {"python": platform.python_version()}
    wanted = {dist for dist, module in WATCHED.items() if module in sys.modules}
    for name in sorted(wanted | set(distributions)):
        try:
            versions[name] = metadata.version(name)
        except (metadata.PackageNotFoundError, ValueError):
            continue
    return versions


def weights_digest(potential: object) -> tuple[str | None, str]:
    """SHA-256 of the file or files that `potential.weights` names, and the reason where there is none.

    Several files (an ensemble) give one digest: that of their digests in the order named.
    """
    weights = getattr(potential, "weights", None)
    if weights is None or weights == ():
        return None, NO_WEIGHTS
    try:
        paths = [Path(weights)] if isinstance(weights, str | Path) else [Path(path) for path in weights]
        digests = [_file_digest(path, path.stat().st_mtime_ns) for path in paths]
    except (OSError, TypeError) as error:
        return None, f"the weights could not be read: {error}"
    if len(digests) == 1:
        return digests[0], ""
    return hashlib.sha256("".join(digests).encode()).hexdigest(), ""


@lru_cache(maxsize=256)
def _file_digest(path: Path, modified: int) -> str:
    # The page makes a study at every click: hash a file again only where it changed (`modified`).
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def gather(
    potentials: Mapping[str, object], command: str | None = None, distributions: Sequence[str] = ()
) -> Provenance:
    """Provenance of a run with `potentials`, by the name that the JSON gives each.

    Parameters
    ----------
    potentials
        Loaded potentials by name.
    command
        The command line as typed, quoted for a shell.
    distributions
        Distributions that the potentials need, beside those that are seen to be imported.
    """
    notes: dict[str, str] = {}
    digests: dict[str, str | None] = {}
    for name, potential in potentials.items():
        digests[name], reason = weights_digest(potential)
        if reason:
            notes[f"weights_sha256.{name}"] = reason
    if command is None:
        notes["command"] = "called from Python, not from the command line"
    return Provenance(
        version=__version__,
        command=command,
        packages=package_versions(distributions),
        weights_sha256=digests,
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        notes=notes,
    )
