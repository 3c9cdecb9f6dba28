"""The smoothness test with GFN2-xTB on molecules of its usual groups, every finding checked by another computation.

    python benchmarks/gfn2_survey.py --log FILE [--part 1/4] [--until 12:55] [--write docs/gfn2_survey.md]

For each molecule of gfn2_survey_molecules.txt: one bond, angle and torsion of every kind that it has, by symmetry;
angles once in their usual range and once through 180°. Each is judged without a reference; angles, torsions, and bonds
on which something was found also with the same curve as their reference, and then nothing but jumps may be left.
`gfn2_verdicts.py` checks each finding on frames that it makes itself, with tblite called directly. One JSON line a
coordinate in the log: a stopped run goes on where it was, several parts may write to logs of their own, and --write
makes the table of all that is in --log.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from gfn2_verdicts import ELECTRONIC, FAULT, OPEN, SECOND, frames_agree, judge
from independent_frames import Atoms

import bsct_explorer as be
from bsct_explorer.errors import ExplorerError
from bsct_explorer.molecules import Molecule
from bsct_explorer.study import StudySettings, analyse_profile, refine_analysis, run_study

MOLECULES = Path(__file__).with_name("gfn2_survey_molecules.txt")
MODEL = "gfn2-xtb"
MOST = {"angle": 2, "torsion": 2}
"""Angles and torsions of one molecule; of bonds all kinds are pulled."""

POINTS = 100

BELOW = 1e-5
"""eV by which an independent frame may lie below the scan's: both converge to 1e-9."""

Driven = tuple[str, tuple[int, ...], tuple[float, float] | None]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--log", type=Path, nargs="+", required=True, help="JSON lines; the first is written to")
    parser.add_argument("--part", default="1/1", help="K/N: every N-th molecule, from the K-th on")
    parser.add_argument("--only", nargs="*", help="these molecules only")
    parser.add_argument("--few", type=int, help="no more than so many bonds, angles and torsions of a molecule")
    parser.add_argument("--again", action="store_true", help="repeat the coordinates on which something was found")
    parser.add_argument("--until", help="HH:MM at which no further coordinate is begun")
    parser.add_argument("--write", type=Path, help="write the table here")
    options = parser.parse_args(arguments)
    k, n = (int(part) for part in options.part.split("/"))
    chosen = [m for m in molecules() if not options.only or m[1] in options.only][k - 1 :: n]
    known = {key_of(record) for record in read_logs(options.log) if not (options.again and said_anything(record))}
    if not (options.write and options.part == "1/1" and not options.until and known):
        with options.log[0].open("a", encoding="utf-8") as log:
            for record in survey(chosen, known, options.until, options.few):
                log.write(json.dumps(record) + "\n")
                log.flush()
                print(summary(record), flush=True)
    if options.write:
        options.write.write_text(markdown(read_logs(options.log)), encoding="utf-8")
    return 0


def molecules() -> list[tuple[str, str]]:
    """(group, SMILES) of all, the groups taken in turn, so that a part of the list has something of each."""
    groups: dict[str, list[str]] = {}
    for line in MOLECULES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, smiles = line.partition(":")
            groups[name] = smiles.split()
    longest = max(map(len, groups.values()))
    return [(name, own[k]) for k in range(longest) for name, own in groups.items() if k < len(own)]


def key_of(record: dict[str, Any]) -> tuple[str, str, tuple[int, ...], str]:
    return record["smiles"], record["kind"], tuple(record["atoms"]), str(record["range"])


def said_anything(record: dict[str, Any]) -> bool:
    """Whether something was found on a coordinate, or a frame lies lower than it should."""
    below, _ = record.get("below_and_above_eV", (0.0, 0.0))
    return bool(record.get("found") or record.get("against_itself")) or below > BELOW


