"""Checking what is shown: each potential's findings refined behind its curves, and what came of it told as it comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from bsct_explorer.analysis import Analysis
from bsct_explorer.app.session.events import Activity, Event, Message
from bsct_explorer.app.session.finding_board import Board
from bsct_explorer.app.session.offered_potentials import OfferedPotentials
from bsct_explorer.app.session.scheduling import Scheduler
from bsct_explorer.app.work.job import Hearers, Job, Progress
from bsct_explorer.app.work.refinements import REFINED, RefineAnswer, RefineTask, refine_all, refined_key
from bsct_explorer.deformations import Scan
from bsct_explorer.study import candidates_of

VERDICTS_TOGETHER = 120
"""Milliseconds for which verdicts are collected before anybody hears of them."""


class Checking:
    """The refinement of one session.

    Attributes
    ----------
    board
        The findings in their places.
    on_refined
        Told of each analysis that is decided: the potential's name on the page, and the refined analysis.
    on_verdicts
        Told when findings on the board were decided.
    on_activity, on_message
        What it does, and what the person should know.
    """

    def __init__(self, potentials: OfferedPotentials, scheduler: Scheduler) -> None:
        self.board = Board()
        self.on_refined: Event[[str, Analysis]] = Event()
        self.on_verdicts: Event[[]] = Event()
        self.on_activity: Event[[Activity]] = Event()
        self.on_message: Event[[Message]] = Event()
        self._potentials, self._scheduler = potentials, scheduler
        self._refining = Job(scheduler.soon)
        self._tasks: dict[str, RefineTask] = {}
        self._telling = False
        scheduler.when_drawn(self._start)

    @property
    def running(self) -> bool:
        """Whether something is still to be decided."""
        return bool(self._tasks)

    def known(self, name: str, analysis: Analysis) -> Analysis:
        """The refined analysis where the cache has it, else the analysis as it is."""
        return REFINED.get(self._key(name, analysis)) or analysis

    def place(self, scan: Scan, analyses: Mapping[str, Analysis], *, complete: bool, refine: bool) -> None:
        """Put what is shown on the board, with the candidates of what has still to be refined.

        Parameters
        ----------
        analyses
            Of this scan, by the potential's name on the page.
        complete
            The reference is there, so that candidates will not change.
        refine
            Every curve is there: refinement starts.
        """
        # Frames of a file cannot be refined: nothing is loaded only to say so.
        tasks = self._wanted(analyses) if complete and scan.deformation is not None else []
        self.board.place(analyses, {task.name: candidates_of(task.analysis) for task in tasks})
        if refine:
            self._refine(tasks)

    def stop(self) -> None:
        """What is asked of the potentials is no longer wanted."""
        self._refining.cancel()
        self._tasks = {}

    def close(self) -> None:
        """Stop for good."""
        self.stop()
        self._refining.close()

    def cancel(self) -> None:
        """The person stopped it: what was not come to says so."""
        self.stop()
        left = self.board.checking
        self.board.stop()
        self.on_verdicts()
        text = (
            f"Stopped. Not checked: {left} candidate{'s' if left != 1 else ''}"
            if left
            else "Stopped. Causes not tested"
        )
        self.on_activity(Activity(text, stopped=True))

    # asking

    def _key(self, name: str, analysis: Analysis) -> str:
        """Name of a potential's refinement in the cache."""
        return refined_key(self._potentials.key(analysis.profile.scan, name), analysis)

    def _wanted(self, analyses: Mapping[str, Analysis]) -> list[RefineTask]:
        """What is still to be refined: each analysis with a live potential behind it."""
        tasks, potentials = [], self._potentials
        for name, analysis in analyses.items():
            potential, key = potentials.loaded_by(name), self._key(name, analysis)
            if potential in potentials and REFINED.get(key) is None:
                tasks.append(RefineTask(name, potential, analysis, key, potentials.device, potentials.dtype))
        return tasks

    def _refine(self, tasks: list[RefineTask]) -> None:
        if {task.key for task in tasks} == {task.key for task in self._tasks.values()}:
            return  # these are being refined already, or wait for the page
        self._refining.cancel()
        self._tasks = {task.name: task for task in tasks}
        if self._scheduler.drawn:  # else there is no time to load what refinement needs
            self._start()

    def _start(self) -> None:
        if self._tasks:
            self._refining.start(
                partial(refine_all, list(self._tasks.values())),
                Hearers(done=self._finished, failed=self._broken, said=self._hear, progress=self._say_progress),
            )

    # hearing

    def _say_progress(self, progress: Progress) -> None:
        self.on_activity(Activity(f"{progress.what}: {progress.done} of {progress.total}", progress.fraction))

    def _hear(self, said: RefineAnswer) -> None:
        if said.name not in self._tasks:
            return
        display = self._potentials.display(said.name)
        if said.loading:
            self.on_activity(Activity(f"{display}: loading, to check its findings", 0.0))
        elif said.decided is not None:
            self.board.decide(said.name, said.decided)
            self._tell()
        elif said.analysis is not None:
            self.on_refined(said.name, said.analysis)
            self._settled(said.name, partial(self.board.settle, said.name, said.analysis))
        elif said.error:
            self.on_message(Message("warning", f"{display}: its findings could not be checked. {said.error}"))
            self._settled(said.name, partial(self.board.give_up, said.name))

    def _settled(self, name: str, settle: Callable[[], None]) -> None:
        settle()
        del self._tasks[name]
        self._tell()

    def _finished(self, _: None) -> None:
        self.on_activity(Activity())

    def _broken(self, words: str) -> None:
        self.on_message(Message("error", words))
        self.stop()
        self.board.stop()  # what it did not come to says so, and waits for nothing
        self.on_verdicts()
        self.on_activity(Activity())

    def _tell(self) -> None:
        """Verdicts come in bursts: those of a moment are told at once."""
        if not self._telling:
            self._telling = True
            self._scheduler.later(self._told, VERDICTS_TOGETHER)

    def _told(self) -> None:
        self._telling = False
        self.on_verdicts()
