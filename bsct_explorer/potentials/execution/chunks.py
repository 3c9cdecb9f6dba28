"""Frames in batches: progress, cancel, failed frames, halving on out-of-memory. No physics."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from bsct_explorer.data import Floats
from bsct_explorer.errors import Cancelled
from bsct_explorer.potentials.execution.answer_shapes import energies_in, forces_in
from bsct_explorer.remarks import Remark
from bsct_explorer.remarks.of_models import ATOMS_MOVED, ATOMS_SHIFTED
from bsct_explorer.words.numbers import number

Progress = Callable[[int, int], None]
"""Called with (frames done, frames in all) after every chunk."""

Cancel = Callable[[], bool]
"""Asked between chunks; True stops the evaluation with `Cancelled`."""


@dataclass(frozen=True)
class Batch:
    """One batch's answer.

    Attributes
    ----------
    energies
        eV, shape (b,).
    forces
        eV/Å, shape (b, n_atoms, 3).
    member_energies
        eV, shape (n_members, b), for an ensemble; else None.
    failed
        Reason by index in the batch, for frames that the family knows to have failed.
    notes
        What a person should know of these answers; each is said once, however many batches say it.
    """

    energies: Floats
    forces: Floats
    member_energies: Floats | None = None
    failed: Mapping[int, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


Compute = Callable[[Floats], Batch]

ALIKE = 1e-9
"""Å by which shifts of atoms may differ that are one shift of the whole molecule."""


class Answers:
    """The answers so far: NaN until a frame's own has come."""

    def __init__(self, frames: Floats) -> None:
        self.energies = np.full(len(frames), np.nan)
        self.forces = np.full(frames.shape, np.nan)
        self.member_energies: Floats | None = None
        self.failed: dict[int, str] = {}
        self.notes: list[str] = []

    def take(self, frames: np.ndarray, batch: Batch) -> None:  # type: ignore[type-arg]
        """Keep a batch's answer for the frames of these indices; failed ones stay NaN."""
        good = finite(batch)
        self.say(batch.notes)
        for local, reason in batch.failed.items():
            good[local] = False
            self.failed[int(frames[local])] = reason
        self.energies[frames[good]] = batch.energies[good]
        self.forces[frames[good]] = batch.forces[good]
        if batch.member_energies is not None:
            if self.member_energies is None:
                self.member_energies = np.full((len(batch.member_energies), len(self.energies)), np.nan)
            self.member_energies[:, frames[good]] = batch.member_energies[:, good]

    def say(self, notes: tuple[str, ...]) -> None:
        """Keep what is not said yet."""
        self.notes += [note for note in notes if note not in self.notes]


def compute_in_chunks(
    compute: Compute, frames: Floats, size: int, progress: Progress | None = None, cancel: Cancel | None = None
) -> Answers:
    """Compute frames in batches of `size`.

    A batch that runs out of memory is halved, and so are those after it. A batch that raises otherwise is redone
    frame by frame, and so are frames that came back as NaN or infinite, since one bad frame can spoil its batch; a
    frame that fails alone is left NaN and its reason kept.

    Parameters
    ----------
    compute
        One batch's energies and forces from its positions, shape (b, n_atoms, 3).
    frames
        Å, shape (n_frames, n_atoms, 3).
    size
        Frames in a batch.

    Raises
    ------
    Cancelled
        `cancel` returned True before a batch.
    """
    answers = Answers(frames)
    done = 0
    while done < len(frames):
        raise_if_cancelled(cancel)
        chunk = np.arange(done, min(done + size, len(frames)))
        try:
            batch = answered(compute, frames[chunk])
        except (Exception, SystemExit) as error:
            if isinstance(error, Cancelled):
                raise
            if is_out_of_memory(error) and len(chunk) > 1:
                size = len(chunk) // 2
                answers.notes.append(f"Out of memory at {len(chunk)} frames a batch: went on with {size}.")
                free_device_memory()
                continue
            if len(chunk) == 1:
                answers.failed[done] = reason_of(error)
            else:
                one_by_one(compute, frames, chunk, answers, cancel)
        else:
            answers.take(chunk, batch)
            redo = chunk[~finite(batch) & ~np.isin(np.arange(len(chunk)), list(batch.failed))]
            one_by_one(compute, frames, redo, answers, cancel)
        done = int(chunk[-1]) + 1
        if progress is not None:
            progress(done, len(frames))
    answers.failed = dict(sorted(answers.failed.items()))
    return answers


