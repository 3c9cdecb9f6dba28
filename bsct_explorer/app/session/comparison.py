"""Several potentials on one scan: evaluated in the background, analysed, checked, and told as they come."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial

from bsct_explorer.analysis import Analysis
from bsct_explorer.app.session.checking import Checking
from bsct_explorer.app.session.coordinate_choice import frame_nearest
from bsct_explorer.app.session.evaluating import Evaluating
from bsct_explorer.app.session.events import Activity, Event, Message
from bsct_explorer.app.session.offered_potentials import OfferedPotentials
from bsct_explorer.app.session.page_settings import page_settings
from bsct_explorer.app.session.scheduling import Scheduler
from bsct_explorer.app.session.shown_analyses import Question, ShownAnalyses
from bsct_explorer.app.state import REFERENCE, ExplorerState
from bsct_explorer.artifacts.far_field import FarField
from bsct_explorer.data import Evaluation
from bsct_explorer.deformations import Scan

AT_ONCE = 300
"""Milliseconds in which an answer may come before the old curves are dimmed and the new structure is shown alone."""


class Comparison:
    """What potentials say of one scan after another.

    Attributes
    ----------
    state
        What the person chose.
    potentials
        What may be asked, and what of it is.
    scan
        What is asked about; None before the first, and where a molecule has nothing to drive.
    shown
        The scan on the page, which another may have followed in `scan` without being shown yet.
    frame_wanted
        Frame at which the next scan is opened; None for the length that is on the page, or the molecule's own.
    asleep
        Nobody looks at it, so it computes nothing.
    analyses
        What the curves show, by the potential's name on the page (`REFERENCE` for the reference).
    complete
        Whether `analyses` are all that was asked for: the findings will not change for want of the reference.
    evaluating
        What the potentials answer.
    checking
        The findings, and what certifies them.
    on_scan
        Another scan is shown: the scan, and the frame at which it opens.
    on_results
        Curves have come, or were judged anew.
    on_findings
        Findings and metrics of everything that is shown are there.
    on_verdicts
        Findings that were told by `on_findings` are decided.
    on_activity, on_message
        What is being done; what the person should know.
    """

    def __init__(self, state: ExplorerState, potentials: OfferedPotentials, scheduler: Scheduler) -> None:
        self.state, self.potentials = state, potentials
        self.scan: Scan | None = None
        self.shown: Scan | None = None
        self.frame_wanted: int | None = state.frame or None
        self.asleep = self.complete = False
        self.analyses: dict[str, Analysis] = {}
        self.on_scan: Event[[Scan, int]] = Event()
        self.on_results: Event[[]] = Event()
        self.on_findings: Event[[]] = Event()
        self.on_verdicts: Event[[]] = Event()
        self.on_activity: Event[[Activity]] = Event()
        self.on_message: Event[[Message]] = Event()
        self._scheduler = scheduler
        self._analysed = ShownAnalyses()
        self._unshown: Callable[[], None] | None = None
        self.evaluating = Evaluating(potentials, scheduler)
        self.checking = Checking(potentials, scheduler)
        self.evaluating.on_heard.listen(self.show_now)
        self.evaluating.on_answer.listen(lambda: self._show_results(final=not self.evaluating.running))
        self.evaluating.on_finished.listen(self._evaluated)
        self.evaluating.on_activity.listen(self.on_activity)
        self.evaluating.on_message.listen(self.on_message)
        self.checking.on_refined.listen(self._take_refined)
        self.checking.on_verdicts.listen(self._tell_verdicts)
        self.checking.on_activity.listen(self.on_activity)
        self.checking.on_message.listen(self.on_message)
        scheduler.when_drawn(self._warm_up)

    # what is compared

    def show(self, scan: Scan, stored: Mapping[str, Evaluation] | None = None) -> None:
        """Have the potentials evaluated on a scan, and show it; `stored` answers are there already."""
        self.checking.stop()
        self.scan = scan
        self.evaluating.renew(stored or {})
        if self.asleep:
            self._show_scan(scan)
            return
        self.evaluating.ask(scan)
        show = partial(self._show_scan, scan)
        if not self._scheduler.drawn or self.evaluating.evaluations or not self.evaluating.running:
            show()
            self._show_started()
            return
        # What is answered at once is shown at once: structure and curves change together, nothing is dimmed for a
        # blink, and the browser does not draw on the cores that the potential needs.
        self.on_activity(Activity())
        self._unshown = show
        self._scheduler.later(partial(self.show_now, show), AT_ONCE)

    def show_now(self, show: Callable[[], None] | None = None) -> None:
        """Show the new scan, if it still waits (and is this one)."""
        if self._unshown is not None and show in (None, self._unshown):
            self._unshown()

    def drop_scan(self) -> None:
        """What is still computed is of a scan that is gone."""
        self._stop()
        self.scan = None

    def drop_reference(self) -> None:
        """Another reference was chosen: what was compared with the old one is no longer wanted."""
        self.evaluating.forget([REFERENCE])
        self.checking.stop()

    def forget(self, names: Collection[str]) -> None:
        """Keep nothing of these potentials: evaluations stay in the cache that all sessions share."""
        self.potentials.forget(names)
        self._analysed.forget(names)
        self.evaluating.forget(names)
        for name in names:
            self.analyses.pop(name, None)

    def look_beyond(self, name: str, far: FarField) -> None:
        """Put what was found far beyond the range into the analysis that is shown."""
        self.analyses[name] = self._analysed.look_beyond(name, far)

    def judge_anew(self) -> None:
        """Judge the same curves by the thresholds of now; nothing is evaluated again. Asleep, it waits for `wake`."""
        if self.scan is not None and not self.asleep:
            self.show_now()
            self.checking.stop()
            if not self.evaluating.running:
                self.on_activity(Activity())
            self._show_results(final=not self.evaluating.running)

    # working, stopping, sleeping

    @property
    def busy(self) -> bool:
        """Whether there is something to cancel."""
        return self.evaluating.running or self.checking.running

    def evaluate(self) -> None:
        """Have what is wanted and not there evaluated, also what a cancel left out, and show what is there."""
        if self.scan is not None and not self.asleep:
            self.evaluating.ask(self.scan)
            self._show_started()

    def _stop(self) -> None:
        """What is being computed is no longer wanted."""
        self.evaluating.stop()
        self.checking.stop()

    def cancel(self) -> None:
        """The person stopped it; what is there stays."""
        self.show_now()
        if not self.evaluating.running:
            self.checking.cancel()
            return
        self._stop()
        missing = self.evaluating.missing()
        self._show_results(final=True, refine=False)
        self.on_activity(Activity(f"Stopped. Not computed: {', '.join(missing) or 'the reference'}", stopped=True))

    def close(self) -> None:
        """Stop for good."""
        self.evaluating.close()
        self.checking.close()

    def sleep(self) -> None:
        """Nobody looks: nothing is computed until `wake`."""
        self.asleep = True
        self.show_now()
        self._stop()

    def wake(self) -> None:
        """Somebody looks: compute what is missing."""
        if self.asleep:
            self.asleep = False
            self.evaluate()

    # telling

    def _evaluated(self) -> None:
        """Every potential has answered."""
        if self.complete and self.scan is not None:
            self.checking.place(self.scan, self.analyses, complete=True, refine=True)
        else:
            self._show_results(final=True)

    def _warm_up(self) -> None:
        if self.scan is not None and not self.busy:
            self.evaluating.warm_up(self.scan)

    def _show_scan(self, scan: Scan) -> None:
        self._unshown = None
        frame = self._frame_for(scan)
        self.shown, self.complete = scan, False
        self.state.frame = frame
        self.on_scan(scan, frame)

    def _frame_for(self, scan: Scan) -> int:
        """The frame to open a scan at: the address's, the same length as on the page, or the molecule's own length."""
        if self.frame_wanted is not None:
            frame, self.frame_wanted = self.frame_wanted, None
            return min(frame, len(scan) - 1)
        previous = self.shown
        if previous is not None and previous.atoms == scan.atoms and previous.molecule is scan.molecule:
            value = float(previous.values[min(self.state.frame, len(previous) - 1)])
        else:
            value = scan.own_value
        return frame_nearest(scan, value)

    def _show_started(self) -> None:
        """Tell what was there already; what takes long speaks up for itself (`_take`)."""
        if self.evaluating.evaluations or not self.evaluating.running:
            self._show_results(final=not self.evaluating.running)
        self.on_activity(Activity())

    def _show_results(self, *, final: bool, refine: bool = True) -> None:
        """Analyse what is there and tell it; findings wait for the reference, lest they change under the eyes."""
        scan, evaluations = self.scan, self.evaluating.evaluations
        stored = evaluations.get(REFERENCE)
        assert scan is not None
        names = [name for name in self.potentials.wanted() if name in evaluations]
        names += [REFERENCE] * (stored is not None)
        waiting = self.state.reference != "" and stored is None and self.state.reference not in self.evaluating.errors
        complete = final or not waiting
        if not names and not complete:
            return
        self.analyses = {name: self._analyse(scan, name, stored if name != REFERENCE else None) for name in names}
        self.complete = complete
        self.checking.place(scan, self.analyses, complete=complete, refine=final and refine)
        if not refine:
            self.checking.board.stop()
        self.on_results()
        if complete:  # as an action of its own, so that the curves do not wait for them
            (self._scheduler.soon if self._scheduler.drawn else _now)(partial(self._tell_findings, scan))

    def _tell_findings(self, scan: Scan) -> None:
        """The findings of this scan, unless another has taken its place."""
        if self.complete and self.scan is scan:
            self.on_findings()

    def _tell_verdicts(self) -> None:
        if self.shown is not None and self.scan is not None:
            self.on_verdicts()

    def _analyse(self, scan: Scan, name: str, reference: Evaluation | None) -> Analysis:
        """The analysis of one potential, refined where the cache knows it."""
        evaluation = self.evaluating.evaluations[name]
        analysis = self._analysed.answer(name, Question(scan, evaluation, reference, page_settings(self.state)))
        # Asked each time: verdicts may have come after a cancel, when nobody listened.
        known = self.checking.known(name, analysis)
        return analysis if known is analysis else self._analysed.refine(name, known)

    def _take_refined(self, name: str, refined: Analysis) -> None:
        self.analyses[name] = self._analysed.refine(name, refined)


def _now(action: Callable[[], None]) -> None:
    action()
