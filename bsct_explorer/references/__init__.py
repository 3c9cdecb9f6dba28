"""References: energies and forces that were computed elsewhere, as stored curves on a scan's frames."""

from bsct_explorer.references.reference_files import load_reference_file, read_reference
from bsct_explorer.references.spice_dft import load_spice_reference

__all__ = ["load_reference_file", "load_spice_reference", "read_reference"]
