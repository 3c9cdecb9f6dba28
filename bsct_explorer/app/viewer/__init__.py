"""The molecule in nglview's own viewer (NGL), with every frame of a scan in the browser.

Importing this package also mends nglview 4.0.1's frontend version, so import it before nglview itself.
"""

from bsct_explorer.app.viewer.jupyter_widget import mend_nglview, nglview_widget

mend_nglview()

from bsct_explorer.app.viewer.molecule_viewer import MoleculeViewer  # noqa: E402  (nothing may import nglview before it is mended)

__all__ = ["MoleculeViewer", "nglview_widget"]
