"""One person's session: hears the state, reads the molecule, makes the scan and has it compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bsct_explorer.app.session.comparison import Comparison
from bsct_explorer.app.session.coordinate_choice import BACK_TO_BOND, fitting, kind_of, turned_deformation
from bsct_explorer.app.session.events import Activity, Event, Message
from bsct_explorer.app.session.molecule_sources import first_bond, load_shown_molecule
from bsct_explorer.app.session.offered_potentials import OfferedPotentials
from bsct_explorer.app.session.page_settings import page_settings
from bsct_explorer.app.session.scheduling import Scheduler
from bsct_explorer.app.state import REFERENCE, ExplorerState
from bsct_explorer.app.work.job import Hearers, Job
from bsct_explorer.data import Evaluation
from bsct_explorer.deformations import BondStretch, Deformation, Scan, spice_scan
from bsct_explorer.errors import DeformationError, ExplorerError
from bsct_explorer.molecules import Bond, Molecule
from bsct_explorer.molecules.library import library_molecule
from bsct_explorer.study import UploadedFile, stored_reference
from bsct_explorer.words.atoms import atom_label
from bsct_explorer.words.units import in_unit

MOLECULE_FIELDS = ("molecule", "structure", "charge", "multiplicity")
SCAN_FIELDS = ("bond", "angle", "torsion", "low", "high", "turn_low", "turn_high", "points", "fixed")
OF_ONE_MOLECULE = ("bond", "angle", "torsion", "turn_low", "turn_high")
"""Fields that mean nothing for another molecule."""
ASKING_FIELDS = ("device", "dtype")
SOURCE_FIELDS = ("potentials", "reference")


@dataclass(frozen=True)
class OwnReference:
    """A reference file that the person uploaded, parsed anew for each scan."""

    filename: str
    content: bytes
    level: str
    unit: str = ""


class Explorer:
    """A session's molecule, the scan that its state asks for, and the comparison of potentials on it.

    Attributes
    ----------
    state
        What the person chose.
    comparison
        What potentials say of the scan.
    molecule
        What is shown, or being read; None before the first.
    on_molecule
        Another molecule is shown, or the one that was shown again.
    on_scan
        A scan is shown, or the one that was shown again: the range is that of its frames.
    on_refused
        Told what was to be the molecule and could not be read, when the page shows again what it showed before.
    on_nothing
        A molecule that has nothing to drive, and the sentence that says so.
    on_message
        What the person should know.
    """

    def __init__(self, state: ExplorerState, potentials: OfferedPotentials, scheduler: Scheduler) -> None:
        self.state = state
        self.comparison = Comparison(state, potentials, scheduler)
        self.molecule: Molecule | None = None
        self.on_molecule: Event[[Molecule]] = Event()
        self.on_scan: Event[[Scan]] = Event()
        self.on_refused: Event[[str]] = Event()
        self.on_nothing: Event[[Molecule, str]] = Event()
        self.on_message: Event[[Message]] = Event()
        self._own_reference: OwnReference | None = None
        self._reading = Job(scheduler.soon)
        self._loading = False
        self._restoring = False
        self._good: dict[str, Any] = {}
        self._newer: dict[str, Any] = {}
        """What was changed while a molecule was being read: it holds, too, where the molecule cannot be read."""
        self._picked_atom: int | None = None
        self.comparison.on_scan.listen(lambda scan, _: self.on_scan(scan))
        self.comparison.on_message.listen(self.on_message)
        state.param.watch(self._hear, [*MOLECULE_FIELDS, *SCAN_FIELDS, *ASKING_FIELDS, *SOURCE_FIELDS, "thresholds"])

    def start(self) -> None:
        """Show what the state asks for: at once where nothing has to be computed, so that the page opens complete."""
        fields = self._molecule_fields()
        if fields["structure"] or library_molecule(fields["molecule"]) is None:
            self._load_molecule()
            return
        self._loading = True
        try:
            molecule = load_shown_molecule(**fields)
        except ExplorerError as error:
            self._refuse(str(error))
        else:
            self._take_molecule(molecule)

    def close(self) -> None:
        """Stop everything that runs in the background, for good."""
        self._reading.close()
        self.comparison.close()

    def _hear(self, *events: Any) -> None:
        """The state has changed: do once what its greatest change asks for, in whatever order the fields came."""
        names = {event.name for event in events}
        if self._restoring:
            return
        if names & set(MOLECULE_FIELDS):
            self._other_molecule()
            return
        # A molecule that is being read brings its own bond: its scan starts when it is there.
        if self._loading or self.molecule is None:
            if self._reading.running:
                self._newer |= {event.name: event.new for event in events if event.name not in OF_ONE_MOLECULE}
            return
        if names & {*SCAN_FIELDS, *ASKING_FIELDS} and self.new_scan():
            return
        if names & set(SOURCE_FIELDS):
            self._other_sources(events)
        if "thresholds" in names:
            self.comparison.judge_anew()

    # molecule

    def _other_molecule(self) -> None:
        if not self._loading:
            self.comparison.frame_wanted = None
        self._load_molecule()

    def _load_molecule(self) -> None:
        self._loading, self._newer = True, {}
        self.comparison.on_activity(Activity("Reading the molecule"))
        fields = self._molecule_fields()
        self._reading.start(
            lambda _: load_shown_molecule(**fields), Hearers(done=self._take_molecule, failed=self._refuse)
        )

    def _molecule_fields(self) -> dict[str, Any]:
        return {name: getattr(self.state, name) for name in MOLECULE_FIELDS}

    def _refuse(self, words: str) -> None:
        """The molecule could not be read: say so, and show again what was shown."""
        self.on_message(Message("error", words))
        refused = "" if self.state.structure else self.state.molecule
        self._go_back()
        self.on_refused(refused)

    def _take_molecule(self, molecule: Molecule) -> None:
        self.molecule = molecule
        self.comparison.drop_scan()  # also where the new molecule has none
        if self._bond() is None:
            bond = first_bond(molecule)
            # Still `_loading`: nobody starts a scan for this change.
            self.state.bond = f"{bond.i}-{bond.j}" if bond else ""
        changes, note = fitting(self.state, molecule)
        self.state.param.update(**changes)
        self._loading = False
        if note:
            self._note(note)
        self.on_molecule(molecule)
        for note in molecule.notes:
            self._note(in_unit(note, self.state.shown_unit))
        self.new_scan()

    def _go_back(self) -> None:
        """After a failure the state is again what is shown, so that page and address agree and nothing is lost."""
        self.comparison.on_activity(Activity())
        self.comparison.show_now()
        self._loading = self._restoring = True
        try:
            first = {"molecule": "ethane", "structure": "", "bond": "0-1", **BACK_TO_BOND}
            newer, self._newer = self._newer, {}
            self.state.param.update(**{**(self._good or first), **newer})
        finally:
            self._loading = self._restoring = False
        scan = self.comparison.scan
        if self.molecule is None or scan is None:  # another molecule has taken the place of what is shown
            self._load_molecule()
            return
        self.on_molecule(self.molecule)
        if newer:
            self.new_scan()
        else:
            self.on_scan(scan)

    def _bond(self) -> Bond | None:
        """The chosen bond, where the molecule has it and it can be pulled."""
        try:
            i, j = (int(part) for part in self.state.bond.split("-"))
        except ValueError:
            return None
        bond = self.molecule.bond(i, j) if self.molecule else None
        return bond if bond is not None and bond.scannable else None

    # scan

    def new_scan(self) -> bool:
        """Deform the molecule as the state says, and have the potentials evaluated; False where that is impossible."""
        assert self.molecule is not None
        try:
            scan, stored = self._build_scan(self.molecule)
        except ExplorerError as error:
            self.on_message(Message("error", str(error)))
            if self._good:
                self._go_back()
            else:
                self.comparison.on_activity(Activity())
                self.on_nothing(self.molecule, str(error))
            return False
        self._good = {name: getattr(self.state, name) for name in (*MOLECULE_FIELDS, *SCAN_FIELDS)}
        self.comparison.show(scan, stored)
        return True

    def _build_scan(self, molecule: Molecule) -> tuple[Scan, dict[str, Evaluation]]:
        """The scan, and the reference's stored answers where it has any."""
        state, own = self.state, self._own_reference
        if kind_of(state) == "bond" and state.reference == "dft" and molecule.source == "bsct-spice":
            scan, settings = spice_scan(molecule), page_settings(state, "dft")
        else:
            scan = self._deformation(molecule).scan(molecule, state.points)
            settings = page_settings(state)
            if own is not None and state.reference == "file":
                file = UploadedFile(own.filename, own.content)
                settings = page_settings(state, file, own.level or None, own.unit or None)
        stored = stored_reference(scan, settings)
        return (scan, {}) if stored is None else (stored.scan, {REFERENCE: stored.evaluation})

    def _deformation(self, molecule: Molecule) -> Deformation:
        """What the state asks to drive."""
        state = self.state
        if kind_of(state) != "bond":
            return turned_deformation(state)
        bond = self._bond()
        if bond is None:
            raise DeformationError(
                f"{molecule.name} has no bond that can be pulled: every bond is in a ring. Choose another molecule."
            )
        return BondStretch(bond.i, bond.j, range=(state.low, state.high), fixed=state.fixed)

    @property
    def own_frames(self) -> bool:
        """Whether the frames come with the reference, so that range and points are not the person's to change."""
        is_dft = self.state.reference == "dft" and self.molecule is not None and self.molecule.source == "bsct-spice"
        scan = self.comparison.scan
        return is_dft or (scan is not None and scan.deformation is None)

    # evaluation

    def _other_sources(self, events: Sequence[Any]) -> None:
        self.comparison.show_now()
        if any(event.name == "reference" for event in events):
            self.comparison.drop_reference()
            changes_frames = {"dft", "file"} & {
                value for event in events for value in (event.old, event.new) if event.name == "reference"
            }
            if changes_frames:
                self.new_scan()
                return
        self.comparison.evaluate()

    def use_reference(self, own: OwnReference) -> None:
        """Compare with a file of the person's own; where it cannot serve, the reference stays what it was."""
        previous, self._own_reference = self._own_reference, own
        kept = self.state.reference
        self._loading = True
        self.state.reference = "file"
        self._loading = False
        if not self.new_scan():
            self._own_reference = previous
            self._loading = True
            self.state.reference = kept
            self._loading = False
        elif self.molecule is not None:
            self.on_molecule(self.molecule)

    # picking in the 3D view

    def pick(self, picked: list[int]) -> bool:
        """A click on a bond gives two atoms, a click on an atom one: two of those, one after the other, are a pair.

        Returns
        -------
        bool
            A pair was picked and is dealt with: nothing has to stay lit.
        """
        if self.molecule is None or not picked:
            self._picked_atom = None
            return False
        if len(picked) == 1:
            first, self._picked_atom = self._picked_atom, picked[0]
            if first is None or first == picked[0]:
                return False
            picked = [first, picked[0]]
        self._picked_atom = None
        bond = self.molecule.bond(picked[0], picked[1])
        if bond is None:
            pair = " and ".join(atom_label(self.molecule.symbols, i) for i in picked)
            self._note(f"{pair} are not bonded: click a bond, or two atoms that share one.")
        elif bond.reason:
            self._note(f"{bond.label} cannot be pulled: {bond.reason}")
        elif self.own_frames:
            self._note("The reference's own frames fix the bond: choose another reference to pull a different one.")
        else:
            self.state.param.update(bond=f"{bond.i}-{bond.j}", **BACK_TO_BOND)
        return True

    def _note(self, text: str) -> None:
        self.on_message(Message("info", text))