def one_by_one(compute: Compute, frames: Floats, chunk: np.ndarray, answers: Answers, cancel: Cancel | None) -> None:  # type: ignore[type-arg]
    """Compute the frames of these indices each in a batch of its own, and name those that fail."""
    for index in chunk:
        raise_if_cancelled(cancel)
        try:
            batch = answered(compute, frames[index : index + 1])
        except Cancelled:
            raise
        except (Exception, SystemExit) as error:
            answers.failed[int(index)] = reason_of(error)
            continue
        if not batch.failed and not finite(batch)[0]:
            answers.failed[int(index)] = "its energy or forces are not finite numbers"
        answers.take(np.array([index]), batch)


def answered(compute: Compute, frames: Floats) -> Batch:
    """One batch's answer as arrays of the contract's shapes; the frames stay what they were.

    Raises
    ------
    ValueError
        The potential returned something else; the message says what.
    """
    given = frames.copy()
    batch = compute(given)
    n_frames, n_atoms, _ = frames.shape
    notes = batch.notes
    if not np.array_equal(given, frames):
        notes = (*notes, atoms_moved(given - frames))
    return replace(
        batch,
        energies=energies_in(batch.energies, n_frames),
        forces=forces_in(batch.forces, n_frames, n_atoms),
        notes=notes,
    )


def atoms_moved(shift: Floats) -> Remark:
    """What is said where a model changed the positions that it was given, by these shifts (..., n_atoms, 3) in Å."""
    most = f"{number(float(np.abs(shift).max()), 2)} Å"
    if np.ptp(shift, axis=-2).max() < ALIKE:
        return ATOMS_SHIFTED.say(
            f"The model moved the atoms that it was given, all alike and by up to {most}; they were put back."
        )
    return ATOMS_MOVED.say(
        f"The model moved the atoms that it was given, by up to {most}, while it computed; they were put back. If it "
        "moved them before it computed, its answer is that of another geometry."
    )


def finite(batch: Batch) -> np.ndarray:  # type: ignore[type-arg]
    """True for each frame of the batch whose energy and forces are numbers, shape (b,)."""
    return np.isfinite(batch.energies) & np.isfinite(batch.forces).all(axis=(1, 2))


def balanced(n_frames: int, size: int) -> int:
    """Batch size at most `size` that cuts the frames into nearly equal batches (100 by 30 → 25)."""
    return math.ceil(n_frames / math.ceil(n_frames / size)) if n_frames else size


def raise_if_cancelled(cancel: Cancel | None) -> None:
    """Raise `Cancelled` where the person asked to stop."""
    if cancel is not None and cancel():
        raise Cancelled("The evaluation was stopped.")


def reason_of(error: BaseException) -> str:
    """One line on what went wrong, for the list of failed frames."""
    if isinstance(error, SystemExit):  # a model's code must not end the program, least of all with exit code 0 or 1
        return f"it called sys.exit({error.code!r})"
    text = str(error).strip()
    first = text.splitlines()[0] if text else "no message"
    return f"{type(error).__name__}: {first}"


def is_out_of_memory(error: BaseException) -> bool:
    """Whether a device (or the machine) had no memory left; by name, since torch may not be imported."""
    name = type(error).__name__
    return (
        name == "OutOfMemoryError"
        or isinstance(error, MemoryError)
        or (isinstance(error, RuntimeError) and "out of memory" in str(error).lower())
    )


def free_device_memory() -> None:
    """Give torch's cached device memory back, where torch is in use."""
    import sys

    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()
