"""Refinement: candidates asked again with the live potential."""
