"""References: energies and forces that were computed elsewhere, as stored curves on a scan's frames."""

from bsct_explorer.references.stored_curves import load_reference_file, load_spice_reference

__all__ = ["load_reference_file", "load_spice_reference"]
