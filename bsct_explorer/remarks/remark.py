"""A remark: a sentence that a person should read beside a result, with a name that programs can rely on.

A remark travels as the text that it is, in the `notes` of a molecule, an evaluation, an analysis; its kind travels with
it. Every door shows the same ones (`study.remarks_of`), and ``--strict`` fails on those that cast doubt.

    CHARGE_IGNORED.say("The molecule's charge +1 was ignored: ANI-1x has no such input.")
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class RemarkKind:
    """What a remark is about.

    Attributes
    ----------
    name
        Its name in JSON and in `--strict`'s message, ``charge-ignored``.
    title
        The same for a person: ``charge ignored``.
    doubt
        Whether it means that the numbers may not be those of what was asked. Only these fail with ``--strict``; the
        others inform.
    meaning
        When it is said and what to do about it, in sentences; for the docs.
    """

    name: str
    title: str
    doubt: bool
    meaning: str

    def __post_init__(self) -> None:
        for part in ("name", "title", "meaning"):
            if not getattr(self, part):
                raise TypeError(f"the remark {self.name!r} has an empty {part!r}")
        if not self.meaning.endswith("."):
            raise TypeError(f"the meaning of the remark {self.name!r} is no sentence: it must end with a full stop")

    def say(self, sentence: str) -> Remark:
        """A remark of this kind."""
        return Remark(sentence, self)


class Remark(str):
    """A sentence with its kind.

    Attributes
    ----------
    kind
        What it is about.
    """

    kind: RemarkKind

    def __new__(cls, sentence: str, kind: RemarkKind) -> Remark:
        remark = super().__new__(cls, sentence)
        remark.kind = kind
        return remark

    def __getnewargs__(self) -> tuple[str, RemarkKind]:  # type: ignore[override]  # what pickle and copy make it from
        return str(self), self.kind


def named(sentences: Iterable[str], otherwise: RemarkKind) -> tuple[Remark, ...]:
    """The sentences as remarks, each once; one that nobody gave a kind takes the one given here."""
    found: dict[str, Remark] = {}
    for sentence in sentences:
        if isinstance(sentence, Remark):
            found[str(sentence)] = sentence
        else:
            found.setdefault(sentence, otherwise.say(sentence))
    return tuple(found.values())
