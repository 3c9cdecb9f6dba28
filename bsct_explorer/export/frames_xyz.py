"""All frames of a study as extended xyz, with energies and forces, every digit kept.

ASE's own writer rounds positions to 8 decimals; this one writes the shortest text that reads back as the same number,
so ``ase.io.read(path, ":")`` gives the scan's own arrays. One block of frames a source: the reference first, then each
potential. ``frame.info`` says which: model, frame, coordinate, atoms, charge, spin.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from bsct_explorer.data import Floats
    from bsct_explorer.profiles import Profile
    from bsct_explorer.study import Study


def xyz_text(studies: Study | Sequence[Study]) -> str:
    """Extended xyz of one study or of several.

    A frame that failed has its positions, no energy and no forces, and ``failed=T``. Where no potential and no
    reference gave anything, there are no frames.
    """
    several = [studies] if not isinstance(studies, Sequence) else list(studies)
    return "".join(block for study in several for block in _blocks(study))


def _blocks(study: Study) -> Iterator[str]:
    if study.reference is not None:
        yield from profile_frames(study.reference, study.reference.info.name, role="reference")
    for label, analysis in study.by_label.items():
        yield from profile_frames(analysis.profile, label)


def profile_frames(profile: Profile, model: str, role: str = "model") -> Iterator[str]:
    """One potential's frames as text, in the order of the scan."""
    scan = profile.scan
    failed = set(profile.failed_frames)
    for k, value in enumerate(scan.values):
        forces = None if profile.forces is None or k in failed else profile.forces[k]
        comment = {
            "Properties": "species:S:1:pos:R:3" + (":forces:R:3" if forces is not None else ""),
            "pbc": '"F F F"',
            "model": quoted(model),
            "role": role,
            "frame": str(k),
            "coordinate": repr(float(value)),
            "coordinate_unit": quoted(scan.unit),
            "atoms": quoted("-".join(map(str, scan.atoms))),
            "charge": str(scan.molecule.charge),
            "spin": str(scan.molecule.multiplicity),
        }
        if k in failed:
            comment["failed"] = "T"
        else:
            comment["energy"] = repr(float(profile.energies[k]))
        yield _frame(scan.molecule.symbols, scan.positions[k], forces, comment)


def quoted(text: str) -> str:
    """A value of the comment line: in double quotes, with those inside escaped."""
    cleaned = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{cleaned}"'


def _frame(symbols: Sequence[str], positions: Floats, forces: Floats | None, comment: dict[str, str]) -> str:
    rows = positions if forces is None else np.hstack([positions, forces])
    lines = [f"{symbol} " + " ".join(repr(x) for x in row) for symbol, row in zip(symbols, rows.tolist(), strict=True)]
    header = " ".join(f"{key}={value}" for key, value in comment.items())
    return "\n".join([str(len(symbols)), header, *lines]) + "\n"
