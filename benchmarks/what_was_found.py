"""What the test finds in every shipped potential on a folder of BSCT-SPICE: certified, with causes, one row each.

    python benchmarks/what_was_found.py --data DIR [--model ani1x ...] [--most-atoms N] [--log FILE] [--write FILE]

Each system is scanned on its own frames against its own DFT, every finding is certified or refuted with the live
potential (`study.refine_analysis`), and the causes of what stays are looked for. Prints a Markdown table and the list
of all certified jumps. `--log FILE` keeps one JSON line a system: a stopped run goes on where it was, and what several
runs logged comes into one table, so that the slow potentials can be run on the small systems only.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bsct_explorer.analysis import Analysis
from bsct_explorer.artifacts import KINDS, SEVERITIES
from bsct_explorer.deformations import spice_scan
from bsct_explorer.errors import ExplorerError
from bsct_explorer.molecules import find_data_dir, list_systems, load_molecule
from bsct_explorer.potentials import available, is_installed
from bsct_explorer.study import Potentials, StudySettings, run_study

JUMPS = tuple(kind.name for kind in KINDS.values() if kind.is_jump)
COUNTED = tuple(kind.name for kind in KINDS.values() if not kind.is_jump)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    usual = [info.name for info in available() if is_installed(info) and info.name not in ("morse", "lennard-jones")]
    parser.add_argument("--data", help="folder of BSCT-SPICE (default: BSCT_SPICE_DIR)")
    parser.add_argument("--model", nargs="*", default=usual)
    parser.add_argument("--limit", type=int, help="first N systems only")
    parser.add_argument("--most-atoms", type=int, help="only systems of at most N atoms")
    parser.add_argument("--elements", default="", help="only systems of these one-letter elements, such as HCNO")
    parser.add_argument("--log", type=Path, help="one JSON line a system; what is in it is not computed again")
    parser.add_argument("--write", type=Path, help="write the Markdown here as well")
    options = parser.parse_args(arguments)
    folder = find_data_dir(options.data)
    if folder is None:
        parser.error("no BSCT-SPICE folder: give --data DIR, or set BSCT_SPICE_DIR")
    systems = list_systems(folder)[: options.limit]
    records = read_log(options.log)
    for model in options.model:
        store = Potentials()
        for system in systems:
            if (model, system) not in records:
                record = found_in(model, system, folder, options, store)
                records[model, system] = record
                if options.log and "skipped" not in record:
                    with options.log.open("a", encoding="utf-8") as log:
                        log.write(json.dumps(record) + "\n")
                print(f"{model}  {system}  {record.get('skipped') or summary(record)}", file=sys.stderr)
    text = markdown(list(records.values()))
    print(text)
    if options.write:
        options.write.write_text(text, encoding="utf-8")
    return 0


def read_log(path: Path | None) -> dict[tuple[str, str], dict[str, Any]]:
    """Records of an earlier run by (model, system)."""
    if path is None or not path.is_file():
        return {}
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {(record["model"], record["system"]): record for record in records}


def found_in(model: str, system: str, folder: Path, options: argparse.Namespace, store: Potentials) -> dict[str, Any]:
    """One system with one potential, as plain data."""
    molecule = load_molecule(f"bsct-spice:{system}", data=folder)
    record: dict[str, Any] = {"model": model, "system": system, "atoms": len(molecule)}
    foreign = sorted(set(molecule.symbols) - set(options.elements)) if options.elements else []
    if foreign:
        return {**record, "skipped": f"has {', '.join(foreign)}"}
    if options.most_atoms is not None and len(molecule) > options.most_atoms:
        return {**record, "skipped": f"has {len(molecule)} atoms"}
    try:
        study = run_study(spice_scan(molecule), [model], StudySettings("dft", refine=True), potentials=store)
        study.require_a_curve()
    except ExplorerError as error:
        return {**record, "skipped": str(error)}
    return {**record, **plain(study.analyses[0])}


def plain(analysis: Analysis) -> dict[str, Any]:
    """What the tables need of one analysis."""
    fsd = analysis.metrics.values.get("fsd_full")
    return {
        "fsd": fsd if fsd is not None and np.isfinite(fsd) else None,
        "candidates": len(analysis.refuted) + sum(a.kind in JUMPS for a in analysis.artifacts),
        "frames": analysis.refined_frames,
        "artifacts": [
            {
                "kind": artifact.kind,
                "location": artifact.location,
                "size": artifact.size,
                "unit": artifact.unit,
                "severity": artifact.severity,
                "certified": artifact.certified,
                "verdict": artifact.refinement.verdict if artifact.refinement else None,
                "cause": artifact.cause.kind if artifact.cause else None,
                "confidence": artifact.cause.confidence if artifact.cause else None,
                "statement": artifact.cause.statement if artifact.cause else None,
            }
            for artifact in analysis.artifacts
        ],
        "refuted": [a.refinement.verdict for a in analysis.refuted if a.refinement is not None],
    }


def summary(record: dict[str, Any]) -> str:
    """One line for the terminal."""
    kinds = [artifact["kind"] for artifact in record["artifacts"]]
    return ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds)) or "nothing"


INTRODUCTION = """# What was found

