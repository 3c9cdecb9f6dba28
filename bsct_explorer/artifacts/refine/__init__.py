"""Questions to the live potential about one place of a curve: the part of refinement below the kinds."""
