"""What the live potential answered so far, by place."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bsct_explorer.artifacts.live_curve import Answer, Question
from bsct_explorer.data import Floats


class Memory:
    """Answers by place, so that nothing is asked twice.

    Parameters
    ----------
    before
        A memory to share: what one question learned, the others know.

    Attributes
    ----------
    asked
        Frames that had to be asked through this one.
    """

    def __init__(self, before: Memory | None = None) -> None:
        self._known: dict[float, tuple[float, float]] = {} if before is None else before._known
        self.asked = 0

    @property
    def known_places(self) -> int:
        return len(self._known)

    def add(self, values: Floats, answer: Answer) -> None:
        """Remember answers; a frame without an energy has no force either, and the other way round."""
        failed = ~(np.isfinite(answer.energies) & np.isfinite(answer.forces))
        energies, forces = np.where(failed, np.nan, answer.energies), np.where(failed, np.nan, answer.forces)
        self._known.update(zip(values.tolist(), zip(energies.tolist(), forces.tolist(), strict=True), strict=True))

    def missing(self, values: Iterable[Floats]) -> Floats:
        """Values that were not asked yet, sorted, each once."""
        wanted = np.unique(np.concatenate([np.asarray(v, dtype=np.float64) for v in values]))
        return wanted[[value not in self._known for value in wanted.tolist()]]

    def ask(self, values: Iterable[Floats]) -> Question[None]:
        missing = self.missing(values)
        if len(missing):
            self.asked += len(missing)
            self.add(missing, (yield missing))

    def everything(self) -> tuple[Floats, Answer]:
        """All that is known, by place."""
        values = np.array(sorted(self._known))
        return values, self(values) if len(values) else Answer(values, values)

    def where_known(self, values: Floats) -> Answer:
        """Answers as when called, NaN where none was asked."""
        nothing = (float("nan"), float("nan"))
        pairs = np.array([self._known.get(value, nothing) for value in values.tolist()])
        return Answer(pairs[:, 0], pairs[:, 1])

    def __call__(self, values: Floats) -> Answer:
        pairs = np.array([self._known[value] for value in values.tolist()])
        return Answer(pairs[:, 0], pairs[:, 1])