def read_logs(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """The last record of each coordinate; the first log, which is written to, counts as the last one."""
    lines = (line for path in paths[::-1] if path.is_file() for line in path.read_text(encoding="utf-8").splitlines())
    return list({key_of(record): record for record in map(json.loads, lines)}.values())


def survey(
    chosen: Sequence[tuple[str, str]], known: set[Any], until: str | None, few: int | None
) -> Iterator[dict[str, Any]]:
    """Records of all coordinates that are not known yet."""
    for group, smiles in chosen:
        try:
            molecule = be.load_molecule(smiles)
        except ExplorerError as error:
            print(f"{smiles}: {error}", file=sys.stderr)
            continue
        of_a_kind: Counter[str] = Counter()
        for kind, atoms, limits in coordinates(molecule):
            of_a_kind[kind + str(limits)] += 1
            if few is not None and of_a_kind[kind + str(limits)] > few:
                continue
            head = {"group": group, "smiles": smiles, "kind": kind, "atoms": list(atoms), "range": limits}
            head["range"] = None if limits is None else list(limits)
            if key_of(head) in known:
                continue
            if until and datetime.now().strftime("%H:%M") >= until:
                return
            start = time.perf_counter()
            try:
                record = {**head, **examined(molecule, kind, atoms, limits)}
            except ExplorerError as error:
                record = {**head, "skipped": str(error)}
            yield {**record, "seconds": round(time.perf_counter() - start, 1)}


def classes(molecule: Molecule) -> list[str]:
    """A name for each atom that equivalent atoms share: elements, seen ever farther along the bonds."""
    names = [str(z) for z in molecule.numbers]
    for _ in range(4):
        near: list[list[str]] = [[] for _ in names]
        for bond in molecule.bonds:
            near[bond.i].append(names[bond.j])
            near[bond.j].append(names[bond.i])
        joined = [f"{name}({','.join(sorted(others))})" for name, others in zip(names, near, strict=True)]
        order = {name: str(k) for k, name in enumerate(sorted(set(joined)))}
        names = [f"{z}.{order[name]}" for z, name in zip(molecule.numbers, joined, strict=True)]
    return names


def coordinates(molecule: Molecule) -> Iterator[Driven]:
    """Bonds, angles (in their usual range and through 180°) and torsions, one of each kind by symmetry."""
    names = classes(molecule)
    free = {bond.atoms for bond in molecule.bonds if bond.scannable}
    near: dict[int, list[int]] = {a: [] for a in range(len(molecule))}
    for bond in molecule.bonds:
        near[bond.i].append(bond.j)
        near[bond.j].append(bond.i)
    heavy = {a: -int(molecule.numbers[a] > 1) for a in near}
    seen: Counter[Any] = Counter()

    def new(*atoms: int) -> bool:
        signature = tuple(names[a] for a in atoms)
        seen[min(signature, signature[::-1])] += 1
        return seen[min(signature, signature[::-1])] == 1

    for i, j in sorted(free):
        if new(i, j):
            yield "bond", (i, j), None
    ends = [(i, j, k) for j in near for i in near[j] for k in near[j] if i < k]
    free_ends = [(i, j, k) for i, j, k in ends if {tuple(sorted((i, j))), tuple(sorted((j, k)))} & free]
    angles = [a for a in sorted(free_ends, key=lambda a: heavy[a[0]] + heavy[a[2]]) if new(*a)]
    for atoms in angles[: MOST["angle"]]:
        yield "angle", atoms, None
        if be.AngleBend(*atoms).limits(molecule)[1] <= 180:
            yield "angle", atoms, (120.0, 240.0)
    chains = [(i, j, k, last) for j, k in sorted(free) for i in near[j] for last in near[k] if i != k and last != j]
    turned: set[tuple[str, ...]] = set()
    for atoms in sorted(chains, key=lambda a: heavy[a[0]] + heavy[a[3]]):
        middle = tuple(sorted((names[atoms[1]], names[atoms[2]])))
        if middle not in turned and len(turned) < MOST["torsion"]:
            turned.add(middle)
            yield "torsion", atoms, None


def examined(
    molecule: Molecule, kind: str, atoms: tuple[int, ...], limits: tuple[float, float] | None
) -> dict[str, Any]:
    """What the test says of one coordinate, and what the independent computation says of that."""
    if kind == "bond":
        scan = be.BondStretch(*atoms).scan(molecule, POINTS)
    elif kind == "angle":
        scan = be.AngleBend(*atoms, range=limits).scan(molecule, POINTS)
    else:
        scan = be.Torsion(*atoms).scan(molecule, POINTS)
    study = run_study(scan, [MODEL], StudySettings(None, refine=True))
    study.require_a_curve()
    analysis = study.analyses[0]
    own = Atoms(
        molecule.numbers,
        molecule.positions,
        frozenset(bond.atoms for bond in molecule.bonds),
        molecule.charge,
        molecule.multiplicity,
    )
    ends = (float(scan.values[0]), float(scan.values[-1]))
    found = [plain(artifact) for artifact in analysis.artifacts]
    for one in found:
        verdict = judge(own, atoms, one, ends)
        one |= {"judged": verdict.verdict, "why": verdict.why, "seen": verdict.size}
    some = np.linspace(0, len(scan) - 1, 5).astype(int)
    against: list[dict[str, Any]] = []
    if found or kind != "bond":  # a reference lets the test speak of shapes that it says nothing of without one
        profile = analysis.profile
        with_itself = refine_analysis(analyse_profile(profile, profile, StudySettings()), be.load_potential(MODEL))
        against = [plain(artifact) for artifact in with_itself.artifacts]
    order = next((bond.order for bond in molecule.bonds if bond.atoms == atoms), None)
    return {
        "order": order,
        "limits": ends,
        "failed": len(analysis.profile.failed_frames),
        "below_and_above_eV": frames_agree(own, atoms, scan.values[some], analysis.profile.energies[some]),
        "remarks": [str(note) for note in analysis.profile.evaluation.notes + analysis.notes],
        "found": found,
        "against_itself": against,
        "refuted": [
            (a.kind, a.refinement.verdict, round(a.location, 4), a.explanation)
            for a in analysis.refuted
            if a.refinement
        ],
    }


def plain(artifact: Any) -> dict[str, Any]:
    """What the table needs of a finding."""
    return {
        "kind": artifact.kind,
        "location": artifact.location,
        "interval": list(artifact.interval),
        "size": artifact.size,
        "unit": artifact.unit,
        "severity": artifact.severity,
        "certified": artifact.certified,
        "verdict": artifact.refinement.verdict if artifact.refinement else None,
        "cause": artifact.cause.kind if artifact.cause else None,
        "sentence": artifact.explanation,
    }


def name_of(record: dict[str, Any]) -> str:
    through = " through 180°" if record["range"] else ""
    return f"{record['smiles']} {record['kind']} {'-'.join(map(str, record['atoms']))}{through}"


def summary(record: dict[str, Any]) -> str:
    """One line for the terminal."""
    if "skipped" in record:
        return f"{name_of(record)}  skipped: {record['skipped']}"
    said = [f"{a['kind']} at {a['location']:.4f} {a['size']:+.3g} {a['judged']}: {a['why']}" for a in record["found"]]
    return f"{name_of(record)}  {'; '.join(said) or 'nothing'}  ({record['seconds']} s, {record['failed']} failed)"


INTRODUCTION = """# GFN2-xTB: a survey of what the test finds

GFN2-xTB has no cutoffs, no neighbour lists and no network: a test of smoothness should find nothing on its curves but
what its electrons do. This page is the test of that. {molecules} molecules of {groups} groups, among them ions and
radicals, of the {listed} in `benchmarks/gfn2_survey_molecules.txt`: {coordinates} coordinates, each a scan of
{points} frames judged without a reference, and each finding checked on frames that the script builds itself, with
tblite called directly (`benchmarks/gfn2_verdicts.py`). To angles, torsions, and bonds on which something was found, the
same curve was also given as its own reference; a jump counts whatever the reference does. This command makes the page:

    python benchmarks/gfn2_survey.py --log LOG --write docs/gfn2_survey.md
"""


def markdown(records: Sequence[dict[str, Any]]) -> str:
    """Counts by coordinate, findings by kind and verdict, then every finding that is no electronic change."""
    done = [record for record in records if "skipped" not in record]
    lines = [
        INTRODUCTION.format(
            molecules=len({r["smiles"] for r in done}),
            groups=len({r["group"] for r in done}),
            coordinates=len(done),
            listed=len(molecules()),
            points=POINTS,
        ),
        "| coordinate | scans | with nothing found | findings | found against itself | frames without an answer |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for kind in ("bond", "angle", "angle through 180°", "torsion"):
        own = [r for r in done if r["kind"] + (" through 180°" if r["range"] else "") == kind]
        cells = [
            kind,
            len(own),
            sum(not r["found"] for r in own),
            sum(len(r["found"]) for r in own),
            sum(len(r["against_itself"]) for r in own),
            sum(r["failed"] for r in own),
        ]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    found = [(r, a) for r in done for a in r["found"]]
    verdicts = (ELECTRONIC, SECOND, FAULT, OPEN)
    table = Counter((a["kind"], a["judged"]) for _, a in found)
    lines += ["", f"| finding | {' | '.join(verdicts)} |", "| --- " * (len(verdicts) + 1) + "|"]
    for kind in sorted({a["kind"] for _, a in found}):
        lines.append(f"| {kind} | " + " | ".join(str(table[kind, verdict]) for verdict in verdicts) + " |")
    lines += ["", "Every finding:", "", "| coordinate | finding | place | size | judged | why |", "| --- " * 6 + "|"]
    for record, a in sorted(found, key=lambda pair: (verdicts.index(pair[1]["judged"]), name_of(pair[0]))):
        place, size = f"{a['location']:.3f}", f"{a['size']:+.3g} {a['unit']}"
        lines.append(f"| `{name_of(record)}` | {a['kind']} | {place} | {size} | {a['judged']} | {a['why']} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
