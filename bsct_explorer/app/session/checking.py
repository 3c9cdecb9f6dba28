"""Checking what is shown: each potential's findings refined behind its curves, and the list told what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import panel as pn

from bsct_explorer.analysis import Analysis
from bsct_explorer.app.notices import notify
from bsct_explorer.app.session.finding_board import Board
from bsct_explorer.app.state import REFERENCE
from bsct_explorer.app.work.evaluations import evaluation_key
from bsct_explorer.app.work.job import Hearers, Job, Progress
from bsct_explorer.app.work.refinements import REFINED, RefineAnswer, RefineTask, refine_all, refined_key
from bsct_explorer.study import candidates_of

if TYPE_CHECKING:
    from bsct_explorer.app.session.comparison import Comparison

VERDICTS_TOGETHER = 120
"""Milliseconds for which verdicts are collected before the list hears of them."""


@dataclass(frozen=True)
class Activity:
    """What the session is doing, for the line under the header.

    Attributes
    ----------
    text
        Empty when idle.
    fraction
        0 to 1, or None where it is not known.
    stopped
        Work was cancelled and can be taken up again.
    """

    text: str = ""
    fraction: float | None = None
    stopped: bool = False


class Checking:
    """The refinement of one session.

    Attributes
    ----------
    board
        The findings in their places.
    """

    def __init__(self, explorer: Comparison) -> None:
        self.explorer = explorer
        self.board = Board()
        self._refining = Job(explorer.schedule)
        self._tasks: dict[str, RefineTask] = {}
        self._document = pn.state.curdoc
        self._telling = False

    @property
    def running(self) -> bool:
        return bool(self._tasks)

    def key(self, name: str, analysis: Analysis) -> str:
        """Name of a potential's refinement in the cache."""
        explorer = self.explorer
        assert explorer.scan is not None
        potential = explorer.state.reference if name == REFERENCE else name
        return refined_key(evaluation_key(explorer.scan, potential, explorer.state.device, explorer.dtype), analysis)

    def known(self, name: str, analysis: Analysis) -> Analysis:
        """The refined analysis where the cache has it, else the analysis as it is."""
        return REFINED.get(self.key(name, analysis)) or analysis

    def place(self, *, complete: bool, refine: bool) -> None:
        """Put what the explorer shows on the board, with the candidates of what has still to be refined.

        Parameters
        ----------
        complete
            The reference is there, so that candidates will not change.
        refine
            Every curve is there: refinement starts.
        """
        explorer = self.explorer
        # Frames of a file cannot be refined: nothing is loaded only to say so.
        refinable = explorer.scan is not None and explorer.scan.deformation is not None
        tasks = self._wanted() if complete and refinable else []
        candidates = {task.name: candidates_of(task.analysis) for task in tasks}
        self.board.place(explorer.analyses, candidates)
        if refine:
            self._refine(tasks)

    def _wanted(self) -> list[RefineTask]:
        """What is still to be refined: each analysis with a live potential behind it."""
        explorer, tasks = self.explorer, []
        for name, analysis in explorer.analyses.items():
            potential = explorer.state.reference if name == REFERENCE else name
            key = self.key(name, analysis)
            if potential in explorer.offered and REFINED.get(key) is None:
                tasks.append(RefineTask(name, potential, analysis, key, explorer.state.device, explorer.dtype))
        return tasks

    def _refine(self, tasks: list[RefineTask]) -> None:
        if {task.key for task in tasks} == {task.key for task in self._tasks.values()}:
            return  # it is at it, or waits for the page
        self._refining.cancel()
        self._tasks = {task.name: task for task in tasks}
        if tasks and self.explorer.drawn:
            self._start()

    def page_drawn(self) -> None:
        """Now there is time to load what refinement needs."""
        if self._tasks:
            self._start()

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
        self.explorer.views.show_verdicts()
        text = (
            f"Stopped. Not checked: {left} candidate{'s' if left != 1 else ''}"
            if left
            else "Stopped. Causes not tested"
        )
        self.explorer.tell(Activity(text, stopped=True))

    def _start(self) -> None:
        self._refining.start(
            partial(refine_all, list(self._tasks.values())),
            Hearers(done=self._finished, failed=self._broken, said=self._hear, progress=self._say_progress),
        )

    def _say_progress(self, progress: Progress) -> None:
        self.explorer.tell(Activity(f"{progress.what}: {progress.done} of {progress.total}", progress.fraction))

    def _hear(self, said: RefineAnswer) -> None:
        if said.name not in self._tasks:
            return
        if said.loading:
            self.explorer.tell(Activity(f"{self._display(said.name)}: loading, to check its findings", 0.0))
        elif said.decided is not None:
            self.board.decide(said.name, said.decided)
            self._tell_list()
        elif said.analysis is not None:
            self.explorer.take_refined(said.name, said.analysis)
            self._settled(said.name, partial(self.board.settle, said.name, said.analysis))
        elif said.error:
            notify("warning", f"{self._display(said.name)}: its findings could not be checked. {said.error}")
            self._settled(said.name, partial(self.board.give_up, said.name))

    def _finished(self, _: None) -> None:
        self.explorer.tell(Activity())

    def _broken(self, words: str) -> None:
        notify("error", words)
        self.stop()
        self.explorer.tell(Activity())

    def _settled(self, name: str, settle: Callable[[], None]) -> None:
        settle()
        del self._tasks[name]
        self._tell_list()
        for listener in self.explorer.on_results:
            listener()

    def _display(self, name: str) -> str:
        offered = self.explorer.offered
        name = self.explorer.state.reference if name == REFERENCE else name
        return offered[name].display_name if name in offered else name

    def _tell_list(self) -> None:
        """Verdicts come in bursts: the list hears of those of a moment at once."""
        if self._telling:
            return

        def show() -> None:
            self._telling = False
            self.explorer.views.show_verdicts()

        if self._document is not None and self._document.session_context is not None:
            self._telling = True
            self._document.add_timeout_callback(show, VERDICTS_TOGETHER)
        else:
            show()
