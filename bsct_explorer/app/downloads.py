"""Files that a person takes along: the same exports as the command line's, of what the page shows."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import panel_material_ui as pmui

from bsct_explorer.app import icons
from bsct_explorer.app.notices import notify
from bsct_explorer.app.session.comparison import Comparison
from bsct_explorer.app.session.page_settings import page_settings
from bsct_explorer.app.state import REFERENCE
from bsct_explorer.errors import ExplorerError
from bsct_explorer.export.formats import FORMATS
from bsct_explorer.study import Failure, Study, gather_study
from bsct_explorer.words.atoms import atom_label

if TYPE_CHECKING:
    import panel as pn

    from bsct_explorer.deformations import Scan
    from bsct_explorer.export.formats import StudyFormat

LOOK: dict[str, Any] = {"variant": "text", "size": "small", "margin": (0, 4), "align": "center"}


def study_of(comparison: Comparison) -> Study:
    """What the page shows, as the study that the exports take.

    While another scan is being computed the curves are still those of the one before: so is the study.

    Raises
    ------
    ExplorerError
        Nothing has been computed yet.
    """
    scan = shown_scan(comparison)
    if scan is None:
        raise ExplorerError("There is nothing to download yet: choose a potential and wait for its curve.")
    judged = {name: analysis for name, analysis in comparison.analyses.items() if name != REFERENCE}
    reference = comparison.analyses.get(REFERENCE)
    return gather_study(
        scan,
        tuple(judged.values()),
        reference,
        page_settings(comparison.state),
        failed=tuple(Failure(name, error) for name, error in comparison.evaluating.errors.items()),
        reference_note="" if reference else "no reference was chosen",
        live=comparison.evaluating.loaded(),
    )


def shown_scan(comparison: Comparison) -> Scan | None:
    """The scan of the curves that are shown; None where there are none."""
    analysis = next(iter(comparison.analyses.values()), None)
    return analysis.profile.scan if analysis is not None else None


def file_stem(comparison: Comparison) -> str:
    """``ethane_C0-C1``: safe on every file system."""
    scan = shown_scan(comparison)
    if scan is None:
        return "scan"
    atoms = "-".join(atom_label(scan.molecule.symbols, i) for i in scan.atoms)
    return re.sub(r"[^\w.+-]", "_", f"{scan.molecule.name}_{atoms}")[:80]


def file_content(record: StudyFormat, comparison: Comparison) -> bytes:
    """What the page shows as a file of this format; energies for people are in the unit that the person chose.

    Raises
    ------
    ExplorerError
        Nothing has been computed yet, or the format needs a package that is not installed.
    """
    made = record.make(study_of(comparison), comparison.state.shown_unit)
    return made.encode() if isinstance(made, str) else made


def download_buttons(front: Callable[[], Comparison]) -> list[pn.viewable.Viewable]:
    """One button a format; the file is made when it is asked for, of what is in front then."""

    def button(record: StudyFormat) -> pmui.FileDownload:
        def content() -> io.BytesIO:
            download.filename = f"{file_stem(front())}.{record.suffix}"
            try:
                return io.BytesIO(file_content(record, front()))
            except ExplorerError as error:
                notify("warning", str(error))
                raise

        download = pmui.FileDownload(
            callback=content,
            filename=f"scan.{record.suffix}",
            label=record.label,
            icon=icons.DOWNLOAD,
            **LOOK,
        )
        return download

    return [button(record) for record in FORMATS.values()]


# The browser draws the files itself. BokehJS keeps views by model; `export` gives a layer that becomes a PNG or an SVG.
_SAVE_PLOTS = """
function find(view, model) {
  if (view.model === model) return view;
  for (const child of view.children?.() ?? []) { const hit = find(child, model); if (hit) return hit }
  return null;
}
Object.entries(figures).forEach(async ([name, plot]) => {
  let view = null;
  for (const root of Object.values(Bokeh.index)) { view = view ?? find(root, plot) }
  if (!view || !view.el?.offsetParent) return;
  const blob = await view.export(kind, true).to_blob();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${name}.${kind}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
})
"""

_SHARE = """
const text = window.location.href;
const old = () => { const area = document.createElement("textarea"); area.value = text; document.body.append(area);
  area.select(); document.execCommand("copy"); area.remove() };
if (navigator.clipboard && window.isSecureContext) navigator.clipboard.writeText(text).catch(old); else old();
"""


def plot_buttons(figures: Mapping[str, Any]) -> list[pmui.Button]:
    """PNG and SVG of the figures that are unfolded, each in a file of its name."""
    buttons = []
    for kind in ("png", "svg"):
        button = pmui.Button(label=f"Plots, {kind.upper()}", icon=icons.DOWNLOAD, **LOOK)
        code = f"const kind = {kind!r}; const figures = {{{', '.join(figures)}}};" + _SAVE_PLOTS
        button.js_on_click(args=dict(figures), code=code)
        buttons.append(button)
    return buttons


def share_button() -> pmui.Button:
    """Copies the address, which says everything that the page shows."""
    button = pmui.Button(label="Share", icon=icons.LINK, color="light", **LOOK)
    button.js_on_click(code=_SHARE)
    button.on_click(lambda *_: notify("success", "Address copied: it opens this page exactly as it is."))
    return button
