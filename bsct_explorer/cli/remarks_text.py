"""Remarks on the terminal, and what ``--strict`` makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bsct_explorer.cli.options import option
from bsct_explorer.cli.streams import complain
from bsct_explorer.cli.text_tables import wrapped
from bsct_explorer.words.units import EnergyUnit, in_unit

if TYPE_CHECKING:
    from bsct_explorer.study import BondSurvey, Said, Study

DOUBT_MARK = "!"
NOT_TRUSTED = 2


def strict_option() -> Any:
    """Whether remarks that cast doubt are an error."""
    return option(
        "--strict",
        action="store_true",
        help="exit with 2 where a remark casts doubt on the numbers: a charge that the potential ignores, frames "
        f"without an answer, units that do not fit; such remarks are marked with {DOUBT_MARK}",
    )


def remarks_text(said: Sequence[Said], shown: EnergyUnit) -> str:
    """The list of remarks, doubts first; the molecule's stand beside its name."""
    from bsct_explorer.study.remarks_list import MOLECULE

    beside = [each for each in said if each.about != MOLECULE or each.doubt]
    lines = [_line(each, shown) for each in sorted(beside, key=lambda each: not each.doubt)]
    return "\nRemarks\n" + "".join(lines) if lines else ""


def _line(each: Said, shown: EnergyUnit) -> str:
    mark = DOUBT_MARK if each.doubt else " "
    return wrapped(f"{each.name}: {in_unit(each.remark, shown)}", "  ").replace(" ", mark, 1)


def common_remarks(result: Study | BondSurvey) -> tuple[Said, ...]:
    """Remarks of a study; of all bonds, those that more than one bond has, each once."""
    from bsct_explorer.study import remarks_of, studies_of

    studies = studies_of(result)
    if len(studies) == 1:
        return remarks_of(studies[0])
    seen: dict[Said, int] = {}
    for study in studies:
        for each in remarks_of(study):
            seen[each] = seen.get(each, 0) + 1
    return tuple(each for each, count in seen.items() if count > 1)


def exit_code(said: Sequence[Said], *, strict: bool) -> int:
    """0; with `strict` and a doubt, 2 and one line that names the first one."""
    from bsct_explorer.study.remarks_list import doubts

    found = doubts(said)
    if not strict or not found:
        return 0
    kinds = ", ".join(dict.fromkeys(each.remark.kind.name for each in found))
    complain(f"--strict: doubt is cast by {kinds}. {found[0].name}: {found[0].remark}")
    return NOT_TRUSTED
