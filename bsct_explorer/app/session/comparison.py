"""Several potentials on one scan: evaluated in the background, analysed, checked, and shown as they come."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import partial

import panel as pn

from bsct_explorer.analysis import Analysis, analyse
from bsct_explorer.app.notices import notify
from bsct_explorer.app.session.checking import Activity, Checking
from bsct_explorer.app.session.coordinate_choice import frame_nearest
from bsct_explorer.app.state import REFERENCE, ExplorerState
from bsct_explorer.app.tabs.explore_view import Views
from bsct_explorer.app.work.evaluations import (
    CACHE,
    Answer,
    EvaluationRequest,
    evaluate_all,
    evaluation_key,
    warm_up,
)
from bsct_explorer.app.work.job import Hearers, Job, Progress
from bsct_explorer.artifacts.far_field import FarField
from bsct_explorer.artifacts.threshold_reader import read_thresholds
from bsct_explorer.data import Evaluation, PotentialInfo
from bsct_explorer.deformations import Scan
from bsct_explorer.plots.looks import Look, look_of
from bsct_explorer.potentials import Potential
from bsct_explorer.profiles import Profile

NO_POTENTIAL = "Choose a potential on the left: its curve and what is wrong with it appear here."
PAGE_TAKES = 60_000
"""Milliseconds after which a page counts as drawn though its browser never said so."""
AT_ONCE = 300
"""Milliseconds in which an answer may come before the old curves are dimmed and the new structure is shown alone."""


class Comparison:
    """Background work and views of one scan after another.

    Attributes
    ----------
    state
        What the person chose.
    offered
        What may be evaluated, by name.
    scan
        What is shown, or being computed; None before the first.
    frame_wanted
        Frame at which the next scan is opened; None for the length that is on the page, or the molecule's own.
    asleep
        Nobody looks at it, so it computes nothing.
    evaluations, analyses, errors
        Results for `scan` by potential (`REFERENCE` for the reference), as far as they are there.
    on_scan, on_activity, on_results
        Listeners: the sidebar, the header, the downloads.
    hint
        What to do where no potential has a curve.
    """

    hint = NO_POTENTIAL

    def __init__(self, state: ExplorerState, offered: tuple[PotentialInfo, ...]) -> None:
        self.state = state
        self.offered = {info.name: info for info in offered}
        self.scan: Scan | None = None
        self.evaluations: dict[str, Evaluation] = {}
        self.analyses: dict[str, Analysis] = {}
        self.errors: dict[str, str] = {}
        self.on_scan: list[Callable[[Scan, bool], None]] = []
        self.on_activity: list[Callable[[Activity], None]] = []
        self.on_results: list[Callable[[], None]] = []
        self.asleep = False
        self._unshown: Callable[[], None] | None = None
        self._shown: Scan | None = None
        self.frame_wanted: int | None = state.frame or None
        self._document = pn.state.curdoc
        self._evaluating = Job(self.schedule)
        self._analysed: dict[str, tuple[tuple[object, ...], Analysis]] = {}
        self.drawn = self._document is None or pn.state.loaded
        self._unheard: list[Callable[[], None]] = []
        self.checking = Checking(self)
        if not self.drawn and self._document is not None:
            pn.state.onload(self._page_drawn)
            self._document.add_timeout_callback(self._page_drawn, PAGE_TAKES)
        self.views = Views(self)

    # from other threads

    def schedule(self, action: Callable[[], None]) -> None:
        """Run `action` under the document's lock; the only way from a worker's thread to the page.

        While a browser is fetching the page, actions wait until it has drawn it: it would not hear of what they change,
        since Panel drops all changes between its fetching the document and its saying that it is ready.
        """
        document = self._document
        if document is not None and document.session_context is not None:
            document.add_next_tick_callback(partial(self._when_heard, action))
        else:  # a notebook, where the kernel's own thread serves the page
            action()
            self.views.push()

    def _when_heard(self, action: Callable[[], None]) -> None:
        session = getattr(self._document.session_context, "session", None) if self._document is not None else None
        if not self.drawn and session is not None and session.connection_count:
            self._unheard.append(action)
        else:
            action()

    def _page_drawn(self) -> None:
        """The browser shows the page: it hears what waited for that, and there is time for refinement."""
        if self.drawn or self._document is None:
            return
        self.drawn = True
        waiting, self._unheard = self._unheard, []
        for action in (*waiting, self.checking.page_drawn, self._warm_up):
            self._document.add_next_tick_callback(action)

    def _warm_up(self) -> None:
        """Load the potentials behind stored curves while the person looks at them."""
        from bsct_explorer.potentials.registry import loaded_by_name

        if self.scan is not None and not self.busy:
            names = [self.state.reference if name == REFERENCE else name for name in self.evaluations]
            live = [name for name in names if name in self.offered and not loaded_by_name([name])]
            if live:
                warm_up(self.scan, live, self.state.device, self.dtype)

    # scan

    def show(self, scan: Scan, stored: Mapping[str, Evaluation] | None = None) -> None:
        """Have the potentials evaluated on a scan, and show it; `stored` answers are there already."""
        self._evaluating.cancel()
        self.checking.stop()
        self.scan = scan
        self.evaluations, self.errors = dict(stored or {}), {}
        if self.asleep:
            self._show_scan(scan)
            return
        self._start_evaluating()
        show = partial(self._show_scan, scan)
        if self._document is None or not self.drawn or self.evaluations or not self.running:
            show()
            self._show_started()
            return
        # What is answered at once is shown at once: structure and curves change together, nothing is dimmed for a
        # blink, and the browser does not draw on the cores that the potential needs.
        self.tell(Activity())
        self._unshown = show
        self._document.add_timeout_callback(partial(self._show_unshown, show), AT_ONCE)

    def _show_scan(self, scan: Scan) -> None:
        self._unshown = None
        frame = self._frame_for(scan, self._shown)
        self._shown = scan
        self.views.show_scan(scan, frame)
        for listener in self.on_scan:
            listener(scan, self.own_frames)

    def _show_unshown(self, show: Callable[[], None] | None = None) -> None:
        """Show the new scan, if it still waits (and is this one)."""
        if self._unshown is not None and show in (None, self._unshown):
            self._unshown()

    @property
    def own_frames(self) -> bool:
        """Whether the frames come with the reference, so that range and points are not the person's to change."""
        return self.scan is not None and self.scan.deformation is None

    def _frame_for(self, scan: Scan, previous: Scan | None) -> int:
        """The frame to open a scan at: the address's, the same length as on the page, or the molecule's own length.

        `previous` is what the state's frame is of: the scan on the page, which another may have followed unshown.
        """
        if self.frame_wanted is not None:
            frame, self.frame_wanted = self.frame_wanted, None
            return min(frame, len(scan) - 1)
        if previous is not None and previous.atoms == scan.atoms and previous.molecule is scan.molecule:
            value = float(previous.values[min(self.state.frame, len(previous) - 1)])
        else:
            value = scan.own_value
        return frame_nearest(scan, value)

    # evaluation

    def loaded(self) -> dict[str, Potential]:
        """Loaded potentials behind what is shown, for the provenance; a stored opening case has loaded none."""
        from bsct_explorer.potentials.registry import loaded_by_name

        names = [self.state.reference if name == REFERENCE else name for name in self.evaluations]
        return dict(loaded_by_name(names))

    @property
    def dtype(self) -> str | None:
        """Precision to ask for; None for each potential's own."""
        return None if self.state.dtype == "own" else str(self.state.dtype)

    def forget(self, names: Collection[str]) -> None:
        """Keep nothing of these potentials: evaluations stay in the cache that all sessions share."""
        for name in names:
            for kept in (self.offered, self.evaluations, self.analyses, self.errors, self._analysed):
                kept.pop(name, None)  # type: ignore[attr-defined]

    def look(self, name: str) -> Look:
        """Colour and dash of a potential."""
        return look_of(name, tuple(self.offered))

    def wanted(self) -> tuple[str, ...]:
        """Potentials to show: the chosen ones that are offered, without the one that is the reference."""
        chosen = [name for name in self.state.potentials if name in self.offered and name != self.state.reference]
        return tuple(dict.fromkeys(chosen))

    def resume(self) -> None:
        """Compute what a cancel left out."""
        if self.scan is not None:
            self._evaluate()

    @property
    def running(self) -> bool:
        """Whether a potential is being asked."""
        return self._evaluating.running

    @property
    def busy(self) -> bool:
        """Whether there is something to cancel."""
        return self.running or self.checking.running

    def cancel(self) -> None:
        """Stop computing; what is there stays."""
        self._show_unshown()
        if not self.running:
            self.checking.cancel()
            return
        self._evaluating.cancel()
        self.checking.stop()
        missing = [self.offered[name].display_name for name in self.wanted() if name not in self.evaluations]
        self._show_results(final=True, refine=False)
        self.tell(Activity(f"Stopped. Not computed: {', '.join(missing) or 'the reference'}", stopped=True))

    def close(self) -> None:
        """Stop everything that runs in the background, for good."""
        self._evaluating.close()
        self.checking.close()

    def sleep(self) -> None:
        """Nobody looks: nothing is computed until `wake`."""
        self.asleep = True
        self._show_unshown()
        self._evaluating.cancel()
        self.checking.stop()

    def wake(self) -> None:
        """Somebody looks: compute what is missing."""
        if self.asleep:
            self.asleep = False
            if self.scan is not None:
                self._evaluate()

    def _evaluate(self) -> None:
        """Have what is wanted and not there evaluated, and show what is there."""
        if self.asleep:
            return
        self._start_evaluating()
        self._show_started()

    def _start_evaluating(self) -> None:
        """Take what the cache has, and start the worker on the rest."""
        assert self.scan is not None
        names = [name for name in self.wanted() if name not in self.evaluations]
        reference = self.state.reference
        if reference in self.offered and REFERENCE not in self.evaluations:
            names.append(reference)
        for name in list(names):
            cached = CACHE.get(evaluation_key(self.scan, name, self.state.device, self.dtype))
            if cached is not None:
                self.evaluations[REFERENCE if name == reference else name] = cached
                names.remove(name)
        self.errors = {name: text for name, text in self.errors.items() if name in names}
        if names:
            request = EvaluationRequest(self.scan, tuple(names), self.state.device, self.dtype)
            self._evaluating.start(
                partial(evaluate_all, request),
                Hearers(done=self._evaluated, failed=self._broken, said=self._take, progress=self._say_progress),
            )
        else:
            self._evaluating.cancel()

    def _show_started(self) -> None:
        """Show what was there already; what takes long speaks up for itself (`_deliver`)."""
        if self.evaluations or not self.running:
            self._show_results(final=not self.running)
        self.tell(Activity())

    def _say_progress(self, progress: Progress) -> None:
        self._show_unshown()
        self.tell(Activity(f"{progress.what}: {progress.done} of {progress.total} frames", progress.fraction))

    def _take(self, answer: Answer) -> None:
        """One potential has answered, or is about to be loaded."""
        self._show_unshown()
        name = answer.potential
        if answer.loading:
            display = self.offered[name].display_name if name in self.offered else name
            self.tell(Activity(f"{display}: loading"))
        elif answer.error:
            self.errors[name] = answer.error
            notify("warning", answer.error)
        elif answer.evaluation is not None:
            self.evaluations[REFERENCE if name == self.state.reference else name] = answer.evaluation
            self._show_results(final=not self.running)

    def _evaluated(self, _: None) -> None:
        """Every potential has answered."""
        self._show_unshown()
        self.tell(Activity())
        if self.views.complete:
            self.checking.place(complete=True, refine=True)
        else:
            self._show_results(final=True)

    def _broken(self, words: str) -> None:
        notify("error", words)
        self._evaluated(None)

    def _show_results(self, *, final: bool, refine: bool = True) -> None:
        """Analyse what is there and draw it; findings wait for the reference, lest they change under the eyes."""
        assert self.scan is not None
        stored = self.evaluations.get(REFERENCE)
        shown = [name for name in self.wanted() if name in self.evaluations] + [REFERENCE] * (stored is not None)
        self.analyses = {name: self._analyse(name, stored if name != REFERENCE else None) for name in shown}
        waiting = self.state.reference != "" and stored is None and self.state.reference not in self.errors
        complete = final or not waiting
        self.checking.place(complete=complete, refine=final and refine)
        if not refine:
            self.checking.board.stop()
        self.views.show_results(self.analyses, complete=complete)
        for listener in self.on_results:
            listener()

    def _analyse(self, name: str, reference: Evaluation | None) -> Analysis:
        """The analysis of one potential: the one that is there, where it answers the same question; else anew.

        A refined one where the cache has it.
        """
        assert self.scan is not None
        question = (self.scan, self.evaluations[name], reference, self.state.thresholds)
        old, analysis = self._analysed.get(name, ((), None))
        if analysis is None or not _same(old, question):
            compared = Profile(self.scan, reference) if reference is not None else None
            thresholds = read_thresholds(self.state.thresholds)
            analysis = analyse(Profile(self.scan, self.evaluations[name]), compared, thresholds=thresholds)
        # Asked each time: verdicts may have come after a cancel, when nobody listened.
        known = self.checking.known(name, analysis)
        analysis = replace(known, far_field=analysis.far_field)
        self._analysed[name] = (question, analysis)
        return analysis

    def take_refined(self, name: str, analysis: Analysis) -> None:
        """Put a refined analysis in the place of the one that is shown."""
        question, old = self._analysed[name]
        self._replace_analysis(name, question, replace(analysis, far_field=old.far_field))

    def take_far_field(self, name: str, far: FarField) -> None:
        """Put what was found far beyond the range into the analysis that is shown."""
        question, old = self._analysed[name]
        self._replace_analysis(name, question, replace(old, far_field=far))

    def _replace_analysis(self, name: str, question: tuple[object, ...], analysis: Analysis) -> None:
        self._analysed[name] = (question, analysis)
        self.analyses[name] = analysis
        self.views.analyses = dict(self.analyses)

    def judge_anew(self) -> None:
        """Judge the same curves by the thresholds of now; nothing is evaluated again. Asleep, it waits for `wake`."""
        if self.scan is not None and not self.asleep:
            self._show_unshown()
            self.checking.stop()
            if not self.running:
                self.tell(Activity())
            self._show_results(final=not self.running)

    # picking in the 3D view

    def pick(self, picked: list[int]) -> None:
        """What was clicked in the structure: an atom, a bond's two atoms, or nothing."""

    def tell(self, activity: Activity) -> None:
        """Say what is being done."""
        for listener in self.on_activity:
            listener(activity)


def _same(old: tuple[object, ...], new: tuple[object, ...]) -> bool:
    """Whether these are the same objects, or equal texts."""
    return all(a is b or (isinstance(a, str) and a == b) for a, b in zip(old, new, strict=True))
