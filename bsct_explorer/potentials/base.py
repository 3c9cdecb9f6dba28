"""The contract of a potential: frames in, energies and forces out.

A family implements one method, `Potential._compute`, on one batch. Everything that every family needs is here once:
checks, chunks, progress, cancel, failed frames, halving on out-of-memory.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from bsct_explorer.data import Evaluation, Floats, Ints, PotentialInfo
from bsct_explorer.errors import ExplorerError, PotentialError
from bsct_explorer.potentials.execution.checked_frames import checked_frames, warm_up_frames
from bsct_explorer.potentials.execution.chunks import Batch, Cancel, Progress, balanced, compute_in_chunks, reason_of
from bsct_explorer.potentials.execution.devices import Placement
from bsct_explorer.potentials.execution.neighbours import Neighbourhood
from bsct_explorer.potentials.execution.threads import ThreadChooser
from bsct_explorer.potentials.execution.torch_state import (
    TORCH_LOCK,
    available_threads,
    on_compute_thread,
    process_kept,
    torch_batch,
)
from bsct_explorer.remarks.of_models import DEFAULT_DTYPE
from bsct_explorer.remarks.of_potentials import CHARGE_IGNORED, MULTIPLICITY_IGNORED
from bsct_explorer.words.atoms import element_symbols, elements_in_words

if TYPE_CHECKING:
    from ase.calculators.calculator import Calculator

T = TypeVar("T")


class Potential:
    """Anything that turns frames into energies and forces.

    A family sets `info`, `device` and `dtype` and implements `_compute` on one batch; the rest is here.

    Attributes
    ----------
    info
        What it says of itself.
    device, dtype
        What it computes on and in.
    notes
        Sentences that go into every evaluation: why a device was refused, that it has no float64.
    weights
        Files that hold its weights, an ensemble's in order; empty where there are none, or they are not known.
    good_batch_atoms, good_batch_atoms_gpu
        Atoms in a batch that were measured to be quick on a CPU, and a size for GPUs.
    uses_torch
        True where `_compute` runs torch: the batch then holds the process-wide lock of `torch_state`.
    threads
        Torch threads for a batch; None takes all or one, whichever is quicker while it runs (`threads.ThreadChooser`).
    sets_default_dtype
        True where the package makes tensors of torch's default dtype while it computes: a batch then has `dtype` as
        default.
    own
        True for a person's own model (`own_models`): it may change what belongs to the whole process.
    default_dtype
        Torch's default dtype in a batch, where a person's own model chose one; None for the process's.
    neighbourhood
        The folder of a person's own model, which its imports find while it computes; None for all others.
    working_folder
        The current folder in a batch, where a person's own model chose one while it was loaded; None for the process's.
    """

    info: PotentialInfo
    device: str = "cpu"
    dtype: str = "float64"
    notes: tuple[str, ...] = ()
    weights: tuple[Path, ...] = ()

    good_batch_atoms: int = 256
    good_batch_atoms_gpu: int = 16_384
    uses_torch: ClassVar[bool] = False
    sets_default_dtype: ClassVar[bool] = False
    own: bool = False
    default_dtype: str | None = None
    neighbourhood: Neighbourhood | None = None
    working_folder: str | None = None
    threads: int | None = None
    _chooser: ThreadChooser | None = None

    def evaluate(
        self,
        numbers: ArrayLike,
        positions: ArrayLike,
        *,
        charge: int = 0,
        multiplicity: int = 1,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
        batch_size: int | None = None,
    ) -> Evaluation:
        """Energies and forces of frames of one molecule.

        Parameters
        ----------
        numbers
            Atomic numbers, shape (n_atoms,).
        positions
            Å, shape (n_frames, n_atoms, 3).
        charge, multiplicity
            Of the molecule; a potential that has no such input says so in `Evaluation.notes`.
        progress
            Called with (frames done, frames in all) after every batch.
        cancel
            Asked before every batch; True stops with `Cancelled`.
        batch_size
            Frames in a batch, instead of the size that was measured to be quick.

        Returns
        -------
        Evaluation
            A frame that failed is NaN, its reason in `failed`.

        Raises
        ------
        PotentialError
            The arrays have wrong shapes, an element is not covered (before anything is computed), or every frame
            failed.
        Cancelled
            `cancel` said so.
        """
        if batch_size is not None and batch_size < 1:
            raise PotentialError(f"batch_size is {batch_size}: give at least 1 frame a batch")
        numbers, frames = self._asked(numbers, positions, charge, multiplicity)

        def compute(some: Floats) -> Batch:
            return self._guarded(lambda: self._compute(numbers, some, charge, multiplicity), some)

        size = batch_size or self._batch_size(frames)
        answers = compute_in_chunks(compute, frames, size, progress, cancel)
        if len(frames) and len(answers.failed) == len(frames):
            frame, reason = next(iter(answers.failed.items()))
            raise PotentialError(
                f"{self.info.display_name} gave no answer on any of the {len(frames)} frames. Frame {frame}: {reason}"
            )
        return Evaluation(
            info=self.info,
            energies=answers.energies,
            forces=answers.forces,
            failed=answers.failed,
            member_energies=answers.member_energies,
            device=self.device,
            dtype=self.dtype,
            charge=charge if self.info.uses_charge else None,
            multiplicity=multiplicity if self.info.uses_multiplicity else None,
            notes=(*self.notes, *self._state_notes(charge, multiplicity), *answers.notes),
        )

    def supports(self, numbers: ArrayLike) -> str | None:
        """Why these elements are refused, as a sentence, or None where all are covered."""
        if self.info.elements is None:
            return None
        missing = sorted({int(z) for z in np.asarray(numbers).ravel()} - self.info.elements)
        if not missing:
            return None
        names = ", ".join(element_symbols(missing))
        return f"{self.info.display_name} does not cover {names}: it covers {elements_in_words(self.info.elements)}."

    def good_batch_size(self, n_atoms: int) -> int:
        """Frames in a batch that was measured to be quick on the device."""
        atoms = self.good_batch_atoms if self.device.startswith("cpu") else self.good_batch_atoms_gpu
        return max(1, atoms // max(1, n_atoms))

    def along(self, numbers: ArrayLike, path: ArrayLike, *, charge: int = 0, multiplicity: int = 1) -> Potential:
        """This potential for frames on and near a path, such as a scan's; what a study asks for all that it does there.

        A method whose answer also depends on an initial guess gives a potential that starts from the path's own
        solutions (`families.gfn2`). For all others a frame decides alone, and it is this potential itself.

        Parameters
        ----------
        numbers, path
            Atomic numbers, shape (n_atoms,), and the path's frames in order, Å, shape (n_frames, n_atoms, 3).

        Raises
        ------
        PotentialError
            As of `evaluate`, before anything is computed.
        """
        return self

    def internals(
        self, numbers: ArrayLike, positions: ArrayLike, *, charge: int = 0, multiplicity: int = 1
    ) -> Mapping[str, Floats]:
        """Named internal variables whose sign or branch decides what the potential does, along frames.

        A family that computes with an absolute value, a maximum, a table look-up or a selection of neighbours declares
        the variable here, so that a jump can be traced back to it (`artifacts.causes`).

        Parameters
        ----------
        numbers
            Atomic numbers, shape (n_atoms,).
        positions
            Å, shape (n_frames, n_atoms, 3).

        Returns
        -------
        Mapping
            Arrays of shape (n_frames,) or (n_frames, n_atoms) by name; a change of sign is a switch. Empty where the
            potential declares none.

        Raises
        ------
        PotentialError
            The arrays have wrong shapes, or an element is not covered.
        """
        if not self.info.internals:
            return {}
        numbers, frames = self._asked(numbers, positions, charge, multiplicity)
        if not len(frames):
            return {}
        try:
            parts = self._by_batch(lambda some: self._internals(numbers, some, charge, multiplicity), frames)
        except ExplorerError:
            raise
        except Exception as error:
            name = self.info.display_name
            raise PotentialError(f"{name} could not give its internal variables: {reason_of(error)}") from error
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def ase_calculator(self) -> Calculator:
        """This potential as an ASE calculator (energy, forces); charge and spin come from `atoms.info`."""
        from bsct_explorer.potentials.ase_calculator import PotentialCalculator

        return PotentialCalculator(self)

    def relatives(self) -> Iterable[Potential]:
        """Potentials that were made from this one and live as long as it does, such as those that share its weights."""
        return ()

    def warm_up(self) -> None:
        """Compute once, so that what a first call prepares (compiled kernels, caches) is ready for the person's own."""
        numbers, positions = warm_up_frames(self.info.elements)
        self.evaluate(numbers, positions)

    def _compute(self, numbers: Ints, positions: Floats, charge: int, multiplicity: int) -> Batch:
        """Energies and forces of one batch.

        Parameters
        ----------
        numbers
            Atomic numbers, shape (n_atoms,), int64; every element is covered.
        positions
            Å, shape (b, n_atoms, 3), float64.

        Returns
        -------
        Batch
            May name frames that failed; may also raise, or hold NaN: such frames are then redone one by one.
        """
        raise NotImplementedError

    def _internals(self, numbers: Ints, positions: Floats, charge: int, multiplicity: int) -> Mapping[str, Floats]:
        """The variables of `info.internals` on one batch; arguments as of `_compute`."""
        return {}

    def _place(self, info: PotentialInfo, placement: Placement) -> None:
        """Take over what it says of itself, and where and in which precision it computes."""
        self.info = info
        self.device, self.dtype, self.notes = placement.device, placement.dtype, placement.notes

    def _asked(self, numbers: ArrayLike, positions: ArrayLike, charge: int, multiplicity: int) -> tuple[Ints, Floats]:
        """Atomic numbers (n_atoms,) and frames (n_frames, n_atoms, 3), if this potential answers for them.

        Raises
        ------
        PotentialError
            The arrays have wrong shapes, an element is not covered, or the molecule's state is refused.
        """
        z, frames = checked_frames(numbers, positions)
        refusal = self.supports(z) or self._refusal(z, charge, multiplicity)
        if refusal:
            raise PotentialError(refusal)
        return z, frames

    def _batch_size(self, frames: Floats) -> int:
        """Frames in a batch: quick on the device, and the last batch nearly as large as the others."""
        return max(1, balanced(len(frames), self.good_batch_size(frames.shape[1])))

    def _by_batch(self, call: Callable[[Floats], T], frames: Floats) -> list[T]:
        """What `call` returns for each batch of the frames, at least one; for questions other than `evaluate`."""
        size = self._batch_size(frames)
        batches = [frames[k : k + size] for k in range(0, max(1, len(frames)), size)]
        return [self._guarded(lambda some=some: call(some), some) for some in batches]  # type: ignore[misc]

    def _guarded(self, call: Callable[[], T], frames: Floats) -> T:
        """What `call` returns, run where and as this potential computes a batch of these frames."""

        def guarded() -> T:
            with self._guard(frames.shape[0] * frames.shape[1]), self._at_home():
                return call()

        return on_compute_thread(guarded) if self.uses_torch else guarded()

    def _refusal(self, numbers: Ints, charge: int, multiplicity: int) -> str | None:
        """Why this molecule is refused for a reason other than its elements, as a sentence, or None."""
        return None

    @contextmanager
    def _guard(self, atoms: int) -> Iterator[None]:
        """What is held around a batch of so many atoms: torch's lock, threads and dtype for those who use it."""
        if not self.uses_torch:
            yield
            return
        most = available_threads() if self.device == "cpu" else 1
        if self._chooser is None:
            self._chooser = ThreadChooser()
        chosen = self.threads or self._chooser.choose(most)
        dtype = self.dtype if self.sets_default_dtype else self.default_dtype
        with torch_batch(chosen if self.device == "cpu" else None, dtype, self._took_dtype if self.own else None):
            start = time.perf_counter()
            yield
            if self.threads is None and 2 * atoms >= self.good_batch_atoms:
                self._chooser.record(chosen, most, (time.perf_counter() - start) / atoms)

    def _took_dtype(self, dtype: str) -> None:
        """A person's own model changed torch's default dtype: it has it from now on, and nothing else does."""
        self.default_dtype = dtype

    @contextmanager
    def _at_home(self) -> Iterator[None]:
        """For a person's own model: its files importable, and the process as it was afterwards."""
        if not self.own:
            yield
            return
        with (
            TORCH_LOCK,
            process_kept(self.working_folder),
            self.neighbourhood.entered() if self.neighbourhood else nullcontext(),
        ):
            yield

    def _state_notes(self, charge: int, multiplicity: int) -> list[str]:
        """Sentences on inputs that the potential ignored, and on what it would change for others."""
        notes: list[str] = []
        name = self.info.display_name
        if self.own and self.default_dtype is not None:
            notes.append(
                DEFAULT_DTYPE.say(
                    f"{name} sets torch's default precision to {self.default_dtype} for the whole process: it has that "
                    "while it computes, and nothing else does."
                )
            )
        if charge and not self.info.uses_charge:
            sentence = f"The molecule's charge {charge:+d} was ignored: {name} has no such input."
            notes.append(CHARGE_IGNORED.say(sentence))
        if multiplicity != 1 and not self.info.uses_multiplicity:
            sentence = f"The molecule's multiplicity {multiplicity} was ignored: {name} has no such input."
            notes.append(MULTIPLICITY_IGNORED.say(sentence))
        return notes


__all__ = ["Batch", "Cancel", "Evaluation", "Potential", "PotentialInfo", "Progress"]
