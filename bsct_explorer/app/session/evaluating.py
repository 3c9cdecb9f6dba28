"""Evaluating what is compared: each potential asked on the scan in the background, and its answers kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial

from bsct_explorer.app.session.events import Activity, Event, Message
from bsct_explorer.app.session.offered_potentials import OfferedPotentials
from bsct_explorer.app.session.scheduling import Scheduler
from bsct_explorer.app.work.evaluations import CACHE, EvaluationRequest, PotentialAnswer, evaluate_all, warm_up
from bsct_explorer.app.work.job import Hearers, Job, Progress
from bsct_explorer.data import Evaluation
from bsct_explorer.deformations import Scan
from bsct_explorer.potentials import Potential


class Evaluating:
    """What the potentials of one session answer on its scan.

    Attributes
    ----------
    evaluations
        Answers by the potential's name on the page (`REFERENCE` for the reference), as far as they are there.
    errors
        Why there is none, by the name that a potential is loaded by.
    on_heard
        Told first of all whenever the background says something.
    on_answer
        Told when another answer is there.
    on_finished
        Told when every potential has answered.
    on_activity, on_message
        What it does, and what the person should know.
    """

    def __init__(self, potentials: OfferedPotentials, scheduler: Scheduler) -> None:
        self.evaluations: dict[str, Evaluation] = {}
        self.errors: dict[str, str] = {}
        self.on_heard: Event[[]] = Event()
        self.on_answer: Event[[]] = Event()
        self.on_finished: Event[[]] = Event()
        self.on_activity: Event[[Activity]] = Event()
        self.on_message: Event[[Message]] = Event()
        self._potentials = potentials
        self._job = Job(scheduler.soon)

    @property
    def running(self) -> bool:
        """Whether a potential is being asked."""
        return self._job.running

    def renew(self, stored: Mapping[str, Evaluation]) -> None:
        """Another scan: stop, and keep only what is stored of it."""
        self._job.cancel()
        self.evaluations, self.errors = dict(stored), {}

    def ask(self, scan: Scan) -> None:
        """Take what the cache has of what is wanted and not there, and have the rest evaluated."""
        asked, potentials = [], self._potentials
        reference = [potentials.reference] if potentials.reference in potentials else []
        for name in (*potentials.wanted(), *reference):
            shown = potentials.shown_as(name)
            if shown in self.evaluations:
                continue
            cached = CACHE.get(potentials.key(scan, name))
            if cached is not None:
                self.evaluations[shown] = cached
            else:
                asked.append(name)
        self.errors = {name: text for name, text in self.errors.items() if name in asked}
        if not asked:
            self._job.cancel()
            return
        request = EvaluationRequest(scan, tuple(asked), potentials.device, potentials.dtype)
        self._job.start(
            partial(evaluate_all, request),
            Hearers(done=self._finished, failed=self._broken, said=self._take, progress=self._say_progress),
        )

    def missing(self) -> list[str]:
        """Display names of wanted potentials whose answer is not there."""
        potentials = self._potentials
        return [potentials.display(name) for name in potentials.wanted() if name not in self.evaluations]

    def stop(self) -> None:
        """What is being computed is no longer wanted."""
        self._job.cancel()

    def close(self) -> None:
        """Stop for good."""
        self._job.close()

    def forget(self, names: Collection[str]) -> None:
        """Keep nothing of these: their evaluations stay in the cache that all sessions share."""
        for name in names:
            self.evaluations.pop(name, None)
            self.errors.pop(name, None)

    def loaded(self) -> dict[str, Potential]:
        """Loaded potentials behind what is shown, for the provenance; a stored opening case has loaded none."""
        from bsct_explorer.potentials.registry import loaded_by_name

        return dict(loaded_by_name([self._potentials.loaded_by(name) for name in self.evaluations]))

    def warm_up(self, scan: Scan) -> None:
        """Load the potentials behind stored curves while the person looks at them."""
        names = {self._potentials.loaded_by(name) for name in self.evaluations} - set(self.loaded())
        live = [name for name in names if name in self._potentials]
        if live:
            warm_up(scan, live, self._potentials.device, self._potentials.dtype)

    # hearing

    def _say_progress(self, progress: Progress) -> None:
        self.on_heard()
        self.on_activity(Activity(f"{progress.what}: {progress.done} of {progress.total} frames", progress.fraction))

    def _take(self, answer: PotentialAnswer) -> None:
        """One potential has answered, or is about to be loaded."""
        self.on_heard()
        name = answer.potential
        if answer.loading:
            self.on_activity(Activity(f"{self._potentials.display(name)}: loading"))
        elif answer.error:
            self.errors[name] = answer.error
            self.on_message(Message("warning", answer.error))
        elif answer.evaluation is not None:
            self.evaluations[self._potentials.shown_as(name)] = answer.evaluation
            self.on_answer()

    def _finished(self, _: None) -> None:
        self.on_heard()
        self.on_activity(Activity())
        self.on_finished()

    def _broken(self, words: str) -> None:
        self.on_message(Message("error", words))
        self._finished(None)
