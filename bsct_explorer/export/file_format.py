"""What a file format is: one record says all that the command line and the page need of it.

Only plain types are imported here: the command line reads the records for its help.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from bsct_explorer.packages import Package
from bsct_explorer.words.units import EnergyUnit

Result = TypeVar("Result")


@dataclass(frozen=True)
class FileFormat(Generic[Result]):
    """One format that results are written in.

    Attributes
    ----------
    name
        Of the option without its dashes: ``csv``.
    place
        Options and buttons stand in this order.
    suffix
        Of a downloaded file, without its dot.
    label
        On the page's button.
    help
        Of the option on the command line.
    make
        The file's content, text or bytes, from a result and the unit of energy that a person chose. What is heavy is
        imported inside.
    file_only
        Why it cannot go to standard output, as a clause (``a report is a file``); empty where it can.
    needs_a_curve
        Whether nothing is written where no potential gave a curve.
    packages
        What must be installed for it, beside what every installation has.
    """

    name: str
    place: int
    suffix: str
    label: str
    help: str
    make: Callable[[Result, EnergyUnit], str | bytes]
    file_only: str = ""
    needs_a_curve: bool = True
    packages: tuple[Package, ...] = ()

    def __post_init__(self) -> None:
        wrong = [name for name in ("suffix", "label", "help") if not getattr(self, name)]
        if not self.name.isidentifier() or self.name != self.name.lower():
            wrong.append("name (lower-case letters, digits and underscores)")
        if wrong:
            raise ValueError(f"The format {self.name!r} cannot be used as it is: mend its {', '.join(wrong)}.")

    @property
    def option(self) -> str:
        """As it stands on the command line: ``--csv``."""
        return f"--{self.name.replace('_', '-')}"