We ran systems of BSCT-SPICE, each on its own frames and against its own DFT (ωB97M-D3(BJ)/def2-TZVPPD), certified
every finding with the live potential, and searched for its cause. A system with an element that a potential does not
cover is left out for that potential, and the slow potentials ran on the smaller systems: *atoms* gives their sizes.
These commands make the page:

    python benchmarks/what_was_found.py --data DIR --log LOG --model ani1x ani1ccx so3lr gfn2-xtb
    python benchmarks/what_was_found.py --data DIR --log LOG --model chgnet chgnet-r2scan 7net-0 7net-l3i5 \\
        --most-atoms 11 --write docs/what_was_found.md
"""


def markdown(records: Sequence[dict[str, Any]]) -> str:
    """The table, then every certified jump."""
    models = list(dict.fromkeys(record["model"] for record in records))
    head = [
        "potential",
        "systems",
        "atoms",
        "mean FSD / Å⁻¹",
        *(kind for kind in COUNTED),
        "certified jumps",
        "candidates refuted",
    ]
    rows = []
    for model in models:
        mine = [r for r in records if r["model"] == model and "skipped" not in r]
        if mine:
            atoms = [record["atoms"] for record in mine]
            rows.append([model, str(len(mine)), f"{min(atoms)}–{max(atoms)}", *row_of(mine)])
    lines = ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)]
    counted = "Under a kind stands the number of systems that show it; jumps are counted one by one."
    return "\n".join([INTRODUCTION, *lines, "", counted, "", *jump_lines(records), ""])


def row_of(records: Sequence[dict[str, Any]]) -> Iterable[str]:
    """Cells of one potential."""
    fsd = [record["fsd"] for record in records if record["fsd"] is not None]
    yield f"{np.mean(fsd):.0f}" if fsd else "–"
    for kind in COUNTED:
        yield str(sum(any(a["kind"] == kind for a in record["artifacts"]) for record in records))
    jumps = [a for record in records for a in jumps_in(record)]
    where = sum(bool(jumps_in(record)) for record in records)
    yield f"{len(jumps)} in {where} systems" if jumps else "0"
    yield str(sum(len(record["refuted"]) for record in records))


def jumps_in(record: dict[str, Any]) -> list[dict[str, Any]]:
    """Certified jumps of one system."""
    return [a for a in record["artifacts"] if a["kind"] in JUMPS and a["certified"]]


def jump_lines(records: Sequence[dict[str, Any]]) -> Iterable[str]:
    """Every certified jump with its place, size and cause."""
    jumps = [(r, a) for r in records if "skipped" not in r for a in jumps_in(r)]
    if not jumps:
        yield "No certified jump."
        return
    jumps.sort(key=lambda pair: (SEVERITIES.index(pair[1]["severity"]), -abs(pair[1]["size"])))
    yield "| potential | system | kind | place / Å | size | cause |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for record, a in jumps:
        cause = f"{a['cause']} ({a['confidence']})" if a["cause"] else "–"
        yield (
            f"| {record['model']} | {record['system']} | {a['kind']} | {a['location']:.6f} "
            f"| {a['size']:+.4f} {a['unit']} | {cause} |"
        )


if __name__ == "__main__":
    sys.exit(main())
